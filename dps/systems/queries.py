"""Every SELECT about systems and categories, named by what it answers."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from core import clock
from core.db import db
from core.identity.mandates import Mandate
from dps.systems import rules
from dps.systems.models import (
    LIVE_CHANGES,
    PUBLIC_STATES,
    Category,
    ChangeKind,
    ChangeState,
    LegalMode,
    PurchasingSystem,
    Question,
    QuestionState,
    ServiceType,
    SystemChange,
    SystemState,
)


def system(system_id: uuid.UUID) -> PurchasingSystem | None:
    return db.session.get(PurchasingSystem, system_id)


def full_system(system_id: uuid.UUID) -> PurchasingSystem | None:
    """A system with its categories, their modules and requirements."""
    return db.session.scalars(
        select(PurchasingSystem)
        .options(
            selectinload(PurchasingSystem.categories).options(
                joinedload(Category.modules),
                selectinload(Category.requirements),
                selectinload(Category.award_criteria),
                selectinload(Category.payments),
                joinedload(Category.terms_file),
            )
        )
        .where(PurchasingSystem.id == system_id)
    ).one_or_none()


def _named_system(system_id: uuid.UUID) -> PurchasingSystem | None:
    return db.session.scalars(
        select(PurchasingSystem)
        .options(selectinload(PurchasingSystem.categories))
        .where(PurchasingSystem.id == system_id)
    ).one_or_none()


def public_system(system_id: uuid.UUID, *, in_full: bool = True) -> PurchasingSystem | None:
    """A system that everybody may see: not before its opening (R17); in full, or with its categories only."""
    found = full_system(system_id) if in_full else _named_system(system_id)
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
    return (
        select(PurchasingSystem)
        .options(selectinload(PurchasingSystem.buyers))
        .where(or_(PurchasingSystem.state.in_(PUBLIC_STATES), PurchasingSystem.authority_id == mandate.authority_id))
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
        .where(PurchasingSystem.state.in_((SystemState.OPEN, SystemState.CLOSED)), Category.ended_at.is_(None))
        .order_by(Category.system_id, Category.position)
        .limit(500)
    ).all()


def system_is_open(row: Category | PurchasingSystem, on: date | None = None) -> bool:
    """Whether orders and invitations may be made in it now: see ``rules.takes_orders`` (R18, R19)."""
    day = on or clock.helsinki_date(clock.now())
    return rules.takes_orders(row, day) if isinstance(row, Category) else rules.is_in_use(row, day)


def waiting_for_approval(authority_id: uuid.UUID) -> Sequence[PurchasingSystem]:
    """Submitted systems of an authority, the oldest first."""
    return db.session.scalars(
        select(PurchasingSystem)
        .where(PurchasingSystem.authority_id == authority_id, PurchasingSystem.state == SystemState.SUBMITTED)
        .order_by(PurchasingSystem.submitted_at)
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


# ---- changes after the opening ----


def change(change_id: uuid.UUID) -> SystemChange | None:
    return db.session.get(SystemChange, change_id)


def full_change(change_id: uuid.UUID) -> SystemChange | None:
    """A change with its whole system, which it is compared to."""
    found = change(change_id)
    if found is not None and found.state is not ChangeState.IN_FORCE:
        full_system(found.system_id)
    return found


def live_change(system_id: uuid.UUID, kind: ChangeKind, about: Category | None) -> SystemChange | None:
    """The change under way about the same category, or of the same kind about the system."""
    query = select(SystemChange).where(SystemChange.system_id == system_id, SystemChange.state.in_(LIVE_CHANGES))
    about_same = SystemChange.kind == kind if about is None else SystemChange.category_id == about.id
    return db.session.scalars(query.where(about_same).limit(1)).one_or_none()


def changes_of(system_id: uuid.UUID) -> Sequence[SystemChange]:
    """Every change of a system that was not dropped, the newest first."""
    return db.session.scalars(
        select(SystemChange)
        .where(SystemChange.system_id == system_id, SystemChange.state != ChangeState.DROPPED)
        .order_by(SystemChange.id.desc())
        .limit(100)
    ).all()


def published_changes(system_id: uuid.UUID) -> Sequence[SystemChange]:
    """What everybody may see: the changes in force, the newest first (R17, R18)."""
    return db.session.scalars(
        select(SystemChange)
        .where(SystemChange.system_id == system_id, SystemChange.state == ChangeState.IN_FORCE)
        .order_by(SystemChange.effective_at.desc())
        .limit(200)
    ).all()


def browsable_changes(mandate: Mandate) -> Select[SystemChange]:
    """Changes in force of public systems, and every change of the own authority."""
    return (
        select(SystemChange)
        .join(SystemChange.system)
        .where(
            or_(
                SystemChange.state == ChangeState.IN_FORCE,
                PurchasingSystem.authority_id == mandate.authority_id,
            )
        )
    )


def changes_in(authority_id: uuid.UUID, *states: ChangeState) -> Sequence[SystemChange]:
    """The changes of an authority in these states, the oldest first."""
    return db.session.scalars(
        select(SystemChange)
        .join(SystemChange.system)
        .where(PurchasingSystem.authority_id == authority_id, SystemChange.state.in_(states))
        .order_by(SystemChange.id)
        .limit(50)
    ).all()


def categories_to_copy(authority_id: uuid.UUID) -> Sequence[Category]:
    """The newest categories of the authority's systems."""
    return db.session.scalars(
        select(Category)
        .join(Category.system)
        .where(PurchasingSystem.authority_id == authority_id)
        .order_by(Category.id.desc())
        .limit(60)
    ).all()


# ---- questions ----


def question(question_id: uuid.UUID) -> Question | None:
    return db.session.get(Question, question_id)


def published_questions(system_id: uuid.UUID) -> Sequence[Question]:
    """The answered questions about a system with all their answers, the newest first."""
    return (
        db.session.scalars(
            select(Question)
            .options(selectinload(Question.answers))
            .where(Question.system_id == system_id, Question.state == QuestionState.ANSWERED)
            .order_by(Question.id.desc())
            .limit(200)
        )
        .unique()
        .all()
    )


def questions_of(authority_id: uuid.UUID) -> Select[Question]:
    """The questions to an authority, to be paged."""
    return (
        select(Question)
        .options(selectinload(Question.answers))
        .join(Question.system)
        .where(PurchasingSystem.authority_id == authority_id)
    )


def unanswered_questions(authority_id: uuid.UUID) -> Sequence[Question]:
    """What the coordinators have to answer, in order of due date."""
    return db.session.scalars(
        select(Question)
        .join(Question.system)
        .where(PurchasingSystem.authority_id == authority_id, Question.state == QuestionState.ASKED)
        .order_by(Question.answer_due_on, Question.id)
        .limit(50)
    ).all()


def browsable_questions(mandate: Mandate) -> Select[Question]:
    """Answered questions of public systems, and every question to the own authority."""
    return (
        select(Question)
        .options(selectinload(Question.answers))
        .join(Question.system)
        .where(
            or_(Question.state == QuestionState.ANSWERED, PurchasingSystem.authority_id == mandate.authority_id),
        )
    )
