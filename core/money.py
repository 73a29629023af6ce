"""Sums of euros shared to the cent (I9): one way for every room."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

CENT = Decimal("0.01")


def shared(total: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """A sum of euros shared by weights to the cent, by largest remainder (I9); the parts add up to it.

    Weights are percents, or anything else that is not negative: only their proportions count. A weight of nothing
    gets nothing. Of equal remainders the first wins: ``shared(Decimal("100.01"), [Decimal(50), Decimal(50)])`` →
    ``[50.01, 50.00]``. A sum below zero is shared like its opposite.

    :raises ValueError: a weight is negative, all are nothing, or the sum is not of whole cents
    """
    whole = sum((Fraction(each) for each in weights), Fraction(0))
    if whole <= 0 or any(each < 0 for each in weights):
        raise ValueError("weights must not be negative, and not all nothing")
    if total != total.quantize(CENT):
        raise ValueError("the sum must be of whole cents")
    cents = int(abs(total) * 100)
    exact = [cents * Fraction(each) / whole for each in weights]
    parts = [int(each) for each in exact]
    by_remainder = sorted(range(len(parts)), key=lambda place: (parts[place] - exact[place], place))
    for place in by_remainder[: cents - sum(parts)]:
        parts[place] += 1
    sign = -1 if total < 0 else 1
    return [(Decimal(sign * each) / 100).quantize(CENT) for each in parts]


def vat_of(amount: Decimal, rate: Decimal) -> Decimal:
    """The VAT of an amount, rounded once to the cent (I9)."""
    return (amount * rate / 100).quantize(CENT, ROUND_HALF_UP)
