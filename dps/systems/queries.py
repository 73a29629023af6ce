"""Every SELECT about systems and categories, named by what it answers."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import selectinload

from core import clock
from core.db import db
from core.identity.mandates import Mandate
from dps.systems.models import PUBLIC_STATES, Category, LegalMode, PurchasingSystem, ServiceType, SystemState


def system(system_id: uuid.UUID) -> PurchasingSystem | None:
    return db.session.get(PurchasingSystem, system_id)


def full_system(system_id: uuid.UUID) -> PurchasingSystem | None:
    """A system with its categories, their modules and requirements."""
    return db.session.scalars(
        select(PurchasingSystem)
        .options(
            selectinload(PurchasingSystem.categories).options(
                selectinload(Category.modules), selectinload(Category.requirements)
            )
        )
        .where(PurchasingSystem.id == system_id)
    ).one_or_none()


def public_system(system_id: uuid.UUID) -> PurchasingSystem | None:
    """A system that everybody may see: not before its opening (R17)."""
    found = full_system(system_id)
    return found if found is not None and found.state in PUBLIC_STATES else None


def category(category_id: uuid.UUID) -> Category | None:
    return db.session.get(Category, category_id)


def public_category(category_id: uuid.UUID) -> Category | None:
    """A category of a published system."""
    found = category(category_id)
    return found if found is not None and found.system.state in PUBLIC_STATES else None


def open_systems_public() -> Sequence[PurchasingSystem]:
    """The systems that take applications now (open, or closed for a while), the newest first."""
    return db.session.scalars(
        select(PurchasingSystem)
        .options(selectinload(PurchasingSystem.categories))
        .where(PurchasingSystem.state.in_((SystemState.OPEN, SystemState.CLOSED)))
        .order_by(PurchasingSystem.opened_at.desc())
        .limit(200)
    ).all()


def systems_of(authority_id: uuid.UUID) -> Select[PurchasingSystem]:
    """The systems of an authority in every state, to be paged."""
    return (
        select(PurchasingSystem)
        .options(selectinload(PurchasingSystem.categories))
        .where(PurchasingSystem.authority_id == authority_id)
    )


def browsable_systems(mandate: Mandate) -> Select[PurchasingSystem]:
    """Public systems and those of the mandate's own authority."""
    return select(PurchasingSystem).where(
        or_(PurchasingSystem.state.in_(PUBLIC_STATES), PurchasingSystem.authority_id == mandate.authority_id)
    )


def browsable_categories(mandate: Mandate) -> Select[Category]:
    """Categories of the systems that ``browsable_systems`` shows."""
    return (
        select(Category)
        .join(Category.system)
        .where(or_(PurchasingSystem.state.in_(PUBLIC_STATES), PurchasingSystem.authority_id == mandate.authority_id))
    )


def categories_open_for_application() -> Sequence[Category]:
    """Categories one may apply to now; while a system is closed, applications are queued (R19)."""
    return db.session.scalars(
        select(Category)
        .join(Category.system)
        .where(PurchasingSystem.state.in_((SystemState.OPEN, SystemState.CLOSED)))
        .order_by(Category.system_id, Category.position)
        .limit(500)
    ).all()


def system_is_open(row: Category | PurchasingSystem, on: date | None = None) -> bool:
    """Whether orders and invitations may be made in it: open, and within its duration (R19)."""
    found = row.system if isinstance(row, Category) else row
    day = on or clock.helsinki_date(clock.now())
    return found.state is SystemState.OPEN and found.starts_on <= day <= found.ends_on


def waiting_for_approval(authority_id: uuid.UUID) -> Sequence[PurchasingSystem]:
    """Submitted systems of an authority, the oldest first."""
    return db.session.scalars(
        select(PurchasingSystem)
        .where(PurchasingSystem.authority_id == authority_id, PurchasingSystem.state == SystemState.SUBMITTED)
        .order_by(PurchasingSystem.submitted_at)
        .limit(50)
    ).all()


def approved_unpublished(authority_id: uuid.UUID) -> Sequence[PurchasingSystem]:
    """Approved systems whose notice has not been published."""
    return db.session.scalars(
        select(PurchasingSystem)
        .where(PurchasingSystem.authority_id == authority_id, PurchasingSystem.state == SystemState.APPROVED)
        .order_by(PurchasingSystem.approved_at)
        .limit(50)
    ).all()


def small_purchase_values(authority_id: uuid.UUID, service_type: ServiceType, since: date) -> list[Decimal]:
    """Values of the authority's small-purchase systems of one kind of service since a day (R9)."""
    rows = db.session.scalars(
        select(PurchasingSystem.estimated_value)
        .where(
            PurchasingSystem.authority_id == authority_id,
            func.date(func.timezone("Europe/Helsinki", PurchasingSystem.prepared_at)) >= since,
            PurchasingSystem.id.in_(
                select(Category.system_id).where(
                    Category.service_type == service_type, Category.legal_mode == LegalMode.SMALL_PURCHASE
                )
            ),
        )
        .limit(500)
    )
    return list(rows)
