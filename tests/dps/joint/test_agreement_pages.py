"""Agreements through pages and through the API: the same verbs, each actor their own door."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Flask

from core import clock
from core.db import db
from core.identity.models import Role
from dps.joint.agreements import queries, service
from dps.joint.agreements.details import of_version
from dps.joint.agreements.models import AgreementVersion, VersionState
from dps.joint.agreements.schemas import AgreementContentOut
from dps.joint.stages import APPROVED_STAGES, CostKind
from tests import people, worlds_joint
from tests.pages import api_as, page_as

TERMS = {"withdrawal_terms": "Kirjallisesti.", "change_terms": "Kaikki hyväksyvät."}


def _filled(cities: list[worlds_joint.City]) -> dict[str, Any]:
    """What a coordinator types into an empty draft."""
    values: dict[str, Any] = {
        "name_fi": "Yhteistyö",
        "starts_on": "2026-01-01",
        "steering_name_fi": "Johtoryhmä",
        "coordination_name_fi": "Koordinaatioryhmä",
        "tasks-0-name_fi": "Valmennus",
        **TERMS,
    }
    for number, (city, share) in enumerate(zip(cities, ("60", "40,00"), strict=True)):
        row = f"parties-{number}-"
        values |= {row + "name_fi": f"City {number}", row + "authority": str(city.authority.id), row + "kind": "own"}
        values |= {row + "municipalities": f"Kunta {number}, Kylä {number}", row + "person_years_min": "2,5"}
        values |= {row + "share": share, row + "cost_share": share}
    for stage in APPROVED_STAGES:
        values |= {f"{stage}_rule": "all", f"{stage}_days": "20"}
    return values | {f"{kind}_basis": "by_use" for kind in CostKind}


def test_given_two_cities_when_they_write_and_approve_on_pages_then_the_agreement_is_in_force(app: Flask) -> None:
    cities = [worlds_joint.city("Kerava"), worlds_joint.city("Sipoo")]
    kerava, sipoo = cities
    page = page_as(app, kerava.coordinator).get("/joint")
    assert "Your authority works in no agreement yet" in page.text
    values = _filled(cities)
    page = page.follow("Write an agreement").press("Save the draft", **values | {"parties-1-share": "30"})
    assert "The resourcing shares add up to 90" in page.text
    page = page.follow("Change the draft").press("Save the draft", **{"parties-1-municipalities": "kunta 0"})
    assert page.status == 422
    assert any("Two parties name the municipality" in each for each in page.messages)
    page = page.press("Save the draft", **{"parties-1-municipalities": "Sipoo", "parties-1-share": "40"})
    page = page.press("Propose to the parties")
    assert "Waits for the approval of" in page.text
    for city in cities:
        desk = page_as(app, city.decider).get("/joint")
        assert "Approve the agreement: Yhteistyö, version 1" in desk.text
        assert "Approve the agreement" in page_as(app, city.decider).get("/procurement").text
        page = desk.follow("Read Yhteistyö, version 1").follow("Approve").press("Approve", decision="§ 214")
        assert "Your authority's approval was recorded." in page.messages
    version = db.session.query(AgreementVersion).one()
    assert version.state is VersionState.IN_FORCE
    assert [each.municipalities for each in version.parties] == [["Kunta 0", "Kylä 0"], ["Sipoo"]]

    page = page_as(app, sipoo.coordinator).get("/joint").follow("Name a member: Johtoryhmä")
    page = page.press("Name", person=str(sipoo.steering.person_id))
    assert "The person was named." in page.messages
    page = page.follow("End: Maija Mallikas").press("End the membership")
    assert "The membership ends on the day you chose." in page.messages
    page = page.press("Start a new version").press("Save the draft", own_window_days="10")
    assert "Version 2" in page.text
    page = page.press("Propose to the parties")
    returned = page_as(app, kerava.decider).get(page.url).follow("Return with a reason")
    returned.press("Return", reason="Aika on liian pitkä.")
    page = page_as(app, sipoo.coordinator).get("/joint").follow("Open Yhteistyö, version 2")
    assert "Aika on liian pitkä." in page.text
    assert "withdrawn" in page.press("Withdraw").messages[0]


def test_given_a_steering_member_when_they_log_in_then_their_desk_is_the_common_one(app: Flask) -> None:
    world = worlds_joint.agreement_in_force()
    page = page_as(app, world.vantaa.steering).get("/joint")
    bar = next(node for node in page.all("nav") if node.get("class") == "rooms")
    assert "".join(bar.itertext()).split()[:1] == ["Desk"]
    page = page.follow("Agreement")
    assert page.heading == "Capital region cooperation"
    assert ["Kauniainen (Espoo answers)", "Kauniainen", "0", "0.0%", "0.0%", ""] in page.rows()
    assert page_as(app, world.vantaa.steering).get("/procurement").status == 403
    assert "Your authority works in no agreement yet" in page_as(app, people.mandate(Role.STEERING)).get("/joint").text


def test_given_an_agreement_when_a_stranger_or_another_role_asks_then_it_is_refused(app: Flask) -> None:
    world = worlds_joint.draft()
    service.propose(world.version, by=world.helsinki.coordinator)
    address = f"/joint/agreements/versions/{world.version.id}"
    assert page_as(app, world.espoo.coordinator).get(address).status == 200
    for nobody in (people.coordinator(), people.decider(), world.espoo.expert):
        assert page_as(app, nobody).get(address).status == 403
        assert page_as(app, nobody).get(f"/joint/agreements/{world.agreement.id}").status == 403
    assert page_as(app, world.espoo.coordinator).get(f"{address}/edit").status == 403
    assert page_as(app, world.espoo.steering).get(f"{address}/approve").status == 403


def test_given_a_page_from_before_a_version_was_returned_when_it_is_sent_then_nobody_approves_what_they_did_not_read(
    app: Flask,
) -> None:
    world = worlds_joint.draft()
    version, writer = world.version, world.helsinki.coordinator
    service.propose(version, by=writer)
    page = page_as(app, world.espoo.decider).get(f"/joint/agreements/versions/{version.id}/approve")
    service.return_version(version, "Osuudet.", by=world.vantaa.decider)
    service.change(version, replace(of_version(version), withdrawal_days=30), by=writer)
    service.propose(version, by=writer)
    refused = page.press("Approve", decision="§ 1")
    assert refused.status == 422
    assert not queries.approvals_of([version.id])[version.id]
    refused.press("Approve", decision="§ 1")
    assert len(queries.approvals_of([version.id])[version.id]) == 1


def test_given_an_agreement_when_machines_write_approve_and_name_then_the_same_verbs_answer(app: Flask) -> None:
    world = worlds_joint.draft()
    content = AgreementContentOut().dump(of_version(world.version))
    helsinki = api_as(app, world.helsinki.coordinator)
    wrong = content | {"parties": [content["parties"][0] | {"share": "49.00"}, *content["parties"][1:]]}
    path = f"/cooperation-agreements/versions/{world.version.id}"
    assert helsinki.post(f"{path}/change", json=wrong).status_code == 200
    answer = helsinki.post(f"{path}/propose")
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "parties")
    assert helsinki.post(f"{path}/change", json=content).status_code == 200
    assert helsinki.post(f"{path}/propose").json["state"] == "proposed"
    assert helsinki.post(f"{path}/approve", json={"decision": "§ 1"}).status_code == 403
    for city in world.cities:
        answer = api_as(app, city.decider).post(f"{path}/approve", json={"decision": "§ 1"})
        assert answer.status_code == 200
    assert (answer.json["state"], answer.json["waits_for"]) == ("in_force", [])
    again = api_as(app, world.vantaa.decider).post(f"{path}/approve", json={"decision": "§ 1"})
    assert again.status_code == 409
    agreement = f"/cooperation-agreements/{world.agreement.id}"
    assert helsinki.get(agreement).json["in_force_id"] == str(world.version.id)
    today = clock.helsinki_date(clock.now()).isoformat()
    who = {"group": "steering", "person_id": str(world.helsinki.steering.person_id), "starts_on": today}
    seat = helsinki.post(f"{agreement}/name-member", json=who)
    assert seat.status_code == 201
    assert len(helsinki.get(f"{agreement}/members").json) == 1
    ended = helsinki.post(f"/cooperation-agreements/members/{seat.json['id']}/end", json={"ends_on": today})
    assert ended.json["ends_on"] == today
    renewed = helsinki.post(f"{agreement}/start-version").json
    assert renewed["number"] == 2
    withdrawn = helsinki.post(f"/cooperation-agreements/versions/{renewed['id']}/withdraw")
    assert withdrawn.json["state"] == "withdrawn"
    assert helsinki.get("/cooperation-agreements").json["items"][0]["reference"] == "YS-1"
    assert api_as(app, people.coordinator()).get("/cooperation-agreements").json["items"] == []
    unknown = content | {"parties": [content["parties"][0] | {"authority_id": str(world.version.id)}]}
    assert helsinki.post("/cooperation-agreements", json=unknown).status_code == 422
    assert queries.approved_version(world.agreement.id) is not None
