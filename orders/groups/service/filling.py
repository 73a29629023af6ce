"""Filling a seat: the order of a customer, with the seat and the money that the group held for it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask_babel.speaklater import LazyString

from core import clock
from core.db import lock, transaction
from core.errors import NotFound, RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.web.formatting import deadline, money
from dps.contracts.production import service as production
from dps.systems.models import OrderingRule
from orders import queries as order_queries
from orders.buying import refuse_no_buyer
from orders.groups import queries, seats
from orders.groups.models import EntryState, Group, GroupState, QueueEntry
from orders.groups.service import checks, queueing
from orders.meeting import conflicts
from orders.models import Budget, ChosenBy, Need, NeedState, Order
from orders.service.calling_off import CallOff, record_call_off
from orders.service.placing import BudgetTooSmall, SeatTaken, chosen_by_whom


def group_for(entry: QueueEntry, wanted: Group | None) -> Group:
    """The group whose seat is meant: the one waited for, the one that offers a seat, or the one named.

    :raises NotFound: the place is in the queue of a category, and no group is named
    """
    found = entry.group or (entry.offer if entry.state is EntryState.OFFERED else wanted)
    if found is None:
        raise NotFound(_l("Name the group."), rule="not-found", field="group", next_step=_l("Choose a group."))
    return found


@transaction
def take_seat(entry: QueueEntry, *, customer_agrees: bool, by: Mandate, wanted: Group | None = None) -> Order:
    """Order the seat that is kept for a customer, or a free one when it is the customer's turn (I7).

    Seat and money come from the group: nothing more is taken from start and budget. In another authority's group the
    order, its number and its money are the customer's authority's: what the organiser held for the seat is free again.
    The customer leaves the other queues. Where the customer chooses, the group is what they chose (R3).

    :raises NotAllowed: the customer's authority does not buy from the system, or not any more (R103)
    :raises SeatTaken: no seat is free any more
    :raises RuleBroken: R3, R19, R50, R79, R98, R102, others come before, or the partner's budget is short (I7)
    :raises WrongState: the need is ordered, the seat was not taken in time, or the group does not take people
    """
    need, group = entry.need, group_for(entry, wanted)
    lock(need)
    lock(group)
    seats.lock_queued(need)
    lock(entry)
    lock(group.start)
    if group.contract.award_decision_id is not None:
        lock(group.contract)
    budget = budget_of(need, group)
    lock_by_id(group.budget, *([budget] if budget else []))
    now = clock.now()
    conflicts.refuse_conflicted(by, group.supplier_id, need.expert_id)
    _refuse_state(entry, group, now)
    refuse_unlawful(need, group, clock.helsinki_date(now))
    refuse_unselected(need, group)
    _refuse_turn(entry, group, now)
    refuse_unasked(group, customer_agrees)
    budget = refuse_poor(group, budget, group.price if budget is not group.budget else Decimal(0))
    group.seats_filled += 1
    group.budget.committed -= group.price
    budget.committed += group.price
    return order_seat(need, group, budget, now, by=by)


def budget_of(need: Need, group: Group) -> Budget | None:
    """The budget on which a seat of the group is ordered for a need: always that of the customer's authority."""
    if need.authority_id == group.authority_id:
        return group.budget
    return order_queries.budget(need.authority_id, need.category_id, group.start.starts_on.year)


def lock_by_id(*rows: Any) -> None:
    """Rows of one kind, locked in the order of their ids."""
    for row in sorted(set(rows), key=lambda each: each.id):
        lock(row)


def refuse_unlawful(need: Need, group: Group, today: date) -> None:
    """What forbids a seat of the group to a customer, whosever turn it is: R19, R79, R102, R103."""
    checks.refuse_closed_system(group.offering, today)
    refuse_no_buyer(need.category, need.authority_id, need.municipality, today)
    if group.offering.stands_apart:
        production.contract_to_order_under(group.contract, need.authority_id, today)
    if not group.contract.is_in_force(today) or group.contract.paused_at is not None:
        raise RuleBroken(
            _l("The provider has no contract in force for this category."),
            rule="R79",
            next_step=_l("Choose another group."),
        )
    queueing.refuse_misfit(need, group)


def refuse_unasked(group: Group, customer_agrees: bool) -> None:
    """Where the customer chooses, the group is what they chose (R3)."""
    if group.category.ordering_rule is OrderingRule.CUSTOMER_CHOICE and not customer_agrees:
        raise RuleBroken(
            _l("In this category the customer chooses the provider."),
            rule="R3",
            field="customer_agrees",
            next_step=_l("Ask the customer, and confirm that they chose this group."),
        )


def refuse_poor(group: Group, budget: Budget | None, price: Decimal) -> Budget:
    """A partner's seat is paid by the partner, whose budget must have the money (I7)."""
    left = budget.left if budget else Decimal(0)
    if budget is None or left < price:
        raise BudgetTooSmall(
            _l(
                "The seat was not taken. It costs %(price)s, but %(left)s of your authority's budget is left.",
                price=LazyString(money, group.price),
                left=LazyString(money, left),
            ),
            rule="I7",
            field="budget",
            next_step=_l("Ask your coordinator for more money in this category, or choose another service."),
            price=group.price,
            left=left,
        )
    return budget


def order_seat(need: Need, group: Group, budget: Budget, now: datetime, *, by: Mandate | None) -> Order:
    """Write the order of a seat down; the caller holds the locks, has asked every rule and has moved seat and money."""
    chosen_by = chosen_by_whom(group.offering, None)
    if group.category.ordering_rule is OrderingRule.CUSTOMER_CHOICE:
        chosen_by = ChosenBy.CUSTOMER
    order = record_call_off(
        CallOff(
            need=need,
            offering=group.offering,
            start=group.start,
            contract=group.contract,
            budget=budget,
            price=group.price,
            chosen_by=chosen_by,
            choice=None,
            considered=[group.offering_id],
            at=now,
            group_id=group.id,
        ),
        by=by,
    )
    order.planned_end_on, order.parts = group.last_day, list(group.parts)
    return order


def _refuse_state(entry: QueueEntry, group: Group, now: datetime) -> None:
    if entry.need.state is not NeedState.OPEN:
        raise WrongState(
            _l("This need is ordered or closed already."),
            rule="need-state",
            next_step=_l("Open the need to see its order."),
        )
    if group.state is not GroupState.OPEN or not queueing.takes_people(group):
        raise WrongState(
            _l("The group does not take new people any more, or not yet."),
            rule="group-state",
            next_step=_l("Choose another group."),
        )
    if entry.state is EntryState.OFFERED:
        if entry.offer_id != group.id or entry.offered_until is None or now > entry.offered_until:
            raise WrongState(
                _l("The seat was kept for the customer until its time was over."),
                rule="queue_entry-state",
                next_step=_l("Join the queue again."),
            )
    elif entry.state is not EntryState.WAITING:
        raise WrongState(
            _l("The customer does not wait in this queue any more."),
            rule="queue_entry-state",
            next_step=_l("Join the queue again."),
        )


def refuse_unselected(need: Need, group: Group) -> None:
    """Where students are selected, only whom their authority chose (R98)."""
    if not group.needs_selection:
        return
    decision = queries.selections_of(group.id).get(need.id)
    if decision is None or not decision.is_chosen:
        raise RuleBroken(
            _l("The students of this training are selected, and this customer has not been chosen."),
            rule="R98",
            field="selection",
            next_step=_l("Decide on the selection first, with reasons."),
        )


def _refuse_turn(entry: QueueEntry, group: Group, now: datetime) -> None:
    """A kept seat is theirs; a free one belongs to those first in line (I7)."""
    if entry.state is EntryState.OFFERED and group.seats_empty > 0:
        return
    free = queries.seats_free(group)
    if free < 1:
        raise SeatTaken(
            _l("The last place was just taken."),
            rule="I7",
            field="group",
            next_step=_l("The customer stays in the queue. A seat that becomes free goes to the next in line."),
        )
    if entry.authority_id != group.authority_id and now <= group.own_until:
        raise RuleBroken(
            _l("The seats are still for the customers of the authority that organises the group."),
            rule="own-window",
            field="group",
            next_step=_l(
                "The customer stays in the queue. From %(when)s on free seats go to partners' customers, too.",
                when=LazyString(deadline, group.own_until),
            ),
        )
    first = [each.need_id for each in queueing.in_line(group, now)[:free]]
    if entry.need_id not in first:
        raise RuleBroken(
            _l("Others come before this customer."),
            rule="queue-order",
            field="group",
            next_step=_l("The customer stays in the queue. A seat that becomes free goes to the next in line."),
        )
