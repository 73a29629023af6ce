"""Does a model deserve to be used: slope, level, discrimination and calibration by tenths (EVALUATION.md §4)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from scipy import special, stats

from evaluation.method.arrays import Floats, ratio

#: Chances this near to 0 or 1 are as good as that: their logit still has a value.
NEAREST = 1e-9


@dataclass(frozen=True)
class Tenth:
    """A tenth of the episodes by expected chance: how many, what was expected, what came."""

    count: int
    expected: float
    observed: float


@dataclass(frozen=True)
class Quality:
    """The figures of a fit, all out of fold."""

    episodes: int
    events: int
    slope: float
    #: Observed over expected before the level was recalibrated, and what is left apart after it, as a share.
    level: float
    apart: float
    #: The chance that a success had a higher expectation than a failure.
    auc: float
    tenths: tuple[Tenth, ...]

    def to_json(self) -> dict[str, Any]:
        """As plain JSON."""
        return asdict(self) | {"tenths": [asdict(tenth) for tenth in self.tenths]}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Quality:
        """What was stored."""
        return cls(**(stored | {"tenths": tuple(Tenth(**tenth) for tenth in stored["tenths"])}))


def logit(p: Floats) -> Floats:
    """The log-odds, of 0 and 1 too."""
    return special.logit(np.clip(p, NEAREST, 1 - NEAREST))  # type: ignore[no-any-return]


def slope(y: Floats, p: Floats) -> float:
    """The slope of a logistic regression of what came on the logit of what was expected; 0 if nothing differs."""
    if y.size == 0 or np.ptp(y) == 0 or np.ptp(logit(p)) < 1e-9:
        return 0.0
    x = logit(p) - logit(p).mean()
    intercept, steepness = float(special.logit(y.mean())), 0.0
    for _ in range(50):
        chance = special.expit(intercept + steepness * x)
        weight, residual = chance * (1 - chance), y - chance
        hessian = np.array([[weight.sum(), (weight * x).sum()], [0.0, (weight * x * x).sum()]])
        hessian[1, 0] = hessian[0, 1]
        determinant = hessian[0, 0] * hessian[1, 1] - hessian[0, 1] ** 2
        if determinant <= 0:
            return 0.0
        step = np.linalg.solve(hessian, [residual.sum(), (residual * x).sum()])
        intercept, steepness = intercept + float(step[0]), steepness + float(step[1])
        if np.abs(step).max() < 1e-9:
            return steepness
        if abs(intercept) > 1e3 or abs(steepness) > 1e3:
            break
    return 0.0


def shift_to_level(y: Floats, p: Floats) -> float:
    """What to add to every logit so that as much is expected as was observed."""
    x, shift = logit(p), 0.0
    for _ in range(50):
        chance = special.expit(x + shift)
        step = float(ratio((y - chance).sum(), (chance * (1 - chance)).sum()))
        shift += float(np.clip(step, -1, 1))
        if abs(step) < 1e-12:
            break
    return shift


def auc(y: Floats, p: Floats) -> float:
    """Area under the curve; ties count half, and one half where there is nothing to tell apart."""
    successes = float(y.sum())
    failures = y.size - successes
    if successes == 0 or failures == 0:
        return 0.5
    ranks = stats.rankdata(p)
    return float((ranks[y > 0].sum() - successes * (successes + 1) / 2) / (successes * failures))


def tenths(y: Floats, p: Floats, count: int = 10) -> tuple[Tenth, ...]:
    """Calibration by tenths of the expected chance (fewer where many have the same)."""
    if p.size == 0:
        return ()
    edges = np.unique(np.quantile(p, np.linspace(0, 1, count + 1)[1:-1]))
    group = np.searchsorted(edges, p, side="right")
    sizes = np.bincount(group, minlength=edges.size + 1)
    expected, observed = (np.bincount(group, values, sizes.size) for values in (p, y))
    return tuple(
        Tenth(int(n), float(e / n), float(o / n)) for n, e, o in zip(sizes, expected, observed, strict=True) if n
    )


def judge(y: Floats, raw: Floats, p: Floats) -> Quality:
    """The quality of expectations ``p``, made from ``raw`` by a shift of the level."""
    observed, before, after = float(y.sum()), float(raw.sum()), float(p.sum())
    return Quality(
        episodes=y.size,
        events=int(observed),
        slope=slope(y, p),
        level=float(ratio(observed, before, 1.0)),
        apart=float(ratio(abs(observed - after), observed)),
        auc=auc(y, p),
        tenths=tenths(y, p),
    )
