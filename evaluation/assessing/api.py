"""Self-assessments as JSON; each side gets what it may see, and nothing else."""

from __future__ import annotations

from typing import Any

from core import audit
from core.web.access import mandate, public, requires
from core.web.api import api_blueprint, no_content
from evaluation.assessing import queries, service
from evaluation.assessing.policy import Permission
from evaluation.assessing.schemas import (
    AssessIn,
    AssessmentConsentIn,
    AssessmentConsentOut,
    AssessmentLink,
    AssessmentLinkIn,
    Assessments,
    AssessmentTaken,
    AssessTogetherIn,
    OpenAssessments,
    answers_in,
)
from orders import links
from orders import queries as order_queries
from orders.models import Order

blp = api_blueprint("assessments", __name__, "How customers see their own situation, before and after")


@blp.post("/assessments")
@public
@blp.arguments(AssessIn)
@blp.response(201, AssessmentTaken)
def assess(data: dict[str, Any]) -> Any:
    """A customer's self-assessment, once, by the token of the link."""
    return service.assess(data["token"], answers_in(data), language=data["language"])


@blp.post("/orders/<uuid:order_id>/assessment-link")
@requires(Permission.ASSESSMENT_HANDLE, on=order_queries.order)
@blp.arguments(AssessmentLinkIn)
@blp.response(201, AssessmentLink)
def make_link(order: Order, data: dict[str, Any]) -> Any:
    """A fresh link for the customer; the one before stops working."""
    return {"url": links.address("assess", service.request_assessment(order, data["point"], by=mandate()))}


@blp.post("/orders/<uuid:order_id>/assessments")
@requires(Permission.ASSESSMENT_HANDLE, on=order_queries.order)
@blp.arguments(AssessTogetherIn)
@blp.response(201, AssessmentTaken)
def assess_together(order: Order, data: dict[str, Any]) -> Any:
    """Answered together with the expert."""
    return service.assess_together(order, data["point"], answers_in(data), by=mandate(), language=data["language"])


@blp.get("/orders/<uuid:order_id>/assessments")
@requires(Permission.ASSESSMENT_HANDLE, on=order_queries.order)
@blp.response(200, Assessments)
def list_assessments(order: Order) -> Any:
    """All seven areas, for the expert; who reads them is logged."""
    items = []
    for row in queries.assessments_of(order.id):
        audit.saw("self_assessment.answers", row, actor=mandate())
        answers = service.opened(row)
        areas = [
            {"area": area, "grade": answers.grades.get(area), "words": answers.words.get(area, "")}
            for area in dict.fromkeys([*answers.grades, *answers.words])
        ]
        items.append({"point": row.point, "given_at": row.given_at, "areas": areas})
    return {"items": items}


@blp.get("/orders/<uuid:order_id>/assessments/open-areas")
@requires(Permission.ASSESSMENT_READ_OPEN, on=order_queries.order)
@blp.response(200, OpenAssessments)
def list_open(order: Order) -> Any:
    """Six areas in grades, for the provider's named people, with the customer's consent."""
    return {
        "items": [
            {
                "point": row.point,
                "areas": [{"area": area, "grade": grade} for area, grade in answers.grades.items()],
            }
            for row, answers in service.read_open(order, by=mandate())
        ]
    }


@blp.post("/orders/<uuid:order_id>/assessment-consent")
@requires(Permission.ASSESSMENT_HANDLE, on=order_queries.order)
@blp.arguments(AssessmentConsentIn)
@blp.response(201, AssessmentConsentOut)
def record_consent(order: Order, data: dict[str, Any]) -> Any:
    """Record the customer's written consent."""
    return service.record_consent(order, data["given_on"], data["way"], data["document_reference"], by=mandate())


@blp.post("/orders/<uuid:order_id>/withdraw-assessment-consent")
@requires(Permission.ASSESSMENT_HANDLE, on=order_queries.order)
@blp.response(200)
def withdraw_consent(order: Order) -> Any:
    """The customer takes the consent back."""
    service.withdraw_consent(order, by=mandate())
    return no_content()
