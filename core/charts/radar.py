"""Before and after on several axes: dashed the beginning, filled the end."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from core.charts import cell
from core.charts.chart import NARROW, Chart, Path, Shape, Text, area, line, wrapped
from core.charts.tables import Column, table
from core.i18n import gettext as _
from core.web.formatting import number

MIDDLE_X, MIDDLE_Y, RADIUS = 260.0, 178.0, 125.0
HEIGHT = 366.0
FEWEST, MOST = 3, 8


@dataclass(frozen=True)
class RadarAxis:
    """An area of life and the mean of its grades, before and after."""

    name: str
    before: float
    after: float


def radar(key: str, title: str, axes: Sequence[RadarAxis], *, lowest: int, highest: int, answers: int) -> Chart:
    """The picture and its table; the centre is the lowest grade, the edge the highest.

    :raises ValueError: not 3-8 axes
    """
    if not FEWEST <= len(axes) <= MOST:
        raise ValueError(f"{len(axes)} axes; a radar has {FEWEST}-{MOST}")
    return Chart(
        key=key,
        title=title,
        finding=_finding(axes),
        caption=_(
            "At least %(answers)s customers answered to each area. The dashed line is the beginning, the filled area "
            "the end. The centre is %(lowest)s, the edge %(highest)s.",
            answers=answers,
            lowest=lowest,
            highest=highest,
        ),
        width=NARROW,
        height=HEIGHT,
        shapes=tuple(_drawn(axes, lowest, highest)),
        table=table(
            title,
            [Column(_("Area of life")), Column(_("At the beginning"), True), Column(_("At the end"), True)],
            [(cell.words(each.name), cell.number(each.before), cell.number(each.after)) for each in axes],
        ),
    )


def _finding(axes: Sequence[RadarAxis]) -> str:
    changes = [(round(each.after, 1) - round(each.before, 1), each) for each in axes]
    change, most = max(changes, key=lambda each: abs(each[0]))
    rose, fell = sum(1 for each, _axis in changes if each > 0), sum(1 for each, _axis in changes if each < 0)
    if abs(change) < 0.05:
        return _("Nothing changed on any of the %(count)s areas.", count=len(axes))
    return _(
        "Of %(count)s areas %(rose)s rose and %(fell)s fell. Most changed: %(name)s, from %(before)s to %(after)s.",
        count=len(axes),
        rose=rose,
        fell=fell,
        name=most.name,
        before=number(most.before, 1),
        after=number(most.after, 1),
    )


def at(place: int, of: int, distance: float) -> tuple[float, float]:
    """A point on an axis; the first stands straight up, then clockwise."""
    angle = 2 * math.pi * place / of - math.pi / 2
    return round(MIDDLE_X + distance * math.cos(angle), 1), round(MIDDLE_Y + distance * math.sin(angle), 1)


def _drawn(axes: Sequence[RadarAxis], lowest: int, highest: int) -> list[Shape]:
    of = len(axes)
    rings = [RADIUS * (each - lowest) / (highest - lowest) for each in range(lowest + 1, highest + 1)]
    shapes: list[Shape] = [Path("grid", area(at(place, of, ring) for place in range(of))) for ring in rings]
    shapes += [Path("grid", line([(MIDDLE_X, MIDDLE_Y), at(place, of, RADIUS)])) for place in range(of)]

    def outline(values: Sequence[float]) -> str:
        shares = [max(0.0, min(1.0, (value - lowest) / (highest - lowest))) for value in values]
        return area(at(place, of, RADIUS * share) for place, share in enumerate(shares))

    shapes.append(Path("after", outline([each.after for each in axes])))
    shapes.append(Path("before", outline([each.before for each in axes])))
    for place, each in enumerate(axes):
        shapes += _names(place, of, each)
    return shapes


def _names(place: int, of: int, axis: RadarAxis) -> list[Shape]:
    """The axis' name and both its numbers, outside its end."""
    x, y = at(place, of, RADIUS + 14)
    side = "mid-a" if abs(x - MIDDLE_X) < 8 else "" if x > MIDDLE_X else "end"
    room = NARROW if side == "mid-a" else (NARROW - x if side == "" else x) - 4
    lines = wrapped(axis.name, room, 1 if side == "mid-a" else 2, bold=True)
    up = y < MIDDLE_Y - RADIUS * 0.9
    top = y - 20 if up else y + 10 if side == "mid-a" else y - 2 - 9 * (len(lines) - 1)
    numbers = f"{number(axis.before, 1)} → {number(axis.after, 1)}"
    return [
        *(Text(f"lbl {side}".strip(), x, round(top + 18 * row, 1), words) for row, words in enumerate(lines)),
        Text(side, x, round(top + 18 * len(lines), 1), numbers),
    ]
