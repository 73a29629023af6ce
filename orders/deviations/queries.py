"""Every SELECT about deviations."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, false, func, select
from sqlalchemy.orm import joinedload, lazyload

from core import clock
from core.db import db
from core.identity.mandates import Mandate
from core.identity.models import Authority, Role
from dps.qualification.models import Qualification
from dps.systems.models import Category, PurchasingSystem
from orders.deviations.models import WEIGHTS, Deviation, DeviationState, DeviationStep, Severity

PAGE_SIZE = 50
_FULL = (joinedload(Deviation.order).options(lazyload("*")),)


def deviation(deviation_id: uuid.UUID) -> Deviation | None:
    return db.session.scalars(select(Deviation).options(*_FULL).where(Deviation.id == deviation_id)).one_or_none()


def next_number(authority_id: uuid.UUID) -> int:
    """The next running number of the authority's deviations, held until the end of the transaction."""
    db.session.execute(
        select(Authority.id).options(lazyload("*")).where(Authority.id == authority_id).with_for_update(key_share=True)
    )
    last = db.session.scalar(select(func.max(Deviation.number)).where(Deviation.authority_id == authority_id))
    return (last or 0) + 1


def seen_by(mandate: Mandate) -> Select[Deviation]:
    """The deviations a mandate may list, by the same rule as ``Permission.DEVIATION_READ``."""
    query = select(Deviation)
    if mandate.role is Role.PROVIDER:
        return query.where(Deviation.supplier_id == mandate.organisation_id)
    if mandate.role in (Role.EXPERT, Role.COORDINATOR, Role.DECIDER):
        return query.where(Deviation.authority_id == mandate.organisation_id)
    return query.where(false())


def filtered(
    mandate: Mandate, *, state: DeviationState | None, severity: Severity | None, category_id: uuid.UUID | None
) -> Select[Deviation]:
    """As ``seen_by``, narrowed."""
    query = seen_by(mandate)
    wishes = ((Deviation.state, state), (Deviation.severity, severity), (Deviation.category_id, category_id))
    for column, wish in wishes:
        if wish is not None:
            query = query.where(column == wish)
    return query


def page_of(query: Select[Deviation], after: uuid.UUID | None) -> Sequence[Deviation]:
    """One page and one more, newest first."""
    if after:
        query = query.where(Deviation.id < after)
    return db.session.scalars(query.order_by(Deviation.id.desc()).limit(PAGE_SIZE + 1)).all()


def of_order(order_id: uuid.UUID) -> Sequence[Deviation]:
    """The deviations of an order, oldest first."""
    return db.session.scalars(select(Deviation).where(Deviation.order_id == order_id).order_by(Deviation.id)).all()


def steps_of(deviation_id: uuid.UUID) -> Sequence[DeviationStep]:
    return db.session.scalars(
        select(DeviationStep).where(DeviationStep.deviation_id == deviation_id).order_by(DeviationStep.id)
    ).all()


def lapsed(now: datetime, limit: int = 500) -> Sequence[uuid.UUID]:
    """Deviations whose time to answer is over, the oldest first."""
    return db.session.scalars(
        select(Deviation.id)
        .where(Deviation.state == DeviationState.OPENED, Deviation.answer_by <= now)
        .order_by(Deviation.answer_by)
        .limit(limit)
    ).all()


def due_of_supplier(supplier_id: uuid.UUID, limit: int = 60) -> Sequence[Deviation]:
    """What waits for the provider."""
    waiting = (DeviationState.OPENED, DeviationState.UNANSWERED, DeviationState.ANSWERED)
    return db.session.scalars(
        select(Deviation)
        .where(Deviation.supplier_id == supplier_id, Deviation.state.in_(waiting))
        .order_by(Deviation.answer_by)
        .limit(limit)
    ).all()


#: What waits for the authority: to confirm or withdraw, and to say what follows.
TO_SETTLE = (
    DeviationState.UNANSWERED,
    DeviationState.ANSWERED,
    DeviationState.CORRECTED,
    DeviationState.DISPUTED,
    DeviationState.CONFIRMED,
)


def to_settle(authority_id: uuid.UUID, limit: int = 60) -> Sequence[Deviation]:
    """What waits for the coordinators of an authority."""
    return db.session.scalars(
        select(Deviation)
        .where(Deviation.authority_id == authority_id, Deviation.state.in_(TO_SETTLE))
        .order_by(Deviation.answer_by)
        .limit(limit)
    ).all()


def admitted_to(authority_id: uuid.UUID, limit: int = 500) -> Sequence[Qualification]:
    """The admissions in force in the authority's systems."""
    return db.session.scalars(
        select(Qualification)
        .join(Category, Category.id == Qualification.category_id)
        .join(PurchasingSystem, PurchasingSystem.id == Category.system_id)
        .options(joinedload(Qualification.supplier), joinedload(Qualification.category))
        .where(PurchasingSystem.authority_id == authority_id, Qualification.ended_at.is_(None))
        .order_by(Qualification.id)
        .limit(limit)
    ).all()


# ---- for the quality record ----


@dataclass(frozen=True)
class Counts:
    """Confirmed deviations by severity, and what they weigh together."""

    minor: int = 0
    serious: int = 0
    severe: int = 0

    @property
    def weight(self) -> int:
        return sum(getattr(self, each.value) * weight for each, weight in WEIGHTS.items())


def _confirmed(category_id: uuid.UUID, first: date, last: date) -> Select[uuid.UUID, Severity, int]:
    """Only what was confirmed counts, on the day of the confirmation; withdrawn and unsettled ones never."""
    return (
        select(Deviation.supplier_id, Deviation.severity, func.count())
        .where(
            Deviation.category_id == category_id,
            Deviation.confirmed_at >= clock.start_of_day(first),
            Deviation.confirmed_at < clock.end_of_day(last),
        )
        .group_by(Deviation.supplier_id, Deviation.severity)
    )


def confirmed_counts(supplier_id: uuid.UUID, category_id: uuid.UUID, first: date, last: date) -> Counts:
    """The confirmed deviations of a supplier in a category, first and last day included."""
    rows = db.session.execute(_confirmed(category_id, first, last).where(Deviation.supplier_id == supplier_id))
    return Counts(**{severity.value: number for _supplier, severity, number in rows})
