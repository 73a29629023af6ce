"""Worlds for the tests of outcomes: delivered orders, and the day a window is over."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from core import clock
from core.identity.mandates import Mandate
from dps.systems.models import OrderingRule
from evaluation import measures
from evaluation.outcomes import service
from evaluation.outcomes.models import EmployerType, Outcome, OutcomeReport, OutcomeState
from evaluation.outcomes.rules import Details
from evaluation.outcomes.service import Evidence
from orders.models import Order
from tests import worlds_orders as worlds

WORK, UNEMPLOYED = OutcomeState.OPEN_LABOUR_MARKET, OutcomeState.UNEMPLOYED
JOB = Details(employer_type=EmployerType.COMPANY)


def world() -> worlds.World:
    made = worlds.world(rule=OrderingRule.RANKING)
    worlds.offering(made, seats=40)
    return made


def delivered(made: worlds.World) -> Order:
    return worlds.delivered(worlds.order_by_rule(made), made)


def day_of(order: Order, months: int = 3) -> date:
    return measures.months_after(order.planned_end_on, months)


def after(order: Order, months: int = 3, days: int = 0) -> datetime:
    """Noon of the day the window is over, or some days later."""
    return worlds.noon(day_of(order, months) + timedelta(days=days))


def told(order: Order, made: worlds.World, state: OutcomeState = UNEMPLOYED, months: int = 3) -> Outcome:
    """What the expert says on the day."""
    with clock.at(after(order, months)):
        details = JOB if state is WORK else Details()
        return service.record_outcome(order, state, details, months=months, by=made.expert)


def reported(order: Order, made: worlds.World, state: OutcomeState = WORK, months: int = 3) -> OutcomeReport:
    """What the provider reports on the day."""
    details = JOB if state is WORK else Details()
    with clock.at(after(order, months)):
        return service.report_outcome(
            order, months, state, details, Evidence(text="Seen the contract of work."), by=provider_of(order, made)
        )


def provider_of(order: Order, made: worlds.World) -> Mandate:
    return worlds.provider_of(order, made)
