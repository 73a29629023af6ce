"""The way from a draft system to a contract in force, walked through the pages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import url_for

from core import clock
from dps.contracts import queries as contract_queries
from dps.contracts.models import LIABILITY_KINDS
from dps.qualification import queries as application_queries
from dps.systems import queries as system_queries
from tests import people, worlds_dps
from tests.pages import page_as


@pytest.fixture
def staff(app):
    return worlds_dps.staff()


def address(app, endpoint, **words):
    with app.test_request_context():
        return url_for(endpoint, **words)


SYSTEM = {
    "name_fi": "Työllistymistä edistävät palvelut",
    "name_sv": "Tjänster som främjar sysselsättning",
    "name_en": "Services that help to find work",
    "description_fi": "Valmennusta",
    "description_sv": "Träning",
    "estimated_value": "4000000.00",
}
CATEGORY = {
    "name_fi": "Työhönvalmennus",
    "name_sv": "Arbetsträning",
    "name_en": "Job coaching",
    "code": "job-coaching",
    "description_fi": "Valmennusta",
    "description_sv": "Träning",
    "cpv": "79611000-0",
    "area_names": "Kuopio, Siilinjärvi",
    "languages": ["fi", "sv"],
}
TEXTS = {"text_fi": "Vaatimus", "text_sv": "Krav", "evidence_fi": "Kuvaus", "evidence_sv": "Beskrivning"}


@pytest.mark.rule("R17", "R26", "R79")
def test_from_a_draft_to_a_contract_in_force(app, staff):
    today = clock.helsinki_date(clock.now())
    coordinator, decider = page_as(app, staff.coordinator), page_as(app, staff.decider)

    page = coordinator.get("/procurement/systems").follow("New system")
    page = page.press(
        "Save and continue",
        **SYSTEM,
        starts_on=today.isoformat(),
        ends_on=(today + timedelta(days=1000)).isoformat(),
    )
    assert page.heading == SYSTEM["name_en"]
    assert "The system has no category." in page.text
    system_page = page.url
    page = page.follow("Add a category").press("Save and continue", **CATEGORY)
    for code in ("payment-of-taxes", "qualified-staff"):
        values = {f"requirement-{name}": text for name, text in {"code": code, **TEXTS}.items()}
        page = page.press("Add the requirement", **values)
    page = page.press("Save and continue").press(
        "Add the module",
        **{
            "module-code": "language",
            "module-name_fi": "Kieli",
            "module-name_sv": "Språk",
            "module-name_en": "Language",
            "module-price_ceiling": "40.00",
        },
    )
    page = page.press("Save and continue", price_ceiling="90.00").press("Save and continue")
    page = page.press("Save and continue", terms_fi="Ehdot", terms_sv="Villkor")
    page = coordinator.get(system_page).press("Send for approval")
    assert "Waiting for approval" in page.text

    assert "Read and approve" in decider.get("/procurement").text
    assert "Approved" in decider.get(system_page).press("Approve the system").text

    system_id = system_page.rpartition("/")[2]
    visitor = page_as(app, None)
    assert visitor.get(f"/systems/{system_id}").status == 404
    page = coordinator.get(system_page).press("Record: sent for publication").follow("Record: published")
    later = clock.now().astimezone(clock.HELSINKI) + timedelta(hours=2)
    page = page.press("Record and open the system", number="2026-1", published_at=later.strftime("%Y-%m-%dT%H:%M"))
    assert "The time of publication is in the future." in page.text
    now = clock.now().astimezone(clock.HELSINKI)
    page = page.press("Record and open the system", published_at=now.strftime("%Y-%m-%dT%H:%M"))
    assert "Open for applications" in page.text
    page = visitor.get("/").follow(SYSTEM["name_en"])
    assert "2026-1" in page.text

    provider_world = worlds_dps.provider()
    provider = page_as(app, provider_world.mandate)
    category = system_queries.categories_open_for_application()[0]
    page = provider.get(f"/provider/apply/{category.id}").press(
        "Send application", **{"qualified-staff": "Three coaches"}
    )
    assert "The city is checking your application." in page.text

    page = coordinator.get("/procurement").follow("Check the application: Savon Valmennus Oy")
    page = page.press(
        "Save the findings",
        **{f"result-{each.id}": "met" for each in category.requirements},
    )
    page = page.press("Send for decision", summary="Everything was checked.")
    assert "Waiting for the decision" in page.text

    page = decider.get("/procurement/decisions").follow("Savon Valmennus Oy").follow("Sign the decision")
    page = page.press("Sign the decision")
    assert "§ 1/" in page.text
    assert "Savon Valmennus Oy" in visitor.get(f"/systems/{system_id}/suppliers").text

    page = provider.get("/provider/contracts").follow(CATEGORY["name_en"]).follow("Sign the contract")
    page = page.press("Sign the contract")
    assert "You have signed the contract." in page.messages[0]
    page = coordinator.get("/procurement/contracts").follow(CATEGORY["name_en"])
    assert "7 documents to check" in page.text
    page = page.press("Save the checks", **{kind.value: today.isoformat() for kind in LIABILITY_KINDS})
    page = page.follow("Sign the contract")
    assert "In force" in page.press("Sign the contract").text
    assert contract_queries.contract_in_force(provider_world.supplier.id, category.id, today) is not None


def test_the_public_pages_answer(app, staff):
    system = worlds_dps.open_system(staff)
    visitor = page_as(app, None)

    for url in (
        "/",
        f"/systems/{system.id}",
        f"/systems/{system.id}/suppliers",
        "/accessibility",
        "/privacy",
        "/open-data",
    ):
        assert visitor.get(url).status == 200, url


def test_an_applicant_is_told_what_is_missing(app, staff):
    category = worlds_dps.open_category(staff)
    _supplier, mandate = worlds_dps.unverified_provider()

    page = page_as(app, mandate).get(f"/provider/apply/{category.id}")

    assert "waits to be verified" in page.text
    assert "A confirmed self-declaration is missing." in page.text


def test_a_refused_application_names_the_requirement_to_the_provider(app, staff):
    from dps.decisions import service as decisions
    from dps.qualification.models import CheckResult

    category, provider = worlds_dps.open_category(staff), worlds_dps.provider()
    decision = worlds_dps.proposed(category, provider, staff, CheckResult.NOT_MET)
    visitor = page_as(app, provider.mandate)
    assert visitor.get(f"/provider/decisions/{decision.id}").status == 403
    decisions.sign(decision, by=staff.decider)

    page = visitor.get("/provider/applications").follow("Job coaching").follow("Read the decision")

    assert "Vaatimus qualified-staff" in page.text


def test_a_finding_that_a_requirement_is_not_met_needs_its_reason_on_the_page(app, staff):
    category = worlds_dps.open_category(staff)
    application = worlds_dps.application(category, worlds_dps.provider())
    coordinator = page_as(app, staff.coordinator)

    page = coordinator.get(f"/procurement/applications/{application.id}").press(
        "Save the findings", **{f"result-{category.requirements[0].id}": "not_met"}
    )

    assert page.status == 422
    assert "Write why the requirement is not met" in page.text


def test_the_time_is_extended_and_a_proposal_returned_through_the_pages(app, staff):
    category, provider = worlds_dps.open_category(staff), worlds_dps.provider()
    application = worlds_dps.application(category, provider)
    coordinator, decider = page_as(app, staff.coordinator), page_as(app, staff.decider)

    page = coordinator.get(f"/procurement/applications/{application.id}").follow("Extend the time")
    page = page.press("Extend the time", reason="References must be verified.")
    assert "Time extended" in page.text
    worlds_dps.check_all(application, staff)
    coordinator.get(f"/procurement/applications/{application.id}").press("Send for decision", summary="Checked.")
    live = application_queries.live_application(provider.supplier.id, category.id)
    page = decider.get(f"/procurement/decisions/{live.decision_id}").follow("Return to the preparer")
    page.press("Return to the preparer", reason="Say more.")

    page = coordinator.get(f"/procurement/applications/{application.id}")
    assert "Say more." in page.text
    assert (
        "References must be verified."
        in page_as(app, provider.mandate).get(f"/provider/applications/{application.id}").text
    )


@pytest.mark.parametrize("path", ["procurement/systems", "procurement/applications", "procurement/contracts"])
def test_officials_of_another_authority_see_nothing(app, staff, path):
    category, provider = worlds_dps.open_category(staff), worlds_dps.provider()
    contract = worlds_dps.contract_in_force(category, provider, staff)
    ids = {
        "procurement/systems": category.system_id,
        "procurement/applications": contract.qualification.application_id,
        "procurement/contracts": contract.id,
    }
    stranger = page_as(app, people.coordinator())

    assert stranger.get(f"/{path}/{ids[path]}").status == 403
    assert page_as(app, staff.coordinator).get(f"/{path}/{ids[path]}").status == 200
    assert "Job coaching" not in stranger.get(f"/{path}").text
