"""Every SELECT about applications and qualifications, named by what it answers."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from core import clock
from core.db import db
from core.identity.mandates import Mandate
from dps.qualification.models import (
    Application,
    ApplicationCheck,
    ApplicationDocument,
    ApplicationDraft,
    ApplicationState,
    Clarification,
    CriminalRecordCheck,
    Qualification,
    RegisterExtract,
)
from dps.systems.models import PUBLIC_STATES, Category, PurchasingSystem

#: States in which an application waits for somebody.
LIVE = (ApplicationState.RECEIVED, ApplicationState.PROPOSED)


def application(application_id: uuid.UUID) -> Application | None:
    return db.session.get(Application, application_id)


def full_application(application_id: uuid.UUID) -> Application | None:
    """An application with what its page shows: declaration, findings, requirements, decision."""
    return db.session.scalars(
        select(Application).options(*_in_full()).where(Application.id == application_id)
    ).one_or_none()


def application_of_decision(decision_id: uuid.UUID) -> Application | None:
    """The application a decision is about, if it still refers to it."""
    return db.session.scalars(select(Application).where(Application.decision_id == decision_id)).one_or_none()


def live_application(supplier_id: uuid.UUID, category_id: uuid.UUID) -> Application | None:
    """The supplier's application to the category that is being handled."""
    return db.session.scalars(
        select(Application).where(
            Application.supplier_id == supplier_id,
            Application.category_id == category_id,
            Application.state.in_(LIVE),
        )
    ).one_or_none()


def has_applied(authority_id: uuid.UUID, supplier_id: uuid.UUID) -> bool:
    """Whether the supplier has sent an application to the authority, whatever became of it."""
    found = applications_of_authority(authority_id).where(Application.supplier_id == supplier_id)
    return db.session.scalars(found.limit(1)).first() is not None


def queued_applications(system_id: uuid.UUID) -> Sequence[Application]:
    """Applications whose time has not started, since they arrived while the system was closed (R19)."""
    return db.session.scalars(
        select(Application)
        .join(Application.category)
        .where(Category.system_id == system_id, Application.state.in_(LIVE), Application.decision_due_on.is_(None))
        .order_by(Application.id)
    ).all()


def applications_of(supplier_id: uuid.UUID) -> Select[Application]:
    """The applications of a supplier, to be paged."""
    return select(Application).where(Application.supplier_id == supplier_id)


def applications_of_authority(authority_id: uuid.UUID, state: ApplicationState | None = None) -> Select[Application]:
    """The applications to an authority's systems, to be paged."""
    query = (
        select(Application)
        .join(Application.category)
        .join(Category.system)
        .where(PurchasingSystem.authority_id == authority_id)
    )
    return query if state is None else query.where(Application.state == state)


def due_applications(authority_id: uuid.UUID, person_id: uuid.UUID, limit: int = 50) -> Sequence[Application]:
    """What a coordinator has to propose: what one has taken, and what nobody has, in order of due date."""
    return db.session.scalars(
        applications_of_authority(authority_id, ApplicationState.RECEIVED)
        .where(or_(Application.handler_id.is_(None), Application.handler_id == person_id))
        .order_by(Application.decision_due_on.nulls_last(), Application.id)
        .limit(limit)
    ).all()


def browsable_applications(mandate: Mandate) -> Select[Application]:
    """Staff see those to their authority, a provider its own."""
    if mandate.supplier_id is not None:
        return applications_of(mandate.supplier_id)
    assert mandate.authority_id is not None
    return applications_of_authority(mandate.authority_id)


def live_applications_of(supplier_id: uuid.UUID) -> Sequence[Application]:
    """A supplier's applications that are being handled."""
    return db.session.scalars(
        applications_of(supplier_id).where(Application.state.in_(LIVE)).order_by(Application.id).limit(50)
    ).all()


def qualification_in_force(supplier_id: uuid.UUID, category_id: uuid.UUID) -> Qualification | None:
    """The supplier's admission to the category, if it is in force."""
    return db.session.scalars(
        select(Qualification).where(
            Qualification.supplier_id == supplier_id,
            Qualification.category_id == category_id,
            Qualification.ended_at.is_(None),
        )
    ).one_or_none()


def qualification(qualification_id: uuid.UUID) -> Qualification | None:
    return db.session.get(Qualification, qualification_id)


def qualifications_of(supplier_id: uuid.UUID) -> Sequence[Qualification]:
    """A supplier's admissions in force."""
    return db.session.scalars(
        select(Qualification)
        .where(Qualification.supplier_id == supplier_id, Qualification.ended_at.is_(None))
        .order_by(Qualification.admitted_at)
        .limit(200)
    ).all()


def public_qualifications() -> Select[Qualification]:
    """The admissions in force of all published systems, to be paged."""
    return (
        select(Qualification)
        .join(Qualification.category)
        .join(Category.system)
        .where(PurchasingSystem.state.in_(PUBLIC_STATES), Qualification.ended_at.is_(None))
    )


def draft_of(supplier_id: uuid.UUID, category_id: uuid.UUID) -> ApplicationDraft | None:
    """What a supplier has written so far of its application to a category."""
    return db.session.scalars(
        select(ApplicationDraft).where(
            ApplicationDraft.supplier_id == supplier_id, ApplicationDraft.category_id == category_id
        )
    ).one_or_none()


def drafts_of(supplier_id: uuid.UUID, limit: int = 50) -> Sequence[ApplicationDraft]:
    """A supplier's drafts, the newest first."""
    return db.session.scalars(
        select(ApplicationDraft)
        .where(ApplicationDraft.supplier_id == supplier_id)
        .order_by(ApplicationDraft.saved_at.desc())
        .limit(limit)
    ).all()


def last_application(supplier_id: uuid.UUID) -> Application | None:
    """The newest application of a supplier, whatever became of it, with its parties and documents."""
    return (
        db.session.scalars(
            applications_of(supplier_id)
            .options(
                joinedload(Application.parties),
                joinedload(Application.documents).joinedload(ApplicationDocument.requirement),
            )
            .order_by(Application.received_at.desc(), Application.id.desc())
            .limit(1)
        )
        .unique()
        .first()
    )


def _in_full() -> tuple[ExecutableOption, ...]:
    """What a page about an application, or a decision on it, has to read."""
    return (
        selectinload(Application.checks),
        selectinload(Application.parties),
        selectinload(Application.clarifications).joinedload(Clarification.documents),
        selectinload(Application.documents),
        joinedload(Application.declaration),
        joinedload(Application.decision),
        joinedload(Application.handler),
        joinedload(Application.category).selectinload(Category.requirements),
    )


def full_applications(authority_id: uuid.UUID, application_ids: Sequence[uuid.UUID]) -> Sequence[Application]:
    """Applications of an authority by their ids, those of others left out, with what a proposal reads."""
    return (
        db.session.scalars(
            applications_of_authority(authority_id)
            .options(*_in_full())
            .where(Application.id.in_(application_ids))
            .order_by(Application.id)
        )
        .unique()
        .all()
    )


def clarification(clarification_id: uuid.UUID) -> Clarification | None:
    """A question with its application."""
    return db.session.scalars(
        select(Clarification)
        .options(joinedload(Clarification.application), selectinload(Clarification.documents))
        .where(Clarification.id == clarification_id)
    ).one_or_none()


def questions_to(supplier_id: uuid.UUID, limit: int = 60) -> Sequence[Clarification]:
    """The open questions to a supplier, the most urgent first."""
    return db.session.scalars(
        select(Clarification)
        .join(Clarification.application)
        .options(contains_eager(Clarification.application))
        .where(
            Application.supplier_id == supplier_id,
            Application.state == ApplicationState.RECEIVED,
            Clarification.answered_at.is_(None),
            Clarification.due_at > func.avoin_now(),
        )
        .order_by(Clarification.due_at)
        .limit(limit)
    ).all()


def closed_questions(authority_id: uuid.UUID, person_id: uuid.UUID) -> Sequence[Clarification]:
    """Questions that were answered or have lapsed since the last finding, of one's own and unassigned applications."""
    closed_at = func.coalesce(Clarification.answered_at, Clarification.due_at)
    later = select(ApplicationCheck.id).where(
        ApplicationCheck.application_id == Application.id, ApplicationCheck.checked_at > closed_at
    )
    return db.session.scalars(
        select(Clarification)
        .join(Clarification.application)
        .join(Application.category)
        .join(Category.system)
        .options(contains_eager(Clarification.application))
        .where(
            PurchasingSystem.authority_id == authority_id,
            Application.state == ApplicationState.RECEIVED,
            or_(Application.handler_id.is_(None), Application.handler_id == person_id),
            closed_at <= func.avoin_now(),
            ~later.exists(),
        )
        .order_by(closed_at)
        .limit(60)
    ).all()


def extracts_of(application: Application) -> Sequence[RegisterExtract]:
    """What registers have said of the applicant, found by this authority, the newest first."""
    return db.session.scalars(
        select(RegisterExtract)
        .where(
            RegisterExtract.supplier_id == application.supplier_id,
            RegisterExtract.authority_id == application.authority_id,
        )
        .order_by(RegisterExtract.issued_on.desc(), RegisterExtract.id.desc())
        .limit(40)
    ).all()


def criminal_checks_of(application: Application) -> Sequence[CriminalRecordCheck]:
    """That extracts were looked at, the newest first; nothing of their content (R67)."""
    return db.session.scalars(
        select(CriminalRecordCheck)
        .where(CriminalRecordCheck.application_id == application.id)
        .order_by(CriminalRecordCheck.checked_at.desc())
        .limit(40)
    ).all()


def invitations_blocked(category: Category) -> bool:
    """Whether an application of the announced longer evaluation period is still undecided (R25)."""
    ends_on = category.system.evaluation_ends_on
    if ends_on is None:
        return False
    waiting = select(Application.id).where(
        Application.category_id == category.id,
        Application.state.in_(LIVE),
        Application.received_at < clock.end_of_day(ends_on),
    )
    return db.session.scalar(select(waiting.exists())) is True


def to_be_reminded(today: date, limit: int = 500) -> Sequence[Application]:
    """Undecided applications due within two weeks, or late, that nobody has been told of yet."""
    return db.session.scalars(
        select(Application)
        .where(
            Application.state.in_(LIVE),
            Application.decision_due_on <= today + timedelta(days=14),
            or_(
                Application.reminded_for.is_distinct_from(Application.decision_due_on),
                Application.alarmed_for.is_distinct_from(Application.decision_due_on),
            ),
        )
        .order_by(Application.decision_due_on, Application.id)
        .limit(limit)
    ).all()


class DueFilter(StrEnum):
    """When an application has to be decided."""

    LATE = "late"
    TODAY = "today"
    WEEK = "week"


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What a coordinator's list shows; ``handler_id`` may be the word ``none`` for those nobody handles."""

    state: ApplicationState | None = None
    system_id: uuid.UUID | None = None
    handler_id: uuid.UUID | None = None
    is_unassigned: bool = False
    due: DueFilter | None = None


def filtered_applications(authority_id: uuid.UUID, filters: Filters, today: date) -> Select[Application]:
    """The applications of an authority that pass the filters, to be paged."""
    query = applications_of_authority(authority_id, filters.state).options(joinedload(Application.handler))
    if filters.system_id is not None:
        query = query.where(PurchasingSystem.id == filters.system_id)
    if filters.is_unassigned:
        query = query.where(Application.handler_id.is_(None))
    elif filters.handler_id is not None:
        query = query.where(Application.handler_id == filters.handler_id)
    if filters.due is None:
        return query
    query = query.where(Application.state.in_(LIVE))
    if filters.due is DueFilter.LATE:
        return query.where(Application.decision_due_on < today)
    if filters.due is DueFilter.TODAY:
        return query.where(Application.decision_due_on == today)
    monday = today - timedelta(days=today.weekday())
    return query.where(Application.decision_due_on.between(today, monday + timedelta(days=6)))


def systems_of(authority_id: uuid.UUID) -> Sequence[PurchasingSystem]:
    """The authority's systems, for a filter."""
    return db.session.scalars(
        select(PurchasingSystem)
        .where(PurchasingSystem.authority_id == authority_id, PurchasingSystem.state.in_(PUBLIC_STATES))
        .order_by(PurchasingSystem.id.desc())
        .limit(50)
    ).all()
