"""Every SELECT about admissions, their renewals and their matters, named by what it answers."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from core.db import db
from core.identity.mandates import Mandate
from dps.qualification.models import (
    AdmissionMatter,
    Application,
    ApplicationDocument,
    Clarification,
    ClarificationDocument,
    MatterState,
    Qualification,
    QualificationState,
    RenewalRequest,
    RenewalState,
)
from dps.systems.models import Category, PurchasingSystem

#: States in which a matter waits for somebody.
OPEN = (MatterState.HEARING, MatterState.READY, MatterState.PROPOSED)


def qualification(qualification_id: uuid.UUID) -> Qualification | None:
    return db.session.get(Qualification, qualification_id)


def qualification_by_words(words: str) -> Qualification | None:
    """The qualification a form names; none for anything that is no id."""
    try:
        return qualification(uuid.UUID(words))
    except ValueError:
        return None


def categories_with_admissions(authority_id: uuid.UUID) -> Sequence[Category]:
    """The authority's categories in which somebody is admitted."""
    return db.session.scalars(
        select(Category)
        .join(Category.system)
        .where(
            PurchasingSystem.authority_id == authority_id,
            select(Qualification.id).where(Qualification.category_id == Category.id).exists(),
        )
        .order_by(Category.system_id, Category.position)
    ).all()


def qualification_in_force(supplier_id: uuid.UUID, category_id: uuid.UUID) -> Qualification | None:
    """The supplier's admission to the category, also while new orders are paused."""
    return db.session.scalars(
        select(Qualification).where(
            Qualification.supplier_id == supplier_id,
            Qualification.category_id == category_id,
            Qualification.ended_at.is_(None),
        )
    ).one_or_none()


def admissions_of_authority(
    authority_id: uuid.UUID, category_id: uuid.UUID | None = None, state: QualificationState | None = None
) -> Select[Qualification]:
    """An authority's admissions, to be paged; all that have not ended unless a state is asked."""
    query = (
        select(Qualification)
        .join(Qualification.category)
        .join(Category.system)
        .where(PurchasingSystem.authority_id == authority_id)
    )
    if category_id is not None:
        query = query.where(Qualification.category_id == category_id)
    if state is not None:
        return query.where(Qualification.state == state)
    return query.where(Qualification.ended_at.is_(None))


def admissions_of_supplier(supplier_id: uuid.UUID) -> Sequence[Qualification]:
    """A supplier's admissions, those in force first."""
    return db.session.scalars(
        select(Qualification)
        .where(Qualification.supplier_id == supplier_id)
        .order_by(Qualification.ended_at.nulls_first(), Qualification.id.desc())
        .limit(200)
    ).all()


def renewal(renewal_id: uuid.UUID) -> RenewalRequest | None:
    return db.session.get(RenewalRequest, renewal_id)


def matter(matter_id: uuid.UUID) -> AdmissionMatter | None:
    return db.session.get(AdmissionMatter, matter_id)


def matter_of_decision(decision_id: uuid.UUID) -> AdmissionMatter | None:
    """The matter a decision is about."""
    return db.session.scalars(select(AdmissionMatter).where(AdmissionMatter.decision_id == decision_id)).one_or_none()


def open_renewal(qualification_id: uuid.UUID) -> RenewalRequest | None:
    """The request for a renewed declaration that has not been reviewed."""
    return db.session.scalars(
        select(RenewalRequest).where(
            RenewalRequest.qualification_id == qualification_id, RenewalRequest.state != RenewalState.REVIEWED
        )
    ).one_or_none()


def open_matter(qualification_id: uuid.UUID) -> AdmissionMatter | None:
    """The matter of an admission that is being handled."""
    return db.session.scalars(
        select(AdmissionMatter).where(
            AdmissionMatter.qualification_id == qualification_id, AdmissionMatter.state.in_(OPEN)
        )
    ).one_or_none()


def renewals_of(qualification_id: uuid.UUID) -> Sequence[RenewalRequest]:
    return db.session.scalars(
        select(RenewalRequest).where(RenewalRequest.qualification_id == qualification_id).order_by(RenewalRequest.id)
    ).all()


def matters_of(qualification_id: uuid.UUID) -> Sequence[AdmissionMatter]:
    return db.session.scalars(
        select(AdmissionMatter)
        .options(joinedload(AdmissionMatter.decision), joinedload(AdmissionMatter.requirement))
        .where(AdmissionMatter.qualification_id == qualification_id)
        .order_by(AdmissionMatter.id)
    ).all()


def renewals_to_review(authority_id: uuid.UUID, limit: int = 40) -> Sequence[RenewalRequest]:
    """Answered requests, and those whose time ended without an answer; the oldest first."""
    return db.session.scalars(
        _of_authority(select(RenewalRequest).join(RenewalRequest.qualification), authority_id)
        .where(
            (RenewalRequest.state == RenewalState.ANSWERED)
            | ((RenewalRequest.state == RenewalState.ASKED) & (RenewalRequest.due_at <= func.avoin_now())),
        )
        .order_by(RenewalRequest.due_at)
        .limit(limit)
    ).all()


def matters_to_prepare(authority_id: uuid.UUID, limit: int = 40) -> Sequence[AdmissionMatter]:
    """Requests and heard matters, and those whose time to answer ended; the oldest first."""
    return db.session.scalars(
        _of_authority(select(AdmissionMatter).join(AdmissionMatter.qualification), authority_id)
        .where(
            (AdmissionMatter.state == MatterState.READY)
            | ((AdmissionMatter.state == MatterState.HEARING) & (AdmissionMatter.due_at <= func.avoin_now())),
        )
        .order_by(AdmissionMatter.opened_at)
        .limit(limit)
    ).all()


def renewals_asked_of(supplier_id: uuid.UUID, limit: int = 40) -> Sequence[RenewalRequest]:
    """What a supplier has to answer, the first due first."""
    return db.session.scalars(
        select(RenewalRequest)
        .join(RenewalRequest.qualification)
        .where(Qualification.supplier_id == supplier_id, RenewalRequest.state == RenewalState.ASKED)
        .order_by(RenewalRequest.due_at)
        .limit(limit)
    ).all()


def hearings_of(supplier_id: uuid.UUID, limit: int = 40) -> Sequence[AdmissionMatter]:
    """Hearings a supplier can still answer."""
    return db.session.scalars(
        select(AdmissionMatter)
        .join(AdmissionMatter.qualification)
        .where(
            Qualification.supplier_id == supplier_id,
            AdmissionMatter.state == MatterState.HEARING,
            AdmissionMatter.due_at > func.avoin_now(),
        )
        .order_by(AdmissionMatter.due_at)
        .limit(limit)
    ).all()


def browsable_matters(mandate: Mandate) -> Select[AdmissionMatter]:
    """Staff see those of their authority, a provider its own."""
    return _seen_by(mandate, select(AdmissionMatter).join(AdmissionMatter.qualification))


def browsable_renewals(mandate: Mandate) -> Select[RenewalRequest]:
    """Staff see those of their authority, a provider its own."""
    return _seen_by(mandate, select(RenewalRequest).join(RenewalRequest.qualification))


def _seen_by(mandate: Mandate, query: Select[Any]) -> Select[Any]:
    """Of what hangs on an admission: the provider's own, or that of the authority."""
    if mandate.supplier_id is not None:
        return query.where(Qualification.supplier_id == mandate.supplier_id)
    assert mandate.authority_id is not None
    return _of_authority(query, mandate.authority_id)


def _of_authority(query: Select[Any], authority_id: uuid.UUID) -> Select[Any]:
    return query.join(Qualification.category).join(Category.system).where(PurchasingSystem.authority_id == authority_id)


def was_given(authority_id: uuid.UUID, document_id: uuid.UUID) -> bool:
    """Whether a document was given to the authority, with an application or an answer."""
    enclosed = select(ApplicationDocument.application_id).where(ApplicationDocument.document_id == document_id)
    answered = (
        select(Clarification.application_id)
        .join(ClarificationDocument, ClarificationDocument.clarification_id == Clarification.id)
        .where(ClarificationDocument.document_id == document_id)
    )
    found = (
        select(Application.id)
        .join(Application.category)
        .join(Category.system)
        .where(PurchasingSystem.authority_id == authority_id, Application.id.in_(enclosed.union_all(answered)))
    )
    return db.session.scalar(found.limit(1)) is not None
