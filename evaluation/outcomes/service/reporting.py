"""A provider's reports: told with evidence, confirmed or refused by an official; only confirmed ones count."""

from __future__ import annotations

from dataclasses import dataclass

from core import audit, clock
from core.db import db, lock, new_id, transaction
from core.errors import RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.sealing import seal, unseal
from core.states import move
from core.web.text_checks import MESSAGE, contains_identity_code
from evaluation.outcomes import queries, rules
from evaluation.outcomes.models import (
    REPORT_TRANSITIONS,
    Outcome,
    OutcomeReport,
    OutcomeState,
    ReportState,
    Source,
)
from evaluation.outcomes.rules import Details
from evaluation.outcomes.service import recording
from orders import attachments
from orders.meeting.conflicts import refuse_conflicted
from orders.models import Order
from orders.money.kinds import ResultKind
from orders.money.service.outcomes import ACCEPTED
from orders.signals import ResultConfirmed

REPORTED = audit.declare("outcome_report.made", "order", "months", "has_file")
CONFIRMED = audit.declare("outcome_report.confirmed", "before", "order", "months")
REFUSED = audit.declare("outcome_report.refused", "before", "order", "months")


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What shows it: words, and a file where there is one."""

    text: str
    content: bytes | None = None
    file_name: str = ""


def _purpose(row: OutcomeReport) -> str:
    return f"outcome_report/{row.id}"


def evidence_of(row: OutcomeReport) -> str:
    """The words of the evidence, opened for who may read them."""
    return unseal(row.sealed_evidence, _purpose(row)).decode()


@transaction
def report_outcome(
    order: Order, months: int, state: OutcomeState, details: Details, evidence: Evidence, *, by: Mandate
) -> OutcomeReport:
    """The provider reports where its customer is, with evidence.

    :raises RuleBroken: the window, facts that do not go with the state, no evidence, an identity code (I8)
    :raises WrongState: a report of this window waits, or one is confirmed
    """
    lock(order)
    now = clock.now()
    recording.check_order(order, months, clock.helsinki_date(now))
    if state is OutcomeState.UNKNOWN:
        raise RuleBroken(
            _l("A report tells where the customer is."),
            rule="outcome-evidence",
            field="state",
            next_step=_l("If you do not know it, report nothing: it is missing then, never a failure."),
        )
    recording.check_told(order, months, state, details)
    text = evidence.text.strip()
    if not text:
        raise RuleBroken(
            _l("A report of a result needs evidence."),
            rule="outcome-evidence",
            field="text",
            next_step=_l("Tell in a few sentences what shows the result."),
        )
    if contains_identity_code(text):
        raise RuleBroken(MESSAGE, rule="I8", field="text")
    if queries.waiting_report(order.id, months) or queries.outcome_of(order.id, months, Source.PROVIDER):
        raise WrongState(
            _l("You have reported this result already."),
            rule="outcome_report-state",
            next_step=_l("Wait for the answer, or ask the expert to correct it."),
        )
    stored = None
    if evidence.content:
        stored = attachments.kept(evidence.content, evidence.file_name, accepted=ACCEPTED, at=now, by=by)
    row = OutcomeReport(
        id=new_id(),
        order_id=order.id,
        months=months,
        told=state,
        state=ReportState.WAITING,
        sealed_evidence=b"",
        file_id=stored.id if stored else None,
        reported_by=by.person_id,
        reported_at=now,
        order=order,
        **details.values(),
    )
    row.sealed_evidence = seal(text.encode(), _purpose(row))
    db.session.add(row)
    db.session.flush()
    audit.record(REPORTED, subject=row, actor=by, at=now, order=order.id, months=months, has_file=stored is not None)
    return row


def _answer(row: OutcomeReport, action: str, by: Mandate, reason: str | None = None) -> ReportState:
    order = row.order
    lock(order)
    refuse_conflicted(by, order.supplier_id)
    lock(row)
    now = clock.now()
    if row.reported_by == by.person_id:
        raise RuleBroken(
            _l("The one who reported the result cannot answer the report."),
            rule="four-eyes",
            next_step=_l("Ask another official to do it."),
        )
    before = row.state
    with db.session.no_autoflush:
        move(row, REPORT_TRANSITIONS, action)
        row.answered_by, row.answered_at, row.refusal_reason = by.person_id, now, reason
    db.session.flush()
    return before


@transaction
def confirm_report(row: OutcomeReport, *, by: Mandate) -> Outcome:
    """The official has looked at the evidence: from now on the report counts as the provider's word.

    :raises WrongState: it is answered already
    :raises RuleBroken: the service does not count any more, the same person reported it, or has an interest (R50)
    """
    before = _answer(row, "confirm", by)
    now = clock.now()
    recording.check_order(row.order, row.months, clock.helsinki_date(now))
    audit.record(CONFIRMED, subject=row, actor=by, at=now, before=before, order=row.order_id, months=row.months)
    found = Details(**{name: getattr(row, name) for name in rules.FACTS})
    kept = queries.outcome_of(row.order_id, row.months, Source.PROVIDER)
    if kept is None:
        kept = recording.write(
            row.order_id,
            row.months,
            Source.PROVIDER,
            row.told,
            found,
            at=now,
            by=by,
            recorded_by=row.reported_by,
            confirmed_by=by.person_id,
        )
    else:  # a payment for the result was confirmed meanwhile
        recording.rewrite(kept, row.told, found, "outcome_report", at=now, by=by)
    recording.compare(row.order_id, row.months, at=now, by=by)
    return kept


@transaction
def refuse_report(row: OutcomeReport, reason: str, *, by: Mandate) -> None:
    """The official does not take the evidence, telling why; the provider may report anew.

    :raises WrongState: it is answered already
    :raises RuleBroken: no reason, an identity code in it (I8), or an interest (R50)
    """
    before = _answer(row, "refuse", by, recording.check_reason(reason))
    audit.record(REFUSED, subject=row, actor=by, at=clock.now(), before=before, order=row.order_id, months=row.months)


#: What a paid result says of the customer.
_RESULTS = {
    ResultKind.OPEN_LABOUR_MARKET: OutcomeState.OPEN_LABOUR_MARKET,
    ResultKind.SUBSIDISED_WORK: OutcomeState.SUBSIDISED_WORK,
    ResultKind.OWN_BUSINESS: OutcomeState.OWN_BUSINESS,
    ResultKind.STUDIES: OutcomeState.STUDIES,
}


def on_result_confirmed(event: ResultConfirmed) -> None:
    """A payment for a result was confirmed: its evidence counts as the provider's confirmed word.

    Of the first window whose day came on or after the result, and only once that day is over: a job found earlier
    counts if it still lasts then, which nobody can have confirmed before. What was recorded already stays.
    """
    order = db.session.get_one(Order, event.order_id)
    today = clock.helsinki_date(event.at)
    days = {months: rules.window_day(order.planned_end_on, months) for months in rules.WINDOWS}
    months = next((months for months, day in days.items() if day >= event.happened_on), None)
    if event.result is None or months is None or days[months] > today:
        return
    if queries.exclusion_of(order.id) or queries.outcome_of(order.id, months, Source.PROVIDER):
        return
    state = _RESULTS[event.result]
    recording.write(
        order.id,
        months,
        Source.PROVIDER,
        state,
        rules.least(state, event.happened_on),
        at=event.at,
        by=event.by,
        recorded_by=event.claimed_by,
        confirmed_by=event.by.person_id,
    )
    recording.compare(order.id, months, at=event.at, by=event.by)
