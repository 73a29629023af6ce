"""What a release says of providers, as the pictures need it, behind the small-number gates (R119): pure.

Pages of the authority read the components of a record, everybody else only what is ``shown`` of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.charts import Estimate
from evaluation import measures
from evaluation.gates import is_safe
from evaluation.records.levels import TOLD, YEAR_WINDOW
from orders.models import QualityClass

#: Months after the planned end.
WINDOWS = (3, 6, 12)
#: The window by which a category is told in one figure.
MAIN_WINDOW = YEAR_WINDOW


@dataclass(frozen=True)
class Provider:
    """A provider in a category: its customers, its index, its windows; what is below the gate is not there."""

    name: str
    customers: int
    index: Estimate | None = None
    quality_class: QualityClass | None = None
    #: By months: the share in work, adjusted for who the customers were.
    windows: Mapping[int, Estimate] = field(default_factory=dict)
    #: What it says to its record; published beside it.
    comment: str | None = None


@dataclass(frozen=True)
class Level:
    """What a window's providers are compared with: the expected share, and their over-dispersion."""

    target: float
    #: Additive variance beyond chance; it widens the limits (EVALUATION.md §5).
    tau2: float


def _estimate(n: int, figure: Mapping[str, Any]) -> Estimate:
    return Estimate(n, *(float(figure[end]) for end in ("value", "low", "high")))


def of_components(name: str, record: Any, smallest: int, *, comment: str | None = None) -> Provider | None:
    """A provider as the authority sees it; nothing of fewer customers than the gate."""
    if record.customers < smallest:
        return None
    index = None
    if record.quality_class is not None and record.index_value is not None:
        index = Estimate(record.customers, float(record.index_value), float(record.index_low), float(record.index_high))
    windows = {}
    for months in WINDOWS:
        figure = record.components.get(f"outcome_{months}")
        if figure and figure["n"] >= smallest:
            windows[months] = _estimate(figure["n"], figure)
    return Provider(name, record.customers, index, record.quality_class, windows, comment)


def of_shown(name: str, shown: Mapping[str, Any], *, comment: str | None = None) -> Provider:
    """A provider as everybody may see it."""
    index = shown.get("index")
    windows = {months: figure for months in WINDOWS if (figure := shown.get(f"outcome_{months}"))}
    return Provider(
        name,
        shown["customers"],
        _estimate(index["count"], index) if index and shown.get("class") else None,
        QualityClass(shown["class"]) if shown.get("class") else None,
        {months: _estimate(figure["count"], figure) for months, figure in windows.items()},
        comment,
    )


def by_name(providers: Iterable[Provider]) -> list[Provider]:
    """In the order of the alphabet: providers are never ranked."""
    return sorted(providers, key=lambda each: each.name.casefold())


def level(windows: Mapping[str, Any], months: int) -> Level | None:
    """What the providers of a category are compared with in a window, if anything was known."""
    found = windows.get(str(months))
    if not found or not found["n"]:
        return None
    return Level(float(found["target"]), float(found["phi_tau2"]))


@dataclass(frozen=True)
class YearFacts:
    """A category in a year: providers' numbers of known customers, and the sums of those in work."""

    counts: Sequence[int]
    employed: float


def years(records: Iterable[tuple[str, Mapping[str, Any]]]) -> dict[str, YearFacts]:
    """By year: how many customers each supplier had with a known state, and how many were in work."""
    counts: dict[str, list[int]] = defaultdict(list)
    employed: dict[str, float] = defaultdict(float)
    for period, components in records:
        figure = components.get(f"outcome_{MAIN_WINDOW}")
        if figure:
            counts[period].append(figure["n"])
            employed[period] += figure["n"] * float(figure["raw"])
    return {period: YearFacts(counts[period], employed[period]) for period in counts}


def told_level(windows: Mapping[str, Any], months: int) -> Level | None:
    """The level of a window as everybody is told it."""
    found = windows.get(TOLD, {}).get(str(months))
    return Level(float(found["target"]), float(found["phi_tau2"])) if found else None


def told_years(windows: Mapping[str, Any]) -> dict[str, YearFacts | None]:
    """The years as everybody is told them."""
    found = windows.get(TOLD, {}).get("years", {})
    return {year: YearFacts([told["n"]], told["employed"]) if told else None for year, told in found.items()}


def year_estimate(facts: YearFacts | None, smallest: int, *, step: int = 1) -> Estimate | None:
    """The share in work in a year with Wilson's interval; nothing below the gate, nor where it gives a part away.

    :param step: the number of customers is told in whole steps, and the share in whole percents, where anybody
        could compare it with that of the release before (R119)
    """
    if facts is None:
        return None
    n = sum(facts.counts)
    told = n // step * step
    if told < smallest or not is_safe(facts.counts, smallest):
        return None
    employed = min(told, round(told * round(facts.employed / n, 2)))
    return Estimate(told, employed / told, *measures.wilson(employed, told))
