"""Offerings: what may be published, and by whom."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from core.errors import RuleBroken, WrongState
from dps.contracts.models import ContractState
from dps.offerings import service
from dps.offerings.models import OfferingState
from tests import worlds_orders as worlds
from tests.pages import api_as, page_as


@pytest.mark.parametrize(
    ("changes", "rule", "field"),
    [
        ({"price": Decimal("3000.01")}, "price-ceiling", "price"),
        pytest.param({"languages": ["ru"]}, "R102", "languages", marks=pytest.mark.rule("R102")),
        ({"places": ["Helsinki"]}, "category-area", "places"),
        pytest.param({"duration_days": 184}, "R101", "duration_days", marks=pytest.mark.rule("R101")),
    ],
)
def test_a_service_outside_the_terms_of_its_category_is_refused(
    app: Flask, changes: dict[str, Any], rule: str, field: str
) -> None:
    made = worlds.world()
    provider, contract = worlds.supplier(made)
    assert contract is not None

    with pytest.raises(RuleBroken) as refused:
        service.create_offering(contract, worlds.description(**changes), by=provider)

    assert (refused.value.rule, refused.value.field) == (rule, field)


@pytest.mark.rule("R79")
def test_nothing_is_published_without_a_contract_in_force(app: Flask) -> None:
    made = worlds.world()
    provider, contract = worlds.supplier(made)
    assert contract is not None
    offering = service.create_offering(contract, worlds.description(), by=provider)
    contract.ends_on = worlds.today() - timedelta(days=1)

    with pytest.raises(RuleBroken) as refused:
        service.publish(offering, by=provider)

    assert refused.value.rule == "R79"
    assert contract.state is ContractState.IN_FORCE


def test_a_module_keeps_its_own_ceiling(app: Flask) -> None:
    made = worlds.world()
    offering = worlds.offering(made)
    provider, module = worlds.provider_of(offering, made), made.category.modules[0]

    service.set_module_price(offering, module, Decimal("500.00"), by=provider)
    with pytest.raises(RuleBroken):
        service.set_module_price(offering, module, Decimal("500.01"), by=provider)
    service.set_module_price(offering, module, None, by=provider)

    assert offering.modules == []


def test_seats_never_go_below_those_taken(app: Flask) -> None:
    made = worlds.world(rule=worlds.OrderingRule.RANKING)
    offering = worlds.offering(made, seats=3)
    worlds.order_by_rule(made)
    worlds.order_by_rule(made)
    start, provider = worlds.start_of(offering), worlds.provider_of(offering, made)

    with pytest.raises(RuleBroken) as refused:
        service.change_start_seats(start, 1, by=provider)
    service.change_start_seats(start, 2, by=provider)

    assert refused.value.rule == "I7"
    assert start.seats_left == 0


def test_a_start_is_a_day_to_come_and_there_once(app: Flask) -> None:
    made = worlds.world()
    offering = worlds.offering(made)
    provider = worlds.provider_of(offering, made)

    for day in (worlds.today() - timedelta(days=1), worlds.start_of(offering).starts_on):
        with pytest.raises(RuleBroken):
            service.add_start(offering, day, 4, by=provider)


def test_a_withdrawn_service_can_be_published_again_but_not_withdrawn_twice(app: Flask) -> None:
    made = worlds.world()
    offering = worlds.offering(made)
    provider = worlds.provider_of(offering, made)

    service.withdraw(offering, by=provider)
    with pytest.raises(WrongState):
        service.withdraw(offering, by=provider)
    service.publish(offering, by=provider)

    assert offering.state is OfferingState.PUBLISHED


def test_another_supplier_cannot_open_or_change_a_service(app: Flask) -> None:
    made = worlds.world()
    offering = worlds.offering(made)
    stranger, _contract = worlds.supplier(made)

    assert page_as(app, stranger).get(f"/provider/offerings/{offering.id}").status == 403
    assert api_as(app, stranger).post(f"/offerings/{offering.id}/withdraw").status_code == 403


def test_the_api_goes_from_the_contract_to_the_public_list(app: Flask) -> None:
    made = worlds.world()
    provider, contract = worlds.supplier(made)
    assert contract is not None
    api = api_as(app, provider)
    body = {
        "contract_id": str(contract.id),
        **{f"{part}_{code}": "Coaching" for part in ("name", "description") for code in ("fi", "sv", "en")},
        "languages": ["fi"],
        "places": ["Kuopio"],
        "is_remote": False,
        "duration_days": 30,
        "price": "1200.00",
        "vat_rate": "25.5",
    }

    made_one = api.post("/offerings", body)
    offering_id = made_one.get_json()["id"]
    start = api.post(
        f"/offerings/{offering_id}/starts", {"starts_on": str(worlds.today() + timedelta(days=9)), "seats": 3}
    )
    published = api.post(f"/offerings/{offering_id}/publish")
    listed = api_as(app, made.expert).get(f"/offerings?category={made.category.id}&place=Kuopio&language=fi").get_json()

    assert [made_one.status_code, start.status_code, published.status_code] == [201, 201, 200]
    assert [each["id"] for each in listed["items"]] == [offering_id]
    assert listed["items"][0]["price"] == "1200.00"
    assert api_as(app, made.expert).get("/offerings?place=Helsinki").get_json()["items"] == []


def test_visitors_narrow_the_public_list(app: Flask) -> None:
    made = worlds.world()
    worlds.offering(made, name="Kuopion Oy")
    worlds.offering(made, name="Siilin Oy", places=["Siilinjärvi"])

    page = page_as(app, None).get(f"/services?category={made.category.id}&place=Siilinjärvi")

    assert "Siilin Oy" in page.text
    assert "Kuopion Oy" not in page.text
