"""What a reader may see of a category: its providers, what they are compared with, and whether totals give one away."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from core import clock, law
from core.charts import Estimate
from core.i18n import localized
from dps.systems.models import Category
from evaluation.records.models import Release, ReleaseRecord
from evaluation.reports import queries, reading
from evaluation.reports.queries import Resources
from evaluation.reports.reading import Level, Provider


def smallest_cell() -> int:
    """No figure of fewer customers (R119)."""
    return int(law.number("R119.smallest_cell", clock.helsinki_date(clock.now())))


def smallest_feedback() -> int:
    """No figure of fewer answers (R119)."""
    return int(law.number("R119.smallest_feedback", clock.helsinki_date(clock.now())))


@dataclass
class Sight:
    """A category as the authority sees it now, or as everybody sees it in the published release."""

    category: Category
    release: Release | None
    is_public: bool

    @classmethod
    def of_authority(cls, category: Category) -> Sight:
        """From the release that suppliers look at first, or else the published one."""
        return cls(category, queries.newest_release(), is_public=False)

    @classmethod
    def of_everybody(cls, category: Category) -> Sight:
        """From the published release, and nothing else."""
        return cls(category, queries.published_release(), is_public=True)

    @property
    def id(self) -> uuid.UUID:
        return self.category.id

    @property
    def name(self) -> str:
        return localized(self.category, "name")

    @cached_property
    def smallest(self) -> int:
        return smallest_cell()

    @cached_property
    def _records(self) -> Sequence[tuple[str, ReleaseRecord, str | None]]:
        return queries.records(self.release.id, self.id) if self.release else ()

    @cached_property
    def places_and_quarters(self) -> tuple[list[Resources], list[Resources]]:
        """Services by home municipality and by quarter."""
        return queries.places_and_quarters(self.id)

    @cached_property
    def providers(self) -> list[Provider]:
        """By name; those below the gate are not among them."""
        found = []
        for name, record, comment in self._records:
            if self.is_public:
                shown = record.shown
                provider = reading.of_shown(name, shown, comment=comment) if shown else None
            else:
                provider = reading.of_components(name, record, self.smallest, comment=comment)
            if provider is not None:
                found.append(provider)
        return reading.by_name(found)

    @cached_property
    def _windows(self) -> Mapping[str, Any]:
        return queries.windows(self.release.id, self.id) if self.release else {}

    @cached_property
    def years(self) -> Mapping[str, Estimate | None]:
        """The share in work by year, ``None`` where it may not be told."""
        if self.is_public:
            told, step = reading.told_years(self._windows), smallest_feedback()
            return {year: reading.year_estimate(told[year], self.smallest, step=step) for year in sorted(told)}
        found = reading.years(queries.records_of_years(self.release.id, self.id) if self.release else ())
        return {year: reading.year_estimate(found[year], self.smallest) for year in sorted(found)}

    def level(self, months: int) -> Level | None:
        """What the providers are compared with; nothing where it would give a hidden one away (R119)."""
        if self.is_public:
            return reading.told_level(self._windows, months)
        counts = []
        for _name, record, _comment in self._records:
            figure = record.components.get(f"outcome_{months}")
            counts.append(figure["n"] if figure else 0)
        if not reading.is_safe(counts, self.smallest):
            return None
        return reading.level(self._windows, months)
