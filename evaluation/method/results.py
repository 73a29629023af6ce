"""What a release says of each supplier in each category. Nowhere NaN: ``known`` tells where there is nothing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from evaluation.method.arrays import Flags, Floats
from evaluation.method.shrinkage import expected_ranks

#: The classes by their codes; −1 stands for none: too few to tell.
CLASSES = ("below", "not_different", "above")
TOO_FEW = -1


@dataclass(frozen=True)
class Share:
    """A figure that is shown and not scored: how many, of how many customers, value and interval."""

    count: Floats
    customers: Floats
    value: Floats
    low: Floats
    high: Floats

    @property
    def known(self) -> Flags:
        """Whether there is anything."""
        return self.count > 0


@dataclass(frozen=True)
class Component(Share):
    """A scored figure: its effect against the category (better is more), shrunk, and its place on 0 to 100."""

    #: Effect and its standard error; B, mean and deviation after shrinkage; limits of the mean.
    d: Floats
    s: Floats
    b: Floats
    m: Floats
    sd: Floats
    effect_low: Floats
    effect_high: Floats
    #: 50 ± points, and their standard deviation. A missing component is 50 with the prior's.
    points: Floats
    points_sd: Floats


@dataclass(frozen=True)
class Outcomes(Component):
    """(pairs, 3) the outcome in each window; ``value`` is the raw share with Wilson's limits."""

    #: Weighted sums: customers' weight, O, E (recalibrated), V.
    weight: Floats
    observed: Floats
    expected: Floats
    variance: Floats
    #: O/E, the risk-standardised rate, z, and z allowing for over-dispersion.
    ratio: Floats
    rate: Floats
    z: Floats
    z_spread: Floats
    #: Where to stand in a funnel: the category's rate + d, at so many average customers.
    adjusted: Floats
    size: Floats
    #: Enough customers and expected successes and failures, and others to compare with.
    enough: Flags


@dataclass(frozen=True)
class Spread:
    """By category: the average, and how truly different providers are (τ²). ``compared`` pairs told it."""

    average: Floats
    tau2: Floats
    compared: NDArray[np.int64]

    @property
    def none(self) -> Flags:
        """No detectable differences among two or more."""
        return (self.compared > 1) & (self.tau2 == 0)


@dataclass(frozen=True)
class Categories:
    """By category code. Of the outcome (categories, 3)."""

    outcome: Spread
    #: Over-dispersion φ and the additive τ² it comes to; the factor of recalibration ΣO/ΣE.
    phi: Floats
    phi_tau2: Floats
    factor: Floats
    feedback: Spread
    expert: Spread
    deviations: Spread
    timeliness: Spread
    #: The release says "no detectable differences" of the whole index.
    no_spread: Flags


@dataclass(frozen=True)
class Results:
    """One row a pair, in the order of the sums: by category and supplier."""

    supplier: NDArray[np.int32]
    category: NDArray[np.int32]
    #: Finished orders, their customers, the neutrally excluded.
    n: Floats
    customers: Floats
    excluded: Floats
    outcome: Outcomes
    feedback: Component
    recommendation: Share
    #: Answers a finished order; weak below the published share.
    response: Floats
    response_weak: Flags
    expert: Component
    raters: Floats
    deviations: Component
    timeliness: Component
    completion: Share
    #: The index S, its deviation and limits.
    score: Floats
    score_sd: Floats
    low: Floats
    high: Floats
    p_better: Floats
    #: Codes of ``CLASSES``, or ``TOO_FEW``.
    standing: NDArray[np.int8]
    categories: Categories

    @cached_property
    def expected_rank(self) -> Floats:
        """Among the pairs of the category; internal, never published. Made when first asked for: it compares all."""
        return expected_ranks(self.score, self.score_sd, self.category)

    def quality_class(self, row: int) -> str | None:
        """The class in words, none for too few to tell."""
        code = int(self.standing[row])
        return None if code == TOO_FEW else CLASSES[code]
