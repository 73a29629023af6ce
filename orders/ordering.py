"""The published ordering rules as pure functions (R3): who comes first, the same on every repetition (I5).

Nothing here knows how long a supplier has been with us: a newcomer stands where price, turn or lot puts it.
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


@dataclass(frozen=True)
class Contender:
    """What a rule may look at of a fitting offering."""

    offering_id: uuid.UUID
    price: Decimal
    #: When the supplier was last given an order in this category; ``None`` when never.
    last_ordered_at: datetime | None
    #: Its place among the contractors of a competition.
    rank: int = 1


def lot(seed: int, offering_id: uuid.UUID) -> str:
    """The lot drawn for an offering: it depends on the need's seed and the offering, on nothing else."""
    return hashlib.sha256(f"{seed}:{offering_id}".encode()).hexdigest()


def _by_lot(contender: Contender, seed: int) -> Any:
    return lot(seed, contender.offering_id)


def _by_price(contender: Contender, seed: int) -> Any:
    return contender.price, lot(seed, contender.offering_id)


def _by_rank(contender: Contender, seed: int) -> Any:
    return contender.rank, lot(seed, contender.offering_id)


def _by_turn(contender: Contender, seed: int) -> Any:
    last = contender.last_ordered_at
    return last is not None, last.timestamp() if last else 0.0, lot(seed, contender.offering_id)


#: What a ranking may go by; published as ``{"by": "price"}``.
RANKINGS: Mapping[str, Callable[[Contender, int], Any]] = {"price": _by_price}


def in_order(
    rule: OrderingRule, contenders: Iterable[Contender], *, seed: int, parameters: Mapping[str, Any]
) -> list[Contender]:
    """The contenders in the order of the published rule; ties are drawn by the need's seed.

    ``customer_choice`` draws all by lot, ``ranking`` goes by the published measure (the lowest price
    first), ``rotation`` by whose last order is longest ago, those without any first, ``competition`` by the rank that
    the choice of tenders gave.

    :raises KeyError: the published ranking goes by something this code does not know
    """
    keys: Mapping[OrderingRule, Callable[[Contender, int], Any]] = {
        OrderingRule.CUSTOMER_CHOICE: _by_lot,
        OrderingRule.COMPETITION: _by_rank,
        OrderingRule.ROTATION: _by_turn,
        OrderingRule.RANKING: RANKINGS[parameters.get("by", "price")] if rule is OrderingRule.RANKING else _by_price,
    }
    return sorted(contenders, key=lambda each: keys[rule](each, seed))
