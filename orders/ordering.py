"""The published ordering rules: who comes first, the same on every repetition (R3, I5).

A rule is a row of sort keys, given to the database together with what fits, so that a screen of a long list costs a
screen. Each need has a seed, drawn once and stored; every lot follows from it, so that anybody can draw it again. The
worked examples of ``docs/ordering-rules.md`` are its tests.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, case, cast, func, literal, not_, true

from dps.systems.models import OrderingRule
from orders.models import QualityClass


@dataclass(frozen=True, kw_only=True)
class Contenders:
    """What a rule may look at of the fitting offerings, as columns."""

    offering_id: Any
    supplier_id: Any
    #: For the need, everything that may come to be paid.
    price: Any
    #: When the supplier was last given an order in this category; NULL when never.
    last_ordered_at: Any
    #: The class of its published record; NULL for a newcomer, of whom too little is known to tell.
    quality_class: Any
    #: Its place among the contractors of a competition.
    rank: Any


_Keys = Sequence[ColumnElement[Any]]
_Rule = Callable[[Contenders, int], _Keys]


def lot(seed: int, subject: object) -> str:
    """The lot drawn for a supplier or an offering: it depends on the need's seed and its id, on nothing else."""
    return hashlib.sha256(f"{seed}:{subject}".encode()).hexdigest()


def _drawn(seed: int, subject: Any) -> ColumnElement[bytes]:
    """The same lot, drawn by the database."""
    return func.sha256(func.convert_to(literal(f"{seed}:") + cast(subject, Text), "UTF8"))


def newcomers_come_first(seed: int, share: Decimal) -> bool:
    """Whether this need is one of the published share in which those without a record yet come first.

    Drawn from the seed: over many needs the share is kept, and for one need the answer never changes.
    """
    return int(lot(seed, "newcomers")[:13], 16) < share * 16**13


def _by_lot(each: Contenders, seed: int) -> _Keys:
    """Suppliers by lot, so that many services of one do not give it more lots; its services after one another."""
    return _drawn(seed, each.supplier_id), _drawn(seed, each.offering_id)


def _by_turn(each: Contenders, seed: int) -> _Keys:
    """Whose last order is longest ago, those without any first."""
    return each.last_ordered_at.asc().nulls_first(), *_by_lot(each, seed)


def _by_price(each: Contenders, seed: int) -> _Keys:
    return each.price, *_by_turn(each, seed)


def _by_class(each: Contenders, seed: int) -> _Keys:
    """A newcomer stands with those whose results do not differ from the mean, never under them (EVALUATION §6, I5)."""
    place = case((each.quality_class == QualityClass.ABOVE, 0), (each.quality_class == QualityClass.BELOW, 2), else_=1)
    return place, *_by_price(each, seed)


def _by_rank(each: Contenders, seed: int) -> _Keys:
    return each.rank, *_by_lot(each, seed)


_OUTER = (QualityClass.ABOVE.value, QualityClass.BELOW.value)

#: What a ranking may go by; published as ``{"by": "price"}``.
RANKINGS: Mapping[str, _Rule] = {"price": _by_price, "classes": _by_class}

_RULES: Mapping[OrderingRule, _Rule] = {
    OrderingRule.CUSTOMER_CHOICE: _by_lot,
    OrderingRule.ROTATION: _by_turn,
    OrderingRule.COMPETITION: _by_rank,
}


def bands(
    rule: OrderingRule,
    contenders: Contenders,
    *,
    seed: int,
    parameters: Mapping[str, Any],
    newcomer_share: Decimal = Decimal(0),
) -> list[ColumnElement[bool]]:
    """The parts into which a rule's first keys cut what fits, in their order; one part for most rules.

    A screen needs no more than a screen of each part, and within a part an index may give the order.
    """
    known = contenders.quality_class.is_not(None)
    found: list[ColumnElement[bool]] = [true()]
    if rule is OrderingRule.RANKING and parameters.get("by") == "classes":
        above, below = (contenders.quality_class == each for each in (QualityClass.ABOVE, QualityClass.BELOW))
        found = [above, func.coalesce(contenders.quality_class, QualityClass.NOT_DIFFERENT.value).not_in(_OUTER), below]
    if rule is not OrderingRule.COMPETITION and newcomers_come_first(seed, newcomer_share):
        found = [not_(known), *(and_(known, each) for each in found)]
    return found


def keys(
    rule: OrderingRule,
    contenders: Contenders,
    *,
    seed: int,
    parameters: Mapping[str, Any],
    newcomer_share: Decimal = Decimal(0),
) -> _Keys:
    """What the fitting offerings are sorted by under the published rule.

    ``customer_choice`` draws all by lot. ``ranking`` goes by price (the lowest first), or by the three classes of
    quality and within a class by price; equal ones go in turn. ``rotation`` goes by whose last order is longest ago,
    those without any first; equal ones by lot. ``competition`` goes by the rank that the choice of tenders gave. In
    the published share of needs those without a record come first, except after a competition.

    :raises KeyError: the published ranking goes by something this code does not know
    """
    by = RANKINGS[parameters.get("by", "price")] if rule is OrderingRule.RANKING else _RULES[rule]
    found = by(contenders, seed)
    if rule is not OrderingRule.COMPETITION and newcomers_come_first(seed, newcomer_share):
        return contenders.quality_class.is_not(None), *found
    return found
