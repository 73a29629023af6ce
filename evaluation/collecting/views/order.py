"""What the expert's page of one order shows of its customer's feedback."""

from __future__ import annotations

from typing import Any

from core import audit, clock
from core.identity.mandates import Mandate
from evaluation.collecting import queries, service
from evaluation.collecting.models import POINT_TITLES, FeedbackAlert
from evaluation.collecting.service.words import words_of
from orders.models import Order


def feedback_facts(order: Order, actor: Mandate) -> dict[str, Any]:
    """The points that can be asked about now, what was asked, and whether somebody is not satisfied."""
    today = clock.helsinki_date(clock.now())
    requests = queries.requests_of(order.id)
    open_points = service.points_to_ask(order, today)
    return {
        "points": [
            (point, title, requests.get(point))
            for point, title in POINT_TITLES.items()
            if point in requests or point in open_points
        ],
        "point_titles": POINT_TITLES,
        "alerts": [_alert(each, actor) for each in queries.alerts_of_order(order.id)],
    }


def _alert(alert: FeedbackAlert, actor: Mandate) -> dict[str, Any]:
    """An alert; the words only with the customer's tick, and every reading is logged."""
    feedback = alert.feedback
    words = ""
    if feedback.expert_may_read and feedback.sealed_words is not None:
        words = words_of(feedback)
        audit.saw("customer_feedback.words", feedback, actor=actor)
    return {
        "alert": alert,
        "point": POINT_TITLES[feedback.point],
        "words": words,
        "language": feedback.language,
        "note": service.note_of(alert),
    }
