"""The customer chooses: everything that fits can be reached, nothing tells who they are, only an answer uses it up."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from core import clock
from core.audit.models import AuditEvent
from core.db import db
from core.errors import RuleBroken, TooMany, WrongState
from dps.systems.models import DeclineReason
from orders import queries, search, service
from orders.fitting import Filters
from orders.models import ChoiceAnswer, ChosenBy, CustomerQuestion, NeedState, NoneReason, Order, OrderState
from orders.service.choices import Picked, ask_expert, offer_again
from tests import worlds_orders as worlds
from tests.pages import api_as, page_as

CODE = "131052-308T"


def _many(number: int = 7) -> worlds.World:
    made = worlds.world()
    for index in range(number):
        worlds.offering(made, name=f"Palvelu {index} Oy")
    return made


@pytest.mark.rule("R3", "R98")
def test_a_link_opens_with_all_that_fits_in_the_drawn_order_page_by_page(app: Flask) -> None:
    made = _many()
    need = worlds.need(made)
    token = service.offer_choice(need, by=made.expert).token
    customer = page_as(app, None)

    page = customer.get(f"/choose/{token}")
    following = page.follow("More services")

    names = [node for each in (page, following) for node in re.findall(r"Palvelu \d Oy", each.text)]
    drawn = search.shown(need, search.fitting(need).hits)
    assert list(dict.fromkeys(names)) == [hit.supplier_name for hit in drawn]
    assert len(set(re.findall(r"Palvelu \d Oy", page.text))) == 5
    assert queries.newest_choice(need.id).filters == {}


@pytest.mark.rule("R3")
def test_what_the_expert_pointed_out_never_hides_the_rest(app: Flask) -> None:
    made = _many(3)
    need = worlds.need(made)
    picked = search.fitting(need).hits[2]
    token = service.offer_choice(need, [picked.offering_id], by=made.expert).token
    customer = page_as(app, None)

    page = customer.get(f"/choose/{token}")
    assert "Your expert pointed this out to you." in page.text
    assert page.text.count("I choose this") == 1
    everything = page.follow("See all 3 services that suit you")
    other = next(hit for hit in search.fitting(need).hits if hit.offering_id != picked.offering_id)
    page = customer.get(f"/choose/{token}/service/{other.offering_id}").press("Confirm my choice")

    assert everything.text.count("I choose this") == 3
    order = db.session.query(Order).one()
    assert (order.offering_id, order.chosen_by) == (other.offering_id, ChosenBy.CUSTOMER)


@pytest.mark.rule("R3")
def test_the_experts_filters_are_kept_and_the_customer_may_see_beyond_them(app: Flask) -> None:
    made = worlds.world()
    worlds.offering(made, name="Kuopio Oy")
    worlds.offering(made, name="Etä Oy", is_remote=True)
    need = worlds.need(made)

    page = page_as(app, made.expert).get(f"/expert/needs/{need.id}/choice/new")
    page = page.press("Make the link and QR code", is_remote="y", starts_by=str(worlds.today().replace(year=2034)))
    choice = queries.newest_choice(need.id)
    token = re.search(r"/choose/([\w-]+)", page.text).group(1)
    customer = page_as(app, None).get(f"/choose/{token}")

    assert choice.filters == {"is_remote": True, "starts_by": str(worlds.today().replace(year=2034))}
    assert not choice.is_pointed_out
    event = db.session.query(AuditEvent).filter_by(type="choice.offered").one()
    assert event.data["filters"] == choice.filters
    assert "Etä Oy" in customer.text
    assert "Kuopio Oy" not in customer.text
    assert "Kuopio Oy" in customer.follow("See all 2 services that suit you").text


def test_words_searched_for_hold_no_identity_code_and_never_stand_in_the_trail(app: Flask) -> None:
    made = worlds.world()
    worlds.offering(made)
    need = worlds.need(made)
    with pytest.raises(RuleBroken) as refused:
        service.offer_choice(need, filters=Filters(words="131052-308T"), by=made.expert)
    assert (refused.value.rule, refused.value.field) == ("I8", "words")
    db.session.rollback()

    choice = service.offer_choice(need, filters=Filters(words="coaching"), by=made.expert).choice

    event = db.session.query(AuditEvent).filter_by(type="choice.offered").one()
    assert (choice.filters, event.data["filters"]) == ({"words": "coaching"}, {"words": True})


def test_more_than_five_pointed_out_and_filters_that_leave_nothing_are_refused(app: Flask) -> None:
    made = _many(6)
    need = worlds.need(made)
    every = [hit.offering_id for hit in search.fitting(need).hits]

    with pytest.raises(RuleBroken) as refusal:
        service.offer_choice(need, every, by=made.expert)
    assert refusal.value.rule == "choice-options"
    with pytest.raises(RuleBroken):
        service.offer_choice(need, filters=Filters(place="Siilinjärvi"), by=made.expert)


@pytest.mark.rule("R97", "R115")
def test_the_pages_tell_nothing_of_the_person_and_are_kept_nowhere(app: Flask) -> None:
    made = _many(1)
    need = worlds.need(made, customer_reference="AS-4711", municipality="Siilinjärvi", accessibility="Lift")
    token = service.offer_choice(need, by=made.expert).token
    offering_id = search.fitting(need).hits[0].offering_id
    customer = page_as(app, None)

    for path in ("", f"/service/{offering_id}", "/none", "/question"):
        response = customer.fetch(f"/choose/{token}{path}")
        words = response.get_data(as_text=True)
        secrets = ("AS-4711", need.reference, "Siilinjärvi", "Lift", "25–34", "25_to_34", "1,000", "Mallikas")
        for secret in secrets:
            assert secret not in words, (path, secret)
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Referrer-Policy"] == "same-origin"
        assert "<script src" not in words or "defer" in words
    assert "The service is free for you." in customer.get(f"/choose/{token}").text


def test_scanners_that_open_every_address_change_nothing(app: Flask) -> None:
    made = _many(1)
    need = worlds.need(made)
    token = service.offer_choice(need, by=made.expert).token
    before = db.session.query(AuditEvent).count()
    scanner = app.test_client()

    for path in ("", "/none", "/question", f"/service/{search.fitting(need).hits[0].offering_id}"):
        assert scanner.get(f"/choose/{token}{path}").status_code == 200
        assert scanner.head(f"/choose/{token}{path}").status_code == 200

    assert service.choices.usable(token).answered_at is None
    assert db.session.query(AuditEvent).count() == before


def test_a_question_is_sealed_reaches_the_expert_and_leaves_the_link_open(app: Flask) -> None:
    made = _many(1)
    need = worlds.need(made)
    token = service.offer_choice(need, by=made.expert).token
    customer = page_as(app, None)

    page = customer.get(f"/choose/{token}/question").press("Send", text=f"My code is {CODE}")
    assert page.status == 422
    assert "personal identity code" in page.text
    page = page.press("Send", text="Is there a bus?")
    assert "Your question is sent." in page.text
    assert "Choose a service" in page.follow("Back to the services").heading

    question = db.session.query(CustomerQuestion).one()
    assert b"bus" not in question.sealed_text
    expert = page_as(app, made.expert)
    assert "the customer asks you something" in expert.get("/expert").text
    page = expert.get(f"/expert/needs/{need.id}/questions")
    assert "Is there a bus?" in page.text
    page = page.press("Answered")
    assert question.handled_by == made.expert.person_id
    assert "the customer asks you something" not in expert.get("/expert").text


def test_an_identity_code_is_refused_and_questions_have_a_limit(app: Flask) -> None:
    made = _many(1)
    token = service.offer_choice(worlds.need(made), by=made.expert).token
    with pytest.raises(RuleBroken) as refusal:
        ask_expert(token, CODE, language="ar")
    assert refusal.value.rule == "I8"
    for number in range(5):
        ask_expert(token, f"Question {number}", language="fi")
    with pytest.raises(TooMany):
        ask_expert(token, "One more", language="fi")


def test_none_of_these_may_tell_why_and_the_reasons_are_the_customers(app: Flask) -> None:
    made = _many(1)
    need = worlds.need(made)
    token = service.offer_choice(need, by=made.expert).token

    page = page_as(app, None).get(f"/choose/{token}").follow("None of these suits me")
    page.press("Send", reasons=["too_far", "not_now"])

    choice = queries.newest_choice(need.id)
    assert choice.answer is ChoiceAnswer.NONE_FITS
    assert choice.none_reasons == [NoneReason.TOO_FAR, NoneReason.NOT_NOW]
    assert "Too far away" in page_as(app, made.expert).get(f"/expert/needs/{need.id}").text


def test_the_tablet_knows_the_customer_and_not_the_expert_and_forgets_after_the_answer(app: Flask) -> None:
    made = _many(2)
    need = worlds.need(made)
    tablet = page_as(app, made.expert)

    page = tablet.get(f"/expert/needs/{need.id}/choice/new").press("Hand this device to the customer")
    assert page.url == "/kiosk"
    assert page.response.headers["Refresh"].endswith("url=/kiosk")
    assert "20 minutes" in page.text
    assert tablet.get("/expert").heading.startswith("Log in")
    confirm = page.follow("I choose this")
    assert "token" not in confirm.url
    page = confirm.press("Confirm my choice")

    assert page.heading == "Thank you! Your choice is saved."
    assert db.session.query(Order).one().chosen_by is ChosenBy.CUSTOMER
    assert tablet.get(confirm.url).heading == "Ask your expert to open the services here."
    assert page.follow("Next customer").heading == "Ask your expert to open the services here."


def test_the_tablet_closes_by_itself_when_nobody_touches_it(app: Flask) -> None:
    made = _many(1)
    tablet = page_as(app, made.expert)
    need = worlds.need(made)
    tablet.get(f"/expert/needs/{need.id}/choice/new").press("Hand this device to the customer")

    with clock.at(clock.now() + clock.timedelta(minutes=21)):
        assert tablet.get("/kiosk").heading == "Ask your expert to open the services here."


def test_the_sheet_to_print_speaks_the_customers_language_and_names_nobody(app: Flask) -> None:
    made = _many(1)
    need = worlds.need(made, customer_reference="AS-4711")
    expert = page_as(app, made.expert)
    expert.get(f"/expert/needs/{need.id}/choice/new").press("Make the link and QR code")

    sheet = expert.get(f"/expert/needs/{need.id}/choice/sheet?words=ar")

    assert (sheet.root.get("lang"), sheet.root.get("dir")) == ("ar", "rtl")
    assert "/choose/" in sheet.text
    for secret in ("AS-4711", need.reference, made.expert.person_name):
        assert secret not in sheet.text
    with clock.at(clock.now() + clock.timedelta(minutes=16)):
        assert "The link was shown already" in expert.get(f"/expert/needs/{need.id}/choice").text


@pytest.mark.rule("R3")
def test_given_a_refusal_the_customer_chooses_anew_by_one_act_of_the_expert(app: Flask) -> None:
    made = _many(2)
    need = worlds.need(made)
    first = service.offer_choice(need, filters=Filters(place="Kuopio"), by=made.expert)
    _choice, order = service.answer_choice(first.token, ChoiceAnswer.CHOSEN, option=0)
    with pytest.raises(WrongState):
        offer_again(need, by=made.expert)
    service.decline(order, DeclineReason.NO_CAPACITY, by=worlds.provider_of(order, made))

    page = page_as(app, made.expert).get(f"/expert/needs/{need.id}").press("Make a new link")
    assert "/choose/" in page.text
    answer = api_as(app, made.expert).post(f"/needs/{need.id}/choice-again")

    assert answer.status_code == 201
    choice = queries.newest_choice(need.id)
    assert choice.filters == {"place": "Kuopio"}
    assert [each["offering"] for each in choice.options] == [str(search.fitting(need).hits[0].offering_id)]
    assert str(order.offering_id) not in [each["offering"] for each in choice.options]


def test_machines_read_the_options_answer_and_ask_with_the_token(app: Flask) -> None:
    made = _many(3)
    need = worlds.need(made)
    expert = api_as(app, made.expert)
    url = expert.post(f"/needs/{need.id}/choice", json={"filters": {"language": "fi"}}).json["url"]
    token = url.rpartition("/")[2]

    found = expert.post("/choices/options", json={"token": token, "limit": 2}).json
    assert (found["fitting"], len(found["options"])) == (3, 2)
    assert "price" not in found["options"][0]
    assert expert.post("/choices/ask", json={"token": token, "text": "When?"}).status_code == 201
    answer = expert.post(
        "/choices/answer",
        json={
            "token": token,
            "answer": "chosen",
            "offering_id": found["options"][1]["offering_id"],
            "start_id": found["options"][1]["start_id"],
        },
    )

    assert answer.json["is_ordered"] is True
    assert need.state is NeedState.ORDERED
    assert expert.get(f"/needs/{need.id}/questions").json["items"][0]["text"] == "When?"
    assert db.session.query(Order).one().state is OrderState.PLACED


def test_a_service_of_elsewhere_cannot_be_slipped_into_an_answer(app: Flask) -> None:
    made, other = _many(1), _many(1)
    token = service.offer_choice(worlds.need(made), by=made.expert).token
    foreign = search.fitting(worlds.need(other)).hits[0]

    with pytest.raises(RuleBroken):
        service.answer_choice(token, ChoiceAnswer.CHOSEN, picked=Picked(foreign.offering_id, foreign.start_id))
    assert db.session.query(Order).count() == 0
