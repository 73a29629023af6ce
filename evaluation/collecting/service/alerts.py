"""A customer who is not satisfied: the expert is told the same day, and says what was done."""

from __future__ import annotations

import uuid
from datetime import datetime

from core import audit, clock, mail
from core.db import db, lock, new_id, transaction
from core.errors import RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.identity.queries import person
from core.sealing import seal, unseal
from core.web.text_checks import MESSAGE, contains_identity_code
from evaluation.collecting.models import CustomerFeedback, EnoughHelp, FeedbackAlert
from orders.models import Order

RAISED = audit.declare("feedback_alert.raised", "order")
HANDLED = audit.declare("feedback_alert.handled", "order")
#: Up to this recommendation a customer is called.
LOW = 4


def is_low(feedback: CustomerFeedback) -> bool:
    """Whether the expert should call the customer."""
    return feedback.recommendation <= LOW or feedback.enough_help is EnoughHelp.NO


def raise_alert(feedback: CustomerFeedback, order: Order, at: datetime) -> FeedbackAlert:
    """Tell the expert; the mail holds no words of the customer and no reference."""
    alert = FeedbackAlert(id=new_id(), feedback_id=feedback.id, order_id=order.id, raised_at=at)
    db.session.add(alert)
    db.session.flush()
    audit.record(RAISED, subject=alert, actor=None, at=at, order=order.id)
    expert = person(order.expert_id)
    assert expert is not None
    mail.send(expert.email, "feedback_low", language=expert.language, at=at, about_id=alert.id, order=order)
    return alert


def note_purpose(alert_id: uuid.UUID) -> str:
    """What the expert's note is sealed for."""
    return f"feedback-alert/{alert_id}"


def note_of(alert: FeedbackAlert) -> str:
    """What was done; the caller has asked who may read it."""
    return unseal(alert.sealed_note, note_purpose(alert.id)).decode() if alert.sealed_note else ""


@transaction
def handle(alert: FeedbackAlert, note: str, *, by: Mandate) -> FeedbackAlert:
    """The expert has talked with the customer, and says what was done.

    :raises RuleBroken: no note, or an identity code in it (I8)
    :raises WrongState: it is handled already
    """
    lock(alert)
    now = clock.now()
    if alert.handled_at is not None:
        raise WrongState(
            _l("Somebody has handled this already."),
            rule="feedback-alert-state",
            next_step=_l("Open the order to see what was done."),
        )
    if not note.strip():
        raise RuleBroken(_l("Tell what was done."), rule="feedback-alert-note", field="note")
    if contains_identity_code(note):
        raise RuleBroken(MESSAGE, rule="I8", field="note")
    alert.handled_at, alert.handled_by = now, by.person_id
    alert.sealed_note = seal(note.strip().encode(), note_purpose(alert.id))
    audit.record(HANDLED, subject=alert, actor=by, at=now, order=alert.order_id)
    return alert
