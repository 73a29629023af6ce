"""Conflicts of interest of those who order (R50)."""

from __future__ import annotations

import pytest
from flask import Flask

from core.db import db
from core.errors import RuleBroken, WrongState
from dps.systems.models import OrderingRule
from orders import service
from orders.groups import service as group_service
from orders.meeting import conflicts
from orders.meeting.models import Ground
from orders.models import ChosenBy
from orders.money import queries
from orders.money import service as money
from orders.money.service import beyond
from tests import people
from tests import worlds_groups as groups
from tests import worlds_money as worlds_m
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


@pytest.mark.rule("R50")
def test_given_a_declared_interest_then_somebody_else_handles_disputes_results_and_requests(app: Flask) -> None:
    made = worlds_m.world()
    order = worlds_m.delivered(made)
    (result,) = queries.outcomes_of(order.id)
    need, by = worlds.need(made), made.expert
    wanted = beyond.wanted(need, choice=None, chosen_by=ChosenBy.RULE)
    assert wanted is not None
    conflicts.declare_interest(order.supplier, Ground.OWNS, by=by)
    for act in (
        lambda: money.dispute(order, {}, "Too much.", by=by),
        lambda: money.settle_dispute(order, by=by),
        lambda: money.renew_dispute(order, {}, "Too much.", by=by),
        lambda: money.confirm_outcome(result, by=by),
        lambda: money.refuse_outcome(result, "No evidence.", by=by),
        lambda: beyond.ask_for(need, wanted, "The course begins next week.", by=by),
    ):
        with pytest.raises(RuleBroken, check=lambda error: error.rule == "R50"):
            act()
        db.session.rollback()


@pytest.mark.rule("R50")
def test_given_a_declared_interest_then_somebody_else_runs_the_group_and_decides_on_absences(app: Flask) -> None:
    made = groups.world()
    found = groups.group(made, needs_selection=True, is_open=False)
    entry = groups.waiting(made, found)
    seat = groups.seat(made, groups.group(made))
    provider = worlds.provider_of(seat, made)
    notice = group_service.report_absences(seat, "Hardly ever there.", by=provider)
    by = made.expert
    for supplier in (found.supplier, seat.supplier):
        conflicts.declare_interest(supplier, Ground.OWNS, by=by)
    for act in (
        lambda: group_service.decide_selection(entry, True, "Motivated.", by=by),
        lambda: group_service.open_group(found, by=by),
        lambda: group_service.begin(found, by=by),
        lambda: group_service.cancel_group(found, "Too few customers.", by=by),
        lambda: group_service.hear(notice, worlds.today(), by=by),
        lambda: group_service.decide(notice, True, by=by),
    ):
        with pytest.raises(RuleBroken, check=lambda error: error.rule == "R50"):
            act()
        db.session.rollback()
