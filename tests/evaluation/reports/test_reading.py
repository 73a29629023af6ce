"""What may be drawn beside what (R119), and in which order providers stand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.reports.reading import Provider, YearFacts, by_name, is_safe, level, year_estimate


@pytest.mark.rule("R119")
@pytest.mark.parametrize(
    ("counts", "safe"),
    [((40, 30), True), ((40, 3), False), ((40, 3, 4), True), ((40, 1, 2), False), ((40, 0), True), ((3,), False)],
)
def test_a_total_stands_beside_its_parts_only_when_what_is_left_over_is_several_and_enough(
    counts: tuple[int, ...], safe: bool
) -> None:
    assert is_safe(counts, 5) is safe


@pytest.mark.rule("R119")
@given(st.lists(st.integers(0, 12), max_size=8))
def test_whatever_is_left_over_is_nobody_or_at_least_five(counts: list[int]) -> None:
    hidden = [each for each in counts if 0 < each < 5]
    if is_safe(counts, 5) and hidden:
        assert len(hidden) >= 2
        assert sum(hidden) >= 5


@pytest.mark.rule("R119")
def test_a_year_is_told_in_whole_tens_and_percents_to_everybody() -> None:
    found = year_estimate(YearFacts((33, 14), 17.3), 5, step=10)

    assert found is not None
    assert (found.n, found.value) == (40, 15 / 40)
    assert year_estimate(YearFacts((4,), 1.0), 5) is None
    assert year_estimate(YearFacts((9,), 1.0), 5, step=10) is None
    assert year_estimate(YearFacts((33, 3), 17.3), 5) is None
    assert year_estimate(None, 5) is None


def test_providers_stand_by_name() -> None:
    rows = by_name([Provider("basso", 90), Provider("Aava", 5)])
    assert [each.name for each in rows] == ["Aava", "basso"]


def test_a_window_in_which_nobody_is_known_has_no_level() -> None:
    assert level({"6": {"n": 0, "target": 0.0, "phi_tau2": 0.0}}, 6) is None
    assert level({}, 6) is None
    found = level({"6": {"n": 9, "target": 0.3, "phi_tau2": 0.01}}, 6)
    assert found is not None
    assert (found.target, found.tau2) == (0.3, 0.01)
