"""Funnel limits: how far from the target chance alone takes a provider of some size (EVALUATION.md §5)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import special, stats

from evaluation.method.arrays import Floats, floats
from evaluation.method.intervals import ALPHA

#: The lines of a funnel: 95 % and 99.8 %.
TAILS = (0.001, 0.025, 0.975, 0.999)


def share_limit(target: float, n: ArrayLike, tail: float) -> Floats:
    """The exact binomial limit of a share, interpolated between the two counts next to it.

    r is the smallest count with F(r) ≥ tail; the limit is (r − a) / n, a = (F(r) − tail) / (F(r) − F(r−1)).
    """
    size = np.maximum(floats(n), 1.0)
    if not 0 < target < 1:
        return np.full(size.shape, float(target))
    whole = np.round(size)
    r = np.maximum(stats.binom.ppf(tail, whole, target), 0.0)
    at, before = stats.binom.cdf(r, whole, target), stats.binom.cdf(r - 1, whole, target)
    return np.clip((r - (at - tail) / np.maximum(at - before, np.finfo(float).tiny)) / whole, 0.0, 1.0)


def ratio_limits(expected: ArrayLike, alpha: float = ALPHA) -> tuple[Floats, Floats]:
    """Limits of observed / expected around 1: the Poisson formulas with the expected count."""
    count = floats(expected)
    return special.gammaincinv(count, alpha / 2) / count, special.gammaincinv(count + 1, 1 - alpha / 2) / count
