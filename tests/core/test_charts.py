"""The arithmetic of the pictures, and that a picture, its words and its table say the same."""

from __future__ import annotations

import random
from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.charts import (
    BarRow,
    Chart,
    Column,
    Dot,
    Estimate,
    FunnelPoint,
    Position,
    RadarAxis,
    Route,
    TrendPoint,
    WeekPoint,
    bars,
    cell,
    dots,
    flow,
    funnel,
    histogram,
    kept_apart,
    radar,
    trend,
    weeks,
)
from core.charts.chart import Circle, Path, Rect, Scale, Text, free_place, overlap, shortened, steps, wrapped
from core.charts.distribution import merged
from core.charts.funnel import INNER, OUTER, limits, place
from core.charts.radar import at
from core.i18n import using_language

#: Child heart surgery in England 1991-95 (EVALUATION.md §9, S1): operations and the limits in percent.
SURGERY = {
    143: (4.0485, 6.5279, 17.1991, 20.7317),
    323: (6.5749, 8.3830, 15.4541, 17.7076),
    122: (3.4269, 6.0632, 17.6270, 21.4540),
    581: (7.9133, 9.3011, 14.5776, 16.2167),
}
TARGET = 397 / 3319


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with using_language("en"):
        yield


def words_of(chart: Chart) -> list[str]:
    return [shape.text for shape in chart.shapes if isinstance(shape, Text)]


def rows_of(chart: Chart) -> list[list[str]]:
    return [[each.text for each in row] for row in chart.table.rows]


# ---- funnel ----


@pytest.mark.parametrize("operations", SURGERY)
def test_the_limits_of_a_funnel_are_those_of_the_reference_case(operations: int) -> None:
    low_outer, low, high, high_outer = SURGERY[operations]

    assert [100 * each for each in limits(INNER, operations, TARGET)] == pytest.approx([low, high], abs=1e-4)
    assert [100 * each for each in limits(OUTER, operations, TARGET)] == pytest.approx(
        [low_outer, high_outer], abs=1e-4
    )


def test_over_dispersion_brings_the_reference_case_inside() -> None:
    oxford, leeds, bristol = (
        FunnelPoint("O", 122, 23 / 122),
        FunnelPoint("L", 323, 24 / 323),
        FunnelPoint("B", 143, 41 / 143),
    )

    assert [place(each, TARGET) for each in (oxford, leeds)] == [Position.ABOVE, Position.BELOW]
    assert place(leeds, TARGET, 0.00032854) is Position.WITHIN
    assert place(bristol, TARGET, 0.00032854) is Position.ABOVE


def test_a_funnel_with_everybody_at_the_end_of_the_scale_is_drawn() -> None:
    for target in (0.0, 1.0):
        chart = funnel("k", "T", [FunnelPoint("A", 5, target)], target, value_name="Share")
        assert "All are within the limits of chance." in chart.finding


def test_a_funnel_marks_inside_outside_and_own_differently() -> None:
    points = [
        FunnelPoint("Inside Oy", 96, 0.37),
        FunnelPoint("Low Oy", 112, 0.24),
        FunnelPoint("Own Oy", 148, 0.45, is_own=True),
    ]
    chart = funnel("k", "In work", points, 0.36, value_name="Share")

    assert [shape.css for shape in chart.shapes if isinstance(shape, Circle)] == ["pt", "pt-own"]
    assert len([shape for shape in chart.shapes if isinstance(shape, Path) and shape.css == "pt-out"]) == 1
    assert {"Low Oy, 24%", "Own Oy, 45%"} <= set(words_of(chart))
    assert not [text for text in words_of(chart) if "Inside" in text]
    assert "Above the limits: Own Oy. Below the limits: Low Oy." in chart.finding
    assert rows_of(chart)[1] == ["Low Oy", "112", "24%", "27%", "45%", "Weaker than expected"]


def test_names_of_a_funnel_do_not_cover_each_other() -> None:
    taken: list[tuple[float, float, float, float]] = []
    for x in (100.0, 102.0, 104.0):
        box = free_place("Pohjolan Valmennus Oy, 45 %", (x, 150.0), taken, (0, 0, 900, 300))[2]
        assert not any(overlap(box, other) for other in taken)
        taken.append(box)


# ---- words and scales ----


@pytest.mark.parametrize(
    ("low", "high", "marks"),
    [(0, 23, [0, 5, 10, 15, 20, 25]), (0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1.0]), (-100, 100, [-100, -50, 0, 50, 100])],
)
def test_steps_are_round_numbers(low: float, high: float, marks: list[float]) -> None:
    assert steps(low, high) == marks


def test_nothing_is_drawn_outside_its_scale() -> None:
    scale = Scale(20, 80, 100, 500)
    assert [scale(each) for each in (0, 50, 200)] == [100, 300, 500]


def test_long_names_are_broken_and_cut() -> None:
    assert shortened("Aava", 200) == "Aava"
    assert shortened("Kannatussäätiö sr", 60).endswith("…")
    assert wrapped("Tutkintoon johtava koulutus", 190, 2) == ["Tutkintoon johtava", "koulutus"]


# ---- trend, distribution, weeks ----


def test_a_trend_says_a_change_only_when_the_intervals_part() -> None:
    def finding(after: Estimate) -> str:
        points = [TrendPoint("2024", Estimate(60, 0.3, 0.2, 0.4)), TrendPoint("2025", after)]
        return trend("k", "T", points, value_name="Share").finding

    assert "can be chance" in finding(Estimate(60, 0.45, 0.35, 0.55))
    assert "rose from 30% to 60%" in finding(Estimate(60, 0.6, 0.5, 0.7))
    assert "fell from 30% to 10%" in finding(Estimate(60, 0.1, 0.05, 0.15))


@pytest.mark.rule("R119")
def test_a_year_below_the_gate_is_an_empty_mark_and_words() -> None:
    chart = trend("k", "T", [TrendPoint("2024"), TrendPoint("2025", Estimate(60, 0.3, 0.2, 0.4))], value_name="Share")

    assert rows_of(chart)[0] == ["2024", *["Too few to tell"] * 4]
    assert [shape.css for shape in chart.shapes if isinstance(shape, Rect)] == ["gated", "range"]


@pytest.mark.rule("R119")
def test_bars_of_answers_below_the_gate_are_put_together() -> None:
    assert merged([("0", 3), ("1", 4), ("2", 9)], 5) == [("0–1", 7), ("2", 9)]
    assert merged([("0", 9), ("1", 0), ("2", 2)], 5) == [("0–2", 11)]
    assert histogram("k", "T", [("0", 2), ("1", 2)], bin_name="Grade", smallest=5) is None


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 12), min_size=1, max_size=11))
def test_no_bar_is_below_the_gate_and_none_is_lost(counts: list[int]) -> None:
    groups = merged([(str(place), each) for place, each in enumerate(counts)], 5)
    assert sum(each for _name, each in groups) == sum(counts)
    if sum(counts) >= 5:
        assert not [each for _name, each in groups if each < 5]


def test_providers_stand_by_name_whatever_their_figures() -> None:
    points = [Dot("Aava", Estimate(40, 41, 33, 49)), Dot("Basso", Estimate(40, 62, 55, 69))]
    chart = dots("k", "Index", points, value_name="Index", scale=(20, 80), expected=50)

    assert [row[0] for row in rows_of(chart)] == ["Aava", "Basso"]
    assert "The intervals of 2 do not touch" in chart.finding


@pytest.mark.rule("R119")
def test_a_week_with_too_few_answers_shows_nothing() -> None:
    chart = weeks(
        "k", "T", [WeekPoint("Kuopio", "20", Estimate(12, 30, -5, 60)), WeekPoint("Kuopio", "21")], value_name="NPS",
        place_name="Place",
    )  # fmt: skip
    assert chart is not None
    assert rows_of(chart) == [["Kuopio", "20", "12", "30", "−5", "60"], ["Kuopio", "21", *["Too few to tell"] * 4]]
    assert weeks("k", "T", [WeekPoint("Kuopio", "21")], value_name="NPS", place_name="Place") is None


# ---- radar, flow, bars ----


def test_a_radar_has_three_to_eight_axes() -> None:
    axes = [RadarAxis(f"Area {number}", 2.0, 3.0) for number in range(9)]
    for number in (2, 9):
        with pytest.raises(ValueError, match="axes"):
            radar("k", "T", axes[:number], lowest=1, highest=5, answers=20)
    assert len(radar("k", "T", axes[:8], lowest=1, highest=5, answers=20).table.rows) == 8


def test_the_first_axis_stands_up_and_the_rest_go_clockwise() -> None:
    assert at(0, 4, 100) == (260, 78)
    assert at(1, 4, 100) == (360, 178)


def test_a_radar_tells_what_changed_most() -> None:
    axes = [RadarAxis("Skills", 2.7, 3.6), RadarAxis("Job search", 2.2, 3.9), RadarAxis("Finances", 2.4, 2.3)]
    chart = radar("k", "T", axes, lowest=1, highest=5, answers=20)

    assert chart.finding == "Of 3 areas 2 rose and 1 fell. Most changed: Job search, from 2.2 to 3.9."
    assert rows_of(chart)[1] == ["Job search", "2.2", "3.9"]


ROUTES = st.lists(
    st.builds(
        Route,
        st.lists(st.sampled_from("ABC"), min_size=1, max_size=3).map(tuple),
        st.sampled_from(["work", "studies", "unemployed"]),
        st.integers(0, 9),
        st.booleans(),
    ),
    max_size=10,
)


@pytest.mark.rule("R119")
@settings(max_examples=60, deadline=None)
@given(ROUTES)
def test_no_route_is_below_the_gate_and_nobody_is_missing(routes: list[Route]) -> None:
    told = kept_apart(routes, 5, other="other", aim="another aim", end="other end")
    total = sum(each.people for each in routes)

    assert all(each.people >= 5 for each in told)
    assert sum(each.people for each in told) == (total if total >= 5 else 0)


def test_small_ends_become_another_aim_or_other() -> None:
    routes = [
        Route(("coaching",), "work", 67, True), Route(("coaching",), "studies", 3, True),
        Route(("coaching",), "own business", 2, True), Route(("coaching",), "unemployed", 28),
        Route(("coaching",), "moved", 1), Route(("coaching",), "unknown", 6),
    ]  # fmt: skip
    chart = flow("k", "T", routes, caption="c", smallest=5)

    assert chart is not None
    assert rows_of(chart) == [
        ["coaching", "work", "67", "63%"],
        ["coaching", "Another aim", "5", "5%"],
        ["coaching", "unemployed", "28", "26%"],
        ["coaching", "Other", "7", "7%"],
    ]
    assert "107 customers. 72 of them (67%) got to an aim." in chart.finding


def test_the_ribbons_of_a_flow_are_as_thick_as_its_people() -> None:
    chart = flow("k", "T", [Route(("a", "b"), "work", 30, True), Route(("b",), "rest", 10)], caption="c", smallest=5)
    assert chart is not None
    nodes = {shape.x: 0.0 for shape in chart.shapes if isinstance(shape, Rect)}
    for shape in chart.shapes:
        if isinstance(shape, Rect):
            nodes[shape.x] += shape.height
    first, middle, last = (nodes[x] for x in sorted(nodes))
    assert middle == pytest.approx(last, abs=0.2)
    assert first == pytest.approx(middle * 0.75, abs=0.2)


def test_bars_are_held_against_their_mark() -> None:
    rows = [BarRow("Coaching", Decimal("60"), Decimal("120")), BarRow("Language", None)]
    columns = [Column("Category"), Column("Spent", True), Column("Budget", True)]
    chart = bars("k", "T", rows, finding="f", caption="c", columns=columns, make=cell.money, mark_name="Budget")

    node = next(shape for shape in chart.shapes if isinstance(shape, Rect) and shape.css == "node")
    whole = next(shape for shape in chart.shapes if isinstance(shape, Rect) and shape.css == "all")
    assert node.width == whole.width / 2
    assert rows_of(chart) == [["Coaching", "€60.00", "€120.00"], ["Language", "Too few to tell", "–"]]


def test_every_kind_of_picture_stays_inside_its_frame() -> None:
    numbers = random.Random(7)
    points = [
        FunnelPoint(f"A rather long name of a provider number {n}", numbers.randint(5, 400), numbers.random())
        for n in range(40)
    ]
    for chart in (
        funnel("f", "T", points, 0.4, value_name="S"),
        dots(
            "d",
            "T",
            [Dot(each.name, Estimate(9, 50, 10, 95)) for each in points],
            value_name="I",
            scale=(20, 80),
            expected=50,
        ),
    ):
        for shape in chart.shapes:
            if not isinstance(shape, Path):
                assert 0 <= shape.x <= chart.width
                assert 0 <= shape.y <= chart.height
