"""Every SELECT about presentations."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, false, select
from sqlalchemy.orm import selectinload

from core import clock
from core.db import db
from core.identity.mandates import Mandate
from core.identity.models import Role
from core.identity.passwords import hash_token
from dps.qualification.models import Qualification
from dps.systems import buyers
from dps.systems.models import Category, PurchasingSystem, SystemState
from orders.presentations.models import Presentation, PresentationState, Presenter, SignUp

PAGE_SIZE = 50
_FULL = (selectinload(Presentation.presenters),)


def presentation(presentation_id: uuid.UUID) -> Presentation | None:
    return db.session.scalars(
        select(Presentation).options(*_FULL).where(Presentation.id == presentation_id)
    ).one_or_none()


def to_come(now: datetime, category_id: uuid.UUID | None = None) -> Select[Presentation]:
    """What anybody may come to."""
    query = select(Presentation).where(Presentation.state == PresentationState.ANNOUNCED, Presentation.ends_at > now)
    return query.where(Presentation.category_id == category_id) if category_id else query


def to_come_page(now: datetime, category_id: uuid.UUID | None, skip: int) -> Sequence[Presentation]:
    """One page and one more, the next first."""
    query = to_come(now, category_id).options(*_FULL)
    return db.session.scalars(
        query.order_by(Presentation.starts_at, Presentation.id).offset(skip).limit(PAGE_SIZE + 1)
    ).all()


def seen_by(mandate: Mandate) -> Select[Presentation]:
    """The events of the authority; for a supplier those in the categories it is admitted to."""
    if mandate.role in (Role.EXPERT, Role.COORDINATOR):
        return select(Presentation).where(Presentation.authority_id == mandate.organisation_id)
    if mandate.role is Role.PROVIDER:
        return select(Presentation).where(
            Presentation.category_id.in_(
                select(Qualification.category_id).where(
                    Qualification.supplier_id == mandate.organisation_id, Qualification.ended_at.is_(None)
                )
            )
        )
    return select(Presentation).where(false())


def page_of(mandate: Mandate, after: uuid.UUID | None) -> Sequence[Presentation]:
    """One page and one more, newest first."""
    query = seen_by(mandate).options(*_FULL)
    if after:
        query = query.where(Presentation.id < after)
    return db.session.scalars(query.order_by(Presentation.id.desc()).limit(PAGE_SIZE + 1)).all()


def categories_for(mandate: Mandate) -> Sequence[Category]:
    """In which categories the mandate may announce an event: open systems, of its own or admitted to."""
    query = (
        select(Category)
        .join(PurchasingSystem, PurchasingSystem.id == Category.system_id)
        .where(PurchasingSystem.state == SystemState.OPEN, Category.ended_at.is_(None))
    )
    if mandate.role is Role.PROVIDER:
        query = query.join(Qualification, Qualification.category_id == Category.id).where(
            Qualification.supplier_id == mandate.organisation_id, Qualification.ended_at.is_(None)
        )
    else:
        query = query.where(buyers.buys_from(mandate.organisation_id, clock.helsinki_date(clock.now())))
    return db.session.scalars(query.order_by(Category.system_id, Category.position).limit(200)).all()


def admitted_to(category_id: uuid.UUID) -> Sequence[Qualification]:
    """Every supplier admitted to the category, in the order of admission; nobody is left out (I5)."""
    return db.session.scalars(
        select(Qualification)
        .where(Qualification.category_id == category_id, Qualification.ended_at.is_(None))
        .order_by(Qualification.id)
    ).all()


def presenter(presentation_id: uuid.UUID, supplier_id: uuid.UUID) -> Presenter | None:
    return db.session.scalars(
        select(Presenter).where(Presenter.presentation_id == presentation_id, Presenter.supplier_id == supplier_id)
    ).one_or_none()


def sign_up(sign_up_id: uuid.UUID) -> SignUp | None:
    return db.session.get(SignUp, sign_up_id)


def sign_up_of_token(token: str) -> SignUp | None:
    return db.session.scalars(select(SignUp).where(SignUp.token_hash == hash_token(token))).one_or_none()


def sign_up_of_reference(presentation_id: uuid.UUID, reference: str) -> SignUp | None:
    """The seat a customer's reference holds."""
    return db.session.scalars(
        select(SignUp).where(
            SignUp.presentation_id == presentation_id,
            SignUp.customer_reference == reference,
            SignUp.cancelled_at.is_(None),
        )
    ).one_or_none()


def references_of(presentation_id: uuid.UUID, expert_id: uuid.UUID | None = None) -> Sequence[SignUp]:
    """The seats taken by experts for their customers; of one expert, or all."""
    query = select(SignUp).where(
        SignUp.presentation_id == presentation_id,
        SignUp.customer_reference.is_not(None),
        SignUp.cancelled_at.is_(None),
    )
    if expert_id:
        query = query.where(SignUp.expert_id == expert_id)
    return db.session.scalars(query.order_by(SignUp.id).limit(500)).all()


def of_supplier_to_come(supplier_id: uuid.UUID, now: datetime, limit: int = 60) -> Sequence[Presentation]:
    """The events in which a supplier presents itself."""
    return db.session.scalars(
        to_come(now)
        .join(Presenter, Presenter.presentation_id == Presentation.id)
        .where(Presenter.supplier_id == supplier_id, Presenter.withdrawn_at.is_(None))
        .order_by(Presentation.starts_at)
        .limit(limit)
    ).all()
