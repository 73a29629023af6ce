"""Every SELECT of self-assessments, and their totals before and after."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import aliased, lazyload, undefer

from core import clock, law
from core.db import db
from core.identity.passwords import hash_token
from evaluation import gates
from evaluation.assessing.models import OPEN_AREAS, Area, AssessmentConsent, AssessmentRequest, SelfAssessment
from evaluation.collecting.models import FeedbackPoint
from orders.models import Need, Order


def request_of_token(token: str) -> AssessmentRequest | None:
    return db.session.scalars(
        select(AssessmentRequest).where(AssessmentRequest.token_hash == hash_token(token))
    ).one_or_none()


def request_of(order_id: uuid.UUID, point: FeedbackPoint) -> AssessmentRequest | None:
    return db.session.scalars(
        select(AssessmentRequest).where(AssessmentRequest.order_id == order_id, AssessmentRequest.point == point)
    ).one_or_none()


def assessment(assessment_id: uuid.UUID) -> SelfAssessment | None:
    return db.session.get(SelfAssessment, assessment_id)


def assessment_of(order_id: uuid.UUID, point: FeedbackPoint) -> SelfAssessment | None:
    return db.session.scalars(
        select(SelfAssessment).where(SelfAssessment.order_id == order_id, SelfAssessment.point == point)
    ).one_or_none()


def assessments_of(order_id: uuid.UUID) -> list[SelfAssessment]:
    """The self-assessments of an order in the order of their points, with what is sealed."""
    rows = db.session.scalars(
        select(SelfAssessment)
        .options(lazyload("*"), undefer(SelfAssessment.sealed_words), undefer(SelfAssessment.sealed_health))
        .where(SelfAssessment.order_id == order_id)
    )
    return sorted(rows, key=lambda row: list(FeedbackPoint).index(row.point))


def points_answered(order_id: uuid.UUID) -> Sequence[FeedbackPoint]:
    """At which points there is a self-assessment."""
    return db.session.scalars(select(SelfAssessment.point).where(SelfAssessment.order_id == order_id)).all()


def consent_of(order_id: uuid.UUID) -> AssessmentConsent | None:
    """The consent in force."""
    return db.session.scalars(
        select(AssessmentConsent).where(
            AssessmentConsent.order_id == order_id, AssessmentConsent.withdrawn_at.is_(None)
        )
    ).one_or_none()


def to_erase(before: date, limit: int = 500) -> Sequence[uuid.UUID]:
    """Self-assessments of services that were to end before a day, whose words and health are still kept (R112)."""
    return db.session.scalars(
        select(SelfAssessment.id)
        .join(Order, Order.id == SelfAssessment.order_id)
        .where(Order.planned_end_on < before, SelfAssessment.erased_at.is_(None))
        .limit(limit)
    ).all()


@dataclass(frozen=True)
class BeforeAfter:
    """An area at the start and at the end of the same services; nothing below the gate (R119)."""

    area: Area
    n: int | None
    start: float | None
    end: float | None


def before_after(
    category_id: uuid.UUID,
    supplier_id: uuid.UUID | None = None,
    authority_id: uuid.UUID | None = None,
    first: date | None = None,
    last: date | None = None,
) -> list[BeforeAfter]:
    """Means of the six open areas before and after, of services assessed at the end between two days.

    Only services with both count; each area has its own number, and health is never among them.
    """
    start, end = aliased(SelfAssessment), aliased(SelfAssessment)
    figures = []
    customer = func.row(Need.authority_id, Need.customer_reference)
    for area in OPEN_AREAS:
        before, after = getattr(start, area.value), getattr(end, area.value)
        both = before.is_not(None) & after.is_not(None)
        figures += [
            func.count(customer.distinct()).filter(both),
            func.count().filter(both),
            func.coalesce(func.sum(before).filter(both), 0),
            func.coalesce(func.sum(after).filter(both), 0),
        ]
    query = (
        select(*figures)
        .select_from(Order)
        .join(Need, Need.id == Order.need_id)
        .join(start, (start.order_id == Order.id) & (start.point == FeedbackPoint.START))
        .join(end, (end.order_id == Order.id) & (end.point == FeedbackPoint.END))
        .where(Order.category_id == category_id)
    )
    if supplier_id is not None:
        query = query.where(Order.supplier_id == supplier_id)
    if authority_id is not None:
        query = query.where(Order.authority_id == authority_id)
    if first is not None:
        query = query.where(end.given_at >= clock.start_of_day(first))
    if last is not None:
        query = query.where(end.given_at < clock.end_of_day(last))
    sums = db.session.execute(query).one()
    smallest = int(law.number("R119.smallest_cell", clock.helsinki_date(clock.now())))
    found = []
    for place, area in enumerate(OPEN_AREAS):
        people, n, before_sum, after_sum = sums[4 * place : 4 * place + 4]
        is_shown = people >= smallest
        found.append(
            BeforeAfter(
                area,
                n if is_shown else None,
                gates.mean(float(before_sum), n, smallest) if is_shown else None,
                gates.mean(float(after_sum), n, smallest) if is_shown else None,
            )
        )
    return found
