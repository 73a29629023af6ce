"""Reading and asking for the parameters of ``parameters.csv``."""

from __future__ import annotations

import csv
import functools
import itertools
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from importlib import resources


@dataclass(frozen=True)
class Parameter:
    """One number of the law in one period; ``status`` is how it was checked (RULES.md §0)."""

    key: str
    value: Decimal
    unit: str
    valid_from: date
    valid_to: date | None
    source: str
    status: str

    def is_in_force(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


@functools.cache
def all_parameters() -> tuple[Parameter, ...]:
    """Every parameter in every period, ordered by key and time.

    :raises ValueError: two periods of one parameter overlap
    """
    text = resources.files("core.law").joinpath("parameters.csv").read_text("utf-8")
    found = sorted(
        (
            Parameter(
                key=row["key"],
                value=Decimal(row["value"]),
                unit=row["unit"],
                valid_from=date.fromisoformat(row["valid_from"]),
                valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
                source=row["source"],
                status=row["status"],
            )
            for row in csv.DictReader(text.splitlines())
        ),
        key=lambda parameter: (parameter.key, parameter.valid_from),
    )
    for earlier, later in itertools.pairwise(found):
        if earlier.key == later.key and (earlier.valid_to is None or earlier.valid_to >= later.valid_from):
            raise ValueError(f"{later.key} has two values from {later.valid_from}")
    return tuple(found)


@functools.cache
def number(key: str, on: date) -> Decimal:
    """The value of ``key`` in force ``on`` a day; its unit is in the data.

    :raises LookupError: no such parameter, or none in force on that day
    """
    for parameter in all_parameters():
        if parameter.key == key and parameter.is_in_force(on):
            return parameter.value
    raise LookupError(f"no value of {key} in force on {on}")
