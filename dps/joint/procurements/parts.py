"""What later rooms know about a joint procurement and tell here, since this room knows nothing of orders."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from dps.joint.procurements.models import JointProcurement

#: ``{party_id: {first day of a quarter: number of services}}``
ByParty = Mapping[uuid.UUID, Mapping[date, int]]
Counted = Callable[[JointProcurement], ByParty]
#: Procurements → by their id the value of what was ordered under each, without VAT.
Ordered = Callable[[Sequence[JointProcurement]], Mapping[uuid.UUID, Decimal]]

_last_year: list[Counted] = []
_used: list[Counted] = []
_ordered: list[Ordered] = []


@dataclass(frozen=True)
class Side:
    """A panel beside the page of a procurement: a template and its values."""

    template: str
    values: dict[str, Any]


_sides: dict[str, Callable[[JointProcurement], Side | None]] = {}


def add_side(name: str, side: Callable[[JointProcurement], Side | None]) -> None:
    """Show a panel beside the page of a procurement, above its facts."""
    _sides[name] = side


def sides(procurement: JointProcurement) -> list[Side]:
    return [found for give in _sides.values() if (found := give(procurement)) is not None]


def add_last_year(counted: Counted) -> None:
    """Tell how much each party used of this kind of service in each quarter of the year before."""
    _last_year[:] = [counted]


def add_used(counted: Counted) -> None:
    """Tell how much each party has used of a procurement in each quarter."""
    _used[:] = [counted]


def add_ordered(ordered: Ordered) -> None:
    """Tell the value of the orders of procurements."""
    _ordered[:] = [ordered]


def last_year(procurement: JointProcurement) -> ByParty:
    """Nothing where no room counts it."""
    return _last_year[0](procurement) if _last_year else {}


def used(procurement: JointProcurement) -> ByParty:
    """Nothing where no room counts it."""
    return _used[0](procurement) if _used else {}


def ordered(procurements: Sequence[JointProcurement]) -> Mapping[uuid.UUID, Decimal]:
    """By the procurement's id; nothing where it has no orders, or no room counts them."""
    bought = [each for each in procurements if each.system_id is not None]
    return _ordered[0](bought) if _ordered and bought else {}
