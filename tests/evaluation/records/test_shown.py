"""What may be told of a record: gates and steps (R119)."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.records.shown import COMPONENTS, Gates, told

GATES = Gates(customers=5, answers=10)


def _told(
    customers: int, components: dict[str, Any], before: dict[str, Any] | None = None, entered: int | None = None
) -> dict[str, Any] | None:
    return told(
        customers=customers,
        quality_class="not_different",
        status="measured",
        index={"n": customers, "value": 52.26, "low": 44.0, "high": 60.51},
        components=components,
        gates=GATES,
        before=before,
        on=date(2026, 11, 22),
        entered=entered,
    )


def _part(n: int, value: float = 0.5) -> dict[str, Any]:
    return {"n": n, "value": value, "low": value - 0.1, "high": value + 0.1}


@pytest.mark.rule("R119")
def test_given_four_customers_then_nothing_is_told() -> None:
    assert _told(4, {"completion": _part(4)}) is None


@pytest.mark.rule("R119")
def test_given_nine_answers_then_feedback_is_not_told_but_other_figures_are() -> None:
    found = _told(12, {"completion": _part(12), "feedback": _part(9, 20.0), "recommendation": _part(9, 8.0)})

    assert found is not None
    assert found["completion"] == {"count": 12, "value": "0.50", "low": "0.40", "high": "0.60"}
    assert found["feedback"] is None
    assert found["recommendation"] is None


def test_given_too_few_expected_successes_then_an_outcome_is_not_told() -> None:
    found = _told(31, {"outcome_3": {**_part(31), "enough": False}, "outcome_6": {**_part(31), "enough": True}})

    assert found is not None
    assert found["outcome_3"] is None
    assert found["outcome_6"] is not None


@pytest.mark.rule("R119")
def test_given_four_new_customers_then_all_stays_as_it_was_told_and_with_five_it_changes() -> None:
    first = _told(10, {"completion": _part(10, 0.5)})

    assert _told(14, {"completion": _part(14, 0.9)}, first) == first
    later = _told(15, {"completion": _part(15, 0.9)}, first)
    assert later is not None
    assert later["completion"]["value"] == "0.90"


@pytest.mark.rule("R119")
def test_given_one_customer_left_and_one_came_then_all_stays_as_it_was_told() -> None:
    first = _told(10, {"completion": _part(10, 0.5)})

    assert _told(10, {"completion": _part(10, 0.6)}, first, entered=1) == first


@pytest.mark.rule("R105", "R119")
def test_given_as_many_left_as_came_and_they_are_five_then_the_provider_does_not_stand_still() -> None:
    first = _told(40, {"completion": _part(40, 0.5), "feedback": _part(20, 10.0)})
    later = _told(41, {"completion": _part(41, 0.9), "feedback": _part(21, 60.0)}, first, entered=7)

    assert later is not None
    assert later["completion"]["value"] == "0.90"
    assert later["feedback"] == first["feedback"] if first else False


@pytest.mark.rule("R119")
def test_given_many_new_customers_but_one_new_answer_then_the_feedback_stays() -> None:
    first = _told(20, {"feedback": _part(10, 40.0)})
    later = _told(40, {"feedback": _part(11, 10.0)}, first)

    assert later is not None
    assert later["customers"] == 40
    assert later["feedback"] == first["feedback"] if first else False


@pytest.mark.rule("R119")
def test_figures_are_rounded_so_that_no_single_case_is_read_from_their_digits() -> None:
    found = _told(30, {"deviations": _part(30, 1.23456)})

    assert found is not None
    assert found["index"] == {"count": 30, "value": "52.3", "low": "44.0", "high": "60.5"}
    assert found["deviations"]["value"] == "1.23"


@pytest.mark.rule("R119")
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=2, max_size=8))
def test_whatever_releases_follow_each_other_no_two_figures_differ_by_fewer_than_the_gate(
    releases: list[tuple[int, int]],
) -> None:
    """The attacker keeps every release and subtracts each from each."""
    before: dict[str, Any] | None = None
    seen: list[dict[str, Any]] = []
    for customers, answers in releases:
        before = _told(customers, {"completion": _part(customers), "feedback": _part(min(customers, answers))}, before)
        if before:
            seen.append(before)
    for name in COMPONENTS:
        counts = [each[name]["count"] for each in seen if each.get(name)]
        for earlier, later in itertools.pairwise(counts):
            assert earlier == later or abs(earlier - later) >= GATES.of(name)
    for earlier, later in itertools.pairwise(seen):
        assert earlier["customers"] == later["customers"] or abs(earlier["customers"] - later["customers"]) >= 5
