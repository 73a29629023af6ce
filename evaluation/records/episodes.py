"""From a snapshot to what the method reads: factors, codes of the fitted model, days and flags (numpy)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dps.systems.models import ServiceType
from evaluation.method.episodes import WINDOWS, Episodes
from evaluation.records.snapshots import Array, Snapshot
from orders.models import AgeBand, EducationBand, UnemploymentBand

#: Services that have no outcome in work: they end in a report (EVALUATION §3).
ASSESSMENTS = frozenset({ServiceType.EXPERT_ASSESSMENT})
#: None, one, two or more services before.
PREVIOUS_LEVELS = 3
GRADES = ("fit", "cooperation", "report")
DAYS_A_MONTH = 365.25 / 12


@dataclass(frozen=True)
class Codes:
    """What the codes of categories and municipalities stand for in a fitted model; new categories come after."""

    categories: tuple[str, ...]
    municipalities: tuple[str, ...]

    def plain(self) -> dict[str, list[str]]:
        return {"categories": list(self.categories), "municipalities": list(self.municipalities)}

    @classmethod
    def read(cls, plain: dict[str, list[str]]) -> Codes:
        return cls(tuple(plain["categories"]), tuple(plain["municipalities"]))

    def with_categories(self, others: Sequence[str]) -> Codes:
        """The same codes, and further ones for categories that the model never saw."""
        known = set(self.categories)
        return Codes((*self.categories, *(each for each in others if each not in known)), self.municipalities)


def previous_services(customer: Array, started: Array) -> Array:
    """(n,) how many services of the same customer began before each: 0, 1, or 2 for more."""
    order = np.lexsort((np.arange(len(customer)), started, customer))
    ordered = customer[order]
    first = np.ones(len(ordered), dtype=bool)
    first[1:] = ordered[1:] != ordered[:-1]
    begins = np.maximum.accumulate(np.where(first, np.arange(len(ordered)), 0))
    place = np.empty(len(ordered), dtype=np.int32)
    place[order] = np.minimum(np.arange(len(ordered)) - begins, PREVIOUS_LEVELS - 1)
    return place


def season(day: Array) -> Array:
    """(n,) the quarter of the year in which a day lies, 0-3."""
    months = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return (months % 12 // 3).astype(np.int32)


def _translated(codes: Array, names: Sequence[Any], known: Sequence[Any]) -> Array:
    """Codes of one list as those of another; −1 for what the other does not have."""
    places = {each: place for place, each in enumerate(known)}
    table = np.array([places.get(each, -1) for each in names], dtype=np.int32)
    return table[codes] if len(table) else codes.astype(np.int32)


def read(snapshot: Snapshot, codes: Codes, service_types: dict[str, ServiceType]) -> Episodes:
    """The episodes of a snapshot, their categories and municipalities coded as the model knows them.

    :param service_types: of every category in ``codes``
    """
    columns = snapshot.columns
    customer = columns["customer"].view(np.uint64)
    factors = [
        columns["age"],
        columns["unemployment"],
        columns["education"],
        _translated(columns["municipality"], snapshot.lists.municipalities, codes.municipalities),
        columns["foreign_language"],
        previous_services(customer, columns["started"]),
        season(columns["started"]),
    ]
    in_time = (np.ones(len(snapshot)), columns["began_in_time"], columns["reported_in_time"])
    return Episodes(
        supplier=columns["supplier"].astype(np.int32),
        category=_translated(columns["category"], snapshot.lists.categories, codes.categories),
        customer=customer,
        planned_end=columns["planned_end"].astype(np.int32),
        factors=np.stack(factors, axis=1).astype(np.int32),
        outcome=np.stack([columns[f"outcome_{months}"] for months in WINDOWS], axis=1).astype(np.int8),
        since=np.stack([columns[f"since_{months}"] for months in WINDOWS], axis=1).astype(np.int32),
        recommendation=columns["recommendation"].astype(np.int8),
        rater=columns["rater"].astype(np.int32),
        grades=np.stack([columns[name] for name in GRADES], axis=1).astype(np.int8),
        timely=np.stack(in_time, axis=1).astype(np.int8),
        completed=columns["completed"].astype(np.int8),
        deviation_points=columns["half_points"] / 2,
        customer_months=np.maximum(columns["days_served"], 1) / DAYS_A_MONTH,
        excluded=columns["excluded"].astype(bool),
        has_outcome=np.array([service_types[each] not in ASSESSMENTS for each in codes.categories], dtype=bool),
        levels=(
            len(AgeBand),
            len(UnemploymentBand),
            len(EducationBand),
            len(codes.municipalities),
            2,
            PREVIOUS_LEVELS,
            4,
        ),
    )
