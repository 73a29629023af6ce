"""Questions to the applicant: the same time for all, the clock goes on, late is late (R29, R65, R68)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from core import clock
from core.audit.chain import trail
from core.db import db
from core.errors import NotAllowed, RuleBroken, WrongState
from core.mail.models import Mail
from dps.decisions import service as decisions
from dps.decisions.models import DecisionKind
from dps.qualification import queries, rules, service
from dps.qualification.models import ApplicationState, CheckResult, ClarificationKind, PartyRole
from tests import people, worlds_dps
from tests import worlds_qualification as worlds
from tests.pages import api_as, page_as


@pytest.fixture
def staff(app):
    return worlds_dps.staff()


@pytest.fixture
def category(staff):
    return worlds_dps.open_category(staff)


@pytest.fixture
def provider(app):
    return worlds_dps.provider()


@pytest.fixture
def application(category, provider):
    return worlds_dps.application(category, provider)


@pytest.mark.rule("R29")
class TestTime:
    def test_without_a_day_everybody_gets_the_same_shortest_time(self, staff, category, application):
        other = worlds_dps.application(category, worlds_dps.provider("Kallaveden Palvelut Oy"))

        first, second = (worlds.ask(each, worlds.SKILLS, staff) for each in (application, other))

        assert first.due_at == second.due_at == clock.end_of_day(rules.earliest_answer(worlds.today()))

    def test_a_shorter_time_is_refused(self, staff, application):
        too_early = rules.earliest_answer(worlds.today()) - timedelta(days=1)

        with pytest.raises(RuleBroken) as refused:
            worlds.ask(application, worlds.SKILLS, staff, due_on=too_early)
        assert (refused.value.rule, refused.value.field) == ("R29", "due_on")

    def test_a_longer_one_ends_on_a_working_day(self, staff, application):
        saturday = worlds.today() + timedelta(days=19 - worlds.today().weekday())

        with pytest.raises(RuleBroken) as refused:
            worlds.ask(application, worlds.SKILLS, staff, due_on=saturday)
        assert refused.value.field == "due_on"
        assert worlds.ask(application, worlds.SKILLS, staff, due_on=saturday - timedelta(days=1)).due_at

    def test_the_time_to_decide_goes_on(self, staff, provider, application):
        due_on = application.decision_due_on

        question = worlds.ask(application, worlds.SKILLS, staff)
        assert application.decision_due_on == due_on
        worlds.answer(question, provider)

        assert application.decision_due_on == due_on

    def test_a_late_answer_is_not_received(self, staff, provider, application):
        question = worlds.ask(application, worlds.SKILLS, staff)

        with clock.at(question.due_at), pytest.raises(RuleBroken) as refused:
            worlds.answer(question, provider)

        assert refused.value.rule == "R29"
        assert question.answer is None


@pytest.mark.rule("R29")
class TestAnswering:
    def test_question_and_answer_stand_beside_the_requirement(self, app, staff, provider, application):
        document = worlds.document(provider, "Koulutustodistukset")
        question = worlds.ask(application, worlds.SKILLS, staff)
        page = page_as(app, provider.mandate).get("/provider").follow("Request to complete or clarify: Job coaching")
        page = page.press("Send the answer", answer="Todistukset ovat liitteenä.", documents=[str(document.id)])
        assert "The answer has been sent." in page.text

        shown = page_as(app, staff.coordinator).get(f"/procurement/applications/{application.id}")

        assert question.question in shown.text
        assert "Todistukset ovat liitteenä." in shown.text
        assert "Koulutustodistukset" in shown.text

    def test_both_sides_are_told_by_mail_and_desk(self, app, staff, provider, application):
        question = worlds.ask(application, worlds.SKILLS, staff)
        worlds.answer(question, provider)

        asked, answered = (
            db.session.scalars(select(Mail).where(Mail.template == f"clarification_{name}")).all()
            for name in ("asked", "answered")
        )

        assert {each.to_address for each in asked} == set(provider.supplier.emails)
        assert [each.to_address for each in answered] == [staff.coordinator.email]
        desk = page_as(app, staff.coordinator).get("/procurement")
        assert "An answer has come: Savon Valmennus Oy" in desk.text

    def test_a_question_is_answered_once_by_the_applicant_only(self, staff, provider, application):
        question = worlds.ask(application, worlds.SKILLS, staff)
        with pytest.raises(NotAllowed):
            worlds.answer(question, worlds_dps.provider("Kallaveden Palvelut Oy"))
        worlds.answer(question, provider)

        with pytest.raises(WrongState):
            worlds.answer(question, provider)

    def test_an_expired_document_is_refused(self, staff, provider, application):
        document = worlds.document(provider, expires_on=worlds.today())
        question = worlds.ask(application, worlds.SKILLS, staff)

        with clock.at(clock.now() + timedelta(days=1)), pytest.raises(RuleBroken) as refused:
            worlds.answer(question, provider, documents=[document])
        assert (refused.value.rule, refused.value.field) == ("document-expired", "documents")

    def test_nothing_is_asked_of_a_decided_application(self, staff, provider, application):
        service.withdraw_application(application, by=provider.mandate)

        with pytest.raises(WrongState):
            worlds.ask(application, worlds.SKILLS, staff)

    def test_an_official_who_acts_for_the_applicant_asks_nothing(self, staff, category):
        both = people.coordinator(staff.authority)
        done = worlds_dps.worlds_suppliers.registration()
        question = service.Question(
            kind=ClarificationKind.CLARIFICATION,
            requirements=[worlds.requirement(category, worlds.SKILLS)],
            text="Mitä?",
        )
        own = worlds_dps.provider()
        application = worlds_dps.application(category, own)
        from core.identity import queries as persons
        from suppliers import rights

        rights.state_right(persons.person(both.person_id), own.supplier, "Hallituksen jäsen", is_claim=True)
        assert done.supplier is not own.supplier

        with pytest.raises(RuleBroken) as refused:
            service.ask(application, question, by=both)
        assert refused.value.rule == "R50"

    def test_the_same_way_by_api(self, app, staff, provider, application):
        coordinator, supplier = api_as(app, staff.coordinator), api_as(app, provider.mandate)
        body = {
            "kind": "clarification",
            "requirement_ids": [str(worlds.requirement(application, worlds.SKILLS).id)],
            "question": "Kuka valmentaa?",
        }

        refused = coordinator.post(
            f"/applications/{application.id}/clarifications", {**body, "due_on": worlds.today().isoformat()}
        )
        assert (refused.status_code, refused.json["rule"]) == (422, "R29")
        asked = coordinator.post(f"/applications/{application.id}/clarifications", body)
        assert asked.status_code == 201
        answered = supplier.post(f"/clarifications/{asked.json['id']}/answer", {"answer": "Maija ja Matti."})

        assert answered.json["answer"] == "Maija ja Matti."
        assert coordinator.get(f"/clarifications/{asked.json['id']}").json["answered_at"]

    def test_a_refusal_waits_until_the_question_is_closed(self, staff, application):
        question = worlds.ask(application, worlds.SKILLS, staff)
        worlds_dps.check_all(application, staff, CheckResult.NOT_MET, "Todistus puuttuu.")

        with pytest.raises(RuleBroken) as refused:
            service.propose(application, "Puuttuu.", by=staff.coordinator)
        assert refused.value.rule == "R29"

        with clock.at(question.due_at):
            decision = service.propose(application, "Puuttuu.", by=staff.coordinator)
        assert "did not answer" in decision.reasons[-1]["reason"] or "ei vastannut" in decision.reasons[-1]["reason"]


@pytest.mark.rule("R29", "R30")
def test_refused_for_a_missing_document_after_a_lapsed_question_and_admitted_with_it(app, staff, category, provider):
    clerk, owner = page_as(app, staff.coordinator), page_as(app, provider.mandate)
    first = worlds_dps.application(category, provider)
    page = clerk.get(f"/procurement/applications/{first.id}").follow("Ask the provider")
    page = page.press(
        "Send the question",
        about=str(worlds.requirement(first, worlds.SKILLS).id),
        question="Lisätkää todistus koulutuksesta.",
    )
    assert "The question was sent to the provider." in page.text
    question = first.clarifications[0]
    with clock.at(question.due_at):
        late = page_as(app, provider.mandate).get(f"/provider/clarifications/{question.id}")
        assert "The time to answer has ended." in late.text
        worlds_dps.check_all(first, staff, CheckResult.NOT_MET, "Todistus puuttuu.")
        decision = service.propose(first, "Todistus puuttuu.", by=staff.coordinator)
        decisions.sign(decision, by=staff.decider)
    assert first.state is ApplicationState.REFUSED

    document = worlds.document(provider, "Koulutustodistukset")
    page = owner.get(f"/provider/apply/{category.id}").press(
        "Send application", confirmed="y", **{f"documents-{worlds.SKILLS}": [str(document.id)]}
    )
    second = queries.live_application(provider.supplier.id, category.id)
    assert [each.document_id for each in second.documents] == [document.id]
    worlds_dps.check_all(second, staff)
    decisions.sign(service.propose(second, "Kaikki on kunnossa.", by=staff.coordinator), by=staff.decider)

    assert second.state is ApplicationState.ADMITTED
    assert first.state is ApplicationState.REFUSED


@pytest.mark.rule("R68")
class TestReplacing:
    @pytest.fixture
    def application(self, category, provider):
        return worlds_dps.application(category, provider, parties=[worlds.party()])

    @pytest.fixture
    def bad(self, staff, application):
        """The subcontractor owes taxes; the applicant itself is clean."""
        party = application.parties[0]
        worlds.exclude(application, worlds.TAXES, staff, of=party)
        return party

    def replace(self, application, staff, bad):
        return worlds.ask(application, worlds.TAXES, staff, kind=ClarificationKind.REPLACE_SUBCONTRACTOR, party=bad)

    def test_neither_admitted_nor_refused_before_a_replacement_was_asked_for(self, staff, application, bad):
        with pytest.raises(RuleBroken) as refused:
            service.propose(application, "Kaikki.", by=staff.coordinator)
        assert refused.value.rule == "R68"

    def test_given_it_is_replaced_by_a_clean_one_then_the_applicant_is_admitted(
        self, staff, provider, application, bad
    ):
        worlds.answer(self.replace(application, staff, bad), provider, replacement=worlds.party(name="Uusi Oy"))
        new = application.present_parties[0]
        assert (new.name, bad.replaced_by_id) == ("Uusi Oy", new.id)
        assert "application.party_replaced" in [each.type for each in trail(application)]
        with pytest.raises(RuleBroken) as refused:
            service.propose(application, "Kaikki.", by=staff.coordinator)
        assert refused.value.rule == "R26"  # the new one has not been checked yet

        for code in (worlds.TAXES, worlds.TERMINATION):
            service.check_requirement(
                application,
                worlds.requirement(application, code),
                CheckResult.MET,
                "Ok",
                party=new,
                by=staff.coordinator,
            )

        decision = service.propose(application, "Kaikki.", by=staff.coordinator)
        assert decision.kind is DecisionKind.ADMISSION

    def test_given_the_applicant_does_without_it_then_it_is_admitted(self, staff, provider, application, bad):
        worlds.answer(self.replace(application, staff, bad), provider, does_without=True)

        assert service.propose(application, "Kaikki.", by=staff.coordinator).kind is DecisionKind.ADMISSION

    def test_given_it_is_not_replaced_then_the_application_is_refused_and_the_decision_names_it(
        self, staff, provider, application, bad
    ):
        worlds.answer(self.replace(application, staff, bad), provider, "Pidämme sen.")

        decision = service.propose(application, "Alihankkijaa ei vaihdettu.", by=staff.coordinator)

        assert decision.kind is DecisionKind.REFUSAL
        (reason,) = [each for each in decision.reasons if not each["is_met"]]
        assert bad.name in reason["text"]["en"]

    def test_a_discretionary_ground_may_be_left_at_that(self, staff, application):
        party = application.parties[0]
        worlds_dps.check_all(application, staff)
        service.check_requirement(
            application,
            worlds.requirement(application, worlds.TERMINATION),
            CheckResult.MET,
            "Lievä.",
            worlds.applies(sanction_kind=worlds.SanctionKind.DAMAGES, contract_reference="KUO-2025-7"),
            party=party,
            by=staff.coordinator,
        )

        assert service.propose(application, "Kaikki.", by=staff.coordinator).kind is DecisionKind.ADMISSION

    def test_only_subcontractors_and_those_relied_on_are_replaced(self, staff, category):
        provider = worlds_dps.provider("Kallaveden Palvelut Oy")
        application = worlds_dps.application(category, provider, parties=[worlds.party(PartyRole.MEMBER)])

        with pytest.raises(RuleBroken) as refused:
            self.replace(application, staff, application.parties[0])
        assert (refused.value.rule, refused.value.field) == ("R68", "party")

    def test_the_replacement_is_named_on_the_page(self, app, staff, provider, application, bad):
        question = self.replace(application, staff, bad)
        page = page_as(app, provider.mandate).get(f"/provider/clarifications/{question.id}")
        number = worlds.worlds_suppliers.business_id()

        page = page.press(
            "Send the answer",
            way="replace",
            answer="Vaihdamme.",
            name="Uusi Oy",
            number=number,
            task="Korttikoulutus",
            **{f"ground-{code}": "no" for code in (worlds.TAXES, worlds.TERMINATION)},
        )

        assert "The answer has been sent." in page.text
        assert [each.registration_number for each in application.present_parties] == [number]
