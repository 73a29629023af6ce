"""A delivery the expert does not accept as reported: proposal, answer, settlement, each with its time.

Who, by when, and what if not: the provider answers within ``ANSWER_WITHIN``, otherwise the expert's proposal stands;
the expert settles or proposes anew within ``SETTLE_WITHIN``, otherwise the coordinators are reminded, too.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from core import audit, clock
from core.db import db, lock, new_id, transaction
from core.errors import RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.states import move
from core.web.text_checks import MESSAGE, contains_identity_code
from orders.meeting.conflicts import refuse_conflicted
from orders.models import (
    DISPUTE_TRANSITIONS,
    ORDER_TRANSITIONS,
    DeliveryLine,
    Dispute,
    DisputeState,
    LineState,
    Order,
)
from orders.money import queries
from suppliers.mailing import tell

DISPUTED = audit.declare("order.disputed", "before", "dispute", "reported", "proposed")
SETTLED = audit.declare("order.settled", "before", "dispute", "amount", "how")
#: How a dispute was settled: the provider agreed, was silent, or the expert took its answer.
HOWS = {how: audit.declare(f"dispute.{how}", "before", "order", "amount") for how in ("agreed", "stood", "settled")}
ANSWERED = audit.declare("dispute.answered", "before", "order", "countered")
RENEWED = audit.declare("dispute.renewed", "before", "order", "dispute", "proposed")

ANSWER_WITHIN = timedelta(days=14)
SETTLE_WITHIN = timedelta(days=14)

Amounts = Mapping[uuid.UUID, Decimal]


def total(amounts: Sequence[Mapping[str, Any]]) -> Decimal:
    """What a proposal or an answer comes to."""
    return sum((Decimal(each["amount"]) for each in amounts), Decimal(0))


def _report_lines(order: Order) -> list[DeliveryLine]:
    """The lines of the final report that wait for the expert."""
    found = [each for each in queries.live_lines(order.id) if each.state is LineState.REPORTED and each.delivery_id]
    if not found:
        raise WrongState(
            _l("The report asks for no payment."),
            rule="order-state",
            next_step=_l("Accept the report or send it back."),
        )
    return found


def _stated(lines: Sequence[DeliveryLine], amounts: Amounts) -> list[dict[str, Any]]:
    """An amount for every line, never above what was reported of it."""
    stated = []
    for number, line in enumerate(lines):
        amount = amounts.get(line.id, line.amount)
        if not 0 <= amount <= line.amount:
            raise RuleBroken(
                _l("The amount is above the one reported."),
                rule="order-price",
                field=f"line_{number}",
                next_step=_l("Enter %(most)s euros or less.", most=f"{line.amount:.2f}"),
            )
        stated.append({"line": str(line.id), "amount": f"{amount:.2f}"})
    return stated


def _reason(text: str, field: str = "reason") -> str:
    if not text.strip():
        raise RuleBroken(_l("Write the reason."), rule="I10", field=field)
    if contains_identity_code(text):
        raise RuleBroken(MESSAGE, rule="I8", field=field)
    return text.strip()


def _propose(order: Order, amounts: Amounts, reason: str, by: Mandate, now: datetime) -> Dispute:
    lines = _report_lines(order)
    proposed = _stated(lines, amounts)
    if total(proposed) == sum(each.amount for each in lines):
        raise RuleBroken(
            _l("The proposal is the same as the report."),
            rule="dispute",
            field="line_0",
            next_step=_l("Enter what you would pay, or accept the report."),
        )
    row = Dispute(
        id=new_id(),
        order_id=order.id,
        number=len(queries.disputes_of(order.id)) + 1,
        state=DisputeState.OPEN,
        reason=reason,
        proposed=proposed,
        opened_by=by.person_id,
        opened_at=now,
        answer_by=now + ANSWER_WITHIN,
        order=order,
    )
    db.session.add(row)
    db.session.flush()
    _tell(order, "delivery_disputed", now, dispute=row, proposed=total(proposed))
    return row


def _tell(order: Order, template: str, now: datetime, **words: Any) -> None:
    path = f"/provider/orders/{order.id}/money"
    tell(order.supplier, template, at=now, about_id=order.id, path=path, order=order, **words)


@transaction
def dispute(order: Order, amounts: Amounts, reason: str, *, by: Mandate) -> Dispute:
    """The expert does not accept the report: what they would pay of each line, and why.

    :raises WrongState: there is no report to accept
    :raises RuleBroken: an amount above the reported one, the same total, no reason, an identity code (I8), an interest
        of the expert (R50)
    """
    lock(order)
    refuse_conflicted(by, order.supplier_id)
    now = clock.now()
    before = order.state
    reason = _reason(reason)
    move(order, ORDER_TRANSITIONS, "dispute")
    row = _propose(order, amounts, reason, by, now)
    assert order.delivery is not None
    audit.record(
        DISPUTED,
        subject=order,
        actor=by,
        at=now,
        before=before,
        dispute=row.id,
        reported=order.delivery.amount,
        proposed=total(row.proposed),
    )
    return row


def _live(order: Order) -> Dispute:
    found = queries.live_dispute(order.id)
    if found is None:
        raise WrongState(
            _l("Nothing is disputed in this order."), rule="dispute-state", next_step=_l("Open the order to see it.")
        )
    return found


@transaction
def answer_dispute(order: Order, amounts: Amounts | None, answer: str, *, by: Mandate) -> Dispute:
    """The provider agrees with the proposal (no amounts), which settles it, or says what is right in its view.

    :raises WrongState: nothing is disputed, it is answered already, or the time is over
    """
    lock(order)
    row = _live(order)
    lock(row)
    now = clock.now()
    before = row.state
    if now > row.answer_by:
        raise WrongState(
            _l("The time to answer is over. The expert's proposal stands."), rule="dispute-state", next_step=None
        )
    row.answered_by = by.person_id
    if amounts is None:
        with db.session.no_autoflush:
            move(row, DISPUTE_TRANSITIONS, "agree")
            row.answer, row.answered_at = answer.strip() or None, now
            _settle(row, before, row.proposed, "agreed", by, now)
        return row
    countered = _stated(_report_lines(order), amounts)
    with db.session.no_autoflush:
        row.answer, row.answered_at = _reason(answer, "answer"), now
        row.countered = countered
        row.settle_by = clock.helsinki_date(now + SETTLE_WITHIN)
        move(row, DISPUTE_TRANSITIONS, "answer")
    audit.record(ANSWERED, subject=row, actor=by, at=now, before=before, order=order.id, countered=total(countered))
    return row


@transaction
def settle_dispute(order: Order, *, by: Mandate) -> Dispute:
    """The expert agrees with the provider's answer: its amounts are what is left to accept.

    :raises WrongState: the provider has not answered
    """
    lock(order)
    refuse_conflicted(by, order.supplier_id)
    row = _live(order)
    lock(row)
    now = clock.now()
    before = row.state
    with db.session.no_autoflush:
        move(row, DISPUTE_TRANSITIONS, "settle")
        assert row.countered is not None
        _settle(row, before, row.countered, "settled", by, now)
    return row


@transaction
def renew_dispute(order: Order, amounts: Amounts, reason: str, *, by: Mandate) -> Dispute:
    """The expert does not agree with the answer and makes a new proposal; the provider's time begins anew.

    :raises WrongState: the provider has not answered
    """
    lock(order)
    refuse_conflicted(by, order.supplier_id)
    old = _live(order)
    lock(old)
    now = clock.now()
    before = old.state
    reason = _reason(reason)
    move(old, DISPUTE_TRANSITIONS, "renew")
    db.session.flush()
    row = _propose(order, amounts, reason, by, now)
    audit.record(
        RENEWED,
        subject=old,
        actor=by,
        at=now,
        before=before,
        order=order.id,
        dispute=row.id,
        proposed=total(row.proposed),
    )
    return row


@transaction
def let_proposal_stand(row: Dispute) -> bool:
    """The provider was silent: by the clock the proposal stands; ``False`` if there is nothing to do."""
    lock(row.order)
    lock(row)
    now = clock.now()
    if row.state is not DisputeState.OPEN or now <= row.answer_by:
        return False
    before = row.state
    with db.session.no_autoflush:
        move(row, DISPUTE_TRANSITIONS, "let_stand")
        _settle(row, before, row.proposed, "stood", None, now)
    return True


def _settle(
    row: Dispute,
    state_before: DisputeState,
    agreed: Sequence[Mapping[str, Any]],
    how: str,
    by: Mandate | None,
    now: datetime,
) -> None:
    """Write the agreed amounts into the report, which waits for acceptance again."""
    order = row.order
    before = order.state
    lines = {str(each.id): each for each in _report_lines(order)}
    for each in agreed:
        lines[each["line"]].amount = Decimal(each["amount"])
    assert order.delivery is not None
    amount = total(agreed)
    order.delivery.amount = row.settled_amount = amount
    row.settled_at, row.settled_by = now, by.person_id if by else None
    move(order, ORDER_TRANSITIONS, "settle")
    audit.record(HOWS[how], subject=row, actor=by, at=now, before=state_before, order=order.id, amount=amount)
    audit.record(SETTLED, subject=order, actor=by, at=now, before=before, dispute=row.id, amount=amount, how=how)
    _tell(order, "delivery_settled", now, dispute=row)
