"""The sums behind a release, made by the database, and what is published."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from sqlalchemy import Integer, Select, cast, func, select

from core.db import db
from evaluation.collecting.models import CustomerFeedback
from evaluation.measures import Answers, Tally
from evaluation.outcomes.models import EMPLOYED, Outcome, OutcomeState
from evaluation.outcomes.queries import months_later
from orders.models import BEGUN, DELIVERED, Delivery, EndKind, InterruptionReason, Need, Order, PublishedRecord

Key = tuple[uuid.UUID, uuid.UUID]
#: Ends that count as completed: as planned, or because the customer reached the goal before.
GOOD_ENDS = (InterruptionReason.FOUND_WORK, InterruptionReason.STUDIES)
LAG_DAYS = 30


def published_records(category_id: uuid.UUID | None, supplier_id: uuid.UUID | None) -> Select[PublishedRecord]:
    query = select(PublishedRecord)
    if category_id:
        query = query.where(PublishedRecord.category_id == category_id)
    return query.where(PublishedRecord.supplier_id == supplier_id) if supplier_id else query


def all_published() -> dict[Key, PublishedRecord]:
    """What is published now, by supplier and category."""
    return {(row.supplier_id, row.category_id): row for row in db.session.scalars(select(PublishedRecord))}


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
