"""Placing an order: the only way to a call-off, and what forbids one.

Locks are taken in one order everywhere - needs, orders, groups, places in queues, swaps of seats, starts, contracts of
competitions, budgets, then the audit chain; several of a kind by their ids, as the seat of one authority's group that
another orders touches both their budgets - so that nothing deadlocks; seats, quantity and money are taken under their
row locks, and the database checks them again (I7).
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask_babel.speaklater import LazyString

from core import clock, jobs, mail
from core.db import db, lock, savepoint, transaction
from core.errors import RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.web.formatting import money
from core.web.text_checks import MESSAGE, contains_identity_code
from dps.contracts import queries as contract_queries
from dps.contracts import service as contracts
from dps.contracts.models import FrameContract
from dps.contracts.production import service as production
from dps.contracts.rules import service_ceiling_on
from dps.offerings.models import Offering, OfferingStart, OfferingState
from dps.systems import legal_mode
from dps.systems import queries as system_queries
from dps.systems import service as systems
from dps.systems.models import Category, OrderingRule
from dps.systems.production import stands_apart
from orders import queries, rules, search
from orders.buying import refuse_no_buyer
from orders.groups import seats
from orders.meeting.conflicts import refuse_conflicted
from orders.models import (
    Budget,
    Choice,
    ChoiceAnswer,
    ChosenBy,
    Need,
    NeedState,
    Order,
    OrderState,
)
from orders.rules import Misfit
from orders.service.calling_off import CallOff, record_call_off

#: The job that offers a declined or lapsed need to the next; it locks from the beginning, in order.
OFFER_NEXT = "orders.offer_next"

#: Rules under which the first in the published order is the offer.
BY_RULE = frozenset({OrderingRule.RANKING, OrderingRule.ROTATION, OrderingRule.COMPETITION})


#: How many of the list an order keeps.
CONSIDERED = 10


class SeatTaken(RuleBroken):
    """Somebody else took the last seat; another service, or another start, may be free."""


class NotFirst(RuleBroken):
    """The published rule puts another first, perhaps since somebody ordered a moment ago."""


def _seat_taken() -> SeatTaken:
    return SeatTaken(
        _l("The last place was just taken."),
        rule="I7",
        field="start",
        next_step=_l("Choose another service or another start."),
    )


class BudgetTooSmall(RuleBroken):
    """The money left does not cover the price."""


class PriceRaised(RuleBroken):
    """The price is above the one shown when the customer's link was made; somebody must look at it again."""


class NotAvailable(RuleBroken):
    """The service itself can no longer be ordered: withdrawn, out of contract, or not fitting."""


def _refuse_uncompeted(category: Category, contract: FrameContract) -> None:
    """Where orders follow competitions, only a call-off under the contract of one (R2, R3).

    Own and partners' production is no purchase: it is ordered under its agreement (HL 15 §, 16 §).
    """
    if stands_apart(contract.production):
        return
    if contract.award_decision_id is not None:
        return
    if not legal_mode.direct_orders_allowed(category.legal_mode):
        raise RuleBroken(
            _l("In a dynamic purchasing system of the Procurement Act every purchase is competed."),
            rule="R2",
            next_step=_l("Start a competition among the admitted suppliers of the category."),
        )
    if category.ordering_rule is OrderingRule.COMPETITION:
        raise RuleBroken(
            _l("The published rule of this category is a competition."),
            rule="R3",
            next_step=_l("Start a competition among the admitted suppliers of the category."),
        )


def _refuse_rule(category: Category, day: date) -> None:
    """What the state of the category's system forbids (R19)."""
    systems.check_not_ended(category)
    if not system_queries.system_is_open(category, day):
        raise RuleBroken(
            _l("The purchasing system is closed. Nothing can be ordered in it."),
            rule="R19",
            next_step=_l("Wait until the system is open again."),
        )


def _refuse_choice(
    need: Need, offering: Offering, start: OfferingStart, chosen_by: ChosenBy, choice: Choice | None
) -> None:
    """Under customer's choice only what the customer chose may be ordered (R3).

    Own and partners' production is ordered directly under its agreement, never by the published rule.
    """
    if chosen_by is not ChosenBy.CUSTOMER and chosen_by is not chosen_by_whom(offering, None):
        raise RuleBroken(
            _l("Own production and partners are ordered under their agreement, all others by the published rule."),
            rule="R3",
            field="offering",
            next_step=_l("Order the service that stands first, or one of own production and partners directly."),
        )
    if chosen_by is ChosenBy.AGREEMENT:
        return
    if need.category.ordering_rule is not OrderingRule.CUSTOMER_CHOICE:
        return
    is_theirs = (
        chosen_by is ChosenBy.CUSTOMER
        and choice is not None
        and choice.need_id == need.id
        and choice.answer is ChoiceAnswer.CHOSEN
        and (choice.offering_id, choice.start_id) == (offering.id, start.id)
    )
    if not is_theirs:
        raise RuleBroken(
            _l("In this category the customer chooses the provider."),
            rule="R3",
            next_step=_l("Send the customer a link with the fitting services."),
        )


def _contract(need: Need, offering: Offering, start: OfferingStart, today: date) -> FrameContract:
    """The contract the order rests on: in force today and on the first day (R79); of a competition, with quantity left
    (R2); of own or partners' production, under an agreement that lets the authority order."""
    found: FrameContract | None
    if offering.stands_apart:
        found = production.contract_to_order_under(offering.contract, need.authority_id, today)
    else:
        found = _bought_contract(offering, today)
    if found is None or start.starts_on > found.ends_on:
        raise NotAvailable(
            _l("The provider has no contract in force for this category."),
            rule="R79",
            next_step=_l("Choose another service, or wait until the contract is signed."),
        )
    if offering.state is not OfferingState.PUBLISHED or start.offering_id != offering.id:
        raise NotAvailable(
            _l("The service is not offered now."), rule="offering-state", next_step=_l("Choose another service.")
        )
    return found


def _bought_contract(offering: Offering, today: date) -> FrameContract | None:
    if offering.contract.award_decision_id is not None and offering.contract.is_in_force(today):
        contracts.refuse_over_maximum(offering.contract, rules.UNITS_OF_ORDER)
    return contract_queries.contract_for_orders(offering.supplier_id, offering.category_id, today, offering.contract_id)


_MISFITS: dict[Misfit, tuple[str, Any]] = {
    Misfit.DECLINED: ("R3", _l("The provider could not take this order before.")),
    Misfit.LANGUAGE: ("R102", _l("The provider does not serve in the language the customer needs.")),
    Misfit.PLACE: ("need-place", _l("The service is not given in the place the customer needs.")),
    Misfit.FORM: ("need-form", _l("The service is not given in the way the customer needs: alone or in a group.")),
    Misfit.MODULE: ("category-module", _l("The service lacks a module that the customer needs.")),
    Misfit.TOO_LATE: ("need-start", _l("The service starts later than the customer needs.")),
}

#: A reason says something: not a single sign.
LEAST_REASON = 10


@dataclass(frozen=True)
class _Fit:
    """That the offering fits and may be ordered: its price, and what the published rule put first."""

    price: Decimal
    considered: list[uuid.UUID]
    deviation_reason: str | None = None


def _fit_of(need: Need, offering: Offering, start: OfferingStart, today: date, deviation: str | None) -> _Fit:
    """Under ranking and rotation only the first in the published order, or of a ranking another with a reason (R3);
    what stands apart is in no order."""
    if offering.stands_apart or need.category.ordering_rule not in BY_RULE:
        hit = _refuse_misfit(need, offering, start, search.hit_of(need, offering.id, on=today), today)
        _refuse_needless_reason(deviation)
        return _Fit(hit.price, [offering.id])
    result = search.fitting(need, on=today, limit=CONSIDERED)
    known = result.hit(offering.id) or (search.hit_of(need, offering.id, on=today) if result.has_more else None)
    hit = _refuse_misfit(need, offering, start, known, today)
    considered = [each.offering_id for each in result.hits]
    if considered[0] == offering.id:
        _refuse_needless_reason(deviation)
        return _Fit(hit.price, considered)
    return _Fit(hit.price, considered, _refuse_departure(need.category, deviation))


def _refuse_misfit(
    need: Need, offering: Offering, start: OfferingStart, hit: search.Hit | None, today: date
) -> search.Hit:
    """The offering as it fits this need now, with a seat on this start."""
    reason = None if hit else search.misfit_of(need, offering.id, on=today)
    if reason is Misfit.FULL or (reason is None and start.seats_left < 1):
        raise _seat_taken()
    if hit is None or not today <= start.starts_on <= need.latest_start:
        rule, message = _MISFITS[reason or Misfit.TOO_LATE]
        raise NotAvailable(message, rule=rule, field="offering", next_step=_l("Choose another service."))
    return hit


def _refuse_departure(category: Category, deviation: str | None) -> str:
    """The reason for ordering another than the first, which only a ranking allows (R3)."""
    if deviation is None or category.ordering_rule is not OrderingRule.RANKING:
        raise NotFirst(
            _l("The published rule puts another provider first."),
            rule="R3",
            field="offering",
            next_step=_l("Order the service that stands first."),
        )
    if contains_identity_code(deviation):
        raise RuleBroken(MESSAGE, rule="I8", field="deviation_reason")
    if len(deviation.strip()) < LEAST_REASON:
        raise RuleBroken(
            _l("Whoever departs from the published order tells why."),
            rule="R3",
            field="deviation_reason",
            next_step=_l("Write the reason in a sentence. It is kept with the order and reported."),
        )
    return deviation.strip()


def _refuse_needless_reason(deviation: str | None) -> None:
    if deviation is not None:
        raise RuleBroken(
            _l("The order follows the published rule. It needs no reason for departing from it."),
            rule="R3",
            field="deviation_reason",
            next_step=_l("Leave the reason out."),
        )


def _refuse_price(offering: Offering, contract: FrameContract, today: date) -> None:
    if offering.price > service_ceiling_on(contract, today):
        raise NotAvailable(
            _l("The price is above the ceiling of the category."),
            rule="price-ceiling",
            next_step=_l("Choose another service. The provider must lower the price first."),
        )


def _refuse_raise(price: Decimal, start: OfferingStart, choice: Choice | None, by: Mandate | None) -> None:
    """An order that the customer's answer places by itself costs no more than the expert saw (R3)."""
    if by is not None or choice is None:
        return
    shown = choice.price_shown(start.offering_id)
    if shown is not None and price > shown:
        raise PriceRaised(
            _l("The provider has raised the price since the link was made."),
            rule="price-shown",
            next_step=_l("Look at the new price, then order what the customer chose or make a new link."),
        )


def _refuse_budget(budget: Budget | None, price: Decimal) -> Budget:
    left = budget.left if budget else Decimal(0)
    if budget is None or left < price:
        raise BudgetTooSmall(
            _l(
                "The order was not placed. It costs %(price)s, but %(left)s of the budget is left.",
                price=LazyString(money, price),
                left=LazyString(money, left),
            ),
            rule="I7",
            field="budget",
            next_step=_l("Ask for more or choose another service."),
            price=price,
            left=left,
        )
    return budget


@dataclass(frozen=True)
class _Cleared:
    """Everything an order needs, checked under the locks."""

    contract: FrameContract
    budget: Budget
    fit: _Fit
    at: datetime


def _clear(
    need: Need,
    offering: Offering,
    start: OfferingStart,
    chosen_by: ChosenBy,
    choice: Choice | None,
    deviation: str | None,
    by: Mandate | None,
) -> _Cleared:
    """Lock the need's places in queues, start, contract and budget (the need is locked already) and ask every rule;
    writes nothing."""
    seats.lock_queued(need)
    lock(start)
    if need.state is not NeedState.OPEN:
        raise WrongState(
            _l("This need is ordered or closed already."),
            rule="need-state",
            next_step=_l("Open the need to see its order."),
        )
    if start.seats_left < 1:  # told at once: in a rush for the last seats nobody waits for money that is not needed
        raise _seat_taken()
    if offering.contract.award_decision_id is not None:
        lock(offering.contract)
    budget = queries.budget_for_update(need.authority_id, need.category_id, start.starts_on.year)
    if need.category.ordering_rule in BY_RULE and not offering.stands_apart:
        queries.hold_turns(need.category_id)
    now = clock.now()
    today = clock.helsinki_date(now)
    if offering.category_id != need.category_id:
        raise NotAvailable(
            _l("The service belongs to another category."), rule="R11", next_step=_l("Choose another service.")
        )
    refuse_conflicted(by, offering.supplier_id, need.expert_id)
    _refuse_uncompeted(need.category, offering.contract)
    _refuse_rule(need.category, today)
    refuse_no_buyer(need.category, need.authority_id, need.municipality, today)
    contract = _contract(need, offering, start, today)
    _refuse_choice(need, offering, start, chosen_by, choice)
    _refuse_price(offering, contract, today)
    fit = _fit_of(need, offering, start, today, deviation)
    _refuse_raise(fit.price, start, choice, by)
    budget = _refuse_budget(budget, fit.price)
    return _Cleared(contract, budget, fit, now)


def chosen_by_whom(offering: Offering, choice: Choice | None) -> ChosenBy:
    """Whose choice an order rests on: the customer's answer, else the agreement of what stands apart, else the rule."""
    if choice is not None:
        return ChosenBy.CUSTOMER
    return ChosenBy.AGREEMENT if offering.stands_apart else ChosenBy.RULE


@transaction
def place_order(
    need: Need,
    offering: Offering,
    start: OfferingStart,
    *,
    chosen_by: ChosenBy,
    by: Mandate | None,
    choice: Choice | None = None,
    deviation_reason: str | None = None,
) -> Order:
    """Place the order with the supplier, take the seat and commit the money, all or nothing.

    ``by`` is ``None`` when the customer's answer or the published rule places it. The order keeps the
    rule as published now (R3) and names the frame contract it rests on (R79).

    :param deviation_reason: why another than the first of a ranking is ordered; kept with the order and reported (R3)
    :raises RuleBroken: R2, R3, R19, R79, R102, the ceiling, a raised price, the seat or the budget (I7) forbids it
    :raises WrongState: the need is ordered or closed
    """
    lock(need)
    cleared = _clear(need, offering, start, chosen_by, choice, deviation_reason, by)
    return _write(need, offering, start, cleared, chosen_by, choice, by)


def _write(
    need: Need,
    offering: Offering,
    start: OfferingStart,
    cleared: _Cleared,
    chosen_by: ChosenBy,
    choice: Choice | None,
    by: Mandate | None,
) -> Order:
    if need.category.ordering_rule is OrderingRule.CUSTOMER_CHOICE:
        queries.cancel_open_choices(need.id, cleared.at)
    start.seats_taken += 1
    cleared.budget.committed += cleared.fit.price
    if cleared.contract.award_decision_id is not None:
        contracts.take_quantity(cleared.contract, rules.UNITS_OF_ORDER)
    return record_call_off(
        CallOff(
            need=need,
            offering=offering,
            start=start,
            contract=cleared.contract,
            budget=cleared.budget,
            price=cleared.fit.price,
            parts=[each.as_data() for each in search.parts_of(offering, need.modules)],
            deviation_reason=cleared.fit.deviation_reason,
            chosen_by=chosen_by,
            choice=choice,
            considered=cleared.fit.considered,
            at=cleared.at,
        ),
        by=by,
    )


#: So often what stands first is asked anew while others order at the same moment.
TRIES = 5


@transaction
def order_first(need: Need, *, by: Mandate | None) -> Order | None:
    """Order what stands first by the published rule, asked anew if somebody took the seat or the turn meanwhile.

    Nothing where nothing fits. What a try has locked is given back before the next, so that the order of locks stands.

    :raises RuleBroken, WrongState: as ``place_order``
    """
    lock(need)
    for tries_left in reversed(range(TRIES)):
        hits = search.fitting(need, limit=1).hits
        if not hits:
            break
        offering = db.session.get_one(Offering, hits[0].offering_id)
        start = db.session.get_one(OfferingStart, hits[0].start_id)
        try:
            with savepoint():
                return place_order(need, offering, start, chosen_by=ChosenBy.RULE, by=by)
        except (SeatTaken, NotFirst):
            if not tries_left:
                raise
    return None


@transaction
def offer_next(need: Need) -> Order | None:
    """Under ranking and rotation: offer a declined or lapsed need to the next in the published order.

    Does nothing where the need is not open, never was ordered, or its customer chooses; when nobody is
    left, or money is short, the expert is told. Runs as the system, in a transaction of its own.
    """
    lock(need)
    if need.state is not NeedState.OPEN or need.category.ordering_rule not in BY_RULE:
        return None
    last = queries.last_order(need.id)
    if last is None or last.state not in (OrderState.DECLINED, OrderState.EXPIRED):
        return None
    try:
        order = order_first(need, by=None)
    except (SeatTaken, NotFirst):
        jobs.add(OFFER_NEXT, at=clock.now(), need_id=need.id)
        return None
    except RuleBroken as refusal:
        _tell_expert(need, refusal)
        return None
    if order is None:
        _tell_expert(need, None)
    return order


def _tell_expert(need: Need, refusal: RuleBroken | None) -> None:
    mail.send(
        need.expert.email,
        "need_not_ordered",
        language=need.expert.language,
        at=clock.now(),
        about_id=need.id,
        need=need,
        reason=refusal.message if refusal else None,
    )
