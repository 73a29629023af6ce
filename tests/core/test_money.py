"""Shares of a sum: to the cent, fair, whatever the order (I9)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.money import shared, vat_of

_TOTALS = st.integers(0, 10**12).map(lambda cents: Decimal(cents) / 100)
_WEIGHTS = st.lists(st.integers(0, 10**9).map(lambda n: Decimal(n) / 100), min_size=1, max_size=6).filter(any)


@settings(max_examples=60, deadline=None)
@given(_TOTALS, _WEIGHTS)
def test_shares_add_up_and_nobody_is_a_cent_away_from_their_exact_share(total: Decimal, weights: list[Decimal]) -> None:
    parts = shared(total, weights)
    whole = sum(map(Fraction, weights))
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(Fraction(part) - Fraction(total) * Fraction(weight) / whole) < Fraction(1, 100)
        assert weight or not part


@settings(max_examples=60, deadline=None)
@given(_TOTALS, _WEIGHTS, st.randoms(use_true_random=False))
def test_the_order_of_the_parties_matters_in_ties_only(total: Decimal, weights: list[Decimal], chance: object) -> None:
    places = list(range(len(weights)))
    chance.shuffle(places)  # type: ignore[attr-defined]
    one, other = shared(total, weights), shared(total, [weights[place] for place in places])
    whole = sum(map(Fraction, weights))
    left = [Fraction(total) * 100 * Fraction(weight) / whole % 1 for weight in weights]
    for number, place in enumerate(places):
        if left.count(left[place]) == 1:
            assert other[number] == one[place]


@settings(max_examples=30, deadline=None)
@given(_TOTALS, _WEIGHTS)
def test_the_opposite_of_a_sum_is_shared_oppositely(total: Decimal, weights: list[Decimal]) -> None:
    assert shared(-total, weights) == [-each for each in shared(total, weights)]


@pytest.mark.parametrize("weights", [[Decimal(0), Decimal(0)], [Decimal(2), Decimal(-1)], []])
def test_weights_that_mean_nothing_are_refused(weights: list[Decimal]) -> None:
    with pytest.raises(ValueError, match="weights"):
        shared(Decimal(1), weights)


def test_a_sum_has_whole_cents_and_vat_is_rounded_once() -> None:
    with pytest.raises(ValueError, match="cents"):
        shared(Decimal("1.005"), [Decimal(1)])
    assert vat_of(Decimal("0.10"), Decimal("25.5")) == Decimal("0.03")
