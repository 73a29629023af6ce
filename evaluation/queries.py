"""What is known of one order's results, for its page."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import lazyload

from core.db import db
from evaluation.collecting.models import ExpertFeedback, FeedbackPoint, FeedbackRequest
from evaluation.outcomes.models import Outcome
from orders.models import Order


def facts_of(order_id: uuid.UUID, months: int) -> tuple[FeedbackRequest | None, ExpertFeedback | None, Outcome | None]:
    """The customer's request at the end, the expert's grades and the result of an order, asked at once."""
    row = db.session.execute(
        select(FeedbackRequest, ExpertFeedback, Outcome)
        .select_from(Order)
        .outerjoin(
            FeedbackRequest,
            (FeedbackRequest.order_id == Order.id) & (FeedbackRequest.point == FeedbackPoint.END),
        )
        .outerjoin(ExpertFeedback, ExpertFeedback.order_id == Order.id)
        .outerjoin(Outcome, (Outcome.order_id == Order.id) & (Outcome.months == months) & Outcome.stands)
        .options(lazyload("*"))
        .where(Order.id == order_id)
    ).one()
    return row[0], row[1], row[2]
