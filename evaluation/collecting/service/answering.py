"""Taking a customer's answer, once; a low one is told to the expert the same day."""

from __future__ import annotations

import hashlib
import hmac
import uuid
from datetime import date
from ipaddress import ip_address, ip_network

from core import audit, clock
from core.db import db, lock, new_id, transaction
from core.errors import RuleBroken
from core.i18n import lazy_gettext as _l
from core.sealing import derived_key, seal
from core.web.text_checks import MESSAGE, contains_identity_code
from evaluation.collecting import queries
from evaluation.collecting.models import CustomerFeedback, EnoughHelp, FeedbackRequest
from evaluation.collecting.service import alerts
from orders import links

GIVEN = audit.declare("feedback.given", "order")


def usable(token: str) -> FeedbackRequest:
    """The request behind a token, while it can be answered.

    :raises LinkUnknown: there is no such link
    :raises LinkOver: answered already, or too old
    """
    request = queries.request_of_token(token)
    if request is None:
        raise links.unknown()
    if request.used_at is not None:
        raise links.used()
    if clock.now() >= request.expires_at:
        raise links.over()
    return request


def words_purpose(feedback_id: uuid.UUID) -> str:
    """What a customer's words are sealed for."""
    return f"feedback/{feedback_id}"


def place_hash(address: str | None, day: date) -> str | None:
    """Tells one network on one day from another, and nothing else: not the address, not the next day."""
    if not address:
        return None
    try:
        ip = ip_address(address)
    except ValueError:
        return None
    prefix = ip_network((ip, 24 if ip.version == 4 else 48), strict=False)
    return hmac.new(derived_key("feedback-place"), f"{prefix}|{day}".encode(), hashlib.sha256).hexdigest()[:32]


def refuse_answer(recommendation: int, words: str) -> None:
    """:raises RuleBroken: an identity code in the words (I8), or a grade outside 0-10"""
    if not 0 <= recommendation <= 10:
        raise RuleBroken(
            _l("The grade is from 0 to 10."),
            rule="feedback-grade",
            field="recommendation",
            next_step=_l("Choose a number from 0 to 10."),
        )
    if contains_identity_code(words):
        raise RuleBroken(MESSAGE, rule="I8", field="comment")


@transaction
def give_feedback(
    token: str,
    recommendation: int,
    enough_help: EnoughHelp,
    words: str = "",
    *,
    language: str = "fi",
    expert_may_read: bool = False,
    address: str | None = None,
) -> CustomerFeedback:
    """Take a customer's answer, once; their words are sealed.

    :param address: of the network the answer came from; only what ``place_hash`` makes of it is kept
    :raises RuleBroken: as ``refuse_answer``
    :raises LinkOver, LinkUnknown: as ``usable``
    """
    lock(usable(token))
    request = usable(token)
    now = clock.now()
    refuse_answer(recommendation, words)
    feedback_id = new_id()
    feedback = CustomerFeedback(
        id=feedback_id,
        order_id=request.order_id,
        point=request.point,
        recommendation=recommendation,
        enough_help=enough_help,
        sealed_words=seal(words.encode(), words_purpose(feedback_id)) if words else None,
        expert_may_read=expert_may_read,
        language=language,
        given_at=now,
        place_hash=place_hash(address, clock.helsinki_date(now)),
    )
    request.used_at = now
    db.session.add(feedback)
    db.session.flush()
    audit.record(GIVEN, subject=feedback, actor=None, at=now, order=request.order_id)
    if alerts.is_low(feedback):
        alerts.raise_alert(feedback, request.order, now)
    return feedback
