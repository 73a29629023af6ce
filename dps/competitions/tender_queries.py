"""SELECTs about tenders and receipts. Before the opening they answer the tenderer itself, or the act of opening."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, func, select

from core.db import db
from dps.competitions.models import (
    Competition,
    CompetitionState,
    KeyWrap,
    OpeningConfirmation,
    Receipt,
    Tender,
    TenderFile,
    TenderState,
)


def tender(tender_id: uuid.UUID) -> Tender | None:
    return db.session.get(Tender, tender_id)


def tender_of(competition_id: uuid.UUID, mark: str) -> Tender | None:
    """The one row with this mark (``sealing.supplier_mark``)."""
    return db.session.scalars(
        select(Tender).where(Tender.competition_id == competition_id, Tender.supplier_mark == mark)
    ).one_or_none()


def tenders_of_marks(marks: Sequence[str]) -> Select[Tender]:
    """The rows of one supplier in several competitions, to be paged."""
    return select(Tender).where(Tender.supplier_mark.in_(marks))


def files_of(tender_id: uuid.UUID) -> Sequence[TenderFile]:
    return db.session.scalars(select(TenderFile).where(TenderFile.tender_id == tender_id).order_by(TenderFile.id)).all()


def last_receipt(tender_id: uuid.UUID) -> Receipt | None:
    """The newest receipt of a tender."""
    return db.session.scalars(
        select(Receipt).where(Receipt.tender_id == tender_id).order_by(Receipt.at.desc(), Receipt.id.desc()).limit(1)
    ).one_or_none()


def receipt(number: str) -> Receipt | None:
    """The receipt with this number; nobody guesses one (120 random bits)."""
    return db.session.scalars(select(Receipt).where(Receipt.number == number.strip().upper())).one_or_none()


def submitted_tenders(competition_id: uuid.UUID) -> Sequence[Tender]:
    """What lies sealed, in the order of submission, locked; only the act of opening asks."""
    return db.session.scalars(
        select(Tender)
        .where(Tender.competition_id == competition_id, Tender.state == TenderState.SUBMITTED)
        .order_by(Tender.submitted_at, Tender.id)
        .with_for_update(of=Tender)
    ).all()


def wraps_of(competition_id: uuid.UUID) -> Sequence[KeyWrap]:
    return db.session.scalars(select(KeyWrap).where(KeyWrap.competition_id == competition_id)).all()


def confirmations_since(competition_id: uuid.UUID, moment: datetime) -> Sequence[OpeningConfirmation]:
    """Who has said since then: let us open; the oldest first."""
    return db.session.scalars(
        select(OpeningConfirmation)
        .where(OpeningConfirmation.competition_id == competition_id, OpeningConfirmation.confirmed_at >= moment)
        .order_by(OpeningConfirmation.confirmed_at)
    ).all()


def confirmation_of(competition_id: uuid.UUID, person_id: uuid.UUID) -> OpeningConfirmation | None:
    return db.session.scalars(
        select(OpeningConfirmation).where(
            OpeningConfirmation.competition_id == competition_id, OpeningConfirmation.person_id == person_id
        )
    ).one_or_none()


def unsent_drafts(due_before: datetime, limit: int = 200) -> Sequence[Tender]:
    """Drafts that were not sent before a deadline that passed before ``due_before``."""
    return db.session.scalars(
        select(Tender)
        .join(Tender.competition)
        .where(
            Tender.state.in_((TenderState.DRAFT, TenderState.WITHDRAWN)),
            Tender.draft.is_not(None),
            Competition.tenders_due_at < due_before,
        )
        .limit(limit)
    ).all()


def drafts_to_remind(until: datetime, limit: int = 500) -> Sequence[Tender]:
    """Drafts of running competitions that end before ``until``."""
    return db.session.scalars(
        select(Tender)
        .join(Tender.competition)
        .where(
            Tender.state == TenderState.DRAFT,
            Tender.draft.is_not(None),
            Tender.reminded_at.is_(None),
            Competition.state == CompetitionState.SENT,
            Competition.tenders_due_at > func.avoin_now(),
            Competition.tenders_due_at <= until,
        )
        .limit(limit)
    ).all()
