"""Recording what a source says of a window, correcting it, and keeping which one stands."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from core import audit, clock
from core.db import db, lock, new_id, transaction
from core.errors import RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.states import move
from core.web.text_checks import MESSAGE, contains_identity_code
from evaluation.outcomes import queries, rules
from evaluation.outcomes.models import (
    CONTRADICTION_TRANSITIONS,
    ContradictionState,
    Outcome,
    OutcomeContradiction,
    OutcomeCorrection,
    OutcomeState,
    Source,
)
from evaluation.outcomes.rules import Details
from orders.meeting.conflicts import refuse_conflicted
from orders.models import BEGUN, Order

OUTCOME_RECORDED = audit.declare("outcome.recorded", "order", "months", "source")
OUTCOME_CORRECTED = audit.declare("outcome.corrected", "order", "months", "source", "version")
CONTRADICTION_FOUND = audit.declare("outcome_contradiction.found", "order", "months")
CONTRADICTION_REOPENED = audit.declare("outcome_contradiction.reopened", "before", "order", "months")
CONTRADICTION_VANISHED = audit.declare("outcome_contradiction.vanished", "before", "order", "months")
CONTRADICTION_SETTLED = audit.declare("outcome_contradiction.settled", "before", "order", "months", "source")

#: The window of the first question.
WINDOW_MONTHS = 3
_NOTHING = Details()


def check_order(order: Order, months: int, today: date) -> None:
    """:raises RuleBroken: the service never began, does not count, or the window is not over"""
    if order.state not in BEGUN:
        raise RuleBroken(
            _l("The service never began, so it has no result."),
            rule="outcome-window",
            field="order_id",
            next_step=_l("Results are recorded for services that began."),
        )
    if queries.exclusion_of(order.id) is not None:
        raise RuleBroken(
            _l("This service does not count, so it has no result."),
            rule="outcome-excluded",
            field="order_id",
            next_step=_l("Open the order to see why."),
        )
    rules.check_window(order.planned_end_on, months, today)


def check_told(order: Order, months: int, state: OutcomeState, details: Details) -> None:
    """:raises RuleBroken: what does not go with the state, or a day that cannot be"""
    rules.check_details(state, details)
    assert order.started_on is not None
    rules.check_since(details.since_on, order.started_on, rules.window_day(order.planned_end_on, months))


@transaction
def record_outcome(
    order: Order,
    state: OutcomeState,
    details: Details = _NOTHING,
    *,
    by: Mandate,
    months: int = WINDOW_MONTHS,
) -> Outcome:
    """The expert records where the customer is some months after the *planned* end, which no provider can move.

    :raises RuleBroken: the day has not come, the service never began or does not count, facts that do not go with
        the state, or an interest in the supplier (R50)
    :raises WrongState: it is recorded already
    """
    lock(order)
    refuse_conflicted(by, order.supplier_id)
    now = clock.now()
    check_order(order, months, clock.helsinki_date(now))
    check_told(order, months, state, details)
    if queries.outcome_of(order.id, months, Source.EXPERT) is not None:
        raise WrongState(
            _l("The result is recorded already."),
            rule="outcome-state",
            next_step=_l("Open the order to see it, and correct it with a reason."),
        )
    row = write(order.id, months, Source.EXPERT, state, details, at=now, by=by)
    compare(order.id, months, at=now, by=by)
    return row


def write(
    order_id: uuid.UUID,
    months: int,
    source: Source,
    state: OutcomeState,
    details: Details,
    *,
    at: datetime,
    by: Mandate,
    recorded_by: uuid.UUID | None = None,
    confirmed_by: uuid.UUID | None = None,
) -> Outcome:
    """Write what a source says, checked before; the caller compares the sources afterwards."""
    row = Outcome(
        id=new_id(),
        order_id=order_id,
        months=months,
        source=source,
        state=state,
        stands=False,
        recorded_by=recorded_by or by.person_id,
        recorded_at=at,
        confirmed_by=confirmed_by,
        **details.values(),
    )
    db.session.add(row)
    db.session.flush()
    audit.record(OUTCOME_RECORDED, subject=row, actor=by, at=at, order=order_id, months=months, source=source)
    return row


def check_reason(reason: str) -> str:
    """:raises RuleBroken: none, or an identity code in it (I8)"""
    if not reason.strip():
        raise RuleBroken(_l("Write the reason."), rule="I10", field="reason")
    if contains_identity_code(reason):
        raise RuleBroken(MESSAGE, rule="I8", field="reason")
    return reason.strip()


@transaction
def correct_outcome(row: Outcome, state: OutcomeState, details: Details, reason: str, *, by: Mandate) -> Outcome:
    """What a source said was wrong: the new version with its reason; the old one is kept.

    :raises RuleBroken: no reason, facts that do not go with the state, nothing changed, or an interest (R50)
    """
    order = row.order
    lock(order)
    refuse_conflicted(by, order.supplier_id)
    lock(row)
    now = clock.now()
    reason = check_reason(reason)
    check_told(order, row.months, state, details)
    if row.state is state and all(getattr(row, name) == value for name, value in details.values().items()):
        raise RuleBroken(
            _l("Nothing is changed."), rule="outcome-state", field="state", next_step=_l("Leave it as it is.")
        )
    rewrite(row, state, details, reason, at=now, by=by)
    compare(order.id, row.months, at=now, by=by)
    return row


def rewrite(
    row: Outcome, state: OutcomeState, details: Details, reason: str, *, at: datetime, by: Mandate
) -> OutcomeCorrection:
    """Keep the old version and write the new one; the caller compares the sources afterwards."""
    kept = OutcomeCorrection(
        id=new_id(),
        outcome_id=row.id,
        number=queries.last_correction(row.id) + 1,
        before=rules.told(row, row.state),
        reason=reason,
        corrected_by=by.person_id,
        corrected_at=at,
    )
    db.session.add(kept)
    with db.session.no_autoflush:
        row.state = state
        for name, value in details.values().items():
            setattr(row, name, value)
    db.session.flush()
    audit.record(
        OUTCOME_CORRECTED,
        subject=row,
        actor=by,
        at=at,
        order=row.order_id,
        months=row.months,
        source=row.source,
        version=kept.number + 1,
    )
    return kept


# ---- which one stands ----


def compare(order_id: uuid.UUID, months: int, *, at: datetime, by: Mandate | None) -> None:
    """Find or forget a contradiction, and let one row stand; the caller holds the order's lock.

    Precedence: customer system, expert, confirmed provider (EVALUATION.md §3). Two that do not agree on whether the
    customer is in work are a contradiction: until somebody settles it nothing stands.
    """
    rows = queries.of_window(order_id, months)
    known = [row for row in rows if row.is_known]
    contradiction = queries.contradiction_of(order_id, months)
    if len({row.is_employed for row in known}) < 2:
        if contradiction is not None and contradiction.state is not ContradictionState.GONE:
            _vanish(contradiction, at, by)
        _let_stand(rows, next(iter(known or rows), None))
        return
    pattern = rules.pattern((row.source, row.is_employed) for row in known)
    if contradiction is None:
        contradiction = _found(order_id, months, pattern, at, by)
    elif contradiction.pattern != pattern or contradiction.state is ContradictionState.GONE:
        _reopen(contradiction, pattern, at, by)
    _let_stand(rows, next((row for row in known if row.source is contradiction.settled_source), None))


def _let_stand(rows: list[Outcome], chosen: Outcome | None) -> None:
    """One stands at most; the old one falls first, as the index wants."""
    for row in rows:
        if row is not chosen:
            row.stands = False
    db.session.flush()
    if chosen is not None:
        chosen.stands = True
        db.session.flush()


def _found(order_id: uuid.UUID, months: int, pattern: str, at: datetime, by: Mandate | None) -> OutcomeContradiction:
    row = OutcomeContradiction(
        id=new_id(),
        order_id=order_id,
        months=months,
        state=ContradictionState.OPEN,
        pattern=pattern,
        found_at=at,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(CONTRADICTION_FOUND, subject=row, actor=by, at=at, order=order_id, months=months)
    return row


def _unsettle(row: OutcomeContradiction, action: str) -> ContradictionState:
    before = row.state
    with db.session.no_autoflush:
        if before is not ContradictionState.OPEN or action != "reopen":
            move(row, CONTRADICTION_TRANSITIONS, action)
        row.settled_source = row.reason = row.settled_by = row.settled_at = None
    return before


def _reopen(row: OutcomeContradiction, pattern: str, at: datetime, by: Mandate | None) -> None:
    before = _unsettle(row, "reopen")
    row.pattern, row.found_at = pattern, at
    db.session.flush()
    if before is not ContradictionState.OPEN:
        audit.record(
            CONTRADICTION_REOPENED,
            subject=row,
            actor=by,
            at=at,
            before=before,
            order=row.order_id,
            months=row.months,
        )


def _vanish(row: OutcomeContradiction, at: datetime, by: Mandate | None) -> None:
    before = _unsettle(row, "vanish")
    db.session.flush()
    audit.record(
        CONTRADICTION_VANISHED, subject=row, actor=by, at=at, before=before, order=row.order_id, months=row.months
    )


@transaction
def settle(row: OutcomeContradiction, source: Source, reason: str, *, by: Mandate) -> None:
    """A named person says which source is right, and why; from now on it stands.

    :raises WrongState: it is settled, or the sources agree now
    :raises RuleBroken: no reason, a source that says nothing of it, or an interest in the supplier (R50)
    """
    order = row.order
    lock(order)
    refuse_conflicted(by, order.supplier_id)
    lock(row)
    now = clock.now()
    reason = check_reason(reason)
    said: dict[Source, Any] = {each.source: each for each in queries.of_window(order.id, row.months) if each.is_known}
    if source not in said:
        raise RuleBroken(
            _l("This source says nothing of the result."),
            rule="outcome-contradiction",
            field="source",
            next_step=_l("Choose one of those shown."),
        )
    before = row.state
    with db.session.no_autoflush:
        move(row, CONTRADICTION_TRANSITIONS, "settle")
        row.settled_source, row.reason, row.settled_by, row.settled_at = source, reason, by.person_id, now
    db.session.flush()
    _let_stand(list(said.values()), said[source])
    audit.record(
        CONTRADICTION_SETTLED,
        subject=row,
        actor=by,
        at=now,
        before=before,
        order=row.order_id,
        months=row.months,
        source=source,
    )
