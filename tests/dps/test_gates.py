"""Before the first order: documents of the contractor's liability (R69), secrecy (R118), VAT of each service."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from flask import Flask

from core import clock
from core.db import db
from core.errors import RuleBroken
from core.identity.mandates import Mandate
from core.identity.models import Role
from dps.contracts import gates, queries
from dps.contracts import service as contracts
from dps.contracts.models import LIABILITY_KINDS, ContractState, FrameContract, SecrecyUndertaking
from dps.qualification.rules import months_later
from dps.systems.models import OrderingRule
from orders import service as orders
from suppliers.models import DOCUMENT_KIND_TITLES, DocumentKind
from tests import people, worlds_dps, worlds_orders
from tests.pages import api_as, page_as
from tests.worlds_dps import Provider, Staff


def today() -> date:
    return clock.helsinki_date(clock.now())


def half_signed() -> tuple[Staff, Provider, FrameContract]:
    """Signed by the supplier; the city is next."""
    staff, provider = worlds_dps.staff(), worlds_dps.provider()
    found = worlds_dps.admitted(worlds_dps.open_category(staff), provider, staff)
    contract = queries.contract_of_qualification(found.id)
    assert contract is not None
    contracts.sign_for_supplier(contract, by=provider.mandate)
    return staff, provider, contract


@pytest.mark.rule("R69")
def test_given_a_document_that_nobody_looked_at_when_the_city_signs_then_it_is_refused_and_named(app: Flask) -> None:
    staff, _provider, contract = half_signed()
    seen = dict.fromkeys(LIABILITY_KINDS[1:], today())
    gates.check_liability(contract, seen, by=staff.coordinator)
    with pytest.raises(RuleBroken) as refused:
        contracts.sign_for_authority(contract, by=staff.coordinator)
    assert (refused.value.rule, refused.value.field) == ("R69", DocumentKind.TRADE_REGISTER.value)
    assert str(DOCUMENT_KIND_TITLES[DocumentKind.TRADE_REGISTER]) in str(refused.value.message)
    assert contract.state is ContractState.SIGNED_BY_SUPPLIER

    gates.check_liability(contract, {LIABILITY_KINDS[0]: today()}, by=staff.coordinator)
    contracts.sign_for_authority(contract, by=staff.coordinator)
    assert contract.state is ContractState.IN_FORCE


@pytest.mark.rule("R69", "R90")
def test_given_documents_of_three_months_ago_then_they_are_good_that_day_and_too_old_the_next(app: Flask) -> None:
    staff, _provider, contract = half_signed()
    issued = today() - timedelta(days=20)
    gates.check_liability(contract, dict.fromkeys(LIABILITY_KINDS, issued), by=staff.coordinator)
    last = months_later(issued, 3)
    assert gates.is_fresh(issued, last)
    with clock.at(clock.end_of_day(last)), pytest.raises(RuleBroken) as refused:
        contracts.sign_for_authority(contract, by=staff.coordinator)
    assert refused.value.rule == "R69"
    with clock.at(clock.end_of_day(last)), pytest.raises(RuleBroken) as old:
        gates.check_liability(contract, {DocumentKind.TAX_CERTIFICATE: issued}, by=staff.coordinator)
    assert (old.value.rule, old.value.field) == ("R69", "tax_certificate")
    with clock.at(clock.end_of_day(last) - timedelta(seconds=1)):
        contracts.sign_for_authority(contract, by=staff.coordinator)


@pytest.mark.rule("R69")
@pytest.mark.parametrize(
    ("issued", "last"), [(date(2026, 11, 30), date(2027, 2, 28)), (date(2026, 8, 22), date(2026, 11, 22))]
)
def test_three_months_end_on_the_same_day_of_the_month_or_its_last(app: Flask, issued: date, last: date) -> None:
    assert gates.is_fresh(issued, last)
    assert not gates.is_fresh(issued, last + timedelta(days=1))


@pytest.mark.rule("R69")
def test_given_the_act_does_not_apply_then_the_reason_is_kept_and_the_page_says_so(app: Flask) -> None:
    staff, _provider, contract = half_signed()
    page = page_as(app, staff.coordinator).get(f"/procurement/contracts/{contract.id}")
    assert "7 documents to check" in page.text
    done = page.press("Save the reason", reason="Elinkeinonharjoittaja ilman työntekijöitä.")
    assert "The act does not apply: Elinkeinonharjoittaja" in done.text
    contracts.sign_for_authority(contract, by=staff.coordinator)


def test_given_a_day_in_the_future_then_the_field_says_so_and_nothing_is_kept(app: Flask) -> None:
    staff, _provider, contract = half_signed()
    page = page_as(app, staff.coordinator).get(f"/procurement/contracts/{contract.id}")
    answer = page.press("Save the checks", trade_register=(today() + timedelta(days=1)).isoformat())
    assert answer.status == 422
    assert any("in the future" in message for message in answer.messages)
    assert queries.liability_checks_of(contract.id) == []


# ---- secrecy ----


def test_signing_the_contract_gives_the_signers_own_undertaking(app: Flask) -> None:
    staff, provider, contract = half_signed()
    assert gates.has_undertaken(provider.mandate, provider.supplier.id, staff.authority.id)
    assert not gates.has_undertaken(provider.mandate, provider.supplier.id, people.authority().id)
    assert contract.supplier_signed_by == provider.mandate.person_id


def colleague_of(provider: Mandate) -> Mandate:
    """Another user of the same company."""
    from core.identity.models import Organisation

    organisation = db.session.get_one(Organisation, provider.organisation_id)
    return Mandate.of(people.holding(Role.PROVIDER, organisation))


@pytest.mark.rule("R118")
def test_given_a_user_without_an_undertaking_then_no_order_is_accepted_and_no_customer_is_shown(app: Flask) -> None:
    made = worlds_orders.world(rule=OrderingRule.RANKING)
    worlds_orders.offering(made)
    order = worlds_orders.order_by_rule(made)
    provider = worlds_orders.provider_of(order, made)
    colleague = colleague_of(provider)
    with pytest.raises(RuleBroken) as refused:
        orders.accept(order, by=colleague)
    assert refused.value.rule == "R118"

    orders.accept(order, by=provider)
    reference = order.need.customer_reference
    assert reference in page_as(app, provider).get(f"/provider/orders/{order.id}").text
    assert reference not in page_as(app, colleague).get(f"/provider/orders/{order.id}").text
    assert reference not in api_as(app, colleague).get(f"/orders/{order.id}").text
    assert reference not in api_as(app, colleague).get("/orders").text

    page = page_as(app, colleague).get("/provider/secrecy")
    page.press("I give this undertaking: City of Kuopio")
    assert reference in page_as(app, colleague).get(f"/provider/orders/{order.id}").text


def test_given_a_worker_then_the_name_is_sealed_and_shown_to_the_company_only_until_it_says_the_worker_left(
    app: Flask,
) -> None:
    staff, provider, _contract = half_signed()
    page = page_as(app, provider.mandate).get("/provider/secrecy")
    page.press("Record", worker="Veera Valmentaja", authority=str(staff.authority.id), given_on=today().isoformat())
    row = db.session.query(SecrecyUndertaking).filter_by(person_id=None).one()
    assert b"Veera" not in (row.sealed_name or b"")
    shown = page_as(app, provider.mandate).get("/provider/secrecy")
    assert "Veera Valmentaja" in [cells[0] for cells in shown.rows()]
    shown.press("Veera Valmentaja has left")
    db.session.refresh(row)
    assert row.ended_on == today()


# ---- VAT ----


@pytest.mark.parametrize(("rate", "ground"), [("0.0", ""), ("25.5", "AVL 39 §")])
def test_given_no_vat_without_its_ground_or_a_ground_with_vat_then_the_field_is_named(
    app: Flask, rate: str, ground: str
) -> None:
    from dps.offerings import service as offerings

    staff, provider = worlds_dps.staff(), worlds_dps.provider()
    contract = worlds_dps.contract_in_force(worlds_dps.open_category(staff), provider, staff)
    description = worlds_orders.description(vat_rate=Decimal(rate), vat_exemption=ground, price=Decimal("50.00"))
    with pytest.raises(RuleBroken) as refused:
        offerings.create_offering(contract, description, by=provider.mandate)
    assert (refused.value.rule, refused.value.field) == ("vat", "vat_exemption")


def test_the_time_of_signing_is_the_databases(app: Flask) -> None:
    staff, _provider, contract = half_signed()
    worlds_dps.liability_checked(contract, staff)
    moment = datetime(2026, 12, 1, 9, tzinfo=clock.HELSINKI)
    with clock.at(moment):
        contracts.sign_for_authority(contract, by=staff.coordinator)
    assert contract.authority_signed_at is not None
    assert abs(contract.authority_signed_at - moment) < timedelta(seconds=30)
