"""The same way through the JSON API, and its refusals."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core import clock
from dps.contracts.models import LIABILITY_KINDS
from tests import people, worlds_dps
from tests.pages import api_as


@pytest.fixture
def staff(app):
    return worlds_dps.staff()


def system_body():
    today = clock.helsinki_date(clock.now())
    return {
        "name_fi": "Palvelut",
        "name_sv": "Tjänster",
        "name_en": "Services",
        "description_fi": "Valmennusta",
        "description_sv": "Träning",
        "starts_on": today.isoformat(),
        "ends_on": (today + timedelta(days=1000)).isoformat(),
        "estimated_value": "4000000.00",
        "closing_announced": True,
    }


def category_body(system_id):
    texts = {"text_fi": "Vaatimus", "text_sv": "Krav"}
    return {
        "system_id": system_id,
        "code": "job-coaching",
        "name_fi": "Työhönvalmennus",
        "name_sv": "Arbetsträning",
        "name_en": "Job coaching",
        "description_fi": "Valmennusta",
        "description_sv": "Träning",
        "service_type": "job_coaching",
        "cpv": "79611000-0",
        "legal_mode": "annex_e_dps_like",
        "ordering_rule": "customer_choice",
        "price_unit": "hour",
        "price_ceiling": "90.00",
        "accept_within_hours": 48,
        "start_within_days": 14,
        "report_within_days": 14,
        "max_duration_days": 180,
        "areas": ["Kuopio"],
        "languages": ["fi", "sv"],
        "terms_version": "1.0",
        "terms_fi": "Ehdot",
        "terms_sv": "Villkor",
        "requirements": [
            {"kind": "exclusion", "code": "payment-of-taxes", **texts},
            {
                "kind": "selection",
                "code": "qualified-staff",
                **texts,
                "evidence_fi": "Kuvaus",
                "evidence_sv": "Beskrivning",
            },
        ],
    }


def test_from_a_draft_to_a_contract_in_force(app, staff):
    coordinator, decider = api_as(app, staff.coordinator), api_as(app, staff.decider)
    world = worlds_dps.provider()
    provider = api_as(app, world.mandate)

    system = coordinator.post("/purchasing-systems", system_body()).json
    category = coordinator.post("/categories", category_body(system["id"])).json
    assert coordinator.post(f"/purchasing-systems/{system['id']}/submit").json["state"] == "submitted"
    assert decider.post(f"/purchasing-systems/{system['id']}/approve").json["state"] == "approved"
    assert provider.get(f"/purchasing-systems/{system['id']}").status_code == 403
    notice = coordinator.post("/notices", {"system_id": system["id"]}).json
    body = {"number": "2026-7", "published_at": clock.now().isoformat()}
    assert coordinator.post(f"/notices/{notice['id']}/publish", body).json["state"] == "published"
    assert provider.get(f"/purchasing-systems/{system['id']}").json["state"] == "open"

    sent = provider.post("/applications", {"category_id": category["id"], "answers": worlds_dps.answers()})
    assert sent.status_code == 201
    application = sent.json
    for requirement in category["requirements"]:
        finding = {"requirement_id": requirement["id"], "result": "met"}
        assert coordinator.post(f"/applications/{application['id']}/checks", finding).status_code == 200
    decision = coordinator.post(f"/applications/{application['id']}/propose", {"summary": "Checked."}).json
    assert (decision["kind"], decision["instruction_kind"]) == ("admission", "market_court")
    assert provider.get(f"/decisions/{decision['id']}").status_code == 403
    assert decider.post(f"/decisions/{decision['id']}/sign").json["section_number"] == 1
    assert provider.get(f"/decisions/{decision['id']}").status_code == 200

    (contract,) = provider.get("/frame-contracts").json["items"]
    assert provider.post(f"/frame-contracts/{contract['id']}/sign").json["state"] == "signed_by_supplier"
    early = coordinator.post(f"/frame-contracts/{contract['id']}/sign")
    assert (early.status_code, early.json["rule"]) == (422, "R69")
    today = clock.helsinki_date(clock.now()).isoformat()
    seen = {"documents": [{"kind": kind.value, "issued_on": today} for kind in LIABILITY_KINDS]}
    assert coordinator.post(f"/frame-contracts/{contract['id']}/check-liability", seen).status_code == 200
    assert coordinator.post(f"/frame-contracts/{contract['id']}/sign").json["state"] == "in_force"
    (qualification,) = provider.get("/qualifications").json["items"]
    assert qualification["supplier_id"] == str(world.supplier.id)


@pytest.mark.rule("R1")
def test_a_refusal_names_rule_field_and_next_step(app, staff):
    system = worlds_dps.draft_system(staff.coordinator, cpv="79634000-7")

    answer = api_as(app, staff.coordinator).post(f"/purchasing-systems/{system.id}/submit")

    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert (answer.json["rule"], answer.json["errors"][0]["field"]) == ("R1", "legal_mode")
    assert answer.json["next_step"]


def test_drafts_are_listed_to_their_own_authority_only(app, staff):
    worlds_dps.draft_system(staff.coordinator)

    assert len(api_as(app, staff.coordinator).get("/purchasing-systems").json["items"]) == 1
    assert api_as(app, people.coordinator()).get("/purchasing-systems").json["items"] == []


@pytest.mark.parametrize("verb", ["submit", "approve", "close", "reopen", "end"])
def test_nobody_of_another_authority_moves_a_system(app, staff, verb):
    system = worlds_dps.draft_system(staff.coordinator)

    for stranger in (people.coordinator(), people.decider(), people.expert(staff.authority)):
        assert api_as(app, stranger).post(f"/purchasing-systems/{system.id}/{verb}").status_code == 403


def test_a_category_is_added_only_to_a_system_of_the_own_authority(app, staff):
    system = worlds_dps.draft_system(staff.coordinator)

    answer = api_as(app, people.coordinator()).post("/categories", category_body(str(system.id)))

    assert answer.status_code == 403


def test_unknown_fields_and_identity_codes_are_refused(app, staff):
    client = api_as(app, staff.coordinator)

    assert client.post("/purchasing-systems", {**system_body(), "cap": 5}).status_code == 422
    assert client.post("/purchasing-systems", {**system_body(), "name_fi": "Matti 131052-308T"}).status_code == 422


def test_an_application_of_another_supplier_is_closed(app, staff):
    category = worlds_dps.open_category(staff)
    application = worlds_dps.application(category, worlds_dps.provider())
    stranger = api_as(app, worlds_dps.provider("Other Oy").mandate)

    assert stranger.get(f"/applications/{application.id}").status_code == 403
    assert stranger.post(f"/applications/{application.id}/withdraw").status_code == 403
    assert stranger.get("/applications").json["items"] == []


@pytest.mark.rule("R19")
def test_a_system_closes_and_reopens(app, staff):
    system = worlds_dps.open_system(staff)
    client = api_as(app, staff.coordinator)

    assert client.post(f"/purchasing-systems/{system.id}/close").json["state"] == "closed"
    assert client.post(f"/purchasing-systems/{system.id}/close").status_code == 409
    assert client.post(f"/purchasing-systems/{system.id}/reopen").json["state"] == "open"
