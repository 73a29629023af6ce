"""The figures of customers' answers, each with its interval (EVALUATION §5); plain arithmetic, no database."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from evaluation import gates, measures
from evaluation.collecting.models import EnoughHelp

PROMOTERS = frozenset({9, 10})
DETRACTORS = frozenset(range(7))
#: A response rate under this is marked weak.
WEAK = 0.30


@dataclass(frozen=True)
class Estimate:
    """A value never stands without its interval."""

    value: float
    low: float
    high: float


@dataclass
class Tally:
    """What was answered, as counts: how often each grade, how often each kind of help."""

    grades: dict[int, int] = field(default_factory=dict)
    help: dict[EnoughHelp, int] = field(default_factory=dict)
    people: int = 0
    asked: int = 0

    @property
    def n(self) -> int:
        """How many answers."""
        return sum(self.grades.values())

    def add(self, grade: int, help_: EnoughHelp, count: int = 1) -> None:
        """Count some equal answers."""
        self.grades[grade] = self.grades.get(grade, 0) + count
        self.help[help_] = self.help.get(help_, 0) + count


def total(tallies: Iterable[Tally]) -> Tally:
    """Several tallies as one."""
    found = Tally()
    for each in tallies:
        for grade, count in each.grades.items():
            found.grades[grade] = found.grades.get(grade, 0) + count
        for kind, count in each.help.items():
            found.help[kind] = found.help.get(kind, 0) + count
        found.people += each.people
        found.asked += each.asked
    return found


def nps(promoters: int, passives: int, detractors: int) -> Estimate:
    """100 (P−D)/n with the adjusted Wald interval: 3 more answers, ¾ promoters, ¾ detractors.

    :raises ValueError: nobody answered
    """
    n = promoters + passives + detractors
    if n < 1:
        raise ValueError("nobody answered")
    more = n + 3
    up, down = (promoters + 0.75) / more, (detractors + 0.75) / more
    half = measures.quantile(measures.CONFIDENCE) * math.sqrt((up + down - (up - down) ** 2) / more)
    centre = up - down
    return Estimate(
        100 * (promoters - detractors) / n, max(-100.0, 100 * (centre - half)), min(100.0, 100 * (centre + half))
    )


def mean_of(n: int, total: int, squares: int, *, low: int, high: int) -> Estimate:
    """A mean with its normal interval, from the sums of the grades and of their squares.

    :raises ValueError: fewer than two answers
    """
    value = total / n if n else 0.0
    deviation = math.sqrt(max(0.0, squares - n * value * value) / max(1, n - 1))
    return Estimate(value, *measures.mean_interval(value, deviation, n, low=low, high=high))


def mean(grades: Mapping[int, int]) -> Estimate:
    """The mean of 0-10 with its normal interval, inside the scale.

    :raises ValueError: fewer than two answers
    """
    squares = sum(count * grade * grade for grade, count in grades.items())
    return mean_of(sum(grades.values()), sum(grade * count for grade, count in grades.items()), squares, low=0, high=10)


def share(part: int, n: int) -> Estimate:
    """A share with Wilson's interval."""
    return Estimate(part / n, *measures.wilson(part, n))


@dataclass(frozen=True)
class Shown:
    """What may be shown of a tally; everything is ``None`` below the gate."""

    n: int | None
    nps: Estimate | None
    mean: Estimate | None
    help: Mapping[EnoughHelp, Estimate | None]
    response: float | None
    is_weak: bool


NOTHING = Shown(None, None, None, dict.fromkeys(EnoughHelp), None, False)


def shown(tally: Tally, *, smallest: int, smallest_people: int) -> Shown:
    """The figures of a tally of so many answers of so many people (R119)."""
    if tally.n < max(2, smallest) or tally.people < smallest_people:
        return NOTHING
    promoters = sum(count for grade, count in tally.grades.items() if grade in PROMOTERS)
    detractors = sum(count for grade, count in tally.grades.items() if grade in DETRACTORS)
    counts = {kind: tally.help.get(kind, 0) for kind in EnoughHelp}
    gone = gates.hidden(counts, smallest_people)
    response = tally.n / tally.asked if tally.asked >= tally.n else None
    return Shown(
        n=tally.n,
        nps=nps(promoters, tally.n - promoters - detractors, detractors),
        mean=mean(tally.grades),
        help={kind: None if kind in gone else share(counts[kind], tally.n) for kind in EnoughHelp},
        response=response,
        is_weak=response is not None and response < WEAK,
    )


def _tens(value: float) -> float:
    return round(value, 1)


def for_provider(found: Shown) -> Shown:
    """The same, as a provider is told: whole tens of answers and of percent, and neither mean nor NPS.

    Those two stand in its quality record, released on other days: two sums of nearly the same answers would tell of
    each other's difference (R119).
    """
    help_ = {
        kind: None if each is None else Estimate(_tens(each.value), _tens(each.low), _tens(each.high))
        for kind, each in found.help.items()
    }
    response = None if found.response is None else _tens(found.response)
    n = None if found.n is None else measures.in_steps(found.n, step=10)
    return Shown(n, None, None, help_, response, found.is_weak)


def as_json(found: Shown) -> dict[str, Any]:
    """The figures as a machine gets them."""
    return {
        "answers": found.n,
        "nps": found.nps,
        "mean": found.mean,
        "help": {kind.value: estimate for kind, estimate in found.help.items()},
        "response_rate": found.response,
        "response_is_weak": found.is_weak,
    }
