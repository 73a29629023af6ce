"""How figures are spread: bars of counts, or a row of dots of providers with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.charts import cell
from core.charts.chart import (
    NARROW,
    Chart,
    Circle,
    Estimate,
    Path,
    Rect,
    Scale,
    Shape,
    Text,
    n,
    shortened,
    steps,
    wrapped,
)
from core.charts.tables import Column, table
from core.i18n import gettext as _
from core.i18n import ngettext
from core.web.formatting import count, number

LEFT, RIGHT, TOP, FLOOR = 60.0, 500.0, 24.0, 250.0
HEIGHT = 300.0


def merged(bins: Sequence[tuple[str, int]], smallest: int) -> list[tuple[str, int]]:
    """Neighbours put together until none is smaller than the gate; that nobody said so tells of everybody, too (R119).

    ``0: 3, 1: 4, 2: 9`` with 5 → ``0–1: 7, 2: 9``.
    """
    groups = [([name], number) for name, number in bins]
    while len(groups) > 1:
        small = next((place for place, (_names, number) in enumerate(groups) if number < smallest), None)
        if small is None:
            break
        other = small + 1 if small + 1 < len(groups) else small - 1
        first, last = sorted((small, other))
        groups[first : last + 1] = [(groups[first][0] + groups[last][0], groups[first][1] + groups[last][1])]
    return [(names[0] if len(names) == 1 else f"{names[0]}–{names[-1]}", number) for names, number in groups]


def histogram(
    key: str, title: str, bins: Sequence[tuple[str, int]], *, bin_name: str, smallest: int, count_name: str = ""
) -> Chart | None:
    """Bars of counts; bins below the gate are put together, and with too few in all there is no picture."""
    total = sum(number for _name, number in bins)
    if total < smallest:
        return None
    groups = merged(bins, smallest)
    most = max(groups, key=lambda each: each[1])
    marks = steps(0, most[1], 4)
    y = Scale(0, marks[-1], FLOOR, TOP)
    gap = (RIGHT - LEFT) / len(groups)
    shapes: list[Shape] = []
    for each in marks:
        if each == round(each):
            shapes += [
                Path("grid", f"M{n(LEFT)} {n(y(each))}H{n(RIGHT)}"),
                Text("end", LEFT - 8, y(each) + 5, count(round(each))),
            ]
    for place, (name, figure) in enumerate(groups):
        middle = LEFT + gap * (place + 0.5)
        shapes.append(
            Rect("node", round(middle - gap * 0.38, 1), y(figure), round(gap * 0.76, 1), round(FLOOR - y(figure), 1))
        )
        shapes.append(Text("mid-a", round(middle, 1), FLOOR + 20, shortened(name, gap + 8)))
    shapes.append(Path("axis", f"M{n(LEFT)} {n(TOP)}V{n(FLOOR)}H{n(RIGHT)}"))
    shapes.append(Text("end", RIGHT, FLOOR + 42, bin_name))
    return Chart(
        key=key,
        title=title,
        finding=_(
            "%(total)s answers. The most, %(most)s, stand at %(name)s.",
            total=count(total),
            most=count(most[1]),
            name=most[0],
        ),
        caption=_(
            "The height of a bar is the number of answers. Bars of fewer than %(smallest)s are put together.",
            smallest=smallest,
        ),
        width=NARROW,
        height=HEIGHT,
        shapes=tuple(shapes),
        table=table(
            title,
            [Column(bin_name), Column(count_name or _("Answers"), True)],
            [(cell.words(name), cell.count(figure)) for name, figure in groups],
        ),
    )


@dataclass(frozen=True)
class Dot:
    """A provider's figure with its interval."""

    name: str
    figure: Estimate


def dots(
    key: str,
    title: str,
    points: Sequence[Dot],
    *,
    value_name: str,
    scale: tuple[float, float],
    expected: float,
    row_name: str = "",
    count_name: str = "",
) -> Chart:
    """A row for each, in the order given (by name, never by figure), on one fixed scale.

    :raises ValueError: nobody to draw
    """
    if not points:
        raise ValueError("a distribution of nobody")
    x = Scale(*scale, 205.0, RIGHT)
    row = 42.0
    floor = TOP + row * len(points)
    shapes: list[Shape] = []
    for each in steps(*scale, 4):
        shapes += [
            Path("grid", f"M{n(x(each))} {n(TOP)}V{n(floor)}"),
            Text("mid-a", x(each), floor + 22, number(each, 0)),
        ]
    shapes.append(Path("target", f"M{n(x(expected))} {n(TOP)}V{n(floor)}"))
    for place, point in enumerate(points):
        middle, figure = TOP + row * (place + 0.5), point.figure
        shapes += [
            *_name(point.name, middle),
            Rect("range", x(figure.low), middle - 6, max(1.0, round(x(figure.high) - x(figure.low), 1)), 12),
            Circle("pt-own", x(figure.value), middle, 6.5),
        ]
    apart = sum(1 for each in points if each.figure.low > expected or each.figure.high < expected)
    who = ngettext("%(num)s provider, by name.", "%(num)s providers, by name.", len(points))
    return Chart(
        key=key,
        title=title,
        finding=f"{who} {_apart(apart, number(expected, 0))}",
        caption=_(
            "The dot is the estimate, the bar its 95% interval, the dashed line what is expected. The providers stand "
            "in the order of their names: this is no ranking."
        ),
        width=NARROW,
        height=floor + 40,
        shapes=tuple(shapes),
        table=table(
            title,
            [
                Column(row_name or _("Provider")),
                Column(count_name or _("Customers"), True),
                Column(value_name, True),
                Column(_("95% interval from"), True),
                Column(_("to"), True),
            ],
            [
                (
                    cell.words(each.name),
                    cell.count(each.figure.n),
                    cell.number(each.figure.value),
                    cell.number(each.figure.low),
                    cell.number(each.figure.high),
                )
                for each in points
            ],
        ),
    )


def _apart(how_many: int, expected: str) -> str:
    if not how_many:
        return _(
            "Each interval holds what is expected, %(expected)s: the differences can be chance.", expected=expected
        )
    return ngettext(
        "The interval of %(num)s does not touch what is expected, %(expected)s.",
        "The intervals of %(num)s do not touch what is expected, %(expected)s.",
        how_many,
        expected=expected,
    )


def _name(name: str, middle: float) -> list[Shape]:
    """On two lines at the most, in the middle of its row."""
    lines = wrapped(name, 187, 2)
    first = middle + 5 - 9 * (len(lines) - 1)
    return [Text("", 8, round(first + 18 * place, 1), words) for place, words in enumerate(lines)]
