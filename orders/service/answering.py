"""The answer to an order: accepted, declined, lapsed or cancelled before it began."""

from __future__ import annotations

from datetime import datetime

from core import audit, clock, jobs, mail
from core.db import db, lock, transaction
from core.errors import RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.states import move
from dps.contracts import gates
from dps.contracts import queries as contract_queries
from dps.contracts import service as contracts
from dps.systems.models import DeclineReason
from orders import rules
from orders.groups import seats
from orders.models import (
    DELIVERED,
    NEED_TRANSITIONS,
    NOT_BOUGHT,
    ORDER_TRANSITIONS,
    NeedState,
    Order,
    OrderState,
)
from orders.service.placing import BY_RULE, OFFER_NEXT

ACCEPTED = audit.declare("order.accepted", "before")
DECLINED = audit.declare("order.declined", "before", "reason")
EXPIRED = audit.declare("order.expired", "before")
CANCELLED = audit.declare("order.cancelled", "before")

#: States that hold a seat; those that hold committed money.
HOLDING_SEAT = frozenset(OrderState) - frozenset(NOT_BOUGHT)
HOLDING_MONEY = HOLDING_SEAT - frozenset(DELIVERED)


def _lock_all(order: Order) -> None:
    """Need, order, start, contract of a competition, budget: the one order of locks."""
    competed = [order.contract] if order.contract.award_decision_id is not None else []
    for row in (order.need, order, *seats.rows_of(order), order.start, *competed, order.budget):
        lock(row)


def _give_back(order: Order) -> None:
    """Release seat, money and quantity of an order that ends before it began; the caller holds their locks."""
    if seats.give_back(order):
        return
    order.start.seats_taken -= 1
    order.budget.committed -= order.price
    if order.contract.award_decision_id is not None:
        contracts.give_back_quantity(order.contract, rules.UNITS_OF_ORDER)


@transaction
def accept(order: Order, *, by: Mandate) -> None:
    """The provider takes the order: with it the written call-off is complete (R79).

    :raises WrongState: the time to answer is over, or it was answered already
    :raises RuleBroken: the frame contract has ended since, so nothing can be called off under it; or who accepts
        has not promised secrecy (R118)
    """
    lock(order)
    contract = contract_queries.contract(order.contract_id)
    assert contract is not None
    lock(contract)
    now = clock.now()
    _refuse_lapsed(order, now)
    if order.state is OrderState.PLACED and not contract.is_in_force(clock.helsinki_date(now)):
        raise RuleBroken(
            _l("The contract on which the order rests is no longer in force."),
            rule="R79",
            next_step=_l("The order lapses by itself. Ask the city if this surprises you."),
        )
    gates.refuse_without_secrecy(by, order.supplier_id, order.authority_id)
    before = order.state
    with db.session.no_autoflush:
        move(order, ORDER_TRANSITIONS, "accept")
        order.accepted_at = now
    audit.record(ACCEPTED, subject=order, actor=by, at=now, before=before)


def _refuse_lapsed(order: Order, now: datetime) -> None:
    if order.state is OrderState.PLACED and rules.has_lapsed(order.accept_by, now):
        raise WrongState(
            _l("The time to answer this order is over."),
            rule="accept-within",
            next_step=_l("The order has lapsed. It is offered to another provider."),
        )


@transaction
def decline(order: Order, reason: DeclineReason, *, by: Mandate) -> None:
    """The provider cannot take the order, for one of the published reasons; it must not choose customers (R98).

    :raises RuleBroken: the category does not accept this reason
    :raises WrongState: the time to answer is over, or it was answered already
    """
    if reason.value not in order.category.decline_reasons:
        raise RuleBroken(
            _l("The category does not accept this reason."),
            rule="R98",
            field="reason",
            next_step=_l("Choose one of the published reasons."),
        )
    _lock_all(order)
    now = clock.now()
    _refuse_lapsed(order, now)
    before = order.state
    with db.session.no_autoflush:
        move(order, ORDER_TRANSITIONS, "decline")
        order.decline_reason, order.closed_at = reason, now
        _give_back(order)
    _look_further(order, now)
    audit.record(DECLINED, subject=order, actor=by, at=now, before=before, reason=reason)


@transaction
def expire(order: Order) -> bool:
    """Nobody answered in time: the system closes the order and looks further; ``False`` if there is nothing to do."""
    _lock_all(order)
    now = clock.now()
    if order.state is not OrderState.PLACED or not rules.has_lapsed(order.accept_by, now):
        return False
    before = order.state
    move(order, ORDER_TRANSITIONS, "expire")
    order.closed_at = now
    _give_back(order)
    _look_further(order, now)
    audit.record(EXPIRED, subject=order, actor=None, at=now, before=before)
    return True


def _look_further(order: Order, now: datetime) -> None:
    """The need is open again: by rule the next is offered, else the customer chooses anew (R3)."""
    move(order.need, NEED_TRANSITIONS, "reopen")
    if order.category.ordering_rule in BY_RULE:
        jobs.add(OFFER_NEXT, at=now, key=f"{OFFER_NEXT}:{order.id}", need_id=order.need_id)
        return
    expert = order.need.expert
    mail.send(expert.email, "order_not_taken", language=expert.language, at=now, about_id=order.need_id, order=order)


@transaction
def cancel(order: Order, *, by: Mandate) -> None:
    """The expert cancels an order that has not begun; the provider is told.

    :raises WrongState: the service has begun, or the order is closed
    """
    _lock_all(order)
    now = clock.now()
    before = order.state
    with db.session.no_autoflush:
        move(order, ORDER_TRANSITIONS, "cancel")
        order.closed_at = now
        _give_back(order)
    if order.need.state is NeedState.ORDERED:
        move(order.need, NEED_TRANSITIONS, "reopen")
    for address in order.supplier.emails:
        mail.send(address, "order_cancelled", language=order.supplier.language, at=now, about_id=order.id, order=order)
    audit.record(CANCELLED, subject=order, actor=by, at=now, before=before)
