"""Who was there: told by the provider, a day at a time; five days without leave are told on (R100)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from core import audit, clock
from core.db import db, lock, new_id, transaction
from core.errors import RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from dps.contracts import gates
from orders.groups import queries, rules
from orders.groups.models import Attendance, AttendanceKind, Group
from orders.groups.service import noticing
from orders.models import ORDER_TRANSITIONS, Order
from orders.service import running

RECORDED = audit.declare("attendance.recorded", "order", "day", "before", "after")


@transaction
def record_group_day(group: Group, day: date, marks: Mapping[uuid.UUID, AttendanceKind], *, by: Mandate) -> None:
    """Tell for a whole group who was there on a day; told again it is a correction, and both stand in the trail.

    Whoever is there for the first time has begun the service.

    :raises RuleBroken: no course day, a day to come, somebody who takes no part, or no secrecy promised (R118)
    """
    known = {order.id: order for order in queries.participants(group.id)}
    strangers = set(marks) - set(known)
    if strangers:
        raise RuleBroken(
            _l("Somebody of the list takes no part in the group."),
            rule="attendance-order",
            field="marks",
            next_step=_l("Load the page again."),
        )
    for order_id in sorted(marks):
        lock(known[order_id])
    now = clock.now()
    for authority_id in {known[order_id].authority_id for order_id in marks}:
        gates.refuse_without_secrecy(by, group.supplier_id, authority_id)
    _refuse_day(day, group.course_days, clock.helsinki_date(now))
    for order_id in sorted(marks):
        _record(known[order_id], day, marks[order_id], group.course_days, now, by)


@transaction
def record_day(order: Order, day: date, kind: AttendanceKind, *, by: Mandate) -> None:
    """Tell of one customer whether they were there on a day.

    :raises RuleBroken: no day of the service, a day to come, or no secrecy promised (R118)
    :raises WrongState: the customer takes no part now
    """
    lock(order)
    now = clock.now()
    today = clock.helsinki_date(now)
    gates.refuse_without_secrecy(by, order.supplier_id, order.authority_id)
    if order.state not in queries.TAKING_PART or (order.group_id is None and order.started_on is None):
        raise WrongState(
            _l("The service of this customer is not under way."),
            rule="order-state",
            next_step=_l("Tell first that the service began."),
        )
    days = days_of(order)
    _refuse_day(day, days, today)
    _record(order, day, kind, days, now, by)


def days_of(order: Order) -> Sequence[date]:
    """The course days of an order's group; of a service for one customer, its working days."""
    if order.group_id is not None:
        group = queries.group(order.group_id)
        assert group is not None
        return group.course_days
    first = order.started_on or order.planned_start_on
    return rules.working_days(first, max(first, order.planned_end_on))


def _refuse_day(day: date, days: Sequence[date], today: date) -> None:
    if day not in days:
        raise RuleBroken(
            _l("This is no day of the course."),
            rule="course-day",
            field="day",
            next_step=_l("Choose a day of the course."),
        )
    if day > today:
        raise RuleBroken(
            _l("The day is to come."),
            rule="attendance-future",
            field="day",
            next_step=_l("Tell of it on the day or later."),
        )


def _record(order: Order, day: date, kind: AttendanceKind, days: Sequence[date], now: datetime, by: Mandate) -> None:
    """One mark of one customer; the caller holds the order's lock."""
    if kind is AttendanceKind.PRESENT and order.state in ORDER_TRANSITIONS["start"][0]:
        running.start_service(order, day, by=by)
    row = queries.attendance_on(order.id, day)
    before = row.kind if row else None
    if before is kind:
        return
    if row is None:
        row = Attendance(id=new_id(), order_id=order.id, day=day)
        db.session.add(row)
    row.kind, row.recorded_by, row.recorded_at = kind, by.person_id, now
    db.session.flush()
    audit.record(RECORDED, subject=row, actor=by, at=now, order=order.id, day=day, before=before, after=kind)
    noticing.tell_of_runs(order, days, now)
