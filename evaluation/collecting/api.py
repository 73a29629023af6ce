"""Feedback as JSON: answers, links, grades, words to check, service points, totals."""

from __future__ import annotations

from typing import Any

from flask import current_app, request

from core import audit, clock
from core.identity.models import Role
from core.web.access import mandate, public, requires
from core.web.api import PageQuery, api_blueprint, page
from dps.systems.models import Category
from evaluation import gates
from evaluation.collecting import figures, queries, service, totals
from evaluation.collecting.models import CustomerFeedback, FeedbackAlert, PointAnswer, ServicePoint
from evaluation.collecting.policy import Permission
from evaluation.collecting.schemas import (
    AlertNoteIn,
    AlertOut,
    AlertPage,
    AuthorityTotals,
    DeviceOut,
    ExpertFeedbackIn,
    ExpertFeedbackOut,
    FeedbackCounts,
    FeedbackIn,
    FeedbackLink,
    FeedbackLinkIn,
    FeedbackTaken,
    HoldWordsIn,
    KioskIn,
    KioskTaken,
    OwnTotals,
    PointsIn,
    PointsOut,
    ProviderFeedbackIn,
    ProviderFeedbackOut,
    ReleaseWordsIn,
    ServicePointIn,
    ServicePointOut,
    ServicePointPage,
    WordsChecked,
    WordsList,
)
from evaluation.collecting.service import points, words
from orders import links
from orders import queries as order_queries
from orders.models import Order

feedback = api_blueprint("feedback", __name__, "Customers' feedback: answers, words and figures")


def _today() -> Any:
    return clock.helsinki_date(clock.now())


@feedback.get("/feedback")
@requires(Permission.FEEDBACK_COUNT)
@feedback.response(200, FeedbackCounts)
def counts() -> Any:
    """How many customers were asked and answered, per category of one's own orders, in tens rounded down.

    A provider gets the counts of the last release date.
    """
    today, actor = _today(), mandate()
    release = clock.start_of_day(gates.release_day(today, totals.Gate.on(today).months))
    rows = queries.feedback_counts(actor, release if actor.role is Role.PROVIDER else None)
    return {
        "items": [
            dict(
                zip(
                    ("category_id", "asked", "answered"),
                    (row.category_id, *totals.counts_in_tens(row.asked, row.answered, today)),
                    strict=True,
                )
            )
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
        data["token"],
        data["recommendation"],
        data["enough_help"],
        data["comment"],
        language=data["language"],
        expert_may_read=data["expert_may_read"],
        address=request.remote_addr,
    )


@feedback.post("/feedback/kiosk")
@public
@feedback.arguments(KioskIn)
@feedback.response(201, KioskTaken)
def give_at_point(data: dict[str, Any]) -> Any:
    """An answer at a service point's tablet, also one kept there for up to 7 days; sent again, it counts once."""
    return points.answer_at_point(
        data["token"],
        data["id"],
        data["recommendation"],
        data["enough_help"],
        data["comment"],
        answered_at=data["answered_at"],
        language=data["language"],
        address=request.remote_addr,
    )


@feedback.get("/feedback/released")
@requires(Permission.FEEDBACK_OWN)
@feedback.response(200, OwnTotals)
def own_totals() -> Any:
    """The provider's own figures by category as of the last release date, with released words."""
    return {"items": [_category(each) for each in totals.of_supplier(mandate().organisation_id, _today())]}


def _category(each: totals.CategoryTotals) -> dict[str, Any]:
    return {
        "category_id": each.category.id,
        "as_of": each.as_of,
        "words": each.words,
        **figures.as_json(each.figures),
    }


@feedback.get("/feedback/totals")
@requires(Permission.FEEDBACK_TOTALS)
@feedback.response(200, AuthorityTotals)
def authority_totals() -> Any:
    """The authority's figures by category, by service point and week, and what providers say of it."""
    authority_id, today = mandate().organisation_id, _today()
    return {
        "categories": [_category(each) for each in totals.of_authority(authority_id, today)],
        "weeks": [
            {"service_point_id": each.point.id, "week_on": each.week_on, **figures.as_json(each.figures)}
            for each in totals.of_points(authority_id, today)
        ],
        "providers": [
            {"category_id": each.category.id, "answers": each.n, "words": each.words, **each.means}
            for each in totals.of_providers(authority_id, today)
        ],
    }


@feedback.post("/orders/<uuid:order_id>/feedback-link")
@requires(Permission.EVALUATION_GIVE, on=order_queries.order)
@feedback.arguments(FeedbackLinkIn, required=False)
@feedback.response(201, FeedbackLink)
def feedback_link(order: Order, data: dict[str, Any]) -> Any:
    """A fresh link for the customer; the one before stops working."""
    token = service.renew_feedback_link(order, by=mandate(), point=data["point"])
    return {"url": f"{current_app.config['BASE_URL']}/feedback/{token}"}


@feedback.post("/orders/<uuid:order_id>/expert-feedback")
@requires(Permission.EVALUATION_GIVE, on=order_queries.order)
@feedback.arguments(ExpertFeedbackIn)
@feedback.response(201, ExpertFeedbackOut)
def expert_feedback(order: Order, data: dict[str, Any]) -> Any:
    """The expert's grades of the provider, once an order."""
    return service.give_expert_feedback(order, **data, by=mandate())


@feedback.post("/orders/<uuid:order_id>/provider-feedback")
@requires(Permission.FEEDBACK_ON_AUTHORITY, on=order_queries.order)
@feedback.arguments(ProviderFeedbackIn)
@feedback.response(201, ProviderFeedbackOut)
def provider_feedback(order: Order, data: dict[str, Any]) -> Any:
    """The provider's grades of the authority, once a delivered order."""
    return service.give_provider_feedback(order, **data, by=mandate())


@feedback.post("/categories/<uuid:category_id>/feedback-points")
@requires(Permission.FEEDBACK_POINTS_SET, on=queries.category)
@feedback.arguments(PointsIn)
@feedback.response(200, PointsOut)
def set_points(category: Category, data: dict[str, Any]) -> Any:
    """Say at which points the customers of a category are asked."""
    return service.set_points(category, data["points"], by=mandate())


# ---- customers who are not satisfied ----


@feedback.get("/feedback-alerts")
@requires(Permission.FEEDBACK_ALERTS)
@feedback.arguments(PageQuery, location="query")
@feedback.response(200, AlertPage)
def list_alerts(query: dict[str, Any]) -> Any:
    """Customers of the authority who were not satisfied."""
    found = queries.alerts_seen_by(mandate())
    return page(found, FeedbackAlert, cursor=query.get("cursor"), limit=query["limit"])


@feedback.post("/feedback-alerts/<uuid:alert_id>/handle")
@requires(Permission.FEEDBACK_ALERT_HANDLE, on=queries.alert)
@feedback.arguments(AlertNoteIn)
@feedback.response(200, AlertOut)
def handle_alert(alert: FeedbackAlert, data: dict[str, Any]) -> Any:
    """Say what was done."""
    return service.handle(alert, data["note"], by=mandate())


# ---- words ----


@feedback.get("/feedback-words")
@requires(Permission.FEEDBACK_WORDS)
@feedback.response(200, WordsList)
def list_words() -> Any:
    """Words that nobody has read yet; who reads them is logged."""
    rows = queries.words_to_check(mandate().organisation_id)
    found = []
    for row in rows:
        audit.saw("customer_feedback.words", row, actor=mandate())
        text = words.words_of(row)
        found.append({"id": row.id, "words": text, "findings": words.findings_in(row, text)})
    return {"items": found}


@feedback.post("/feedback-words/<uuid:answer_id>/release")
@requires(Permission.FEEDBACK_WORDS_CHECK, on=queries.answer_with_words)
@feedback.arguments(ReleaseWordsIn, required=False)
@feedback.response(200, WordsChecked)
def release_words(answer: CustomerFeedback | PointAnswer, data: dict[str, Any]) -> Any:
    """Release words, without the parts to black out."""
    words.release(answer, data["black_out"], by=mandate())
    return answer


@feedback.post("/feedback-words/<uuid:answer_id>/hold-back")
@requires(Permission.FEEDBACK_WORDS_CHECK, on=queries.answer_with_words)
@feedback.arguments(HoldWordsIn)
@feedback.response(200, WordsChecked)
def hold_words_back(answer: CustomerFeedback | PointAnswer, data: dict[str, Any]) -> Any:
    """Hold words back."""
    words.hold_back(answer, data["reason"], by=mandate())
    return answer


# ---- service points ----


@feedback.get("/service-points")
@requires(Permission.FEEDBACK_TABLETS)
@feedback.arguments(PageQuery, location="query")
@feedback.response(200, ServicePointPage)
def list_points(query: dict[str, Any]) -> Any:
    """The authority's service points."""
    return page(queries.points_of(mandate()), ServicePoint, cursor=query.get("cursor"), limit=query["limit"])


def _device(device: points.Device) -> dict[str, Any]:
    return {"id": device.point.id, "url": links.address("kiosk/feedback", device.token)}


@feedback.post("/service-points")
@requires(Permission.FEEDBACK_TABLETS)
@feedback.arguments(ServicePointIn)
@feedback.response(201, DeviceOut)
def make_point(data: dict[str, Any]) -> Any:
    """Add a service point; the address of its tablet is told once."""
    return _device(points.make_point(data["name"], data["address"], by=mandate()))


@feedback.post("/service-points/<uuid:service_point_id>/renew")
@requires(Permission.FEEDBACK_TABLET, on=queries.point)
@feedback.response(200, DeviceOut)
def renew_point(point: ServicePoint) -> Any:
    """A fresh address for the tablet; the one before stops working."""
    return _device(points.renew_point(point, by=mandate()))


@feedback.post("/service-points/<uuid:service_point_id>/close")
@requires(Permission.FEEDBACK_TABLET, on=queries.point)
@feedback.response(200, ServicePointOut)
def close_point(point: ServicePoint) -> Any:
    """Switch a service point off."""
    points.close_point(point, by=mandate())
    return point


@feedback.post("/service-points/<uuid:service_point_id>/reopen")
@requires(Permission.FEEDBACK_TABLET, on=queries.point)
@feedback.response(200, ServicePointOut)
def reopen_point(point: ServicePoint) -> Any:
    """Switch a service point on again."""
    points.reopen_point(point, by=mandate())
    return point
