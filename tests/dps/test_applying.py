"""Applying: documents, other operators, drafts, what was taken over, business secrets."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from core import clock
from core.db import db
from core.errors import NotAllowed, RuleBroken
from dps.qualification import parties, queries, rules, service
from dps.qualification.models import Application, ApplicationDraft, ApplicationParty, PartyRole
from dps.qualification.service import drafting
from suppliers import service as suppliers
from suppliers import vault
from suppliers.models import DocumentState
from tests import people, worlds_dps, worlds_suppliers
from tests import worlds_qualification as worlds
from tests.pages import api_as, page_as
from tests.suppliers.test_declarations import RESPONSES, sample


@pytest.fixture
def staff(app):
    return worlds_dps.staff()


@pytest.fixture
def category(staff):
    return worlds_dps.open_category(staff)


@pytest.fixture
def provider(app):
    return worlds_dps.provider()


@pytest.mark.rule("R12")
def test_no_official_enters_an_application_for_a_supplier(staff, category, provider):
    for official in (staff.coordinator, staff.decider, people.admin()):
        with pytest.raises(NotAllowed) as refused:
            service.send_application(
                category, provider.supplier.id, provider.declaration, worlds_dps.answers(), by=official
            )
        assert refused.value.rule == "R12"


@pytest.mark.rule("R12")
def test_an_official_finds_no_page_for_sending_one(app, staff, category):
    assert page_as(app, staff.coordinator).get(f"/provider/apply/{category.id}").status == 403


class TestDocuments:
    def test_a_document_of_the_vault_stands_beside_its_requirement(self, app, staff, category, provider):
        document = worlds.document(provider, "Valmentajien todistukset")
        application = worlds_dps.application(category, provider, documents={worlds.SKILLS: [document]})

        page = page_as(app, staff.coordinator).get(f"/procurement/applications/{application.id}")

        assert "Valmentajien todistukset" in page.text

    def test_an_expired_document_is_refused_and_named(self, category, provider):
        document = worlds.document(provider, expires_on=worlds.today())

        with clock.at(clock.now() + timedelta(days=1)), pytest.raises(RuleBroken) as refused:
            worlds_dps.application(category, provider, documents={worlds.SKILLS: [document]})

        assert (refused.value.rule, refused.value.field) == ("document-expired", f"documents-{worlds.SKILLS}")
        assert document.title in str(refused.value.message)

    def test_a_document_is_good_on_its_last_day(self, category, provider):
        document = worlds.document(provider, expires_on=worlds.today())

        assert worlds_dps.application(category, provider, documents={worlds.SKILLS: [document]}).documents

    def test_a_withdrawn_document_keeps_its_place_in_what_was_sent_and_is_refused_in_what_is_new(
        self, staff, category, provider
    ):
        document = worlds.document(provider)
        application = worlds_dps.application(category, provider, documents={worlds.SKILLS: [document]})
        vault.withdraw_document(document, by=provider.mandate)

        assert [each.document for each in application.documents] == [document]
        assert document.state is DocumentState.WITHDRAWN
        with pytest.raises(RuleBroken) as refused:
            worlds_dps.application(worlds_dps.open_category(staff), provider, documents={worlds.SKILLS: [document]})
        assert refused.value.rule == "document-state"

    def test_nobody_encloses_another_supplier_s_document(self, category, provider):
        document = worlds.document(worlds_dps.provider("Kallaveden Palvelut Oy"))

        with pytest.raises(NotAllowed):
            worlds_dps.application(category, provider, documents={worlds.SKILLS: [document]})


@pytest.mark.rule("R66")
class TestDeclaration:
    def test_the_declaration_alone_is_enough_at_this_stage(self, category, provider):
        assert worlds_dps.application(category, provider).documents == []

    def test_an_earlier_one_is_used_again_only_when_it_is_confirmed(self, staff, category, provider):
        worlds_dps.application(category, provider)
        other = worlds_dps.open_category(staff)

        with pytest.raises(RuleBroken) as refused:
            worlds_dps.application(other, provider, confirmed=False)
        assert (refused.value.rule, refused.value.field) == ("R66", "confirmed")

        again = worlds_dps.application(other, provider)
        assert again.declaration == provider.declaration
        assert again.confirmed_parts == ["answers", "declaration"]

    def test_what_is_written_anew_needs_no_confirmation(self, category, provider):
        application = worlds_dps.application(category, provider, confirmed=False)

        assert application.confirmed_parts == []

    def test_a_replaced_one_is_not_used(self, category, provider):
        draft = suppliers.save_draft(provider.supplier.id, worlds_suppliers.clean_answers(), by=provider.mandate)
        suppliers.confirm(draft, by=provider.mandate)

        with pytest.raises(RuleBroken) as refused:
            worlds_dps.application(category, provider)
        assert refused.value.field == "declaration"


@pytest.mark.rule("R31")
class TestParties:
    def test_members_subcontractors_and_others_are_named_with_their_declarations(self, category, provider):
        others = [worlds.party(role) for role in PartyRole]

        application = worlds_dps.application(category, provider, parties=others)

        assert {each.role for each in application.parties} == set(PartyRole)
        assert all(set(each.grounds) == {worlds.TAXES, worlds.TERMINATION} for each in application.parties)

    def test_the_grounds_of_each_are_checked(self, staff, category, provider):
        application = worlds_dps.application(category, provider, parties=[worlds.party()])
        for requirement in category.requirements:
            service.check_requirement(application, requirement, worlds.CheckResult.MET, "Ok", by=staff.coordinator)

        missing = rules.unchecked(application)

        assert [(each.requirement.code, each.party) for each in missing] == [
            (worlds.TAXES, application.parties[0]),
            (worlds.TERMINATION, application.parties[0]),
        ]
        with pytest.raises(RuleBroken) as refused:
            service.propose(application, "Kaikki on kunnossa.", by=staff.coordinator)
        assert refused.value.rule == "R26"

    def test_staff_of_another_count_only_if_it_performs_the_service(self, category, provider):
        with pytest.raises(RuleBroken) as refused:
            worlds_dps.application(
                category, provider, parties=[worlds.party(PartyRole.RELIED_ON, performs_service=False)]
            )
        assert (refused.value.rule, refused.value.field) == ("R31", "performs_service")

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"number": "1234567-9"}, "number"),
            ({"task": " "}, "task"),
            ({"name": " "}, "name"),
            ({"grounds": {}}, "ground-payment-of-taxes"),
            (
                {"grounds": {"payment-of-taxes": {"applies": True, "explanation": " "}}},
                "words-payment-of-taxes",
            ),
            ({"role": PartyRole.RELIED_ON, "relied_on_for": None}, "relied_on_for"),
        ],
    )
    def test_what_is_wrong_about_a_party_is_named(self, category, provider, changes, field):
        with pytest.raises(RuleBroken) as refused:
            worlds_dps.application(category, provider, parties=[worlds.party(**changes)])
        assert refused.value.field == field

    def test_the_applicant_does_not_name_itself(self, category, provider):
        own = worlds.party(number=provider.supplier.registration_number)

        with pytest.raises(RuleBroken) as refused:
            worlds_dps.application(category, provider, parties=[own])
        assert refused.value.field == "number"

    @pytest.mark.shared
    @pytest.mark.rule("R66")
    def test_the_declaration_of_another_is_read_from_its_own_espd_file(self, category, provider):
        name = RESPONSES[1]
        named = worlds.party(number="0112038-9", grounds={})

        details = parties.with_espd(named, sample(name, "FI01120389"))

        assert details.espd_version
        assert details.issued_on
        assert worlds.TAXES in details.grounds
        with pytest.raises(RuleBroken) as refused:
            parties.with_espd(worlds.party(grounds={}), sample(name, "FI01120389"))
        assert refused.value.rule == "espd-operator"

    @pytest.mark.rule("R66")
    def test_the_operators_of_the_last_application_are_confirmed_anew(self, staff, category, provider):
        other = worlds.party()
        worlds_dps.application(category, provider, parties=[other])

        again = worlds_dps.application(worlds_dps.open_category(staff), provider, parties=[other])

        assert "parties" in again.confirmed_parts

    def test_no_legal_form_is_asked_anywhere(self):
        names = {*ApplicationParty.__table__.columns.keys(), *Application.__table__.columns.keys()}

        assert not any("legal" in name or "form" in name.split("_") for name in names)

    def test_a_party_is_named_on_the_page_with_its_own_answers(self, app, category, provider):
        visitor = page_as(app, provider.mandate)
        page = visitor.get(f"/provider/apply/{category.id}").press(
            "Save and add an operator", **{worlds.SKILLS: "Kolme valmentajaa."}
        )
        values = {"role": "subcontractor", "name": "Kallaveden Kurssit Oy", "task": "Korttikoulutus"}

        page = page.press("Add to the application", number="1234567-9", **values)
        assert page.status == 422
        page = page.press(
            "Add to the application",
            number=worlds_suppliers.business_id(),
            **{f"ground-{code}": "no" for code in (worlds.TAXES, worlds.TERMINATION)},
        )

        assert "Kallaveden Kurssit Oy" in page.text
        assert "Kolme valmentajaa." in page.text
        page = page.press("Send application")
        assert "Kallaveden Kurssit Oy" in page.text


class TestDraft:
    def save(self, category, provider, text="Luonnos"):
        return service.save_draft(category, provider.supplier.id, {worlds.SKILLS: text}, {}, {}, by=provider.mandate)

    def test_what_was_written_is_there_when_one_comes_back(self, app, category, provider):
        visitor = page_as(app, provider.mandate)

        page = visitor.get(f"/provider/apply/{category.id}").press("Save draft", **{worlds.SKILLS: "Kesken"})

        assert "The draft is saved" in page.text
        assert "Kesken" in visitor.get(f"/provider/apply/{category.id}").text

    def test_the_page_saves_by_itself_and_says_so(self, app, category, provider):
        visitor = page_as(app, provider.mandate)
        page = visitor.get(f"/provider/apply/{category.id}")
        token = next(each for each in page.all("input") if each.get("name") == "csrf_token").get("value")

        answer = visitor.client.post(
            f"/provider/apply/{category.id}/draft",
            data={worlds.SKILLS: "Kesken", "csrf_token": token},
            headers={"HX-Request": "true"},
        )

        assert answer.status_code == 200
        assert "<html" not in answer.get_data(as_text=True)
        assert queries.draft_of(provider.supplier.id, category.id).answers == {worlds.SKILLS: "Kesken"}

    def test_one_draft_a_supplier_and_category(self, category, provider):
        assert self.save(category, provider).id == self.save(category, provider, "Uusi").id

    def test_sending_deletes_it(self, category, provider):
        self.save(category, provider)

        worlds_dps.application(category, provider)

        assert db.session.scalar(select(func.count()).select_from(ApplicationDraft)) == 0

    def test_no_authority_sees_it(self, app, staff, category, provider):
        self.save(category, provider, "Salainen luonnos")

        listed = page_as(app, staff.coordinator).get("/procurement/applications").text
        told = api_as(app, staff.coordinator).get("/applications").get_data(as_text=True)

        assert "Salainen" not in listed + told
        assert not hasattr(ApplicationDraft, "authority_id")

    def test_it_starts_from_the_last_application(self, staff, category, provider):
        document = worlds.document(provider)
        worlds_dps.application(category, provider, documents={worlds.SKILLS: [document]}, parties=[worlds.party()])

        supplier_id = provider.supplier.id

        content = drafting.content_of(worlds_dps.open_category(staff), supplier_id, drafting.Earlier.of(supplier_id))

        assert content.answers == worlds_dps.answers()
        assert content.documents == {worlds.SKILLS: [str(document.id)]}
        assert [each.name for each in content.parties] == ["Kallaveden Kurssit Oy"]

    def test_what_is_taken_over_has_to_be_confirmed_on_the_page(self, app, staff, category, provider):
        worlds_dps.application(category, provider)
        visitor = page_as(app, provider.mandate)

        page = visitor.get(f"/provider/apply/{worlds_dps.open_category(staff).id}").press("Send application")
        assert "Confirm that it is still true" in " ".join(page.messages)

        page = page.press("Send application", confirmed="y")
        assert "The city is checking your application." in page.text

    def test_nobody_writes_another_s_draft(self, category, provider):
        other = worlds_dps.provider("Kallaveden Palvelut Oy")

        with pytest.raises(NotAllowed):
            service.save_draft(category, provider.supplier.id, {}, {}, {}, by=other.mandate)


class TestCheckBeforeSending:
    def test_it_lists_what_is_missing_with_links(self, app, category, provider):
        requirement = worlds.requirement(category, worlds.SKILLS)
        requirement.evidence_fi = requirement.evidence_sv = requirement.evidence_en = "Certificates"
        TestDraft().save(category, provider, " ")

        page = page_as(app, provider.mandate).get(f"/provider/apply/{category.id}")

        found = " ".join(page.messages)
        assert "An answer is missing: Requirement qualified-staff" in found
        assert "No document is attached to: Requirement qualified-staff." in page.text
        assert page.link("Add a document to your vault").endswith("/provider/documents")

    def test_without_declaration_and_right_it_links_to_where_these_are_mended(self, app, category):
        _, mandate = worlds_dps.unverified_provider()

        page = page_as(app, mandate).get(f"/provider/apply/{category.id}")

        assert page.link("Make the self-declaration").endswith("/provider/declaration")
        assert "Your right to act for the provider waits to be verified" in page.text


@pytest.mark.rule("R86")
def test_an_answer_is_marked_as_a_business_secret_with_its_reason(app, staff, category, provider):
    application = worlds_dps.application(category, provider, secrets={worlds.SKILLS: "Nimet ovat liikesalaisuus."})

    page = page_as(app, staff.coordinator).get(f"/procurement/applications/{application.id}")

    assert "Marked as a business secret: Nimet ovat liikesalaisuus." in page.text


@pytest.mark.rule("R86")
def test_a_mark_without_a_reason_has_no_effect_and_one_without_an_answer_is_refused(category, provider):
    with pytest.raises(RuleBroken) as refused:
        worlds_dps.application(category, provider, secrets={"references": "Salainen"})
    assert refused.value.rule == "R86"

    assert worlds_dps.application(category, provider, secrets={worlds.SKILLS: " "}).secrets == {}


@pytest.mark.rule("R31")
def test_the_same_way_by_api(app, category, provider):
    document = worlds.document(provider)
    other = worlds.party()
    body = {
        "category_id": str(category.id),
        "answers": worlds_dps.answers(),
        "documents": {worlds.SKILLS: [str(document.id)]},
        "secrets": {worlds.SKILLS: "Nimet"},
        "parties": [
            {"role": "subcontractor", "name": other.name, "number": other.number, "task": other.task, "grounds": {}}
        ],
    }
    api = api_as(app, provider.mandate)

    refused = api.post("/applications", body)
    assert (refused.status_code, refused.json["rule"]) == (422, "R31")
    body["parties"][0]["grounds"] = other.grounds

    sent = api.post("/applications", body)

    assert sent.status_code == 201, sent.json
    assert sent.json["parties"][0]["registration_number"] == other.number
    assert sent.json["secrets"] == {worlds.SKILLS: "Nimet"}
