"""Over-dispersion: more spread than chance and case-mix explain, and limits that allow for it (EVALUATION.md §5)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from evaluation.method.arrays import Floats, floats

#: How much of each end is drawn in before the spread is measured.
WINSORISED = 0.1


def winsorised(z: ArrayLike, share: float = WINSORISED) -> Floats:
    """The z-values with both ends drawn in to their quantiles (type 7)."""
    low, high = np.quantile(floats(z), [share, 1 - share])
    return np.clip(floats(z), low, high)


def dispersion(z: ArrayLike, share: float = WINSORISED) -> float:
    """φ: the mean square of the winsorised z-values; 1 when chance alone is at work."""
    return float(np.mean(winsorised(z, share) ** 2)) if np.size(z) else 1.0


def additive_spread(phi: float, variances: ArrayLike) -> float:
    """τ² that explains φ: 0 unless I·φ > I − 1."""
    weights = 1 / floats(variances)
    count = weights.size
    below = weights.sum() - (weights**2).sum() / weights.sum() if count > 1 else 0.0
    return max(0.0, (count * phi - (count - 1)) / below) if below > 0 else 0.0


def z_allowing_for_spread(effects: ArrayLike, variances: ArrayLike, spread: ArrayLike) -> Floats:
    """z_D = effect / √(s² + τ²)."""
    return floats(effects) / np.sqrt(floats(variances) + floats(spread))
