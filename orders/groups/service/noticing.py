"""Absences that the authority must know of, as the expert's task (R100, TVL 59 § and 65 §)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime

from core import audit, clock, mail
from core.db import db, lock, new_id, transaction
from core.errors import RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.sealing import seal
from core.states import move
from core.web.text_checks import MESSAGE, contains_identity_code
from orders.groups import queries, rules
from orders.groups.models import ABSENCE_TRANSITIONS, AbsenceKind, AbsenceNotice, NoticeState
from orders.meeting.conflicts import refuse_conflicted
from orders.models import Order

MADE = audit.declare("absence_notice.made", "order", "kind", "first_day")
HEARD = audit.declare("absence_notice.heard", "before", "heard_on")
DECIDED = audit.declare("absence_notice.decided", "before", "discontinues")
WITHDRAWN = audit.declare("absence_notice.withdrawn", "before")


def reason_purpose(notice_id: uuid.UUID) -> str:
    """What the provider's reason is sealed for."""
    return f"absence/{notice_id}"


def tell_of_runs(order: Order, days: Sequence[date], now: datetime) -> None:
    """The fifth day in a row without leave makes a notice the same day, once for each run (R100).

    A correction that takes a run away withdraws its notice. The caller holds the order's lock.
    """
    found = rules.runs_to_tell(days, queries.marks_of(order.id))
    told = queries.runs_told(order.id)
    for notice in told:
        stands = any(run.first_day <= notice.first_day <= run.last_day for run in found)
        if not stands and notice.state in (NoticeState.OPEN, NoticeState.HEARD):
            before = notice.state
            move(notice, ABSENCE_TRANSITIONS, "withdraw")
            audit.record(WITHDRAWN, subject=notice, actor=None, at=now, before=before)
    for run in found:
        if not any(run.first_day <= notice.first_day <= run.last_day for notice in told):
            _make(order, AbsenceKind.FIVE_DAYS, run.first_day, now, None)


def _make(
    order: Order, kind: AbsenceKind, first_day: date, now: datetime, by: Mandate | None, reason: str | None = None
) -> AbsenceNotice:
    notice = AbsenceNotice(
        id=new_id(), order_id=order.id, kind=kind, state=NoticeState.OPEN, first_day=first_day, made_at=now, order=order
    )
    if reason is not None:
        notice.sealed_reason = seal(reason.encode(), reason_purpose(notice.id))
    db.session.add(notice)
    db.session.flush()
    expert = order.need.expert
    mail.send(
        expert.email, "absence_notice", language=expert.language, at=now, about_id=order.id, order=order, notice=notice
    )
    audit.record(MADE, subject=notice, actor=by, at=now, order=order.id, kind=kind, first_day=first_day)
    return notice


@transaction
def report_absences(order: Order, reason: str, *, by: Mandate) -> AbsenceNotice:
    """The provider tells of absences that defeat the goals of the service (R100).

    :raises RuleBroken: the reason is missing, or holds an identity code (I8)
    :raises WrongState: the service is not under way, or this was told and is being handled
    """
    if not reason.strip():
        raise RuleBroken(
            _l("Write how the absences defeat the goals."),
            rule="R100",
            field="reason",
            next_step=_l("Tell in a few words. Do not write about health."),
        )
    if contains_identity_code(reason):
        raise RuleBroken(MESSAGE, rule="I8", field="reason")
    lock(order)
    now = clock.now()
    if order.state not in queries.TAKING_PART:
        raise WrongState(
            _l("The service of this customer is not under way."), rule="order-state", next_step=_l("Open the order.")
        )
    waiting = (NoticeState.OPEN, NoticeState.HEARD)
    if any(each.kind is AbsenceKind.GOALS and each.state in waiting for each in queries.notices_of(order.id)):
        raise WrongState(
            _l("This has been told already."),
            rule="R100",
            next_step=_l("The expert of the authority handles it."),
        )
    return _make(order, AbsenceKind.GOALS, clock.helsinki_date(now), now, by, reason.strip())


@transaction
def hear(notice: AbsenceNotice, heard_on: date, *, by: Mandate) -> None:
    """The expert has heard the customer: the step before a decision on training (R100, 65 §).

    :raises RuleBroken: a day to come, or one before the notice
    """
    lock(notice)
    refuse_conflicted(by, notice.order.supplier_id)
    now = clock.now()
    if not clock.helsinki_date(notice.made_at) <= heard_on <= clock.helsinki_date(now):
        raise RuleBroken(
            _l("The customer cannot have been heard before the notice or in the future."),
            rule="R100",
            field="heard_on",
            next_step=_l("Enter the day on which the customer was heard."),
        )
    before = notice.state
    with db.session.no_autoflush:
        move(notice, ABSENCE_TRANSITIONS, "hear")
        notice.heard_on = heard_on
    audit.record(HEARD, subject=notice, actor=by, at=now, before=before, heard_on=heard_on)


@transaction
def decide(notice: AbsenceNotice, discontinues: bool, *, by: Mandate) -> None:
    """The authority decides whether the service goes on; of training only after a hearing (R100, 65 §).

    :raises WrongState: nobody has heard the customer of a training, or it was decided already
    """
    lock(notice)
    refuse_conflicted(by, notice.order.supplier_id)
    now = clock.now()
    if notice.needs_hearing and notice.state is NoticeState.OPEN:
        raise WrongState(
            _l("The customer of a training is heard before the decision."),
            rule="R100",
            field="heard_on",
            next_step=_l("Hear the customer and save the day."),
        )
    before = notice.state
    with db.session.no_autoflush:
        move(notice, ABSENCE_TRANSITIONS, "decide")
        notice.discontinues, notice.decided_by, notice.decided_at = discontinues, by.person_id, now
    audit.record(DECIDED, subject=notice, actor=by, at=now, before=before, discontinues=discontinues)
