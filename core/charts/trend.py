"""A figure through the years, each with its interval; a year below the gate is an empty dashed mark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.charts import cell
from core.charts.chart import NARROW, Chart, Circle, Estimate, Path, Rect, Scale, Shape, Text, line, n, steps
from core.charts.tables import Cell, Column, table
from core.i18n import gettext as _
from core.web.formatting import number, percent

LEFT, RIGHT, TOP, FLOOR = 60.0, 500.0, 24.0, 270.0
HEIGHT = 306.0


@dataclass(frozen=True)
class TrendPoint:
    """A year and its figure; None when too few stand behind it (R119)."""

    name: str
    figure: Estimate | None = None


def trend(
    key: str,
    title: str,
    points: Sequence[TrendPoint],
    *,
    value_name: str,
    count_name: str = "",
    expected: float | None = None,
    is_share: bool = True,
    scale: tuple[float, float] | None = None,
) -> Chart:
    """The picture and its table.

    :param expected: draws the dashed line of what is expected
    :param scale: fixed ends; else from zero to what is needed
    :raises ValueError: no year has a figure
    """
    known = [(each.name, each.figure) for each in points if each.figure is not None]
    if not known:
        raise ValueError("a trend of nothing")
    return Chart(
        key=key,
        title=title,
        finding=_finding(known, is_share),
        caption=_(
            "The dot is the figure of the year, the bar its 95% interval: the fewer customers, the longer. Bars that "
            "overlap do not tell years apart."
        ),
        width=NARROW,
        height=HEIGHT,
        shapes=tuple(_drawn(points, expected, is_share, scale)),
        table=table(
            title,
            [
                Column(_("Year")),
                Column(count_name or _("Customers"), True),
                Column(value_name, True),
                Column(_("95% interval from"), True),
                Column(_("to"), True),
            ],
            [(cell.words(each.name), *_cells(each.figure, is_share)) for each in points],
        ),
    )


def _cells(figure: Estimate | None, is_share: bool) -> tuple[Cell, ...]:
    if figure is None:
        return (cell.too_few(),) * 4
    make = cell.share if is_share else cell.number
    return (cell.count(figure.n), make(figure.value), make(figure.low), make(figure.high))


def _finding(known: Sequence[tuple[str, Estimate]], is_share: bool) -> str:
    def words(value: float) -> str:
        return percent(value) if is_share else number(value, 1)

    (first, before), (last, after) = known[0], known[-1]
    told = {"first": first, "last": last, "before": words(before.value), "after": words(after.value)}
    if len(known) == 1:
        return _("Only %(first)s is known: %(before)s.", first=first, before=told["before"])
    if after.low > before.high:
        return _("From %(first)s to %(last)s the figure rose from %(before)s to %(after)s.", **told)
    if after.high < before.low:
        return _("From %(first)s to %(last)s the figure fell from %(before)s to %(after)s.", **told)
    return _(
        "%(before)s in %(first)s, %(after)s in %(last)s: the intervals overlap, so the difference can be chance.",
        **told,
    )


def _drawn(
    points: Sequence[TrendPoint], expected: float | None, is_share: bool, scale: tuple[float, float] | None
) -> list[Shape]:
    highest = max(each.figure.high for each in points if each.figure is not None)
    low, high = scale or (0.0, min(1.0, max(highest, 0.1)) if is_share else highest)
    marks = [each for each in steps(low, high, 4) if not is_share or each <= 1]
    y = Scale(low, max(high, marks[-1]), FLOOR, TOP)
    gap = (RIGHT - LEFT) / len(points)
    shapes: list[Shape] = []
    for each in marks:
        words = percent(each) if is_share else number(each, 0)
        shapes += [Path("grid", f"M{n(LEFT)} {n(y(each))}H{n(RIGHT)}"), Text("end", LEFT - 8, y(each) + 5, words)]
    if expected is not None:
        shapes.append(Path("target", f"M{n(LEFT)} {n(y(expected))}H{n(RIGHT)}"))
    shapes.append(Path("axis", f"M{n(LEFT)} {n(TOP)}V{n(FLOOR)}H{n(RIGHT)}"))
    dots: list[Shape] = []
    way: list[tuple[float, float]] = []
    for place, point in enumerate(points):
        x = round(LEFT + gap * (place + 0.5), 1)
        shapes.append(Text("mid-a", x, FLOOR + 22, point.name))
        figure = point.figure
        if figure is None:
            shapes.append(Rect("gated", x - 9, TOP + 60, 18, FLOOR - TOP - 80))
            shapes += _way(way)
            way = []
            continue
        way.append((x, y(figure.value)))
        dots.append(Rect("range", x - 6, y(figure.high), 12, max(1.0, round(y(figure.low) - y(figure.high), 1))))
        dots.append(Circle("pt-own", x, y(figure.value), 6.5))
    return [*shapes, *_way(way), *dots]


def _way(points: Sequence[tuple[float, float]]) -> list[Shape]:
    return [Path("line", line(points))] if len(points) > 1 else []
