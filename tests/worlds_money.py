"""Worlds for the tests of money: orders whose price has several parts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from core import clock
from core.db import db, new_id, transaction
from core.identity.mandates import Mandate
from dps.offerings import service as offerings
from dps.offerings.models import Offering
from dps.systems.models import Category, OrderingRule, PaymentKind, PaymentPart
from orders import service
from orders.models import Order, PartKind
from orders.service.delivering import ReportLine
from tests import worlds_orders as worlds

START_FEE, MILESTONE, OUTCOME = ("start", "200.00"), ("half-way", "300.00"), ("in-work", "500.00")


@transaction
def payment_parts(category: Category) -> list[PaymentPart]:
    """A start fee, a milestone and a result that the category's offerings may ask for."""
    rows = [
        PaymentPart(
            id=new_id(),
            category_id=category.id,
            position=number,
            code=code,
            kind=kind,
            ceiling=Decimal("900.00"),
            **{f"text_{language}": f"{code} {language}" for language in ("fi", "sv", "en")},
        )
        for number, (kind, (code, _price)) in enumerate(
            [(PaymentKind.START_FEE, START_FEE), (PaymentKind.MILESTONE, MILESTONE), (PaymentKind.OUTCOME, OUTCOME)]
        )
    ]
    db.session.add_all(rows)
    db.session.flush()
    db.session.expire(category, ["payments"])
    return rows


def world(**changes: Any) -> worlds.World:
    """A ranking with one offering: 1000 for the service, 200 to start, 300 half-way, 500 for work: 2000 in all."""
    made = worlds.world(**{"rule": OrderingRule.RANKING, **changes})
    parts = payment_parts(made.category)
    offering: Offering = worlds.offering(made, seats=9)
    for part, (_code, price) in zip(parts, (START_FEE, MILESTONE, OUTCOME), strict=True):
        offerings.set_payment_price(offering, part, Decimal(price), by=made.suppliers[0])
    return made


def started(made: worlds.World, **changes: Any) -> Order:
    """An order that has been accepted and has begun."""
    order = worlds.order_by_rule(made, **changes)
    provider = worlds.provider_of(order, made)
    service.accept(order, by=provider)
    with clock.at(worlds.noon(order.planned_start_on)):
        service.start_service(order, order.planned_start_on, by=provider)
    return order


def line(kind: PartKind, code: str, amount: str) -> ReportLine:
    return ReportLine(kind=kind, code=code, amount=Decimal(amount))


BASE = line(PartKind.BASE, "", "1000.00")
FEE = line(PartKind.START_FEE, "start", "200.00")
HALF = line(PartKind.MILESTONE, "half-way", "300.00")


def reported(order: Order, made: worlds.World, *lines: ReportLine) -> Order:
    """The final report with these lines, on the last day."""
    provider: Mandate = worlds.provider_of(order, made)
    with clock.at(worlds.noon(order.planned_end_on)):
        service.report_delivery(order, worlds.report(order, amount=None, lines=lines or (BASE, FEE, HALF)), by=provider)
    return order


def delivered(made: worlds.World, *lines: ReportLine, **changes: Any) -> Order:
    """An order with its delivery accepted."""
    order = reported(started(made, **changes), made, *lines)
    with clock.at(worlds.noon(order.planned_end_on)):
        service.accept_delivery(order, by=made.expert)
    return order


def totals(made: worlds.World, order: Order) -> tuple[Decimal, Decimal]:
    """Committed and spent of the order's budget."""
    budget = worlds.budget_of(made, order.planned_start_on)
    return budget.committed, budget.spent
