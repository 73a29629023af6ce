"""The same way through the JSON operations."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from flask import Flask

from core.db import db
from core.identity.mandates import Mandate
from dps.systems.models import OrderingRule
from orders import service
from orders.models import Order
from tests import worlds_orders as worlds
from tests.pages import api_as, page_as

NEED = {
    "customer_reference": "AS-9",
    "municipality": "Kuopio",
    "place": "Kuopio",
    "languages": ["fi"],
    "age_band": "25_to_34",
    "unemployment_band": "1_to_2_years",
    "education_band": "secondary",
}


def _need(made: worlds.World, **changes: object) -> dict[str, object]:
    latest = worlds.today() + timedelta(days=40)
    return {**NEED, "category_id": str(made.category.id), "latest_start": str(latest), **changes}


def test_an_order_goes_from_the_need_to_the_accepted_delivery(app: Flask) -> None:
    made = worlds.world(rule=OrderingRule.RANKING)
    worlds.offering(made, starts_in_days=(0,), duration_days=1)
    expert, provider = api_as(app, made.expert), api_as(app, made.suppliers[0])

    need = expert.post("/needs", _need(made)).get_json()
    fitting = expert.get(f"/needs/{need['id']}/offerings").get_json()
    hit = fitting["hits"][0]
    placed = expert.post(
        "/orders", {"need_id": need["id"], "offering_id": hit["offering_id"], "start_id": hit["start_id"]}
    )
    path = f"/orders/{placed.get_json()['id']}"
    day = str(worlds.today())
    answers = [
        placed,
        provider.post(f"{path}/accept"),
        provider.post(f"{path}/start", {"started_on": day}),
        provider.post(
            f"{path}/report", {"ended_on": day, "end_kind": "finished", "amount": "990.50", "text": "A good day."}
        ),
        expert.post(f"{path}/return-report", {"reason": "Which day?"}),
        provider.post(
            f"{path}/report", {"ended_on": day, "end_kind": "finished", "amount": "990.50", "text": "Today."}
        ),
        expert.post(f"{path}/accept-delivery"),
    ]

    assert [each.status_code for each in answers] == [201, 200, 200, 201, 200, 201, 200], [e.data for e in answers]
    assert provider.get("/deliveries").get_json()["items"][0]["amount"] == "990.50"
    assert expert.get(path).get_json()["state"] == "completed"
    spent = [each["spent"] for each in api_as(app, made.coordinator).get("/budgets").get_json()["items"]]
    assert "990.50" in spent


@pytest.mark.rule("R109")
def test_a_providers_response_has_no_bands_and_the_reference_only_after_acceptance(app: Flask) -> None:
    made = worlds.world(rule=OrderingRule.RANKING)
    worlds.offering(made)
    order = worlds.order_by_rule(made, customer_reference="AS-4711")
    provider = api_as(app, made.suppliers[0])

    before, listed = provider.get(f"/orders/{order.id}").get_json(), provider.get("/orders").get_json()
    provider.post(f"/orders/{order.id}/accept")
    after = provider.get(f"/orders/{order.id}").get_json()

    for answer in (before, listed, after):
        assert not {"age_band", "unemployment_band", "education_band", "municipality"} & set(answer)
        assert "25_to_34" not in json.dumps(answer)
    assert "AS-4711" not in json.dumps([before, listed])
    assert after["customer_reference"] == "AS-4711"


def test_a_link_for_the_customer_is_told_once(app: Flask) -> None:
    made = worlds.world()
    offering = worlds.offering(made)
    expert = api_as(app, made.expert)
    need = expert.post("/needs", _need(made)).get_json()

    answer = expert.post(f"/needs/{need['id']}/choice", {"offerings": [str(offering.id)]})

    assert answer.status_code == 201
    assert "/choose/" in answer.get_json()["url"]


def test_the_customers_answer_by_the_api_places_the_order_once(app: Flask) -> None:
    made = worlds.world(rule=OrderingRule.CUSTOMER_CHOICE)
    offering = worlds.offering(made)
    need = worlds.need(made)
    link = api_as(app, made.expert).post(f"/needs/{need.id}/choice", {"offerings": [str(offering.id)]}).json["url"]
    body = {"token": link.rpartition("/")[2], "answer": "chosen", "option": 0, "language": "ar"}

    first = app.test_client().post("/api/v1/choices/answer", json=body)
    assert (first.status_code, first.json["is_ordered"]) == (201, True)
    again = app.test_client().post("/api/v1/choices/answer", json=body)
    assert (again.status_code, again.json["rule"]) == (410, "link-used")
    assert db.session.query(Order).filter_by(need_id=need.id).count() == 1


def test_an_identity_code_in_a_need_is_a_problem_that_names_its_field(app: Flask) -> None:
    made = worlds.world()

    answer = api_as(app, made.expert).post("/needs", _need(made, customer_reference="131052-308T"))

    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert "customer_reference" in answer.get_json()["errors"][0]["field"]


@pytest.mark.rule("R2")
def test_a_refused_order_names_its_rule(app: Flask) -> None:
    made = worlds.world(rule=OrderingRule.COMPETITION, mode=worlds.LegalMode.DPS_STRICT)
    offering = worlds.offering(made)
    need = worlds.need(made)

    answer = api_as(app, made.expert).post(
        "/orders",
        {
            "need_id": str(need.id),
            "offering_id": str(offering.id),
            "start_id": str(worlds.start_of(offering).id),
        },
    )

    assert (answer.status_code, answer.get_json()["rule"]) == (422, "R2")


def test_declining_and_cancelling_by_the_api(app: Flask) -> None:
    made = worlds.world(rule=OrderingRule.RANKING)
    worlds.offering(made)
    first, second = worlds.order_by_rule(made), worlds.order_by_rule(made)
    provider = api_as(app, made.suppliers[0])

    declined = provider.post(f"/orders/{first.id}/decline", {"reason": "no_capacity"})
    cancelled = api_as(app, made.expert).post(f"/orders/{second.id}/cancel")

    assert declined.get_json()["state"] == "declined"
    assert cancelled.get_json()["state"] == "cancelled"


def test_foreign_needs_orders_and_budgets_are_closed(app: Flask) -> None:
    made, other = worlds.world(rule=OrderingRule.RANKING), worlds.world()
    worlds.offering(made)
    stranger_supplier, _contract = worlds.supplier(other)
    order = worlds.order_by_rule(made)
    expert, stranger = api_as(app, other.expert), api_as(app, stranger_supplier)

    assert expert.get(f"/needs/{order.need_id}").status_code == 403
    assert expert.get(f"/orders/{order.id}").status_code == 403
    assert stranger.post(f"/orders/{order.id}/accept").status_code == 403
    assert expert.get("/orders").get_json()["items"] == []
    body = {"category_id": str(made.category.id), "year": 2027, "amount": "5.00"}
    assert api_as(app, other.coordinator).post("/budgets", body).status_code == 403


def test_the_change_feed_tells_ones_own_organisations_events_in_order(app: Flask) -> None:
    made, other = worlds.world(rule=OrderingRule.RANKING), worlds.world()
    worlds.offering(made)
    order = worlds.order_by_rule(made)
    feed = api_as(app, made.expert)

    answer = feed.get("/events?limit=1000").get_json()
    rest = feed.get(f"/events?cursor={answer['next_cursor']}").get_json()

    assert str(order.id) in {each["subject_id"] for each in answer["items"]}
    assert [each["seq"] for each in answer["items"]] == sorted(each["seq"] for each in answer["items"])
    assert set(answer["items"][0]) == {"seq", "at", "type", "subject_type", "subject_id"}
    assert rest == {"items": [], "next_cursor": answer["next_cursor"]}
    theirs = api_as(app, other.expert).get("/events?limit=1000").get_json()["items"]
    assert str(order.id) not in {each["subject_id"] for each in theirs}


def test_given_a_provider_answers_when_the_city_follows_its_orders_then_the_feed_tells_it_and_no_stranger(
    app: Flask,
) -> None:
    made, other = worlds.world(rule=OrderingRule.RANKING), worlds.world()
    worlds.offering(made)
    order = worlds.order_by_rule(made)
    provider = worlds.provider_of(order, made)
    service.accept(order, by=provider)

    def types(mandate: Mandate) -> list[str]:
        items = api_as(app, mandate).get("/events?limit=1000").get_json()["items"]
        return [each["type"] for each in items if each["subject_id"] == str(order.id)]

    assert types(made.expert) == ["order.placed", "order.accepted"]
    assert types(provider) == ["order.placed", "order.accepted"]
    assert types(other.expert) == []


@pytest.mark.rule("R109")
def test_given_an_accepted_order_is_cancelled_when_the_provider_looks_again_then_the_reference_is_gone(
    app: Flask,
) -> None:
    made = worlds.world(rule=OrderingRule.RANKING)
    worlds.offering(made, starts_in_days=(20,))
    order = worlds.order_by_rule(made)
    provider = worlds.provider_of(order, made)
    service.accept(order, by=provider)
    assert "customer_reference" in api_as(app, provider).get(f"/orders/{order.id}").get_json()

    service.cancel(order, by=made.expert)

    assert "customer_reference" not in api_as(app, provider).get(f"/orders/{order.id}").get_json()
    assert order.need.customer_reference not in page_as(app, provider).get(f"/provider/orders/{order.id}").text
