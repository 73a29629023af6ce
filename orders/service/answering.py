"""The answer to an order: accepted, declined, lapsed, cancelled or missed before it began."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from flask_babel.speaklater import LazyString

from core import audit, clock, jobs, law, mail
from core.db import db, lock, transaction
from core.errors import RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.states import move
from core.web.formatting import date as date_words
from core.web.formatting import money
from dps.contracts import gates
from dps.contracts import queries as contract_queries
from dps.contracts import service as contracts
from dps.systems.models import DeclineReason
from dps.systems.production import stands_apart
from orders import life, rules
from orders.groups import seats
from orders.meeting.conflicts import refuse_conflicted
from orders.models import (
    DELIVERED,
    NEED_TRANSITIONS,
    NOT_BOUGHT,
    ORDER_TRANSITIONS,
    NeedState,
    Order,
    OrderState,
)
from orders.service import standings
from orders.service.delivering import add_fee
from orders.service.placing import BY_RULE, OFFER_NEXT

ACCEPTED = audit.declare("order.accepted", "before")
DECLINED = audit.declare("order.declined", "before", "reason")
EXPIRED = audit.declare("order.expired", "before")
CANCELLED = audit.declare("order.cancelled", "before", "fee")
MISSED = audit.declare("order.no_show", "before", "tried_on")

#: States that hold a seat; those that hold committed money.
HOLDING_SEAT = frozenset(OrderState) - frozenset(NOT_BOUGHT)
HOLDING_MONEY = HOLDING_SEAT - frozenset(DELIVERED)


def _lock_all(order: Order) -> None:
    """Need, order, start, contract of a competition, budgets: the one order of locks."""
    competed = [order.contract] if order.contract.award_decision_id is not None else []
    for row in (order.need, order, *seats.rows_of(order), order.start, *competed, *seats.budgets_of(order)):
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
    """The need is open again: by rule the next is offered, else the customer chooses anew (R3).

    Who lost a seat of a group was picked for the group, and who asked own production or a partner went beside the
    published order: the expert decides whether another service will do.
    """
    move(order.need, NEED_TRANSITIONS, "reopen")
    goes_on = order.group_id is None and not stands_apart(order.production)
    if order.category.ordering_rule in BY_RULE and goes_on:
        jobs.add(OFFER_NEXT, at=now, key=f"{OFFER_NEXT}:{order.id}", need_id=order.need_id)
        return
    expert = order.need.expert
    mail.send(expert.email, "order_not_taken", language=expert.language, at=now, about_id=order.need_id, order=order)


@dataclass(frozen=True)
class CancelTerms:
    """What cancelling costs now, and the last day on which it is free."""

    fee: Decimal
    free_until: date
    #: Of the price, when it is no longer free.
    share: Decimal


def cancel_terms(order: Order, today: date) -> CancelTerms:
    """The published terms of cancelling (R79): free before acceptance and until some working days before the start,
    later a share of the price."""
    published = clock.helsinki_date(order.placed_at)
    days = int(law.number("R79.cancel_free", published))
    share = law.number("R79.cancel_share", published)
    free_until = order.planned_start_on
    while clock.working_days_between(free_until, order.planned_start_on, clock.supplier_days) < days:
        free_until -= timedelta(days=1)
    is_free = order.state is OrderState.PLACED or today <= free_until or seats.keeps_seat(order)
    fee = Decimal(0) if is_free else (order.price * share / 100).quantize(Decimal("0.01"))
    return CancelTerms(fee, free_until, share)


@transaction
def cancel(order: Order, *, by: Mandate, fee: Decimal = Decimal(0)) -> None:
    """The expert cancels an order that has not begun; the provider is told.

    :param fee: what the expert was told that it costs
    :raises RuleBroken: it costs more by now (R79), or the expert has declared an interest (R50)
    :raises WrongState: the service has begun, or the order is closed
    """
    _lock_all(order)
    now = clock.now()
    refuse_conflicted(by, order.supplier_id)
    before = order.state
    terms = cancel_terms(order, clock.helsinki_date(now))
    with db.session.no_autoflush:
        move(order, ORDER_TRANSITIONS, "cancel")
        _refuse_dearer(terms, fee)
        order.closed_at = now
        order.cancel_fee = terms.fee or None
        _give_back(order)
        order.budget.spent += terms.fee
        if terms.fee:
            add_fee(order, terms.fee, by, now)
    standings.taken_back(order)
    _reopen(order)
    for address in order.supplier.emails:
        mail.send(address, "order_cancelled", language=order.supplier.language, at=now, about_id=order.id, order=order)
    audit.record(CANCELLED, subject=order, actor=by, at=now, before=before, fee=terms.fee)


def close_swapped(order: Order, at: datetime, *, by: Mandate | None) -> None:
    """End an order whose seat of a group goes to another customer in the same moment: it costs nothing, and the group
    holds nothing anew. The caller holds the locks and has moved the money."""
    before = order.state
    with db.session.no_autoflush:
        move(order, ORDER_TRANSITIONS, "cancel")
        order.closed_at = at
    standings.taken_back(order)
    _reopen(order)
    for address in order.supplier.emails:
        mail.send(address, "order_cancelled", language=order.supplier.language, at=at, about_id=order.id, order=order)
    audit.record(CANCELLED, subject=order, actor=by, at=at, before=before, fee=Decimal(0))


def _refuse_dearer(terms: CancelTerms, fee: Decimal) -> None:
    if terms.fee > fee:
        raise RuleBroken(
            _l("Cancelling costs %(fee)s now, because the start is near.", fee=LazyString(money, terms.fee)),
            rule="R79",
            field="fee",
            next_step=_l("Look at the terms of cancelling, and cancel again if you agree to the cost."),
            fee=terms.fee,
        )


def _reopen(order: Order) -> None:
    if order.need.state is NeedState.ORDERED:
        move(order.need, NEED_TRANSITIONS, "reopen")


@transaction
def report_no_show(order: Order, tried_on: Sequence[date], *, by: Mandate) -> None:
    """The customer never came: the provider tells on which days it tried; the need is open again, nothing is paid.

    :raises RuleBroken: before the agreed day, too long after it, or a day that cannot be
    :raises WrongState: the service has begun, or the order is closed
    """
    _lock_all(order)
    now = clock.now()
    today = clock.helsinki_date(now)
    before = order.state
    days = sorted(set(tried_on))
    with db.session.no_autoflush:
        move(order, ORDER_TRANSITIONS, "miss")
        _check_no_show(order, days, today)
        order.tried_on = [day.isoformat() for day in days]
        order.closed_at = now
        _give_back(order)
    _reopen(order)
    expert = order.need.expert
    mail.send(expert.email, "order_no_show", language=expert.language, at=now, about_id=order.id, order=order)
    audit.record(MISSED, subject=order, actor=by, at=now, before=before, tried_on=order.tried_on)


def _check_no_show(order: Order, days: Sequence[date], today: date) -> None:
    first, last = life.first_day(order), life.no_show_until(order)
    if not first <= today <= last:
        raise RuleBroken(
            _l("It can be told from the agreed day on, for a limited time."),
            rule="no-show-time",
            field="tried_on",
            next_step=_l(
                "Tell it between %(first)s and %(last)s. Later, write to the expert.",
                first=_day(first),
                last=_day(last),
            ),
        )
    assert order.accepted_at is not None
    if not days or not clock.helsinki_date(order.accepted_at) <= days[0] <= days[-1] <= today or days[-1] < first:
        raise RuleBroken(
            _l("Tell the days on which you tried, the agreed day or one after it among them."),
            rule="no-show-days",
            field="tried_on",
            next_step=_l("Enter days from the confirmation of the order to today."),
        )


def _day(day: date) -> LazyString:
    return LazyString(date_words, day)
