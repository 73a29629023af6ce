"""Swapping seats: proposed by one authority's expert, agreed by another's; both orders move at once.

Each customer stays their own authority's: the two old orders end at no cost, since their seats stay filled, and two new
ones are placed, each on the budget of its customer's authority. What organisers hold for empty seats is not touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from core import audit, clock, jobs, mail
from core.db import db, lock, new_id, transaction
from core.errors import RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.identity.models import Authority, Person
from core.states import move
from core.web.text_checks import MESSAGE, contains_identity_code
from orders import queries as order_queries
from orders.groups import queries, seats
from orders.groups.models import Group, GroupState, LeaveReason
from orders.groups.models_swaps import SWAP_TRANSITIONS, SeatSwap, SwapState
from orders.groups.queries.swaps import SWAPPABLE
from orders.groups.service import filling, queueing
from orders.meeting.conflicts import refuse_conflicted
from orders.models import Budget, Order
from orders.service import answering

PROPOSED = audit.declare("seat_swap.proposed", "order", "given", "wanted", "asked")
AGREED = audit.declare("seat_swap.agreed", "before", "order", "taken", "new_order", "new_taken")
REFUSED = audit.declare("seat_swap.refused", "before")

LAPSE_SWAP = "groups.lapse_swap"
#: How many working days the other authority has to answer.
ANSWER_DAYS = 5


def _refuse_gone(order: Order, group: Group, today: date) -> None:
    """A seat can go to somebody else only before the course begins."""
    if order.group_id != group.id or order.state not in SWAPPABLE or group.state is not GroupState.OPEN:
        raise WrongState(
            _l("The seat is not the customer's any more, or the course has begun."),
            rule="swap-seat",
            next_step=_l("Choose another seat."),
        )
    if today >= group.first_day:
        raise WrongState(
            _l("The course has begun. Its seats are not swapped any more."),
            rule="swap-seat",
            next_step=_l("Choose another group."),
        )


def _refuse_unfit(order: Order, group: Group, customer_agrees: bool, today: date) -> None:
    """What forbids a seat of the other group to the customer (R3, R19, R79, R98, R102, R103)."""
    filling.refuse_unlawful(order.need, group, today)
    filling.refuse_unselected(order.need, group)
    filling.refuse_unasked(group, customer_agrees)


@transaction
def propose_swap(
    order: Order, wanted: Group, asked: Authority, reason: str, *, customer_agrees: bool, by: Mandate
) -> SeatSwap:
    """Offer the seat of an own customer for one that another authority has in another group.

    :raises RuleBroken: the same authority or group, a group that does not fit (R98, R102), no reason, or text about a
        person (I8)
    :raises WrongState: the seat is not the customer's any more, a course has begun, or a swap is proposed already
    """
    lock(order)
    now = clock.now()
    today = clock.helsinki_date(now)
    given = _group_of(order)
    if asked.id == order.authority_id or asked.id not in queries.buyers_on(wanted.category.system, today):
        raise RuleBroken(
            _l("Seats are swapped with another authority that buys from the same system."),
            rule="R103",
            field="asked",
            next_step=_l("Choose another authority."),
        )
    if wanted.id == given.id or wanted.category_id != given.category_id:
        raise RuleBroken(
            _l("Seats are swapped between two groups of the same category."),
            rule="R11",
            field="group",
            next_step=_l("Choose another group."),
        )
    if not reason.strip():
        raise RuleBroken(
            _l("Write why."), rule="I10", field="reason", next_step=_l("The other authority reads the reason.")
        )
    if contains_identity_code(reason):
        raise RuleBroken(MESSAGE, rule="I8", field="reason")
    _refuse_gone(order, given, today)
    if wanted.state is not GroupState.OPEN or today >= wanted.first_day:
        raise WrongState(
            _l("The course has begun. Its seats are not swapped any more."),
            rule="swap-seat",
            field="group",
            next_step=_l("Choose another group."),
        )
    for group in (given, wanted):
        refuse_conflicted(by, group.supplier_id, order.expert_id)
    _refuse_unfit(order, wanted, customer_agrees, today)
    if queries.open_swap_of(order.id):
        raise WrongState(
            _l("A swap of this seat waits for its answer."),
            rule="seat_swap-state",
            next_step=_l("Wait for the answer."),
        )
    last = min(given.first_day, wanted.first_day)
    until = clock.add_working_days(today, ANSWER_DAYS, clock.authority_days)
    swap = SeatSwap(
        id=new_id(),
        authority_id=order.authority_id,
        asked_id=asked.id,
        order_id=order.id,
        group_id=wanted.id,
        given_group_id=given.id,
        reason=reason.strip(),
        state=SwapState.PROPOSED,
        proposed_by=by.person_id,
        proposed_at=now,
        answer_by=min(clock.end_of_day(until), clock.start_of_day(last)),
        authority=db.session.get_one(Authority, order.authority_id),
        asked=asked,
        order=order,
        group=wanted,
        given_group=given,
    )
    db.session.add(swap)
    db.session.flush()
    audit.record(
        PROPOSED, subject=swap, actor=by, at=now, order=order.id, given=given.id, wanted=wanted.id, asked=asked.id
    )
    key = f"{LAPSE_SWAP}:{swap.id}"
    jobs.add(LAPSE_SWAP, at=now, key=key, due_at=swap.answer_by, swap_id=swap.id)
    _tell(queries.experts_with_seats(wanted.id, asked.id), "seat_swap_proposed", swap, now)
    return swap


def _group_of(order: Order) -> Group:
    """:raises RuleBroken: the order is no seat of a group"""
    if order.group_id is None:
        raise RuleBroken(
            _l("The order is no seat of a group."),
            rule="swap-seat",
            field="order",
            next_step=_l("Choose another order."),
        )
    return db.session.get_one(Group, order.group_id)


def _tell(people: Sequence[Person], template: str, swap: SeatSwap, now: datetime) -> None:
    for person in people:
        mail.send(person.email, template, language=person.language, at=now, about_id=swap.id, swap=swap)


def _refuse_late(swap: SeatSwap, now: datetime) -> None:
    if swap.state is not SwapState.PROPOSED:
        raise WrongState(
            _l("This swap has been answered, or came to nothing."),
            rule="seat_swap-state",
            next_step=_l("Open the swaps to see where each stands."),
        )
    if now > swap.answer_by:
        raise WrongState(
            _l("The time to answer is over."), rule="seat_swap-state", next_step=_l("Propose a new swap if you want.")
        )


@transaction
def agree_to_swap(swap: SeatSwap, taken: Order, *, customer_agrees: bool, by: Mandate) -> tuple[Order, Order]:
    """Give the seat of an own customer for the offered one: the two customers' new orders, the proposer's first.

    :raises RuleBroken: the seat is no own one, a group does not fit (R98, R102), or money is short (I7)
    :raises WrongState: answered already or too late, or a seat is not the customer's any more
    """
    order, wanted, given = swap.order, swap.group, swap.given_group
    if taken.authority_id != swap.asked_id or taken.group_id != wanted.id:
        raise RuleBroken(
            _l("The seat is not one of your customers' in the wanted group."),
            rule="R103",
            field="order",
            next_step=_l("Choose another seat."),
        )
    filling.lock_by_id(order.need, taken.need)
    filling.lock_by_id(order, taken)
    filling.lock_by_id(given, wanted)
    queries.lock_entries(queries.placed_entries([order.id, taken.id]))
    lock(swap)
    filling.lock_by_id(given.start, wanted.start)
    filling.lock_by_id(*(each.contract for each in (given, wanted) if each.contract.award_decision_id is not None))
    pays, takes = _budget_for(order, wanted), _budget_for(taken, given)
    filling.lock_by_id(order.budget, taken.budget, pays, takes)
    now = clock.now()
    today = clock.helsinki_date(now)
    before = swap.state
    _refuse_late(swap, now)
    for each, where in ((order, given), (taken, wanted)):
        _refuse_gone(each, where, today)
        refuse_conflicted(by, where.supplier_id, each.expert_id)
    _refuse_unfit(order, wanted, True, today)  # its expert has told so by proposing
    _refuse_unfit(taken, given, customer_agrees, today)
    with db.session.no_autoflush:
        for each in (order, taken):
            each.budget.committed -= each.price
        for budget, group in ((pays, wanted), (takes, given)):
            filling.refuse_poor(group, budget, group.price)
            budget.committed += group.price
    new, new_taken = _move_both(order, given, taken, wanted, pays, takes, now, by)
    with db.session.no_autoflush:
        move(swap, SWAP_TRANSITIONS, "agree")
        swap.answered_by, swap.answered_at = by.person_id, now
        swap.taken_order_id, swap.new_order_id, swap.new_taken_order_id = taken.id, new.id, new_taken.id
    audit.record(
        AGREED,
        subject=swap,
        actor=by,
        at=now,
        before=before,
        order=order.id,
        taken=taken.id,
        new_order=new.id,
        new_taken=new_taken.id,
    )
    _tell([order.need.expert], "seat_swap_answered", swap, now)
    return new, new_taken


def _budget_for(order: Order, group: Group) -> Budget:
    """The budget on which the customer's authority orders a seat of the group.

    :raises BudgetTooSmall: it has none
    """
    found = order_queries.budget(order.authority_id, order.category_id, group.start.starts_on.year)
    return filling.refuse_poor(group, found, Decimal(0))


def _move_both(
    order: Order, given: Group, taken: Order, wanted: Group, pays: Budget, takes: Budget, now: datetime, by: Mandate
) -> tuple[Order, Order]:
    """End both orders and place the new ones, in an order of rows in which two swaps never wait for each other."""
    for authority_id in sorted({order.authority_id, taken.authority_id}):
        order_queries.hold_numbers(authority_id)
    actors: dict[Any, Mandate | None] = {order.id: None, taken.id: by}  # the proposer's moves as was agreed
    for each in sorted((order, taken), key=lambda row: row.supplier_id):
        answering.close_swapped(each, now, by=actors[each.id])
        for entry in seats.rows_of(each)[1:]:
            entry.order_id = None
            seats.leave(entry, LeaveReason.SEAT_SWAPPED, now, by=actors[each.id])
    db.session.flush()
    new = []
    for each, group, budget in ((order, wanted, pays), (taken, given, takes)):
        queueing.enter(each.need, group, now, by=actors[each.id])
        new.append(filling.order_seat(each.need, group, budget, now, by=actors[each.id]))
    return new[0], new[1]


@transaction
def refuse_swap(swap: SeatSwap, *, by: Mandate) -> None:
    """The other authority keeps its seats.

    :raises WrongState: answered already, or too late
    """
    lock(swap)
    now = clock.now()
    _refuse_late(swap, now)
    before = swap.state
    with db.session.no_autoflush:
        move(swap, SWAP_TRANSITIONS, "refuse")
        swap.answered_by, swap.answered_at = by.person_id, now
    audit.record(REFUSED, subject=swap, actor=by, at=now, before=before)
    _tell([swap.order.need.expert], "seat_swap_answered", swap, now)


@transaction
def lapse_swap(swap: SeatSwap) -> bool:
    """Nobody answered in time; ``False`` if there is nothing to do."""
    lock(swap)
    now = clock.now()
    if swap.state is not SwapState.PROPOSED or now < swap.answer_by:
        return False
    seats.lapse(swap, now)
    _tell([swap.order.need.expert], "seat_swap_answered", swap, now)
    return True
