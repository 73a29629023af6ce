"""What happens to an order after it was placed, by provider, expert and the clock."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from core import audit, clock, jobs, mail, signals
from core.db import db, lock, new_id, transaction
from core.errors import RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.sealing import seal
from core.states import move
from core.web.text_checks import MESSAGE, contains_identity_code
from dps.contracts import gates
from dps.contracts import queries as contract_queries
from dps.contracts import service as contracts
from dps.systems.models import DeclineReason
from orders import rules
from orders.models import (
    NEED_TRANSITIONS,
    ORDER_TRANSITIONS,
    Delivery,
    EndKind,
    InterruptionReason,
    NeedState,
    Order,
    OrderState,
)
from orders.service.placing import BY_RULE, OFFER_NEXT
from orders.signals import Delivered

ACCEPTED = audit.declare("order.accepted", "before")
DECLINED = audit.declare("order.declined", "before", "reason")
EXPIRED = audit.declare("order.expired", "before")
CANCELLED = audit.declare("order.cancelled", "before")
STARTED = audit.declare("order.started", "before", "started_on")
REPORTED = audit.declare("order.reported", "before", "delivery", "amount", "end_kind")
RETURNED = audit.declare("order.report_returned", "before", "delivery")
COMPLETED = audit.declare("order.completed", "before", "delivery", "ordered", "spent")

#: States that hold a seat; those that hold committed money.
HOLDING_SEAT = frozenset(
    {OrderState.PLACED, OrderState.ACCEPTED, OrderState.STARTED, OrderState.REPORTED, OrderState.COMPLETED}
)
HOLDING_MONEY = HOLDING_SEAT - {OrderState.COMPLETED}


def report_purpose(delivery_id: uuid.UUID) -> str:
    """What a report is sealed for."""
    return f"delivery/{delivery_id}"


def _lock_all(order: Order) -> None:
    """Need, order, start, contract of a competition, budget: the one order of locks."""
    competed = [order.contract] if order.contract.award_decision_id is not None else []
    for row in (order.need, order, order.start, *competed, order.budget):
        lock(row)


def _give_back(order: Order) -> None:
    """Release seat, money and quantity of an order that ends before it began; the caller holds their locks."""
    order.start.seats_taken -= 1
    order.budget.committed -= order.price
    if order.contract.award_decision_id is not None:
        contracts.give_back_quantity(order.contract, rules.UNITS_OF_ORDER)


@transaction
def accept(order: Order, *, by: Mandate) -> None:
    """The provider takes the order: with it the written call-off is complete (R79).

    :raises WrongState: the time to answer is over, or it was answered already
    :raises RuleBroken: the frame contract has ended since, so nothing can be called off under it; or who accepts
        has not promised secrecy (R118)
    """
    lock(order)
    contract = contract_queries.contract(order.contract_id)
    assert contract is not None
    lock(contract)
    now = clock.now()
    _refuse_lapsed(order, now)
    if order.state is OrderState.PLACED and not contract.is_in_force(clock.helsinki_date(now)):
        raise RuleBroken(
            _l("The contract on which the order rests is no longer in force."),
            rule="R79",
            next_step=_l("The order lapses by itself. Ask the city if this surprises you."),
        )
    gates.refuse_without_secrecy(by, order.supplier_id, order.authority_id)
    before = order.state
    with db.session.no_autoflush:
        move(order, ORDER_TRANSITIONS, "accept")
        order.accepted_at = now
    audit.record(ACCEPTED, subject=order, actor=by, at=now, before=before)


def _refuse_lapsed(order: Order, now: datetime) -> None:
    if order.state is OrderState.PLACED and rules.has_lapsed(order.accept_by, now):
        raise WrongState(
            _l("The time to answer this order is over."),
            rule="accept-within",
            next_step=_l("The order has lapsed. It is offered to another provider."),
        )


@transaction
def decline(order: Order, reason: DeclineReason, *, by: Mandate) -> None:
    """The provider cannot take the order, for one of the published reasons; it must not choose customers (R98).

    :raises RuleBroken: the category does not accept this reason
    :raises WrongState: the time to answer is over, or it was answered already
    """
    if reason.value not in order.category.decline_reasons:
        raise RuleBroken(
            _l("The category does not accept this reason."),
            rule="R98",
            field="reason",
            next_step=_l("Choose one of the published reasons."),
        )
    _lock_all(order)
    now = clock.now()
    _refuse_lapsed(order, now)
    before = order.state
    with db.session.no_autoflush:
        move(order, ORDER_TRANSITIONS, "decline")
        order.decline_reason, order.closed_at = reason, now
        _give_back(order)
    _look_further(order, now)
    audit.record(DECLINED, subject=order, actor=by, at=now, before=before, reason=reason)


@transaction
def expire(order: Order) -> bool:
    """Nobody answered in time: the system closes the order and looks further; ``False`` if there is nothing to do."""
    _lock_all(order)
    now = clock.now()
    if order.state is not OrderState.PLACED or not rules.has_lapsed(order.accept_by, now):
        return False
    before = order.state
    move(order, ORDER_TRANSITIONS, "expire")
    order.closed_at = now
    _give_back(order)
    _look_further(order, now)
    audit.record(EXPIRED, subject=order, actor=None, at=now, before=before)
    return True


def _look_further(order: Order, now: datetime) -> None:
    """The need is open again: by rule the next is offered, else the customer chooses anew (R3)."""
    move(order.need, NEED_TRANSITIONS, "reopen")
    if order.category.ordering_rule in BY_RULE:
        jobs.add(OFFER_NEXT, at=now, key=f"{OFFER_NEXT}:{order.id}", need_id=order.need_id)
        return
    expert = order.need.expert
    mail.send(expert.email, "order_not_taken", language=expert.language, at=now, about_id=order.need_id, order=order)


@transaction
def cancel(order: Order, *, by: Mandate) -> None:
    """The expert cancels an order that has not begun; the provider is told.

    :raises WrongState: the service has begun, or the order is closed
    """
    _lock_all(order)
    now = clock.now()
    before = order.state
    with db.session.no_autoflush:
        move(order, ORDER_TRANSITIONS, "cancel")
        order.closed_at = now
        _give_back(order)
    if order.need.state is NeedState.ORDERED:
        move(order.need, NEED_TRANSITIONS, "reopen")
    for address in order.supplier.emails:
        mail.send(address, "order_cancelled", language=order.supplier.language, at=now, about_id=order.id, order=order)
    audit.record(CANCELLED, subject=order, actor=by, at=now, before=before)


@transaction
def start_service(order: Order, started_on: date, *, by: Mandate) -> None:
    """The provider tells that the service began.

    :raises RuleBroken: a day to come, or one before the order
    """
    lock(order)
    now = clock.now()
    if not clock.helsinki_date(order.placed_at) <= started_on <= clock.helsinki_date(now):
        raise RuleBroken(
            _l("The service cannot begin before the order or in the future."),
            rule="start-day",
            field="started_on",
            next_step=_l("Enter the day on which it began."),
        )
    before = order.state
    with db.session.no_autoflush:
        move(order, ORDER_TRANSITIONS, "start")
        order.started_on = started_on
    audit.record(STARTED, subject=order, actor=by, at=now, before=before, started_on=started_on)


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
