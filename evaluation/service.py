"""The verbs of evaluation: ask and take feedback, record outcomes, compute and publish quality records."""

from __future__ import annotations

import hashlib
import json
import uuid
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from core import audit, clock, law
from core.db import db, lock, new_id, transaction
from core.errors import RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.identity.passwords import hash_token, new_token
from core.sealing import seal
from core.web.text_checks import MESSAGE, contains_identity_code
from evaluation import measures, queries
from evaluation.models import (
    CustomerFeedback,
    EnoughHelp,
    ExpertFeedback,
    FeedbackRequest,
    Outcome,
    OutcomeState,
    Release,
)
from orders import links
from orders import service as orders_service
from orders.models import BEGUN, DELIVERED, Order
from orders.service import Measured
from orders.signals import Delivered

REQUESTED = audit.declare("feedback.requested", "order")
LINK_RENEWED = audit.declare("feedback.link_renewed", "order")
GIVEN = audit.declare("feedback.given", "order")
EXPERT_GIVEN = audit.declare("expert_feedback.given", "order")
OUTCOME_RECORDED = audit.declare("outcome.recorded", "order", "months")
RELEASED = audit.declare("release.computed", "method", "inputs", "records")

#: Two months: people answer late, but what they remember later is another service.
LINK_LENGTH = timedelta(days=60)
METHOD = "thin-1"
WINDOW_MONTHS = 3


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


@transaction
def record_outcome(order: Order, state: OutcomeState, *, by: Mandate, months: int = WINDOW_MONTHS) -> Outcome:
    """Record where the customer is some months after the *planned* end, which no provider can move.

    :raises RuleBroken: the day has not come, or the service never began
    :raises WrongState: it is recorded already
    """
    lock(order)
    now = clock.now()
    if order.state not in BEGUN:
        raise RuleBroken(
            _l("The service never began, so it has no result."),
            rule="outcome-window",
            field="order_id",
            next_step=_l("Results are recorded for services that began."),
        )
    due_on = measures.months_after(order.planned_end_on, months)
    if clock.helsinki_date(now) < due_on:
        raise RuleBroken(
            _l("The result is recorded %(months)s months after the planned end.", months=months),
            rule="outcome-window",
            field="state",
            next_step=_l("Come back on %(date)s.", date=f"{due_on.day}.{due_on.month}.{due_on.year}"),
        )
    if queries.outcome_of(order.id, months) is not None:
        raise WrongState(
            _l("The result is recorded already."),
            rule="outcome-state",
            next_step=_l("Open the order to see it."),
        )
    row = Outcome(
        id=new_id(),
        order_id=order.id,
        months=months,
        state=state,
        recorded_by=by.person_id,
        recorded_at=now,
        order=order,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(OUTCOME_RECORDED, subject=row, actor=by, at=now, order=order.id, months=months)
    return row


@transaction
def publish_records(*, by: Mandate | None = None) -> Release:
    """Compute every supplier's quality record in every category and publish what passes the gates (R119)."""
    now = clock.now()
    today = clock.helsinki_date(now)
    smallest = int(law.number("R119.smallest_cell", today))
    smallest_answers = int(law.number("R119.smallest_feedback", today))
    completions, employments = queries.completions(), queries.employments(today, WINDOW_MONTHS)
    recommendations, published = queries.recommendations(), queries.all_published()
    rows = []
    for key in sorted({*completions, *employments, *recommendations}):
        before = published.get(key)
        fresh = {
            "completion": measures.share(completions.get(key), smallest=smallest),
            "employment": measures.share(employments.get(key), smallest=smallest),
            "recommendation": measures.mean(
                recommendations.get(key), smallest=smallest, smallest_answers=smallest_answers
            ),
        }
        steps = {"completion": smallest, "employment": smallest, "recommendation": smallest_answers}
        told = {
            name: measures.stepwise(getattr(before, name, None), figure, step=steps[name], smallest=smallest)
            for name, figure in fresh.items()
        }
        count = told["completion"]["count"] if told["completion"] else None
        rows.append(
            Measured(
                supplier_id=key[0],
                category_id=key[1],
                orders_count=count,
                completion=told["completion"],
                employment=told["employment"],
                recommendation=told["recommendation"],
            )
        )
    release = Release(
        id=new_id(),
        method=METHOD,
        inputs_sha256=_digest(completions, employments, recommendations),
        inputs_count=sum(tally.n for tally in completions.values()),
        computed_at=now,
        parameters={
            "confidence": str(measures.CONFIDENCE),
            "smallest_cell": smallest,
            "smallest_feedback": smallest_answers,
            "window_months": WINDOW_MONTHS,
            "lag_days": queries.LAG_DAYS,
        },
    )
    db.session.add(release)
    db.session.flush()
    orders_service.store_records(rows, release_id=release.id, at=now, by=by)
    audit.record(
        RELEASED,
        subject=release,
        actor=by,
        at=now,
        method=METHOD,
        inputs=release.inputs_sha256,
        records=len(rows),
    )
    return release


def _digest(*sums: dict[Any, Any]) -> str:
    """A hash of everything the figures are computed from, so that a release can be repeated and compared."""
    plain = [[[str(part) for part in key], asdict(each[key])] for each in sums for key in sorted(each)]
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()
