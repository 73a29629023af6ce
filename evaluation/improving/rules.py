"""When a talk is offered, what a pause may rest on, and what figures say of each other: pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import correlation, pstdev

from evaluation import measures
from orders.models import QualityClass

#: Too few providers to tell whether a component goes with the results: Fisher's interval needs more than three.
FEWEST_PROVIDERS = 8
#: So much of the award weights is proposed for quality; the price has the rest.
QUALITY_WEIGHT = 40


def is_offered(quality_class: QualityClass | None, deviation_weight: int, limit: int) -> bool:
    """Whether a talk is offered: the published class is below, or confirmed deviations weigh more than the limit.

    Offered only: a person invites, or does not.
    """
    return quality_class is QualityClass.BELOW or deviation_weight > limit


@dataclass(frozen=True)
class Link:
    """How a component goes with the results of a category's providers: no cause, and the past of nobody."""

    component: str
    #: Providers with both figures.
    n: int
    spread: float | None
    strength: float | None
    low: float | None
    high: float | None

    @property
    def is_told(self) -> bool:
        return self.strength is not None

    @property
    def matters(self) -> bool:
        """Whether the interval leaves no doubt that better goes with better."""
        return self.low is not None and self.low > 0


def link(component: str, pairs: Sequence[tuple[float, float]]) -> Link:
    """The correlation of a component with the outcome among providers, with Fisher's 95 % interval."""
    n = len(pairs)
    if n < FEWEST_PROVIDERS:
        return Link(component, n, None, None, None, None)
    values, outcomes = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    spread = pstdev(values)
    if spread == 0 or pstdev(outcomes) == 0:
        return Link(component, n, spread, None, None, None)
    strength = max(-1.0, min(1.0, correlation(values, outcomes)))
    half = measures.quantile(measures.CONFIDENCE) / math.sqrt(n - 3)
    centre = math.atanh(max(-0.999999, min(0.999999, strength)))
    return Link(component, n, spread, strength, math.tanh(centre - half), math.tanh(centre + half))


def weights(links: Iterable[Link]) -> dict[str, int]:
    """Award weights for promises about what mattered, in proportion to what it explains; none where nothing did."""
    found = {each.component: (each.strength or 0.0) ** 2 for each in links if each.matters}
    total = sum(found.values())
    if not total:
        return {}
    shares = {name: QUALITY_WEIGHT * value / total for name, value in found.items()}
    rounded = {name: max(1, math.floor(share)) for name, share in shares.items()}
    order = sorted(shares, key=lambda name: (rounded[name] - shares[name], name))
    for name in order[: max(0, QUALITY_WEIGHT - sum(rounded.values()))]:
        rounded[name] += 1
    return rounded
