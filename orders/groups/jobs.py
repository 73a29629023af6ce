"""What the clock does to groups; each job may run twice and finds nothing to do then."""

from __future__ import annotations

import uuid

from core import clock, jobs
from orders.groups import queries, seats, service
from orders.groups.models import GroupState
from orders.groups.service import living, queueing, swapping


@jobs.job(seats.OFFER_SEATS)
def offer_seats(group_id: str) -> None:
    """Keep free seats for the next in line."""
    group = queries.group(uuid.UUID(group_id))
    if group is not None:
        service.offer_seats(group, by=None)


@jobs.job(queueing.LAPSE_OFFER)
def lapse_offer(entry_id: str) -> None:
    """A kept seat that nobody took goes to the next."""
    entry = queries.entry(uuid.UUID(entry_id))
    if entry is not None:
        service.lapse_offer(entry)


@jobs.job(swapping.LAPSE_SWAP)
def lapse_swap(swap_id: str) -> None:
    """A proposed swap that nobody answered comes to nothing."""
    swap = queries.swap(uuid.UUID(swap_id))
    if swap is not None:
        service.lapse_swap(swap)


@jobs.job(living.RELEASE)
def release(group_id: str) -> None:
    """Give empty seats and their money back at the stated time."""
    group = queries.group(uuid.UUID(group_id))
    if group is not None:
        service.release(group)


@jobs.job(living.BEGIN)
def begin(group_id: str) -> None:
    """The course begins on its first day, if enough seats are filled; else its coordinator decides."""
    group = queries.group(uuid.UUID(group_id))
    if group is None or group.state is not GroupState.OPEN or clock.helsinki_date(clock.now()) < group.first_day:
        return
    if group.seats_filled >= group.seats_min:
        service.begin(group, by=None)


@jobs.job(living.END)
def end(group_id: str) -> None:
    """The course is over."""
    group = queries.group(uuid.UUID(group_id))
    if group is not None and group.state is GroupState.RUNNING and clock.helsinki_date(clock.now()) > group.last_day:
        service.end(group, by=None)
