"""Every SELECT about handovers."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, false, or_, select
from sqlalchemy.orm import joinedload, selectinload

from core.db import db
from core.identity.mandates import Mandate
from core.identity.models import Person, Role, RoleHolding
from orders.handover.models import Handover, HandoverItem
from orders.models import Need, NeedState, Order, OrderState
from orders.preparing.models import PreparedAnswers

PAGE_SIZE = 50
#: Orders in which there is nothing left to do.
OVER = (OrderState.DECLINED, OrderState.EXPIRED, OrderState.CANCELLED, OrderState.NO_SHOW, OrderState.CLOSED)


@dataclass(frozen=True)
class Caseload:
    """An expert, and the authorities in which they are or were one."""

    person: Person
    authority_ids: frozenset[uuid.UUID]


def caseload(expert_id: uuid.UUID) -> Caseload | None:
    """Whose work could move; ``None`` for somebody who never was an expert."""
    rows = db.session.scalars(
        select(RoleHolding).where(RoleHolding.person_id == expert_id, RoleHolding.role == Role.EXPERT)
    ).all()
    return Caseload(rows[0].person, frozenset(row.organisation_id for row in rows)) if rows else None


def _live(authority_id: uuid.UUID, person_id: uuid.UUID) -> tuple[ColumnElement[bool], ...]:
    under_way = select(Order.id).where(Order.need_id == Need.id, Order.state.not_in(OVER)).exists()
    return (
        Need.authority_id == authority_id,
        Need.expert_id == person_id,
        or_(Need.state == NeedState.OPEN, under_way),
    )


def live_needs(authority_id: uuid.UUID, person_id: uuid.UUID, *, for_update: bool = False) -> Sequence[Need]:
    """The needs of an expert in which something is left to do, oldest first."""
    query = select(Need).where(*_live(authority_id, person_id)).order_by(Need.id)
    if for_update:
        query = query.with_for_update(of=Need).execution_options(populate_existing=True)
    return db.session.scalars(query).all()


def live_orders(need_ids: Sequence[uuid.UUID], *, for_update: bool = False) -> Sequence[Order]:
    """The orders of needs in which something is left to do."""
    query = select(Order).where(Order.need_id.in_(need_ids), Order.state.not_in(OVER)).order_by(Order.id)
    if for_update:
        query = query.with_for_update(of=Order).execution_options(populate_existing=True)
    return db.session.scalars(query).all()


def open_preparations(authority_id: uuid.UUID, person_id: uuid.UUID) -> Sequence[PreparedAnswers]:
    """What customers prepared for the expert and nobody has used yet."""
    return db.session.scalars(
        select(PreparedAnswers)
        .where(
            PreparedAnswers.authority_id == authority_id,
            PreparedAnswers.expert_id == person_id,
            PreparedAnswers.used_at.is_(None),
            PreparedAnswers.cancelled_at.is_(None),
            PreparedAnswers.erased_at.is_(None),
        )
        .order_by(PreparedAnswers.id)
        .with_for_update(of=PreparedAnswers)
    ).all()


def handover(handover_id: uuid.UUID) -> Handover | None:
    return (
        db.session.scalars(
            select(Handover)
            .options(joinedload(Handover.giver), selectinload(Handover.items).joinedload(HandoverItem.receiver))
            .options(selectinload(Handover.items).joinedload(HandoverItem.need))
            .where(Handover.id == handover_id)
        )
        .unique()
        .one_or_none()
    )


def seen_by(mandate: Mandate) -> Select[Handover]:
    """The handovers of the authority."""
    if mandate.role not in (Role.COORDINATOR, Role.EXPERT):
        return select(Handover).where(false())
    return (
        select(Handover)
        .options(joinedload(Handover.giver), selectinload(Handover.items))
        .where(Handover.authority_id == mandate.organisation_id)
    )


def page_of(mandate: Mandate, after: uuid.UUID | None) -> Sequence[Handover]:
    """One page and one more, newest first."""
    query = seen_by(mandate)
    if after:
        query = query.where(Handover.id < after)
    return db.session.scalars(query.order_by(Handover.id.desc()).limit(PAGE_SIZE + 1)).unique().all()
