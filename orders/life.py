"""The life of an order in one place: who may do what, by when, and what happens if nobody does.

The pages show it, the desks sort by it, and the jobs hold it (``orders/jobs.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from core import clock, law
from core.i18n import lazy_gettext as _l
from orders.models import Order, OrderState

#: A report should be looked at within this many days.
READ_REPORT_WITHIN = 5


class Side(StrEnum):
    """Who moves an order on."""

    EXPERT = "expert"
    PROVIDER = "provider"
    SYSTEM = "system"


#: Who may take each step of ``ORDER_TRANSITIONS``.
MAY: Mapping[str, Side] = {
    "accept": Side.PROVIDER,
    "decline": Side.PROVIDER,
    "expire": Side.SYSTEM,
    "cancel": Side.EXPERT,
    "schedule": Side.PROVIDER,
    "miss": Side.PROVIDER,
    "start": Side.PROVIDER,
    "pause": Side.SYSTEM,
    "resume": Side.SYSTEM,
    "report": Side.PROVIDER,
    "return_report": Side.EXPERT,
    "dispute": Side.EXPERT,
    "settle": Side.EXPERT,
    "complete": Side.EXPERT,
    "close": Side.SYSTEM,
}


@dataclass(frozen=True, kw_only=True)
class Wait:
    """What a state waits for: whose act, its last day, and what follows if nothing is done."""

    side: Side
    due_on: Callable[[Order], date]
    todo: Any
    otherwise: Any


def _number(key: str, order: Order) -> int:
    """A term of the order, as published on the day of the order."""
    return int(law.number(key, clock.helsinki_date(order.placed_at)))


def _after_acceptance(order: Order) -> date:
    assert order.accepted_at is not None
    days = _number("R79.first_meeting", order)
    return clock.add_working_days(clock.helsinki_date(order.accepted_at), days, clock.supplier_days)


def first_day(order: Order) -> date:
    """The day the customer is to come: the agreed meeting, else the planned start."""
    return clock.helsinki_date(order.meeting_at) if order.meeting_at else order.planned_start_on


def no_show_until(order: Order) -> date:
    """The last day on which the provider may tell that the customer never came."""
    return clock.add_working_days(first_day(order), _number("R79.no_show", order), clock.supplier_days)


def report_due_on(order: Order) -> date:
    """The last day for the provider's report."""
    return order.planned_end_on + timedelta(days=order.category.report_within_days)


def _read_report_by(order: Order) -> date:
    reported = order.delivery.reported_at if order.delivery else clock.now()
    return clock.helsinki_date(reported) + timedelta(days=READ_REPORT_WITHIN)


def _end_of_pause(order: Order) -> date:
    return order.paused_until or order.planned_end_on


def start_late_after(order: Order) -> date:
    """The last day on which the service begins in time, as its category promises."""
    return clock.helsinki_date(order.placed_at) + timedelta(days=order.category.start_within_days)


def starts_late(order: Order) -> bool:
    """Whether the service began, or is to begin, later than its category promises; a later planned start was chosen."""
    begins = order.started_on or first_day(order)
    return begins > max(start_late_after(order), order.start.starts_on)


#: What each living state waits for.
WAITS: Mapping[OrderState, Wait] = {
    OrderState.PLACED: Wait(
        side=Side.PROVIDER,
        due_on=lambda order: clock.helsinki_date(order.accept_by),
        todo=_l("The provider confirms or declines the order."),
        otherwise=_l("Without an answer the order lapses, and the service is looked for elsewhere."),
    ),
    OrderState.ACCEPTED: Wait(
        side=Side.PROVIDER,
        due_on=_after_acceptance,
        todo=_l("The provider agrees the first meeting with the customer."),
        otherwise=_l("If no meeting is agreed in time, both get a reminder and the order rises on the expert's desk."),
    ),
    OrderState.SCHEDULED: Wait(
        side=Side.PROVIDER,
        due_on=first_day,
        todo=_l("The provider saves the start, or tells that the customer did not come."),
        otherwise=_l("If neither is told in time, both get a reminder and the order rises on the expert's desk."),
    ),
    OrderState.STARTED: Wait(
        side=Side.PROVIDER,
        due_on=report_due_on,
        todo=_l("The provider gives the service and sends the final report."),
        otherwise=_l("If the report is late, both get a reminder. Without it nothing can be invoiced."),
    ),
    OrderState.PAUSED: Wait(
        side=Side.SYSTEM,
        due_on=_end_of_pause,
        todo=_l("The service is paused until the agreed day."),
        otherwise=_l("After that day it goes on by itself. Both may agree to end the pause earlier."),
    ),
    OrderState.REPORTED: Wait(
        side=Side.EXPERT,
        due_on=_read_report_by,
        todo=_l("The expert accepts the report or sends it back."),
        otherwise=_l("Until it is accepted, nothing can be invoiced. The expert gets a reminder."),
    ),
    OrderState.DISPUTED: Wait(
        side=Side.EXPERT,
        due_on=_read_report_by,
        todo=_l("The expert and the provider settle what is paid."),
        otherwise=_l("Until it is settled, the disputed part is not paid."),
    ),
}

#: States in which nobody has anything to do, and why.
RESTS: Mapping[OrderState, Any] = {
    OrderState.DECLINED: _l("The provider could not take the order. The service is looked for elsewhere."),
    OrderState.EXPIRED: _l("Nobody answered in time. The service is looked for elsewhere."),
    OrderState.CANCELLED: _l("The order was cancelled before the service began."),
    OrderState.NO_SHOW: _l("The customer did not come. The need is open again, and nothing is paid."),
    OrderState.COMPLETED: _l("The delivered service is accepted. It can be invoiced."),
    OrderState.CLOSED: _l("Everything is done and paid."),
}


def wait_of(order: Order) -> Wait | None:
    """What the order waits for, or ``None`` at its end."""
    return WAITS.get(order.state)


def due_on(order: Order) -> date | None:
    """The last day of what the order waits for."""
    wait = wait_of(order)
    return wait.due_on(order) if wait else None


def is_late(order: Order, today: date) -> bool:
    """Whether the time for what the order waits for is over."""
    due = due_on(order)
    return due is not None and due < today
