"""What the verbs of orders tell the groups: a seat comes back, a need is ordered or closed.

It knows models only, so that the verbs of orders can call it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from core import audit, clock, jobs
from core.db import db
from core.identity.mandates import Mandate
from core.states import move
from orders.groups.models import ENTRY_TRANSITIONS, QUEUED, EntryState, Group, LeaveReason, QueueEntry
from orders.groups.models_swaps import SWAP_TRANSITIONS, SeatSwap, SwapState
from orders.models import Budget, Need, Order

LEFT = audit.declare("queue_entry.left", "before", "reason")
PLACED = audit.declare("queue_entry.placed", "before", "order")
GIVEN_BACK = audit.declare("group.seat_given_back", "order", "filled")
SWAP_LAPSED = audit.declare("seat_swap.lapsed", "before")

#: The job that offers free seats to those next in line; it locks from the beginning, in order.
OFFER_SEATS = "groups.offer_seats"


def rows_of(order: Order) -> list[Any]:
    """The group and the place in the queue behind an order, to be locked after it and before its start."""
    if order.group_id is None:
        return []
    entry = db.session.scalars(select(QueueEntry).where(QueueEntry.order_id == order.id)).one_or_none()
    group = db.session.get_one(Group, order.group_id)
    return [group, *([entry] if entry else [])]


def budgets_of(order: Order) -> list[Budget]:
    """The budgets that the end of an order touches, in the order of their ids, as they are locked: its own, and the
    organiser's where its seat is in the group of another authority."""
    ids = {order.budget_id}
    if order.group_id is not None:
        ids.add(db.session.get_one(Group, order.group_id).budget_id)
    return [db.session.get_one(Budget, each) for each in sorted(ids)]


def keeps_seat(order: Order) -> bool:
    """Whether the order's group keeps its seat for the next in line; a partner's only while the organiser has the money
    to hold it, else it goes back to the provider's start."""
    if order.group_id is None:
        return False
    group = db.session.get_one(Group, order.group_id)
    is_own = order.budget_id == group.budget_id
    return group.released_at is None and (is_own or group.budget.left >= group.price)


def give_back(order: Order) -> bool:
    """Give the seat of an order that ends before it began back to its group, which offers it to the next in line; the
    money of a partner's seat is the organiser's to hold again.

    ``False`` where there is no group that still keeps the seat: then seat and money go back to start and budget.
    The caller holds the locks of ``rows_of`` and ``budgets_of``.
    """
    if order.group_id is None:
        return False
    at = order.closed_at or clock.now()
    group, *entries = rows_of(order)
    keeps = keeps_seat(order)
    group.seats_filled -= 1
    if keeps:
        order.budget.committed -= order.price
        group.budget.committed += group.price
    else:
        group.seats_held -= 1
    for entry in entries:
        entry.order_id = None
        leave(entry, LeaveReason.SEAT_GIVEN_BACK, at)
    for swap in _lock_open_swaps(order):
        lapse(swap, at)
    audit.record(GIVEN_BACK, subject=group, actor=None, at=at, order=order.id, filled=group.seats_filled)
    jobs.add(OFFER_SEATS, at=at, key=f"{OFFER_SEATS}:{group.id}:{order.id}", group_id=group.id)
    return keeps


def _lock_open_swaps(order: Order) -> Sequence[SeatSwap]:
    """The swap proposed for the seat of an order, if it waits for its answer; locked and read anew."""
    return db.session.scalars(
        select(SeatSwap)
        .where(SeatSwap.order_id == order.id, SeatSwap.state == SwapState.PROPOSED)
        .with_for_update(of=SeatSwap)
        .execution_options(populate_existing=True)
    ).all()


def lapse(swap: SeatSwap, at: datetime) -> None:
    """A proposed swap comes to nothing; the caller holds its lock."""
    before = swap.state
    with db.session.no_autoflush:
        move(swap, SWAP_TRANSITIONS, "lapse")
        swap.answered_at = at
    audit.record(SWAP_LAPSED, subject=swap, actor=None, at=at, before=before)


def leave(entry: QueueEntry, reason: LeaveReason, at: datetime, *, by: Mandate | None = None) -> None:
    """Take somebody out of a queue; a seat kept for them is offered on. The caller holds the entry's lock."""
    before = entry.state
    with db.session.no_autoflush:
        move(entry, ENTRY_TRANSITIONS, "leave")
        entry.leave_reason, entry.left_at, entry.offered_until = reason, at, None
    audit.record(LEFT, subject=entry, actor=by, at=at, before=before, reason=reason)
    if before is EntryState.OFFERED and entry.offer_id is not None:
        jobs.add(OFFER_SEATS, at=at, key=f"{OFFER_SEATS}:{entry.offer_id}:{entry.id}", group_id=entry.offer_id)


def lock_queued(need: Need) -> Sequence[QueueEntry]:
    """The need's places in queues, locked in the order of their ids and read anew; the caller holds the need."""
    return db.session.scalars(
        select(QueueEntry)
        .where(QueueEntry.need_id == need.id, QueueEntry.state.in_(QUEUED))
        .order_by(QueueEntry.id)
        .with_for_update(of=QueueEntry)
        .execution_options(populate_existing=True)
    ).all()


def settle(need: Need, order: Order, at: datetime, *, by: Mandate | None) -> None:
    """A need that is ordered waits nowhere any more: who got a seat of the group is placed, other queues are left.

    The caller holds the need's lock.
    """
    queued = lock_queued(need)
    seated = None
    if order.group_id is not None:
        own = [each for each in queued if each.group_id == order.group_id]
        seated = next(iter([*own, *(each for each in queued if each.group_id is None)]), None)
    for entry in queued:
        if entry is seated:
            _place(entry, order, at, by)
        else:
            leave(entry, LeaveReason.PLACED_ELSEWHERE, at)


def _place(entry: QueueEntry, order: Order, at: datetime, by: Mandate | None) -> None:
    before = entry.state
    with db.session.no_autoflush:
        move(entry, ENTRY_TRANSITIONS, "place")
        entry.order_id, entry.offered_until = order.id, None
    audit.record(PLACED, subject=entry, actor=by, at=at, before=before, order=order.id)


def leave_all(need: Need, reason: LeaveReason, at: datetime) -> None:
    """A need that is closed waits nowhere any more; the caller holds its lock."""
    for entry in lock_queued(need):
        leave(entry, reason, at)
