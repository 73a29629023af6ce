"""Findings in the law's terms, hearings, typed evidence, whose work it is (R26, R48, R61-R67)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from core import clock
from core.audit.chain import trail
from core.db import db
from core.errors import RuleBroken, WrongState
from dps.decisions import service as decisions
from dps.decisions.models import Decision, DecisionKind
from dps.qualification import queries, rules, service
from dps.qualification.grounds import GroundFinding
from dps.qualification.handling_forms import record_form
from dps.qualification.models import (
    Application,
    ApplicationCheck,
    ApplicationState,
    CheckResult,
    CriminalRecordCheck,
    ExtractResult,
    RegisterKind,
    SanctionKind,
    SelfCleaning,
)
from dps.qualification.registers import Extract
from suppliers import queries as supplier_queries
from suppliers import service as suppliers
from tests import people, worlds_dps, worlds_suppliers
from tests import worlds_qualification as worlds
from tests.pages import api_as, page_as

TAXES, TERMINATION, SKILLS = worlds.TAXES, worlds.TERMINATION, worlds.SKILLS
SANCTION = {"sanction_kind": SanctionKind.EARLY_TERMINATION, "contract_reference": "KUO-2025-12"}


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


@pytest.fixture
def find(application, staff):
    """Write down a finding on a requirement of the application, by its code."""

    def write(code, result, ground=None, note="Tarkistettu."):
        requirement = worlds.requirement(application, code)
        return service.check_requirement(application, requirement, result, note, ground, by=staff.coordinator)

    return write


def years_ago(count, days=0):
    day = worlds.today()
    return date(day.year - count, day.month, day.day) - timedelta(days=days)


@pytest.mark.rule("R61")
class TestMandatoryGrounds:
    def test_a_judgment_of_five_years_ago_counts_and_an_older_one_is_refused(self, find):
        assert find(TAXES, CheckResult.NOT_MET, worlds.applies(event_on=years_ago(5))).event_on == years_ago(5)

        with pytest.raises(RuleBroken) as refused:
            find(TAXES, CheckResult.NOT_MET, worlds.applies(event_on=years_ago(5, days=1)))
        assert (refused.value.rule, refused.value.field) == ("R61", "event_on")

    @pytest.mark.parametrize("event_on", [None, "tomorrow"])
    def test_the_day_must_be_known_and_past(self, find, event_on):
        day = worlds.today() + timedelta(days=1) if event_on else None

        with pytest.raises(RuleBroken) as refused:
            find(TAXES, CheckResult.NOT_MET, worlds.applies(event_on=day))
        assert (refused.value.rule, refused.value.field) == ("R61", "event_on")

    def test_a_ground_that_excludes_is_never_found_without_its_facts(self, find):
        with pytest.raises(RuleBroken) as refused:
            find(TAXES, CheckResult.NOT_MET)
        assert refused.value.rule == "R61"


@pytest.mark.rule("R62")
class TestDiscretionaryGrounds:
    def test_an_event_of_three_years_ago_counts_and_an_older_one_is_refused(self, find):
        assert find(TERMINATION, CheckResult.NOT_MET, worlds.applies(event_on=years_ago(3), **SANCTION))

        with pytest.raises(RuleBroken) as refused:
            find(TERMINATION, CheckResult.NOT_MET, worlds.applies(event_on=years_ago(3, days=1), **SANCTION))
        assert (refused.value.rule, refused.value.field) == ("R62", "event_on")

    @pytest.mark.parametrize(
        ("changes", "field"),
        [({}, "sanction_kind"), ({"sanction_kind": SanctionKind.DAMAGES}, "contract_reference")],
    )
    def test_ground_nine_needs_its_sanction_event(self, find, changes, field):
        with pytest.raises(RuleBroken) as refused:
            find(TERMINATION, CheckResult.NOT_MET, worlds.applies(**changes))
        assert (refused.value.rule, refused.value.field) == ("R62", field)

    def test_the_sanction_is_linked(self, find):
        found = find(TERMINATION, CheckResult.NOT_MET, worlds.applies(**SANCTION))

        assert (found.sanction.kind, found.sanction.contract_reference) == tuple(SANCTION.values())


@pytest.mark.rule("R63")
class TestEffect:
    def test_a_mandatory_ground_that_applies_is_not_passed_over(self, find):
        with pytest.raises(RuleBroken) as refused:
            find(TAXES, CheckResult.MET, worlds.applies())
        assert (refused.value.rule, refused.value.field) == ("R63", "result")

    def test_a_mandatory_ground_leads_to_refusal_after_a_hearing(self, staff, application):
        hearing = worlds.hear(application, TAXES, staff)
        worlds.exclude(application, TAXES, staff)

        with clock.at(hearing.due_at):
            decision = service.propose(application, "Verovelka.", by=staff.coordinator)

        assert decision.kind is DecisionKind.REFUSAL

    def test_a_discretionary_ground_may_be_passed_over(self, staff, application, find):
        worlds_dps.check_all(application, staff)
        find(TERMINATION, CheckResult.MET, worlds.applies(assessment="Lievä ja vanha.", **SANCTION))

        decision = service.propose(application, "Kaikki täyttyy.", by=staff.coordinator)

        assert decision.kind is DecisionKind.ADMISSION


@pytest.mark.rule("R64")
class TestOwnAssessment:
    @pytest.mark.parametrize("result", [CheckResult.MET, CheckResult.NOT_MET])
    def test_a_discretionary_ground_needs_the_authority_s_own_words(self, find, result):
        with pytest.raises(RuleBroken) as refused:
            find(TERMINATION, result, worlds.applies(assessment=" ", **SANCTION))
        assert (refused.value.rule, refused.value.field) == ("R64", "assessment")

    def test_nothing_excludes_by_itself_whatever_was_declared(self, app, staff, category):
        supplier, mandate = worlds_suppliers.verified_provider()
        answers = worlds_suppliers.clean_answers()
        for code in (TAXES, TERMINATION):
            answers["exclusion"][code] = {"applies": True, "explanation": "Purettu sopimus 2025"}
        suppliers.confirm(suppliers.save_draft(supplier.id, answers, by=mandate), by=mandate)
        declaration = supplier_queries.confirmed_declaration(supplier.id)
        application = worlds_dps.application(category, worlds_dps.Provider(supplier, mandate, declaration))

        page = page_as(app, staff.coordinator).get(f"/procurement/applications/{application.id}")

        assert db.session.scalar(select(func.count()).select_from(ApplicationCheck)) == 0
        assert not [each for each in page.all("input") if each.get("type") == "radio" and each.get("checked")]
        with pytest.raises(RuleBroken) as refused:
            service.propose(application, "Poissuljetaan.", by=staff.coordinator)
        assert refused.value.rule == "R26"
        worlds_dps.check_all(application, staff)
        assert service.propose(application, "Ei peruteta.", by=staff.coordinator).kind is DecisionKind.ADMISSION

    def test_the_unmarked_grounds_are_cleared_at_once_by_an_official_but_never_a_declared_one(
        self, app, staff, category
    ):
        supplier, mandate = worlds_suppliers.verified_provider()
        answers = worlds_suppliers.clean_answers()
        answers["exclusion"][TAXES] = {"applies": True, "explanation": "Verovelka"}
        suppliers.confirm(suppliers.save_draft(supplier.id, answers, by=mandate), by=mandate)
        declaration = supplier_queries.confirmed_declaration(supplier.id)
        application = worlds_dps.application(category, worlds_dps.Provider(supplier, mandate, declaration))

        page = page_as(app, staff.coordinator).get(f"/procurement/applications/{application.id}")
        page.press("None of the unmarked grounds applies")

        assert {check.requirement.code: check.result for check in application.checks} == {TERMINATION: CheckResult.MET}
        assert application.checks[0].checked_by == staff.coordinator.person_id

    def test_no_finding_has_a_score_or_a_default_result(self):
        columns = ApplicationCheck.__table__.c

        assert columns.result.default is None
        assert columns.result.server_default is None
        names = set(ApplicationCheck.__table__.columns.keys())
        assert not [name for name in names if "score" in name or "point" in name]


@pytest.mark.rule("R65")
class TestHearing:
    def test_nobody_is_excluded_unheard(self, staff, application):
        worlds.exclude(application, TAXES, staff)

        with pytest.raises(RuleBroken) as refused:
            service.propose(application, "Verovelka.", by=staff.coordinator)
        assert refused.value.rule == "R65"

    def test_a_question_about_something_else_is_no_hearing(self, staff, provider, application):
        worlds.answer(worlds.hear(application, TERMINATION, staff), provider)
        worlds.answer(worlds.ask(application, TAXES, staff), provider)
        worlds.exclude(application, TAXES, staff)

        with pytest.raises(RuleBroken) as refused:
            service.propose(application, "Verovelka.", by=staff.coordinator)
        assert refused.value.rule == "R65"

    def test_an_answer_must_be_assessed_in_words_before_the_proposal(self, staff, provider, application):
        hearing = worlds.hear(application, TAXES, staff)
        worlds.exclude(application, TAXES, staff)
        worlds.answer(hearing, provider, "Velka on järjestelty.")
        with pytest.raises(RuleBroken) as refused:
            service.propose(application, "Verovelka.", by=staff.coordinator)
        assert refused.value.rule == "R65"

        worlds.exclude(
            application,
            TAXES,
            staff,
            self_cleaning=SelfCleaning.INSUFFICIENT,
            self_cleaning_note="Järjestelyä ei ole vahvistettu.",
        )
        decision = service.propose(application, "Verovelka.", by=staff.coordinator)

        (reason,) = [each for each in decision.reasons if not each["is_met"]]
        assert "Järjestelyä ei ole vahvistettu." in reason["reason"]

    def test_sufficient_measures_keep_the_operator_in(self, staff, provider, application, find):
        worlds.answer(worlds.hear(application, TAXES, staff), provider, "Maksettu.")
        worlds_dps.check_all(application, staff)
        cleaned = worlds.applies(self_cleaning=SelfCleaning.SUFFICIENT, self_cleaning_note="Maksettu 1.11.")
        with pytest.raises(RuleBroken) as refused:
            find(TAXES, CheckResult.NOT_MET, cleaned)
        assert (refused.value.rule, refused.value.field) == ("R65", "result")

        find(TAXES, CheckResult.MET, cleaned)

        assert service.propose(application, "Korjattu.", by=staff.coordinator).kind is DecisionKind.ADMISSION

    def test_measures_are_not_judged_without_words(self, find):
        with pytest.raises(RuleBroken) as refused:
            find(TAXES, CheckResult.NOT_MET, worlds.applies(self_cleaning=SelfCleaning.INSUFFICIENT))
        assert (refused.value.rule, refused.value.field) == ("R65", "self_cleaning_note")

    def test_a_hearing_is_about_grounds_only(self, staff, application):
        with pytest.raises(RuleBroken) as refused:
            worlds.hear(application, SKILLS, staff)
        assert (refused.value.rule, refused.value.field) == ("R65", "requirements")


@pytest.mark.rule("R26")
def test_what_has_to_be_asked_is_not_checked_yet(staff, application, find):
    worlds_dps.check_all(application, staff)
    find(SKILLS, CheckResult.ASK, note="Kuka valmentaa?")

    with pytest.raises(RuleBroken) as refused:
        service.propose(application, "Kaikki.", by=staff.coordinator)
    assert refused.value.rule == "R26"


def test_the_facts_of_a_ground_belong_to_grounds_only(find):
    with pytest.raises(RuleBroken) as refused:
        find(SKILLS, CheckResult.NOT_MET, GroundFinding(event_on=worlds.today()))
    assert refused.value.field == "event_on"


@pytest.mark.rule("R61", "R64")
def test_the_page_names_the_field_and_keeps_what_was_written(app, staff, application):
    keys = {slot.requirement.code: slot.key for slot in rules.slots(application)}
    visitor = page_as(app, staff.coordinator)
    values = {f"result-{key}": "met" for key in keys.values()}
    values |= {f"result-{keys[TAXES]}": "not_met", f"note-{keys[TAXES]}": "Verovelka"}

    page = visitor.get(f"/procurement/applications/{application.id}").press("Save the findings", **values)
    assert page.status == 422
    assert "Enter the day of the final judgment or of the event." in " ".join(page.messages)
    assert "Verovelka" in page.text
    assert queries.full_application(application.id).checks == []

    page = page.press("Save the findings", **{f"event_on-{keys[TAXES]}": "2026-10-01"})
    assert "The findings are saved." in page.text


@pytest.mark.rule("R28", "R70", "R71")
def test_admission_and_refusal_are_reasoned_and_tell_of_the_leave_the_market_court_gives(staff, category):
    for result in (CheckResult.MET, CheckResult.NOT_MET):
        of = worlds_dps.provider(f"Palvelut {result} Oy")
        decision = worlds_dps.proposed(category, of, staff, result)
        decisions.sign(decision, by=staff.decider)
        from dps.decisions import letters

        text = str(letters.instruction_text(decision, worlds.today()))
        assert decision.reasons
        assert decision.summary
        assert "146" in text


class TestRegisters:
    def look(self, application, staff, kind=RegisterKind.TAX_DEBT, **changes):
        values = {"issued_on": worlds.today(), "result": ExtractResult.CLEAR, "source": "vero.fi"} | changes
        return service.record_extract(application, kind, Extract(**values), by=staff.coordinator)

    @pytest.mark.rule("R48")
    def test_an_extract_stands_beside_its_requirement_in_every_application_while_it_is_current(
        self, app, staff, provider, application
    ):
        self.look(application, staff)
        other = worlds_dps.application(worlds_dps.open_category(staff), provider)
        visitor = page_as(app, staff.coordinator)

        assert visitor.get(f"/procurement/applications/{other.id}").text.count("vero.fi") == 2  # beside it, in sum
        assert "vero.fi" in visitor.get(f"/procurement/applications/{other.id}/ask").text
        with clock.at(clock.now() + timedelta(days=93)):
            visitor = page_as(app, staff.coordinator)
            assert visitor.get(f"/procurement/applications/{other.id}").text.count("vero.fi") == 1
            assert "vero.fi" not in visitor.get(f"/procurement/applications/{other.id}/ask").text

    @pytest.mark.rule("R48")
    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"issued_on": "old"}, "issued_on"),
            ({"issued_on": "tomorrow"}, "issued_on"),
            ({"source": " "}, "source"),
            ({"result": ExtractResult.OBSTACLE}, "note"),
        ],
    )
    def test_what_cannot_be_used_is_refused(self, staff, application, changes, field):
        days = {"old": -100, "tomorrow": 1}
        if "issued_on" in changes:
            changes = {"issued_on": worlds.today() + timedelta(days=days[changes["issued_on"]])}

        with pytest.raises(RuleBroken) as refused:
            self.look(application, staff, **changes)
        assert (refused.value.rule, refused.value.field) == ("R48", field)

    def test_the_same_by_page_and_api(self, app, staff, application):
        page = page_as(app, staff.coordinator).get(f"/procurement/applications/{application.id}")
        page = page.follow("Note what a register says").press(
            "Note it", kind="trade_register", issued_on=worlds.today().isoformat(), result="clear", source="PRH"
        )
        assert "PRH" in page.text
        body = {"kind": "tax_debt", "issued_on": worlds.today().isoformat(), "result": "clear", "source": "Vero"}

        told = api_as(app, staff.coordinator).post(f"/applications/{application.id}/register-extracts", body)

        assert told.status_code == 201


@pytest.mark.rule("R67")
class TestCriminalRecord:
    def seen(self, issued_on, result=ExtractResult.CLEAR):
        return service.RecordCheck(issued_on=issued_on, result=result)

    def test_it_says_who_when_the_day_of_issue_and_the_result_and_nothing_else(self, staff, application):
        row = service.record_criminal_check(application, self.seen(worlds.today()), by=staff.coordinator)

        assert row.checked_by == staff.coordinator.person_id
        assert set(CriminalRecordCheck.__table__.columns.keys()) == {
            "id",
            "version",
            "application_id",
            "party_id",
            "issued_on",
            "result",
            "checked_by",
            "checked_at",
        }

    def test_an_extract_of_twelve_months_counts_and_an_older_one_is_refused(self, staff, application):
        assert service.record_criminal_check(application, self.seen(years_ago(1)), by=staff.coordinator)

        with pytest.raises(RuleBroken) as refused:
            service.record_criminal_check(application, self.seen(years_ago(1, days=1)), by=staff.coordinator)
        assert (refused.value.rule, refused.value.field) == ("R67", "issued_on")

    def test_an_attempt_to_write_what_it_says_is_refused(self, app, staff, application):
        body = {"issued_on": worlds.today().isoformat(), "result": "clear", "note": "Rikosrekisteriote: ei merkintöjä"}

        told = api_as(app, staff.coordinator).post(f"/applications/{application.id}/criminal-record-checks", body)

        assert told.status_code == 422
        assert db.session.scalar(select(func.count()).select_from(CriminalRecordCheck)) == 0

    def test_its_page_has_no_field_for_text_or_files(self, app, staff, application):
        page = page_as(app, staff.coordinator).get(f"/procurement/applications/{application.id}/criminal-record")

        with app.test_request_context():
            assert set(record_form(application)._fields) == {"about", "issued_on", "result", "csrf_token"}
        assert page.all("textarea") == []
        assert {each.get("type") for each in page.all("input")} <= {"hidden", "date", "radio"}
        page = page.press("Note the check", issued_on=worlds.today().isoformat(), result="clear")
        assert "looked at: issued" in page.text


class TestWhoseWork:
    def test_taken_once_and_taken_over_with_a_trace(self, staff, application):
        other = people.coordinator(staff.authority)
        service.take(application, by=staff.coordinator)
        with pytest.raises(WrongState):
            service.take(application, by=other)

        service.take_over(application, by=other)

        assert application.handler_id == other.person_id
        events = [(each.type, each.data.get("before"), each.data.get("after")) for each in trail(application)][1:]
        assert events == [
            ("application.taken", None, str(staff.coordinator.person_id)),
            ("application.taken_over", str(staff.coordinator.person_id), str(other.person_id)),
        ]

    def test_nobody_takes_over_what_no_colleague_has(self, staff, application):
        with pytest.raises(WrongState):
            service.take_over(application, by=staff.coordinator)

    def test_a_colleague_s_work_is_not_on_one_s_desk(self, app, staff, application):
        service.take(application, by=people.coordinator(staff.authority))

        assert "Check the application" not in page_as(app, staff.coordinator).get("/procurement").text

    def test_the_list_is_filtered_by_handler_and_system(self, app, staff, application):
        visitor = page_as(app, staff.coordinator)
        visitor.get(f"/procurement/applications/{application.id}").press("Take")

        assert "Savon Valmennus Oy" in visitor.get("/procurement/applications?handler=me").text
        assert "Savon Valmennus Oy" not in visitor.get("/procurement/applications?handler=none").text
        colleague = people.coordinator(staff.authority)
        assert "Savon Valmennus Oy" not in visitor.get(f"/procurement/applications?handler={colleague.person_id}").text
        worlds_dps.open_system(staff)
        there = f"/procurement/applications?system={application.category.system_id}"
        assert "Savon Valmennus Oy" in visitor.get(there).text

    @pytest.mark.rule("R26")
    def test_many_are_proposed_at_once_and_the_page_says_why_not(self, app, staff, category):
        ready, unready, failed = (
            worlds_dps.application(category, worlds_dps.provider(f"{name} Oy"))
            for name in ("Valmis", "Kesken", "Vajaa")
        )
        worlds_dps.check_all(ready, staff)
        worlds_dps.check_all(failed, staff, CheckResult.NOT_MET, "Puuttuu.")
        ids = [str(each.id) for each in (ready, unready, failed)]

        page = (
            page_as(app, staff.coordinator)
            .get("/procurement/applications")
            .press("Propose admission of the ticked", application=ids)
        )

        assert {row[0]: row[2] for row in page.rows()} == {
            "Valmis Oy": "Done",
            "Kesken Oy": "Not done",
            "Vajaa Oy": "Not done",
        }
        states = dict(db.session.execute(select(Application.id, Application.state)).all())
        assert [states[each.id] for each in (ready, unready, failed)] == [
            ApplicationState.PROPOSED,
            ApplicationState.RECEIVED,
            ApplicationState.RECEIVED,
        ]
        assert db.session.scalars(select(Decision.kind)).all() == [DecisionKind.ADMISSION]

    def test_many_are_taken_at_once_but_never_another_authority_s(self, app, staff, application):
        other = worlds_dps.staff("City of Joensuu")
        foreign = worlds_dps.application(worlds_dps.open_category(other), worlds_dps.provider("Muu Oy"))

        outcomes = service.take_many([application.id, foreign.id], by=staff.coordinator)

        assert [each.application for each in outcomes] == [application]
        assert foreign.handler_id is None


def test_checking_a_long_application_takes_few_queries(app, staff, category):
    others = [worlds.party(name=f"Osapuoli {number} Oy") for number in range(6)]
    application = worlds_dps.application(category, worlds_dps.provider("Iso Oy"), parties=others)
    for code in (TAXES, TERMINATION, SKILLS):
        worlds.ask(application, code, staff)
    worlds_dps.check_all(application, staff)
    db.session.flush()
    db.session.expire_all()
    statements: list[str] = []

    def count(connection, cursor, statement, *rest):
        statements.append(statement)

    from sqlalchemy import event

    event.listen(db.engine, "before_cursor_execute", count)
    try:
        page_as(app, staff.coordinator).get(f"/procurement/applications/{application.id}")
    finally:
        event.remove(db.engine, "before_cursor_execute", count)

    assert len([each for each in statements if each.startswith("SELECT")]) < 40
