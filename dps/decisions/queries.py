"""Every SELECT about decisions, named by what it answers."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from core.db import db
from core.identity.mandates import Mandate
from dps.decisions.models import (
    Decision,
    DecisionAddressee,
    DecisionKind,
    DecisionState,
    Delegation,
    ExplanationRequest,
    Remedy,
    RemedyKind,
    RemedyState,
)
from dps.systems.models import PurchasingSystem
from suppliers.models import ActingRight, ActingRightState


def decision(decision_id: uuid.UUID) -> Decision | None:
    return db.session.get(Decision, decision_id)


def decisions_of_authority(authority_id: uuid.UUID, state: DecisionState | None = None) -> Select[Decision]:
    """The decisions of an authority, to be paged."""
    query = select(Decision).options(joinedload(Decision.supplier)).where(Decision.authority_id == authority_id)
    return query if state is None else query.where(Decision.state == state)


def received_decisions(supplier_id: uuid.UUID) -> Select[Decision]:
    """The signed decisions that a supplier is a party of, alone or with others, to be paged."""
    among_many = select(DecisionAddressee.decision_id).where(DecisionAddressee.supplier_id == supplier_id)
    return select(Decision).where(
        or_(Decision.supplier_id == supplier_id, Decision.id.in_(among_many)), Decision.state == DecisionState.SIGNED
    )


def is_addressee(decision_id: uuid.UUID, supplier_id: uuid.UUID | None) -> bool:
    """Whether a supplier is one of the parties of a competition's decision."""
    found = select(DecisionAddressee.id).where(
        DecisionAddressee.decision_id == decision_id, DecisionAddressee.supplier_id == supplier_id
    )
    return db.session.scalar(found) is not None


def addressee(addressee_id: uuid.UUID) -> DecisionAddressee | None:
    return db.session.get(DecisionAddressee, addressee_id)


def spoken_for(person_id: uuid.UUID) -> set[uuid.UUID]:
    """The suppliers that a person has stated a right to act for, verified or not: their matters are its own."""
    rows = db.session.scalars(
        select(ActingRight.supplier_id).where(
            ActingRight.person_id == person_id, ActingRight.state != ActingRightState.REFUSED
        )
    )
    return set(rows)


def browsable_decisions(mandate: Mandate) -> Select[Decision]:
    """Staff see their authority's decisions, a provider the signed ones addressed to it."""
    if mandate.supplier_id is not None:
        return received_decisions(mandate.supplier_id)
    return select(Decision).where(Decision.authority_id == mandate.authority_id)


def waiting_for_signature(authority_id: uuid.UUID, limit: int = 50) -> Sequence[Decision]:
    """Prepared decisions, the oldest first."""
    return db.session.scalars(
        select(Decision)
        .options(joinedload(Decision.supplier))
        .where(Decision.authority_id == authority_id, Decision.state == DecisionState.PREPARED)
        .order_by(Decision.prepared_at)
        .limit(limit)
    ).all()


def decision_by_words(words: str) -> Decision | None:
    """The decision a form names; none for anything that is no id."""
    try:
        return decision(uuid.UUID(words))
    except ValueError:
        return None


def last_case_number(authority_id: uuid.UUID, year: int) -> int:
    """The highest case number given in a year; ask only while the authority's row is locked."""
    highest = db.session.scalar(
        select(func.max(Decision.case_number)).where(Decision.authority_id == authority_id, Decision.case_year == year)
    )
    return highest or 0


def delegation(delegation_id: uuid.UUID) -> Delegation | None:
    return db.session.get(Delegation, delegation_id)


def delegation_for(row: Decision, person_id: uuid.UUID, on: date) -> Delegation | None:
    """The delegation by which a person may sign this decision: admissions of its system, in force on the day."""
    if row.kind is not DecisionKind.ADMISSION or row.corrects_id is not None:
        return None
    return db.session.scalars(
        select(Delegation)
        .where(
            Delegation.system_id == row.category.system_id,
            Delegation.person_id == person_id,
            Delegation.revoked_at.is_(None),
            Delegation.starts_on <= on,
            Delegation.ends_on >= on,
        )
        .order_by(Delegation.id)
        .limit(1)
    ).one_or_none()


def delegations_of(authority_id: uuid.UUID) -> Sequence[Delegation]:
    """An authority's delegations, the newest first."""
    return db.session.scalars(
        select(Delegation)
        .options(joinedload(Delegation.person))
        .join(Delegation.system)
        .where(PurchasingSystem.authority_id == authority_id)
        .order_by(Delegation.id.desc())
        .limit(100)
    ).all()


def remedy(remedy_id: uuid.UUID) -> Remedy | None:
    return db.session.get(Remedy, remedy_id)


def remedies_of(decision_id: uuid.UUID) -> Sequence[Remedy]:
    """What has been done against a decision, the oldest first."""
    return db.session.scalars(select(Remedy).where(Remedy.decision_id == decision_id).order_by(Remedy.id)).all()


def remedies_of_authority(authority_id: uuid.UUID) -> Select[Remedy]:
    """The register of an authority's remedies, to be paged."""
    return (
        select(Remedy)
        .join(Remedy.decision)
        .options(contains_eager(Remedy.decision).joinedload(Decision.supplier))
        .where(Decision.authority_id == authority_id)
    )


def pending_remedies(authority_id: uuid.UUID, limit: int = 40) -> Sequence[Remedy]:
    """What waits for an outcome, the oldest first."""
    return db.session.scalars(
        remedies_of_authority(authority_id)
        .where(Remedy.state == RemedyState.PENDING)
        .order_by(Remedy.received_on, Remedy.id)
        .limit(limit)
    ).all()


def appeal_is_pending(decision_id: uuid.UUID) -> bool:
    """Whether the Market Court has an appeal against the decision (R76)."""
    found = select(Remedy.id).where(
        Remedy.decision_id == decision_id, Remedy.kind == RemedyKind.APPEAL, Remedy.state == RemedyState.PENDING
    )
    return db.session.scalar(found.limit(1)) is not None


def correction_of(decision_id: uuid.UUID) -> Decision | None:
    """The decision that corrects this one, signed or on its way."""
    return db.session.scalars(
        select(Decision)
        .where(Decision.corrects_id == decision_id, Decision.state != DecisionState.RETURNED)
        .order_by(Decision.id.desc())
        .limit(1)
    ).one_or_none()


def explanation(explanation_id: uuid.UUID) -> ExplanationRequest | None:
    return db.session.get(ExplanationRequest, explanation_id)


def explanations_of(decision_id: uuid.UUID, supplier_id: uuid.UUID | None = None) -> Sequence[ExplanationRequest]:
    """The requests for the reasons of a decision, of one party or all."""
    query = (
        select(ExplanationRequest).where(ExplanationRequest.decision_id == decision_id).order_by(ExplanationRequest.id)
    )
    return db.session.scalars(
        query if supplier_id is None else query.where(ExplanationRequest.supplier_id == supplier_id)
    ).all()


def unanswered_explanations(authority_id: uuid.UUID, limit: int = 40) -> Sequence[ExplanationRequest]:
    """Requests for reasons that wait for an answer, the first due first (R73)."""
    return db.session.scalars(
        select(ExplanationRequest)
        .join(ExplanationRequest.decision)
        .options(contains_eager(ExplanationRequest.decision), joinedload(ExplanationRequest.supplier))
        .where(Decision.authority_id == authority_id, ExplanationRequest.answered_at.is_(None))
        .order_by(ExplanationRequest.due_on)
        .limit(limit)
    ).all()


def last_section_number(authority_id: uuid.UUID, year: int) -> int:
    """The highest section number given in a year; ask only while the authority's row is locked."""
    highest = db.session.scalar(
        select(func.max(Decision.section_number)).where(Decision.authority_id == authority_id, Decision.year == year)
    )
    return highest or 0
