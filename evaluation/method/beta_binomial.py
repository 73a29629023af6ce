"""Shares of providers with alike customers: the beta-binomial model (EVALUATION.md §5)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, special

from evaluation.method.arrays import Floats, floats
from evaluation.method.intervals import ALPHA

#: ln(a + b) beyond which no spread can be told from none.
MOST = 16.0


def by_moments(shares: ArrayLike) -> tuple[float, float]:
    """(a, b) from the mean and variance (n−1) of the shares: a + b = m(1−m)/s² − 1.

    :raises ValueError: the shares do not spread
    """
    share = floats(shares)
    mean, variance = float(share.mean()), float(share.var(ddof=1))
    if variance == 0:
        raise ValueError("equal shares have no beta distribution")
    together = mean * (1 - mean) / variance - 1
    return mean * together, (1 - mean) * together


def log_likelihood(a: float, b: float, successes: Floats, n: Floats) -> float:
    """The part of the marginal log-likelihood that depends on a and b."""
    return float(np.sum(special.betaln(a + successes, b + n - successes)) - n.size * special.betaln(a, b))


def by_likelihood(successes: ArrayLike, n: ArrayLike) -> tuple[float, float]:
    """(a, b) by marginal maximum likelihood, searched for in logit(a/(a+b)) and ln(a+b).

    :raises ValueError: all succeeded or none
    """
    y, n = floats(successes), floats(n)
    mean = float(y.sum() / n.sum())
    if not 0 < mean < 1:
        raise ValueError("all shares are 0 or all are 1")

    def shape(theta: Floats) -> tuple[float, float]:
        together = np.exp(np.clip(theta[1], -MOST, MOST))
        return float(special.expit(theta[0]) * together), float(special.expit(-theta[0]) * together)

    found = optimize.minimize(
        lambda theta: -log_likelihood(*shape(theta), y, n),
        [special.logit(mean), 3.0],
        method="Nelder-Mead",
        bounds=[(-MOST, MOST), (-MOST, MOST)],
        options={"xatol": 1e-9, "fatol": 1e-11, "maxiter": 2000},
    )
    return shape(found.x)


def posterior(
    a: float, b: float, successes: ArrayLike, n: ArrayLike, alpha: float = ALPHA
) -> tuple[Floats, Floats, Floats]:
    """Mean and limits of Beta(a + y, b + n − y)."""
    first, second = a + floats(successes), b + floats(n) - floats(successes)
    low, high = (special.betaincinv(first, second, tail) for tail in (alpha / 2, 1 - alpha / 2))
    return first / (first + second), low, high
