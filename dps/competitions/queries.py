"""SELECTs about competitions that several parts of the room ask, named by what they answer."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import lazyload

from core.db import db
from core.identity.mandates import Mandate
from dps.competitions.models import (
    INVITED_STATES,
    CommitteeMember,
    Competition,
    CompetitionState,
    Invitation,
    Tender,
    TenderState,
)
from dps.qualification.models import Qualification, QualificationState
from dps.systems.models import Category, PurchasingSystem


def competition(competition_id: uuid.UUID) -> Competition | None:
    return db.session.get(Competition, competition_id)


def competition_alone(competition_id: uuid.UUID) -> Competition | None:
    """The row without its category: what a rush of tenders asks for."""
    return db.session.scalars(
        select(Competition).options(lazyload(Competition.category)).where(Competition.id == competition_id)
    ).one_or_none()


def invitation_of(competition_id: uuid.UUID, supplier_id: uuid.UUID) -> Invitation | None:
    """The invitation of one supplier, if it was invited."""
    return db.session.scalars(
        select(Invitation).where(Invitation.competition_id == competition_id, Invitation.supplier_id == supplier_id)
    ).one_or_none()


def is_invited(competition_id: uuid.UUID, supplier_id: uuid.UUID) -> bool:
    """Whether the supplier was invited."""
    found = select(Invitation.id).where(
        Invitation.competition_id == competition_id, Invitation.supplier_id == supplier_id
    )
    return db.session.scalar(found) is not None


def invited_ids(competition_id: uuid.UUID) -> Sequence[uuid.UUID]:
    """The suppliers that were invited."""
    return db.session.scalars(select(Invitation.supplier_id).where(Invitation.competition_id == competition_id)).all()


def is_admitted(supplier_id: uuid.UUID, category_id: uuid.UUID) -> bool:
    """Whether the supplier's admission to the category is in force, and not paused."""
    found = select(Qualification.id).where(
        Qualification.supplier_id == supplier_id,
        Qualification.category_id == category_id,
        Qualification.state == QualificationState.IN_FORCE,
    )
    return db.session.scalar(found) is not None


def member_of(competition_id: uuid.UUID, person_id: uuid.UUID) -> CommitteeMember | None:
    """A person's place on the committee, also after it was given up."""
    return db.session.scalars(
        select(CommitteeMember).where(
            CommitteeMember.competition_id == competition_id, CommitteeMember.person_id == person_id
        )
    ).one_or_none()


def competitions_of_authority(authority_id: uuid.UUID, state: CompetitionState | None = None) -> Select[Competition]:
    """An authority's competitions, to be paged."""
    query = (
        select(Competition)
        .join(Competition.category)
        .join(Category.system)
        .where(PurchasingSystem.authority_id == authority_id)
    )
    return query if state is None else query.where(Competition.state == state)


def competitions_to_serve(person_id: uuid.UUID, authority_id: uuid.UUID) -> Select[Competition]:
    """Competitions on whose committee a person sits."""
    return competitions_of_authority(authority_id).where(
        Competition.id.in_(
            select(CommitteeMember.competition_id).where(
                CommitteeMember.person_id == person_id, CommitteeMember.removed_at.is_(None)
            )
        )
    )


def competitions_of_supplier(supplier_id: uuid.UUID) -> Select[Competition]:
    """Competitions a supplier was invited to."""
    return select(Competition).where(
        Competition.id.in_(select(Invitation.competition_id).where(Invitation.supplier_id == supplier_id))
    )


def browsable_competitions(mandate: Mandate) -> Select[Competition]:
    """Staff see their authority's, the committee those it serves, a provider those it was invited to."""
    if mandate.supplier_id is not None:
        return competitions_of_supplier(mandate.supplier_id)
    assert mandate.authority_id is not None
    if mandate.role in ("coordinator", "decider"):
        return competitions_of_authority(mandate.authority_id)
    return competitions_to_serve(mandate.person_id, mandate.authority_id)


def running_in(category_id: uuid.UUID) -> Sequence[Competition]:
    """Competitions of a category whose time for tenders runs, the first to end first."""
    return db.session.scalars(
        select(Competition)
        .where(
            Competition.category_id == category_id,
            Competition.state == CompetitionState.SENT,
            Competition.tenders_due_at > func.avoin_now(),
        )
        .order_by(Competition.tenders_due_at)
        .limit(50)
    ).all()


def invitations_of(competition_id: uuid.UUID) -> Sequence[Invitation]:
    """Everybody who was invited, by name."""
    return db.session.scalars(
        select(Invitation)
        .join(Invitation.supplier)
        .where(Invitation.competition_id == competition_id)
        .order_by(Invitation.id)
    ).all()


def opened_tenders(competition_id: uuid.UUID) -> Sequence[Tender]:
    """The opened tenders, in the order of their submission; none before the opening."""
    return db.session.scalars(
        select(Tender)
        .where(Tender.competition_id == competition_id, Tender.state == TenderState.OPENED)
        .order_by(Tender.submitted_at, Tender.id)
    ).all()


def opened_tender_of(competition_id: uuid.UUID, supplier_id: uuid.UUID) -> Tender | None:
    """A supplier's own tender, once opened: it is a party then."""
    return db.session.scalars(
        select(Tender).where(
            Tender.competition_id == competition_id,
            Tender.supplier_id == supplier_id,
            Tender.state == TenderState.OPENED,
        )
    ).one_or_none()


def has_been_sent(competition: Competition) -> bool:
    """Whether its documents have gone to the invited."""
    return competition.state in INVITED_STATES
