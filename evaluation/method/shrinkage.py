"""Shrinkage: an effect is drawn to the average by as much as chance may have made it (EVALUATION.md §5)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from evaluation.method.arrays import Floats, Ints, floats, ratio

#: So many standard deviations leave no doubt.
CERTAIN = 40.0


def spread_between(effects: Floats, variances: Floats, groups: Ints, count: int) -> Floats:
    """DerSimonian and Laird's τ² in each group, around the group's weighted mean; 0 for fewer than two effects."""
    weights = 1 / variances
    total = np.bincount(groups, weights, count)
    centre = ratio(np.bincount(groups, weights * effects, count), total)
    q = np.bincount(groups, weights * (effects - centre[groups]) ** 2, count)
    members = np.bincount(groups, minlength=count)
    below = np.where(members > 1, total - ratio(np.bincount(groups, weights**2, count), total), 0.0)
    return np.maximum(0.0, ratio(q - (members - 1), below))


@dataclass(frozen=True)
class Shrunk:
    """What is believed of an effect after the data: B (the share drawn to 0), mean and standard deviation."""

    b: Floats
    mean: Floats
    sd: Floats


def shrink(effects: Floats, variances: Floats, spread: ArrayLike) -> Shrunk:
    """Empirical Bayes, normal-normal, prior mean 0: B = s²/(s²+τ²), mean (1−B)·d, variance s²(1−B) = τ²·B.

    With τ² = 0 nothing is divided by it: B = 1, the mean and its deviation are 0. An infinite variance says
    that nothing was observed: B = 1 and the deviation is the prior's.
    """
    spread = np.broadcast_to(floats(spread), variances.shape)
    informed = np.isfinite(variances) & (spread > 0)
    finite = np.where(informed, variances, 0.0)
    b = np.where(informed, ratio(finite, finite + spread), 1.0)
    return Shrunk(b, (1 - b) * np.where(informed, effects, 0.0), np.sqrt(spread * b))


def p_better(mean: ArrayLike, sd: ArrayLike) -> Floats:
    """The probability that the true effect is above 0; one half where nothing tells."""
    mean, sd = floats(mean), floats(sd)
    return np.where(sd > 0, special.ndtr(ratio(mean, sd)), 0.5 + 0.5 * np.sign(mean))


def expected_ranks(mean: Floats, sd: Floats, groups: Ints, chunk: int = 512) -> Floats:
    """1 + the sum over the others of the probability that they are better, in each group; best is 1.

    The pairs of a group are compared a strip at a time, each of them once, since Φ(−x) = 1 − Φ(x): memory grows
    with the group, not with its square.
    """
    ranks = np.ones(mean.shape)
    order = np.argsort(groups, kind="stable")
    starts = np.flatnonzero(np.diff(groups[order], prepend=-1))
    for members in np.split(order, starts[1:]):
        m, variance, rank = mean[members], sd[members] ** 2, np.zeros(members.size)
        for first in range(0, members.size, chunk):
            rows = slice(first, first + chunk)
            difference = m[None, first:] - m[rows, None]
            scale = np.sqrt(variance[None, first:] + variance[rows, None])
            apart = difference / scale if scale.all() else ratio(difference, scale, CERTAIN * np.sign(difference))
            better = special.ndtr(apart)
            height = better.shape[0]
            own = better[:, :height].sum(axis=1) - 0.5
            rank[rows] += own + better[:, height:].sum(axis=1)
            rank[first + height :] += height - better[:, height:].sum(axis=0)
        ranks[members] += rank
    return ranks
