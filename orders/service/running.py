"""A service that begins and goes on."""

from __future__ import annotations

from datetime import date

from core import audit, clock
from core.db import db, lock, transaction
from core.errors import RuleBroken
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.states import move
from orders.models import (
    ORDER_TRANSITIONS,
    Order,
)

STARTED = audit.declare("order.started", "before", "started_on")


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
