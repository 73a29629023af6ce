"""Presentations: every admitted provider is invited alike, customers come without names, no seat is given twice."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from flask import Flask

from core import clock
from core.db import db
from core.errors import DomainError, NotAllowed, RuleBroken, WrongState
from core.mail.models import Mail
from orders.presentations import jobs, queries, service
from orders.presentations.models import Presentation, PresentationState, SignUp
from orders.presentations.service import Details, Full
from suppliers.models import Supplier
from tests import people
from tests import worlds_orders as worlds
from tests.pages import api_as, page_as


def details(**changes: object) -> Details:
    begins = clock.now() + timedelta(days=5)
    given = {
        "title_fi": "Tapaa valmentajat",
        "title_sv": "Träffa coacherna",
        "title_en": "Meet the coaches",
        "place": "Kuopio, library",
        "link": "",
        "languages": ["fi", "ar"],
        "starts_at": begins,
        "ends_at": begins + timedelta(hours=2),
        "seats": 2,
    }
    return Details(**{**given, **changes})  # type: ignore[arg-type]


def _event(made: worlds.World, **changes: object) -> Presentation:
    return service.announce(made.category, details(**changes), by=made.coordinator)


def test_every_admitted_supplier_gets_the_same_invitation_once(app: Flask) -> None:
    made = worlds.world()
    providers = [worlds.supplier(made)[0] for _ in range(3)]
    outsider, _contract = worlds.supplier(worlds.world())
    event = _event(made)

    jobs.invite(str(event.id))
    jobs.invite(str(event.id))

    addresses = [mail.to_address for mail in db.session.query(Mail).filter_by(template="presentation_invited")]
    expected = [each for p in providers for each in db.session.get_one(Supplier, p.organisation_id).emails]
    assert sorted(addresses) == sorted(expected)
    with pytest.raises(NotAllowed):
        service.present(event, by=outsider)
    service.present(event, by=providers[0])
    service.present(event, by=providers[0])
    assert len(queries.presentation(event.id).presenters) == 1  # type: ignore[union-attr]


def test_a_provider_announces_its_own_event_and_presents_alone(app: Flask) -> None:
    made = worlds.world()
    mine, other = worlds.supplier(made)[0], worlds.supplier(made)[0]
    page = page_as(app, mine).get("/presentations/own/new")
    begins = (clock.now().astimezone(clock.HELSINKI) + timedelta(days=3)).strftime("%Y-%m-%dT13:00")
    page = page.press(
        "Announce",
        title_fi="Avoimet ovet",
        title_sv="Öppet hus",
        title_en="Open house",
        starts_at=begins,
        ends_at=begins.replace("13:00", "15:00"),
        place="Kuopio",
        languages=["fi"],
        seats="10",
    )
    assert page.heading == "Open house"
    event = db.session.query(Presentation).one()
    assert event.starts_at.astimezone(clock.HELSINKI).hour == 13
    assert [each.supplier_id for each in event.presenters] == [mine.organisation_id]
    with pytest.raises(NotAllowed):
        service.present(event, by=other)
    assert page_as(app, made.coordinator).get(f"/presentations/{event.id}/own").status == 200
    assert "Cancel the event" not in page_as(app, made.coordinator).get(f"/presentations/{event.id}/own").text


@pytest.mark.parametrize("language", ["fi", "ar", "so"])
def test_a_customer_takes_and_gives_up_a_place_without_a_name(app: Flask, language: str) -> None:
    made = worlds.world()
    event = _event(made, link="https://video.example/room", place="")
    customer = page_as(app, None)
    assert customer.get(f"/presentations?lang={language}").root.get("lang") == language
    assert "video.example" not in customer.get(f"/presentations/{event.id}").text

    page = customer.get(f"/presentations/{event.id}?lang=en").press("I come")
    assert page.heading == "You have a place"
    assert page.link("Link of the event") == "https://video.example/room"
    again = customer.get(f"/presentations/{event.id}").press("See my place")
    assert (again.url, event.seats_taken) == (page.url, 1)
    assert page.press("I do not come").heading == "You gave your place up."
    assert event.seats_taken == 0
    assert page_as(app, None).get("/presentations/place/forged").status == 404


def test_full_is_full_and_a_reference_holds_one_place(app: Flask) -> None:
    made = worlds.world()
    event = _event(made)
    first = service.sign_up_for(event, "AS-1", by=made.expert)
    assert service.sign_up_for(event, "AS-1", by=made.expert) is first
    service.sign_up(event)
    with pytest.raises(Full):
        service.sign_up(event)
    page = page_as(app, made.expert).get(f"/presentations/{event.id}/own")
    page = page.press("Take a place", **{"reference-customer_reference": "AS-2"})
    assert "All places are taken." in page.text
    page_as(app, made.expert).get(f"/presentations/{event.id}/own").press("AS-1 does not come")
    service.sign_up_for(event, "AS-2", by=made.expert)
    for reference in ("Maija Mallikas", "131052-308T"):
        with pytest.raises(RuleBroken):
            service.sign_up_for(event, reference, by=made.expert)


def test_a_cancellation_is_told_to_presenters_experts_and_customers(app: Flask) -> None:
    made = worlds.world()
    provider = worlds.supplier(made)[0]
    event = _event(made)
    service.present(event, by=provider)
    service.sign_up_for(event, "AS-1", by=made.expert)
    _seat, token = service.sign_up(event)

    page_as(app, made.coordinator).get(f"/presentations/{event.id}/own").press(
        "Cancel the event", **{"cancel-reason": "The speaker is ill."}
    )

    assert event.state is PresentationState.CANCELLED
    told = {mail.to_address for mail in db.session.query(Mail).filter(Mail.template.like("presentation_cancelled%"))}
    assert told == {*db.session.get_one(Supplier, provider.organisation_id).emails, made.expert.email}
    page = page_as(app, None).get(f"/presentations/place/{token}")
    assert page.heading == "This event is cancelled."
    assert "The speaker is ill." in page.text
    assert str(event.id) not in page_as(app, None).get("/presentations").response.get_data(as_text=True)
    with pytest.raises(WrongState):
        service.sign_up(event)


def test_wrong_events_are_refused_by_field(app: Flask) -> None:
    made = worlds.world()
    wrong = [
        ({"starts_at": clock.now() - timedelta(days=1)}, "starts_at"),
        ({"ends_at": clock.now()}, "ends_at"),
        ({"place": ""}, "place"),
        ({"link": "http://video.example"}, "link"),
        ({"languages": []}, "languages"),
        ({"title_fi": "131052-308T"}, "title_fi"),
    ]
    for changes, field in wrong:
        with pytest.raises(RuleBroken) as refusal:
            _event(made, **changes)
        assert refusal.value.field == field
    with pytest.raises(NotAllowed):
        service.announce(made.category, details(), by=people.coordinator())


def test_the_last_place_goes_once_when_many_come_at_once(committed_app: Flask) -> None:
    made = worlds.world()
    event_id = _event(made, seats=2).id
    db.session.commit()
    together, results = threading.Barrier(6), []

    def come() -> None:
        with committed_app.app_context():
            together.wait()
            try:
                row = queries.presentation(event_id)
                assert row is not None
                service.sign_up(row)
                results.append("in")
            except DomainError as refusal:
                results.append(type(refusal).__name__)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=come) for _ in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    db.session.expire_all()
    assert sorted(results) == ["Full"] * 4 + ["in"] * 2
    assert db.session.get_one(Presentation, event_id).seats_taken == 2
    assert db.session.query(SignUp).count() == 2


def test_machines_announce_present_and_come(app: Flask) -> None:
    made = worlds.world()
    provider = worlds.supplier(made)[0]
    coordinator = api_as(app, made.coordinator)
    given = details()
    data = {name: getattr(given, name) for name in Details.__dataclass_fields__}
    data |= {"starts_at": given.starts_at.isoformat(), "ends_at": given.ends_at.isoformat()}
    made_event = coordinator.post("/presentations", json={**data, "category_id": str(made.category.id)})
    assert made_event.status_code == 201
    number = made_event.json["id"]
    assert len(api_as(app, provider).post(f"/presentations/{number}/present").json["presenters"]) == 1
    token = coordinator.post(f"/presentations/{number}/take-place").json["token"]
    assert coordinator.post("/presentations/place", json={"token": token}).json["presentation"]["seats_left"] == 1
    seat = api_as(app, made.expert).post(f"/presentations/{number}/sign-up", json={"customer_reference": "AS-1"})
    assert seat.status_code == 201
    assert coordinator.post(f"/presentations/{number}/take-place").status_code == 422
    assert coordinator.post("/presentations/give-up-place", json={"token": token}).status_code == 200
    assert coordinator.get("/presentations").json["items"][0]["seats_left"] == 1
    assert coordinator.post(f"/presentations/{number}/cancel", json={"reason": "Ill."}).json["state"] == "cancelled"
