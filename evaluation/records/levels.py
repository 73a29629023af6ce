"""What everybody may be told of a category: the level its providers are compared with, its years (R119): pure.

Like a provider's own figures they stay as they were told until at least the gate's number of customers tells the new
one apart. A level is told only where what it holds beyond the providers' figures, as these are told, is no small group.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from evaluation.gates import is_safe

#: Where what is told stands among the windows of a category.
TOLD = "told"
#: The window by which a year is told.
YEAR_WINDOW = 6
_LEVEL = ("target", "phi_tau2")


def _changed(fresh: dict[str, Any] | None, before: Mapping[str, Any] | None, smallest: int) -> dict[str, Any] | None:
    if before and (fresh is None or 0 < abs(fresh["n"] - before["n"]) < smallest):
        return dict(before)
    return fresh


class Levels:
    """Gathers what is behind the levels of all categories while their records go by."""

    def __init__(self, smallest: int) -> None:
        self._smallest = smallest
        #: By category and months: each provider's customers, and those not yet in what is told of it.
        self._known: dict[tuple[uuid.UUID, str], int] = defaultdict(int)
        self._unseen: dict[tuple[uuid.UUID, str], list[int]] = defaultdict(list)
        #: By category and year: each provider's customers, and how many of them were in work.
        self._counts: dict[tuple[uuid.UUID, str], list[int]] = defaultdict(list)
        self._employed: dict[tuple[uuid.UUID, str], float] = defaultdict(float)

    def of_providers(self, rows: Iterable[dict[str, Any]], windows: Iterable[int]) -> Iterator[dict[str, Any]]:
        """The same records over all years, gathered."""
        names = [(str(months), f"outcome_{months}") for months in windows]
        for row in rows:
            shown = row["shown"] or {}
            for months, name in names:
                figure, last = row["components"].get(name), shown.get(name)
                known = figure["n"] if figure else 0
                self._known[row["category_id"], months] += known
                self._unseen[row["category_id"], months].append(abs(known - (last["count"] if last else 0)))
            yield row

    def of_year(self, rows: Iterable[dict[str, Any]], year: str) -> Iterator[dict[str, Any]]:
        """The same records of a year, gathered."""
        for row in rows:
            figure = row["components"].get(f"outcome_{YEAR_WINDOW}")
            if figure:
                self._counts[row["category_id"], year].append(figure["n"])
                self._employed[row["category_id"], year] += figure["n"] * float(figure["raw"])
            yield row

    def _level(self, category_id: uuid.UUID, months: str, window: Mapping[str, Any]) -> dict[str, Any] | None:
        known = self._known[category_id, months]
        if not known or not window["n"] or not is_safe(self._unseen[category_id, months], self._smallest):
            return None
        return {"n": known, **{name: window[name] for name in _LEVEL}}

    def _year(self, key: tuple[uuid.UUID, str]) -> dict[str, Any] | None:
        known = sum(self._counts[key])
        if known < self._smallest or not is_safe(self._counts[key], self._smallest):
            return None
        return {"n": known, "employed": round(self._employed[key], 4)}

    def told(self, row: dict[str, Any], before: Mapping[str, Any] | None) -> dict[str, Any]:
        """The row of a category with what everybody is told of it.

        :param before: what was told of it last
        """
        last = before or {}
        category_id, windows = row["category_id"], row["windows"]
        levels = {
            months: _changed(self._level(category_id, months, window), last.get(months), self._smallest)
            for months, window in windows.items()
        }
        old = last.get("years", {})
        found = {key[1] for key in self._counts if key[0] == category_id}
        years = {
            year: _changed(self._year((category_id, year)) if year in found else None, old.get(year), self._smallest)
            for year in sorted({*found, *old})
        }
        return row | {"windows": windows | {TOLD: levels | {"years": years}}}
