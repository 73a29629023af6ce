"""A figure week by week, a strip for each service point: the recommendation from −100 to 100."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.charts import cell
from core.charts.chart import BROAD, Chart, Circle, Estimate, Path, Rect, Scale, Shape, Text, line, n, wrapped
from core.charts.tables import Cell, Column, table
from core.i18n import gettext as _
from core.i18n import ngettext
from core.web.formatting import number

LEFT, RIGHT, TOP, STRIP = 232.0, 880.0, 16.0, 128.0
LOW, HIGH = -100.0, 100.0


@dataclass(frozen=True)
class WeekPoint:
    """A week of a service point and its figure; None when the answers are too few (R119)."""

    name: str
    week: str
    figure: Estimate | None = None


def weeks(key: str, title: str, points: Sequence[WeekPoint], *, value_name: str, place_name: str) -> Chart | None:
    """The picture and its table, or nothing when no week has enough answers.

    Places and weeks stand in the order in which they first come.
    """
    known = sum(1 for each in points if each.figure is not None)
    if not known:
        return None
    places = list(dict.fromkeys(each.name for each in points))
    times = list(dict.fromkeys(each.week for each in points))
    return Chart(
        key=key,
        title=title,
        finding=" ".join(
            [
                ngettext("%(num)s service point.", "%(num)s service points.", len(places)),
                _("%(known)s of %(all)s weeks have enough answers to tell.", known=known, all=len(points)),
            ]
        ),
        caption=_(
            "A strip for each place, a dot for each week with enough answers, the bar its 95% interval. The dashed "
            "line is zero: as many recommend as advise against."
        ),
        width=BROAD,
        height=TOP + STRIP * len(places) + 34,
        shapes=tuple(_drawn(points, places, times)),
        table=table(
            title,
            [
                Column(place_name),
                Column(_("Week")),
                Column(_("Answers"), True),
                Column(value_name, True),
                Column(_("95% interval from"), True),
                Column(_("to"), True),
            ],
            [(cell.words(each.name), cell.words(each.week), *_cells(each.figure)) for each in points],
        ),
    )


def _cells(figure: Estimate | None) -> tuple[Cell, ...]:
    if figure is None:
        return (cell.too_few(),) * 4
    return (cell.count(figure.n), *(cell.number(each, 0) for each in (figure.value, figure.low, figure.high)))


def _drawn(points: Sequence[WeekPoint], places: Sequence[str], times: Sequence[str]) -> list[Shape]:
    gap = (RIGHT - LEFT) / len(times)
    shapes: list[Shape] = []
    every = max(1, -(-len(times) // 10))
    for row, name in enumerate(places):
        top = TOP + STRIP * row
        y = Scale(LOW, HIGH, top + STRIP - 14, top + 6)
        for each in (LOW, HIGH):
            shapes += [
                Path("grid", f"M{n(LEFT)} {n(y(each))}H{n(RIGHT)}"),
                Text("end", LEFT - 8, y(each) + 5, number(each, 0)),
            ]
        shapes += [Path("target", f"M{n(LEFT)} {n(y(0))}H{n(RIGHT)}"), Text("end", LEFT - 8, y(0) + 5, "0")]
        lines = wrapped(name, 170, 3, bold=True)
        shapes += [Text("lbl", 8, top + 28 + 20 * place, words) for place, words in enumerate(lines)]
        shapes += _strip([each for each in points if each.name == name], times, gap, y)
    floor = TOP + STRIP * len(places) + 8
    shapes += [
        Text("mid-a", round(LEFT + gap * (place + 0.5), 1), floor, week)
        for place, week in enumerate(times)
        if place % every == 0
    ]
    return shapes


def _strip(points: Sequence[WeekPoint], times: Sequence[str], gap: float, y: Scale) -> list[Shape]:
    shapes: list[Shape] = []
    ways: list[list[tuple[float, float]]] = [[]]
    dots: list[Shape] = []
    for point in points:
        x = round(LEFT + gap * (times.index(point.week) + 0.5), 1)
        figure = point.figure
        if figure is None:
            shapes.append(Rect("gated", x - 4, y(40), 8, round(y(-40) - y(40), 1)))
            ways.append([])
            continue
        ways[-1].append((x, y(figure.value)))
        dots.append(Rect("range", x - 4, y(figure.high), 8, max(1.0, round(y(figure.low) - y(figure.high), 1))))
        dots.append(Circle("pt-own", x, y(figure.value), 5.5))
    return [*shapes, *(Path("line", line(way)) for way in ways if len(way) > 1), *dots]
