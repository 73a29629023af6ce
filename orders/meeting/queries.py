"""Every SELECT about releases, named staff, notes of health, consents and declared interests."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, not_, or_, select
from sqlalchemy.orm import lazyload

from core import clock, law
from core.db import db
from core.identity.mandates import Mandate
from orders.meeting.models import ContactRelease, HealthConsent, HealthNote, InterestDeclaration, OrderStaff
from orders.models import DELIVERED, NOT_BOUGHT, CustomerQuestion, Need, Order
from suppliers.models import Supplier


def release_of(order_id: uuid.UUID) -> ContactRelease | None:
    return db.session.scalars(select(ContactRelease).where(ContactRelease.order_id == order_id)).one_or_none()


def staff_of(order_id: uuid.UUID) -> Sequence[OrderStaff]:
    """The people of the provider who may know the customer now."""
    return db.session.scalars(
        select(OrderStaff).where(OrderStaff.order_id == order_id, OrderStaff.ended_at.is_(None)).order_by(OrderStaff.id)
    ).all()


def note_of(need_id: uuid.UUID) -> HealthNote | None:
    return db.session.scalars(select(HealthNote).where(HealthNote.need_id == need_id)).one_or_none()


def consent_of(order_id: uuid.UUID) -> HealthConsent | None:
    """The consent in force."""
    return db.session.scalars(
        select(HealthConsent).where(HealthConsent.order_id == order_id, HealthConsent.withdrawn_at.is_(None))
    ).one_or_none()


def live_order_of(need_id: uuid.UUID) -> Order | None:
    """The order of a need that is neither delivered nor came to nothing."""
    return db.session.scalars(
        select(Order).where(Order.need_id == need_id, Order.state.not_in([*NOT_BOUGHT, *DELIVERED]))
    ).one_or_none()


def _days_kept(on: date) -> timedelta:
    return timedelta(days=int(law.number("R113.contact", on)))


def is_to_be_erased(order: Order, today: date) -> bool:
    """Whether the set time since the order's end has gone (R113)."""
    ended = order.completed_at or order.closed_at
    return ended is not None and clock.helsinki_date(ended) + _days_kept(today) < today


def orders_to_erase(now: datetime, limit: int = 500) -> Sequence[uuid.UUID]:
    """Ended orders whose customer is still known by name, or whose need still has a note of health."""
    before = now - _days_kept(clock.helsinki_date(now))
    return db.session.scalars(
        select(Order.id)
        .outerjoin(ContactRelease, (ContactRelease.order_id == Order.id) & ContactRelease.erased_at.is_(None))
        .outerjoin(HealthNote, (HealthNote.need_id == Order.need_id) & HealthNote.erased_at.is_(None))
        .where(
            func.coalesce(Order.completed_at, Order.closed_at) < before,
            or_(ContactRelease.id.is_not(None), HealthNote.id.is_not(None)),
        )
        .limit(limit)
    ).all()


def questions_to_erase(need_id: uuid.UUID) -> Sequence[CustomerQuestion]:
    """What a customer asked, and is still kept."""
    return db.session.scalars(
        select(CustomerQuestion)
        .options(lazyload("*"))
        .where(CustomerQuestion.need_id == need_id, CustomerQuestion.sealed_text.is_not(None))
        .order_by(CustomerQuestion.id)
    ).all()


def _is_quiet(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Of a need: its last day to start is long past, and no order of it is alive or ended lately."""
    today = clock.helsinki_date(now)
    lately = func.coalesce(Order.completed_at, Order.closed_at, now) >= now - _days_kept(today)
    return (
        Need.latest_start < today - _days_kept(today),
        not_(select(Order.id).where(Order.need_id == Need.id, lately).exists()),
    )


def is_quiet(need: Need, now: datetime) -> bool:
    """Whether what the customer told for a need is no longer needed (R113)."""
    return db.session.scalar(select(Need.id).where(Need.id == need.id, *_is_quiet(now))) is not None


def needs_to_erase(now: datetime, limit: int = 500) -> Sequence[uuid.UUID]:
    """Quiet needs, ordered or not, with a note of health or words of the customer still kept."""
    note = select(HealthNote.id).where(HealthNote.need_id == Need.id, HealthNote.erased_at.is_(None)).exists()
    question = (
        select(CustomerQuestion.id)
        .where(CustomerQuestion.need_id == Need.id, CustomerQuestion.sealed_text.is_not(None))
        .exists()
    )
    return db.session.scalars(select(Need.id).where(*_is_quiet(now), or_(note, question)).limit(limit)).all()


# ---- interests ----


def declaration(interest_id: uuid.UUID) -> InterestDeclaration | None:
    return db.session.get(InterestDeclaration, interest_id)


def interests_of(mandate: Mandate) -> Sequence[InterestDeclaration]:
    """What an expert has declared and not ended, newest first."""
    return db.session.scalars(
        select(InterestDeclaration)
        .where(InterestDeclaration.person_id == mandate.person_id, InterestDeclaration.ended_at.is_(None))
        .order_by(InterestDeclaration.id.desc())
        .limit(200)
    ).all()


def suppliers_named(words: str, limit: int = 20) -> Sequence[Supplier]:
    """Suppliers whose name holds these words."""
    return db.session.scalars(
        select(Supplier).where(Supplier.name.icontains(words, autoescape=True)).order_by(Supplier.name).limit(limit)
    ).all()


def supplier(supplier_id: uuid.UUID) -> Supplier | None:
    return db.session.get(Supplier, supplier_id)
