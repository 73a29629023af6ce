"""The arithmetic of quality records: intervals, gates, and how figures are kept from being taken apart (R119).

No figure is published of fewer than 5 customers, no mean of fewer than 10 answers. A published figure
is replaced only when at least as many new customers (or answers) stand behind the fresh one: the
difference of two releases is then never a figure of a smaller group.
"""

from __future__ import annotations

import math
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from statistics import NormalDist
from typing import Any

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


def _text(value: float) -> str:
    return str(Decimal(str(value)).quantize(Decimal("0.001"), rounding=ROUND_HALF_EVEN))


@dataclass(frozen=True)
class Tally:
    """A share in numbers: how many of how many, and of how many different customers."""

    successes: int
    n: int
    customers: int


@dataclass(frozen=True)
class Answers:
    """Answers on a scale: how many, their mean and their deviation (n−1), of how many different customers."""

    n: int
    mean: float
    deviation: float
    customers: int


Figure = dict[str, Any]


def _figure(count: int, customers: int, value: float, low: float, high: float) -> Figure:
    """What is published: how many observations of how many customers, the value and its interval."""
    return {"count": count, "customers": customers, "value": _text(value), "low": _text(low), "high": _text(high)}


def share(tally: Tally | None, *, smallest: int) -> Figure | None:
    """A share with its interval, or nothing below the gate (R119)."""
    if tally is None or min(tally.n, tally.customers) < smallest:
        return None
    low, high = wilson(tally.successes, tally.n)
    value = tally.successes / tally.n
    return _figure(tally.n, tally.customers, value, low, high)


def mean(answers: Answers | None, *, smallest: int, smallest_answers: int) -> Figure | None:
    """The mean of the 0-10 recommendation with its interval, or nothing below the gates (R119)."""
    if answers is None or answers.n < smallest_answers or answers.customers < smallest:
        return None
    low, high = mean_interval(answers.mean, answers.deviation, answers.n, low=0, high=10)
    return _figure(answers.n, answers.customers, answers.mean, low, high)


def stepwise(published: Mapping[str, Any] | None, fresh: Figure | None, *, step: int, smallest: int) -> Figure | None:
    """The fresh figure, unless too little tells it from the one already published (R119).

    Fewer than ``step`` observations, or those of fewer than ``smallest`` new customers: several services of
    one customer are that customer's figure.
    """
    if published is None or fresh is None:
        return fresh
    too_few_new = (
        abs(fresh["count"] - published["count"]) < step or abs(fresh["customers"] - published["customers"]) < smallest
    )
    return dict(published) if too_few_new else fresh


def in_steps(count: int, *, step: int) -> int | None:
    """A count that anybody may ask for at any time, in whole steps: no single answer moves it (R119)."""
    return count // step * step or None


def months_after(day: date, months: int) -> date:
    """The same-numbered day some months later, or the last of the month (R90)."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
