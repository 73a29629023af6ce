"""The arithmetic of quality records against the reference cases of EVALUATION.md §9."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation import measures


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


def test_a_mean_has_its_interval_inside_the_scale() -> None:
    low, high = measures.mean_interval(9.8, 0.632, 10, low=0, high=10)

    assert (round(low, 3), high) == (9.408, 10)
    with pytest.raises(ValueError, match="a mean of 1 has no interval"):
        measures.mean_interval(9.8, 0.0, 1, low=0, high=10)


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
