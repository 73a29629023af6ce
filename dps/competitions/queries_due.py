"""What of preparing, inviting and asking is due: the SELECTs behind the desks."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload

from core.db import db
from dps.competitions import queries
from dps.competitions.models import (
    INVITED_STATES,
    CommitteeMember,
    Competition,
    CompetitionQuestion,
    CompetitionQuestionState,
    CompetitionState,
)
from dps.systems.models import Category, PurchasingSystem


def waiting_to_be_sent(authority_id: uuid.UUID, limit: int = 60) -> Sequence[Competition]:
    """Submitted competitions of an authority, the first submitted first."""
    return db.session.scalars(
        queries.competitions_of_authority(authority_id, CompetitionState.SUBMITTED)
        .order_by(Competition.submitted_at)
        .limit(limit)
    ).all()


def returned_drafts(authority_id: uuid.UUID, person_id: uuid.UUID, limit: int = 60) -> Sequence[Competition]:
    """Drafts that came back to their preparer with a reason."""
    return db.session.scalars(
        queries.competitions_of_authority(authority_id, CompetitionState.DRAFT)
        .where(Competition.return_reason.is_not(None), Competition.prepared_by == person_id)
        .order_by(Competition.id)
        .limit(limit)
    ).all()


def open_questions(authority_id: uuid.UUID, limit: int = 60) -> Sequence[CompetitionQuestion]:
    """Unanswered questions of running competitions, the first deadline first."""
    return db.session.scalars(
        select(CompetitionQuestion)
        .join(CompetitionQuestion.competition)
        .join(Competition.category)
        .join(Category.system)
        .where(
            PurchasingSystem.authority_id == authority_id,
            Competition.state == CompetitionState.SENT,
            Competition.tenders_due_at > func.avoin_now(),
            CompetitionQuestion.state == CompetitionQuestionState.ASKED,
        )
        .order_by(Competition.tenders_due_at, CompetitionQuestion.id)
        .limit(limit)
    ).all()


def running_of_authority(authority_id: uuid.UUID, before: datetime, limit: int = 60) -> Sequence[Competition]:
    """Competitions whose time for tenders ends before an instant, the first first."""
    return db.session.scalars(
        queries.competitions_of_authority(authority_id, CompetitionState.SENT)
        .where(Competition.tenders_due_at > func.avoin_now(), Competition.tenders_due_at <= before)
        .order_by(Competition.tenders_due_at)
        .limit(limit)
    ).all()


def undeclared(person_id: uuid.UUID, authority_id: uuid.UUID, limit: int = 60) -> Sequence[CommitteeMember]:
    """Committees on which a person has not yet said whether there is a conflict of interest (R50)."""
    return db.session.scalars(
        select(CommitteeMember)
        .join(CommitteeMember.competition)
        .join(Competition.category)
        .join(Category.system)
        .options(contains_eager(CommitteeMember.competition))
        .where(
            PurchasingSystem.authority_id == authority_id,
            CommitteeMember.person_id == person_id,
            CommitteeMember.removed_at.is_(None),
            CommitteeMember.declared_at.is_(None),
            Competition.state.in_((CompetitionState.DRAFT, CompetitionState.SUBMITTED, *INVITED_STATES)),
            Competition.state.not_in((CompetitionState.DECIDED, CompetitionState.CANCELLED)),
        )
        .order_by(CommitteeMember.named_at)
        .limit(limit)
    ).all()


def to_be_opened(authority_id: uuid.UUID, limit: int = 60) -> Sequence[Competition]:
    """An authority's competitions whose time for tenders has ended, with committees, the longest waiting first."""
    found = db.session.scalars(
        queries.competitions_of_authority(authority_id, CompetitionState.SENT)
        .options(joinedload(Competition.committee).joinedload(CommitteeMember.person))
        .where(Competition.tenders_due_at <= func.avoin_now())
        .order_by(Competition.tenders_due_at)
        .limit(limit)
    )
    return found.unique().all()
