"""Intervals of counts, shares and net promoter scores (EVALUATION.md §5), for whole arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from evaluation.method.arrays import Floats, floats, ratio

#: Two-sided 5 %.
ALPHA = 0.05


def normal_quantile(alpha: float = ALPHA) -> float:
    """The two-sided standard normal quantile: 1.959964 for 5 %."""
    return float(special.ndtri(1 - alpha / 2))


def poisson_limits(observed: ArrayLike, alpha: float = ALPHA) -> tuple[Floats, Floats]:
    """Exact limits of a Poisson count: half of chi-square quantiles, written as gamma quantiles."""
    count = floats(observed)
    lower = special.gammaincinv(np.maximum(count, 1e-300), alpha / 2)
    return np.where(count > 0, lower, 0.0), special.gammaincinv(count + 1, 1 - alpha / 2)


def byar_limits(observed: ArrayLike, alpha: float = ALPHA) -> tuple[Floats, Floats]:
    """Byar's approximation of the exact Poisson limits, also for counts that are not whole."""
    z, count = normal_quantile(alpha), floats(observed)
    some = np.where(count > 0, count, 1.0)
    lower = count * np.maximum(0.0, 1 - 1 / (9 * some) - z / (3 * np.sqrt(some))) ** 3
    more = count + 1
    return lower, more * (1 - 1 / (9 * more) + z / (3 * np.sqrt(more))) ** 3


def wilson_limits(successes: ArrayLike, n: ArrayLike, alpha: float = ALPHA) -> tuple[Floats, Floats]:
    """Wilson's limits of a share, as ``evaluation.measures.wilson``; of nothing observed: 0 to 1."""
    z, n = normal_quantile(alpha), floats(n)
    some = np.maximum(n, 1.0)
    p = floats(successes) / some
    centre, half = p + z * z / (2 * some), z * np.sqrt(p * (1 - p) / some + z * z / (4 * some * some))
    below = 1 + z * z / some
    low, high = np.maximum(0.0, (centre - half) / below), np.minimum(1.0, (centre + half) / below)
    return np.where(n > 0, low, 0.0), np.where(n > 0, high, 1.0)


def mean_limits(mean: Floats, variance: Floats, n: Floats, low: float, high: float, alpha: float = ALPHA) -> Floats:
    """Limits of a mean of ``n`` answers with their ``variance``, cut at the ends of the scale: (2, …)."""
    half = normal_quantile(alpha) * np.sqrt(ratio(variance, n))
    return np.stack([np.maximum(low, mean - half), np.minimum(high, mean + half)])


def net_promoter_score(promoters: ArrayLike, detractors: ArrayLike, n: ArrayLike) -> Floats:
    """Promoters less detractors, in points from -100 to 100."""
    return 100 * ratio(floats(promoters) - floats(detractors), n)


def net_promoter_variance(promoters: ArrayLike, detractors: ArrayLike, n: ArrayLike) -> Floats:
    """The variance of one answer (as -100, 0 or 100 points) by adjusted Wald: three answers are added."""
    more = floats(n) + 3
    p, d = (floats(promoters) + 0.75) / more, (floats(detractors) + 0.75) / more
    return 1e4 * (p + d - (p - d) ** 2)


def net_promoter_limits(
    promoters: ArrayLike, detractors: ArrayLike, n: ArrayLike, alpha: float = ALPHA
) -> tuple[Floats, Floats]:
    """Adjusted Wald limits of a net promoter score: ¾ promoter, ¾ detractor and 1½ passive added (Rocks 2016)."""
    more = floats(n) + 3
    centre = 100 * (floats(promoters) - floats(detractors)) / more
    half = normal_quantile(alpha) * np.sqrt(net_promoter_variance(promoters, detractors, n) / more)
    return centre - half, centre + half
