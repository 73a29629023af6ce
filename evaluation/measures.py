"""Small arithmetic that pages use, too: intervals, counts in steps (R119), days some months later. Pure Python."""

from __future__ import annotations

import math
from calendar import monthrange
from datetime import date
from statistics import NormalDist

CONFIDENCE = 0.95


def quantile(confidence: float) -> float:
    """The two-sided standard normal quantile: 1.959964 for 95 %."""
    return NormalDist().inv_cdf((1 + confidence) / 2)


def wilson(successes: int, n: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Wilson's interval of a share (EVALUATION.md §5).

    :raises ValueError: no observation, or more successes than observations
    """
    if n < 1 or not 0 <= successes <= n:
        raise ValueError(f"{successes} of {n}")
    z, p = quantile(confidence), successes / n
    centre = p + z * z / (2 * n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    denominator = 1 + z * z / n
    return max(0.0, (centre - half) / denominator), min(1.0, (centre + half) / denominator)


def mean_interval(
    mean: float, deviation: float, n: int, *, low: float, high: float, confidence: float = CONFIDENCE
) -> tuple[float, float]:
    """The normal interval of a mean, cut at the ends of its scale; ``deviation`` is of the sample (n−1)."""
    if n < 2:
        raise ValueError(f"a mean of {n} has no interval")
    half = quantile(confidence) * deviation / math.sqrt(n)
    return max(low, mean - half), min(high, mean + half)


def in_steps(count: int, *, step: int) -> int | None:
    """A count that anybody may ask for at any time, in whole steps: no single answer moves it (R119)."""
    return count // step * step or None


def months_after(day: date, months: int) -> date:
    """The same-numbered day some months later, or the last of the month (R90)."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
