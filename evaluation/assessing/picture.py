"""The radar of one customer, in the customer's own language: dashed before, filled after, both numbers at each axis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.charts.chart import NARROW, Path, Shape, Text, area, line, wrapped
from core.charts.radar import HEIGHT, MIDDLE_X, MIDDLE_Y, RADIUS, at
from core.i18n import cgettext as _c
from evaluation.assessing.models import AREA_TITLES, Area

LOWEST, HIGHEST = 1, 5
FEWEST_AXES = 3


@dataclass(frozen=True)
class OwnRadar:
    """The drawing and its words; the table stands below it in the page."""

    key: str
    title: str
    finding: str
    width: float
    height: float
    shapes: tuple[Shape, ...]


def own_radar(before: Mapping[Area, int] | None, now: Mapping[Area, int]) -> OwnRadar | None:
    """The areas answered now; nothing with fewer than three, the table says it then.

    What was not answered before has no point of its own on the dashed line: it runs through today's.
    """
    areas = [each for each in Area if each in now]
    if len(areas) < FEWEST_AXES:
        return None
    return OwnRadar(
        key="own",
        title=_c("Your situation"),
        finding=_finding(before, now),
        width=NARROW,
        height=HEIGHT,
        shapes=tuple(_drawn(areas, before, now)),
    )


def _finding(before: Mapping[Area, int] | None, now: Mapping[Area, int]) -> str:
    if before is None:
        return _c("The further out, the better it is for you. The edge is 5.")
    better = sum(1 for each in now if each in before and now[each] > before[each])
    worse = sum(1 for each in now if each in before and now[each] < before[each])
    return _c(
        "The dashed line is the time before, the filled area is now. Better: %(better)s. Worse: %(worse)s.",
        better=better,
        worse=worse,
    )


def _drawn(areas: list[Area], before: Mapping[Area, int] | None, now: Mapping[Area, int]) -> list[Shape]:
    of = len(areas)

    def outline(values: list[int]) -> str:
        return area(at(place, of, RADIUS * (value - LOWEST) / (HIGHEST - LOWEST)) for place, value in enumerate(values))

    shapes: list[Shape] = [
        Path("grid", area(at(place, of, RADIUS * ring / (HIGHEST - LOWEST)) for place in range(of)))
        for ring in range(1, HIGHEST - LOWEST + 1)
    ]
    shapes += [Path("grid", line([(MIDDLE_X, MIDDLE_Y), at(place, of, RADIUS)])) for place in range(of)]
    shapes.append(Path("after", outline([now[each] for each in areas])))
    if before is not None:
        shapes.append(Path("before", outline([before.get(each, now[each]) for each in areas])))
    for place, each in enumerate(areas):
        shapes += _names(place, of, each, before, now)
    return shapes


def _names(place: int, of: int, each: Area, before: Mapping[Area, int] | None, now: Mapping[Area, int]) -> list[Shape]:
    """The area's name and its numbers, outside the end of its axis."""
    x, y = at(place, of, RADIUS + 14)
    side = "mid-a" if abs(x - MIDDLE_X) < 8 else "" if x > MIDDLE_X else "end"
    room = NARROW if side == "mid-a" else (NARROW - x if side == "" else x) - 4
    rows = wrapped(str(AREA_TITLES[each]), room, 1 if side == "mid-a" else 2, bold=True)
    top = y - 20 if y < MIDDLE_Y - RADIUS * 0.9 else y + 10 if side == "mid-a" else y - 2 - 9 * (len(rows) - 1)
    numbers = f"{before[each]} → {now[each]}" if before is not None and each in before else str(now[each])
    return [
        *(Text(f"lbl {side}".strip(), x, round(top + 18 * row, 1), words) for row, words in enumerate(rows)),
        Text(side, x, round(top + 18 * len(rows), 1), numbers),
    ]
