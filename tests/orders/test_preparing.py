"""Before the meeting: the customer writes in their own language, the expert reads, and it is erased."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask

from core import clock
from core.audit.models import AccessRecord
from core.db import db
from core.errors import DomainError, NotAllowed, RuleBroken
from orders import links
from orders.models import Goal
from orders.preparing import jobs, queries, service
from orders.preparing.models import Company, PreparedAnswers, When, Where
from orders.preparing.service import Answers
from tests import people
from tests import worlds_orders as worlds
from tests.pages import api_as, page_as

CODE = "131052-308T"


def _invite(made: worlds.World, reference: str = "AS-1", days: int = 3) -> service.Invited:
    return service.invite(reference, worlds.today() + timedelta(days=days), by=made.expert)


def test_a_customer_prepares_without_login_changes_the_answers_and_the_expert_reads_them(app: Flask) -> None:
    made = worlds.world()
    expert = page_as(app, made.expert)
    meeting = worlds.today() + timedelta(days=3)
    page = expert.get("/expert/preparations").press(
        "Make the link", customer_reference="AS-4711", meeting_on=str(meeting)
    )
    link = re.search(r"/prepare/[\w-]+", page.text).group()  # type: ignore[union-attr]
    customer = page_as(app, None)

    page = customer.get(link).press(
        "Save my answers", goal="find_work", can="I can weld.", place="Kuopio", where="near"
    )
    assert "Your answers are saved." in page.text
    assert "I can weld." in page.text
    page.press("Save my answers", can="I can weld and bake.", health="My back hurts.")

    prepared = db.session.query(PreparedAnswers).one()
    assert b"bake" not in prepared.sealed_answers
    assert b"back" not in prepared.sealed_health
    assert "AS-4711" not in customer.get(link).text
    assert "the customer has prepared" in expert.get("/expert").text
    page = expert.get(f"/expert/preparations/{prepared.id}")
    assert "I can weld and bake." in page.text
    assert "My back hurts." in page.text
    assert db.session.query(AccessRecord).filter_by(what="prepared_answers.answers").count() >= 1


@pytest.mark.rule("R109")
def test_health_is_sealed_apart_and_never_comes_into_a_need(app: Flask) -> None:
    made = worlds.world()
    invited = _invite(made)
    service.save(
        invited.token,
        Answers(
            goal=Goal.LANGUAGE,
            place="Kuopio",
            where=Where.EITHER,
            languages=["ar"],
            when=When.IN_A_MONTH,
            company=Company.GROUP,
            accessibility="A lift",
            health="My back hurts.",
        ),
        language="ar",
    )

    known = service.prefill(invited.prepared)

    assert known == {
        "customer_reference": "AS-1",
        "goal": "language",
        "place": "Kuopio",
        "is_remote": True,
        "languages": ["ar"],
        "latest_start": invited.prepared.meeting_on + timedelta(days=60),
        "form": "group",
        "accessibility": "A lift",
    }
    assert "back" not in str(known)


def test_identity_codes_are_refused_in_every_text_and_in_the_customers_language(app: Flask) -> None:
    made = worlds.world()
    token = _invite(made).token
    for name in ("can", "want", "in_the_way", "accessibility", "health"):
        with pytest.raises(RuleBroken) as refusal:
            service.save(token, Answers(**{name: f"I am {CODE}"}), language="ar")
        assert (refusal.value.rule, refusal.value.field) == ("I8", name)
    page = page_as(app, None).get(f"/prepare/{token}").press("Save my answers", want=CODE)
    assert page.status == 422
    assert "personal identity code" in page.text
    assert queries.prepared_of_token(token).saved_at is None


@pytest.mark.parametrize("language", ["fi", "sv", "en", "et", "ru", "uk", "so", "ar"])
def test_the_page_speaks_eight_languages(app: Flask, language: str) -> None:
    page = page_as(app, None).get(f"/prepare/{_invite(worlds.world()).token}?lang={language}")
    assert (page.status, page.root.get("lang")) == (200, language)


def test_a_link_ends_with_the_meeting_a_new_one_or_its_need(app: Flask) -> None:
    made = worlds.world()
    first = _invite(made)
    second = _invite(made)
    with pytest.raises(links.LinkOver):
        service.usable(first.token)
    with clock.at(clock.end_of_day(second.prepared.meeting_on)), pytest.raises(links.LinkOver):
        service.usable(second.token)
    need = worlds.need(made, customer_reference="AS-1")
    service.use(second.prepared, need, by=made.expert)
    with pytest.raises(links.LinkOver):
        service.save(second.token, Answers(can="Late"), language="fi")
    with pytest.raises(NotAllowed):
        service.use(_invite(made, "AS-2").prepared, need, by=made.expert)
    assert page_as(app, None).get(f"/prepare/{first.token}").status == 410


@pytest.mark.rule("R112", "R113")
def test_what_was_written_is_erased_some_days_after_the_meeting(app: Flask) -> None:
    made = worlds.world()
    invited = _invite(made)
    service.save(invited.token, Answers(can="Weld", health="Back"), language="fi")
    over = clock.end_of_day(invited.prepared.meeting_on)

    with clock.at(over + timedelta(days=13)):
        jobs.erase_one(str(invited.prepared.id))
        assert service.opened(invited.prepared) is not None
    with clock.at(over + timedelta(days=15)):
        jobs.promise_erasing()
        jobs.erase_one(str(invited.prepared.id))

    assert service.opened(invited.prepared) is None
    assert invited.prepared.sealed_health is None
    assert "erased" in page_as(app, made.expert).get(f"/expert/preparations/{invited.prepared.id}").text


def test_only_experts_of_the_authority_read_what_was_written(app: Flask) -> None:
    made = worlds.world()
    invited = _invite(made)
    service.save(invited.token, Answers(can="Weld"), language="fi")
    for stranger in (made.coordinator, people.expert()):
        assert page_as(app, stranger).get(f"/expert/preparations/{invited.prepared.id}").status == 403
    with pytest.raises(DomainError):
        service.invite("Maija Mallikas", worlds.today(), by=made.expert)
    with pytest.raises(RuleBroken):
        service.invite("AS-1", worlds.today() - timedelta(days=1), by=made.expert)


def test_machines_invite_answer_and_read(app: Flask) -> None:
    made = worlds.world()
    expert = api_as(app, made.expert)
    meeting = str(worlds.today() + timedelta(days=2))
    url = expert.post("/preparations", json={"customer_reference": "AS-9", "meeting_on": meeting}).json["url"]
    number = expert.get("/preparations").json["items"][0]["id"]
    assert expert.get(f"/preparations/{number}/answers").status_code == 404
    saved = expert.post(
        "/preparations/save", json={"token": url.rpartition("/")[2], "goal": "find_work", "can": "Bake"}
    )
    assert saved.status_code == 201
    found = expert.get(f"/preparations/{number}/answers").json
    assert (found["goal"], found["can"], found["health"]) == ("find_work", "Bake", "")
