"""A service that begins and goes on: the first meeting, the start, pauses that were agreed."""

from __future__ import annotations

from datetime import date, datetime

from core import audit, clock
from core.db import db, lock, transaction
from core.errors import RuleBroken
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.states import move
from core.web.text_checks import MESSAGE, contains_identity_code
from orders import life
from orders.models import ORDER_TRANSITIONS, Order, OrderState
from orders.service import standings
from orders.service.following import refuse_without_trial
from orders.telling import tell

SCHEDULED = audit.declare("order.scheduled", "before", "meeting_at")
STARTED = audit.declare("order.started", "before", "started_on")
PAUSED = audit.declare("order.paused", "before", "until")
RESUMED = audit.declare("order.resumed", "before", "day")
REMINDED = audit.declare("order.reminded", "state")


@transaction
def schedule(order: Order, meeting_at: datetime, place: str, *, by: Mandate) -> None:
    """The provider has agreed the first meeting with the customer: when, and where or how to take part.

    :raises RuleBroken: a time that has passed or comes after the end, or an identity code in the place (I8)
    :raises WrongState: the order is not confirmed, or has begun
    """
    lock(order)
    now = clock.now()
    before = order.state
    with db.session.no_autoflush:
        move(order, ORDER_TRANSITIONS, "schedule")
        if not now <= meeting_at <= clock.end_of_day(order.planned_end_on):
            raise RuleBroken(
                _l("The first meeting lies in the future, and not after the end of the service."),
                rule="meeting-day",
                field="meeting_at",
                next_step=_l("Enter another day, or propose another start or end first."),
            )
        if contains_identity_code(place):
            raise RuleBroken(MESSAGE, rule="I8", field="place")
        order.meeting_at, order.meeting_place = meeting_at, place.strip()
    audit.record(SCHEDULED, subject=order, actor=by, at=now, before=before, meeting_at=meeting_at)


@transaction
def start_service(order: Order, started_on: date, *, by: Mandate) -> None:
    """The provider tells that the service began.

    :raises RuleBroken: a day to come, one before the order, one after the planned end, or a work trial without
        agreement and insurance (R101)
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
    if started_on > order.planned_end_on:
        raise RuleBroken(
            _l("The service would end before it begins."),
            rule="end-before-start",
            field="started_on",
            next_step=_l("Propose another start or a later end first."),
        )
    refuse_without_trial(order, started_on)
    before = order.state
    with db.session.no_autoflush:
        move(order, ORDER_TRANSITIONS, "start")
        order.started_on = started_on
    standings.begun(order, started_on)
    audit.record(STARTED, subject=order, actor=by, at=now, before=before, started_on=started_on)


def pause(order: Order, until: date, at: datetime) -> None:
    """Carry out an agreed pause; the caller holds the order's lock."""
    before = order.state
    with db.session.no_autoflush:
        move(order, ORDER_TRANSITIONS, "pause")
        order.paused_until = until
    audit.record(PAUSED, subject=order, actor=None, at=at, before=before, until=until)


def resume(order: Order, day: date, at: datetime) -> None:
    """Go on after a pause; the caller holds the order's lock."""
    before = order.state
    with db.session.no_autoflush:
        move(order, ORDER_TRANSITIONS, "resume")
        order.paused_until = None
    audit.record(RESUMED, subject=order, actor=None, at=at, before=before, day=day)


@transaction
def end_pause(order: Order) -> bool:
    """The agreed pause is over: the service goes on by itself; ``False`` if there is nothing to do."""
    lock(order)
    now = clock.now()
    today = clock.helsinki_date(now)
    if order.state is not OrderState.PAUSED or order.paused_until is None or today <= order.paused_until:
        return False
    resume(order, today, now)
    return True


@transaction
def remind(order: Order) -> bool:
    """Tell both sides, once a state, that the time for what the order waits for is over; ``False`` if it is not."""
    lock(order)
    now = clock.now()
    if order.reminded_in == order.state or not life.is_late(order, clock.helsinki_date(now)):
        return False
    order.reminded_in = order.state.value
    tell(order, life.Side.EXPERT, "order_waits", now)
    if life.WAITS[order.state].side is life.Side.PROVIDER:
        tell(order, life.Side.PROVIDER, "order_waits", now)
    audit.record(REMINDED, subject=order, actor=None, at=now, state=order.state)
    return True
