"""What is kept of a service while it goes on: interim reports (R99), the agreement of a work trial (R101)."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from core import audit, clock, law
from core.db import db, lock, new_id, transaction
from core.errors import RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.sealing import seal, unseal
from core.web.text_checks import MESSAGE, contains_identity_code
from dps.qualification.rules import months_later
from orders.meeting.conflicts import refuse_conflicted
from orders.models import InterimReport, Order, OrderState, WorkTrial

INTERIM = audit.declare("order.interim_reported", "review_on")
TRIAL_AGREED = audit.declare("order.trial_agreed", "agreed_on", "ends_on")
TRIAL_INSURED = audit.declare("order.trial_insured", "trial")

_GOING_ON = (OrderState.STARTED, OrderState.PAUSED)


def _purpose(report: InterimReport) -> str:
    return f"interim_report/{report.id}"


def next_review(order: Order, today: date) -> date | None:
    """The next review of the customer's plan while the service goes on: every three months of its start (R99)."""
    if order.state not in _GOING_ON or order.started_on is None:
        return None
    step = int(law.number("R99.plan_review", today))
    months = step
    while (review := months_later(order.started_on, months)) < today:
        months += step
    return review


def interim_due_on(order: Order, today: date) -> date | None:
    """The last day of the interim report, before the next review; none where the final report comes first (R99)."""
    review = next_review(order, today)
    if review is None or review > order.planned_end_on:
        return None
    return review - timedelta(days=int(law.number("R99.interim_report", today)))


def interim_reports(order: Order) -> list[tuple[InterimReport, str]]:
    """The interim reports with their words, the newest first."""
    rows = db.session.scalars(
        select(InterimReport).where(InterimReport.order_id == order.id).order_by(InterimReport.review_on.desc())
    )
    return [(row, unseal(row.sealed_text, _purpose(row)).decode()) for row in rows]


@transaction
def report_interim(order: Order, text: str, *, by: Mandate) -> InterimReport:
    """The provider tells how the service goes, for the next review of the plan; a second one replaces the first (R99).

    :raises WrongState: the service does not go on
    :raises RuleBroken: an identity code in the text (I8)
    """
    lock(order)
    now = clock.now()
    review = next_review(order, clock.helsinki_date(now))
    if review is None:
        raise WrongState(
            _l("An interim report is written while the service goes on."),
            rule="R99",
            next_step=_l("Open the order to see where it stands."),
        )
    if contains_identity_code(text):
        raise RuleBroken(MESSAGE, rule="I8", field="text")
    row = db.session.scalars(
        select(InterimReport).where(InterimReport.order_id == order.id, InterimReport.review_on == review)
    ).one_or_none() or InterimReport(id=new_id(), order_id=order.id, review_on=review)
    row.sealed_text = seal(text.encode(), _purpose(row))
    row.reported_by, row.reported_at = by.person_id, now
    db.session.add(row)
    db.session.flush()
    audit.record(INTERIM, subject=order, actor=by, at=now, review_on=review)
    return row


# ---- work trials ----


def trial_of(order: Order) -> WorkTrial | None:
    """The agreement of the order's work trial, if there is one."""
    return db.session.scalars(select(WorkTrial).where(WorkTrial.order_id == order.id)).one_or_none()


def longest_trial_end(start: date) -> date:
    """The last day of a work trial that starts on a day (R101)."""
    return months_later(start, int(law.number("R101.work_trial", start))) - timedelta(days=1)


@transaction
def agree_trial(order: Order, workplace: str, agreed_on: date, ends_on: date, *, by: Mandate) -> WorkTrial:
    """The provider records the agreement with the workplace; it can be corrected until the service begins (R101).

    :raises WrongState: the order is not confirmed, or has begun
    :raises RuleBroken: no work trial here, longer than six months or than the service, or signed in the future
    """
    lock(order)
    now = clock.now()
    _refuse_trial_now(order)
    if agreed_on > clock.helsinki_date(now):
        raise _broken(_l("The agreement cannot be signed in the future."), "agreed_on")
    if not agreed_on <= ends_on <= min(order.planned_end_on, longest_trial_end(order.planned_start_on)):
        raise _broken(_l("A work trial lasts six months at most, and no longer than the service."), "ends_on")
    if contains_identity_code(workplace):
        raise RuleBroken(MESSAGE, rule="I8", field="workplace")
    row = trial_of(order) or WorkTrial(id=new_id(), order_id=order.id)
    row.workplace, row.agreed_on, row.ends_on = workplace.strip(), agreed_on, ends_on
    row.recorded_by, row.recorded_at = by.person_id, now
    row.insured_by = row.insured_at = None
    db.session.add(row)
    db.session.flush()
    audit.record(TRIAL_AGREED, subject=order, actor=by, at=now, agreed_on=agreed_on, ends_on=ends_on)
    return row


@transaction
def confirm_insurance(order: Order, *, by: Mandate) -> None:
    """The expert confirms that the customer is insured at the workplace (R101).

    :raises WrongState: no agreement yet, or the service has begun
    """
    lock(order)
    now = clock.now()
    refuse_conflicted(by, order.supplier_id)
    _refuse_trial_now(order)
    row = trial_of(order)
    if row is None:
        raise WrongState(
            _l("The agreement with the workplace is not recorded yet."),
            rule="R101",
            next_step=_l("Ask the provider to record it."),
        )
    row.insured_by, row.insured_at = by.person_id, now
    audit.record(TRIAL_INSURED, subject=order, actor=by, at=now, trial=row.id)


def _refuse_trial_now(order: Order) -> None:
    if not order.category.has_work_trial:
        raise _broken(_l("This service has no work trial."), "order")
    if order.state not in (OrderState.ACCEPTED, OrderState.SCHEDULED):
        raise WrongState(
            _l("The agreement is recorded after the order is confirmed and before the service begins."),
            rule="R101",
            next_step=_l("Open the order to see where it stands."),
        )


def _broken(message: object, field: str) -> RuleBroken:
    return RuleBroken(message, rule="R101", field=field, next_step=_l("Check the days of the agreement."))


def refuse_without_trial(order: Order, started_on: date) -> None:
    """No work trial begins without agreement and insurance, nor one that would last longer than six months (R101)."""
    if not order.category.has_work_trial:
        return
    row = trial_of(order)
    if row is None or row.insured_at is None:
        raise RuleBroken(
            _l("A work trial begins only with an agreement with the workplace and an insurance."),
            rule="R101",
            field="started_on",
            next_step=_l("Record the agreement, and ask the expert to confirm the insurance."),
        )
    if row.ends_on > longest_trial_end(started_on) or started_on < row.agreed_on:
        raise _broken(_l("The agreement does not cover the first day, or lasts longer than six months."), "started_on")
