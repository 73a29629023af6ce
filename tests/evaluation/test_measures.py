"""The arithmetic of quality records against the reference cases of EVALUATION.md §9."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation import measures
from evaluation.measures import Answers, Tally


@pytest.mark.parametrize(
    ("successes", "n", "confidence", "low", "high"),
    [
        (65, 100, 0.95, 0.552544, 0.736358),
        (65, 100, 0.998, 0.495495, 0.778354),
        (1, 100, 0.95, 0.001767, 0.054486),
        (41, 143, 0.95, 0.2189, 0.3656),
        (24, 323, 0.95, 0.0504, 0.1082),
    ],
)
def test_wilson_interval_equals_the_published_cases(
    successes: int, n: int, confidence: float, low: float, high: float
) -> None:
    assert measures.wilson(successes, n, confidence) == pytest.approx((low, high), abs=1e-4)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_interval_holds_the_share_and_stays_between_zero_and_one(case: tuple[int, int]) -> None:
    low, high = measures.wilson(*case)

    assert 0 <= low <= case[0] / case[1] + 1e-12
    assert case[0] / case[1] - 1e-12 <= high <= 1


@given(st.integers(1, 200), st.integers(0, 200))
def test_more_customers_with_the_same_share_make_the_interval_narrower(n: int, successes: int) -> None:
    successes = min(successes, n)
    low, high = measures.wilson(successes, n)
    low_twice, high_twice = measures.wilson(2 * successes, 2 * n)

    assert high_twice - low_twice < high - low


@pytest.mark.rule("R119")
@pytest.mark.parametrize(("n", "customers", "is_shown"), [(4, 4, False), (5, 5, True), (9, 4, False), (9, 5, True)])
def test_no_share_of_fewer_than_five_customers_is_shown(n: int, customers: int, is_shown: bool) -> None:
    assert (measures.share(Tally(2, n, customers), smallest=5) is not None) is is_shown


@pytest.mark.rule("R119")
@pytest.mark.parametrize(("n", "customers", "is_shown"), [(9, 9, False), (10, 10, True), (10, 4, False)])
def test_no_mean_of_fewer_than_ten_answers_is_shown(n: int, customers: int, is_shown: bool) -> None:
    figure = measures.mean(Answers(n, 8.0, 1.5, customers), smallest=5, smallest_answers=10)

    assert (figure is not None) is is_shown


def test_a_mean_comes_with_its_interval_inside_the_scale() -> None:
    figure = measures.mean(Answers(10, 9.8, 0.632, 10), smallest=5, smallest_answers=10)

    assert figure == {"count": 10, "customers": 10, "value": "9.800", "low": "9.408", "high": "10.000"}


@pytest.mark.rule("R119")
@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=5, max_size=60))
def test_two_releases_never_differ_by_the_answers_of_fewer_than_five_customers(rows: list[tuple[bool, bool]]) -> None:
    published = None
    for n in range(1, len(rows) + 1):
        successes = sum(success for success, _ in rows[:n])
        before = published
        published = measures.stepwise(published, measures.share(Tally(successes, n, n), smallest=5), step=5, smallest=5)
        if before and published != before:
            assert published is not None
            assert published["count"] - before["count"] >= 5


def test_missing_stays_missing() -> None:
    assert measures.share(None, smallest=5) is None
    assert measures.stepwise({"count": 9}, None, step=5, smallest=5) is None


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 30), date(2027, 2, 28)),
        (date(2026, 1, 15), date(2026, 4, 15)),
        (date(2026, 9, 30), date(2026, 12, 30)),
    ],
)
def test_months_end_on_the_same_numbered_day_or_the_last(day: date, expected: date) -> None:
    assert measures.months_after(day, 3) == expected
