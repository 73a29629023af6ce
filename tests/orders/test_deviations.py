"""Deviations: opened, answered in time, confirmed only after the provider was heard; only the confirmed ones count."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from core import clock
from core.db import db
from core.errors import NotAllowed, RuleBroken, WrongState
from core.mail.models import Mail
from dps.qualification import queries as qualification_queries
from dps.systems.models import OrderingRule
from orders.deviations import jobs, queries, service
from orders.deviations.models import Consequence, Deviation, DeviationState, Severity
from orders.deviations.queries import Counts
from orders.models import Order
from tests import people
from tests import worlds_orders as worlds
from tests.pages import api_as, page_as

CODE = "131052-308T"


def _ordered() -> tuple[worlds.World, Order]:
    made = worlds.world(rule=OrderingRule.RANKING)
    worlds.offering(made)
    return made, worlds.order_by_rule(made)


def _open(severity: Severity = Severity.SERIOUS) -> tuple[worlds.World, Deviation]:
    made, order = _ordered()
    return made, service.open_on_order(order, severity, "The coach never came.", by=made.expert)


def _counts(made: worlds.World, deviation: Deviation) -> Counts:
    day = worlds.today() + timedelta(days=60)
    return queries.confirmed_counts(deviation.supplier_id, made.category.id, worlds.today(), day)


def test_a_deviation_goes_through_the_pages_of_all_three_to_its_end(app: Flask) -> None:
    made, order = _ordered()
    expert, provider = page_as(app, made.expert), page_as(app, made.suppliers[0])
    page = expert.get(f"/expert/orders/{order.id}").follow("Open a deviation")
    page = page.press("Open the deviation", severity="serious", text=f"It was {CODE}")
    assert page.status == 422
    page = page.press("Open the deviation", severity="serious", text="The coach never came.")
    deviation = db.session.query(Deviation).one()

    assert "waits for your answer" in provider.get("/provider").text
    page = provider.get(f"/deviations/{deviation.id}")
    assert "The coach never came." in page.text
    page.press("Send the answer", **{"answer-stance": "answer", "answer-text": "We are sorry."})
    provider.get(f"/deviations/{deviation.id}").press(
        "Tell that it is put right", **{"correct-text": "A new coach began."}
    )
    coordinator = page_as(app, made.coordinator)
    assert deviation.reference in coordinator.get("/procurement").text
    page = coordinator.get("/deviations?severity=serious").follow(deviation.reference)
    page = page.press("Confirm", **{"confirm-severity": "minor", "confirm-text": "Put right in a week."})
    page = page.press("Close the deviation", **{"close-consequence": "remark", "close-text": "Remark given."})

    assert "What follows: Remark" in page.text
    assert (deviation.state, deviation.severity) == (DeviationState.CLOSED, Severity.MINOR)
    assert coordinator.get("/deviations?severity=severe").rows() == []
    assert "Remark" in provider.get(f"/deviations/{deviation.id}").text


def test_nothing_is_confirmed_before_the_provider_was_heard(app: Flask) -> None:
    made, deviation = _open()
    with pytest.raises(WrongState):
        service.confirm(deviation, Severity.SEVERE, "Sure.", by=made.coordinator)
    assert _counts(made, deviation) == Counts()

    with clock.at(deviation.answer_by + timedelta(seconds=1)):
        jobs.promise_lapsing()
        jobs.lapse_one(str(deviation.id))
        jobs.lapse_one(str(deviation.id))
        assert deviation.state is DeviationState.UNANSWERED
        service.confirm(deviation, Severity.SEVERE, "Nobody answered.", by=made.coordinator)

    assert _counts(made, deviation) == Counts(severe=1)
    assert _counts(made, deviation).weight == 9


def test_the_clock_moves_on_nothing_that_was_answered_or_has_time_left(app: Flask) -> None:
    made, deviation = _open()
    assert service.lapse(deviation) is False
    assert (
        clock.working_days_between(
            worlds.today(), clock.helsinki_date(deviation.answer_by - timedelta(seconds=1)), clock.supplier_days
        )
        == 10
    )
    service.answer(deviation, "No.", disputes=True, by=made.suppliers[0])
    with clock.at(deviation.answer_by + timedelta(days=1)):
        assert service.lapse(deviation) is False
    assert deviation.state is DeviationState.DISPUTED
    assert not deviation.was_late


def test_a_late_answer_is_taken_and_shown_as_late(app: Flask) -> None:
    made, deviation = _open()
    with clock.at(deviation.answer_by + timedelta(days=1)):
        service.lapse(deviation)
        service.answer(deviation, "Sorry, late.", disputes=False, by=made.suppliers[0])
    assert deviation.was_late
    assert "The answer came late." in page_as(app, made.coordinator).get(f"/deviations/{deviation.id}").text


def test_only_confirmed_ones_count_on_their_day_and_in_their_category(app: Flask) -> None:
    made, deviation = _open()
    service.answer(deviation, "We dispute it.", disputes=True, by=made.suppliers[0])
    assert _counts(made, deviation) == Counts()
    service.withdraw(deviation, "It was a mistake.", by=made.expert)
    assert _counts(made, deviation) == Counts()

    other = service.open_on_order(deviation.order, Severity.MINOR, "No report.", by=made.expert)  # type: ignore[arg-type]
    service.answer(other, "Yes.", disputes=False, by=made.suppliers[0])
    service.confirm(other, Severity.SERIOUS, "It was serious.", by=made.coordinator)
    assert _counts(made, other) == Counts(serious=1)
    tomorrow = worlds.today() + timedelta(days=1)
    assert queries.confirmed_counts(other.supplier_id, made.category.id, tomorrow, tomorrow) == Counts()


def test_a_provider_tells_of_its_own_failure_and_is_heard_with_it(app: Flask) -> None:
    made, order = _ordered()
    page = page_as(app, made.suppliers[0]).get(f"/provider/orders/{order.id}/deviations/new")
    page.press("Open the deviation", severity="minor", text="We were a day late.")

    deviation = db.session.query(Deviation).one()
    assert deviation.is_self_reported
    assert deviation.state is DeviationState.ANSWERED
    assert db.session.query(Mail).filter_by(about_id=deviation.id, to_address=made.expert.email).count() == 1


def test_a_coordinator_opens_one_without_an_order_in_the_own_authority_only(app: Flask) -> None:
    made, order = _ordered()
    found = qualification_queries.qualification_in_force(order.supplier_id, made.category.id)
    page = page_as(app, made.coordinator).get("/procurement/deviations/new")
    page.press("Open the deviation", qualification=str(found.id), severity="minor", text="Prices are missing.")
    assert db.session.query(Deviation).one().order_id is None
    with pytest.raises(NotAllowed):
        service.open_in_general(found, Severity.MINOR, "x", by=people.coordinator())


def test_others_see_nothing_and_the_words_are_sealed(app: Flask) -> None:
    made, deviation = _open()
    other = worlds.world()
    stranger, _contract = worlds.supplier(other)
    for who in (stranger, other.expert, other.coordinator):
        assert page_as(app, who).get(f"/deviations/{deviation.id}").status == 403
        assert page_as(app, who).get("/deviations").rows() == []
    assert b"coach" not in queries.steps_of(deviation.id)[0].sealed_text
    with pytest.raises(RuleBroken):
        service.answer(deviation, CODE, disputes=False, by=made.suppliers[0])


def test_machines_open_answer_confirm_and_close(app: Flask) -> None:
    made, order = _ordered()
    expert, provider = api_as(app, made.expert), api_as(app, made.suppliers[0])
    coordinator = api_as(app, made.coordinator)
    data = {"order_id": str(order.id), "severity": "severe", "text": "The coach never came."}
    opened = expert.post("/deviations", json=data)
    assert opened.status_code == 201
    number = opened.json["id"]
    assert expert.post(f"/deviations/{number}/answer", json={"disputes": True, "text": "x"}).status_code == 403
    assert provider.post(f"/deviations/{number}/answer", json={"disputes": False, "text": "Yes."}).status_code == 200
    assert provider.post(f"/deviations/{number}/correct", json={"text": "Done."}).json["state"] == "corrected"
    confirm = {"severity": "serious", "text": "It happened."}
    assert provider.post(f"/deviations/{number}/confirm", json=confirm).status_code == 403
    assert coordinator.post(f"/deviations/{number}/confirm", json=confirm).json["state"] == "confirmed"
    assert coordinator.post(f"/deviations/{number}/withdraw", json={"text": "x"}).status_code == 409
    closed = coordinator.post(f"/deviations/{number}/close", json={"consequence": "price_reduction", "text": "Half."})
    assert closed.json["consequence"] == Consequence.PRICE_REDUCTION
    assert [each["action"] for each in provider.get(f"/deviations/{number}/steps").json["items"]] == [
        "open",
        "answer",
        "correct",
        "confirm",
        "close",
    ]
    assert expert.post("/deviations", json={"severity": "minor", "text": "x"}).status_code == 422
    assert len(coordinator.get("/deviations?state=closed").json["items"]) == 1
