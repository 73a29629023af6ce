"""Opening, answering and settling deviations: nothing is confirmed before the provider was heard (HallL 34 §)."""

from __future__ import annotations

import uuid
from datetime import datetime

from core import audit, clock, law, mail
from core.db import db, lock, new_id, transaction
from core.errors import NotAllowed, RuleBroken
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.identity.queries import person
from core.sealing import seal, unseal
from core.states import move
from core.web.text_checks import MESSAGE, contains_identity_code
from dps.qualification.models import Qualification
from dps.systems.models import Category
from orders.deviations import queries
from orders.deviations.models import (
    DEVIATION_TRANSITIONS,
    Consequence,
    Deviation,
    DeviationState,
    DeviationStep,
    Severity,
)
from orders.meeting.conflicts import refuse_conflicted
from orders.models import Order
from suppliers.mailing import tell
from suppliers.models import Supplier

OPENED = audit.declare("deviation.opened", "order", "supplier", "category", "severity", "self_reported", "answer_by")
ANSWERED = audit.declare("deviation.answered", "before", "late")
DISPUTED = audit.declare("deviation.disputed", "before", "late")
LAPSED = audit.declare("deviation.lapsed", "before")
CORRECTED = audit.declare("deviation.corrected", "before")
CONFIRMED = audit.declare("deviation.confirmed", "before", "severity")
WITHDRAWN = audit.declare("deviation.withdrawn", "before")
CLOSED = audit.declare("deviation.closed", "before", "consequence")


def step_purpose(step_id: uuid.UUID) -> str:
    """What the words of a step are sealed for."""
    return f"deviation/{step_id}"


def words_of(step: DeviationStep) -> str:
    """The words of a step; the caller has asked who may read them."""
    return unseal(step.sealed_text, step_purpose(step.id)).decode() if step.sealed_text else ""


def _step(deviation: Deviation, action: str, text: str, at: datetime, by: Mandate | None) -> None:
    if contains_identity_code(text):
        raise RuleBroken(MESSAGE, rule="I8", field="text")
    step_id = new_id()
    db.session.add(
        DeviationStep(
            id=step_id,
            deviation_id=deviation.id,
            action=action,
            at=at,
            person_id=by.person_id if by else None,
            sealed_text=seal(text.encode(), step_purpose(step_id)) if text else None,
        )
    )


def _answer_by(now: datetime) -> datetime:
    today = clock.helsinki_date(now)
    days = int(law.number("R79.deviation_answer", today))
    return clock.end_of_day(clock.add_working_days(today, days, clock.supplier_days))


def _open(
    supplier: Supplier,
    category: Category,
    order: Order | None,
    severity: Severity,
    text: str,
    by: Mandate,
    *,
    is_self_reported: bool = False,
) -> Deviation:
    # what went wrong with an order is the ordering authority's matter, also under a contract of all (R103)
    authority_id = order.authority_id if order else category.authority_id
    number = queries.next_number(authority_id)
    now = clock.now()
    deviation = Deviation(
        id=new_id(),
        authority_id=authority_id,
        number=number,
        order_id=order.id if order else None,
        supplier_id=supplier.id,
        category_id=category.id,
        severity=severity,
        state=DeviationState.OPENED,
        is_self_reported=is_self_reported,
        opened_at=now,
        opened_by=by.person_id,
        answer_by=_answer_by(now),
        supplier=supplier,
        category=category,
        order=order,
    )
    db.session.add(deviation)
    db.session.flush()
    _step(deviation, "open", text, now, by)
    audit.record(
        OPENED,
        subject=deviation,
        actor=by,
        at=now,
        order=deviation.order_id,
        supplier=supplier.id,
        category=category.id,
        severity=severity,
        self_reported=is_self_reported,
        answer_by=deviation.answer_by,
    )
    return deviation


@transaction
def open_on_order(order: Order, severity: Severity, text: str, *, by: Mandate) -> Deviation:
    """The authority opens a deviation on an order, and the provider is asked to answer.

    :raises RuleBroken: an identity code in the text (I8), or an interest of the one who opens it (R50)
    """
    refuse_conflicted(by, order.supplier_id)
    deviation = _open(order.supplier, order.category, order, severity, text, by)
    _tell_supplier(deviation, "deviation_opened")
    return deviation


@transaction
def open_in_general(qualification: Qualification, severity: Severity, text: str, *, by: Mandate) -> Deviation:
    """A coordinator opens a deviation on a supplier in a category, without an order.

    :raises NotAllowed: another authority's category
    :raises RuleBroken: as ``open_on_order``
    """
    if qualification.category.authority_id != by.organisation_id:
        raise NotAllowed(
            _l("The category belongs to another authority."),
            rule="I4",
            field="qualification",
            next_step=_l("Choose a category of your own authority."),
        )
    refuse_conflicted(by, qualification.supplier_id)
    deviation = _open(qualification.supplier, qualification.category, None, severity, text, by)
    _tell_supplier(deviation, "deviation_opened")
    return deviation


@transaction
def report_own(order: Order, severity: Severity, text: str, *, by: Mandate) -> Deviation:
    """The provider tells itself what went wrong; with that it has answered already.

    :raises RuleBroken: an identity code in the text (I8)
    """
    deviation = _open(order.supplier, order.category, order, severity, text, by, is_self_reported=True)
    _heard(deviation, "answer", ANSWERED, "", deviation.opened_at, by)
    expert = person(order.expert_id)
    assert expert is not None
    mail.send(
        expert.email,
        "deviation_reported",
        language=expert.language,
        at=deviation.opened_at,
        about_id=deviation.id,
        deviation=deviation,
    )
    return deviation


def _heard(deviation: Deviation, action: str, event: str, text: str, now: datetime, by: Mandate) -> None:
    before = deviation.state
    with db.session.no_autoflush:
        move(deviation, DEVIATION_TRANSITIONS, action)
        deviation.answered_at = now
    _step(deviation, action, text, now, by)
    audit.record(event, subject=deviation, actor=by, at=now, before=before, late=deviation.was_late)


@transaction
def answer(deviation: Deviation, text: str, *, disputes: bool, by: Mandate) -> None:
    """The provider answers: it puts it right, or it disputes; a late answer is taken and shown as late.

    :raises WrongState: it was answered or settled already
    :raises RuleBroken: an identity code in the text (I8)
    """
    lock(deviation)
    now = clock.now()
    action, event = ("dispute", DISPUTED) if disputes else ("answer", ANSWERED)
    _heard(deviation, action, event, text, now, by)
    _tell_opener(deviation, now)


@transaction
def correct(deviation: Deviation, text: str, *, by: Mandate) -> None:
    """The provider tells that it has been put right.

    :raises WrongState: it was not answered yet, or is settled
    """
    lock(deviation)
    now, before = clock.now(), deviation.state
    move(deviation, DEVIATION_TRANSITIONS, "correct")
    _step(deviation, "correct", text, now, by)
    audit.record(CORRECTED, subject=deviation, actor=by, at=now, before=before)
    _tell_opener(deviation, now)


@transaction
def lapse(deviation: Deviation) -> bool:
    """Nobody answered in time: the matter moves on by the clock; ``False`` if there is nothing to do."""
    lock(deviation)
    now = clock.now()
    if deviation.state is not DeviationState.OPENED or now < deviation.answer_by:
        return False
    before = deviation.state
    move(deviation, DEVIATION_TRANSITIONS, "lapse")
    _step(deviation, "lapse", "", now, None)
    audit.record(LAPSED, subject=deviation, actor=None, at=now, before=before)
    _tell_opener(deviation, now)
    return True


@transaction
def confirm(deviation: Deviation, severity: Severity, text: str, *, by: Mandate) -> None:
    """The coordinator confirms that it happened, and how much it weighs; only then does it count.

    :raises WrongState: the provider was not heard yet, or it is settled
    :raises RuleBroken: an interest (R50), or an identity code (I8)
    """
    refuse_conflicted(by, deviation.supplier_id)
    lock(deviation)
    now, before = clock.now(), deviation.state
    with db.session.no_autoflush:
        move(deviation, DEVIATION_TRANSITIONS, "confirm")
        deviation.severity, deviation.confirmed_at = severity, now
    _step(deviation, "confirm", text, now, by)
    audit.record(CONFIRMED, subject=deviation, actor=by, at=now, before=before, severity=severity)
    _tell_supplier(deviation, "deviation_settled")


@transaction
def withdraw(deviation: Deviation, text: str, *, by: Mandate) -> None:
    """The authority withdraws it: it never counts.

    :raises WrongState: it is confirmed or settled already
    """
    refuse_conflicted(by, deviation.supplier_id)
    lock(deviation)
    now, before = clock.now(), deviation.state
    with db.session.no_autoflush:
        move(deviation, DEVIATION_TRANSITIONS, "withdraw")
        deviation.settled_at = now
    _step(deviation, "withdraw", text, now, by)
    audit.record(WITHDRAWN, subject=deviation, actor=by, at=now, before=before)
    _tell_supplier(deviation, "deviation_settled")


@transaction
def close(deviation: Deviation, consequence: Consequence, text: str, *, by: Mandate) -> None:
    """Say what follows; ending a contract is only proposed here, and decided on its own path.

    :raises WrongState: it is not confirmed
    """
    refuse_conflicted(by, deviation.supplier_id)
    lock(deviation)
    now, before = clock.now(), deviation.state
    with db.session.no_autoflush:
        move(deviation, DEVIATION_TRANSITIONS, "close")
        deviation.consequence, deviation.settled_at = consequence, now
    _step(deviation, "close", text, now, by)
    audit.record(CLOSED, subject=deviation, actor=by, at=now, before=before, consequence=consequence)
    _tell_supplier(deviation, "deviation_settled")


def _tell_supplier(deviation: Deviation, template: str) -> None:
    tell(
        deviation.supplier,
        template,
        at=clock.now(),
        about_id=deviation.id,
        path=f"/deviations/{deviation.id}",
        deviation=deviation,
    )


def _tell_opener(deviation: Deviation, at: datetime) -> None:
    opener = person(deviation.opened_by)
    assert opener is not None
    if not deviation.is_self_reported:
        mail.send(
            opener.email,
            "deviation_answered",
            language=opener.language,
            at=at,
            about_id=deviation.id,
            deviation=deviation,
        )
