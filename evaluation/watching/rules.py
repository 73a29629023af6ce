"""What looks like gaming (EVALUATION.md §7): pure arithmetic on counts, with the numbers that a flag shows.

How hard it is to help a customer is told by a cell of three bands set by the authority before the service (time
without work, age, education) and what became of all providers' customers of that cell; never by anything a provider
records. Each test is one-sided, at the published share of false alarms.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import accumulate
from statistics import NormalDist
from typing import Any

#: Time without work, age, education.
Cell = tuple[str, str, str]
Evidence = dict[str, Any]
NORMAL = NormalDist()

#: A cell counts as much as so many customers of its time without work; that as much as so many of all.
SHRINKAGE = 20
#: Under so many known results of a category its cells are ordered by points instead.
LEAST_KNOWN = 100
#: Points of difficulty while too little is known; the harder, the more.
POINTS: tuple[Mapping[str, int], ...] = (
    {"under_6_months": 0, "6_to_12_months": 1, "1_to_2_years": 2, "over_2_years": 3, "unknown": 1},
    {"under_25": 0, "25_to_34": 0, "35_to_49": 1, "50_or_over": 2, "unknown": 1},
    {"higher": 0, "secondary": 1, "basic": 2, "unknown": 1},
)
_MOST_POINTS = 8


@dataclass(frozen=True)
class Thresholds:
    """The published numbers (core/law/parameters.csv)."""

    false_alarm: float
    confidence: float
    least_referred: int
    least_expected: float
    least_events: int
    claims: float
    burst: int
    share: float
    least_asked: int


@dataclass(frozen=True)
class Seen:
    """What became of a provider's customers of one cell."""

    referred: int = 0
    declined: int = 0
    no_show: int = 0
    started: int = 0
    #: Days from order to start, of all who started.
    waited: int = 0
    dropped_out: int = 0
    #: Days of attendance recorded, of all who started.
    days: int = 0
    known: int = 0
    employed: int = 0

    def plus(self, other: Seen) -> Seen:
        return Seen(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(Seen)))


Cells = Mapping[Cell, Seen]


def total(cells: Iterable[Seen]) -> Seen:
    """All of them together."""
    found = Seen()
    for each in cells:
        found = found.plus(each)
    return found


def _rate(seen: Seen, prior: float) -> float:
    return (seen.employed + SHRINKAGE * prior) / (seen.known + SHRINKAGE)


def expectations(of_all: Cells) -> dict[Cell, float]:
    """What is expected of a customer of each cell, from all providers together.

    Cells with few known results lean on their time without work, and that on the whole category. While fewer than
    ``LEAST_KNOWN`` results are known, points order the cells; they say who is harder, not how likely work is.
    """
    whole = total(of_all.values())
    if whole.known < LEAST_KNOWN or not 0 < whole.employed < whole.known:
        return {cell: 1 - sum(map(_points, POINTS, cell)) / _MOST_POINTS for cell in of_all}
    overall = whole.employed / whole.known
    bands: dict[str, Seen] = {}
    for cell, seen in of_all.items():
        bands[cell[0]] = bands.get(cell[0], Seen()).plus(seen)
    expected = {cell: _rate(seen, _rate(bands[cell[0]], overall)) for cell, seen in of_all.items()}
    # so that all together are expected to find as much work as they did
    scale = whole.employed / sum(expected[cell] * seen.known for cell, seen in of_all.items())
    return {cell: min(0.999, value * scale) for cell, value in expected.items()}


def _points(table: Mapping[str, int], band: str) -> int:
    return table.get(band, 1)


def is_probability(of_all: Cells) -> bool:
    """Whether expectations are shares of customers in work, not points."""
    whole = total(of_all.values())
    return whole.known >= LEAST_KNOWN and 0 < whole.employed < whole.known


def thirds(of_all: Cells, expected: Mapping[Cell, float]) -> dict[Cell, int]:
    """Which third of the category's referred customers a cell belongs to: 0 the hardest, 2 the easiest."""
    ordered = sorted(of_all, key=lambda cell: (expected[cell], cell))
    weights = [of_all[cell].referred or of_all[cell].known for cell in ordered]
    whole = sum(weights)
    if not whole:
        return dict.fromkeys(ordered, 1)
    ends = accumulate(weights)
    return {
        cell: min(2, int(3 * (end - weight / 2) / whole))
        for cell, weight, end in zip(ordered, weights, ends, strict=True)
    }


def by_third(cells: Cells, third_of: Mapping[Cell, int]) -> list[Seen]:
    """The hardest, the middle and the easiest third of a provider's customers."""
    return [total(seen for cell, seen in cells.items() if third_of[cell] == third) for third in range(3)]


def skimming(cells: Cells, expected: Mapping[Cell, float], limits: Thresholds) -> Evidence | None:
    """Were those who started easier than those who were referred?

    Who starts is drawn from who was referred: under an honest provider the mean expectation of ``n`` started of ``N``
    referred has the variance S²/n·(1 − n/N) of a draw without replacement.
    """
    whole = total(cells.values())
    referred, started = whole.referred, whole.started
    if referred < limits.least_referred or not 1 < started < referred - 1:
        return None
    mean = sum(expected[cell] * seen.referred for cell, seen in cells.items()) / referred
    mean_started = sum(expected[cell] * seen.started for cell, seen in cells.items()) / started
    spread = sum(seen.referred * (expected[cell] - mean) ** 2 for cell, seen in cells.items()) / (referred - 1)
    variance = spread / started * (1 - started / referred)
    if variance <= 0:
        return None
    z = (mean_started - mean) / math.sqrt(variance)
    if z <= NORMAL.inv_cdf(1 - limits.false_alarm):
        return None
    return {
        "referred": referred,
        "started": started,
        "mean_referred": round(mean, 4),
        "mean_started": round(mean_started, 4),
        "z": round(z, 3),
    }


@dataclass(frozen=True)
class Third:
    """Observed and expected of one third, with the limits of their ratio."""

    n: int
    observed: int
    expected: float
    low: float
    high: float

    def as_evidence(self) -> Evidence:
        return {
            "known": self.n,
            "observed": self.observed,
            "expected": round(self.expected, 2),
            "low": round(self.low, 3),
            "high": round(self.high, 3),
        }


def ratio(cells: Iterable[tuple[Seen, float]], confidence: float, least: float) -> Third | None:
    """O/E with its limits O/E ± z·√V/E, or nothing where too few results are expected."""
    rows = [(seen, p) for seen, p in cells if seen.known]
    n, observed = sum(seen.known for seen, _p in rows), sum(seen.employed for seen, _p in rows)
    expected = sum(seen.known * p for seen, p in rows)
    if min(expected, n - expected) < least:
        return None
    half = NORMAL.inv_cdf((1 + confidence) / 2) * math.sqrt(sum(seen.known * p * (1 - p) for seen, p in rows))
    return Third(n, observed, expected, max(0.0, (observed - half) / expected), (observed + half) / expected)


def parking(
    cells: Cells, expected: Mapping[Cell, float], third_of: Mapping[Cell, int], limits: Thresholds
) -> Evidence | None:
    """Does the hardest third find less work than expected (upper limit of O/E below 1), and the easiest not?"""
    found = [
        ratio(
            [(seen, expected[cell]) for cell, seen in cells.items() if third_of[cell] == third],
            limits.confidence,
            limits.least_expected,
        )
        for third in (0, 2)
    ]
    hardest, easiest = found
    if hardest is None or easiest is None or hardest.high >= 1 or easiest.high < 1:
        return None
    return {"hardest": hardest.as_evidence(), "easiest": easiest.as_evidence()}


# ---- counts against a share ----


def at_least(k: int, n: int, p: float) -> float:
    """P(X ≥ k) of a binomial, summed from the tail's larger end so that it stays exact enough."""
    if k <= 0:
        return 1.0
    if p <= 0:
        return 0.0
    if p >= 1:
        return 1.0 if k <= n else 0.0
    log_p, log_q = math.log(p), math.log1p(-p)
    whole = math.lgamma(n + 1)
    terms = (
        math.exp(whole - math.lgamma(i + 1) - math.lgamma(n - i + 1) + i * log_p + (n - i) * log_q)
        for i in range(k, n + 1)
    )
    return min(1.0, math.fsum(terms))


def many(k: int, mean: float) -> float:
    """P(X ≥ k) of a Poisson variable."""
    if k <= 0:
        return 1.0
    below = math.fsum(math.exp(i * math.log(mean) - mean - math.lgamma(i + 1)) for i in range(k)) if mean > 0 else 1.0
    return max(0.0, 1 - below)


@dataclass(frozen=True)
class Heap:
    """How many days fall just inside a threshold, and how many in as many days on its other side."""

    what: str
    inside: int
    outside: int


def timing(heaps: Sequence[Heap], limits: Thresholds) -> Evidence | None:
    """Days just past a threshold: without a heap each is as likely on either side of it (an even binomial)."""
    found: list[Evidence] = []
    for each in heaps:
        n = each.inside + each.outside
        chance = at_least(each.inside, n, 0.5)
        if n >= limits.least_events and chance < limits.false_alarm / len(heaps):
            found.append(
                {"what": each.what, "inside": each.inside, "outside": each.outside, "chance": round(chance, 6)}
            )
    return {"heaps": found} if found else None


def claims(compared: int, denied: int, limits: Thresholds) -> Evidence | None:
    """Reports of work that another source denies: more than the share that honest mistakes explain?"""
    chance = at_least(denied, compared, limits.claims)
    if compared < limits.least_events or chance >= limits.false_alarm:
        return None
    return {"compared": compared, "denied": denied, "tolerated": limits.claims, "chance": round(chance, 6)}


def burst(answers: int, most: int, days: int, limits: Thresholds) -> Evidence | None:
    """The most answers from one place on one day, against answers that fall evenly on the days."""
    if most < limits.burst or days < 1:
        return None
    chance = min(1.0, days * many(most, answers / days))
    if chance >= limits.false_alarm:
        return None
    return {"answers": answers, "most": most, "days": days, "chance": round(chance, 6)}


def share(asked: int, answered: int, asked_others: int, answered_others: int, limits: Thresholds) -> Evidence | None:
    """Nearly everybody answers here, and not elsewhere?"""
    if asked < limits.least_asked or asked_others < limits.least_asked or answered < limits.share * asked:
        return None
    others = (answered_others + 1) / (asked_others + 2)
    chance = at_least(answered, asked, others)
    if chance >= limits.false_alarm:
        return None
    return {"asked": asked, "answered": answered, "others": round(others, 4), "chance": round(chance, 6)}


def rows_of_thirds(parts: Sequence[Seen]) -> list[Evidence]:
    """The three thirds side by side, the hardest first, as a flag shows them."""
    return [
        {
            "referred": each.referred,
            "declined": each.declined,
            "no_show": each.no_show,
            "started": each.started,
            "mean_wait": round(each.waited / each.started, 1) if each.started else None,
            "dropped_out": each.dropped_out,
            "mean_days": round(each.days / each.started, 1) if each.started else None,
        }
        for each in parts
    ]


#: What of the evidence the provider is shown when it is asked: what it did itself, never what became of customers.
OWN_FACTS = ("referred", "declined", "no_show", "started", "mean_wait")


def shown_to_provider(kind: str, evidence: Evidence) -> list[Evidence]:
    """The provider's own answers to orders, by third; nothing of outcomes or of customers' answers (R119)."""
    if kind != "skimming":
        return []
    return [{name: row[name] for name in OWN_FACTS} for row in evidence.get("thirds", [])]
