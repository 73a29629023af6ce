"""Feedback counts, outcomes and quality records as JSON."""

from __future__ import annotations

from typing import Any

from flask import current_app

from core import clock, law, policy
from core.errors import RuleBroken
from core.i18n import lazy_gettext as _l
from core.web.access import mandate, public, requires
from core.web.api import PageQuery, api_blueprint, page
from evaluation import measures, queries, service
from evaluation.models import Outcome
from evaluation.policy import Permission
from evaluation.schemas import (
    ExpertFeedbackIn,
    ExpertFeedbackOut,
    FeedbackCounts,
    FeedbackIn,
    FeedbackLink,
    FeedbackTaken,
    OutcomeIn,
    OutcomeOut,
    OutcomePage,
    QualityQuery,
    QualityRecordPage,
)
from orders import queries as order_queries
from orders.models import Order, PublishedRecord

feedback = api_blueprint("feedback", __name__, "Customers' feedback, in numbers")
outcomes = api_blueprint("outcomes", __name__, "Where customers are after a service")
quality = api_blueprint("quality-records", __name__, "What is published of providers' quality")

BLUEPRINTS = (feedback, outcomes, quality)


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


@outcomes.get("/outcomes")
@requires(Permission.OUTCOME_LIST)
@outcomes.arguments(PageQuery, location="query")
@outcomes.response(200, OutcomePage)
def list_outcomes(query: dict[str, Any]) -> Any:
    """The outcomes of the authority's orders."""
    return page(queries.outcomes_seen_by(mandate()), Outcome, cursor=query.get("cursor"), limit=query["limit"])


@outcomes.post("/outcomes")
@requires(Permission.OUTCOME_RECORD)
@outcomes.arguments(OutcomeIn)
@outcomes.response(201, OutcomeOut)
def record_outcome(data: dict[str, Any]) -> Any:
    """Record where the customer of an order is."""
    order = order_queries.order(data["order_id"])
    if order is None:
        raise RuleBroken(
            _l("There is no such order."), rule="not-found", field="order_id", next_step=_l("Check the id.")
        )
    policy.check(mandate(), Permission.EVALUATION_GIVE, order)
    return service.record_outcome(order, data["state"], by=mandate(), months=data["months"])


@quality.get("/quality-records")
@requires(Permission.QUALITY_READ)
@quality.arguments(QualityQuery, location="query")
@quality.response(200, QualityRecordPage)
def quality_records(query: dict[str, Any]) -> Any:
    """What is published, with counts and intervals."""
    rows = queries.published_records(query.get("category"), query.get("supplier"))
    return page(rows, PublishedRecord, cursor=query.get("cursor"), limit=query["limit"])
