"""What expert and provider say of each other, once an order."""

from __future__ import annotations

import uuid

from core import audit, clock
from core.db import db, lock, new_id, transaction
from core.errors import RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.sealing import seal, unseal
from core.web.text_checks import MESSAGE, contains_identity_code
from evaluation.collecting import queries
from evaluation.collecting.models import ExpertFeedback, ProviderFeedback
from orders.models import DELIVERED, Order

EXPERT_GIVEN = audit.declare("expert_feedback.given", "order")
PROVIDER_GIVEN = audit.declare("provider_feedback.given", "order")


def _refuse_grades(**grades: int) -> None:
    for name, grade in grades.items():
        if not 1 <= grade <= 5:
            raise RuleBroken(
                _l("The grades are from 1 to 5."),
                rule="feedback-grade",
                field=name,
                next_step=_l("Choose a grade from 1 to 5"),
            )


@transaction
def give_expert_feedback(
    order: Order, *, fit: int, cooperation: int, report: int, by: Mandate, has_conflict: bool = False
) -> ExpertFeedback:
    """The expert's three grades of a delivered service, once; with a conflict of interest they do not count.

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
    _refuse_grades(fit=fit, cooperation=cooperation, report=report)
    row = ExpertFeedback(
        id=new_id(),
        order_id=order.id,
        expert_id=by.person_id,
        fit=fit,
        cooperation=cooperation,
        report=report,
        has_conflict=has_conflict,
        given_at=now,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(EXPERT_GIVEN, subject=row, actor=by, at=now, order=order.id)
    return row


def provider_words_purpose(feedback_id: uuid.UUID) -> str:
    """What a provider's words are sealed for."""
    return f"provider-feedback/{feedback_id}"


def provider_words(row: ProviderFeedback) -> str:
    """The provider's words; the caller has asked the gate."""
    return unseal(row.sealed_words, provider_words_purpose(row.id)).decode() if row.sealed_words else ""


@transaction
def give_provider_feedback(
    order: Order, *, as_described: int, information: int, answered: int, words: str = "", by: Mandate
) -> ProviderFeedback:
    """The provider on the authority that ordered, once a delivered order.

    :raises WrongState: not delivered, or told already
    :raises RuleBroken: a grade outside 1-5, or an identity code in the words (I8)
    """
    lock(order)
    now = clock.now()
    if order.state not in DELIVERED or queries.provider_feedback_of(order.id) is not None:
        raise WrongState(
            _l("The service is not accepted yet, or you have told already how it went."),
            rule="feedback-state",
            next_step=_l("Open the order to see where it stands."),
        )
    _refuse_grades(as_described=as_described, information=information, answered=answered)
    if contains_identity_code(words):
        raise RuleBroken(MESSAGE, rule="I8", field="words")
    row_id = new_id()
    row = ProviderFeedback(
        id=row_id,
        order_id=order.id,
        given_by=by.person_id,
        as_described=as_described,
        information=information,
        answered=answered,
        sealed_words=seal(words.encode(), provider_words_purpose(row_id)) if words else None,
        given_at=now,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(PROVIDER_GIVEN, subject=row, actor=by, at=now, order=order.id)
    return row
