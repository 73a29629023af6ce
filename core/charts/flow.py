"""The flow of people through services to where they are afterwards; nobody below the gate can be seen (R119)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from core.charts import cell
from core.charts.chart import BROAD, NARROW, Chart, Path, Rect, Shape, Text, n, wrapped
from core.charts.tables import Column, table
from core.i18n import gettext as _
from core.i18n import ngettext
from core.web.formatting import count, percent

TOP = 18.0
NODE = 10.0
GAP = 18.0
LABEL = 58.0


@dataclass(frozen=True)
class Route:
    """Services in the order they were had, where it led, and how many people went that way."""

    steps: tuple[str, ...]
    end: str
    people: int
    #: Whether the end is one that was wished for.
    is_wanted: bool = False


def kept_apart(
    routes: Sequence[Route], smallest: int, *, other: str, aim: str, end: str, any_aim: str = ""
) -> list[Route]:
    """Routes of at least the gate's size; the small ones are put together.

    First with the small ones of the same end; then those that reached an aim with each other, and the rest with
    each other; where they are still too few the smallest route of their sort joins them, and at last one of any
    sort. So nothing is shown of fewer people, and the difference to the total tells nothing of fewer (R119).

    :param other: what services are called that are put together
    :param aim: what wanted ends are called that are put together
    :param end: what other ends are called that are put together
    :param any_aim: what wanted ends are called when all of them are put together
    """
    kept = [each for each in routes if each.people >= smallest]
    small: dict[tuple[str, bool], list[Route]] = defaultdict(list)
    for each in routes:
        if 0 < each.people < smallest:
            small[each.end, each.is_wanted].append(each)
    rests: dict[bool, list[Route]] = {True: [], False: []}
    for (name, is_wanted), group in small.items():
        if _people(group) >= smallest:
            kept.append(_together(group, name, is_wanted, other))
        else:
            rests[is_wanted] += group
    for is_wanted, rest in rests.items():
        while rest and _people(rest) < smallest and any(each.is_wanted is is_wanted for each in kept):
            rest.append(_smallest(kept, is_wanted))
    if any(0 < _people(rest) < smallest for rest in rests.values()):
        rests = {False: [*rests[True], *rests[False]], True: []}
        while kept and _people(rests[False]) < smallest:
            rests[False].append(_smallest(kept, None))
    for is_wanted, rest in rests.items():
        if _people(rest) >= smallest:
            are_all = is_wanted and not any(each.is_wanted for each in kept)
            kept.append(
                _together(rest, (any_aim if are_all and any_aim else aim) if is_wanted else end, is_wanted, other)
            )
    return sorted(kept, key=lambda each: (not each.is_wanted, each.end == end, -each.people, each.steps))


def _people(routes: Iterable[Route]) -> int:
    return sum(each.people for each in routes)


def _smallest(kept: list[Route], is_wanted: bool | None) -> Route:
    """Take the smallest route, of one sort or any, out of those kept."""
    found = min(
        (each for each in kept if is_wanted is None or each.is_wanted is is_wanted),
        key=lambda each: (each.people, each.steps, each.end),
    )
    kept.remove(found)
    return found


def _together(group: Sequence[Route], name: str, is_wanted: bool, other: str) -> Route:
    """One route of several; it keeps its services, or its end, where they all had the same."""
    ways, ends = {each.steps for each in group}, {each.end for each in group}
    return Route(
        ways.pop() if len(ways) == 1 else (other,), ends.pop() if len(ends) == 1 else name, _people(group), is_wanted
    )


def flow(key: str, title: str, routes: Sequence[Route], *, caption: str, smallest: int) -> Chart | None:
    """The picture and its table, or nothing when all together are below the gate.

    The number of columns is that of the longest route and its end; a shorter route begins later, so that the
    last service stands before the end.
    """
    told = kept_apart(
        list(routes),
        smallest,
        other=_("Other services"),
        aim=_("Another aim"),
        end=_("Other"),
        any_aim=_("An aim was reached"),
    )
    if not told:
        return None
    longest = max(len(each.steps) for each in told)
    total = sum(each.people for each in told)
    width = NARROW if longest == 1 else BROAD
    shapes, height = _drawn(told, longest, total, width)
    wanted = sum(each.people for each in told if each.is_wanted)
    most = max(told, key=lambda each: each.people)
    heads = (
        [_("Service %(number)s", number=number) for number in range(1, longest + 1)] if longest > 1 else [_("Service")]
    )
    return Chart(
        key=key,
        title=title,
        finding=" ".join(
            [
                ngettext("%(num)s customer.", "%(num)s customers.", total),
                _("%(people)s of them (%(share)s) got to an aim.", people=count(wanted), share=percent(wanted / total)),
                _(
                    "The most went this way: %(way)s (%(people)s).",
                    way=" → ".join([*most.steps, most.end]),
                    people=count(most.people),
                ),
            ]
        ),
        caption=caption,
        width=width,
        height=height,
        shapes=tuple(shapes),
        table=table(
            title,
            [
                *(Column(each) for each in heads),
                Column(_("Afterwards")),
                Column(_("Customers"), True),
                Column(_("Share"), True),
            ],
            [
                (
                    *(cell.words(each) for each in each.steps),
                    *(cell.nothing() for _missing in range(longest - len(each.steps))),
                    cell.words(each.end),
                    cell.count(each.people),
                    cell.share(each.people / total),
                )
                for each in told
            ],
        ),
    )


Node = tuple[int, str]


def _drawn(routes: Sequence[Route], longest: int, total: int, width: float) -> tuple[list[Shape], float]:
    ways = [
        [(longest - len(each.steps) + place, name) for place, name in enumerate(each.steps)] + [(longest, each.end)]
        for each in routes
    ]
    sizes: dict[Node, int] = defaultdict(int)
    for way, each in zip(ways, routes, strict=True):
        for node in way:
            sizes[node] += each.people
    columns = [[node for node in sizes if node[0] == column] for column in range(longest + 1)]
    most = max(len(column) for column in columns)
    unit = max(200.0, most * 24.0) / total
    tops: dict[Node, float] = {}
    lowest = 0.0
    for nodes in columns:
        y = TOP
        for node in nodes:
            tops[node] = round(y, 1)
            y += max(sizes[node] * unit, LABEL - GAP) + GAP
        lowest = max(lowest, y)
    height = lowest + 8
    room = (width - 24 - NODE - 216) / longest
    left = {column: round(24 + room * column, 1) for column in range(longest + 1)}
    aims = {(longest, each.end) for each in routes if each.is_wanted}
    out, into = dict(tops), dict(tops)
    shapes: list[Shape] = []
    for way, each in zip(ways, routes, strict=True):
        thick = round(each.people * unit, 1)
        css = "flow" if each.is_wanted else "flow-2"
        for start, end in pairwise(way):
            shapes.append(Path(css, _band(left[start[0]] + NODE, out[start], left[end[0]], into[end], thick)))
            out[start] += thick
            into[end] += thick
    for node, size in sizes.items():
        column, name = node
        css = "node" if column < longest or node in aims else "node-2"
        shapes.append(Rect(css, left[column], tops[node], NODE, round(max(size * unit, 2.0), 1)))
        shapes += _label(
            name, size, total, left[column] + NODE + 10, tops[node] + size * unit / 2, column == longest, room
        )
    return shapes, round(height, 1)


def _band(x: float, y: float, to_x: float, to_y: float, thick: float) -> str:
    """A ribbon from the end edge of a node to the start edge of the next."""
    bend = (x + to_x) / 2
    return (
        f"M{n(x)} {n(y)}C{n(bend)} {n(y)} {n(bend)} {n(to_y)} {n(to_x)} {n(to_y)}V{n(to_y + thick)}"
        f"C{n(bend)} {n(to_y + thick)} {n(bend)} {n(y + thick)} {n(x)} {n(y + thick)}z"
    )


def _label(name: str, size: int, total: int, x: float, middle: float, is_end: bool, room: float) -> list[Shape]:
    numbers = _("%(people)s, %(share)s", people=count(size), share=percent(size / total))
    lines = wrapped(name, 204 if is_end else room - 24, 2 if is_end else 1, bold=True)
    top = middle - 3 - 9 * (len(lines) - 1)
    return [
        *(Text("lbl", x, round(top + 17 * row, 1), words) for row, words in enumerate(lines)),
        Text("" if is_end else "lbl-2", x, round(top + 17 * len(lines) + 1, 1), numbers),
    ]
