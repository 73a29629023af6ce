"""Every SELECT about preparations."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Select, select, update

from core.db import db
from core.identity.mandates import Mandate
from core.identity.passwords import hash_token
from orders.preparing.models import PreparedAnswers

PAGE_SIZE = 50


def prepared(prepared_id: uuid.UUID) -> PreparedAnswers | None:
    return db.session.get(PreparedAnswers, prepared_id)


def prepared_of_token(token: str) -> PreparedAnswers | None:
    return db.session.scalars(
        select(PreparedAnswers).where(PreparedAnswers.token_hash == hash_token(token))
    ).one_or_none()


def prepared_by(mandate: Mandate) -> Select[PreparedAnswers]:
    """The preparations an expert sees: their own customers'."""
    return select(PreparedAnswers).where(
        PreparedAnswers.authority_id == mandate.organisation_id, PreparedAnswers.expert_id == mandate.person_id
    )


def prepared_page(mandate: Mandate, after: uuid.UUID | None) -> Sequence[PreparedAnswers]:
    """One page and one more, newest first."""
    query = prepared_by(mandate)
    if after:
        query = query.where(PreparedAnswers.id < after)
    return db.session.scalars(query.order_by(PreparedAnswers.id.desc()).limit(PAGE_SIZE + 1)).all()


def waiting(expert_id: uuid.UUID, today: date, limit: int = 60) -> Sequence[PreparedAnswers]:
    """Answers of customers who come within a week, not yet made into a need."""
    return db.session.scalars(
        select(PreparedAnswers)
        .where(
            PreparedAnswers.expert_id == expert_id,
            PreparedAnswers.saved_at.is_not(None),
            PreparedAnswers.used_at.is_(None),
            PreparedAnswers.cancelled_at.is_(None),
            PreparedAnswers.erased_at.is_(None),
        )
        .order_by(PreparedAnswers.meeting_on)
        .limit(limit)
    ).all()


def cancel_open(authority_id: uuid.UUID, reference: str, at: datetime) -> None:
    """An earlier link for the reference stops working."""
    db.session.execute(
        update(PreparedAnswers)
        .where(
            PreparedAnswers.authority_id == authority_id,
            PreparedAnswers.customer_reference == reference,
            PreparedAnswers.cancelled_at.is_(None),
            PreparedAnswers.used_at.is_(None),
            PreparedAnswers.erased_at.is_(None),
        )
        .values(cancelled_at=at, version=PreparedAnswers.version + 1)
    )


def to_erase(expired_before: datetime, limit: int = 500) -> Sequence[uuid.UUID]:
    """Preparations whose meeting is long enough past."""
    return db.session.scalars(
        select(PreparedAnswers.id)
        .where(PreparedAnswers.erased_at.is_(None), PreparedAnswers.expires_at < expired_before)
        .order_by(PreparedAnswers.expires_at)
        .limit(limit)
    ).all()
