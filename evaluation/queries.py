"""Every SELECT of evaluation, named by what it answers; the big ones are sums made by the database."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Date, Integer, Select, cast, false, func, literal_column, select
from sqlalchemy.orm import joinedload, lazyload

from core.db import db
from core.identity.mandates import Mandate
from core.identity.models import Role
from core.identity.passwords import hash_token
from evaluation.measures import Answers, Tally
from evaluation.models import (
    EMPLOYED,
    CustomerFeedback,
    ExpertFeedback,
    FeedbackRequest,
    Outcome,
    OutcomeState,
)
from orders.models import BEGUN, DELIVERED, Delivery, EndKind, InterruptionReason, Need, Order, PublishedRecord

Key = tuple[uuid.UUID, uuid.UUID]

#: Ends that count as completed: as planned, or because the customer reached the goal before.
GOOD_ENDS = (InterruptionReason.FOUND_WORK, InterruptionReason.STUDIES)
LAG_DAYS = 30


def request_of_token(token: str) -> FeedbackRequest | None:
    return db.session.scalars(
        select(FeedbackRequest).where(FeedbackRequest.token_hash == hash_token(token))
    ).one_or_none()


def request_of(order_id: uuid.UUID) -> FeedbackRequest | None:
    return db.session.scalars(select(FeedbackRequest).where(FeedbackRequest.order_id == order_id)).one_or_none()


def expert_feedback_of(order_id: uuid.UUID) -> ExpertFeedback | None:
    return db.session.scalars(select(ExpertFeedback).where(ExpertFeedback.order_id == order_id)).one_or_none()


def outcome_of(order_id: uuid.UUID, months: int) -> Outcome | None:
    return db.session.scalars(
        select(Outcome).where(Outcome.order_id == order_id, Outcome.months == months)
    ).one_or_none()


def facts_of(order_id: uuid.UUID, months: int) -> tuple[FeedbackRequest | None, ExpertFeedback | None, Outcome | None]:
    """The customer's request, the expert's grades and the result of an order, asked at once."""
    row = db.session.execute(
        select(FeedbackRequest, ExpertFeedback, Outcome)
        .select_from(Order)
        .outerjoin(FeedbackRequest, FeedbackRequest.order_id == Order.id)
        .outerjoin(ExpertFeedback, ExpertFeedback.order_id == Order.id)
        .outerjoin(Outcome, (Outcome.order_id == Order.id) & (Outcome.months == months))
        .options(lazyload("*"))
        .where(Order.id == order_id)
    ).one()
    return row[0], row[1], row[2]


def months_later(months: int) -> Any:
    """The planned end some months later, as the database counts (the last of a month stays the last)."""
    return cast(Order.planned_end_on + literal_column(f"interval '{int(months)} months'"), Date)


def outcomes_due(expert_id: uuid.UUID, today: date, months: int = 3, limit: int = 100) -> Sequence[Order]:
    """The expert's services whose customers' state is to be told now, the oldest first."""
    told = select(Outcome.id).where(Outcome.order_id == Order.id, Outcome.months == months).exists()
    return db.session.scalars(
        select(Order)
        .where(Order.expert_id == expert_id, Order.state.in_(BEGUN), months_later(months) <= today, ~told)
        .order_by(Order.planned_end_on)
        .limit(limit)
    ).all()


def outcomes_seen_by(mandate: Mandate) -> Select[Outcome]:
    """The outcomes of the authority's orders."""
    query = select(Outcome).options(joinedload(Outcome.order)).join(Order, Order.id == Outcome.order_id)
    if mandate.role not in (Role.EXPERT, Role.COORDINATOR, Role.DECIDER):
        return query.where(false())
    return query.where(Order.authority_id == mandate.organisation_id)


def published_records(category_id: uuid.UUID | None, supplier_id: uuid.UUID | None) -> Select[PublishedRecord]:
    query = select(PublishedRecord)
    if category_id:
        query = query.where(PublishedRecord.category_id == category_id)
    return query.where(PublishedRecord.supplier_id == supplier_id) if supplier_id else query


def all_published() -> dict[Key, PublishedRecord]:
    """What is published now, by supplier and category."""
    return {(row.supplier_id, row.category_id): row for row in db.session.scalars(select(PublishedRecord))}


def feedback_counts(mandate: Mandate) -> Sequence[Any]:
    """Per category of one's own orders: how many customers were asked, how many answered."""
    own = Order.supplier_id if mandate.role is Role.PROVIDER else Order.authority_id
    return db.session.execute(
        select(
            Order.category_id,
            func.count(FeedbackRequest.id).label("asked"),
            func.count(CustomerFeedback.id).label("answered"),
        )
        .join(FeedbackRequest, FeedbackRequest.order_id == Order.id)
        .outerjoin(CustomerFeedback, CustomerFeedback.order_id == Order.id)
        .where(own == mandate.organisation_id)
        .group_by(Order.category_id)
        .order_by(Order.category_id)
    ).all()


# ---- the sums behind a release ----

_CUSTOMERS = func.count(func.distinct(func.row(Need.authority_id, Need.customer_reference)))


def _completed() -> tuple[Any, ...]:
    return (Order.state.in_(DELIVERED),)


def completions() -> dict[Key, Tally]:
    """Delivered services, and how many of them were completed."""
    good = (Delivery.end_kind == EndKind.FINISHED) | Delivery.interruption_reason.in_(GOOD_ENDS)
    rows = db.session.execute(
        select(
            Order.supplier_id,
            Order.category_id,
            func.count().label("n"),
            func.count().filter(good).label("good"),
            _CUSTOMERS.label("customers"),
        )
        .join(Delivery, Delivery.order_id == Order.id)
        .join(Need, Need.id == Order.need_id)
        .where(*_completed())
        .group_by(Order.supplier_id, Order.category_id)
    )
    return {(row.supplier_id, row.category_id): Tally(row.good, row.n, row.customers) for row in rows}


def employments(today: date, months: int = 3) -> dict[Key, Tally]:
    """Customers whose state is known once the window has closed, and how many of them were in work.

    Everybody who began counts (drop-outs too), each customer once; a state that is missing or not known
    is missing, never a failure (EVALUATION.md §3).
    """
    each = (
        select(
            Order.supplier_id,
            Order.category_id,
            func.max(cast(Outcome.state.in_(EMPLOYED), Integer)).label("employed"),
        )
        .join(Need, Need.id == Order.need_id)
        .join(Outcome, (Outcome.order_id == Order.id) & (Outcome.months == months))
        .where(
            Order.state.in_(BEGUN),
            Outcome.state != OutcomeState.UNKNOWN,
            months_later(months) + LAG_DAYS <= today,
        )
        .group_by(Order.supplier_id, Order.category_id, Need.authority_id, Need.customer_reference)
        .subquery()
    )
    rows = db.session.execute(
        select(
            each.c.supplier_id, each.c.category_id, func.count().label("n"), func.sum(each.c.employed).label("employed")
        ).group_by(each.c.supplier_id, each.c.category_id)
    )
    return {(row.supplier_id, row.category_id): Tally(row.employed, row.n, row.n) for row in rows}


def recommendations() -> dict[Key, Answers]:
    """Customers' recommendations from 0 to 10."""
    rows = db.session.execute(
        select(
            Order.supplier_id,
            Order.category_id,
            func.count().label("n"),
            func.avg(CustomerFeedback.recommendation).label("mean"),
            func.coalesce(func.stddev_samp(CustomerFeedback.recommendation), 0).label("deviation"),
            _CUSTOMERS.label("customers"),
        )
        .join(CustomerFeedback, CustomerFeedback.order_id == Order.id)
        .join(Need, Need.id == Order.need_id)
        .group_by(Order.supplier_id, Order.category_id)
    )
    return {
        (row.supplier_id, row.category_id): Answers(row.n, float(row.mean), float(row.deviation), row.customers)
        for row in rows
    }
