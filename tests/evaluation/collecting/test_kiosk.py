"""The tablet at a service point: in eight languages, without an order, each answer once, none too old or to come."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from core import clock
from core.db import db
from core.errors import TooMany
from core.i18n import CUSTOMER_LANGUAGES
from evaluation.collecting import queries, totals
from evaluation.collecting.models import EnoughHelp, PointAnswer, ServicePoint
from evaluation.collecting.service import points
from tests import worlds_orders as worlds
from tests.pages import api_as, page_as


def _device(made: worlds.World) -> points.Device:
    return points.make_point("Tulliportinkatu", "Tulliportinkatu 31, Kuopio", by=made.coordinator)


def _body(token: str, **changes: Any) -> dict[str, Any]:
    given = {
        "token": token,
        "id": str(uuid.uuid4()),
        "recommendation": 9,
        "enough_help": "yes",
        "comment": "",
        "language": "so",
        "answered_at": clock.now().isoformat(),
    }
    return {**given, **changes}


def _count() -> int:
    return db.session.scalars(select(func.count()).select_from(PointAnswer)).one()


def test_a_coordinator_adds_a_tablet_whose_address_is_shown_once_and_switches_it_off(app: Flask) -> None:
    made = worlds.world()
    page = page_as(app, made.coordinator).get("/procurement/feedback/tablets")

    page = page.press("Add", name="Tulliportinkatu", address="Tulliportinkatu 31")
    address = re.search(r"/kiosk/feedback/[\w-]+", page.text).group()  # type: ignore[union-attr]
    assert address not in page.visitor.get("/procurement/feedback/tablets").text
    assert page_as(app, None).get(address).status == 200
    renewed = page.visitor.get("/procurement/feedback/tablets").press("New address for the tablet of Tulliportinkatu")
    assert page_as(app, None).get(address).status == 404
    renewed.visitor.get("/procurement/feedback/tablets").press("Switch off Tulliportinkatu")
    fresh = re.search(r"/kiosk/feedback/[\w-]+", renewed.text).group()  # type: ignore[union-attr]
    assert page_as(app, None).get(fresh).status == 404
    page = page.visitor.get("/procurement/feedback/tablets").press("Switch on Tulliportinkatu")
    assert page_as(app, None).get(fresh).status == 200
    assert "There is a service point of this name" in page.press("Add", name="Tulliportinkatu", address="x").text


@pytest.mark.parametrize("language", CUSTOMER_LANGUAGES)
def test_the_tablet_speaks_the_customers_language(app: Flask, language: str) -> None:
    token = _device(worlds.world()).token

    page = page_as(app, None, language).get(f"/kiosk/feedback/{token}?lang={language}")

    assert page.root.get("lang") == language
    assert len([a for a in page.all("a") if a.get("hreflang")]) == 8


def test_without_a_script_the_plain_form_works_and_thanks_with_one_button(app: Flask) -> None:
    made = worlds.world()
    token = _device(made).token
    page = page_as(app, None).get(f"/kiosk/feedback/{token}?lang=en")

    missing = page.press("Send", recommendation="9")
    assert (missing.status, "Choose one" in missing.text) == (422, True)
    assert "identity code" in page.press("Send", recommendation="9", enough_help="yes", comment="131052-308T").text
    thanks = page.press("Send", recommendation="9", enough_help="yes")

    assert thanks.heading == "Thank you for your answer!"
    assert [a.get("href") for a in thanks.all("a") if "kiosk" in (a.get("href") or "")] == [
        f"/kiosk/feedback/{token}?lang=fi"
    ]
    assert "http-equiv" not in thanks.response.get_data(as_text=True)
    assert "Refresh" not in thanks.response.headers
    row = db.session.scalars(select(PointAnswer)).one()
    assert (row.recommendation, row.week_on.weekday(), row.language) == (9, 0, "en")


@pytest.mark.rule("I6")
def test_a_repeated_sending_from_a_tablet_without_connection_counts_once(app: Flask) -> None:
    token = _device(worlds.world()).token
    body = _body(token, answered_at=(clock.now() - timedelta(days=3)).isoformat(), comment="Hyvin")
    machine = app.test_client()

    answers = [machine.post("/api/v1/feedback/kiosk", json=body) for _ in range(3)]

    assert {each.status_code for each in answers} == {201}
    assert {each.json["id"] for each in answers} == {body["id"]}
    assert set(answers[0].json) == {"id", "week_on"}
    assert _count() == 1


def test_an_answer_from_the_future_too_old_or_of_an_unknown_tablet_is_refused_by_field_and_rule(app: Flask) -> None:
    device = _device(worlds.world())
    machine = app.test_client()

    def sent(**changes: Any) -> tuple[int, str, str]:
        answer = machine.post("/api/v1/feedback/kiosk", json=_body(**{"token": device.token, **changes}))
        problem = answer.json
        return answer.status_code, problem.get("rule", ""), (problem.get("errors") or [{}])[0].get("field", "")

    now = clock.now()
    assert sent(answered_at=(now + timedelta(minutes=5)).isoformat()) == (422, "point-answer-time", "answered_at")
    assert sent(answered_at=(now - timedelta(days=7, minutes=1)).isoformat())[1:] == (
        "point-answer-time",
        "answered_at",
    )
    assert sent(answered_at=(now - timedelta(days=6, hours=23)).isoformat())[0] == 201
    assert sent(answered_at=(now + timedelta(minutes=1)).isoformat())[0] == 201
    assert sent(token="forged") == (404, "service-point-unknown", "token")
    assert sent(recommendation=11)[0::2] == (422, "recommendation")
    assert sent(comment="131052-308T")[0::2] == (422, "comment")
    with clock.at(now):
        points.close_point(device.point, by=worlds.world().coordinator)
    assert sent()[0] == 404
    assert _count() == 2


def test_a_flood_from_one_tablet_is_stopped_and_goes_on_later(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(points, "MOST", 3)
    device = _device(worlds.world())

    def give() -> PointAnswer:
        return points.answer_at_point(device.token, uuid.uuid4(), 5, EnoughHelp.YES, answered_at=clock.now())

    first = [give() for _ in range(3)]
    with pytest.raises(TooMany):
        give()
    again = points.answer_at_point(device.token, first[0].sent_id, 5, EnoughHelp.YES, answered_at=clock.now())
    assert again.id == first[0].id
    with clock.at(clock.now() + points.WINDOW):
        give()
    assert _count() == 4


def test_the_page_is_kept_by_its_own_worker_and_no_script_stands_in_it(app: Flask) -> None:
    token = _device(worlds.world()).token
    visitor = page_as(app, None)
    page = visitor.get(f"/kiosk/feedback/{token}")
    worker = visitor.fetch("/kiosk/feedback-worker.js")

    assert worker.mimetype.endswith("javascript")
    assert all(script.get("src") and not script.text for script in page.all("script"))
    assert "script-src 'self'" in page.response.headers["Content-Security-Policy"]


@pytest.mark.rule("R119")
def test_a_week_of_a_service_point_is_shown_from_ten_answers_on(app: Flask) -> None:
    made, other = worlds.world(), worlds.world()
    device = _device(made)
    last_week = clock.now() - timedelta(days=7)
    with clock.at(last_week - timedelta(days=7)):
        for _ in range(9):
            points.answer_at_point(device.token, uuid.uuid4(), 10, EnoughHelp.YES, answered_at=clock.now())
    with clock.at(last_week):
        for _ in range(10):
            points.answer_at_point(device.token, uuid.uuid4(), 10, EnoughHelp.YES, answered_at=clock.now())

    # a tablet without a connection sends up to a week later: until then a week could still change by one answer
    monday = worlds.today() - timedelta(days=worlds.today().weekday())
    assert [each.figures.n for each in totals.of_points(made.authority.id, monday + timedelta(days=6))] == [None]
    weeks = totals.of_points(made.authority.id, monday + timedelta(days=7))

    assert [each.figures.n for each in weeks] == [10, None]
    assert weeks[0].figures.nps is not None
    with clock.at(worlds.noon(monday + timedelta(days=7))):
        assert "Too few to tell" in page_as(app, made.coordinator).get("/procurement/feedback").text
    assert totals.of_points(other.authority.id, worlds.today()) == []


def test_service_points_by_the_api_belong_to_their_authority(app: Flask) -> None:
    made, other = worlds.world(), worlds.world()
    api, foreign = api_as(app, made.coordinator), api_as(app, other.coordinator)

    device = api.post("/service-points", {"name": "Siilinjärvi", "address": "Kasurilantie 1"}).json
    assert api.get("/service-points").json["items"][0]["name"] == "Siilinjärvi"
    assert foreign.get("/service-points").json["items"] == []
    assert foreign.post(f"/service-points/{device['id']}/close").status_code == 403
    assert api.post(f"/service-points/{device['id']}/renew").json["url"] != device["url"]
    assert api.post(f"/service-points/{device['id']}/close").json["is_active"] is False
    assert api.post(f"/service-points/{device['id']}/close").status_code == 409
    assert api.post(f"/service-points/{device['id']}/reopen").json["is_active"] is True
    point = db.session.get(ServicePoint, uuid.UUID(device["id"]))
    assert point is not None
    assert queries.point_named(made.authority.id, "Siilinjärvi") is point
