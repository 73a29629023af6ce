"""Every SELECT of what an access right shows, with no more columns than it may show."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, false, or_, select
from sqlalchemy.orm import joinedload, lazyload

from core import clock
from core.db import db
from core.identity.grants.models import ScopeKind, Task
from core.identity.grants.queries import GrantInForce
from core.identity.mandates import Mandate
from dps.offerings.models import Offering
from dps.systems.models import Category
from orders.groups.models import LIVE, Group
from orders.models import Need, Order, OrderState
from suppliers.models import Supplier

PAGE_SIZE = 50


def grants_for(mandate: Mandate, task: Task) -> list[GrantInForce]:
    """What the mandate was given for a task and still has."""
    return [each for each in mandate.grants if each.task is task]


def groups_by(grants: Sequence[GrantInForce]) -> Select[Group]:
    """The groups that these grants let fill."""
    query = select(Group).options(joinedload(Group.offering).options(lazyload("*"))).where(Group.state.in_(LIVE))
    reached = [
        (Group.authority_id == each.owner_id)
        & ((Group.id if each.scope_kind is ScopeKind.GROUP else Group.category_id) == each.scope_id)
        for each in grants
    ]
    return query.where(or_(*reached) if reached else false())


def groups_page(grants: Sequence[GrantInForce], after: uuid.UUID | None) -> Sequence[Group]:
    """One page of them and one more, newest first."""
    query = groups_by(grants)
    if after:
        query = query.where(Group.id < after)
    return db.session.scalars(query.order_by(Group.id.desc()).limit(PAGE_SIZE + 1)).all()


@dataclass(frozen=True)
class FollowedOrder:
    """An order as another authority may follow it: nothing of the customer, no text (R107)."""

    id: uuid.UUID
    state: OrderState
    service_fi: str
    service_sv: str
    service_en: str
    category_id: uuid.UUID
    provider: str
    placed_on: date
    starts_on: date
    ends_on: date
    price: Decimal
    #: The customer's home municipality, for the compensation between municipalities (R104).
    municipality: str


def _reached(grant: GrantInForce) -> ColumnElement[bool]:
    if grant.scope_kind is ScopeKind.CATEGORY:
        return Order.category_id == grant.scope_id
    return Order.category_id.in_(select(Category.id).where(Category.system_id == grant.scope_id))


def orders_by(grant: GrantInForce, after: uuid.UUID | None, size: int = PAGE_SIZE) -> Sequence[FollowedOrder]:
    """One page of the owner's orders that a grant lets follow, and one more, newest first."""
    query = (
        select(
            Order.id,
            Order.state,
            Offering.name_fi,
            Offering.name_sv,
            Offering.name_en,
            Order.category_id,
            Supplier.name,
            Order.placed_at,
            Order.started_on,
            Order.planned_start_on,
            Order.planned_end_on,
            Order.price,
            Need.municipality,
        )
        .join(Offering, Offering.id == Order.offering_id)
        .join(Supplier, Supplier.id == Order.supplier_id)
        .join(Need, Need.id == Order.need_id)
        .where(Order.authority_id == grant.owner_id, _reached(grant))
        .order_by(Order.id.desc())
        .limit(size + 1)
    )
    if after:
        query = query.where(Order.id < after)
    return [_followed(row) for row in db.session.execute(query)]


def _followed(row: Any) -> FollowedOrder:
    return FollowedOrder(
        id=row.id,
        state=row.state,
        service_fi=row.name_fi,
        service_sv=row.name_sv,
        service_en=row.name_en,
        category_id=row.category_id,
        provider=row.name,
        placed_on=clock.helsinki_date(row.placed_at),
        starts_on=row.started_on or row.planned_start_on,
        ends_on=row.planned_end_on,
        price=row.price,
        municipality=row.municipality,
    )
