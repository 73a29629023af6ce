"""What an amendment may never pass: the contract's end, the category's length, the ceiling, the budget."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from core.db import db
from core.errors import RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from dps.contracts.rules import ceilings_on
from dps.offerings.models import Offering
from orders.changes import queries
from orders.changes.models import ChangeKind, OrderChange
from orders.models import Order, OrderState
from orders.service import running
from orders.service.following import longest_trial_end

WITH_FROM = frozenset({ChangeKind.PAUSE, ChangeKind.RESUME, ChangeKind.MOVE_START})
WITH_UNTIL = frozenset({ChangeKind.EXTEND, ChangeKind.PAUSE})

_BEFORE = frozenset({OrderState.ACCEPTED, OrderState.SCHEDULED})
#: The states in which each kind of amendment is possible.
POSSIBLE_IN = {
    ChangeKind.EXTEND: _BEFORE | {OrderState.STARTED, OrderState.PAUSED},
    ChangeKind.PAUSE: frozenset({OrderState.STARTED}),
    ChangeKind.RESUME: frozenset({OrderState.PAUSED}),
    ChangeKind.MODULE: _BEFORE | {OrderState.STARTED, OrderState.PAUSED},
    ChangeKind.MOVE_START: _BEFORE,
}


def possible(order: Order) -> list[ChangeKind]:
    """The kinds of amendment that the order's state allows; the days and the price of a group are the group's."""
    kinds = [kind for kind, states in POSSIBLE_IN.items() if order.state in states]
    return [kind for kind in kinds if order.group_id is None or kind not in (ChangeKind.MODULE, ChangeKind.MOVE_START)]


def _broken(message: Any, rule: str, field: str, next_step: Any) -> RuleBroken:
    return RuleBroken(message, rule=rule, field=field, next_step=next_step)


_CHOOSE_DAY = _l("Choose another day.")


def check(order: Order, change: OrderChange, today: date) -> None:
    """:raises WrongState: the order's state does not allow it
    :raises RuleBroken: a day, the price or the money does not allow it
    """
    if change.kind not in possible(order):
        raise WrongState(
            _l("The order cannot be changed so any more."),
            rule="order-change",
            next_step=_l("Open the order to see where it stands."),
        )
    {
        ChangeKind.EXTEND: _check_extension,
        ChangeKind.PAUSE: _check_pause,
        ChangeKind.RESUME: _check_resuming,
        ChangeKind.MODULE: _check_module,
        ChangeKind.MOVE_START: _check_start,
    }[change.kind](order, change, today)


def _refuse_without_contract(order: Order, today: date, field: str, *, buys: bool) -> None:
    """Nothing is added under a contract that has ended, and nothing bought while new orders are paused (R79, R34)."""
    if not order.contract.is_in_force(today) or (buys and order.contract.paused_at is not None):
        raise _broken(
            _l("The provider has no contract in force for this category."),
            "R79",
            field,
            _l("Let the service end as it was ordered."),
        )


def _check_end(order: Order, start: date, end: date, field: str) -> None:
    """Never beyond the contract, the category's longest service, or a work trial's six months (R101)."""
    if end > order.contract.ends_on:
        raise _broken(_l("The contract ends before that day."), "R79", field, _CHOOSE_DAY)
    if (end - start).days + 1 > order.category.max_duration_days:
        raise _broken(
            _l("The service would last longer than its category allows."), "category-duration", field, _CHOOSE_DAY
        )
    if order.category.has_work_trial and end > longest_trial_end(start):
        raise _broken(_l("A work trial lasts six months at most."), "R101", field, _CHOOSE_DAY)


def _check_extension(order: Order, change: OrderChange, today: date) -> None:
    if change.until_on is None or change.until_on <= order.planned_end_on:
        raise _broken(_l("The new end comes after the present one."), "order-change", "until_on", _CHOOSE_DAY)
    _refuse_without_contract(order, today, "until_on", buys=False)
    _check_end(order, order.started_on or order.planned_start_on, change.until_on, "until_on")


def _check_pause(order: Order, change: OrderChange, today: date) -> None:
    if change.from_on is None or change.from_on < today:
        raise _broken(_l("The pause begins today or later."), "order-change", "from_on", _CHOOSE_DAY)
    if change.until_on is None or not change.from_on <= change.until_on <= order.planned_end_on:
        raise _broken(
            _l("The pause ends after its first day and before the end of the service."),
            "order-change",
            "until_on",
            _l("Choose another day, or propose a later end first."),
        )
    if queries.waiting_pause_of(order.id) is not None:
        raise _broken(_l("Another pause is agreed already."), "order-change", "from_on", _CHOOSE_DAY)


def _check_resuming(order: Order, change: OrderChange, today: date) -> None:
    assert order.paused_until is not None
    if change.from_on is None or not today <= change.from_on <= order.paused_until:
        raise _broken(_l("The service goes on before the pause ends."), "order-change", "from_on", _CHOOSE_DAY)


def _check_start(order: Order, change: OrderChange, today: date) -> None:
    if change.from_on is None or change.from_on < today or change.from_on == order.planned_start_on:
        raise _broken(_l("The new start is another day, today or later."), "order-change", "from_on", _CHOOSE_DAY)
    if change.from_on.year != order.planned_start_on.year:
        raise _broken(
            _l("The order is paid from the budget of another year."),
            "budget-year",
            "from_on",
            _l("Choose a day in the same year, or cancel and order anew."),
        )
    _check_end(order, change.from_on, order.planned_end_on + (change.from_on - order.planned_start_on), "from_on")


def module_price(order: Order, code: str, today: date) -> Decimal:
    """What a module costs in the order's offering, under its ceiling.

    :raises RuleBroken: the offering lacks it, or it is too dear
    """
    offering = db.session.get_one(Offering, order.offering_id)
    found = next((each for each in offering.modules if each.module.code == code), None)
    if found is None:
        raise _broken(
            _l("The provider does not offer this module."), "category-module", "module", _l("Choose another module.")
        )
    ceiling = ceilings_on(order.contract, today).modules.get(code)
    if ceiling is None or found.price > ceiling:
        raise _broken(
            _l("The price is above the ceiling of the category."),
            "price-ceiling",
            "module",
            _l("The provider must lower the price first."),
        )
    return found.price


def _check_module(order: Order, change: OrderChange, today: date) -> None:
    _refuse_without_contract(order, today, "module", buys=True)
    if change.module in order.modules:
        raise _broken(_l("The module is ordered already."), "category-module", "module", _l("Choose another module."))
    if change.price is None or order.budget.left < change.price:
        raise _broken(
            _l("The money left in the budget does not cover the module."),
            "I7",
            "module",
            _l("Ask for more, or leave the module out."),
        )


def end_pause_before(order: Order, day: date, today: date, now: datetime) -> None:
    """The service goes on from a day: at once, or when the shortened pause is over."""
    if day <= today:
        running.resume(order, today, now)
    else:
        order.paused_until = day - timedelta(days=1)
