"""The published ordering rules as pure functions (R3): who comes first, the same on every repetition (I5).

Each need has a seed, drawn once and stored; every lot follows from it, so that anybody can draw it again. The worked
examples of ``docs/ordering-rules.md`` are its tests.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from dps.systems.models import OrderingRule
from orders.models import QualityClass


@dataclass(frozen=True, slots=True)
class Contender:
    """What a rule may look at of a fitting offering."""

    offering_id: uuid.UUID
    supplier_id: uuid.UUID
    price: Decimal
    #: When the supplier was last given an order in this category; ``None`` when never.
    last_ordered_at: datetime | None
    #: The class of its published record; ``None`` for a newcomer, of whom too little is known to tell.
    quality_class: QualityClass | None = None
    #: Its place among the contractors of a competition.
    rank: int = 1


#: A newcomer stands with those whose results do not differ from the mean, never under them (EVALUATION §6, I5).
_CLASS_ORDER: Mapping[QualityClass | None, int] = {
    QualityClass.ABOVE: 0,
    QualityClass.NOT_DIFFERENT: 1,
    None: 1,
    QualityClass.BELOW: 2,
}

_Key = Callable[[Contender], Any]


def lot(seed: int, subject: object) -> str:
    """The lot drawn for a supplier or an offering: it depends on the need's seed and its id, on nothing else."""
    return hashlib.sha256(f"{seed}:{subject}".encode()).hexdigest()


def newcomers_come_first(seed: int, share: Decimal) -> bool:
    """Whether this need is one of the published share in which those without a record yet come first.

    Drawn from the seed: over many needs the share is kept, and for one need the answer never changes.
    """
    return int(lot(seed, "newcomers")[:13], 16) < share * 16**13


def _by_lot(seed: int) -> _Key:
    """Suppliers by lot, so that many services of one do not give it more lots; its services after one another."""
    drawn: dict[uuid.UUID, str] = {}

    def key(each: Contender) -> Any:
        if each.supplier_id not in drawn:
            drawn[each.supplier_id] = lot(seed, each.supplier_id)
        return drawn[each.supplier_id], lot(seed, each.offering_id)

    return key


def _by_turn(seed: int) -> _Key:
    by_lot = _by_lot(seed)

    def key(each: Contender) -> Any:
        last = each.last_ordered_at
        return last is not None, last.timestamp() if last else 0.0, by_lot(each)

    return key


def _by_price(seed: int) -> _Key:
    by_turn = _by_turn(seed)
    return lambda each: (each.price, by_turn(each))


def _by_class(seed: int) -> _Key:
    by_price = _by_price(seed)
    return lambda each: (_CLASS_ORDER[each.quality_class], by_price(each))


def _by_rank(seed: int) -> _Key:
    by_lot = _by_lot(seed)
    return lambda each: (each.rank, by_lot(each))


#: What a ranking may go by; published as ``{"by": "price"}``.
RANKINGS: Mapping[str, Callable[[int], _Key]] = {"price": _by_price, "classes": _by_class}


def in_order(
    rule: OrderingRule,
    contenders: Iterable[Contender],
    *,
    seed: int,
    parameters: Mapping[str, Any],
    newcomer_share: Decimal = Decimal(0),
) -> list[Contender]:
    """The contenders in the order of the published rule.

    ``customer_choice`` draws all by lot. ``ranking`` goes by price (the lowest first), or by the three classes of
    quality and within a class by price; equal ones go in turn. ``rotation`` goes by whose last order is longest ago,
    those without any first; equal ones by lot. ``competition`` goes by the rank that the choice of tenders gave. In
    the published share of needs those without a record come first, except after a competition.

    :raises KeyError: the published ranking goes by something this code does not know
    """
    keys: Mapping[OrderingRule, Callable[[int], _Key]] = {
        OrderingRule.CUSTOMER_CHOICE: _by_lot,
        OrderingRule.COMPETITION: _by_rank,
        OrderingRule.ROTATION: _by_turn,
        OrderingRule.RANKING: RANKINGS[parameters.get("by", "price")] if rule is OrderingRule.RANKING else _by_price,
    }
    ordered = sorted(contenders, key=keys[rule](seed))
    if rule is not OrderingRule.COMPETITION and newcomers_come_first(seed, newcomer_share):
        ordered.sort(key=lambda each: each.quality_class is not None)
    return ordered
