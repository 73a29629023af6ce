"""Feedback as JSON: counts, a customer's answer, an expert's grades."""

from __future__ import annotations

from typing import Any

from flask import current_app

from core import clock, law
from core.web.access import mandate, public, requires
from core.web.api import api_blueprint
from evaluation import measures
from evaluation.collecting import queries, service
from evaluation.collecting.policy import Permission
from evaluation.collecting.schemas import (
    ExpertFeedbackIn,
    ExpertFeedbackOut,
    FeedbackCounts,
    FeedbackIn,
    FeedbackLink,
    FeedbackTaken,
)
from orders import queries as order_queries
from orders.models import Order

feedback = api_blueprint("feedback", __name__, "Customers' feedback, in numbers")


@feedback.get("/feedback")
@requires(Permission.FEEDBACK_COUNT)
@feedback.response(200, FeedbackCounts)
def counts() -> Any:
    """How many customers were asked and answered, per category of one's own orders, in tens rounded down."""
    smallest = int(law.number("R119.smallest_feedback", clock.helsinki_date(clock.now())))
    rows = queries.feedback_counts(mandate())
    return {
        "items": [
            {
                "category_id": row.category_id,
                "asked": measures.in_steps(row.asked, step=smallest),
                "answered": measures.in_steps(row.answered, step=smallest),
            }
            for row in rows
        ]
    }


@feedback.post("/feedback")
@public
@feedback.arguments(FeedbackIn)
@feedback.response(201, FeedbackTaken)
def give(data: dict[str, Any]) -> Any:
    """A customer's answer, once, by the token of the link."""
    return service.give_feedback(
        data["token"], data["recommendation"], data["enough_help"], data["comment"], language=data["language"]
    )


@feedback.post("/orders/<uuid:order_id>/feedback-link")
@requires(Permission.EVALUATION_GIVE, on=order_queries.order)
@feedback.response(201, FeedbackLink)
def feedback_link(order: Order) -> Any:
    """A fresh link for the customer; the one before stops working."""
    token = service.renew_feedback_link(order, by=mandate())
    return {"url": f"{current_app.config['BASE_URL']}/feedback/{token}"}


@feedback.post("/orders/<uuid:order_id>/expert-feedback")
@requires(Permission.EVALUATION_GIVE, on=order_queries.order)
@feedback.arguments(ExpertFeedbackIn)
@feedback.response(201, ExpertFeedbackOut)
def expert_feedback(order: Order, data: dict[str, Any]) -> Any:
    """The expert's grades of the provider, once an order."""
    return service.give_expert_feedback(order, **data, by=mandate())
