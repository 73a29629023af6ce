"""Episodes to measure: drawn at random from a known truth, or written by hand."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import numpy as np
from scipy import special

from evaluation.method.casemix import CaseMix, fit
from evaluation.method.episodes import FACTORS, Episodes, day_number
from evaluation.method.results import Results
from evaluation.method.scoring import compute

FROZEN = date(2026, 6, 1)
LEVELS = (5, 5, 4, 12, 2, 4, 4)


def episodes(n: int, **columns: Any) -> Episodes:
    """Episodes of one provider and category with all windows mature and nothing known, but for what is told."""
    made: dict[str, Any] = {
        "supplier": np.zeros(n, np.int32),
        "category": np.zeros(n, np.int32),
        "customer": np.arange(n, dtype=np.uint64) * np.uint64(7919),
        "planned_end": np.full(n, day_number(date(2025, 1, 15)), np.int32),
        "factors": np.zeros((n, len(FACTORS)), np.int32),
        "outcome": np.full((n, 3), -1, np.int8),
        "since": np.full((n, 3), -1, np.int32),
        "recommendation": np.full(n, -1, np.int8),
        "rater": np.full(n, -1, np.int32),
        "grades": np.full((n, 3), -1, np.int8),
        "timely": np.full((n, 3), -1, np.int8),
        "completed": np.full(n, -1, np.int8),
        "deviation_points": np.zeros(n),
        "customer_months": np.zeros(n),
        "excluded": np.zeros(n, bool),
        "has_outcome": np.array([True]),
        "levels": LEVELS,
    }
    for name, values in columns.items():
        made[name] = np.asarray(values, dtype=getattr(made[name], "dtype", None)) if name != "levels" else values
    return Episodes(**made)


def drawn(
    n: int,
    *,
    seed: int = 1,
    suppliers: int = 10,
    categories: int = 2,
    levels: tuple[int, ...] = LEVELS,
    spread: float = 0.3,
    customers: int | None = None,
) -> Episodes:
    """Random episodes: factors, the category and the provider all move the chance of an outcome."""
    random = np.random.default_rng(seed)
    factors = np.stack([random.integers(0, count, n, dtype=np.int32) for count in levels], axis=1)
    supplier = random.integers(0, suppliers, n, dtype=np.int32)
    category = random.integers(0, categories, n, dtype=np.int32)
    logit = -0.8 + random.normal(0, spread, suppliers)[supplier] + random.normal(0, 0.3, categories)[category]
    for factor, count in enumerate(levels):
        logit = logit + random.normal(0, 0.4, count)[factors[:, factor]]
    job = random.random(n) < special.expit(logit)
    planned_end = random.integers(day_number(date(2024, 1, 1)), day_number(date(2026, 4, 1)), n, dtype=np.int32)
    outcome = np.repeat(job[:, None], 3, axis=1).astype(np.int8)
    outcome[random.random((n, 3)) < 0.05] = -1
    rated = random.random(n) < 0.6
    grades = np.where(rated[:, None], np.clip(np.round(random.normal(3.6, 0.9, (n, 3))), 1, 5), -1)
    return episodes(
        n,
        supplier=supplier,
        category=category,
        customer=random.integers(0, customers or 10 * n, n, dtype=np.uint64) * np.uint64(0x9E3779B1),
        planned_end=planned_end,
        factors=factors,
        outcome=outcome,
        since=np.where(outcome == 1, planned_end[:, None] + random.integers(-30, 80, (n, 3)), -1),
        recommendation=np.where(random.random(n) < 0.5, random.integers(0, 11, n), -1),
        rater=np.where(rated, random.integers(0, max(3, n // 20), n), -1),
        grades=grades,
        timely=random.choice([-1, 0, 1, 1, 1], (n, 3)),
        completed=random.choice([-1, 0, 1, 1, 1], n),
        deviation_points=random.choice([0, 0, 0, 0, 0, 0, 0, 0.5, 1, 3], n),
        customer_months=random.uniform(0.5, 6, n),
        excluded=random.random(n) < 0.02,
        has_outcome=np.ones(categories, bool),
        levels=levels,
    )


@cache
def fitted() -> CaseMix:
    """A model of two categories that all tests share."""
    return fit(drawn(6000), FROZEN)


def scored(made: Episodes) -> Results:
    """The results by that model."""
    return compute(made, fitted(), FROZEN)
