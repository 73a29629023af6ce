"""The verbs of collecting: ask for feedback and take it."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from core import audit, clock
from core.db import db, lock, new_id, transaction
from core.errors import RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.identity.passwords import hash_token, new_token
from core.sealing import seal
from core.web.text_checks import MESSAGE, contains_identity_code
from evaluation.collecting import queries
from evaluation.collecting.models import CustomerFeedback, EnoughHelp, ExpertFeedback, FeedbackRequest
from orders import links
from orders.models import DELIVERED, Order
from orders.signals import Delivered

REQUESTED = audit.declare("feedback.requested", "order")
LINK_RENEWED = audit.declare("feedback.link_renewed", "order")
GIVEN = audit.declare("feedback.given", "order")
EXPERT_GIVEN = audit.declare("expert_feedback.given", "order")
#: Two months: people answer late, but what they remember later is another service.
LINK_LENGTH = timedelta(days=60)


@transaction
def request_feedback(order: Order, at: datetime) -> FeedbackRequest:
    """Prepare a customer's link; nobody knows its token until the expert asks for one."""
    request = FeedbackRequest(
        id=new_id(), order_id=order.id, token_hash=hash_token(new_token()), made_at=at, expires_at=at + LINK_LENGTH
    )
    db.session.add(request)
    db.session.flush()
    audit.record(REQUESTED, subject=request, actor=None, at=at, order=order.id)
    return request


def on_delivered(signal: Delivered) -> None:
    """A delivered service is followed by the customer's feedback."""
    order = db.session.get(Order, signal.order_id)
    assert order is not None
    request_feedback(order, signal.at)


@transaction
def renew_feedback_link(order: Order, *, by: Mandate) -> str:
    """A fresh token for the customer's link; one shown before stops working.

    :raises WrongState: the service is not delivered, or the customer has answered
    """
    request = queries.request_of(order.id)
    if request is None:
        raise WrongState(
            _l("The service is not delivered yet."),
            rule="feedback-state",
            next_step=_l("Accept the delivered service first."),
        )
    lock(request)
    now = clock.now()
    if request.used_at is not None:
        raise WrongState(
            _l("The customer has answered already."),
            rule="feedback-state",
            next_step=_l("There is nothing more to do."),
        )
    token = new_token()
    request.token_hash, request.expires_at = hash_token(token), now + LINK_LENGTH
    audit.record(LINK_RENEWED, subject=request, actor=by, at=now, order=order.id)
    return token


def usable(token: str) -> FeedbackRequest:
    """The request behind a token, if it still waits for its answer.

    :raises LinkUnknown: there is no such link
    :raises LinkOver: answered, or too old
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


@transaction
def give_feedback(
    token: str, recommendation: int, enough_help: EnoughHelp, words: str = "", *, language: str = "fi"
) -> CustomerFeedback:
    """Take a customer's answer, once; their words are sealed.

    :raises RuleBroken: an identity code in the words (I8), or a grade outside 0-10
    :raises LinkOver, LinkUnknown: as ``usable``
    """
    lock(usable(token))
    request = usable(token)
    now = clock.now()
    if not 0 <= recommendation <= 10:
        raise RuleBroken(_l("The grade is from 0 to 10."), rule="feedback-grade", field="recommendation")
    if contains_identity_code(words):
        raise RuleBroken(MESSAGE, rule="I8", field="comment")
    feedback_id = new_id()
    feedback = CustomerFeedback(
        id=feedback_id,
        order_id=request.order_id,
        recommendation=recommendation,
        enough_help=enough_help,
        sealed_words=seal(words.encode(), words_purpose(feedback_id)) if words else None,
        language=language,
        given_at=now,
    )
    request.used_at = now
    db.session.add(feedback)
    db.session.flush()
    audit.record(GIVEN, subject=feedback, actor=None, at=now, order=request.order_id)
    return feedback


@transaction
def give_expert_feedback(order: Order, *, fit: int, cooperation: int, report: int, by: Mandate) -> ExpertFeedback:
    """The expert's three grades of a delivered service, once.

    :raises WrongState: not delivered, or graded already
    :raises RuleBroken: a grade outside 1-5
    """
    lock(order)
    now = clock.now()
    if order.state not in DELIVERED or queries.expert_feedback_of(order.id) is not None:
        raise WrongState(
            _l("The service is not delivered yet, or you have graded it already."),
            rule="feedback-state",
            next_step=_l("Open the order to see where it stands."),
        )
    if not all(1 <= grade <= 5 for grade in (fit, cooperation, report)):
        raise RuleBroken(_l("The grades are from 1 to 5."), rule="feedback-grade", field="fit")
    row = ExpertFeedback(
        id=new_id(),
        order_id=order.id,
        expert_id=by.person_id,
        fit=fit,
        cooperation=cooperation,
        report=report,
        given_at=now,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(EXPERT_GIVEN, subject=row, actor=by, at=now, order=order.id)
    return row
