"""Placing orders: what forbids one, and what it takes and gives back."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask

from core.errors import RuleBroken, WrongState
from dps.systems.models import LegalMode, OrderingRule, SystemState
from orders import search, service
from orders.models import ChosenBy, NeedState, OrderState
from orders.rules import Misfit
from tests import worlds_orders as worlds


def test_an_order_takes_a_seat_and_commits_the_price(app: Flask) -> None:
    made = worlds.world(rule=OrderingRule.RANKING)
    offering = worlds.offering(made, seats=2)

    order = worlds.order_by_rule(made)

    budget = worlds.budget_of(made, order.planned_start_on)
    assert (order.state, order.need.state) == (OrderState.PLACED, NeedState.ORDERED)
    assert worlds.start_of(offering).seats_taken == 1
    assert (budget.committed, budget.spent) == (Decimal("1000.00"), 0)
    assert order.accept_by == order.placed_at + timedelta(hours=48)


@pytest.mark.rule("R3")
def test_an_order_keeps_the_ordering_rule_as_it_was_published(app: Flask) -> None:
    made = worlds.world(rule=OrderingRule.RANKING)
    worlds.offering(made)

    order = worlds.order_by_rule(made)

    assert order.rule["rule"] == "ranking"
    assert order.rule["parameters"] == {"by": "price"}
    assert order.rule["terms_version"] == "1"


@pytest.mark.rule("R2")
def test_given_a_strict_category_when_an_order_is_placed_directly_then_it_is_refused(app: Flask) -> None:
    made = worlds.world(rule=OrderingRule.COMPETITION, mode=LegalMode.DPS_STRICT)
    offering = worlds.offering(made)

    with pytest.raises(RuleBroken) as refused:
        service.place_order(
            worlds.need(made), offering, worlds.start_of(offering), chosen_by=ChosenBy.RULE, by=made.expert
        )

    assert refused.value.rule == "R2"


@pytest.mark.rule("R19")
def test_given_a_closed_system_when_an_order_is_placed_then_it_is_refused(app: Flask) -> None:
    made = worlds.world(rule=OrderingRule.RANKING)
    offering = worlds.offering(made)
    need = worlds.need(made)
    made.category.system.state = SystemState.CLOSED

    with pytest.raises(RuleBroken) as refused:
        service.place_order(need, offering, worlds.start_of(offering), chosen_by=ChosenBy.RULE, by=made.expert)

    assert refused.value.rule == "R19"


@pytest.mark.rule("R79")
def test_given_no_contract_in_force_on_the_first_day_when_an_order_is_placed_then_it_is_refused(app: Flask) -> None:
    made = worlds.world(rule=OrderingRule.RANKING)
    offering = worlds.offering(made)
    offering.contract.ends_on = worlds.today() + timedelta(days=3)

    with pytest.raises(RuleBroken) as refused:
        service.place_order(
            worlds.need(made), offering, worlds.start_of(offering), chosen_by=ChosenBy.RULE, by=made.expert
        )

    assert refused.value.rule == "R79"


@pytest.mark.rule("R3")
def test_under_customers_choice_an_expert_cannot_order_what_no_customer_chose(app: Flask) -> None:
    made = worlds.world()
    offering = worlds.offering(made)

    with pytest.raises(RuleBroken) as refused:
        service.place_order(
            worlds.need(made), offering, worlds.start_of(offering), chosen_by=ChosenBy.CUSTOMER, by=made.expert
        )

    assert refused.value.rule == "R3"


@pytest.mark.rule("R3")
def test_under_ranking_only_the_first_in_the_published_order_can_be_ordered(app: Flask) -> None:
    made = worlds.world(rule=OrderingRule.RANKING)
    worlds.offering(made, price=Decimal("900.00"))
    dear = worlds.offering(made, price=Decimal("950.00"))

    with pytest.raises(RuleBroken) as refused:
        service.place_order(worlds.need(made), dear, worlds.start_of(dear), chosen_by=ChosenBy.RULE, by=made.expert)

    assert refused.value.rule == "R3"


def test_given_too_little_money_when_an_order_is_placed_then_the_message_tells_price_and_rest(app: Flask) -> None:
    made = worlds.world(rule=OrderingRule.RANKING, budget="950.00")
    worlds.offering(made)

    with pytest.raises(service.BudgetTooSmall) as refused:
        worlds.order_by_rule(made)

    from core.i18n import using_language

    with using_language("en"):
        assert "€1,000.00" in str(refused.value.message)
        assert "€950.00" in str(refused.value.message)


def test_given_a_full_start_when_it_is_ordered_then_the_seat_is_named(app: Flask) -> None:
    made = worlds.world(rule=OrderingRule.RANKING)
    offering = worlds.offering(made, seats=1)
    second = worlds.need(made)
    worlds.order_by_rule(made)

    with pytest.raises(service.SeatTaken):
        service.place_order(second, offering, worlds.start_of(offering), chosen_by=ChosenBy.RULE, by=made.expert)

    assert search.misfits(second) == {Misfit.FULL: 1}


@pytest.mark.rule("R102")
def test_an_offering_without_the_customers_language_cannot_be_ordered(app: Flask) -> None:
    made = worlds.world(rule=OrderingRule.RANKING)
    offering = worlds.offering(made, languages=["fi"])

    with pytest.raises(RuleBroken) as refused:
        service.place_order(
            worlds.need(made, languages=["sv"]),
            offering,
            worlds.start_of(offering),
            chosen_by=ChosenBy.RULE,
            by=made.expert,
        )

    assert refused.value.rule == "R102"


def test_a_need_is_ordered_once(app: Flask) -> None:
    made = worlds.world(rule=OrderingRule.RANKING)
    offering = worlds.offering(made)
    order = worlds.order_by_rule(made)

    with pytest.raises(WrongState):
        service.place_order(order.need, offering, worlds.start_of(offering), chosen_by=ChosenBy.RULE, by=made.expert)
