"""Payments for results: claimed with evidence, confirmed by an expert; only confirmed ones pay (EVALUATION §3, §8).

Who, by when, and what if not: the provider claims by the stated day, otherwise the payment lapses and its money is
free; a claim made in time waits for the expert as long as it takes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from core import audit, clock, signals
from core.db import db, lock, new_id, transaction
from core.errors import RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.sealing import seal, unseal
from core.states import move
from core.web.text_checks import MESSAGE, contains_identity_code
from orders import attachments
from orders.meeting.conflicts import refuse_conflicted
from orders.models import DeliveryLine, LineState, PartKind
from orders.money.kinds import ResultKind
from orders.money.models import OUTCOME_TRANSITIONS, OutcomePayment
from orders.service.delivering import answer_line
from orders.signals import ResultConfirmed
from suppliers.mailing import tell

CLAIMED = audit.declare("outcome_payment.claimed", "before", "order", "happened_on", "has_file")
CONFIRMED = audit.declare("outcome_payment.confirmed", "before", "order", "amount", "line")
REFUSED = audit.declare("outcome_payment.refused", "before", "order")
LAPSED = audit.declare("outcome_payment.lapsed", "before", "order", "freed")

#: What evidence may come as.
ACCEPTED = ("application/pdf", "image/png", "image/jpeg")


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What shows the result: the day, words, and a file where there is one."""

    happened_on: date
    text: str
    result: ResultKind | None = None
    content: bytes | None = None
    file_name: str = ""


def _purpose(row: OutcomePayment) -> str:
    return f"outcome/{row.id}"


def evidence_of(row: OutcomePayment) -> str | None:
    """The words of the evidence, opened for who may read them."""
    return None if row.sealed_evidence is None else unseal(row.sealed_evidence, _purpose(row)).decode()


@transaction
def claim_outcome(row: OutcomePayment, evidence: Evidence, *, by: Mandate) -> None:
    """The provider claims the payment with its evidence.

    :raises WrongState: it is claimed, decided or lapsed
    :raises RuleBroken: the day, no words, an identity code (I8), or a file of another type
    """
    lock(row.order)
    lock(row)
    now = clock.now()
    today = clock.helsinki_date(now)
    if today > row.claim_by:
        raise WrongState(
            _l("The time to claim this payment is over."), rule="outcome-evidence", next_step=None, field="happened_on"
        )
    assert row.order.started_on is not None
    if not row.order.started_on <= evidence.happened_on <= today:
        raise RuleBroken(
            _l("The result cannot be before the service or in the future."),
            rule="outcome-evidence",
            field="happened_on",
            next_step=_l("Enter the day on which the result came true."),
        )
    if not evidence.text.strip():
        raise RuleBroken(
            _l("A payment for a result needs evidence."),
            rule="outcome-evidence",
            field="text",
            next_step=_l("Tell in a few sentences what shows the result."),
        )
    if contains_identity_code(evidence.text):
        raise RuleBroken(MESSAGE, rule="I8", field="text")
    before = row.state
    stored = None
    if evidence.content:
        stored = attachments.kept(evidence.content, evidence.file_name, accepted=ACCEPTED, at=now, by=by)
    with db.session.no_autoflush:
        row.happened_on, row.claimed_at, row.claimed_by = evidence.happened_on, now, by.person_id
        row.result = evidence.result
        row.sealed_evidence = seal(evidence.text.strip().encode(), _purpose(row))
        row.file_id, row.file = (stored.id, stored) if stored else (None, None)
        row.answered_at = row.answered_by = None
        move(row, OUTCOME_TRANSITIONS, "claim")
    audit.record(
        CLAIMED,
        subject=row,
        actor=by,
        at=now,
        before=before,
        order=row.order_id,
        happened_on=evidence.happened_on,
        has_file=stored is not None,
    )


@transaction
def confirm_outcome(row: OutcomePayment, *, by: Mandate) -> DeliveryLine:
    """The expert confirms the result: its payment is spent, and can be invoiced.

    :raises WrongState: nothing is claimed
    :raises RuleBroken: the same person claimed it, or has an interest (R50)
    """
    order = row.order
    lock(order)
    refuse_conflicted(by, order.supplier_id)
    lock(row)
    lock(order.budget)
    now = clock.now()
    before = row.state
    if row.claimed_by == by.person_id:
        raise RuleBroken(
            _l("The one who claimed the payment cannot confirm it."),
            rule="four-eyes",
            next_step=_l("Ask another expert to confirm it."),
        )
    with db.session.no_autoflush:
        move(row, OUTCOME_TRANSITIONS, "confirm")
        row.answered_by, row.answered_at, row.refusal_reason = by.person_id, now, None
        line = DeliveryLine(
            id=new_id(),
            order_id=order.id,
            delivery_id=None,
            kind=PartKind.OUTCOME,
            code=row.code,
            text="",
            amount=row.amount,
            state=LineState.REPORTED,
            reported_by=row.claimed_by,
            reported_at=row.claimed_at,
            order=order,
        )
        db.session.add(line)
        answer_line(line, "accept", by, now)
        order.budget.committed -= row.amount
        order.budget.spent += row.amount
    db.session.flush()
    audit.record(
        CONFIRMED, subject=row, actor=by, at=now, before=before, order=order.id, amount=row.amount, line=line.id
    )
    assert row.happened_on is not None
    assert row.claimed_by is not None
    signals.send(
        ResultConfirmed(
            order_id=order.id,
            happened_on=row.happened_on,
            result=row.result,
            claimed_by=row.claimed_by,
            by=by,
            at=now,
        )
    )
    _tell(row, "outcome_confirmed", now)
    return line


def _tell(row: OutcomePayment, template: str, now: datetime) -> None:
    order, path = row.order, f"/provider/orders/{row.order_id}/money"
    tell(order.supplier, template, at=now, about_id=order.id, path=path, order=order, payment=row)


@transaction
def refuse_outcome(row: OutcomePayment, reason: str, *, by: Mandate) -> None:
    """The expert does not take the evidence, telling why; it can be claimed anew until its day.

    :raises WrongState: nothing is claimed
    :raises RuleBroken: no reason, or an identity code in it (I8)
    """
    lock(row.order)
    refuse_conflicted(by, row.order.supplier_id)
    lock(row)
    now = clock.now()
    if not reason.strip():
        raise RuleBroken(_l("Write the reason."), rule="I10", field="reason")
    if contains_identity_code(reason):
        raise RuleBroken(MESSAGE, rule="I8", field="reason")
    before = row.state
    with db.session.no_autoflush:
        move(row, OUTCOME_TRANSITIONS, "refuse")
        row.answered_by, row.answered_at, row.refusal_reason = by.person_id, now, reason.strip()
    audit.record(REFUSED, subject=row, actor=by, at=now, before=before, order=row.order_id)
    _tell(row, "outcome_refused", now)


@transaction
def lapse_outcome(row: OutcomePayment) -> Decimal | None:
    """Nobody claimed it in time: its money is free again; nothing if there is nothing to do."""
    order = row.order
    lock(order)
    lock(row)
    lock(order.budget)
    now = clock.now()
    before = row.state
    if "lapse" not in _possible(row) or clock.helsinki_date(now) <= row.claim_by:
        return None
    move(row, OUTCOME_TRANSITIONS, "lapse")
    order.budget.committed -= row.amount
    audit.record(LAPSED, subject=row, actor=None, at=now, before=before, order=order.id, freed=row.amount)
    _tell(row, "outcome_lapsed", now)
    return row.amount


def _possible(row: OutcomePayment) -> set[str]:
    return {action for action, (sources, _target) in OUTCOME_TRANSITIONS.items() if row.state in sources}
