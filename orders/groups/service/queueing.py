"""Queues to groups: who joins, who is offered a seat, who leaves."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from core import audit, clock, jobs, mail
from core.db import db, lock, new_id, transaction
from core.errors import RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.states import move
from dps.joint.procurements import queries as joint
from orders.buying import refuse_no_buyer
from orders.groups import queries, rules, seats
from orders.groups.models import ENTRY_TRANSITIONS, EntryState, Group, GroupState, LeaveReason, QueueEntry
from orders.groups.rules import GroupMisfit
from orders.models import Need, NeedState

JOINED = audit.declare("queue_entry.joined", "need", "group", "category")
OFFERED = audit.declare("queue_entry.offered", "before", "group", "until")

LAPSE_OFFER = "groups.lapse_offer"
#: How many working days an expert has to ask the customer about an offered seat.
OFFER_DAYS = 2

MISFITS = {
    GroupMisfit.CATEGORY: ("R11", "category", _l("The group belongs to another category.")),
    GroupMisfit.LANGUAGE: ("R102", "languages", _l("The group is not held in a language the customer needs.")),
    GroupMisfit.PLACE: ("need-place", "place", _l("The group is not held in the place the customer needs.")),
    GroupMisfit.MODULE: ("category-module", "modules", _l("A group has no additional modules.")),
    GroupMisfit.TOO_LATE: ("need-start", "latest_start", _l("The group starts later than the customer needs.")),
    GroupMisfit.BANDS: ("prerequisites", "bands", _l("The group is meant for other customers.")),
}


def wish_of(need: Need) -> rules.Wish:
    """What a need asks of a group."""
    return rules.Wish(
        category_id=need.category_id,
        languages=frozenset(need.languages),
        place=need.place,
        is_remote=need.is_remote,
        modules=tuple(need.modules),
        latest_start=need.latest_start,
        age_band=need.age_band.value,
        unemployment_band=need.unemployment_band.value,
        education_band=need.education_band.value,
    )


def course_of(group: Any) -> rules.Course:
    """What a group (or a row of one) has for a need."""
    return rules.Course(
        category_id=group.category_id,
        languages=frozenset(group.languages),
        place=group.place,
        is_remote=group.is_remote,
        first_day=group.first_day,
        age_bands=frozenset(group.age_bands),
        unemployment_bands=frozenset(group.unemployment_bands),
        education_bands=frozenset(group.education_bands),
    )


def refuse_misfit(need: Need, group: Group) -> None:
    """:raises RuleBroken: the group does not fit the customer; the language above all (R102)"""
    reason = rules.misfit(wish_of(need), course_of(group))
    if reason is not None:
        rule, field, message = MISFITS[reason]
        raise RuleBroken(message, rule=rule, field=field, next_step=_l("Choose another group."))


@transaction
def join(need: Need, group: Group | None, *, by: Mandate) -> QueueEntry:
    """Put a customer into the queue to a group, or with ``None`` to any group of the need's category.

    The home municipality is kept with the place (R104). The group may be another authority's, where both buy from the
    same system: the customer is still their own authority's (R103).

    :raises NotAllowed: the customer's authority does not buy from the system, or not any more (R103)
    :raises RuleBroken: the group does not fit (R102), or the customer waits there already
    :raises WrongState: the need is ordered or closed, or the group takes nobody any more
    """
    lock(need)
    if group is not None:
        lock(group)
    now = clock.now()
    if need.state is not NeedState.OPEN:
        raise WrongState(
            _l("This need is ordered or closed already."),
            rule="need-state",
            next_step=_l("Open the need to see its order."),
        )
    if not need.municipality.strip():
        raise RuleBroken(
            _l("The customer's home municipality is missing."),
            rule="R104",
            field="municipality",
            next_step=_l("State a new need with the home municipality."),
        )
    refuse_no_buyer(need.category, need.authority_id, need.municipality, clock.helsinki_date(now))
    if group is not None:
        if not takes_people(group):
            raise WrongState(
                _l("The group does not take new people any more."),
                rule="group-state",
                next_step=_l("Choose another group."),
            )
        refuse_misfit(need, group)
    if queries.entry_of(need.id, group.id if group else None, need.category_id):
        raise RuleBroken(
            _l("The customer is in this queue already."),
            rule="queue-once",
            field="need",
            next_step=_l("Look at the place in the queue."),
        )
    entry = enter(need, group, now, by=by)
    if group is not None:
        jobs.add(seats.OFFER_SEATS, at=now, key=f"{seats.OFFER_SEATS}:{group.id}:joined:{entry.id}", group_id=group.id)
    return entry


def enter(need: Need, group: Group | None, now: datetime, *, by: Mandate | None) -> QueueEntry:
    """Write a place in a queue down; the caller has asked every rule and holds the need's lock."""
    entry = QueueEntry(
        id=new_id(),
        authority_id=need.authority_id,
        need_id=need.id,
        category_id=need.category_id,
        group_id=group.id if group else None,
        municipality=need.municipality,
        state=EntryState.WAITING,
        joined_at=now,
        need=need,
        group=group,
    )
    db.session.add(entry)
    db.session.flush()
    audit.record(JOINED, subject=entry, actor=by, at=now, need=need.id, group=entry.group_id, category=need.category_id)
    return entry


def takes_people(group: Group) -> bool:
    """Whether somebody may still get a seat: it has not begun, nor given its empty seats back."""
    return group.state in (GroupState.PLANNED, GroupState.OPEN) and group.released_at is None


@transaction
def leave_queue(entry: QueueEntry, reason: LeaveReason, *, by: Mandate) -> None:
    """The customer does not wait any more; a seat kept for them goes to the next.

    :raises WrongState: they have a seat, or left before
    """
    lock(entry)
    now = clock.now()
    if entry.state is EntryState.PLACED:
        raise WrongState(
            _l("The customer has a seat in the group."),
            rule="queue_entry-state",
            next_step=_l("Cancel the order of the seat."),
        )
    seats.leave(entry, reason, now, by=by)


def in_line(group: Group, now: datetime) -> list[QueueEntry]:
    """Who waits and may get a seat of the group now, by the rule: the group fits, they were selected (R98), and their
    authority buys from the system (R103)."""
    queue = queries.queue_of(group)
    may_buy = _buyers_in(queue, group, clock.helsinki_date(now))
    chosen = queries.selections_of(group.id) if group.needs_selection else {}
    course = course_of(group)
    fitting = {
        entry.id: entry
        for entry in queue
        if entry.state is EntryState.WAITING
        and (entry.authority_id, entry.municipality) in may_buy
        and rules.misfit(wish_of(entry.need), course) is None
        and (not group.needs_selection or (entry.need_id in chosen and chosen[entry.need_id].is_chosen))
    }
    rows = [
        rules.InLine(entry_id=entry.id, authority_id=entry.authority_id, joined_at=entry.joined_at)
        for entry in fitting.values()
    ]
    found: dict[object, QueueEntry] = {}
    for row in rules.line(rows, group.authority_id, now, group.own_until):
        entry = fitting[row.entry_id]
        found.setdefault(entry.need_id, entry)
    return list(found.values())


def _buyers_in(entries: Sequence[QueueEntry], group: Group, today: date) -> set[tuple[uuid.UUID, str]]:
    """Whose customers may get a seat today: of the authorities that buy, each party that has not left (R103, R104)."""
    named = queries.buyers_on(group.category.system, today)
    asked = {(each.authority_id, each.municipality) for each in entries if each.authority_id in named}
    return {each for each in asked if len(named) == 1 or joint.may_order(group.category, *each, today)}


def offer_ends(now: datetime, release_on: date) -> datetime:
    """Until when a seat is kept: the end of the second working day, and never past the giving back."""
    day = clock.add_working_days(clock.helsinki_date(now), OFFER_DAYS, clock.authority_days)
    return clock.end_of_day(min(day, release_on))


@transaction
def offer_seats(group: Group, *, by: Mandate | None) -> Sequence[QueueEntry]:
    """Keep each free seat for the next in line, whose expert is told; nobody is passed over (I7).

    Does nothing while the group is not open, or when nobody waits. May run twice.
    """
    lock(group)
    now = clock.now()
    if group.state is not GroupState.OPEN or not takes_people(group):
        return []
    offered: list[QueueEntry] = []
    while free := queries.seats_free(group):
        wanted = [entry.id for entry in in_line(group, now)[:free]]
        if not wanted:
            break
        for entry in queries.lock_entries(wanted):
            if entry.state is EntryState.WAITING:  # else taken or left in this very moment: ask for the next
                _offer(entry, group, now, by)
                offered.append(entry)
        db.session.flush()
    return offered


def _offer(entry: QueueEntry, group: Group, now: datetime, by: Mandate | None) -> None:
    until = offer_ends(now, group.release_on)
    before = entry.state
    with db.session.no_autoflush:
        move(entry, ENTRY_TRANSITIONS, "offer")
        entry.offer_id, entry.offered_until = group.id, until
    audit.record(OFFERED, subject=entry, actor=by, at=now, before=before, group=group.id, until=until)
    jobs.add(LAPSE_OFFER, at=now, key=f"{LAPSE_OFFER}:{entry.id}:{until.isoformat()}", due_at=until, entry_id=entry.id)
    expert = entry.need.expert
    mail.send(
        expert.email,
        "seat_offered",
        language=expert.language,
        at=now,
        about_id=entry.need_id,
        need=entry.need,
        group=group,
        until=until,
    )


@transaction
def lapse_offer(entry: QueueEntry) -> bool:
    """Nobody answered the offered seat in time: it goes to the next; ``False`` if there is nothing to do."""
    lock(entry)
    now = clock.now()
    if entry.state is not EntryState.OFFERED or entry.offered_until is None or now <= entry.offered_until:
        return False
    seats.leave(entry, LeaveReason.OFFER_LAPSED, now)
    return True
