"""Points reproduced from the published criteria by an independent calculation in fractions, rounding stated.

Rounding: points of a criterion half up to 2 decimals, points for a euro half up to 4; the sum is of rounded points.
"""

from __future__ import annotations

import hashlib
import uuid
from decimal import Decimal
from fractions import Fraction
from math import floor

from hypothesis import given
from hypothesis import strategies as st

from dps.competitions import formulas

prices = st.integers(1, 10**12).map(lambda cents: Decimal(cents) / 100)
weights = st.integers(1, 10_000).map(lambda parts: Decimal(parts) / 100)
multiples = st.integers(101, 1000).map(lambda parts: Decimal(parts) / 100)
scales = st.integers(1, 100)


def half_up(value: Fraction, decimals: int) -> Fraction:
    """The nearest multiple of 10^-decimals; a half goes up."""
    return Fraction(floor(value * 10**decimals + Fraction(1, 2)), 10**decimals)


@given(weights, prices, prices)
def test_lowest_over_price_is_weight_times_lowest_over_price(weight: Decimal, one: Decimal, other: Decimal) -> None:
    lowest, price = min(one, other), max(one, other)

    expected = half_up(Fraction(weight) * Fraction(lowest) / Fraction(price), 2)

    assert Fraction(formulas.lowest_over_price(weight, lowest, price)) == expected
    assert formulas.lowest_over_price(weight, lowest, lowest) == weight


@given(weights, prices, prices, multiples)
def test_linear_is_full_at_the_lowest_zero_at_the_multiple_and_never_negative(
    weight: Decimal, one: Decimal, other: Decimal, zero_at: Decimal
) -> None:
    lowest, price = min(one, other), max(one, other)
    far, least = Fraction(zero_at) * Fraction(lowest), Fraction(lowest)

    share = max(Fraction(0), (far - Fraction(price)) / (far - least))

    assert Fraction(formulas.linear(weight, lowest, price, zero_at)) == half_up(Fraction(weight) * share, 2)
    assert formulas.linear(weight, lowest, lowest, zero_at) == weight
    assert formulas.linear(weight, lowest, zero_at * lowest, zero_at) == 0


@given(weights, prices)
def test_points_per_euro_are_quality_points_for_ten_thousand_euros(quality: Decimal, price: Decimal) -> None:
    expected = half_up(Fraction(quality) / Fraction(price) * 10_000, 4)

    assert Fraction(formulas.points_per_euro(quality, price)) == expected


@given(weights)
def test_with_a_fixed_price_quality_alone_is_compared(quality: Decimal) -> None:
    assert formulas.fixed_price(quality) == quality


@given(weights, scales, st.data())
def test_quality_points_are_score_of_scale_times_weight(weight: Decimal, scale: int, data: st.DataObject) -> None:
    score = Decimal(data.draw(st.integers(0, scale * 100))) / 100

    expected = half_up(Fraction(score) / scale * Fraction(weight), 2)

    assert Fraction(formulas.quality_points(weight, score, scale)) == expected
    assert formulas.quality_points(weight, Decimal(scale), scale) == weight


def test_a_half_is_rounded_up() -> None:
    assert formulas.lowest_over_price(Decimal(1), Decimal("1.00"), Decimal("8.00")) == Decimal("0.13")
    assert formulas.points_per_euro(Decimal("0.01"), Decimal(800_000)) == Decimal("0.0001")


def test_a_price_of_nothing_counts_as_a_cent() -> None:
    assert formulas.lowest_over_price(Decimal(40), Decimal(0), Decimal(1)) == Decimal("0.40")
    assert formulas.linear(Decimal(40), Decimal(0), Decimal(1), Decimal(2)) == 0
    assert formulas.points_per_euro(Decimal(1), Decimal(0)) == 1_000_000


def test_a_draw_can_be_repeated_by_anybody() -> None:
    competition = uuid.UUID("0190aaaa-0000-7000-8000-000000000001")

    assert (
        formulas.draw(competition, "A", "T-1")
        == hashlib.sha256(b"0190aaaa-0000-7000-8000-000000000001:A:T-1").hexdigest()
    )


@given(st.lists(prices, min_size=3, max_size=9), st.integers(1, 99))
def test_a_price_below_the_published_share_of_the_median_is_flagged(found: list[Decimal], percent: int) -> None:
    ordered = sorted(Fraction(price) for price in found)
    middle = (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2

    expected = {row for row, price in enumerate(found) if Fraction(price) < middle * percent / 100}

    assert formulas.low_price_flags(dict(enumerate(found)), percent) == expected


def test_two_prices_flag_nobody() -> None:
    assert formulas.low_price_flags({"a": Decimal(1), "b": Decimal(100)}, 70) == set()
