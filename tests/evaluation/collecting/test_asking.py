"""Customers are asked at chosen points; a low answer is told to the expert the same day, without the words."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from core import audit, clock
from core.db import db
from core.errors import RuleBroken, WrongState
from core.mail.models import Mail
from dps.systems.models import OrderingRule
from evaluation.collecting import queries, service
from evaluation.collecting.models import CustomerFeedback, EnoughHelp, ExpertFeedback, FeedbackAlert, FeedbackPoint
from evaluation.collecting.service import answering
from orders import service as orders
from orders.models import Order
from tests import worlds_orders as worlds
from tests.pages import api_as, page_as

ALL = list(FeedbackPoint)


def _world() -> worlds.World:
    made = worlds.world(rule=OrderingRule.RANKING)
    worlds.offering(made, seats=40)
    return made


def _started(made: worlds.World) -> Order:
    order = worlds.order_by_rule(made)
    provider = worlds.provider_of(order, made)
    orders.accept(order, by=provider)
    with clock.at(worlds.noon(order.planned_start_on)):
        orders.start_service(order, order.planned_start_on, by=provider)
    return order


def _answered(
    made: worlds.World, grade: int = 8, help_: EnoughHelp = EnoughHelp.YES, **more: object
) -> CustomerFeedback:
    order = worlds.delivered(worlds.order_by_rule(made), made)
    return service.give_feedback(service.renew_feedback_link(order, by=made.expert), grade, help_, **more)  # type: ignore[arg-type]


def test_given_nothing_is_chosen_when_the_service_runs_then_nobody_is_asked_before_the_end(app: Flask) -> None:
    made = _world()
    order = _started(made)

    assert service.points_to_ask(order, order.planned_end_on) == []
    with pytest.raises(RuleBroken) as refusal:
        service.renew_feedback_link(order, by=made.expert, point=FeedbackPoint.START)
    assert (refusal.value.rule, refusal.value.field) == ("feedback-points", "point")
    with pytest.raises(WrongState):
        service.renew_feedback_link(order, by=made.expert)


def test_given_all_points_when_the_service_runs_then_each_is_asked_in_its_time_and_answered_once(app: Flask) -> None:
    made = _world()
    page = page_as(app, made.coordinator).get("/procurement/feedback/points")
    prefix = f"c{made.category.id}-points"
    page = page.press("Save when customers of Job coaching are asked", **{prefix: [each.value for each in ALL]})
    assert "saved" in page.messages[0]
    order = _started(made)

    with clock.at(worlds.noon(order.planned_start_on)):
        assert service.points_to_ask(order, order.planned_start_on) == [FeedbackPoint.START]
        assert (
            f"Order {order.reference}: ask the customer how it began" in page_as(app, made.expert).get("/expert").text
        )
        page = page_as(app, made.expert).get(f"/expert/orders/{order.id}/evaluation")
        page = page.press("Make a link for the customer")
        token = page.text.partition("/feedback/")[2].split()[0]
        with pytest.raises(WrongState) as early:
            service.renew_feedback_link(order, by=made.expert, point=FeedbackPoint.MIDDLE)
        asked = page_as(app, None).get(f"/feedback/{token}?lang=en")
        assert asked.heading.startswith("How is the service going?")
        assert asked.press("Send", recommendation="7", enough_help="partly").heading.startswith("Thank you")
    assert early.value.field == "point"

    with clock.at(worlds.noon(order.planned_start_on + timedelta(days=20))):
        api = api_as(app, made.expert)
        url = api.post(f"/orders/{order.id}/feedback-link", {"point": "middle"}).json["url"]
        service.give_feedback(url.rpartition("/")[2], 8, EnoughHelp.YES)
    worlds_points = db.session.scalars(select(CustomerFeedback.point).order_by(CustomerFeedback.id)).all()
    assert worlds_points == [FeedbackPoint.START, FeedbackPoint.MIDDLE]
    with pytest.raises(WrongState):
        service.renew_feedback_link(order, by=made.expert, point=FeedbackPoint.START)


def test_the_end_cannot_be_left_out_and_another_citys_category_is_not_ours(app: Flask) -> None:
    made, other = _world(), _world()
    address = f"/categories/{made.category.id}/feedback-points"

    refused = api_as(app, made.coordinator).post(address, {"points": ["start"]})
    unknown = api_as(app, made.coordinator).post(address, {"points": ["yearly"]})
    foreign = api_as(app, other.coordinator).post(address, {"points": ["end"]})

    assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "points")
    assert (unknown.status_code, foreign.status_code) == (422, 403)


@pytest.mark.rule("R119")
def test_only_the_answer_at_the_end_counts_in_comparisons(app: Flask) -> None:
    made = _world()
    service.set_points(made.category, ALL, by=made.coordinator)
    order = _started(made)
    service.give_feedback(
        service.renew_feedback_link(order, by=made.expert, point=FeedbackPoint.START), 0, EnoughHelp.NO
    )

    counted = db.session.scalars(select(CustomerFeedback).join(Order, queries.counted_answer())).all()

    assert counted == []


# ---- a customer who is not satisfied ----


@pytest.mark.parametrize(
    ("grade", "help_", "is_low"),
    [
        (4, EnoughHelp.YES, True),
        (5, EnoughHelp.PARTLY, False),
        (10, EnoughHelp.NO, True),
        (5, EnoughHelp.YES, False),
    ],
)
def test_a_low_answer_is_told_the_same_day(app: Flask, grade: int, help_: EnoughHelp, is_low: bool) -> None:
    made = _world()
    feedback = _answered(made, grade, help_)

    assert bool(db.session.scalars(select(FeedbackAlert)).all()) is is_low
    desk = page_as(app, made.expert).get("/expert").text
    assert (f"A customer of order {feedback.order.reference} is not satisfied: call them" in desk) is is_low


def test_the_alert_holds_no_words_without_the_customers_tick_and_goes_away_when_handled(app: Flask) -> None:
    made = _world()
    feedback = _answered(made, 2, EnoughHelp.NO, words="The coach never called.")
    mails = [each for each in db.session.scalars(select(Mail)) if each.template == "feedback_low"]
    expert = page_as(app, made.expert)

    page = expert.get(f"/expert/orders/{feedback.order_id}/evaluation")
    assert "never called" not in page.text
    assert len(mails) == 1
    page = page.press("Save what was done", note="Called; another coach from Monday.")
    assert "another coach from Monday" in page.text
    assert "is not satisfied" not in expert.get("/expert").text
    alert = db.session.scalars(select(FeedbackAlert)).one()
    assert b"Monday" not in (alert.sealed_note or b"")
    assert "feedback_alert.handled" in [event.type for event in audit.trail(alert)]
    with pytest.raises(WrongState):
        service.handle(alert, "Again", by=made.expert)


def test_with_the_customers_tick_the_expert_reads_the_words_and_nobody_of_another_city(app: Flask) -> None:
    made, other = _world(), _world()
    order = worlds.delivered(worlds.order_by_rule(made), made)
    token = service.renew_feedback_link(order, by=made.expert)
    page = page_as(app, None).get(f"/feedback/{token}")
    page.press("Send", recommendation="1", enough_help="no", comment="It was too far.", expert_may_read="y")
    alert = db.session.scalars(select(FeedbackAlert)).one()

    assert "It was too far." in page_as(app, made.expert).get(f"/expert/orders/{order.id}/evaluation").text
    note = {"note": "Called."}
    assert api_as(app, other.expert).post(f"/feedback-alerts/{alert.id}/handle", note).status_code == 403
    assert api_as(app, made.suppliers[0]).post(f"/feedback-alerts/{alert.id}/handle", note).status_code == 403
    empty = api_as(app, made.expert).post(f"/feedback-alerts/{alert.id}/handle", {"note": "131052-308T"})
    assert (empty.status_code, empty.json["errors"][0]["field"]) == (422, "note")
    assert api_as(app, made.expert).post(f"/feedback-alerts/{alert.id}/handle", note).status_code == 200
    assert api_as(app, made.expert).get("/feedback-alerts").json["items"][0]["handled_at"]


# ---- colleagues ----


def test_grades_with_a_conflict_of_interest_do_not_count(app: Flask) -> None:
    made = _world()
    order = worlds.delivered(worlds.order_by_rule(made), made)
    page = page_as(app, made.expert).get(f"/expert/orders/{order.id}/evaluation")

    page = page.press("Save the grades", fit="5", cooperation="5", report="5", has_conflict="y")

    assert "declared, the grades do not count" in page.text
    assert db.session.scalars(select(ExpertFeedback).join(Order, queries.counted_grades())).all() == []


def test_a_provider_tells_of_the_authority_once_a_delivered_order_by_page_and_api(app: Flask) -> None:
    made = _world()
    provider = page_as(app, made.suppliers[0])
    first, second = (worlds.delivered(worlds.order_by_rule(made), made) for _ in range(2))
    waiting = worlds.order_by_rule(made)
    grades = {"as_described": 4, "information": 2, "answered": 5}

    with clock.at(worlds.noon(first.planned_end_on)):
        assert (
            f"Order {first.reference}: how was it to work with the authority?"
            in page_as(app, made.suppliers[0]).get("/provider").text
        )
    page = provider.get(f"/provider/orders/{first.id}/feedback")
    page.press("Send", **{name: str(grade) for name, grade in grades.items()})
    api = api_as(app, made.suppliers[0])
    assert api.post(f"/orders/{second.id}/provider-feedback", {**grades, "information": 6}).status_code == 422
    spoken = {**grades, "words": "More lead time."}
    assert api.post(f"/orders/{second.id}/provider-feedback", spoken).status_code == 201
    assert api.post(f"/orders/{second.id}/provider-feedback", grades).status_code == 409
    assert api.post(f"/orders/{waiting.id}/provider-feedback", grades).status_code == 409
    assert api_as(app, made.expert).post(f"/orders/{second.id}/provider-feedback", grades).status_code == 403
    assert "More lead time" not in page_as(app, made.coordinator).get("/procurement/feedback").text


# ---- places, for the watching of bursts ----


def test_a_place_is_told_apart_for_a_day_and_nobody_is_traced(app: Flask) -> None:
    day = worlds.today()
    here, neighbour = (answering.place_hash(f"198.51.100.{last}", day) for last in (7, 99))

    assert here == neighbour is not None
    assert answering.place_hash("198.51.101.7", day) != here
    assert answering.place_hash("198.51.100.7", day + timedelta(days=1)) != here
    assert answering.place_hash("2001:db8:1:2::5", day) == answering.place_hash("2001:db8:1:ffff::9", day)
    assert answering.place_hash(None, day) is answering.place_hash("nowhere", day) is None
    assert "198" not in (here or "")
