"""The way through the pages: a provider offers, an expert finds, a customer chooses, a service is delivered."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask

from core import clock
from core.db import db
from dps.systems.models import OrderingRule
from orders import service
from orders.models import Choice, ChoiceAnswer, Need, Order, OrderState
from tests import worlds_orders as worlds
from tests.pages import Page, page_as


def _choose_link(page: Page) -> str:
    return re.search(r"/choose/[\w-]+", page.text).group()  # type: ignore[union-attr]


def test_a_provider_describes_a_service_adds_a_start_and_publishes_it(app: Flask) -> None:
    made = worlds.world()
    provider, contract = worlds.supplier(made)
    page = page_as(app, provider).get(f"/provider/offerings/new?contract={contract.id}")

    page = page.press(
        "Save",
        **{f"{part}_{code}": f"Coaching {code}" for part in ("name", "description") for code in ("fi", "sv", "en")},
        languages=["fi", "ar"],
        places=["Kuopio"],
        duration_days="30",
        price="1200.00",
        vat_rate="25.5",
    )
    page = page.press("Add the start", starts_on=str(worlds.today() + timedelta(days=9)), seats="4")
    page = page.press("Save the module", module_price="200")
    page = page.press("Publish")

    assert "Published" in page.text
    assert "Coaching en" in page_as(app, None).get("/services").text


def test_a_customer_chooses_on_their_phone_and_the_order_is_placed(app: Flask) -> None:
    made = worlds.world()
    worlds.offering(made, name="Tuulenpesä Oy")
    worlds.offering(made, name="Kuutinharju Oy")
    expert = page_as(app, made.expert)

    page = expert.get("/expert/needs/new")
    page = page.press(
        "Show fitting services",
        customer_reference="AS-1",
        municipality="Kuopio",
        place="Kuopio",
        latest_start=str(worlds.today() + timedelta(days=40)),
    )
    assert page.heading.startswith("2 services fit the need T-")
    need = db.session.query(Need).one()
    link = _choose_link(expert.get(f"/expert/needs/{need.id}/choice/new").press("Make the link and QR code"))
    customer = page_as(app, None)
    page = customer.get(link)
    assert page.heading == "Choose a service"
    page = page.follow("I choose this").press("Confirm my choice")

    assert page.heading == "Thank you! Your choice is saved."
    assert db.session.query(Order).one().state is OrderState.PLACED
    assert customer.get(link).heading == "This link has already been used."
    assert customer.get(link).status == 410
    assert "Waiting for the provider" in expert.get(f"/expert/needs/{need.id}").text


@pytest.mark.parametrize("language", ["fi", "sv", "en", "et", "ru", "uk", "so", "ar"])
def test_the_customers_page_speaks_eight_languages_without_login(app: Flask, language: str) -> None:
    made = worlds.world()
    offering = worlds.offering(made)
    token = service.offer_choice(worlds.need(made), [offering.id], by=made.expert).token

    page = page_as(app, None).get(f"/choose/{token}?lang={language}")

    assert page.status == 200
    assert page.root.get("lang") == language


def test_a_forged_link_is_explained_and_never_leads_to_the_login(app: Flask) -> None:
    page = page_as(app, None).get("/choose/forged")

    assert page.status == 404
    assert page.heading == "The link no longer works. Ask your expert for a new one."


def test_given_the_seat_went_meanwhile_when_the_customer_confirms_then_the_others_are_shown(app: Flask) -> None:
    made = worlds.world()
    first, second = worlds.offering(made, seats=1, name="Eka Oy"), worlds.offering(made, name="Toka Oy")
    made_choice = service.offer_choice(worlds.need(made), [first.id, second.id], by=made.expert)
    confirm = page_as(app, None).get(f"/choose/{made_choice.token}/service/{first.id}")
    other = service.offer_choice(worlds.need(made), [first.id], by=made.expert)
    service.answer_choice(other.token, ChoiceAnswer.CHOSEN, option=0)

    page = confirm.press("Confirm my choice")

    assert page.status == 409
    assert "no longer free" in page.text
    assert "Toka Oy" in page.text
    assert "Eka Oy" not in page.text
    assert db.session.get(Choice, made_choice.choice.id).answered_at is None


def test_a_customer_may_say_that_nothing_suits_and_the_expert_sees_it(app: Flask) -> None:
    made = worlds.world()
    offering = worlds.offering(made)
    need = worlds.need(made)
    token = service.offer_choice(need, [offering.id], by=made.expert).token

    page_as(app, None).get(f"/choose/{token}").follow("None of these suits me").press("Send")

    assert "None of the services suits the customer" in page_as(app, made.expert).get(f"/expert/needs/{need.id}").text
    assert "None of the services suits the customer" in page_as(app, made.expert).get("/expert").text


def test_an_order_goes_through_provider_and_expert_pages_to_the_invoice(app: Flask) -> None:
    made = worlds.world(rule=OrderingRule.RANKING)
    worlds.offering(made, starts_in_days=(0,), duration_days=1)
    need = worlds.need(made)
    page_as(app, made.expert).get(f"/expert/needs/{need.id}").press("Order this service")
    order = db.session.query(Order).one()
    provider = page_as(app, made.suppliers[0])

    assert order.reference in provider.get("/provider").text
    page = provider.get(f"/provider/orders/{order.id}").press("Confirm the order")
    page = page.press("Save the start")
    page = page.press("Send the report", end_kind="finished", text="One good day.", amount="900.00")
    assert "One good day." in page.text
    expert = page_as(app, made.expert)
    page = expert.get(f"/expert/orders/{order.id}").press("Send the report back", reason="Which day?")
    page = provider.get(f"/provider/orders/{order.id}")
    assert "Which day?" in page.text
    page.press("Send the report", end_kind="finished", text="The day agreed.", amount="900.00")
    assert "report to be accepted" in expert.get("/expert").text
    page = expert.get(f"/expert/orders/{order.id}").press("Accept the delivered service")

    assert "Delivered" in page.text
    budget = worlds.budget_of(made, order.planned_start_on)
    assert (budget.committed, budget.spent) == (0, Decimal("900.00"))


@pytest.mark.rule("R109")
def test_the_providers_page_has_no_bands_and_no_reference_before_acceptance(app: Flask) -> None:
    made = worlds.world(rule=OrderingRule.RANKING)
    worlds.offering(made)
    order = worlds.order_by_rule(made, customer_reference="AS-4711")
    provider = page_as(app, made.suppliers[0])

    before = provider.get(f"/provider/orders/{order.id}").response.get_data(as_text=True)
    service.accept(order, by=made.suppliers[0])
    after = provider.get(f"/provider/orders/{order.id}").response.get_data(as_text=True)

    for secret in ("AS-4711", "25–34", "1–2 years", "Upper secondary", "25_to_34"):
        assert secret not in before
    assert "AS-4711" in after
    assert "25–34" not in after


def test_a_coordinator_sets_a_budget_and_sees_what_is_left(app: Flask) -> None:
    made = worlds.world(budget=None)

    page = page_as(app, made.coordinator).get("/procurement/budgets").press("Save", amount="5000.00")

    assert "€5,000.00" in page.text
    page = page.press("Save", amount="-1")
    assert page.status == 422


def test_lists_of_orders_show_each_reader_their_own(app: Flask) -> None:
    made = worlds.world(rule=OrderingRule.RANKING)
    worlds.offering(made)
    order = worlds.order_by_rule(made)

    assert order.reference in page_as(app, made.expert).get("/expert/orders").text
    assert order.reference in page_as(app, made.coordinator).get("/procurement/orders").text
    assert order.reference in page_as(app, made.suppliers[0]).get("/provider/orders").text


def test_another_suppliers_and_authoritys_orders_are_closed_to_others(app: Flask) -> None:
    made, other = worlds.world(rule=OrderingRule.RANKING), worlds.world()
    worlds.offering(made)
    stranger, _contract = worlds.supplier(other)
    order = worlds.order_by_rule(made)

    assert page_as(app, stranger).get(f"/provider/orders/{order.id}").status == 403
    assert page_as(app, other.expert).get(f"/expert/orders/{order.id}").status == 403
    assert page_as(app, other.expert).get(f"/expert/needs/{order.need_id}").status == 403


def test_looking_at_a_need_leaves_a_trace_of_who_saw_the_customers_reference(app: Flask) -> None:
    from core.audit.models import AccessRecord

    made = worlds.world()
    need = worlds.need(made)

    page_as(app, made.expert).get(f"/expert/needs/{need.id}")

    row = db.session.query(AccessRecord).filter_by(subject_id=str(need.id)).one()
    assert (row.what, row.person_id) == ("need.customer_reference", made.expert.person_id)


def test_lapsed_orders_are_still_readable_for_the_provider(app: Flask) -> None:
    made = worlds.world(rule=OrderingRule.RANKING)
    worlds.offering(made)
    order = worlds.order_by_rule(made)

    with clock.at(order.accept_by + timedelta(minutes=1)):
        page = page_as(app, made.suppliers[0]).get(f"/provider/orders/{order.id}")

    assert page.status == 200
    assert "Confirm the order" not in page.text
