"""Agreements on own and partners' production: ground, four eyes, a confirmation each year (HL 15 §, 16 §)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from core import clock
from core.errors import RuleBroken, WrongState
from core.policy import is_allowed
from dps.contracts import changing, queries
from dps.contracts.models import ContractState, ProductionState
from dps.contracts.policy import Permission as ContractPermission
from dps.contracts.production import queries as productions
from dps.contracts.production import rules, service
from dps.contracts.production.policy import Permission
from dps.contracts.rules import ceilings_on
from dps.offerings import service as offerings
from dps.systems.production import Production
from tests import people
from tests import worlds_orders as worlds
from tests import worlds_production as units
from tests.pages import page_as

TODAY = date(2026, 11, 22)
IN_HOUSE, OTHER, OWN = Production.IN_HOUSE, Production.OTHER_AUTHORITY, Production.OWN


@pytest.mark.parametrize(
    ("kind", "changes", "field"),
    [
        (IN_HOUSE, {"owned_share": Decimal("9.99")}, "owned_share"),
        (IN_HOUSE, {"owned_share": None}, "owned_share"),
        (IN_HOUSE, {"owners": " "}, "owners"),
        (IN_HOUSE, {"outside_share": Decimal("5.01")}, "outside_share"),
        (IN_HOUSE, {"outside_sales": Decimal("500000.01")}, "outside_sales"),
        (IN_HOUSE, {"outside_sales": None}, "outside_sales"),
        (OTHER, {"outside_share": Decimal("6")}, "outside_share"),
        (OTHER, {"outside_sales": None}, "outside_sales"),
        (OWN, {"statement": "x"}, "statement"),
    ],
)
def test_given_a_ground_that_the_law_does_not_accept_then_rule_and_field_are_named(
    app: Flask, kind: Production, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(RuleBroken) as refusal:
        rules.checked(kind, units.facts(kind, **changes), TODAY)
    assert (refusal.value.rule, refusal.value.field) == (rules.RULE_NAMES[kind], field)
    assert refusal.value.next_step


def test_given_figures_on_the_limits_then_the_ground_holds_and_only_what_the_kind_needs_is_kept() -> None:
    on_limit = {"outside_share": Decimal(5), "outside_sales": Decimal(500000)}
    rules.checked(IN_HOUSE, units.facts(IN_HOUSE, owned_share=Decimal(10), **on_limit), TODAY)
    kept = rules.checked(OTHER, units.facts(OTHER, owners="Kuopio", owned_share=Decimal(1), **on_limit), TODAY)
    assert (kept.owners, kept.owned_share) == ("", None)
    own = units.facts(OWN, outside_share=Decimal(80), outside_sales=Decimal(1))
    assert rules.checked(OWN, own, TODAY) == rules.Facts(statement=own.statement)


def test_before_the_reform_a_small_share_of_ownership_was_enough() -> None:
    rules.checked(IN_HOUSE, units.facts(IN_HOUSE, owned_share=Decimal(1)), date(2026, 6, 30))


@pytest.mark.rule("R50")
def test_given_a_prepared_agreement_when_its_preparer_or_one_of_the_unit_decides_then_it_is_refused(app: Flask) -> None:
    made, of = worlds.world(), units.unit()
    both = people.decider(made.authority)
    row = service.prepare(units.details(made.category, of), by=both)
    with pytest.raises(RuleBroken) as refusal:
        service.approve(row, "§ 1", by=both)
    assert refusal.value.rule == "R50"
    assert row.state is ProductionState.PREPARED
    assert productions.contracts_of(row.id) == []


def test_given_an_approval_then_each_category_has_a_contract_at_the_agreed_price_without_an_admission(
    app: Flask,
) -> None:
    made, of = worlds.world(), units.unit()
    row = units.agreement(made.authority, made.category, of)
    contract = units.contract_of(row)
    today = worlds.today()

    assert row.state is ProductionState.IN_FORCE
    assert contract.state is ContractState.IN_FORCE
    assert (contract.qualification_id, contract.production, contract.authority_id) == (
        None,
        IN_HOUSE,
        made.authority.id,
    )
    assert ceilings_on(contract, today).service == Decimal("1500.00")
    assert queries.contract_in_force(of.supplier.id, made.category.id, today) is None
    assert [each.id for each in queries.authorities_of(of.supplier.id)] == [made.authority.id]
    with pytest.raises(RuleBroken) as refusal:
        offerings.create_offering(contract, worlds.description(price=Decimal("1500.01")), by=of.mandate)
    assert refusal.value.rule == "price-ceiling"
    with pytest.raises(WrongState):
        changing.state_options(contract, today + timedelta(days=100), [], by=made.coordinator)


@pytest.mark.rule("R69")
def test_the_contractors_liability_is_looked_at_of_an_in_house_company_but_not_of_public_bodies(app: Flask) -> None:
    made = worlds.world()
    decider = people.decider(made.authority)
    exempt = {}
    for kind in (IN_HOUSE, OWN, OTHER):
        row = service.prepare(units.details(made.category, units.unit(kind.value), kind), by=made.coordinator)
        exempt[kind] = service.approve(row, "§ 1", by=decider)[0].liability_exemption
    assert exempt[IN_HOUSE] is None
    assert exempt[OWN] == exempt[OTHER] == service.PUBLIC_BODY


def test_given_bad_details_then_rule_field_and_next_step_are_told_and_nothing_is_kept(app: Flask) -> None:
    made, of = worlds.world(), units.unit()
    stranger = worlds.world()
    bad = {
        "business_id": {"business_id": "1234567-8"},
        "ends_on": {"ends_on": worlds.today() - timedelta(days=1)},
        "prices": {"prices": {stranger.category.id: Decimal(1)}},
        "buyers": {"buyers": [people.authority("City of Elsewhere").id]},
        "kind": {"kind": Production.PURCHASED},
    }
    for field, change in bad.items():
        with pytest.raises(RuleBroken) as refusal:
            service.prepare(replace(units.details(made.category, of), **change), by=made.coordinator)
        assert refusal.value.field == field
    assert productions.page_of(made.coordinator, None) == []


def test_given_own_production_when_another_authority_is_named_then_it_is_refused_for_want_of_a_ground(
    app: Flask,
) -> None:
    made, of = worlds.world(), units.unit()
    partner = worlds.partner(made, name="City of Espoo")
    with pytest.raises(RuleBroken) as refusal:
        service.prepare(units.details(made.category, of, OWN, buyers=[partner.authority.id]), by=made.coordinator)
    assert (refusal.value.rule, refusal.value.field) == ("own-production", "buyers")
    assert refusal.value.next_step
    service.prepare(units.details(made.category, of, OTHER, buyers=[partner.authority.id]), by=made.coordinator)


def test_given_an_agreement_in_force_when_another_covers_the_same_days_then_it_is_refused(app: Flask) -> None:
    made, of = worlds.world(), units.unit()
    row = units.agreement(made.authority, made.category, of)
    with pytest.raises(RuleBroken) as refusal:
        service.prepare(units.details(made.category, of), by=made.coordinator)
    assert refusal.value.rule == "production"
    later = row.ends_on + timedelta(days=1)
    service.prepare(
        units.details(made.category, of, starts_on=later, ends_on=later + timedelta(days=365)), by=made.coordinator
    )


def test_given_a_year_when_nobody_confirms_the_ground_then_it_waits_on_the_desk_and_a_confirmation_gives_a_year(
    app: Flask,
) -> None:
    made, of = worlds.world(), units.unit()
    row = units.agreement(made.authority, made.category, of)
    until = row.confirmed_until
    with clock.at(worlds.noon(until - timedelta(days=10))):
        waiting = productions.to_confirm(made.authority.id, worlds.today(), until)
        assert [each.id for each in waiting] == [row.id]
        with pytest.raises(RuleBroken):
            service.confirm(row, units.facts(outside_share=Decimal(7)), by=made.coordinator)
        service.confirm(row, units.facts(), by=made.coordinator)
        assert row.confirmed_until == rules.confirmed_until(worlds.today())
        assert [each.number for each in row.facts] == [1, 2]


def test_given_an_end_then_contracts_end_and_unsigned_ones_lapse(app: Flask) -> None:
    made, of = worlds.world(), units.unit()
    decider = people.decider(made.authority)
    row = units.agreement(made.authority, made.category, of)
    service.end(row, "Yksikkö lakkaa.", by=decider)
    assert (row.state, units.contract_of(row).state) == (ProductionState.ENDED, ContractState.ENDED)

    second = service.prepare(units.details(made.category, of), by=made.coordinator)
    service.approve(second, "§ 2", by=decider)
    service.end(second, "Ei tarvita.", by=decider)
    assert units.contract_of(second).state is ContractState.LAPSED
    third = service.prepare(units.details(made.category, of), by=made.coordinator)
    service.drop(third, "Virheelliset tiedot.", by=made.coordinator)
    assert third.state is ProductionState.DROPPED


@pytest.mark.rule("R103")
def test_given_a_joint_system_then_the_agreement_and_its_contract_are_seen_by_those_it_names_only(app: Flask) -> None:
    made = worlds.world()
    named, other = worlds.partner(made, name="City of Espoo"), worlds.partner(made, name="City of Vantaa")
    of = units.unit("Omnia")
    row = units.agreement(named.authority, made.category, of, buyers=[made.authority])
    contract = units.contract_of(row)

    assert contract.authority_id == named.authority.id
    for who, sees in ((named.coordinator, True), (made.coordinator, True), (other.coordinator, False)):
        assert is_allowed(who, Permission.PRODUCTION_READ, row) is sees
        assert is_allowed(who, ContractPermission.CONTRACT_READ, contract) is sees
        listed = worlds.db.session.scalars(queries.contracts_of_authority(who.organisation_id)).all()
        assert (contract in listed) is sees
    assert not is_allowed(made.coordinator, Permission.PRODUCTION_KEEP, row)
    assert not is_allowed(made.coordinator, ContractPermission.CONTRACT_CHECK, contract)


def test_the_pages_prepare_approve_confirm_and_end(app: Flask) -> None:
    made, of = worlds.world(), units.unit()
    decider = people.decider(made.authority)
    page = page_as(app, made.coordinator).get("/procurement/production/new")
    filled = {
        "kind": "in_house",
        "business_id": of.supplier.registration_number,
        "reference": "KUO 2026-1",
        "starts_on": worlds.today().isoformat(),
        "ends_on": (worlds.today() + timedelta(days=700)).isoformat(),
        "statement": "Kaupunki käyttää määräysvaltaa yhtiökokouksessa.",
        "owners": "Kuopio 100 %",
        "owned_share": "100",
        "outside_share": "9",
        "outside_sales": "0",
        f"price_{made.category.id}": "1200",
    }
    refused = page.press("Send to a decision maker", **filled)
    assert refused.status == 422
    assert any("5 percent" in each for each in refused.messages)
    done = page.press("Send to a decision maker", **(filled | {"outside_share": "2,5"}))
    assert "Waiting for the decision" in done.text

    shown = page_as(app, decider).get(done.url)
    approved = shown.press("Approve the agreement", decision_number="§ 5/2026")
    assert "In force" in approved.text
    assert "Waiting for the provider's signature" in approved.text
    confirmed = page_as(app, made.coordinator).get(done.url).follow("Confirm the ground").press("Confirm for a year")
    assert "The ground is confirmed. Orders can go on." in confirmed.text
    listed = page_as(app, made.coordinator).get("/procurement/production")
    assert listed.rows()[0][:2] == [of.supplier.name, "In-house unit"]
    ended = (
        page_as(app, decider).get(done.url).follow("End the agreement").press("End the agreement", reason="Päättyi.")
    )
    assert "Reason: Päättyi." in ended.text
