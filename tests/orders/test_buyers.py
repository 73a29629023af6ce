"""Several authorities buy from one system: only those that its notice names, each with its own money (R103)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask

from core import clock
from core.errors import NotAllowed, RuleBroken, WrongState
from core.policy import is_allowed
from dps.contracts import queries as contract_queries
from dps.contracts.policy import Permission
from dps.joint.procurements import service as joint
from dps.systems import buyers
from dps.systems import service as systems
from orders import queries, service
from orders.models import ChosenBy, OrderState
from orders.service.placing import BudgetTooSmall
from tests import people, worlds_dps, worlds_procurements
from tests import worlds_orders as worlds
from tests.pages import page_as

RANKED = worlds.OrderingRule.RANKING


def by_rule(made: worlds.World, asked: worlds.Need, by: worlds.Mandate) -> worlds.Order:
    from orders import search

    hit = search.fitting(asked).hits[0]
    offering = worlds.db.session.get_one(worlds.Offering, hit.offering_id)
    return service.place_order(offering=offering, need=asked, start=offering.starts[0], chosen_by=ChosenBy.RULE, by=by)


@pytest.mark.rule("R103")
def test_given_a_named_buyer_when_its_expert_orders_then_the_order_its_number_and_its_money_are_its_own(
    app: Flask,
) -> None:
    made = worlds.world(rule=RANKED)
    worlds.offering(made)
    other = worlds.partner(made)

    asked = service.state_need(made.category, worlds.details(), by=other.expert)
    order = by_rule(made, asked, other.expert)

    assert order.authority_id == asked.authority_id == other.authority.id
    assert (order.number, order.state) == (1, OrderState.PLACED)
    today = worlds.today()
    theirs = queries.budget(other.authority.id, made.category.id, order.start.starts_on.year)
    assert theirs is not None
    assert theirs.committed == order.price
    assert worlds.budget_of(made, today).committed == 0


@pytest.mark.rule("R103")
def test_given_an_authority_that_the_notice_does_not_name_when_it_states_a_need_then_it_is_refused(app: Flask) -> None:
    made = worlds.world(rule=RANKED)
    stranger = people.authority("City of Elsewhere")
    with pytest.raises(NotAllowed) as refusal:
        service.state_need(made.category, worlds.details(), by=people.expert(stranger))
    assert (refusal.value.rule, refusal.value.field) == ("R103", "category")
    with pytest.raises(NotAllowed):
        service.set_budget(stranger, made.category, 2030, Decimal(1), by=people.coordinator(stranger))
    assert queries.categories_to_order_from(stranger.id) == []


@pytest.mark.rule("R103")
def test_given_a_buyer_that_has_withdrawn_when_its_last_day_is_over_then_it_orders_no_more(app: Flask) -> None:
    made = worlds.world(rule=RANKED)
    worlds.offering(made, starts_in_days=(20,))
    other = worlds.partner(made)
    asked = service.state_need(made.category, worlds.details(), by=other.expert)
    last = worlds.today() + timedelta(days=5)
    buyers.end_buying(made.category.system, other.authority, last, by=made.coordinator)

    with clock.at(worlds.noon(last)):
        assert [each.id for each in queries.categories_to_order_from(other.authority.id)] == [made.category.id]
    with clock.at(worlds.noon(last + timedelta(days=1))):
        assert queries.categories_to_order_from(other.authority.id) == []
        with pytest.raises(NotAllowed) as refusal:
            by_rule(made, asked, other.expert)
    assert refusal.value.rule == "R103"


@pytest.mark.rule("R103")
def test_given_a_buyer_without_money_when_it_orders_then_nobody_elses_money_is_touched(app: Flask) -> None:
    made = worlds.world(rule=RANKED)
    worlds.offering(made)
    other = worlds.partner(made, budget=None)
    asked = service.state_need(made.category, worlds.details(), by=other.expert)
    with pytest.raises(BudgetTooSmall):
        by_rule(made, asked, other.expert)
    assert worlds.budget_of(made, worlds.today()).committed == 0


@pytest.mark.rule("R15", "R103")
def test_given_a_system_that_left_the_draft_when_a_buyer_is_named_then_it_is_refused(app: Flask) -> None:
    staff = worlds_dps.staff()
    other = people.authority("City of Siilinjärvi")
    draft = worlds_dps.draft_system(staff.coordinator)
    worlds_dps.add_category(draft, staff.coordinator, code="ready")
    named = buyers.name_buyer(draft, other, by=staff.coordinator)
    assert draft.buyer_ids == [named.authority_id] == [other.id]
    with pytest.raises(RuleBroken):
        buyers.name_buyer(draft, other, by=staff.coordinator)
    with pytest.raises(RuleBroken):
        buyers.name_buyer(draft, staff.authority, by=staff.coordinator)
    systems.submit(draft, by=staff.coordinator)
    with pytest.raises(WrongState) as refusal:
        buyers.name_buyer(draft, people.authority("City of Late"), by=staff.coordinator)
    assert refusal.value.rule == "R103"


@pytest.mark.rule("R103")
def test_given_a_joint_system_when_its_pages_are_read_then_every_buyer_is_named_and_reads_the_contracts(
    app: Flask,
) -> None:
    made = worlds.world(rule=RANKED)
    _provider, contract = worlds.supplier(made)
    assert contract is not None
    other = worlds.partner(made)
    stranger = people.coordinator(people.authority("City of Elsewhere"))

    public = page_as(app, None).get(f"/systems/{made.category.system_id}")
    assert "City of Siilinjärvi" in public.text
    assert is_allowed(other.coordinator, Permission.CONTRACT_READ, contract)
    assert not is_allowed(other.coordinator, Permission.CONTRACT_SIGN_FOR_AUTHORITY, contract)
    assert not is_allowed(other.expert, Permission.CONTRACT_READ, contract)
    assert not is_allowed(stranger, Permission.CONTRACT_READ, contract)
    listed = contract_queries.contracts_of_authority(other.authority.id)
    assert [row.id for row in worlds.db.session.scalars(listed)] == [contract.id]
    assert contract_queries.waiting_for_authority(other.authority.id) == []


@pytest.mark.rule("R118")
def test_given_several_buyers_when_the_provider_asks_whom_it_serves_then_all_of_them_want_its_secrecy(
    app: Flask,
) -> None:
    made = worlds.world(rule=RANKED)
    provider, _contract = worlds.supplier(made)
    other = worlds.partner(made)
    assert provider.supplier_id is not None
    assert {each.id for each in contract_queries.authorities_of(provider.supplier_id)} == {
        made.authority.id,
        other.authority.id,
    }


@pytest.mark.rule("R103", "R104")
def test_given_a_party_that_stayed_out_when_its_customer_is_to_be_served_then_the_home_municipality_is_refused(
    app: Flask,
) -> None:
    found = worlds_procurements.in_decisions()
    kauniainen = found.participations["kauniainen"]
    joint.leave(kauniainen, "Hankimme itse.", "§ 7", by=found.together.espoo.decider)
    worlds_procurements.approve_all(found)
    system = worlds_procurements.opened(found)
    category = system.categories[0]
    expert = found.together.espoo.expert
    with pytest.raises(RuleBroken) as refusal:
        service.state_need(category, worlds.details(municipality="Kauniainen"), by=expert)
    assert (refusal.value.rule, refusal.value.field) == ("R103", "municipality")
    assert service.state_need(category, worlds.details(municipality="Espoo", languages=["fi"]), by=expert)
