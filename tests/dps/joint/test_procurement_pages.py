"""Joint procurements through pages and the API: the same verbs, only for those who take part."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select

from core import clock
from core.db import db
from core.errors import NotAllowed, RuleBroken
from core.files import service as files
from core.identity.mandates import Mandate
from core.quarters import quarter_of
from dps.joint.procurements import jobs, parts, queries, rules, service
from dps.joint.procurements.models import JointMeeting, JointProcurement
from dps.joint.procurements.service import Item
from dps.joint.stages import Group, Stage
from tests import people, worlds_joint
from tests import worlds_procurements as worlds
from tests.pages import Page, api_as, page_as


def _open(app: Flask, by: Mandate, row: JointProcurement) -> Page:
    return page_as(app, by).get(f"/joint/procurements/{row.id}")


def test_given_an_agreement_when_the_line_is_walked_on_pages_then_each_sees_their_own_main_button(app: Flask) -> None:
    together = worlds_joint.agreement_in_force()
    helsinki, espoo, vantaa = together.cities
    start = quarter_of(clock.helsinki_date(clock.now()) + timedelta(days=365))
    page = page_as(app, vantaa.coordinator).get("/joint/procurements").follow("Begin a joint procurement")
    page = page.press(
        "Begin the joint procurement",
        name_fi="Työhönvalmennus",
        purpose="Yhdessä.",
        lead=str(helsinki.authority.id),
        starts_on=start.isoformat(),
        ends_on=(start + timedelta(days=200)).isoformat(),
    )
    assert page.heading == "Työhönvalmennus"
    assert "Stage 1 of 8. Waits for Helsinki, Espoo and Vantaa" in page.text
    row = db.session.scalars(select(JointProcurement)).one()

    for city, names in ((vantaa, ["Vantaa"]), (helsinki, ["Helsinki"]), (espoo, ["Espoo", "Kauniainen"])):
        for name in names:
            page = _open(app, city.coordinator, row).follow(f"State the need of {name}")
            page = page.press(
                "Save the need",
                forecast_source="Ennuste",
                unit_price="2400",
                budget="100 000",
                target_group_0="immigrants",
                amount_0_0="12",
                amount_0_1="14",
            )
            assert f"The need of {name} was saved." in page.messages[0]
        page = page.follow(f"Mark the need of {names[0]} ready").press(f"Mark the need of {names[0]} ready")
    assert row.stage is Stage.PROPOSAL
    side = page.follow("The needs side by side")
    assert ["Immigrants", "Finnish", "26", "26", "26", "26", "104"] in side.rows()

    page = _open(app, helsinki.coordinator, row).follow("Write the proposal")
    page.press("Save the proposal", text="Yksi järjestelmä kaikille.")
    for city, name in ((helsinki, "Helsinki"), (espoo, "Espoo"), (vantaa, "Vantaa")):
        _open(app, city.coordinator, row).follow(f"Endorse for {name}").press(f"Endorse for {name}")
    for city, name in ((helsinki, "Helsinki"), (espoo, "Espoo"), (vantaa, "Vantaa")):
        _open(app, city.steering, row).follow(f"Approve for {name}").press(f"Approve for {name}")
    assert row.stage is Stage.DECISIONS

    label = "Record the decision of Helsinki"
    page = _open(app, helsinki.decider, row).follow(label).press(label, decision="§ 214")
    assert "§ 214" in page.text
    page = _open(app, vantaa.decider, row).follow("Vantaa stays out")
    assert ["Vantaa", "26", "–", "62,400", "–", "25.0%", "–"] in page.rows()
    assert ["Helsinki", "26", "26", "62,400", "62,400", "25.0%", "33.3%"] in page.rows()
    refused = page.press("Stay out of the procurement", reason="Oma.", decision="§ 9")
    assert refused.status == 422
    refused.press("Stay out of the procurement", reason="Oma.", decision="§ 9", seen="y")
    for city, name, number in ((helsinki, "Helsinki", "§ 230"), (espoo, "Espoo", "§ 31")):
        label = f"Record the decision of {name}"
        page = _open(app, city.decider, row).follow(label).press(label, decision=number)
    assert "Vantaa stays out" in page.text
    page = _open(app, helsinki.coordinator, row).follow("Begin the procurement")
    page = page.press("Begin the procurement", way="system")
    assert row.system is not None
    assert row.stage is Stage.PROCUREMENT
    assert "in the name of all" in page.text


@pytest.mark.rule("R103")
def test_given_a_page_from_before_a_party_left_when_it_is_sent_then_nobody_decides_on_what_they_have_not_seen(
    app: Flask,
) -> None:
    line = worlds.in_decisions()
    row, espoo, label = line.procurement, line.together.espoo, "Record the decision of Espoo"
    page = _open(app, espoo.decider, row).follow(label)
    service.leave(line.participations["vantaa"], "Oma.", "§ 9", by=line.together.vantaa.decider)
    refused = page.press(label, decision="§ 31")
    assert refused.status == 422
    assert not [each for each in queries.approvals_of(row.id) if each.stage is Stage.DECISIONS]
    refused.press(label, decision="§ 31")
    given = [each for each in queries.approvals_of(row.id) if each.stage is Stage.DECISIONS]
    assert [(each.round, each.decision) for each in given] == [(2, "§ 31")]


def test_given_others_when_they_look_then_only_the_parties_see_it(app: Flask) -> None:
    line = worlds.begun()
    stranger = people.coordinator()
    assert page_as(app, stranger).get(f"/joint/procurements/{line.procurement.id}").status == 403
    assert "No joint procurements" in page_as(app, stranger).get("/joint/procurements").text
    part = line.participations["vantaa"].id
    visitor = page_as(app, line.together.espoo.coordinator)
    assert visitor.get(f"/joint/procurements/parties/{part}/need").status == 403
    assert line.procurement.reference in page_as(app, line.together.vantaa.steering).get("/joint/procurements").text
    api = api_as(app, stranger)
    assert api.get(f"/joint-procurements/{line.procurement.id}").status_code == 403
    assert api.get("/joint-procurements").json["items"] == []  # type: ignore[index]


def test_given_last_years_use_when_it_is_copied_then_it_stands_in_the_same_quarters(app: Flask) -> None:
    line = worlds.begun()
    vantaa, quarter = line.participations["vantaa"], line.first_quarter
    parts.add_last_year(lambda procurement: {vantaa.party_id: {quarter.replace(year=quarter.year - 1): 33}})
    try:
        page = page_as(app, line.together.vantaa.coordinator).get(f"/joint/procurements/parties/{vantaa.id}/need")
        assert ["Used last year", "33", "–", "–", "–"] in page.rows()
        page = page.follow("Copy last year's use")
        page.press("Save the need", forecast_source="Viime vuosi", unit_price="10", budget="330")
    finally:
        parts._last_year.clear()
    assert queries.announced(line.procurement.id)[vantaa.party_id] == {quarter: 33}


def test_given_a_desk_when_a_stage_waits_for_somebody_then_it_is_there_with_its_day(app: Flask) -> None:
    line = worlds.in_steering()
    title = f"{line.procurement.reference}: Approve in the steering group"
    assert title in page_as(app, line.together.espoo.steering).get("/joint").text
    service.approve(line.procurement, by=line.together.espoo.steering)
    assert title not in page_as(app, line.together.espoo.steering).get("/joint").text
    assert title not in page_as(app, line.together.vantaa.coordinator).get("/procurement").text


# ---- the API ----


def test_given_the_api_when_the_line_is_walked_then_the_same_verbs_answer(app: Flask) -> None:
    together = worlds_joint.agreement_in_force()
    helsinki, espoo, vantaa = (api_as(app, each.coordinator) for each in together.cities)
    start = date(clock.helsinki_date(clock.now()).year + 1, 7, 1)
    body = {
        "agreement_id": str(together.agreement.id),
        "name_fi": "Työhönvalmennus",
        "purpose": "Yhdessä.",
        "service_type": "job_coaching",
        "lead_id": str(together.helsinki.authority.id),
        "starts_on": start.isoformat(),
        "ends_on": start.replace(year=start.year + 1).isoformat(),
    }
    made = espoo.post("/joint-procurements", json=body).json
    assert made is not None
    address = f"/joint-procurements/{made['id']}"
    whole = vantaa.get(address).json
    assert whole is not None
    by_key = {each["party_key"]: each["id"] for each in whole["participations"]}
    said = {"forecast_source": "Ennuste", "unit_price": "2400.00", "budget": "48000.00"}
    for key, api in (("helsinki", helsinki), ("espoo", espoo), ("kauniainen", espoo), ("vantaa", vantaa)):
        volume = {
            "target_group": "all",
            "municipality": key.capitalize(),
            "language": "sv",
            "quarter": start.isoformat(),
            "amount": 10,
        }
        answer = api.post(f"/joint-participations/{by_key[key]}/state-need", json={**said, "volumes": [volume]})
        assert answer.status_code == 200, answer.json
        assert answer.json["volumes"][0]["amount"] == 10  # type: ignore[index]
    for api in (helsinki, espoo, vantaa):
        assert api.post(f"{address}/approve", json={}).status_code == 201
    again = vantaa.post(f"{address}/approve", json={})
    assert again.status_code == 422, again.json
    assert helsinki.post(f"{address}/propose", json={"text": "Yhdessä."}).status_code == 200
    assert espoo.post(f"{address}/propose", json={"text": "Toisin."}).status_code == 403
    for api in (helsinki, espoo, vantaa):
        assert api.post(f"{address}/approve", json={}).status_code == 201
    refused = espoo.post(f"{address}/approve", json={})
    assert (refused.status_code, refused.json["rule"]) == (403, "R103")  # type: ignore[index]
    for each in together.cities:
        assert api_as(app, each.steering).post(f"{address}/approve", json={}).status_code == 201
    decider = api_as(app, together.vantaa.decider)
    effect = decider.get(f"/joint-participations/{by_key['vantaa']}/effect-of-leaving").json
    assert effect is not None
    assert [each["after"] and each["after"]["amount"] for each in effect["items"]] == [10, 10, 10, None]
    body = {"reason": "Oma.", "decision": "§ 2"}
    assert decider.post(f"/joint-participations/{by_key['vantaa']}/leave", json=body).status_code == 200
    for each in together.cities[:2]:
        assert api_as(app, each.decider).post(f"{address}/approve", json={"decision": "§ 1"}).status_code == 201
    answer = helsinki.post(f"{address}/set-up", json={"way": "system"})
    assert (answer.status_code, answer.json["estimate"]) == (200, "72000.00")  # type: ignore[index]
    listed = helsinki.get("/joint-procurements?stage=procurement").json
    assert listed is not None
    assert [each["id"] for each in listed["items"]] == [made["id"]]


# ---- meetings ----


@pytest.mark.rule("R103")
def test_given_a_meeting_when_it_is_written_down_then_only_by_and_about_members_and_its_minutes_are_a_pdf(
    app: Flask,
) -> None:
    line = worlds.begun()
    together = line.together
    today = clock.helsinki_date(clock.now())
    items = [Item("Hankinta", "Edetään.", line.procurement.id)]
    there = [together.espoo.steering.person_id, together.vantaa.steering.person_id]
    with pytest.raises(NotAllowed) as refusal:
        service.record_meeting(together.agreement, Group.STEERING, today, there, items, by=together.espoo.coordinator)
    assert refusal.value.rule == "R103"
    with pytest.raises(RuleBroken) as broken:
        service.record_meeting(
            together.agreement,
            Group.STEERING,
            today,
            [together.espoo.coordinator.person_id],
            items,
            by=together.espoo.steering,
        )
    assert broken.value.field == "present"
    page = page_as(app, together.espoo.steering).get("/joint/procurements/meetings")
    page = page.follow("Write a meeting down: Steering group")
    values = {f"present_{each.hex}": "y" for each in there}
    page = page.press(
        "Save and make the minutes",
        title_0="Hankinta",
        text_0="Edetään.",
        procurement_0=str(line.procurement.id),
        **values,
    )
    assert page.heading == "Steering group, meeting 1"
    row = db.session.scalars(select(JointMeeting)).one()
    assert page_as(app, together.vantaa.steering).fetch(f"{page.url}/minutes.pdf").status_code == 404
    jobs.make_minutes(str(row.id))
    jobs.make_minutes(str(row.id))
    assert row.minutes is not None
    assert files.content_of(row.minutes).startswith(b"%PDF")
    assert page_as(app, together.vantaa.coordinator).fetch(f"{page.url}/minutes.pdf").status_code == 200
    assert page_as(app, people.coordinator()).fetch(f"{page.url}/minutes.pdf").status_code == 403


# ---- the alarm ----


def test_given_orders_at_the_limit_when_the_estimates_are_watched_then_the_alarm_is_raised_once_and_answered(
    app: Flask,
) -> None:
    line = worlds.decided()
    row, lead = line.procurement, line.together.helsinki.coordinator
    worlds.opened(line)
    estimate = row.estimate
    assert estimate is not None
    ordered = {row.id: estimate * Decimal("0.79")}
    parts.add_ordered(lambda systems: ordered)
    try:
        jobs.watch_estimates()
        assert row.alarmed_at is None
        ordered[row.id] = estimate * Decimal("0.80")
        jobs.watch_estimates()
        assert row.alarmed_at is not None
        page = _open(app, lead, row)
        assert "80% of the published estimate" in page.text
        page = page.follow("Answer the alarm").press("Save the answer", text="Uusi hankinta valmistellaan.")
    finally:
        parts._ordered.clear()
    assert "Uusi hankinta valmistellaan." in page.text
    assert not rules.is_alarming(Decimal(5), None, Decimal(80))
