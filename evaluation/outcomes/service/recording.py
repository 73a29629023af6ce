"""The verbs of outcomes: record where a customer is."""

from __future__ import annotations

from core import audit, clock
from core.db import db, lock, new_id, transaction
from core.errors import RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from evaluation import measures
from evaluation.outcomes import queries
from evaluation.outcomes.models import Outcome, OutcomeState
from orders.models import BEGUN, Order

OUTCOME_RECORDED = audit.declare("outcome.recorded", "order", "months")
WINDOW_MONTHS = 3


@transaction
def record_outcome(order: Order, state: OutcomeState, *, by: Mandate, months: int = WINDOW_MONTHS) -> Outcome:
    """Record where the customer is some months after the *planned* end, which no provider can move.

    :raises RuleBroken: the day has not come, or the service never began
    :raises WrongState: it is recorded already
    """
    lock(order)
    now = clock.now()
    if order.state not in BEGUN:
        raise RuleBroken(
            _l("The service never began, so it has no result."),
            rule="outcome-window",
            field="order_id",
            next_step=_l("Results are recorded for services that began."),
        )
    due_on = measures.months_after(order.planned_end_on, months)
    if clock.helsinki_date(now) < due_on:
        raise RuleBroken(
            _l("The result is recorded %(months)s months after the planned end.", months=months),
            rule="outcome-window",
            field="state",
            next_step=_l("Come back on %(date)s.", date=f"{due_on.day}.{due_on.month}.{due_on.year}"),
        )
    if queries.outcome_of(order.id, months) is not None:
        raise WrongState(
            _l("The result is recorded already."),
            rule="outcome-state",
            next_step=_l("Open the order to see it."),
        )
    row = Outcome(
        id=new_id(),
        order_id=order.id,
        months=months,
        state=state,
        recorded_by=by.person_id,
        recorded_at=now,
        order=order,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(OUTCOME_RECORDED, subject=row, actor=by, at=now, order=order.id, months=months)
    return row
