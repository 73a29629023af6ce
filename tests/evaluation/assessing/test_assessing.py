"""A customer's own view before and after; health stays with customer and expert (I8, R109)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from core import clock
from core.db import db
from core.errors import NotAllowed, RuleBroken, WrongState
from dps.systems.models import OrderingRule
from evaluation.assessing import jobs, queries, service
from evaluation.assessing.models import OPEN_AREAS, Area, AssessmentRequest, SelfAssessment
from evaluation.assessing.picture import own_radar
from evaluation.assessing.service import Answers
from evaluation.collecting.models import FeedbackPoint
from orders import service as orders
from orders.links import LinkOver
from orders.meeting import service as meeting
from orders.meeting.models import ConsentWay
from orders.models import Order
from tests import worlds_orders as worlds
from tests.pages import api_as, page_as

START, MIDDLE, END = FeedbackPoint
HEALTH_WORDS = "Selkäni on kipeä."


def _world() -> worlds.World:
    made = worlds.world(rule=OrderingRule.RANKING)
    worlds.offering(made, seats=40)
    return made


def _accepted(made: worlds.World) -> Order:
    order = worlds.order_by_rule(made)
    orders.accept(order, by=worlds.provider_of(order, made))
    return order


def _grades(grade: int) -> Answers:
    return Answers(dict.fromkeys(Area, grade), {Area.HEALTH: HEALTH_WORDS, Area.SKILLS: "Opin lisää."})


def _pair(made: worlds.World, before: int, after: int) -> Order:
    order = worlds.order_by_rule(made)
    worlds.delivered(order, made)
    service.assess_together(order, START, _grades(before), by=made.expert)
    service.assess_together(order, END, _grades(after), by=made.expert)
    return order


def _consent(order: Order, made: worlds.World) -> None:
    meeting.name_staff(order, [made.suppliers[0].person_id], by=made.expert)
    service.record_consent(order, worlds.today(), ConsentWay.PAPER, "D-1", by=made.expert)


def test_a_customer_answers_in_their_language_and_sees_the_picture_right_away_and_once(app: Flask) -> None:
    made = _world()
    order = _accepted(made)
    page = page_as(app, made.expert).get(f"/expert/orders/{order.id}").follow("Self-assessments of the order")
    page = page.press("Make a link for the self-assessment: At the start")
    link = re.search(r"/assess/[\w-]+", page.text).group()  # type: ignore[union-attr]
    customer = page_as(app, None)
    assert customer.get(f"{link}?lang=ar").root.get("dir") == "rtl"

    form = customer.get(f"{link}?lang=en")
    empty = form.press("Send")
    assert (empty.status, "Answer at least one area." in empty.text) == (422, True)
    picture = form.press("Send", **{area.value: "3" for area in Area}, health_words=HEALTH_WORDS)

    assert picture.heading.startswith("Thank you!")
    assert [row[-1] for row in picture.rows()] == ["3"] * 7
    assert "<svg" in picture.response.get_data(as_text=True)
    assert customer.get(link).status == 410
    row = db.session.scalars(select(SelfAssessment)).one()
    assert b"Selk" not in (row.sealed_health or b"")
    assert not hasattr(row, "health")


def test_at_the_end_both_numbers_stand_at_each_axis(app: Flask) -> None:
    made = _world()
    order = _pair(made, 2, 4)

    page = page_as(app, made.expert).get(f"/expert/orders/{order.id}/assessments")
    radar = own_radar(dict.fromkeys(Area, 2), dict.fromkeys(Area, 4))

    assert [row[1:] for row in page.rows() if row[0] == "Skills"] == [["2", "4"]]
    assert HEALTH_WORDS in page.text
    assert radar is not None
    assert [each.text for each in radar.shapes if each.tag == "text" and "→" in each.text] == ["2 → 4"] * 7
    assert {each.css for each in radar.shapes if each.tag == "path"} == {"grid", "after", "before"}
    assert own_radar(None, {Area.SKILLS: 3, Area.NETWORK: 2}) is None


def test_each_point_has_its_time_and_is_answered_once_by_link_or_together(app: Flask) -> None:
    made = _world()
    order = _accepted(made)
    token = service.request_assessment(order, START, by=made.expert)

    with pytest.raises(WrongState) as early:
        service.request_assessment(order, END, by=made.expert)
    page = (
        page_as(app, made.expert).get(f"/expert/orders/{order.id}/assessments").follow("Answer together: At the start")
    )
    assert "not yet time" in page.press("Save the self-assessment", everyday="4").text
    with pytest.raises(LinkOver):
        service.assess(token, _grades(1))
    with pytest.raises(WrongState):
        service.assess_together(order, START, _grades(1), by=made.expert)
    assert early.value.field == "point"
    assert db.session.scalars(select(AssessmentRequest.used_at)).one() is not None


def test_wrong_answers_name_field_and_rule(app: Flask) -> None:
    made = _world()
    order = _accepted(made)
    api = api_as(app, made.expert)
    token = api.post(f"/orders/{order.id}/assessment-link", {"point": "start"}).json["url"].rpartition("/")[2]
    anybody = app.test_client()

    def sent(areas: list[dict[str, object]], **changes: object) -> int:
        return anybody.post("/api/v1/assessments", json={"token": token, "areas": areas, **changes}).status_code

    assert sent([{"area": "skills", "grade": 6}]) == 422
    assert sent([{"area": "wealth", "grade": 3}]) == 422
    assert sent([{"area": "skills", "grade": 3, "words": "131052-308T"}]) == 422
    assert sent([]) == 422
    assert sent([{"area": "skills", "grade": 3}], token="forged") == 404
    assert sent([{"area": "skills", "grade": 3}]) == 201
    assert sent([{"area": "skills", "grade": 3}]) == 410
    with pytest.raises(RuleBroken) as code:
        service.assess_together(order, START, Answers({Area.SKILLS: 3}, {Area.SKILLS: "131052-308T"}), by=made.expert)
    assert (code.value.rule, code.value.field) == ("I8", "skills_words")


@pytest.mark.rule("I8", "R109")
def test_the_provider_sees_six_areas_with_consent_and_never_health_or_words(app: Flask) -> None:
    made = _world()
    order = _pair(made, 2, 4)
    provider = made.suppliers[0]
    page = f"/provider/orders/{order.id}/assessments"
    api = api_as(app, provider)
    open_areas = f"/orders/{order.id}/assessments/open-areas"
    assert "You are not named" in page_as(app, provider).get(page).text
    assert api.get(open_areas).status_code == 403
    meeting.name_staff(order, [provider.person_id], by=made.expert)
    assert "has not consented" in page_as(app, provider).get(page).text
    assert api.get(open_areas).status_code == 403

    body = {"given_on": worlds.today().isoformat(), "way": "paper", "document_reference": "D-1"}
    assert api_as(app, made.expert).post(f"/orders/{order.id}/assessment-consent", body).status_code == 201
    told = [page_as(app, provider).get(page).text, api.get(open_areas).get_data(as_text=True)]

    assert {each["area"] for item in api.get(open_areas).json["items"] for each in item["areas"]} == set(OPEN_AREAS)
    for each in told:
        assert "ealth" not in each.replace("Health-", "")
        assert HEALTH_WORDS not in each
        assert "Opin" not in each
    assert api.get(f"/orders/{order.id}/assessments").status_code == 403
    service.withdraw_consent(order, by=made.expert)
    assert api.get(open_areas).status_code == 403
    with pytest.raises(WrongState):
        service.withdraw_consent(order, by=made.expert)


def test_a_consent_is_recorded_on_the_page_and_not_in_the_future(app: Flask) -> None:
    made = _world()
    order = _pair(made, 2, 4)
    page = page_as(app, made.expert).get(f"/expert/orders/{order.id}/assessments")

    later = (worlds.today() + timedelta(days=1)).isoformat()
    refused = page.press("Record the consent", given_on=later, way="paper", document_reference="D-1")
    done = page.press("Record the consent", given_on=worlds.today().isoformat(), way="paper", document_reference="D-1")

    assert refused.status == 422
    assert "The customer consented" in done.text
    assert "Nothing." in done.press("The customer withdraws the consent").text


@pytest.mark.rule("I4")
def test_nobody_of_another_city_or_company_gets_near(app: Flask) -> None:
    made, other = _world(), _world()
    order = _pair(made, 2, 4)
    _consent(order, made)

    assert api_as(app, other.expert).get(f"/orders/{order.id}/assessments").status_code == 403
    assert api_as(app, other.suppliers[0]).get(f"/orders/{order.id}/assessments/open-areas").status_code == 403
    assert api_as(app, made.coordinator).get(f"/orders/{order.id}/assessments").status_code == 403
    with pytest.raises(NotAllowed):
        service.read_open(order, by=other.suppliers[0])


@pytest.mark.rule("R119")
def test_before_and_after_are_told_from_five_customers_on_and_health_never(app: Flask) -> None:
    made = _world()
    for _ in range(4):
        _pair(made, 2, 4)
    category = made.category.id
    assert {each.start for each in queries.before_after(category)} == {None}

    _pair(made, 2, 3)
    found = {each.area: each for each in queries.before_after(category, made.suppliers[0].organisation_id)}
    day = worlds.today()

    assert set(found) == set(OPEN_AREAS)
    assert (found[Area.SKILLS].n, found[Area.SKILLS].start, found[Area.SKILLS].end) == (5, 2.0, 3.8)
    assert queries.before_after(category, authority_id=made.authority.id, first=day, last=day)[0].n == 5
    assert queries.before_after(category, first=day + timedelta(days=1))[0].n is None


@pytest.mark.rule("R112")
def test_words_and_health_are_forgotten_long_after(app: Flask) -> None:
    made = _world()
    order = _pair(made, 2, 4)
    end = order.planned_end_on

    assert queries.to_erase(end) == []
    for row_id in queries.to_erase(end + timedelta(days=1)):
        jobs.erase_one(str(row_id))
        jobs.erase_one(str(row_id))
    with clock.at(worlds.noon(end + timedelta(days=800))):
        jobs.promise_erasing()
    db.session.expire_all()

    assert queries.to_erase(end + timedelta(days=1)) == []
    assert [service.opened(row).words for row in queries.assessments_of(order.id)] == [{}, {}]
    assert Area.HEALTH not in service.opened(queries.assessments_of(order.id)[0]).grades
