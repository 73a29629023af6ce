"""The report of a service, part by part, and what the expert makes of it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from core import audit, clock, law, mail, signals
from core.db import db, lock, new_id, transaction
from core.errors import RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.sealing import seal
from core.states import move
from core.web.text_checks import MESSAGE, contains_identity_code
from dps.offerings.fees import refuse_customer_fee
from dps.qualification.rules import months_later
from orders.meeting.conflicts import refuse_conflicted
from orders.models import (
    LINE_TRANSITIONS,
    ORDER_TRANSITIONS,
    Delivery,
    DeliveryLine,
    EndKind,
    InterruptionReason,
    LineState,
    Order,
    OrderState,
    PartKind,
)
from orders.money import queries
from orders.money import rules as money
from orders.money.models import OutcomePayment, OutcomeState
from orders.signals import Delivered

REPORTED = audit.declare("order.reported", "before", "delivery", "amount", "end_kind", "lines")
RETURNED = audit.declare("order.report_returned", "before", "delivery")
COMPLETED = audit.declare("order.completed", "before", "delivery", "ordered", "spent", "outcomes")
LINE_REPORTED = audit.declare("delivery_line.reported", "order", "kind", "code", "amount")
LINE_ACCEPTED = audit.declare("delivery_line.accepted", "before", "order", "amount")
LINE_RETURNED = audit.declare("delivery_line.returned", "before", "order")

#: While the service goes on a start fee or a milestone may be reported.
RUNNING = (OrderState.STARTED, OrderState.PAUSED)


def report_purpose(delivery_id: uuid.UUID) -> str:
    """What a report is sealed for."""
    return f"delivery/{delivery_id}"


@dataclass(frozen=True, kw_only=True)
class ReportLine:
    """What is to be paid of one part of the price."""

    kind: PartKind
    code: str = ""
    amount: Decimal
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a provider reports of a service that ended: lines by part, or one amount where the price has one."""

    ended_on: date
    end_kind: EndKind
    interruption_reason: InterruptionReason | None
    text: str
    amount: Decimal | None = None
    lines: Sequence[ReportLine] = ()


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
    if contains_identity_code(report.text):
        raise RuleBroken(MESSAGE, rule="I8", field="text")
    refuse_customer_fee(report.text, "text")


def _check_line(line: ReportLine, parts: dict[tuple[PartKind, str], money.Part], left: Decimal, field: str) -> None:
    part = parts.get((line.kind, line.code))
    if part is None:
        raise RuleBroken(
            _l("The order has no such part, or it is paid for its result only."),
            rule="order-price",
            field=field,
            next_step=_l("Report the parts of the order. Results are claimed on their own, with evidence."),
        )
    if not 0 <= line.amount <= left:
        raise RuleBroken(
            _l("The amount is above the price of the order."),
            rule="order-price",
            field=field,
            next_step=_l("Enter %(price)s euros or less.", price=f"{left:.2f}"),
        )
    if contains_identity_code(line.text):
        raise RuleBroken(MESSAGE, rule="I8", field=field)
    refuse_customer_fee(line.text, field)


def _lines_of(order: Order, report: Report, before: Sequence[DeliveryLine]) -> list[ReportLine]:
    """The lines of a report, each checked against what is left of its part."""
    parts = money.reportable_parts(order)
    left = {each.key: money.left_of(each, before) for each in parts}
    if report.lines:
        by_key = {each.key: each for each in parts}
        for number, line in enumerate(report.lines):
            _check_line(line, by_key, left.get((line.kind, line.code), Decimal(0)), f"part_{number}")
            left[line.kind, line.code] -= line.amount
        return list(report.lines)
    has_fees = any(each.kind in money.INTERIM for each in parts)
    if report.amount is None or (has_fees and len(parts) > 1):
        raise RuleBroken(
            _l("The price of this order has several parts. Each is reported on its own."),
            rule="order-price",
            field="lines",
            next_step=_l("Give the amount of each part."),
        )
    whole = sum(left.values(), Decimal(0))
    if not 0 <= report.amount <= whole:
        raise RuleBroken(
            _l("The amount is above the price of the order."),
            rule="order-price",
            field="amount",
            next_step=_l("Enter %(price)s euros or less.", price=f"{whole:.2f}"),
        )
    shares = money.spread(report.amount, [(each, left[each.key]) for each in parts])
    return [ReportLine(kind=part.kind, code=part.code, amount=share) for part, share in shares]


def _add_line(
    order: Order, line: ReportLine, delivery_id: uuid.UUID | None, by: Mandate, now: datetime
) -> DeliveryLine:
    row = DeliveryLine(
        id=new_id(),
        order_id=order.id,
        delivery_id=delivery_id,
        kind=line.kind,
        code=line.code,
        text=line.text,
        amount=line.amount,
        state=LineState.REPORTED,
        reported_by=by.person_id,
        reported_at=now,
        order=order,
    )
    db.session.add(row)
    return row


@transaction
def report_delivery(order: Order, report: Report, *, by: Mandate) -> Delivery:
    """The provider reports how the service ended and what is to be paid, never more than ordered of any part.

    :raises RuleBroken: a day, the reason, an amount, or an identity code in the text (I8)
    """
    lock(order)
    now = clock.now()
    before = order.state
    with db.session.no_autoflush:
        move(order, ORDER_TRANSITIONS, "report")
        _check_report(order, report, clock.helsinki_date(now))
        lines = _lines_of(order, report, queries.live_lines(order.id))
    assert order.started_on is not None
    delivery = order.delivery or Delivery(id=new_id(), order_id=order.id)
    delivery.started_on, delivery.ended_on = order.started_on, report.ended_on
    delivery.end_kind, delivery.interruption_reason = report.end_kind, report.interruption_reason
    delivery.amount = sum((each.amount for each in lines), Decimal(0))
    delivery.sealed_report = seal(report.text.encode(), report_purpose(delivery.id))
    delivery.reported_by, delivery.reported_at, delivery.return_reason = by.person_id, now, None
    order.delivery = delivery
    db.session.add(delivery)
    db.session.flush()
    for line in lines:
        _add_line(order, line, delivery.id, by, now)
    db.session.flush()
    audit.record(
        REPORTED,
        subject=order,
        actor=by,
        at=now,
        before=before,
        delivery=delivery.id,
        amount=delivery.amount,
        end_kind=report.end_kind,
        lines=[{"kind": each.kind.value, "code": each.code, "amount": f"{each.amount:.2f}"} for each in lines],
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
    """The expert sends the report back with its lines, telling what to mend.

    :raises RuleBroken: an identity code in the reason (I8)
    """
    lock(order)
    refuse_conflicted(by, order.supplier_id)
    now = clock.now()
    if contains_identity_code(reason):
        raise RuleBroken(MESSAGE, rule="I8", field="reason")
    before = order.state
    delivery = _delivery_of(order)
    move(order, ORDER_TRANSITIONS, "return_report")
    delivery.return_reason = reason
    for line in queries.live_lines(order.id):
        if line.delivery_id == delivery.id:
            answer_line(line, "return", by, now)
            line.return_reason = reason
    for address in order.supplier.emails:
        mail.send(address, "report_returned", language=order.supplier.language, at=now, about_id=order.id, order=order)
    audit.record(RETURNED, subject=order, actor=by, at=now, before=before, delivery=delivery.id)


def answer_line(line: DeliveryLine, action: str, by: Mandate, now: datetime) -> None:
    """Accept or return one line, and leave its event; the caller holds the order and moves the money."""
    before = line.state
    with db.session.no_autoflush:
        move(line, LINE_TRANSITIONS, action)
        line.answered_by, line.answered_at = by.person_id, now
    if action == "accept":
        audit.record(
            LINE_ACCEPTED, subject=line, actor=by, at=now, before=before, order=line.order_id, amount=line.amount
        )
    else:
        audit.record(LINE_RETURNED, subject=line, actor=by, at=now, before=before, order=line.order_id)


def add_fee(order: Order, fee: Decimal, by: Mandate, now: datetime) -> None:
    """The fee for a late cancellation as an accepted line, so that it can be invoiced; the caller moves the money."""
    line = DeliveryLine(
        id=new_id(),
        order_id=order.id,
        delivery_id=None,
        kind=PartKind.CANCEL_FEE,
        code="",
        text="",
        amount=fee,
        state=LineState.REPORTED,
        reported_by=None,
        reported_at=now,
        order=order,
    )
    with db.session.no_autoflush:
        db.session.add(line)
        answer_line(line, "accept", by, now)


def _refuse_same_person(reported_by: uuid.UUID | None, by: Mandate) -> None:
    if reported_by == by.person_id:
        raise RuleBroken(
            _l("The one who reported the service cannot accept the report."),
            rule="four-eyes",
            next_step=_l("Ask another expert to accept it."),
        )


def _owe_outcomes(order: Order, ended_on: date) -> Decimal:
    """Open the payments for results; their money stays committed until they are decided or lapse."""
    parts = money.outcome_parts(order)
    months = int(law.number("R105.outcome_claim", ended_on)) if parts else 0
    for part in parts:
        db.session.add(
            OutcomePayment(
                id=new_id(),
                order_id=order.id,
                code=part.code,
                amount=part.amount,
                claim_by=months_later(max(order.planned_end_on, ended_on), months),
                state=OutcomeState.OPEN,
                order=order,
            )
        )
    return sum((each.amount for each in parts), Decimal(0))


@transaction
def accept_delivery(order: Order, *, by: Mandate) -> None:
    """The expert accepts the delivery: what was reported is spent, the rest of the commitment is released.

    What the price holds for results stays committed until the provider has shown them, or the time for it is over.

    :raises WrongState: there is no report to accept
    :raises RuleBroken: the same person reported it
    """
    lock(order)
    refuse_conflicted(by, order.supplier_id)
    lock(order.budget)
    now = clock.now()
    before = order.state
    delivery = _delivery_of(order)
    lines = queries.live_lines(order.id)
    for reported_by in {
        delivery.reported_by,
        *(each.reported_by for each in lines if each.state is LineState.REPORTED),
    }:
        _refuse_same_person(reported_by, by)
    with db.session.no_autoflush:
        move(order, ORDER_TRANSITIONS, "complete")
        order.completed_at = now
    delivery.accepted_by, delivery.accepted_at = by.person_id, now
    spent_before = sum((each.amount for each in lines if each.state is LineState.ACCEPTED), Decimal(0))
    fresh = [each for each in lines if each.state is LineState.REPORTED]
    for line in fresh:
        answer_line(line, "accept", by, now)
    outcomes = _owe_outcomes(order, delivery.ended_on)
    spent = sum((each.amount for each in fresh), Decimal(0))
    order.budget.committed -= order.price - spent_before - outcomes
    order.budget.spent += spent
    audit.record(
        COMPLETED,
        subject=order,
        actor=by,
        at=now,
        before=before,
        delivery=delivery.id,
        ordered=order.price,
        spent=spent_before + spent,
        outcomes=outcomes,
    )
    signals.send(Delivered(order.id, now))


# ---- parts while the service runs ----


@transaction
def report_part(order: Order, line: ReportLine, *, by: Mandate) -> DeliveryLine:
    """The provider reports a start fee or a milestone before the service has ended.

    :raises WrongState: the service is not under way
    :raises RuleBroken: no such part, or more than is left of it
    """
    lock(order)
    now = clock.now()
    if order.state not in RUNNING:
        raise WrongState(
            _l("The service is not under way."),
            rule="order-state",
            next_step=_l("A start fee or a milestone is reported while the service goes on, the rest in the report."),
        )
    parts = {each.key: each for each in money.parts_of(order) if each.kind in money.INTERIM}
    part = parts.get((line.kind, line.code))
    left = money.left_of(part, queries.live_lines(order.id)) if part else Decimal(0)
    _check_line(line, parts, left, "amount")
    if line.amount == 0:
        raise RuleBroken(
            _l("Enter an amount in euros, like 1250.00"), rule="order-price", field="amount", next_step=None
        )
    row = _add_line(order, line, None, by, now)
    db.session.flush()
    audit.record(
        LINE_REPORTED, subject=row, actor=by, at=now, order=order.id, kind=line.kind, code=line.code, amount=line.amount
    )
    return row


@transaction
def accept_part(line: DeliveryLine, *, by: Mandate) -> None:
    """The expert accepts a part delivered so far: it is spent, and can be invoiced.

    :raises WrongState: it is answered already
    :raises RuleBroken: the same person reported it
    """
    order = line.order
    lock(order)
    refuse_conflicted(by, order.supplier_id)
    lock(line)
    lock(order.budget)
    now = clock.now()
    _refuse_with_report(line)
    _refuse_same_person(line.reported_by, by)
    answer_line(line, "accept", by, now)
    order.budget.committed -= line.amount
    order.budget.spent += line.amount


@transaction
def return_part(line: DeliveryLine, reason: str, *, by: Mandate) -> None:
    """The expert sends a part back, telling why; the provider may report it again.

    :raises RuleBroken: an identity code in the reason (I8)
    """
    order = line.order
    lock(order)
    refuse_conflicted(by, order.supplier_id)
    lock(line)
    now = clock.now()
    _refuse_with_report(line)
    if contains_identity_code(reason):
        raise RuleBroken(MESSAGE, rule="I8", field="reason")
    answer_line(line, "return", by, now)
    line.return_reason = reason
    for address in order.supplier.emails:
        mail.send(
            address,
            "part_returned",
            language=order.supplier.language,
            at=now,
            about_id=order.id,
            order=order,
            line=line,
        )


def _refuse_with_report(line: DeliveryLine) -> None:
    if line.delivery_id is not None:
        raise WrongState(
            _l("This part came with the final report."),
            rule="order-state",
            next_step=_l("Accept the whole report, send it back, or dispute it."),
        )
