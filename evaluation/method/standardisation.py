"""Observed against expected (EVALUATION.md §3, §5): weighted sums of a provider, and the level's recalibration."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evaluation.method.arrays import Floats, Ints, floats, ratio

#: A sum of p(1−p) is never taken for less than this share of the sum of p: recalibrated, p might pass 1.
LEAST_VARIANCE = 0.01


@dataclass(frozen=True)
class Observed:
    """Sums over a provider's customers: w, w·y, w·p, w²·p and w²·p², from which V follows for any f·p."""

    weight: Floats
    observed: Floats
    expected: Floats
    first: Floats
    second: Floats


def observe(y: Floats, p: Floats, w: Floats, groups: Ints, count: int) -> Observed:
    """The sums of each group, in the order of the rows: a row of another group changes no bit of them."""
    squared = w * w * p

    def total(values: Floats) -> Floats:
        return floats(np.bincount(groups, values, count))

    return Observed(total(w), total(w * y), total(w * p), total(squared), total(squared * p))


@dataclass(frozen=True)
class Standardised:
    """E and V after the level's recalibration, and what O says against them."""

    expected: Floats
    variance: Floats
    effect: Floats
    effect_variance: Floats
    z: Floats


def standardise(sums: Observed, factor: Floats | float = 1.0) -> Standardised:
    """O against f·E: d = (O − E)/Σw, s² = V/(Σw)², z = (O − E)/√V.

    Without a customer, or where V is 0, d and z are 0 and s² is infinite.
    """
    expected = factor * sums.expected
    variance = np.maximum(factor * sums.first - np.square(factor) * sums.second, LEAST_VARIANCE * factor * sums.first)
    told = (sums.weight > 0) & (variance > 0)
    excess = np.where(told, sums.observed - expected, 0.0)
    return Standardised(
        expected,
        variance,
        ratio(excess, sums.weight),
        np.where(told, ratio(variance, sums.weight**2), np.inf),
        ratio(excess, np.sqrt(variance)),
    )
