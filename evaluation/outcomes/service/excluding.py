"""Neutral exclusions: decided by the authority only, before a result is known (EVALUATION.md §3)."""

from __future__ import annotations

from core import audit, clock
from core.db import db, lock, new_id, transaction
from core.errors import RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from evaluation.outcomes import queries
from evaluation.outcomes.models import Ground, OutcomeExclusion
from orders.meeting.conflicts import refuse_conflicted
from orders.models import BEGUN, Order

EXCLUDED = audit.declare("outcome_exclusion.decided", "order")


@transaction
def exclude(order: Order, ground: Ground, *, by: Mandate) -> OutcomeExclusion:
    """Decide that a service does not count for anybody.

    :raises RuleBroken: the service never began, or an interest in the supplier (R50)
    :raises WrongState: a result is known or reported, or it is excluded already
    """
    lock(order)
    refuse_conflicted(by, order.supplier_id)
    now = clock.now()
    if order.state not in BEGUN:
        raise RuleBroken(
            _l("The service never began, so it counts nowhere."), rule="outcome-excluded", field="order_id"
        )
    if queries.exclusion_of(order.id) is not None:
        raise WrongState(_l("This service is left out already."), rule="outcome-excluded")
    if queries.is_anything_known(order.id):
        raise WrongState(
            _l("A result is known or reported already, so the service counts."),
            rule="outcome-excluded",
            field="ground",
            next_step=_l("A service can be left out only before its result is known."),
        )
    row = OutcomeExclusion(
        id=new_id(), order_id=order.id, ground=ground, decided_by=by.person_id, decided_at=now, order=order
    )
    db.session.add(row)
    db.session.flush()
    audit.record(EXCLUDED, subject=row, actor=by, at=now, order=order.id)
    return row
