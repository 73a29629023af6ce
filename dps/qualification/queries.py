"""Every SELECT about applications and qualifications, named by what it answers."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from core.db import db
from core.identity.mandates import Mandate
from dps.qualification.models import Application, ApplicationState, Qualification
from dps.systems.models import PUBLIC_STATES, Category, PurchasingSystem

#: States in which an application waits for somebody.
LIVE = (ApplicationState.RECEIVED, ApplicationState.PROPOSED)


def application(application_id: uuid.UUID) -> Application | None:
    return db.session.get(Application, application_id)


def full_application(application_id: uuid.UUID) -> Application | None:
    """An application with what its page shows: declaration, findings, requirements, decision."""
    return db.session.scalars(
        select(Application)
        .options(
            selectinload(Application.checks),
            joinedload(Application.declaration),
            joinedload(Application.decision),
            joinedload(Application.category).selectinload(Category.requirements),
        )
        .where(Application.id == application_id)
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


def due_applications(authority_id: uuid.UUID, limit: int = 50) -> Sequence[Application]:
    """What the coordinators have to propose, in order of due date."""
    return db.session.scalars(
        applications_of_authority(authority_id, ApplicationState.RECEIVED)
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


def register_of(system_id: uuid.UUID) -> Select[Qualification]:
    """Who is admitted where in a system, to be paged."""
    return (
        select(Qualification)
        .join(Qualification.category)
        .where(Category.system_id == system_id, Qualification.ended_at.is_(None))
    )


def public_qualifications() -> Select[Qualification]:
    """The admissions in force of all published systems, to be paged."""
    return (
        select(Qualification)
        .join(Qualification.category)
        .join(Category.system)
        .where(PurchasingSystem.state.in_(PUBLIC_STATES), Qualification.ended_at.is_(None))
    )
