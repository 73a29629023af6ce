"""Every SELECT about amendments."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Select, false, select
from sqlalchemy.orm import contains_eager, lazyload

from core.db import db
from core.identity.mandates import Mandate
from core.identity.models import Role
from orders.changes.models import ChangeKind, ChangeState, OrderChange
from orders.life import Side
from orders.models import Order


def change(order_change_id: uuid.UUID) -> OrderChange | None:
    return db.session.get(OrderChange, order_change_id)


def open_change_of(order_id: uuid.UUID) -> OrderChange | None:
    """The proposal that waits for its answer."""
    return db.session.scalars(
        select(OrderChange).where(OrderChange.order_id == order_id, OrderChange.state == ChangeState.PROPOSED)
    ).one_or_none()


def waiting_pause_of(order_id: uuid.UUID) -> OrderChange | None:
    """An agreed pause that has not begun."""
    return db.session.scalars(
        select(OrderChange)
        .where(
            OrderChange.order_id == order_id,
            OrderChange.kind == ChangeKind.PAUSE,
            OrderChange.state == ChangeState.AGREED,
            OrderChange.done_at.is_(None),
        )
        .limit(1)
    ).one_or_none()


def changes_of(order_id: uuid.UUID, limit: int = 100) -> Sequence[OrderChange]:
    """The amendments of an order, newest first."""
    return db.session.scalars(
        select(OrderChange).where(OrderChange.order_id == order_id).order_by(OrderChange.id.desc()).limit(limit)
    ).all()


def changes_seen_by(mandate: Mandate) -> Select[OrderChange]:
    """The amendments of the orders a mandate may list."""
    query = select(OrderChange).join(Order, Order.id == OrderChange.order_id).options(contains_eager(OrderChange.order))
    if mandate.role is Role.PROVIDER:
        return query.where(Order.supplier_id == mandate.organisation_id)
    if mandate.role in (Role.EXPERT, Role.COORDINATOR, Role.DECIDER):
        return query.where(Order.authority_id == mandate.organisation_id)
    return query.where(false())


def waiting_for(mandate: Mandate, now: datetime, limit: int = 60) -> Sequence[OrderChange]:
    """Proposals of the other side that wait for the mandate's answer, the first to lapse first."""
    read = contains_eager(OrderChange.order).options(lazyload("*"))
    query = select(OrderChange).join(Order, Order.id == OrderChange.order_id).options(read)
    if mandate.role is Role.PROVIDER:
        mine = (Order.supplier_id == mandate.organisation_id, OrderChange.proposed_side == Side.EXPERT)
    else:
        mine = (Order.expert_id == mandate.person_id, OrderChange.proposed_side == Side.PROVIDER)
    return db.session.scalars(
        query.where(OrderChange.state == ChangeState.PROPOSED, OrderChange.answer_by >= now, *mine)
        .order_by(OrderChange.answer_by)
        .limit(limit)
    ).all()


def lapsed(now: datetime, limit: int = 500) -> Sequence[uuid.UUID]:
    """Proposals nobody answered in time."""
    return db.session.scalars(
        select(OrderChange.id)
        .where(OrderChange.state == ChangeState.PROPOSED, OrderChange.answer_by < now)
        .order_by(OrderChange.answer_by)
        .limit(limit)
    ).all()


def pauses_to_begin(today: date, limit: int = 500) -> Sequence[uuid.UUID]:
    """Agreed pauses whose first day has come."""
    return db.session.scalars(
        select(OrderChange.id)
        .where(
            OrderChange.kind == ChangeKind.PAUSE,
            OrderChange.state == ChangeState.AGREED,
            OrderChange.done_at.is_(None),
            OrderChange.from_on <= today,
        )
        .limit(limit)
    ).all()
