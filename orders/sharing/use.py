"""What the parties have ordered and got, counted in SQL over the orders of joint procurements."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Date, cast, func, select

from core import clock
from core.db import db
from core.quarters import next_quarter
from dps.contracts.models import FrameContract
from dps.joint.procurements.models import JointProcurement
from dps.systems.models import Category, ServiceType
from dps.systems.production import Production
from orders.models import DELIVERED, NOT_BOUGHT, Need, Order
from orders.sharing import reach as reaching
from orders.sharing import rules
from orders.sharing.reach import DIMENSIONS, Reach

#: Of a procurement and a party by its key.
Cell = tuple[uuid.UUID, str]


@dataclass
class Use:
    """Orders of a party: in a quarter and in all; values without VAT."""

    ordered: int = 0
    ordered_value: Decimal = rules.NOTHING
    delivered: int = 0
    all_ordered: int = 0
    all_value: Decimal = rules.NOTHING
    all_delivered: int = 0

    def add(self, other: Any) -> None:
        self.ordered += other.ordered
        self.ordered_value += other.ordered_value
        self.delivered += other.delivered
        self.all_ordered += other.all_ordered
        self.all_value += other.all_value
        self.all_delivered += other.all_delivered


def quarter_column(moment: Any) -> Any:
    """The first day of the quarter of an instant, in Helsinki."""
    return cast(func.date_trunc("quarter", func.timezone("Europe/Helsinki", moment)), Date)


def _within(moment: Any, quarter: date) -> Any:
    start = clock.start_of_day(quarter)
    return (moment >= start) & (moment < clock.start_of_day(next_quarter(quarter)))


def by_party(reach: Reach, quarter: date) -> dict[Cell, Use]:
    """Procurement and party → use: one question, however many orders there are."""
    if not reach.procurements:
        return {}
    bought, delivered = Order.state.not_in(NOT_BOUGHT), Order.state.in_(DELIVERED)
    now_ordered, now_delivered = _within(Order.placed_at, quarter), _within(Order.completed_at, quarter)
    rows = db.session.execute(
        select(
            *DIMENSIONS,
            func.count().filter(bought, now_ordered).label("ordered"),
            func.coalesce(func.sum(Order.price).filter(bought, now_ordered), 0).label("ordered_value"),
            func.count().filter(delivered, now_delivered).label("delivered"),
            func.count().filter(bought).label("all_ordered"),
            func.coalesce(func.sum(Order.price).filter(bought), 0).label("all_value"),
            func.count().filter(delivered).label("all_delivered"),
        )
        .select_from(Order)
        .join(Need, Need.id == Order.need_id)
        .join(FrameContract, FrameContract.id == Order.contract_id)
        .where(reach.condition())
        .group_by(*DIMENSIONS)
    )
    found: dict[Cell, Use] = {}
    for place, row in reaching.placed(reach, rows):
        found.setdefault((place.procurement.id, place.party.key), Use()).add(row)
    return found


def ordered_by_quarter(procurement: JointProcurement) -> dict[uuid.UUID, dict[date, int]]:
    """Party → quarter → services ordered and not taken back: what no transfer of volume may go below."""
    reach = reaching.of_procurement(procurement)
    if not reach.procurements:
        return {}
    quarter = quarter_column(Order.placed_at)
    rows = db.session.execute(
        select(*DIMENSIONS, quarter, func.count())
        .select_from(Order)
        .join(Need, Need.id == Order.need_id)
        .join(FrameContract, FrameContract.id == Order.contract_id)
        .where(reach.condition(), Order.state.not_in(NOT_BOUGHT))
        .group_by(*DIMENSIONS, quarter)
    )
    return _counted(
        (place.party.id, row[4], row[5])
        for place, row in reaching.placed(reach, rows)
        if place.procurement.id == procurement.id
    )


def last_year(procurement: JointProcurement) -> dict[uuid.UUID, dict[date, int]]:
    """Party → quarter → services of the kind that its authority ordered in the year before the procurement begins."""
    first, last = date(procurement.starts_on.year - 1, 1, 1), date(procurement.starts_on.year, 1, 1)
    return _of_kind(procurement, procurement.service_type, first, last)


def _of_kind(
    procurement: JointProcurement, service_type: ServiceType, first: date, last: date
) -> dict[uuid.UUID, dict[date, int]]:
    parties = procurement.agreed.parties
    quarter = quarter_column(Order.placed_at)
    rows = db.session.execute(
        select(Order.authority_id, Need.municipality, quarter, func.count())
        .select_from(Order)
        .join(Need, Need.id == Order.need_id)
        .join(Category, Category.id == Order.category_id)
        .where(
            Order.authority_id.in_({each.authority_id for each in parties}),
            Category.service_type == service_type,
            Order.placed_at >= clock.start_of_day(first),
            Order.placed_at < clock.start_of_day(last),
            Order.state.not_in(NOT_BOUGHT),
        )
        .group_by(Order.authority_id, Need.municipality, quarter)
    )
    found = ((reaching.party_of(parties, row[0], row[1]), row[2], row[3]) for row in rows)
    return _counted((party.id, quarter, count) for party, quarter, count in found if party)


def _counted(rows: Any) -> dict[uuid.UUID, dict[date, int]]:
    found: dict[uuid.UUID, dict[date, int]] = {}
    for party_id, quarter, count in rows:
        of_party = found.setdefault(party_id, {})
        of_party[quarter] = of_party.get(quarter, 0) + count
    return found


def value_of_procurements(procurements: Sequence[JointProcurement]) -> Mapping[uuid.UUID, Decimal]:
    """The value of what was bought under each, without VAT; own production and partners are no purchases.

    Most have a system to themselves, whose orders are added up from an index. Where several share one, or one is for
    a part of it, each has what ``reach`` gives it.
    """
    whole = {
        each.system_id: each.id for each in procurements if each.category_id is None and each.competition_id is None
    }
    found = {}
    if whole:
        beside = select(func.count()).where(JointProcurement.system_id == Category.system_id).scalar_subquery()
        rows = db.session.execute(
            select(Category.system_id, func.sum(Order.price), beside)
            .join(Category, Category.id == Order.category_id)
            .where(
                Category.system_id.in_(whole),
                Order.state.not_in(NOT_BOUGHT),
                Order.production == Production.PURCHASED,
            )
            .group_by(Category.system_id)
        )
        found = {whole[system_id]: (value, number) for system_id, value, number in rows}
    values = {key: value for key, (value, number) in found.items() if number == 1}
    shared = [each.id for each in procurements if each.id not in whole.values() or found.get(each.id, (0, 1))[1] > 1]
    return values | _value_of_parts(shared) if shared else values


def _value_of_parts(procurement_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Decimal]:
    reach = reaching.of_procurements(procurement_ids)
    rows = db.session.execute(
        select(Order.category_id, FrameContract.award_decision_id, func.sum(Order.price))
        .join(FrameContract, FrameContract.id == Order.contract_id)
        .where(reach.condition(), Order.state.not_in(NOT_BOUGHT))
        .group_by(Order.category_id, FrameContract.award_decision_id)
    )
    found: dict[uuid.UUID, Decimal] = {}
    for category_id, decision_id, value in rows:
        row = reach.procurement_of(category_id, decision_id)
        if row is not None and row.id in procurement_ids:
            found[row.id] = found.get(row.id, rules.NOTHING) + value
    return found
