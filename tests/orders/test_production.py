"""Own production and partners are found, chosen, ordered and measured like others, beside the published order."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select

from core import clock
from core.db import new_id
from core.errors import RuleBroken
from core.jobs.models import OutboxEntry
from dps.contracts.production import service as productions
from dps.offerings.models import ServiceForm
from dps.systems.models import DeclineReason, LegalMode, OrderingRule
from dps.systems.production import Production
from orders import queries, search, service
from orders.fitting import Filters
from orders.groups import queries as group_queries
from orders.groups import service as groups
from orders.models import ChoiceAnswer, ChosenBy, Need, NeedState, Order, OrderState, Standing
from orders.service.choices import Picked
from suppliers.models import ActingRight, ActingRightState
from tests import people, worlds_groups, worlds_suppliers
from tests import worlds_orders as worlds
from tests import worlds_production as units
from tests.pages import page_as


def directly(asked: Need, made: worlds.World, row: worlds.Offering) -> Order:
    return service.place_order(asked, row, row.starts[0], chosen_by=ChosenBy.AGREEMENT, by=made.expert)


def in_order(asked: Need) -> list[object]:
    return [each.offering_id for each in search.fitting(asked).hits]


@pytest.mark.rule("R2", "R3")
@pytest.mark.parametrize(
    ("rule", "mode"),
    [
        (OrderingRule.COMPETITION, LegalMode.DPS_STRICT),
        (OrderingRule.COMPETITION, LegalMode.ANNEX_E_DPS_LIKE),
        (OrderingRule.RANKING, LegalMode.ANNEX_E_DPS_LIKE),
        (OrderingRule.ROTATION, LegalMode.ANNEX_E_DPS_LIKE),
        (OrderingRule.CUSTOMER_CHOICE, LegalMode.ANNEX_E_DPS_LIKE),
    ],
)
def test_whatever_the_ordering_rule_it_is_ordered_directly_and_nothing_else_is(
    app: Flask, rule: OrderingRule, mode: LegalMode
) -> None:
    made = worlds.world(rule=rule, mode=mode)
    cheap = worlds.offering(made, price=Decimal("500.00"))
    _unit, _agreement, row = units.produced(made)
    assert made.category in queries.categories_to_order_from(made.authority.id)
    asked = worlds.need(made)

    assert row.id not in in_order(asked)
    assert [each.offering_id for each in search.apart(asked)] == [row.id]
    for offering, chosen_by in ((cheap, ChosenBy.AGREEMENT), (row, ChosenBy.RULE)):
        with pytest.raises(RuleBroken) as refusal:
            service.place_order(asked, offering, offering.starts[0], chosen_by=chosen_by, by=made.expert)
        assert refusal.value.rule in ("R2", "R3")
    order = directly(asked, made, row)
    assert (order.chosen_by, order.production, order.contract_id) == (
        ChosenBy.AGREEMENT,
        Production.IN_HOUSE,
        row.contract_id,
    )
    assert order.state is OrderState.PLACED


@pytest.mark.rule("R3")
@pytest.mark.parametrize("rule", [OrderingRule.RANKING, OrderingRule.ROTATION, OrderingRule.CUSTOMER_CHOICE])
def test_the_published_order_and_its_turns_are_the_same_with_and_without_own_production(
    app: Flask, rule: OrderingRule
) -> None:
    """I5: neither its services nor its orders move anybody, not even the unit as an admitted provider."""
    made = worlds.world(rule=rule)
    both = worlds.offering(made, name="Keuda", price=Decimal("900.00"))
    for price in ("900.00", "800.00", "1000.00"):
        worlds.offering(made, price=Decimal(price))
    asked = [worlds.need(made) for _ in range(4)]
    before = [in_order(each) for each in asked]

    of = units.Unit(both.supplier, worlds.provider_of(both, made))
    agreement = _agreement_of(made, of)
    row = units.offering(agreement, of, price=Decimal("1.00"))
    assert [in_order(each) for each in asked] == before

    other = worlds.need(made)
    order = directly(other, made, row)
    assert [in_order(each) for each in asked] == before
    turn = worlds.db.session.query(Standing).filter_by(supplier_id=both.supplier_id).one_or_none()
    assert turn is None or turn.last_ordered_at is None
    service.cancel(order, by=made.expert)
    assert [in_order(each) for each in asked] == before


@pytest.mark.rule("R3")
def test_given_a_turn_that_is_taken_back_then_an_order_under_the_agreement_is_no_turn_either(app: Flask) -> None:
    made = worlds.world(rule=OrderingRule.ROTATION)
    both = worlds.offering(made, name="Keuda")
    of = units.Unit(both.supplier, worlds.provider_of(both, made))
    row = units.offering(_agreement_of(made, of), of)
    by_rule = worlds.order_by_rule(made)
    directly(worlds.need(made), made, row)
    service.cancel(by_rule, by=made.expert)
    turn = worlds.db.session.query(Standing).filter_by(supplier_id=both.supplier_id).one()
    worlds.db.session.refresh(turn)
    assert turn.last_ordered_at is None


def _agreement_of(made: worlds.World, of: units.Unit) -> units.ProductionAgreement:
    """An agreement of an admitted provider as a unit, whose person signs by a right verified beforehand."""
    of.supplier.scheme, of.supplier.country = worlds.IdentifierScheme.FI_BUSINESS_ID, "FI"
    of.supplier.registration_number = worlds_suppliers.business_id()
    worlds.db.session.add(
        ActingRight(
            id=new_id(),
            person_id=of.mandate.person_id,
            supplier_id=of.supplier.id,
            state=ActingRightState.VERIFIED,
            basis="…",
            stated_at=worlds.LONG_AGO,
            decided_at=worlds.LONG_AGO,
        )
    )
    worlds.db.session.flush()
    return units.agreement(made.authority, made.category, of)


@pytest.mark.rule("R103")
def test_only_those_whom_the_agreement_names_find_and_order_it(app: Flask) -> None:
    made = worlds.world(rule=OrderingRule.RANKING)
    named, other = worlds.partner(made, name="City of Espoo"), worlds.partner(made, name="City of Vantaa")
    of = units.unit("Omnia")
    row = units.offering(units.agreement(named.authority, made.category, of, buyers=[made.authority]), of)

    for expert, may in ((named.expert, True), (made.expert, True), (other.expert, False)):
        asked = service.state_need(made.category, worlds.details(), by=expert)
        assert [each.offering_id for each in search.apart(asked)] == ([row.id] if may else [])
        assert (search.hit_of(asked, row.id) is not None) is may
        if may:
            service.place_order(asked, row, row.starts[0], chosen_by=ChosenBy.AGREEMENT, by=expert)
            continue
        with pytest.raises(RuleBroken) as refusal:
            service.place_order(asked, row, row.starts[0], chosen_by=ChosenBy.AGREEMENT, by=expert)
        assert (refusal.value.rule, refusal.value.field) == ("in-house", "offering")


def test_given_a_year_without_a_confirmation_then_orders_stop_and_go_on_after_it(app: Flask) -> None:
    made = worlds.world(rule=OrderingRule.ROTATION)
    of, agreement, row = units.produced(made, Production.OTHER_AUTHORITY)
    last = agreement.confirmed_until
    with clock.at(worlds.noon(last + timedelta(days=1))):
        service.set_budget(made.authority, made.category, worlds.today().year, Decimal(100000), by=made.coordinator)
        units.offerings.add_start(row, worlds.today() + timedelta(days=9), 3, by=of.mandate)
        asked = worlds.need(made)
        start = next(each for each in row.starts if each.starts_on > worlds.today())
        assert search.apart(asked) == []
        with pytest.raises(RuleBroken) as refusal:
            service.place_order(asked, row, start, chosen_by=ChosenBy.AGREEMENT, by=made.expert)
        assert (refusal.value.rule, refusal.value.field) == ("cooperation", "confirmed_until")
        assert refusal.value.next_step
        productions.confirm(agreement, units.facts(Production.OTHER_AUTHORITY), by=made.coordinator)
        assert [each.offering_id for each in search.apart(asked)] == [row.id]
        service.place_order(asked, row, start, chosen_by=ChosenBy.AGREEMENT, by=made.expert)


def test_given_an_ended_agreement_then_nothing_is_ordered_and_running_orders_go_on(app: Flask) -> None:
    made = worlds.world(rule=OrderingRule.RANKING)
    of, agreement, row = units.produced(made, Production.OWN)
    running = directly(worlds.need(made), made, row)
    service.accept(running, by=of.mandate)
    productions.end(agreement, "Yksikkö lakkaa.", by=people.decider(made.authority))
    with pytest.raises(RuleBroken) as refusal:
        directly(worlds.need(made), made, row)
    assert refusal.value.rule == "own-production"
    with clock.at(worlds.noon(running.planned_start_on)):
        service.start_service(running, running.planned_start_on, by=of.mandate)
    assert running.state is OrderState.STARTED
    units.offerings.withdraw(row, by=of.mandate)
    with pytest.raises(RuleBroken):
        units.offerings.publish(row, by=of.mandate)
    renewed = units.agreement(made.authority, made.category, of, Production.OWN)
    units.offerings.publish(row, by=of.mandate)
    assert row.contract_id == units.contract_of(renewed).id


def test_the_customer_may_choose_it_like_the_others(app: Flask) -> None:
    made = worlds.world()
    first = worlds.offering(made)
    _of, _agreement, row = units.produced(made)
    asked = worlds.need(made)
    offered = service.offer_choice(asked, by=made.expert)
    assert [each["offering"] for each in offered.choice.options] == [str(first.id), str(row.id)]
    page = page_as(app, None).get(f"/choose/{offered.token}")
    assert "Produced by a unit that the city owns" in page.text
    _choice, order = service.answer_choice(offered.token, ChoiceAnswer.CHOSEN, picked=Picked(row.id, row.starts[0].id))
    assert order is not None
    assert (order.chosen_by, order.production) == (ChosenBy.CUSTOMER, Production.IN_HOUSE)


@pytest.mark.rule("R3")
def test_given_a_refusal_by_the_unit_then_nothing_is_ordered_by_itself(app: Flask) -> None:
    made = worlds.world(rule=OrderingRule.RANKING)
    worlds.offering(made)
    of, _agreement, row = units.produced(made)
    order = directly(worlds.need(made), made, row)
    service.decline(order, DeclineReason.NO_CAPACITY, by=of.mandate)
    assert order.need.state is NeedState.OPEN
    jobs = worlds.db.session.scalars(select(OutboxEntry).where(OutboxEntry.key.startswith("orders.offer_next"))).all()
    assert jobs == []


def test_the_list_is_filtered_by_kind_and_the_kind_is_shown(app: Flask) -> None:
    made = worlds.world(rule=OrderingRule.RANKING)
    worlds.offering(made, name="Savon Valmennus Oy")
    units.produced(made, Production.IN_HOUSE, name="Keuda")
    units.produced(made, Production.OWN, name="Oma yksikkö")
    asked = worlds.need(made)
    only = Filters(production=Production.OWN)
    assert search.fitting(asked, filters=only).hits == []
    assert [each.supplier_name for each in search.shown(asked, search.apart(asked, filters=only))] == ["Oma yksikkö"]
    assert search.apart(asked, filters=Filters(production=Production.PURCHASED)) == []
    assert Filters.of(only.kept()) == only

    page = page_as(app, made.expert).get(f"/expert/needs/{asked.id}")
    assert "1 service fits" in page.heading
    for words in ("Own production and partners", "In-house unit", "Keuda", "Oma yksikkö"):
        assert words in page.text
    done = page.press("Order directly: Keuda")
    assert "In-house unit" in done.text
    assert "Ordered directly under an agreement" in done.text
    public = page_as(app, None).get(f"/services?category={made.category.id}&production=own")
    assert "Oma yksikkö" in public.text
    assert "Keuda" not in public.text


def test_given_a_service_in_groups_then_a_group_is_set_up_and_filled_under_the_agreement(app: Flask) -> None:
    made = worlds.world(rule=OrderingRule.COMPETITION, mode=LegalMode.DPS_STRICT)
    of, agreement, _row = units.produced(made)
    row = units.offering(agreement, of, form=ServiceForm.GROUP, duration_days=20, starts_in_days=20)
    starts = [offering.id for _start, offering in group_queries.starts_to_buy(made.authority.id, worlds.today())]
    assert row.id in starts
    found = groups.set_up(row.starts[0], worlds_groups.details(row), by=made.coordinator)
    assert found.contract_id == row.contract_id
    groups.open_group(found, by=made.coordinator)
    order = worlds_groups.seat(made, found)
    assert (order.chosen_by, order.production) == (ChosenBy.AGREEMENT, Production.IN_HOUSE)
    assert group_queries.ordered_value(made.category.system_id) == 0
    productions.end(agreement, "Yksikkö lakkaa.", by=people.decider(made.authority))
    with pytest.raises(RuleBroken):
        worlds_groups.seat(made, found)


def test_it_is_delivered_and_measured_like_the_others(app: Flask) -> None:
    made = worlds.world(rule=OrderingRule.RANKING)
    _of, _agreement, row = units.produced(made)
    order = worlds.delivered(directly(worlds.need(made), made, row), made)
    assert order.state is OrderState.COMPLETED
    standing = worlds.db.session.query(Standing).filter_by(supplier_id=order.supplier_id).one()
    assert (standing.begun, standing.last_ordered_at) == (1, None)
