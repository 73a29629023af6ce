"""Writing a call-off down: the order, its number, the message to the supplier and the trail.

Whoever calls holds the locks (need, start, contract of a competition, budget), has asked every rule and has taken
seat and money; this is the last step of an order placed for one customer and of a seat filled in a group.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from core import audit, mail
from core.db import db, new_id
from core.identity.mandates import Mandate
from core.states import move
from dps.contracts.models import FrameContract
from dps.offerings.models import Offering, OfferingStart
from orders import queries, rules
from orders.groups import seats
from orders.models import NEED_TRANSITIONS, Budget, Choice, ChosenBy, Need, Order, OrderState
from orders.service import standings

PLACED = audit.declare("order.placed", "need", "offering", "start", "budget", "price", "chosen_by", "rule", "accept_by")


@dataclass(frozen=True, kw_only=True)
class CallOff:
    """Everything an order needs, checked under the locks."""

    need: Need
    offering: Offering
    start: OfferingStart
    contract: FrameContract
    budget: Budget
    #: Without VAT, modules and all parts included.
    price: Decimal
    chosen_by: ChosenBy
    choice: Choice | None
    #: What the published rule put first when it was applied, at most ten offerings.
    considered: Sequence[uuid.UUID]
    at: datetime
    #: What the price is made of, as ``Order.parts``; nothing when it is the service alone.
    parts: Sequence[dict[str, str]] = ()
    #: Why a ranking was departed from (R3).
    deviation_reason: str | None = None
    #: The group whose seat it is, if any.
    group_id: uuid.UUID | None = None


def record_call_off(call_off: CallOff, *, by: Mandate | None) -> Order:
    """Write the order down and tell the supplier; it keeps the rule as published now (R3)."""
    need, offering, start, now = call_off.need, call_off.offering, call_off.start, call_off.at
    category = need.category
    accept_by = now + timedelta(hours=category.accept_within_hours)
    move(need, NEED_TRANSITIONS, "order")
    order = Order(
        id=new_id(),
        authority_id=need.authority_id,
        number=queries.next_order_number(need.authority_id),
        need_id=need.id,
        expert_id=need.expert_id,
        category_id=need.category_id,
        supplier_id=offering.supplier_id,
        contract_id=call_off.contract.id,
        offering_id=offering.id,
        start_id=start.id,
        budget_id=call_off.budget.id,
        choice_id=call_off.choice.id if call_off.choice else None,
        group_id=call_off.group_id,
        chosen_by=call_off.chosen_by,
        production=call_off.contract.production,
        rule=rules.snapshot(category, seed=need.seed, considered=call_off.considered),
        price=call_off.price,
        vat_rate=offering.vat_rate,
        modules=list(need.modules),
        parts=list(call_off.parts) or [{"kind": "base", "code": "", "amount": f"{call_off.price:.2f}"}],
        deviation_reason=call_off.deviation_reason,
        state=OrderState.PLACED,
        placed_at=now,
        accept_by=accept_by,
        planned_start_on=start.starts_on,
        planned_end_on=rules.planned_end(start.starts_on, offering.duration_days),
        need=need,
        category=category,
        supplier=offering.supplier,
        offering=offering,
        start=start,
    )
    db.session.add(order)
    db.session.flush()
    seats.settle(need, order, now, by=by)
    standings.given(order)
    _tell_supplier(order, now)
    audit.record(
        PLACED,
        subject=order,
        actor=by,
        at=now,
        need=need.id,
        offering=offering.id,
        start=start.id,
        budget=call_off.budget.id,
        price=order.price,
        chosen_by=call_off.chosen_by,
        rule=order.rule["rule"],
        accept_by=accept_by,
    )
    return order


def _tell_supplier(order: Order, now: datetime) -> None:
    for address in order.supplier.emails:
        mail.send(address, "order_placed", language=order.supplier.language, at=now, about_id=order.id, order=order)
