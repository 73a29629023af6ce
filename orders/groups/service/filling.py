"""Filling a seat: the order of a customer, with the seat and the money that the group held for it."""

from __future__ import annotations

from datetime import datetime

from core import clock
from core.db import lock, transaction
from core.errors import NotFound, RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from dps.systems.models import OrderingRule
from orders.groups import queries, seats
from orders.groups.models import EntryState, Group, GroupState, QueueEntry
from orders.groups.service import checks, queueing
from orders.meeting import conflicts
from orders.models import ChosenBy, NeedState, Order
from orders.service.calling_off import CallOff, record_call_off
from orders.service.placing import SeatTaken


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

    Seat and money come from the group: nothing more is taken from start and budget. The customer leaves the other
    queues. Where the customer chooses, the group is what they chose (R3).

    :raises SeatTaken: no seat is free any more
    :raises RuleBroken: R3, R19, R50, R79, R98, R102, or others come before
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
    lock(group.budget)
    now = clock.now()
    today = clock.helsinki_date(now)
    conflicts.refuse_conflicted(by, group.supplier_id, need.expert_id)
    _refuse_state(entry, group, now)
    checks.refuse_closed_system(group.offering, today)
    contract = group.contract
    if not contract.is_in_force(today) or contract.paused_at is not None:
        raise RuleBroken(
            _l("The provider has no contract in force for this category."),
            rule="R79",
            next_step=_l("Choose another group."),
        )
    queueing.refuse_misfit(need, group)
    _refuse_unselected(entry, group)
    _refuse_turn(entry, group, now)
    customer_chooses = group.category.ordering_rule is OrderingRule.CUSTOMER_CHOICE
    if customer_chooses and not customer_agrees:
        raise RuleBroken(
            _l("In this category the customer chooses the provider."),
            rule="R3",
            field="customer_agrees",
            next_step=_l("Ask the customer, and confirm that they chose this group."),
        )
    group.seats_filled += 1
    order = record_call_off(
        CallOff(
            need=need,
            offering=group.offering,
            start=group.start,
            contract=contract,
            budget=group.budget,
            price=group.price,
            chosen_by=ChosenBy.CUSTOMER if customer_chooses else ChosenBy.RULE,
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


def _refuse_unselected(entry: QueueEntry, group: Group) -> None:
    """Where students are selected, only whom the authority chose (R98)."""
    if not group.needs_selection:
        return
    decision = queries.selections_of(group.id).get(entry.need_id)
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
    first = [each.need_id for each in queueing.in_line(group, now)[:free]]
    if entry.need_id not in first:
        raise RuleBroken(
            _l("Others come before this customer."),
            rule="queue-order",
            field="group",
            next_step=_l("The customer stays in the queue. A seat that becomes free goes to the next in line."),
        )
