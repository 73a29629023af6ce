"""What one authority may see of the others, and what a review proposes: pure rules."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.together import gating, rules

H, E, K, V = "helsinki", "espoo", "kauniainen", "vantaa"
QUARTERS = (1, 2, 3, 4)


def even(**totals: int) -> dict[tuple[str, int], int]:
    """So many customers a quarter."""
    return {(key, quarter): number for key, number in totals.items() for quarter in QUARTERS}


@pytest.mark.rule("R119")
def test_given_a_small_party_of_another_authority_then_it_stands_together_with_its_authority() -> None:
    view = gating.gated(even(helsinki=50, espoo=20, vantaa=20) | {(K, 1): 3}, [H], [[E, K], [V]], QUARTERS, 5)

    assert [line.keys for line in view.lines] == [(H,), (E, K), (V,)]
    assert view.joint.total


@pytest.mark.rule("R119", "R107")
def test_given_one_other_authority_too_small_then_the_joint_figure_is_hidden_too() -> None:
    view = gating.gated(even(helsinki=50) | {(V, 1): 3}, [H], [[V]], QUARTERS, 5)

    assert not view.of(V).total
    assert not view.joint.total
    assert view.joint.columns == frozenset()
    assert view.of(H).total


@given(
    st.dictionaries(st.tuples(st.sampled_from([H, E, K, V]), st.sampled_from(QUARTERS)), st.integers(0, 12)),
    st.sampled_from([[H], [E, K], [V]]),
)
@settings(max_examples=60, deadline=None)
@pytest.mark.rule("R119", "R107")
def test_given_any_numbers_then_joint_less_own_never_tells_of_fewer_than_five_others(
    counts: dict[tuple[str, int], int], own: list[str]
) -> None:
    groups = [[H], [E, K], [V]]
    view = gating.gated(counts, own, [each for each in groups if each != own], QUARTERS, 5)
    theirs = [line for line in view.lines if not line.is_own]
    for quarter in QUARTERS:
        numbers = {line.keys: sum(counts.get((key, quarter), 0) for key in line.keys) for line in theirs}
        shown = {line.keys: numbers[line.keys] for line in theirs if quarter in line.columns}
        assert all(number >= 5 for number in shown.values())
        if quarter in view.joint.columns:
            hidden = [keys for keys in numbers if keys not in shown]
            assert not hidden or (len(hidden) > 1 and sum(numbers[keys] for keys in hidden) >= 5)


def test_given_use_and_shares_then_the_proposal_is_their_mean_in_whole_percents() -> None:
    present = {H: Decimal(50), E: Decimal(25), K: Decimal(0), V: Decimal(25)}
    used = {(H,): Decimal(600), (E, K): Decimal(200), (V,): Decimal(200)}

    assert rules.proposed_shares(present, used) == {H: 55, E: 23, K: 0, V: 22}


def test_given_use_too_small_to_tell_then_the_party_keeps_its_share() -> None:
    present = {H: Decimal(60), V: Decimal(30), K: Decimal(10)}

    assert rules.proposed_shares(present, {(H,): Decimal(50), (V,): Decimal(50), (K,): None}) == {H: 53, V: 37, K: 10}


@given(
    st.lists(st.integers(0, 10_000), min_size=4, max_size=4).filter(any),
    st.lists(st.one_of(st.none(), st.integers(0, 10**9)), min_size=3, max_size=3),
)
@settings(max_examples=80, deadline=None)
def test_given_any_use_then_the_proposed_shares_add_up_to_a_hundred(weights: list[int], used: list[int | None]) -> None:
    keys = [H, E, K, V]
    present = {key: Decimal(100) * weight / sum(weights) for key, weight in zip(keys, weights, strict=True)}
    euros = [None if each is None else Decimal(each) / 100 for each in used]
    found = rules.proposed_shares(present, dict(zip([(H,), (E, K), (V,)], euros, strict=True)))

    assert sum(found.values()) == 100
    assert min(found.values()) >= 0


def test_given_an_agreement_then_its_half_years_that_are_over_are_known() -> None:
    found = rules.halves(date(2025, 3, 1), None, date(2026, 7, 1))

    assert found == [date(2026, 1, 1), date(2025, 7, 1), date(2025, 1, 1)]
    assert rules.halves(date(2025, 1, 1), None, date(2025, 6, 30)) == []
