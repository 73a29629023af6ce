"""The life of a group: opened, begun, ended or cancelled; what nobody took is given back."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from flask_babel.speaklater import LazyString

from core import audit, clock, jobs, mail
from core.db import db, lock, transaction
from core.errors import RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.states import move
from core.web.formatting import money
from core.web.text_checks import MESSAGE, contains_identity_code
from orders.groups import queries, seats
from orders.groups.models import GROUP_TRANSITIONS, EntryState, Group, GroupState, LeaveReason, QueueEntry
from orders.groups.service.filling import lock_by_id
from orders.groups.service.setting_up import hold, tell_supplier
from orders.meeting.conflicts import refuse_conflicted
from orders.models import Order, OrderState
from orders.service import answering

OPENED = audit.declare("group.opened", "before")
BEGUN = audit.declare("group.begun", "before", "filled")
ENDED = audit.declare("group.ended", "before")
CANCELLED = audit.declare("group.cancelled", "before", "orders")
RELEASED = audit.declare("group.released", "seats", "money")

RELEASE = "groups.release"
BEGIN = "groups.begin"
END = "groups.end"


def _lock_held(group: Group, orders: Sequence[Order] = ()) -> None:
    """Group, start, contract of a competition, budgets (of the orders, too, which may be partners'): the one order."""
    lock(group)
    lock(group.start)
    if group.contract.award_decision_id is not None:
        lock(group.contract)
    lock_by_id(group.budget, *(order.budget for order in orders))


@transaction
def open_group(group: Group, *, by: Mandate) -> None:
    """Let the queue have the seats; what follows in time is promised now.

    :raises WrongState: it is open already, or was cancelled
    """
    lock(group)
    now = clock.now()
    refuse_conflicted(by, group.supplier_id)
    before = group.state
    move(group, GROUP_TRANSITIONS, "open")
    audit.record(OPENED, subject=group, actor=by, at=now, before=before)
    offer = seats.OFFER_SEATS
    jobs.add(offer, at=now, key=f"{offer}:{group.id}:opened", group_id=group.id)
    jobs.add(offer, at=now, key=f"{offer}:{group.id}:window", due_at=group.own_until, group_id=group.id)
    for job, due_at in (
        (RELEASE, clock.end_of_day(group.release_on)),
        (BEGIN, clock.start_of_day(group.first_day)),
        (END, clock.end_of_day(group.last_day)),
    ):
        jobs.add(job, at=now, key=f"{job}:{group.id}", due_at=due_at, group_id=group.id)


@transaction
def release(group: Group) -> int:
    """At the stated time the seats nobody took, and their money, are given back; how many (I7).

    Seats that are offered lapse with it. Runs as the system; does nothing before the time.
    """
    lock(group)
    lapsing = queries.lock_entries(queries.offers_of(group.id))
    _lock_held(group)
    now = clock.now()
    if group.state is not GroupState.OPEN or group.released_at or now < clock.end_of_day(group.release_on):
        return 0
    _lapse(lapsing, now)
    return _release(group, now)


def _lapse(offered: Sequence[QueueEntry], now: datetime) -> None:
    for entry in offered:
        if entry.state is EntryState.OFFERED:
            seats.leave(entry, LeaveReason.OFFER_LAPSED, now)


def _release(group: Group, now: datetime) -> int:
    """Give back what nobody took; the caller holds the locks."""
    empty = group.seats_empty
    group.released_at = now
    group.seats_held -= empty
    hold(group, -empty)
    audit.record(RELEASED, subject=group, actor=None, at=now, seats=empty, money=empty * group.price)
    return empty


@transaction
def begin(group: Group, *, by: Mandate | None) -> None:
    """The course begins, on its first day at the earliest; by itself only with the smallest number of seats filled.

    :raises RuleBroken: the first day is to come, or too few seats are filled and nobody decides to begin anyway
    """
    lock(group)
    lapsing = queries.lock_entries(queries.offers_of(group.id))
    _lock_held(group)
    now = clock.now()
    refuse_conflicted(by, group.supplier_id)
    if clock.helsinki_date(now) < group.first_day:
        raise RuleBroken(
            _l("The first day of the course is to come."), rule="course-day", next_step=_l("Wait for the first day.")
        )
    least = group.seats_min if by is None else 1
    if group.seats_filled < least:
        raise RuleBroken(
            _l("Too few seats of the course are filled."),
            rule="seats-min",
            next_step=_l("Cancel the group, or let it begin with fewer."),
        )
    before = group.state
    if group.released_at is None:
        _lapse(lapsing, now)
        _release(group, now)
    move(group, GROUP_TRANSITIONS, "begin")
    audit.record(BEGUN, subject=group, actor=by, at=now, before=before, filled=group.seats_filled)


@transaction
def end(group: Group, *, by: Mandate | None) -> None:
    """The course is over: its last day has passed.

    :raises RuleBroken: course days are to come
    """
    lock(group)
    now = clock.now()
    if clock.helsinki_date(now) < group.last_day:
        raise RuleBroken(_l("The course has days to come."), rule="course-day", next_step=_l("Wait for the last day."))
    before = group.state
    move(group, GROUP_TRANSITIONS, "end")
    audit.record(ENDED, subject=group, actor=by, at=now, before=before)


def cancelling_costs(group: Group, today: date) -> Decimal:
    """What giving the group up costs by the published terms of its orders (R79)."""
    return sum(_fees(queries.orders_of_group(group.id), today).values(), Decimal(0))


def _fees(orders: Sequence[Order], today: date) -> dict[uuid.UUID, Decimal]:
    """What cancelling each order costs when no group keeps its seat any more; the terms are those of its day."""
    published: dict[date, answering.CancelTerms] = {}
    fees: dict[uuid.UUID, Decimal] = {}
    for order in orders:
        day = clock.helsinki_date(order.placed_at)
        if day not in published:
            published[day] = answering.cancel_terms(order, today)
        terms = published[day]
        is_free = order.state is OrderState.PLACED or today <= terms.free_until
        fees[order.id] = Decimal(0) if is_free else (order.price * terms.share / 100).quantize(Decimal("0.01"))
    return fees


@transaction
def cancel_group(group: Group, reason: str, *, by: Mandate, fee: Decimal = Decimal(0)) -> None:
    """Give a group up before it begins: its orders are cancelled, its queue is told, seats and money go back.

    :param fee: what the coordinator was told that it costs
    :raises RuleBroken: the reason is missing, or it costs more by now (R79)
    :raises WrongState: it has begun, or somebody took a seat in this very moment
    """
    if not reason.strip():
        raise RuleBroken(
            _l("Write why the group is cancelled."),
            rule="I10",
            field="reason",
            next_step=_l("The experts of its customers read it."),
        )
    if contains_identity_code(reason):
        raise RuleBroken(MESSAGE, rule="I8", field="reason")
    orders = queries.orders_of_group(group.id)
    lock_by_id(*(each.need for each in orders))
    lock_by_id(*orders)
    lock(group)
    queued = queries.lock_entries(queries.entries_of_group(group.id))
    _lock_held(group, orders)
    now = clock.now()
    refuse_conflicted(by, group.supplier_id)
    today = clock.helsinki_date(now)
    before = group.state
    if {each.id for each in queries.orders_of_group(group.id)} != {each.id for each in orders}:
        raise WrongState(
            _l("Somebody took a seat of the group at this moment."),
            rule="group-state",
            next_step=_l("Open the newest version and decide again."),
        )
    fees = _fees(orders, today)
    costs = sum(fees.values(), Decimal(0))
    if costs > fee:
        raise RuleBroken(
            _l("Cancelling costs %(fee)s now, because the start is near.", fee=LazyString(money, costs)),
            rule="R79",
            field="fee",
            next_step=_l("Look at the terms of cancelling, and cancel again if you agree to the cost."),
            fee=costs,
        )
    if group.released_at is None:  # from here on each seat goes back to the start
        _release(group, now)
    for entry in queued:
        seats.leave(entry, LeaveReason.GROUP_CANCELLED, now, by=by)
    for order in orders:
        answering.cancel(order, by=by, fee=fees[order.id])
    with db.session.no_autoflush:
        move(group, GROUP_TRANSITIONS, "cancel")
        group.cancel_reason = reason.strip()
    for expert in {each.need.expert for each in [*orders, *queued]}:
        mail.send(expert.email, "group_cancelled", language=expert.language, at=now, about_id=group.id, group=group)
    tell_supplier(group, "group_cancelled_supplier", now)
    audit.record(CANCELLED, subject=group, actor=by, at=now, before=before, orders=len(orders))
