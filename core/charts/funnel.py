"""The funnel plot: each provider by its number of customers, between the limits of chance (EVALUATION.md §5)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import NormalDist

from core.charts import cell
from core.charts.chart import (
    BROAD,
    LETTER,
    Box,
    Chart,
    Circle,
    Path,
    Scale,
    Shape,
    Text,
    area,
    diamond,
    free_place,
    line,
    n,
    shortened,
    steps,
    width_of,
)
from core.charts.tables import Column, table
from core.i18n import gettext as _
from core.i18n import ngettext
from core.web.formatting import count, listing, percent

#: The tails outside 95 % and 99.8 %.
INNER, OUTER = 0.025, 0.001
CURVE_POINTS = 60
#: As many names as can be read; the table has them all.
NAMED_AT_MOST = 12
LEFT, RIGHT, TOP, FLOOR = 64.0, 886.0, 28.0, 330.0
HEIGHT = 378.0


class Position(StrEnum):
    """Where a provider stands to the 95 % limits at its own number of customers."""

    ABOVE = "above"
    WITHIN = "within"
    BELOW = "below"


@dataclass(frozen=True)
class FunnelPoint:
    """A provider: its customers and its share, adjusted for who they were."""

    name: str
    n: int
    value: float
    is_own: bool = False


def quantile(tail: float, customers: int, target: float) -> float:
    """The binomial limit with interpolation, as a share (Spiegelhalter 2005; EVALUATION.md §5).

    r = the smallest number with F(r) ≥ tail; the limit is (r − a) / n with a = (F(r) − tail) / P(r).
    """
    if target <= 0.0 or target >= 1.0:
        return target
    odds = target / (1 - target)
    log_mass = customers * math.log1p(-target)
    below, mass, tried = 0.0, math.exp(log_mass), 0
    while below + mass < tail and tried < customers:
        below += mass
        tried += 1
        log_mass += math.log((customers - tried + 1) / tried * odds)
        mass = math.exp(log_mass)
    part = (below + mass - tail) / mass if mass else 0.0
    return max(0.0, min(1.0, (tried - part) / customers))


def limits(tail: float, customers: int, target: float, tau2: float = 0.0) -> tuple[float, float]:
    """The limits of chance at a number of customers.

    Exact when the providers do not differ more than chance (``tau2`` = 0), else with the over-dispersion added
    to the variance (EVALUATION.md §5, additive).
    """
    if tau2 <= 0.0:
        return quantile(tail, customers, target), quantile(1 - tail, customers, target)
    half = NormalDist().inv_cdf(1 - tail) * math.sqrt(target * (1 - target) / customers + tau2)
    return max(0.0, target - half), min(1.0, target + half)


def place(point: FunnelPoint, target: float, tau2: float = 0.0) -> Position:
    """Above, within or below the 95 % limits."""
    low, high = limits(INNER, point.n, target, tau2)
    if point.value > high:
        return Position.ABOVE
    return Position.BELOW if point.value < low else Position.WITHIN


def position_words(where: Position) -> str:
    """How a position reads."""
    return {
        Position.ABOVE: _("Better than expected"),
        Position.WITHIN: _("No difference from the expected"),
        Position.BELOW: _("Weaker than expected"),
    }[where]


def funnel(
    key: str,
    title: str,
    points: Sequence[FunnelPoint],
    target: float,
    *,
    tau2: float = 0.0,
    value_name: str,
    customers_name: str = "",
) -> Chart:
    """The picture and its table; the points come in the order of the table, which is no ranking.

    :raises ValueError: nobody to draw
    """
    if not points:
        raise ValueError("a funnel of nobody")
    places = [place(each, target, tau2) for each in points]
    customers_name = customers_name or _("Customers")
    return Chart(
        key=key,
        title=title,
        finding=_finding(points, places),
        caption=_(
            "Each mark is one provider. Between the solid lines a difference can be chance: 95 of 100 equal providers "
            "stand there. The dashed line across is the expected share, %(target)s.",
            target=percent(target),
        ),
        width=BROAD,
        height=HEIGHT,
        shapes=tuple(_drawn(points, places, target, tau2, customers_name)),
        table=table(
            title,
            [
                Column(_("Provider")),
                Column(customers_name, True),
                Column(value_name, True),
                Column(_("Lower 95% limit"), True),
                Column(_("Upper 95% limit"), True),
                Column(_("Reading")),
            ],
            [
                (
                    cell.words(each.name),
                    cell.count(each.n),
                    cell.share(each.value),
                    *(cell.share(end) for end in limits(INNER, each.n, target, tau2)),
                    cell.words(position_words(where)),
                )
                for each, where in zip(points, places, strict=True)
            ],
        ),
    )


def _finding(points: Sequence[FunnelPoint], places: Sequence[Position]) -> str:
    above = [each.name for each, where in zip(points, places, strict=True) if where is Position.ABOVE]
    below = [each.name for each, where in zip(points, places, strict=True) if where is Position.BELOW]
    inside = len(points) - len(above) - len(below)
    parts = [ngettext("%(num)s provider.", "%(num)s providers.", len(points))]
    if above:
        parts.append(_("Above the limits: %(names)s.", names=listing(above)))
    if below:
        parts.append(_("Below the limits: %(names)s.", names=listing(below)))
    if inside == len(points):
        parts.append(_("All are within the limits of chance."))
    elif inside:
        parts.append(
            ngettext("%(num)s is within the limits of chance.", "%(num)s are within the limits of chance.", inside)
        )
    return " ".join(parts)


def _drawn(
    points: Sequence[FunnelPoint], places: Sequence[Position], target: float, tau2: float, customers_name: str
) -> list[Shape]:
    most = max(each.n for each in points)
    x_marks = steps(0, max(most * 1.05, 10))
    x = Scale(0, x_marks[-1], LEFT, RIGHT)
    first = max(2, min(min(each.n for each in points), round(x_marks[-1] * 0.04)))
    numbers = sorted({round(first + (x_marks[-1] - first) * each / CURVE_POINTS) for each in range(CURVE_POINTS + 1)})
    upper_there = limits(OUTER, max(2, round(x_marks[-1] * 0.1)), target, tau2)[1]
    highest = min(1.0, max(upper_there, 1.08 * max(each.value for each in points), 0.1))
    y_marks = [each for each in steps(0, highest, 4) if each <= 1]
    y = Scale(0, max(highest, y_marks[-1]), FLOOR, TOP)
    curves = {
        (tail, end): [(x(each), y(limits(tail, each, target, tau2)[end])) for each in numbers]
        for tail in (INNER, OUTER)
        for end in (0, 1)
    }
    shapes: list[Shape] = [
        Path(css, area([*curves[tail, 1], *reversed(curves[tail, 0])]))
        for css, tail in (("band-2", OUTER), ("band-1", INNER))
    ]
    for each in y_marks:
        shapes += [
            Path("grid", f"M{n(LEFT)} {n(y(each))}H{n(RIGHT)}"),
            Text("end", LEFT - 8, y(each) + 5, percent(each)),
        ]
    shapes += [
        Path(css, line(curves[tail, end]))
        for css, tail in (("limit limit-out", OUTER), ("limit", INNER))
        for end in (1, 0)
    ]
    shapes += [
        Path("target", f"M{n(LEFT)} {n(y(target))}H{n(RIGHT)}"),
        Path("axis", f"M{n(LEFT)} {n(TOP)}V{n(FLOOR)}H{n(RIGHT)}"),
    ]
    shapes += [Text("mid-a", x(each), FLOOR + 20, count(round(each))) for each in x_marks]
    shapes.append(Text("end", RIGHT, FLOOR + 42, customers_name))
    ends = _names_of_limits(curves)
    taken: list[Box] = [(each.x - width_of(each.text), each.y - LETTER, each.x, each.y + 2) for each in ends]
    return [*shapes, *ends, *_marks(points, places, x, y, taken)]


def _names_of_limits(curves: dict[tuple[float, int], list[tuple[float, float]]]) -> list[Text]:
    inner, outer = curves[INNER, 1][-1][1], curves[OUTER, 1][-1][1]
    return [
        Text("end", RIGHT - 2, inner + 17, percent(0.95)),
        Text("end", RIGHT - 2, outer - 4, percent(0.998, 1)),
    ]


def _marks(
    points: Sequence[FunnelPoint], places: Sequence[Position], x: Scale, y: Scale, taken: list[Box]
) -> list[Shape]:
    """Grey dots, then diamonds and the reader's own, so that what is named lies on top."""
    marks: list[Shape] = []
    names: list[Shape] = []
    drawn = sorted(zip(points, places, strict=True), key=lambda each: (each[0].is_own, each[1] is not Position.WITHIN))
    taken = [*taken, *((x(p.n) - 7, y(p.value) - 7, x(p.n) + 7, y(p.value) + 7) for p in points)]
    for point, where in drawn:
        at = (x(point.n), y(point.value))
        if not point.is_own and where is Position.WITHIN:
            marks.append(Circle("pt", *at, 5.5))
            continue
        marks.append(Circle("pt-own", *at, 7) if point.is_own else Path("pt-out", diamond(*at)))
        if len(names) < NAMED_AT_MOST:
            text = shortened(f"{point.name}, {percent(point.value)}", 420, bold=True)
            others = [box for box in taken if not (box[0] < at[0] < box[2] and box[1] < at[1] < box[3])]
            css, (left, base), box = free_place(text, at, others, (LEFT, TOP - 12, RIGHT, FLOOR))
            names.append(Text(f"lbl {css}".strip(), left, base, text))
            taken.append(box)
    return [*marks, *names]
