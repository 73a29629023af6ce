"""The report of a service, and what the expert makes of it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from core import audit, clock, mail, signals
from core.db import db, lock, new_id, transaction
from core.errors import RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.sealing import seal
from core.states import move
from core.web.text_checks import MESSAGE, contains_identity_code
from orders.models import (
    ORDER_TRANSITIONS,
    Delivery,
    EndKind,
    InterruptionReason,
    Order,
)
from orders.signals import Delivered

REPORTED = audit.declare("order.reported", "before", "delivery", "amount", "end_kind")
RETURNED = audit.declare("order.report_returned", "before", "delivery")
COMPLETED = audit.declare("order.completed", "before", "delivery", "ordered", "spent")


def report_purpose(delivery_id: uuid.UUID) -> str:
    """What a report is sealed for."""
    return f"delivery/{delivery_id}"


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a provider reports of a service that ended."""

    ended_on: date
    end_kind: EndKind
    interruption_reason: InterruptionReason | None
    amount: Decimal
    text: str


def _check_report(order: Order, report: Report, today: date) -> None:
    assert order.started_on is not None
    if not order.started_on <= report.ended_on <= today:
        raise RuleBroken(
            _l("The service cannot end before it began or in the future."),
            rule="end-day",
            field="ended_on",
            next_step=_l("Enter the last day of the service."),
        )
    if (report.end_kind is EndKind.INTERRUPTED) != (report.interruption_reason is not None):
        raise RuleBroken(
            _l("An interruption needs its reason, and only an interruption has one."),
            rule="interruption-reason",
            field="interruption_reason",
            next_step=_l("Choose why the service was interrupted, or tell that it was finished."),
        )
    if not 0 <= report.amount <= order.price:
        raise RuleBroken(
            _l("The amount is above the price of the order."),
            rule="order-price",
            field="amount",
            next_step=_l("Enter %(price)s euros or less.", price=f"{order.price:.2f}"),
        )
    if contains_identity_code(report.text):
        raise RuleBroken(MESSAGE, rule="I8", field="text")


@transaction
def report_delivery(order: Order, report: Report, *, by: Mandate) -> Delivery:
    """The provider reports how the service ended and what is to be paid, never more than ordered.

    :raises RuleBroken: a day, the reason, the amount, or an identity code in the text (I8)
    """
    lock(order)
    now = clock.now()
    before = order.state
    with db.session.no_autoflush:
        move(order, ORDER_TRANSITIONS, "report")
        _check_report(order, report, clock.helsinki_date(now))
    assert order.started_on is not None
    delivery = order.delivery or Delivery(id=new_id(), order_id=order.id)
    delivery.started_on, delivery.ended_on = order.started_on, report.ended_on
    delivery.end_kind, delivery.interruption_reason = report.end_kind, report.interruption_reason
    delivery.amount = report.amount
    delivery.sealed_report = seal(report.text.encode(), report_purpose(delivery.id))
    delivery.reported_by, delivery.reported_at, delivery.return_reason = by.person_id, now, None
    order.delivery = delivery
    db.session.add(delivery)
    db.session.flush()
    audit.record(
        REPORTED,
        subject=order,
        actor=by,
        at=now,
        before=before,
        delivery=delivery.id,
        amount=report.amount,
        end_kind=report.end_kind,
    )
    return delivery


def _delivery_of(order: Order) -> Delivery:
    delivery = order.delivery
    if delivery is None:
        raise WrongState(
            _l("There is no report yet."), rule="order-state", next_step=_l("Wait for the provider's report.")
        )
    return delivery


@transaction
def return_report(order: Order, reason: str, *, by: Mandate) -> None:
    """The expert sends the report back, telling what to mend.

    :raises RuleBroken: an identity code in the reason (I8)
    """
    lock(order)
    now = clock.now()
    if contains_identity_code(reason):
        raise RuleBroken(MESSAGE, rule="I8", field="reason")
    before = order.state
    delivery = _delivery_of(order)
    move(order, ORDER_TRANSITIONS, "return_report")
    delivery.return_reason = reason
    for address in order.supplier.emails:
        mail.send(address, "report_returned", language=order.supplier.language, at=now, about_id=order.id, order=order)
    audit.record(RETURNED, subject=order, actor=by, at=now, before=before, delivery=delivery.id)


@transaction
def accept_delivery(order: Order, *, by: Mandate) -> None:
    """The expert accepts the delivery: what was reported is spent, the rest of the commitment is released.

    :raises WrongState: there is no report to accept
    :raises RuleBroken: the same person reported it
    """
    lock(order)
    lock(order.budget)
    now = clock.now()
    before = order.state
    delivery = _delivery_of(order)
    if delivery.reported_by == by.person_id:
        raise RuleBroken(
            _l("The one who reported the service cannot accept the report."),
            rule="four-eyes",
            next_step=_l("Ask another expert to accept it."),
        )
    with db.session.no_autoflush:
        move(order, ORDER_TRANSITIONS, "complete")
        order.completed_at = now
    delivery.accepted_by, delivery.accepted_at = by.person_id, now
    order.budget.committed -= order.price
    order.budget.spent += delivery.amount
    audit.record(
        COMPLETED,
        subject=order,
        actor=by,
        at=now,
        before=before,
        delivery=delivery.id,
        ordered=order.price,
        spent=delivery.amount,
    )
    signals.send(Delivered(order.id, now))


def report_due_on(order: Order) -> date:
    """The last day for the provider's report."""
    return order.planned_end_on + timedelta(days=order.category.report_within_days)
