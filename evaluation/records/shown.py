"""What may be told of a record to anybody: the small-number gates and the steps between releases (R119).

A figure of a component is told of at least 5 customers, customers' feedback of at least 10 answers, the index where
the record is measured. A record told before is replaced only when the services of at least 5 customers ended since
(figures of feedback: 10); otherwise it stays as it was told, word by word: the difference of two releases is then
never a smaller group. It counts how many came, not how many more there are: else a provider of whom as many leave the
years observed as come would stand still.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

Figure = dict[str, Any]

#: Components with their decimals; feedback has a gate of its own.
SHARES = ("outcome_3", "outcome_6", "outcome_12", "timeliness", "completion")
#: Customers' answers: the mean recommendation and the net promoter score.
ANSWERS = ("recommendation", "feedback")
COMPONENTS = (*SHARES, *ANSWERS, "experts", "deviations")
INDEX = "index"
#: The day of the facts behind what is told.
AS_OF = "as_of"
_DECIMALS = {INDEX: 1, "recommendation": 1, "feedback": 0, "experts": 2, "deviations": 2}
_SHARE_DECIMALS = 2


@dataclass(frozen=True)
class Gates:
    """The least number of customers, and of customers' answers."""

    customers: int
    answers: int

    def of(self, name: str) -> int:
        return self.answers if name in ANSWERS else self.customers


def _text(value: float, decimals: int) -> str:
    return str(Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_EVEN))


def figure(name: str, component: Mapping[str, Any] | None, gates: Gates) -> Figure | None:
    """A component as told: how many, value, interval, each rounded; ``None`` below its gate."""
    if component is None or component["n"] < gates.of(name) or not component.get("enough", True):
        return None
    decimals = _DECIMALS.get(name, _SHARE_DECIMALS)
    ends = {end: _text(component[end], decimals) for end in ("value", "low", "high")}
    return {"count": component["n"], **ends}


def _is_small(entered: int | None, more: int, gate: int) -> bool:
    """Whether too little tells a fresh figure from the one before."""
    if entered is not None:
        return max(entered, abs(more)) < gate
    return 0 < abs(more) < gate


def told(
    *,
    customers: int,
    quality_class: str | None,
    status: str,
    index: Mapping[str, Any] | None,
    components: Mapping[str, Any],
    gates: Gates,
    before: Mapping[str, Any] | None,
    on: date,
    entered: int | None = None,
) -> dict[str, Any] | None:
    """What of a record is told: ``{"customers", "status", "class", "index", "outcome_3", …}``.

    :param before: what was told of the same supplier and category last, if anything was
    :param on: the day the facts were frozen
    :param entered: how many customers' services ended since ``before``; how many more there are stands for it where
        that is not known
    :returns: nothing below 5 customers
    """
    if customers < gates.customers:
        return dict(before) if before else None
    if before and _is_small(entered, customers - before["customers"], gates.customers):
        return dict(before)
    found: dict[str, Any] = {
        AS_OF: on.isoformat(),
        "customers": customers,
        "status": status,
        "class": quality_class,
        INDEX: figure(INDEX, index, gates),
    }
    for name in COMPONENTS:
        fresh = figure(name, components.get(name), gates)
        last = before.get(name) if before else None
        is_kept = last and (fresh is None or _is_small(entered, fresh["count"] - last["count"], gates.of(name)))
        found[name] = dict(last) if is_kept and last else fresh
    return found
