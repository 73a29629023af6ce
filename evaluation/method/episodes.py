"""What the method reads: one row an episode (customer × order × provider × service), as columns."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date

import numpy as np
from numpy.typing import NDArray

from evaluation.method.arrays import Flags, Floats, Ints
from evaluation.method.parameters import Parameters

#: What is known of a customer before the service and set by the authority (EVALUATION.md §4).
FACTORS = (
    "age",
    "unemployment",
    "education",
    "municipality",
    "foreign_language",
    "previous_services",
    "season",
)
#: Months after the planned end.
WINDOWS = (3, 6, 12)

EPOCH = date(1970, 1, 1)
#: Days of 1900 and 2200: what lies outside is a mistake, not a date.
FIRST_DAY, LAST_DAY = -25_567, 84_006

#: Columns that hold whole numbers: width, least and most value.
_WHOLE = {
    "supplier": (1, 0, 2**31 - 1),
    "category": (1, 0, 2**15),
    "planned_end": (1, FIRST_DAY, LAST_DAY),
    "factors": (len(FACTORS), -1, 2**31 - 1),
    "outcome": (3, -1, 1),
    "since": (3, FIRST_DAY, LAST_DAY),
    "recommendation": (1, -1, 10),
    "rater": (1, -1, 2**31 - 1),
    "grades": (3, -1, 5),
    "timely": (3, -1, 1),
    "completed": (1, -1, 1),
}


@dataclass(frozen=True)
class Episodes:
    """Columns with one entry an episode, in the order of the orders' ids."""

    #: Codes from 0.
    supplier: NDArray[np.int32]
    category: NDArray[np.int32]
    #: A stable hash of authority and reference: the same customer is the same number in every release.
    customer: NDArray[np.uint64]
    #: Days since 1970-01-01.
    planned_end: NDArray[np.int32]
    #: (n, 7) codes of levels; a code the model never saw counts as "other".
    factors: NDArray[np.int32]
    #: (n, 3) by window: −1 missing or unknown, 0 no, 1 open-market work or own business.
    outcome: NDArray[np.int8]
    #: (n, 3) the day the job began; −1 unknown.
    since: NDArray[np.int32]
    #: −1 or 0 to 10.
    recommendation: NDArray[np.int8]
    #: −1 nobody.
    rater: NDArray[np.int32]
    #: (n, 3) −1 or 1 to 5: fit, cooperation, report.
    grades: NDArray[np.int8]
    #: (n, 3) acceptance, start, report: −1 not applicable, 0 late, 1 in time.
    timely: NDArray[np.int8]
    #: −1 still running or unknown, 0 dropped out, 1 completed.
    completed: NDArray[np.int8]
    #: Points of confirmed deviations (1, 3 or 9 each, self-reported and mended minor ones half).
    deviation_points: Floats
    customer_months: Floats
    #: Neutral exclusions: no outcome of these is counted.
    excluded: Flags

    #: By category code: assessments have no outcome.
    has_outcome: Flags
    #: How many levels each factor has.
    levels: tuple[int, ...]

    def __post_init__(self) -> None:
        n = self.supplier.shape[0]
        for field in fields(self):
            column = getattr(self, field.name)
            if field.name in ("levels", "has_outcome"):
                continue
            width = _WHOLE.get(field.name, (1, 0, 0))[0]
            if column.shape != ((n,) if width == 1 else (n, width)):
                raise ValueError(f"{field.name}: {column.shape}, not {n} rows of {width}")
        if len(self.levels) != len(FACTORS):
            raise ValueError(f"levels: {len(self.levels)}, not {len(FACTORS)}")
        if n == 0:
            return
        for name, (_, least, most) in _WHOLE.items():
            column = getattr(self, name)
            if column.dtype.kind != "i" or column.min() < least or column.max() > most:
                raise ValueError(f"{name}: whole numbers from {least} to {most}")
        if (self.grades == 0).any():
            raise ValueError("grades: 1 to 5, or -1")
        if self.category.max() >= self.has_outcome.size:
            raise ValueError("category: a code without a has_outcome")
        for name in ("deviation_points", "customer_months"):
            column = getattr(self, name)
            if not np.isfinite(column).all() or column.min() < 0:
                raise ValueError(f"{name}: numbers from 0")

    def __len__(self) -> int:
        return int(self.supplier.shape[0])

    def take(self, rows: NDArray[np.intp] | Flags) -> Episodes:
        """Some of the episodes, with the same codes."""
        kept = {f.name: getattr(self, f.name)[rows] for f in fields(self) if f.name not in ("levels", "has_outcome")}
        return Episodes(**kept, has_outcome=self.has_outcome, levels=self.levels)


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


def window_ends(planned_end: Ints, months: int) -> NDArray[np.int32]:
    """The same-numbered day some months later, or the last of the month, as ``measures.months_after`` (R90)."""
    if planned_end.size == 0:
        return np.zeros(0, dtype=np.int32)
    first = int(planned_end.min())
    days = np.arange(first, int(planned_end.max()) + 1).astype("datetime64[D]")
    month = days.astype("datetime64[M]")
    later = month + months
    end = np.minimum(later.astype("datetime64[D]") + (days - month), (later + 1).astype("datetime64[D]") - 1)
    return end.astype(np.int32)[planned_end - first]


def finished(episodes: Episodes, frozen_on: date) -> Flags:
    """Whose planned end has come: an order that still runs changes nothing."""
    return episodes.planned_end <= day_number(frozen_on)


def mature(episodes: Episodes, frozen_on: date, parameters: Parameters) -> Flags:
    """(n, 3) whether a window had closed, and the lag of the records passed, when the data were frozen.

    Of orders that can have an outcome at all: not assessments, not the neutrally excluded.
    """
    eligible = episodes.has_outcome[episodes.category] & ~episodes.excluded
    last = day_number(frozen_on) - parameters.lag_days
    return np.stack([eligible & (window_ends(episodes.planned_end, w) <= last) for w in WINDOWS], axis=1)


def counted(episodes: Episodes, frozen_on: date, parameters: Parameters) -> Flags:
    """(n, 3) what enters a window: mature and known. Missing is missing, never a failure."""
    return mature(episodes, frozen_on, parameters) & (episodes.outcome >= 0)
