"""Person-years that were reported, and yearly reviews."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from core.db import db
from dps.joint.agreements.models import AgreementParty
from evaluation.together.models import JointReview, ResourcingReport

PAGE_SIZE = 50
#: A desk asks for no more.
DESK_ROWS = 60


# ---- resourcing ----


def standing_reports(agreement_id: uuid.UUID, period_on: date | None = None) -> Sequence[ResourcingReport]:
    """What is reported and stands, of one half-year or of all, the newest first."""
    rows = (
        select(ResourcingReport)
        .where(ResourcingReport.agreement_id == agreement_id, ResourcingReport.replaced_at.is_(None))
        .options(selectinload(ResourcingReport.lines))
        .order_by(ResourcingReport.period_on.desc(), ResourcingReport.id)
        .limit(200)
    )
    if period_on is not None:
        rows = rows.where(ResourcingReport.period_on == period_on)
    return db.session.scalars(rows).all()


def reports_of(agreement_id: uuid.UUID) -> Select[ResourcingReport]:
    """Every report, also those that were corrected."""
    return select(ResourcingReport).where(ResourcingReport.agreement_id == agreement_id)


def revisions(agreement_id: uuid.UUID, period_on: date) -> Sequence[ResourcingReport]:
    """What was reported of a half-year, corrections first."""
    return db.session.scalars(
        reports_of(agreement_id)
        .where(ResourcingReport.period_on == period_on)
        .options(selectinload(ResourcingReport.lines))
        .order_by(ResourcingReport.id.desc())
        .limit(PAGE_SIZE)
    ).all()


def standing_report(agreement_id: uuid.UUID, authority_id: uuid.UUID, period_on: date) -> ResourcingReport | None:
    """What an authority has reported of a half-year and stands."""
    return db.session.scalars(
        select(ResourcingReport)
        .where(
            ResourcingReport.agreement_id == agreement_id,
            ResourcingReport.authority_id == authority_id,
            ResourcingReport.period_on == period_on,
            ResourcingReport.replaced_at.is_(None),
        )
        .options(selectinload(ResourcingReport.lines))
    ).one_or_none()


# ---- reviews ----


def review(review_id: uuid.UUID) -> JointReview | None:
    return db.session.get(JointReview, review_id)


def reviews_of(agreement_id: uuid.UUID) -> Sequence[JointReview]:
    """The newest first."""
    return db.session.scalars(
        select(JointReview)
        .where(JointReview.agreement_id == agreement_id)
        .order_by(JointReview.id.desc())
        .limit(PAGE_SIZE)
    ).all()


def open_review(agreement_id: uuid.UUID) -> JointReview | None:
    """The review that the parties are commenting."""
    return next((each for each in reviews_of(agreement_id) if each.finished_at is None), None)


def last_number(agreement_id: uuid.UUID, year: int) -> int:
    return (
        db.session.scalar(
            select(func.max(JointReview.number)).where(
                JointReview.agreement_id == agreement_id, JointReview.year == year
            )
        )
        or 0
    )


def versions_with(authority_id: uuid.UUID | None) -> Select[uuid.UUID]:
    """The versions of agreements in which an authority stands behind a party."""
    return select(AgreementParty.version_id).where(AgreementParty.authority_id == authority_id)
