"""Pages and data of preparing, inviting, asking and changing: page and operation call the same verbs."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from flask import Flask

from core import clock
from core.db import db
from core.identity import queries as people_queries
from core.identity.models import Role
from core.web.formatting import iso
from dps.competitions import documents as papers
from dps.competitions import queries, rules
from dps.competitions import queries_preparing as asked
from dps.competitions.forms.moments import moment_of, parts_of
from dps.competitions.models import Competition, CompetitionState
from dps.competitions.service import asking, committee
from tests import people, worlds_competitions, worlds_dps
from tests.pages import api_as, page_as
from tests.worlds_competitions import Contest

WORDS = {f"{name}_{language}": "Selvä ja perusteltu" for name in ("text", "scale") for language in ("fi", "sv", "en")}


def test_a_day_without_a_time_is_the_end_of_the_day(app: Flask) -> None:
    day = clock.helsinki_date(clock.now())
    assert moment_of(day, None) == clock.end_of_day(day)
    assert parts_of(clock.end_of_day(day)) == (day, None)
    noon = clock.end_of_day(day) - timedelta(hours=12)
    assert moment_of(*parts_of(noon)) == noon
    assert moment_of(None, None) is None


def test_a_coordinator_prepares_and_a_decision_maker_sends_on_pages_alone(app: Flask) -> None:
    staff = worlds_dps.staff()
    category = worlds_competitions.open_category(staff)
    provider = worlds_dps.provider()
    worlds_dps.admitted(category, provider, staff)
    members = worlds_competitions.committee_of(staff)
    visitor = page_as(app, staff.coordinator)
    page = (
        visitor.get("/procurement/competitions").follow("New competition").press("Begin", category_id=str(category.id))
    )
    assert page.heading.startswith("What and where")
    page = page.press("Save and continue", name_en="A course in spring", customers="16")
    assert page.heading.startswith("Lots and prices"), page.messages
    page = page.follow("Change: Job coaching").press("Save", maximum_quantity="500")
    page = page.follow("Continue")
    page = page.follow("Change: plan").press("Save", **WORDS)
    page = page.press("Save and continue")
    assert page.heading.startswith("Terms"), page.messages
    page = page.press("Save and continue")
    assert "The earliest is" in page.text
    page = page.press("Save and continue")
    for each in members:
        page = page.press("Name the member", **{"member-person_id": str(each.person_id)})
    page = page.follow("Continue").press("Send for approval")
    assert "Waiting for approval" in page.response.get_data(as_text=True)
    competition = db.session.scalars(queries.competitions_of_authority(staff.authority.id)).one()
    assert competition.customers == 16

    decider = page_as(app, staff.decider)
    assert "Approve and send the competition A course in spring" in decider.get("/procurement").text
    earliest = worlds_competitions.earliest_due(competition)
    page = decider.get(f"/procurement/competitions/{competition.id}/send")
    day = rules.last_day(earliest)
    too_early = page.press("Approve and send the invitation", due_on=iso(day - timedelta(days=1)))
    assert any("too short" in message for message in too_early.messages)
    sent = page.press("Approve and send the invitation", due_on=iso(day))
    assert competition.state is CompetitionState.SENT, sent.messages
    assert provider.supplier.name in sent.text

    own = page_as(app, provider.mandate)
    assert "A course in spring" in own.get("/provider").text
    page = own.get("/provider/competitions").follow("A course in spring")
    assert "Selvä ja perusteltu" in page.text
    page.follow("Ask a question").press("Send the question", text="Saako ryhmiä yhdistää?")
    page = visitor.get("/procurement").follow("Answer a question: A course in spring")
    assert provider.supplier.name not in page.text
    page.press("Answer everybody", text_fi="Kyllä.", text_sv="Ja.")
    assert "Kyllä." in own.get(f"/provider/competitions/{competition.id}").text or "Ja." in page.text


def test_members_declare_on_their_page(app: Flask) -> None:
    staff = worlds_dps.staff()
    competition = worlds_competitions.draft_competition(worlds_competitions.open_category(staff), by=staff.coordinator)
    who = people.mandate(Role.EXPERT, staff.authority)
    person = people_queries.person(who.person_id)
    assert person is not None
    row = committee.name_member(competition, person, opens=False, evaluates=True, by=staff.coordinator)
    visitor = page_as(app, who)
    page = visitor.get("/expert").follow("Declare: Job coaching")
    page.press("Declare", has_conflict="no")
    db.session.refresh(row)
    assert row.has_conflict is False


def fields_of(made: Contest) -> dict[str, str]:
    due_at = made.competition.tenders_due_at
    assert due_at is not None
    today = clock.helsinki_date(clock.now())
    earliest = rules.earliest_due_after_change(made.category.legal_mode, today, due_at)
    return {"reason": "Määrä tarkentui.", "due_on": iso(rules.last_day(earliest))}


def test_documents_are_changed_on_a_page_and_the_difference_is_shown_to_the_invited(app: Flask) -> None:
    made = worlds_competitions.sent_competition(suppliers=1)
    visitor = page_as(app, made.staff.coordinator)
    page = visitor.get(f"/procurement/competitions/{made.competition.id}/amend")
    refused = page.press("Publish the change", reason="Määrä tarkentui.", **{"lot-1-maximum_quantity": "650"})
    assert any("material" in message for message in refused.messages)
    done = page.press("Publish the change", is_material="y", **fields_of(made), **{"lot-1-maximum_quantity": "650"})
    assert done.heading == "Version 2 of the documents", done.messages
    assert ["Lot 1 · Maximum quantity of the contract", "500", "650"] in done.rows()
    own = page_as(app, made.providers[0].mandate).get(f"/provider/competitions/{made.competition.id}")
    assert "confirm or renew" in own.text
    assert ["Lot 1 · Maximum quantity of the contract", "500", "650"] in own.follow("See what has changed").rows()


def test_more_time_and_a_late_answer_on_pages(app: Flask) -> None:
    made = worlds_competitions.sent_competition(suppliers=1)
    due_at = made.competition.tenders_due_at
    assert due_at is not None
    question = asking.ask(made.competition, "Saako?", by=made.providers[0].mandate)
    with clock.at(due_at - timedelta(days=3)):
        visitor = page_as(app, made.staff.coordinator)
        page = visitor.get(f"/procurement/competition-questions/{question.id}")
        refused = page.press("Answer everybody", text_fi="Kyllä.", text_sv="Ja.")
        assert any("six days" in message for message in refused.messages)
        page.press("Answer everybody", text_fi="Kyllä.", text_sv="Ja.", late_reason="Ei vaikuta tarjoukseen.")
        page = visitor.get(f"/procurement/competitions/{made.competition.id}/extend")
        later = iso(rules.last_day(due_at) + timedelta(days=2))
        page.press("Give everybody more time", due_on=later, reason="Lomat.")
    assert made.competition.tenders_due_at is not None
    assert made.competition.tenders_due_at > due_at


@pytest.mark.rule("R35")
def test_who_is_not_invited_reads_why_and_no_documents(app: Flask) -> None:
    made = worlds_competitions.sent_competition(suppliers=1, description_en="A secret description")
    stranger = worlds_dps.provider("Ulkopuolinen Oy")
    path = f"/competitions/{made.competition.id}"
    page = page_as(app, stranger.mandate).get(f"/provider{path}")
    assert "You have not applied to the category" in page.text
    assert "A secret description" not in page.text
    api = api_as(app, stranger.mandate)
    answer = api.get(path)
    assert (answer.status_code, answer.get_json()["code"], answer.get_json()["rule"]) == (403, "not_admitted", "R35")
    assert api.get(f"{path}/eligibility").get_json()["code"] == "not_admitted"
    assert api.get(f"{path}/versions").status_code == 403
    assert page_as(app, None).get(path).status == 404
    assert api_as(app, made.providers[0].mandate).get(path).get_json()["documents"]["details"]["description_en"]


@pytest.mark.rule("R53")
@pytest.mark.parametrize("verb", ["send", "extend", "amend", "plan"])
def test_only_coordinators_and_deciders_of_the_authority_touch_the_time(app: Flask, verb: str) -> None:
    made = worlds_competitions.sent_competition(suppliers=1)
    before = made.competition.tenders_due_at
    outsiders = [
        made.members[0],
        people.expert(made.staff.authority),
        people.admin(),
        people.coordinator(),
        people.decider(),
        made.providers[0].mandate,
    ]
    for who in outsiders:
        answer = api_as(app, who).post(f"/competitions/{made.competition.id}/{verb}", json={})
        assert answer.status_code == 403, who.role
    assert made.competition.tenders_due_at == before


@pytest.mark.rule("R58")
def test_everybody_can_read_beforehand_how_sending_encryption_and_time_stamps_work(app: Flask) -> None:
    page = page_as(app, None).get("/how-tenders-are-sealed")
    assert page.status == 200
    for words in ("X25519", "SHA-256", "Ed25519", "UTC", "database clock", "two named people"):
        assert words in page.text
    invited = worlds_competitions.sent_competition(suppliers=1)
    own = page_as(app, invited.providers[0].mandate).get(f"/provider/competitions/{invited.competition.id}")
    assert own.follow("How tenders are sealed").status == 200


def test_the_same_through_the_api(app: Flask) -> None:
    staff = worlds_dps.staff()
    category = worlds_competitions.open_category(staff)
    provider = worlds_dps.provider()
    worlds_dps.admitted(category, provider, staff)
    api = api_as(app, staff.coordinator)
    begun = api.post("/competitions", json={"category_id": str(category.id)})
    assert begun.status_code == 201
    path = f"/competitions/{begun.get_json()['id']}"
    documents = begun.get_json()["documents"]
    for each in documents["criteria"]:
        each |= {"scale_fi": "Selvä", "scale_sv": "Klar"}
        del each["kind"]
    assert api.post(f"{path}/replace-documents", json=documents).status_code == 200
    members = worlds_competitions.committee_of(staff)
    for who in members:
        named = api.post(
            f"{path}/name-member", json={"person_id": str(who.person_id), "opens": True, "evaluates": True}
        )
        assert named.status_code == 200
        assert api_as(app, who).post(f"{path}/declare-interest", json={"has_conflict": False}).status_code == 200
    check = api.get(f"{path}/check").get_json()
    assert check["obstacles"] == []
    assert api.post(f"{path}/submit").status_code == 200
    decider = api_as(app, staff.decider)
    assert decider.post(f"{path}/return", json={"reason": "Tarkista."}).get_json()["state"] == "draft"
    assert api.post(f"{path}/submit").status_code == 200
    sent = decider.post(f"{path}/send", json={"tenders_due_at": check["earliest_due_at"]})
    assert (sent.status_code, sent.get_json()["state"]) == (200, "sent")
    assert len(api.get(f"{path}/invitations").get_json()["items"]) == 1
    own = api_as(app, provider.mandate)
    asked_one = own.post("/competition-questions", json={"competition_id": begun.get_json()["id"], "text": "Saako?"})
    assert asked_one.status_code == 201
    assert own.get("/competition-questions").get_json()["items"] == []
    answered = api.post(
        f"/competition-questions/{asked_one.get_json()['id']}/answer", json={"text_fi": "Kyllä.", "text_sv": "Ja."}
    )
    assert answered.status_code == 200
    assert len(own.get("/competition-questions").get_json()["items"]) == 1
    documents["details"]["description_en"] = "More exactly."
    amended = api.post(f"{path}/amend", json={"documents": documents, "reason": "Tarkennus.", "is_material": False})
    assert amended.get_json()["documents_number"] == 2
    competition = db.session.get_one(Competition, uuid.UUID(sent.get_json()["id"]))
    assert competition.tenders_due_at is not None
    later = (competition.tenders_due_at + timedelta(days=1)).isoformat()
    extended = api.post(f"{path}/extend", json={"tenders_due_at": later, "reason": "Lomat."})
    assert extended.get_json()["documents_number"] == 3
    assert [each["number"] for each in own.get(f"{path}/versions").get_json()] == [3, 2, 1]


def test_a_shorter_time_is_asked_and_answered_on_pages(app: Flask) -> None:
    made = worlds_competitions.contest(suppliers=1)
    due_on = iso(rules.last_day(worlds_competitions.earliest_due(made.competition)) - timedelta(days=3))
    page = page_as(app, made.staff.coordinator).get(f"/procurement/competitions/{made.competition.id}/consents")
    page.press("Ask all candidates", due_on=due_on)
    own = page_as(app, made.providers[0].mandate)
    page = own.get("/provider").follow("Answer: Job coaching")
    page.press("Answer", agrees="yes")
    consent = asked.consents_of(made.competition.id)[0]
    assert consent.agrees is True
    sending = page_as(app, made.sender).get(f"/procurement/competitions/{made.competition.id}/send")
    sending.press("Approve and send the invitation", due_on=due_on)
    assert made.competition.state is CompetitionState.SENT


@pytest.mark.rule("R59")
def test_an_outage_is_recorded_on_a_page(app: Flask) -> None:
    made = worlds_competitions.sent_competition(suppliers=1)
    due_at = made.competition.tenders_due_at
    assert due_at is not None
    started, ended = due_at - timedelta(hours=3), due_at + timedelta(hours=2)
    with clock.at(due_at + timedelta(hours=4)):
        visitor = page_as(app, people.admin())
        page = visitor.get("/procurement/outages")
        values = {}
        for name, moment in (("started", started), ("ended", ended)):
            local = moment.astimezone(clock.HELSINKI)
            values[f"{name}_on"] = local.date().isoformat()
            values["ended_at" if name == "ended" else "started_time"] = local.strftime("%H:%M")
        done = page.press("Record the outage", description="Palvelu ei vastannut.", **values)
        assert "Palvelu ei vastannut." in done.text, done.messages
    assert made.competition.tenders_due_at is not None
    assert made.competition.tenders_due_at >= due_at + timedelta(hours=24)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("customers", "0"),
        ("customers", "-4"),
        ("customers", "NaN"),
        ("ends_on", "2020-01-01"),
        ("starts_on", "tomorrow"),
        ("options_text", "a year"),
        ("name_fi", "010101-123N"),
        ("places", []),
    ],
)
def test_bad_input_to_a_draft_is_answered_at_its_field(app: Flask, field: str, value: str | list[str]) -> None:
    staff = worlds_dps.staff()
    competition = worlds_competitions.draft_competition(worlds_competitions.open_category(staff), by=staff.coordinator)
    page = page_as(app, staff.coordinator).get(f"/procurement/competitions/{competition.id}/edit/what")
    answer = page.press("Save and continue", **{field: value})
    assert answer.status == 422
    assert answer.messages


@pytest.mark.parametrize("quantity", ["0", "-1", "NaN", "1e5", "=1+1", "€", "99999999999", ""])
def test_bad_quantities_are_answered_at_their_field(app: Flask, quantity: str) -> None:
    staff = worlds_dps.staff()
    competition = worlds_competitions.draft_competition(worlds_competitions.open_category(staff), by=staff.coordinator)
    page = page_as(app, staff.coordinator).get(f"/procurement/competitions/{competition.id}/lots/1/lines/service")
    answer = page.press("Save", quantity=quantity)
    assert answer.status == 422
    assert answer.messages


def test_ten_thousand_lines_are_refused(app: Flask) -> None:
    staff = worlds_dps.staff()
    competition = worlds_competitions.draft_competition(worlds_competitions.open_category(staff), by=staff.coordinator)
    documents = papers.dump(papers.of(competition))
    for each in documents["criteria"]:
        del each["kind"]
    line = documents["lots"][0]["lines"][0]
    documents["lots"][0]["lines"] = [{**line, "code": f"line-{number}"} for number in range(10_000)]
    answer = api_as(app, staff.coordinator).post(f"/competitions/{competition.id}/replace-documents", json=documents)
    assert answer.status_code == 422
    assert len(competition.lots[0].lines) == 1
