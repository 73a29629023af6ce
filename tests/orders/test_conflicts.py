"""Conflicts of interest of those who order (R50)."""

from __future__ import annotations

import pytest
from flask import Flask

from core.errors import RuleBroken, WrongState
from dps.systems.models import OrderingRule
from orders import service
from orders.meeting import conflicts
from orders.meeting.models import Ground
from orders.models import ChosenBy
from tests import people
from tests import worlds_orders as worlds


@pytest.mark.rule("R50")
def test_given_a_declared_interest_then_another_expert_must_order(app: Flask) -> None:
    made = worlds.world(rule=OrderingRule.RANKING)
    offering = worlds.offering(made)
    declared = conflicts.declare_interest(offering.supplier, Ground.RELATIVE, by=made.expert)

    with pytest.raises(RuleBroken) as refused:
        worlds.order_by_rule(made)
    assert (refused.value.rule, refused.value.field) == ("R50", "supplier")
    with pytest.raises(WrongState):
        conflicts.declare_interest(offering.supplier, Ground.OWNS, by=made.expert)

    other = people.expert(made.authority)
    order = service.place_order(
        worlds.need(made), offering, worlds.start_of(offering), chosen_by=ChosenBy.RULE, by=other
    )
    with pytest.raises(RuleBroken) as handled:
        service.cancel(order, by=made.expert)
    assert handled.value.rule == "R50"
    conflicts.end_interest(declared, by=made.expert)
    assert worlds.order_by_rule(made).supplier_id == offering.supplier_id


@pytest.mark.rule("R50")
def test_given_the_needs_expert_has_an_interest_when_the_rule_itself_orders_then_it_is_refused(app: Flask) -> None:
    made = worlds.world(rule=OrderingRule.RANKING)
    offering = worlds.offering(made)
    conflicts.declare_interest(offering.supplier, Ground.OWNS, by=made.expert)

    with pytest.raises(RuleBroken) as refused:
        service.place_order(worlds.need(made), offering, worlds.start_of(offering), chosen_by=ChosenBy.RULE, by=None)
    assert refused.value.rule == "R50"
