"""Feedback, outcomes and releases, from the delivered order to the published record."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask

from core import clock
from core.db import db
from core.errors import RuleBroken, WrongState
from dps.systems.models import OrderingRule
from evaluation import measures
from evaluation.collecting import queries, service
from evaluation.collecting.models import CustomerFeedback, EnoughHelp, FeedbackRequest
from evaluation.outcomes import service as outcomes
from evaluation.outcomes.models import OutcomeState
from orders.links import LinkOver, LinkUnknown
from orders.models import Order
from tests import worlds_orders as worlds
from tests.pages import api_as, page_as


def _delivered(made: worlds.World, **changes: object) -> Order:
    return worlds.delivered(worlds.order_by_rule(made), made, **changes)


def _world(seats: int = 40) -> worlds.World:
    made = worlds.world(rule=OrderingRule.RANKING)
    worlds.offering(made, seats=seats)
    return made


def test_a_delivered_order_prepares_the_customers_link(app: Flask) -> None:
    order = _delivered(_world())

    assert queries.request_of(order.id) is not None


def test_a_customer_answers_in_their_language_and_the_link_is_used_up(app: Flask) -> None:
    made = _world()
    order = _delivered(made)
    page = page_as(app, made.expert).get(f"/expert/orders/{order.id}").follow("Feedback and result of the order")
    link = re.search(r"/feedback/[\w-]+", page.press("Make a link for the customer").text).group()  # type: ignore[union-attr]
    customer = page_as(app, None)

    page = customer.get(f"{link}?lang=uk")
    assert page.root.get("lang") == "uk"
    page = customer.get(f"{link}?lang=en").press("Send", recommendation="9", enough_help="yes", comment="Good talks.")

    assert page.heading.startswith("Thank you for your answer!")
    assert db.session.query(CustomerFeedback).one().recommendation == 9
    assert customer.get(link).status == 410


def test_looking_at_the_feedback_page_uses_nothing_up(app: Flask) -> None:
    made = _world()
    token = service.renew_feedback_link(_delivered(made), by=made.expert)

    for _ in range(3):
        assert page_as(app, None).get(f"/feedback/{token}").status == 200

    assert db.session.query(FeedbackRequest).one().used_at is None


def test_an_identity_code_in_a_customers_words_is_refused_and_nothing_is_kept(app: Flask) -> None:
    made = _world()
    token = service.renew_feedback_link(_delivered(made), by=made.expert)

    page = (
        page_as(app, None)
        .get(f"/feedback/{token}")
        .press("Send", recommendation="9", enough_help="yes", comment="I am 131052-308T")
    )

    assert page.status == 422
    assert "identity code" in page.text
    assert db.session.query(CustomerFeedback).count() == 0


def test_a_new_link_kills_the_old_one_and_old_or_forged_ones_are_told_apart(app: Flask) -> None:
    made = _world()
    order = _delivered(made)
    old = service.renew_feedback_link(order, by=made.expert)
    new = service.renew_feedback_link(order, by=made.expert)

    with pytest.raises(LinkUnknown):
        service.give_feedback(old, 5, EnoughHelp.NO)
    with clock.at(clock.now() + timedelta(days=61)), pytest.raises(LinkOver):
        service.give_feedback(new, 5, EnoughHelp.NO)
    service.give_feedback(new, 5, EnoughHelp.NO)
    with pytest.raises(LinkOver):
        service.give_feedback(new, 5, EnoughHelp.NO)


def test_the_words_of_a_customer_are_sealed(app: Flask) -> None:
    made = _world()
    token = service.renew_feedback_link(_delivered(made), by=made.expert)

    feedback = service.give_feedback(token, 3, EnoughHelp.PARTLY, "It was far away.")

    assert feedback.sealed_words is not None
    assert b"far away" not in feedback.sealed_words


def test_an_expert_grades_a_delivered_service_once(app: Flask) -> None:
    made = _world()
    order = _delivered(made)

    page = page_as(app, made.expert).get(f"/expert/orders/{order.id}/evaluation")
    page = page.press("Save the grades", fit="5", cooperation="4", report="3")

    assert page.status == 200
    with pytest.raises(WrongState):
        service.give_expert_feedback(order, fit=1, cooperation=1, report=1, by=made.expert)


def test_an_outcome_is_recorded_from_three_months_after_the_planned_end_on_and_once(app: Flask) -> None:
    made = _world()
    order = _delivered(made)
    due_on = measures.months_after(order.planned_end_on, 3)

    with clock.at(worlds.noon(due_on - timedelta(days=1))), pytest.raises(RuleBroken):
        outcomes.record_outcome(order, OutcomeState.STUDIES, by=made.expert)
    with clock.at(worlds.noon(due_on)):
        assert order.reference in page_as(app, made.expert).get("/expert").text
        page = page_as(app, made.expert).get(f"/expert/orders/{order.id}/evaluation")
        page = page.follow("Results of the order").press("Save the result", state="studies")
        assert "Studies for a qualification" in page.text
        with pytest.raises(WrongState):
            outcomes.record_outcome(order, OutcomeState.UNEMPLOYED, by=made.expert)


def test_a_service_that_never_began_has_no_outcome(app: Flask) -> None:
    made = _world()
    order = worlds.order_by_rule(made)

    with clock.at(worlds.noon(order.planned_end_on + timedelta(days=200))), pytest.raises(RuleBroken):
        outcomes.record_outcome(order, OutcomeState.UNEMPLOYED, by=made.expert)


@pytest.mark.rule("R119")
def test_the_count_of_answers_never_moves_by_one_answer(app: Flask) -> None:
    made = _world()
    orders = [_delivered(made) for _ in range(12)]
    coordinator = api_as(app, made.coordinator)
    seen = set()
    for order in orders:
        service.give_feedback(service.renew_feedback_link(order, by=made.expert), 8, EnoughHelp.YES)
        seen.add(coordinator.get("/feedback").get_json()["items"][0]["answered"])

    assert seen == {None, 10}


def test_an_expert_records_an_outcome_by_the_api_and_feedback_is_told_in_counts(app: Flask) -> None:
    made = _world()
    order = _delivered(made)
    service.give_feedback(service.renew_feedback_link(order, by=made.expert), 8, EnoughHelp.YES)

    with clock.at(worlds.noon(measures.months_after(order.planned_end_on, 3))):
        api = api_as(app, made.expert)
        answer = api.post("/outcomes", {"order_id": str(order.id), "state": "studies"})
        listed = api.get("/outcomes").get_json()
    counts = api_as(app, made.coordinator).get("/feedback").get_json()

    assert answer.status_code == 201
    assert listed["items"][0]["state"] == "studies"
    assert counts["items"] == [{"category_id": str(made.category.id), "asked": None, "answered": None}]


def test_link_answer_and_grades_work_by_the_api_too_and_each_once(app: Flask) -> None:
    made = _world()
    order = _delivered(made)
    expert = api_as(app, made.expert)
    link = expert.post(f"/orders/{order.id}/feedback-link").json["url"]
    body = {"token": link.rpartition("/")[2], "recommendation": 7, "enough_help": "partly", "language": "so"}
    anybody = app.test_client()

    too_high = anybody.post("/api/v1/feedback", json={**body, "recommendation": 11})
    assert (too_high.status_code, too_high.json["errors"][0]["field"]) == (422, "recommendation")
    taken = anybody.post("/api/v1/feedback", json=body)
    assert taken.status_code == 201
    assert set(taken.json) == {"given_at"}
    assert anybody.post("/api/v1/feedback", json=body).status_code == 410
    assert anybody.post("/api/v1/feedback", json={**body, "token": "forged"}).status_code == 404

    grades = {"fit": 4, "cooperation": 5, "report": 3}
    assert expert.post(f"/orders/{order.id}/expert-feedback", json=grades).json["fit"] == 4
    assert expert.post(f"/orders/{order.id}/expert-feedback", json=grades).status_code == 409
