"""Nothing personal reaches a provider: totals at release dates, words only read, released, mixed and of ten (R119)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from core import clock
from core.db import db
from core.errors import RuleBroken, WrongState
from dps.systems.models import OrderingRule
from evaluation import gates
from evaluation.collecting import figures, identities, jobs, queries, service, totals
from evaluation.collecting.figures import Tally
from evaluation.collecting.identities import Kind
from evaluation.collecting.models import CustomerFeedback, EnoughHelp, HoldReason, WordsState
from evaluation.collecting.service import words
from orders.models import Order
from tests import worlds_orders as worlds
from tests.pages import api_as, page_as

WORDS = "Sain apua hakemuksiin."


def _world() -> worlds.World:
    made = worlds.world(rule=OrderingRule.RANKING)
    worlds.offering(made, seats=60)
    return made


def _delivered(made: worlds.World, number: int) -> list[Order]:
    return [worlds.delivered(worlds.order_by_rule(made), made) for _ in range(number)]


def _given(made: worlds.World, orders: list[Order], *, grade: int = 9, text: str = "") -> list[CustomerFeedback]:
    return [
        service.give_feedback(
            service.renew_feedback_link(order, by=made.expert), grade, EnoughHelp.YES, text, language="ru"
        )
        for order in orders
    ]


def _answers(made: worlds.World, number: int, *, grade: int = 9, text: str = "") -> list[CustomerFeedback]:
    return _given(made, _delivered(made, number), grade=grade, text=text)


def _next_release(day: date) -> date:
    """The release date after the one that holds for a day."""
    return gates.release_day(gates.release_day(day, 3) + timedelta(days=100), 3)


def _shown(made: worlds.World, day: date) -> totals.CategoryTotals:
    return next(each for each in totals.of_supplier(made.suppliers[0].organisation_id, day))


@pytest.mark.rule("R119")
def test_a_providers_totals_change_on_release_dates_only_and_with_ten_answers(app: Flask) -> None:
    made = _world()
    later = _delivered(made, 9)
    _answers(made, 9)
    release = _next_release(worlds.today())
    assert _shown(made, release).figures.n is None

    _answers(made, 1, grade=0)
    assert totals.of_supplier(made.suppliers[0].organisation_id, release - timedelta(days=1)) == []
    found = _shown(made, release).figures
    assert found.n == 10
    assert (found.nps, found.mean) == (None, None)
    assert set(found.help.values()) == {None}, "nobody said no: that is told of everybody"
    with clock.at(worlds.noon(release)):
        (row,) = page_as(app, made.coordinator).get("/procurement/feedback").rows()
    assert row[:2] == ["Job coaching", "10"]
    assert row[3].startswith("80 ("), "the net recommendation stands with its interval"

    with clock.at(worlds.noon(release + timedelta(days=1))):
        _given(made, later)
    assert _shown(made, _next_release(release + timedelta(days=1))).figures == found


@pytest.mark.rule("R119")
def test_ten_answers_of_few_customers_are_no_total(app: Flask) -> None:
    made = _world()
    for number in range(12):
        order = worlds.delivered(worlds.order_by_rule(made, customer_reference=f"AS-{number % 4}"), made)
        service.give_feedback(service.renew_feedback_link(order, by=made.expert), 8, EnoughHelp.YES)

    assert _shown(made, _next_release(worlds.today())).figures.n is None


@pytest.mark.rule("R119")
def test_words_reach_the_provider_only_read_released_of_ten_answers_and_at_a_release(app: Flask) -> None:
    made = _world()
    rows = _answers(made, 9, text=WORDS)
    coordinator = page_as(app, made.coordinator)
    for _ in range(8):
        coordinator.get("/procurement/feedback/words").follow("Read words 1").press("Release the words")
    words.hold_back(rows[-1], HoldReason.HEALTH, by=made.coordinator)
    release = _next_release(worlds.today())
    assert _shown(made, release).words == []

    _answers(made, 1, text="+358 40 123 4567")
    assert len(_shown(made, release).words) == 8
    with clock.at(worlds.noon(release)):
        page = page_as(app, made.suppliers[0]).get("/provider/feedback")
        answer = api_as(app, made.suppliers[0]).get("/feedback/released").get_data(as_text=True)
    for told in (page.text, answer):
        assert WORDS in told
        assert "123 4567" not in told
        for row in rows:
            assert str(row.id) not in told
            assert str(row.order_id) not in told
            assert row.order.reference not in told.split()
            assert row.order.need.customer_reference not in told
    assert '"ru"' not in answer
    assert 'lang="ru"' not in page.response.get_data(as_text=True).partition("<main")[2].partition("</main")[0]
    today = page_as(app, made.suppliers[0]).get("/provider/feedback").text
    assert WORDS not in today


def test_words_stand_in_another_order_than_they_were_written(app: Flask) -> None:
    made = _world()
    rows = []
    for number in range(12):
        rows += _answers(made, 1, text=f"Vastaus {chr(97 + number)} oli hyvä.")
    for row in rows:
        words.release(row, by=made.coordinator)
    release = _next_release(worlds.today())

    shown = list(_shown(made, release).words)

    written = [f"Vastaus {chr(97 + number)} oli hyvä." for number in range(12)]
    assert sorted(shown) == written
    assert shown not in (written, written[::-1])
    assert list(_shown(made, release).words) == shown


@pytest.mark.rule("I8")
def test_words_with_a_phone_a_mail_or_a_colleagues_name_are_not_released_before_it_is_blacked_out(app: Flask) -> None:
    made = _world()
    name = made.suppliers[0].person_name
    text = f"Kiitos {name}! Soita 040 123 4567 tai matti@example.fi."
    (row,) = _answers(made, 1, text=text)
    page = page_as(app, made.coordinator).get(f"/procurement/feedback/words/{row.id}")
    assert "A phone number: 040 123 4567" in page.text

    refused = page.press("Release the words", black_out="040 123 4567")
    assert (refused.status, row.words_state) == (422, None)
    assert "does not stand in the words" in page.press("Release the words", black_out="nowhere").text
    api = api_as(app, made.coordinator)
    parts = [*name.split(), "040 123 4567", "matti@example.fi"]
    answer = api.post(f"/feedback-words/{row.id}/release", {"black_out": parts})

    assert (answer.status_code, answer.json["state"]) == (200, "released")
    left = words.released_words(row)
    assert not any(part in left for part in parts)
    assert identities.BLACK in left
    with pytest.raises(WrongState):
        words.hold_back(row, HoldReason.OTHER, by=made.coordinator)


def test_words_are_read_by_officials_of_the_customers_own_authority_only(app: Flask) -> None:
    made, other = _world(), _world()
    (row,) = _answers(made, 1, text=WORDS)
    address = f"/feedback-words/{row.id}/hold-back"

    for stranger in (other.coordinator, made.expert, made.suppliers[0]):
        assert api_as(app, stranger).post(address, {"reason": "other"}).status_code == 403
    assert api_as(app, other.coordinator).get("/feedback-words").json == {"items": []}
    assert api_as(app, made.coordinator).get("/feedback-words").json["items"][0]["words"] == WORDS
    assert "1 customer's words wait to be read" in page_as(app, made.coordinator).get("/procurement").text
    page = page_as(app, made.coordinator).get(f"/procurement/feedback/words/{row.id}")
    assert page.press("Hold the words back", reason="offensive").status == 200
    assert row.words_state is WordsState.HELD_BACK


def test_providers_grades_are_shown_in_tens_and_of_three_providers_at_least(app: Flask) -> None:
    made = _world()
    for _ in range(11):
        order = worlds.delivered(worlds.order_by_rule(made), made)
        service.give_provider_feedback(
            order, as_described=5, information=3, answered=4, words="Enemmän aikaa.", by=made.suppliers[0]
        )
    assert totals.of_providers(made.authority.id, worlds.today()) == []

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(totals, "PROVIDERS_BEHIND", 1)
        (found,) = totals.of_providers(made.authority.id, worlds.today())
        told = api_as(app, made.coordinator).get("/feedback/totals").json["providers"]
        rows = page_as(app, made.coordinator).get("/procurement/feedback").rows()
    assert (found.n, found.means["information"], told[0]["answers"]) == (10, figures.Estimate(3.0, 3.0, 3.0), 10)
    assert ["Job coaching", "10", "5.0 (5.0–5.0)", "3.0 (3.0–3.0)", "4.0 (4.0–4.0)"] in rows


@pytest.mark.rule("R112")
def test_words_are_forgotten_two_years_after_the_service_and_places_after_ninety_days(app: Flask) -> None:
    made = _world()
    (row,) = _answers(made, 1, grade=1, text=WORDS)
    service.handle(queries.alerts_of_order(row.order_id)[0], "Soitettu.", by=made.expert)
    db.session.execute(update(CustomerFeedback).values(place_hash="0" * 32))
    end = row.order.planned_end_on

    with clock.at(worlds.noon(worlds.today() + timedelta(days=91))):
        jobs.promise_erasing()
    assert db.session.scalar(select(CustomerFeedback.place_hash)) is None
    assert queries.words_to_erase(end) == []
    assert queries.words_to_erase(end + timedelta(days=1)) == [row.id]
    with clock.at(worlds.noon(date(end.year + 2, end.month, 1) + timedelta(days=35))):
        jobs.erase_one(str(row.id))
        jobs.erase_one(str(row.id))
    db.session.expire_all()
    assert db.session.scalar(select(CustomerFeedback.sealed_words)) is None
    assert service.note_of(queries.alerts_of_order(row.order_id)[0]) == ""
    assert db.session.scalar(select(CustomerFeedback.recommendation)) == 1


# ---- figures and findings ----


@pytest.mark.parametrize(
    ("counts", "value", "low", "high"),
    [((50, 30, 20), 30.0, 14.051, 44.201), ((3, 1, 0), 75.0, -7.342, 93.056)],
)
def test_the_net_recommendation_has_the_adjusted_interval(
    counts: tuple[int, int, int], value: float, low: float, high: float
) -> None:
    found = figures.nps(*counts)

    assert (found.value, found.low, found.high) == pytest.approx((value, low, high), abs=1e-3)


@pytest.mark.rule("R119")
def test_a_share_of_few_is_hidden_with_the_next_smallest_and_a_low_response_is_marked() -> None:
    tally = Tally(people=40, asked=200)
    for help_, count in ((EnoughHelp.YES, 30), (EnoughHelp.PARTLY, 8), (EnoughHelp.NO, 2)):
        tally.add(8, help_, count)

    found = figures.shown(tally, smallest=10, smallest_people=5)

    assert found.help == {EnoughHelp.YES: figures.share(30, 40), EnoughHelp.PARTLY: None, EnoughHelp.NO: None}
    yes = figures.share(30, 40)
    assert (yes.value, yes.low, yes.high) == pytest.approx((0.75, 0.598, 0.858), abs=1e-3)
    assert (found.response, found.is_weak) == (0.2, True)
    assert figures.shown(Tally(), smallest=10, smallest_people=5) is figures.NOTHING


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Olen 131052-308T", Kind.IDENTITY_CODE),
        ("maija.m@example.fi vastaa", Kind.MAIL),
        ("katso www.example.fi/minä", Kind.LINK),
        ("Soita +358 40 123 4567", Kind.PHONE),
        ("Valmentaja Saila auttoi", Kind.PERHAPS_NAME),
        ("Sain apua Sailalta", Kind.KNOWN_NAME),
    ],
)
def test_what_may_tell_who_somebody_is_is_found(text: str, kind: Kind) -> None:
    assert kind in {each.kind for each in identities.findings(text, ["Saila Virtanen"] if "Sailalta" in text else [])}


@pytest.mark.parametrize("text", ["Tapaamisia oli 10 vuonna 2026.", "Hyvä. Sain apua.", "Kahvi maksoi 2,50 euroa."])
def test_plain_words_are_not_suspected(text: str) -> None:
    assert identities.findings(text, ["Saila Virtanen"]) == []


def test_a_part_that_is_not_there_cannot_be_blacked_out() -> None:
    with pytest.raises(LookupError):
        identities.blacked_out("Hyvä", ["Huono"])
    assert identities.blacked_out("Saila ja Saila", ["Saila"]) == f"{identities.BLACK} ja {identities.BLACK}"


def test_a_grade_outside_the_scale_names_its_field(app: Flask) -> None:
    made = _world()
    order = worlds.delivered(worlds.order_by_rule(made), made)
    with pytest.raises(RuleBroken) as refusal:
        service.give_feedback(service.renew_feedback_link(order, by=made.expert), 11, EnoughHelp.YES)
    assert refusal.value.field == "recommendation"
