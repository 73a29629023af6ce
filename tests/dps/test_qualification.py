"""From application to admission or refusal."""

from __future__ import annotations

import threading
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from core import clock
from core.audit.chain import trail
from core.db import db
from core.errors import DomainError, NotAllowed, RuleBroken, WrongState
from dps.decisions import service as decisions
from dps.decisions.models import DecisionKind, DecisionState
from dps.qualification import queries, rules, service
from dps.qualification.models import APPLICATION_TRANSITIONS, Application, ApplicationState, CheckResult
from dps.systems import service as systems
from tests import people, worlds_dps, worlds_suppliers


@pytest.fixture
def staff(app):
    return worlds_dps.staff()


@pytest.fixture
def category(staff):
    return worlds_dps.open_category(staff)


@pytest.fixture
def provider(app):
    return worlds_dps.provider()


def noon(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(12), clock.HELSINKI)


@pytest.mark.rule("R23", "R89", "R91")
@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-11-27", "2026-12-11"),
        ("2026-12-16", "2026-12-31"),
        ("2026-06-10", "2026-06-24"),
        ("2027-03-19", "2027-04-06"),
    ],
)
def test_an_application_is_decided_within_ten_working_days(received, due):
    assert rules.decision_due(noon(received)).isoformat() == due


@pytest.mark.rule("R24")
def test_an_extension_gives_fifteen_working_days_in_total():
    assert rules.extended_due(rules.decision_due(noon("2026-12-16"))).isoformat() == "2027-01-11"


@pytest.mark.rule("R92")
def test_an_application_just_after_midnight_counts_from_the_helsinki_day():
    late_evening_in_utc = datetime(2026, 11, 26, 22, 30, tzinfo=clock.UTC)

    assert rules.decision_due(late_evening_in_utc) == rules.decision_due(noon("2026-11-27"))


@pytest.mark.rule("R23", "R91")
@given(st.dates(date(2024, 1, 1), date(2035, 12, 31)))
def test_no_decision_is_due_on_a_weekend_or_holiday(day):
    due = rules.decision_due(datetime.combine(day, time(12), clock.HELSINKI))

    assert clock.authority_days.is_working_day(due)


@pytest.mark.rule("R10", "R22", "R23")
def test_given_an_open_system_when_an_application_is_sent_then_its_own_time_starts(category, provider):
    application = worlds_dps.application(category, provider)

    assert application.state is ApplicationState.RECEIVED
    assert application.decision_due_on == rules.decision_due(application.received_at)


@pytest.mark.rule("R19", "R23")
def test_given_a_closed_system_when_it_reopens_then_the_time_of_the_queued_application_starts(
    staff, category, provider
):
    systems.close(category.system, by=staff.coordinator)
    application = worlds_dps.application(category, provider)
    assert application.decision_due_on is None

    later = clock.now() + timedelta(days=9)
    with clock.at(later):
        systems.reopen(category.system, by=staff.coordinator)

    assert application.decision_due_on == rules.decision_due(later)


@pytest.mark.rule("R17")
def test_nobody_applies_before_the_system_opens(staff, provider):
    category = worlds_dps.approved_system(staff).categories[0]

    with pytest.raises(WrongState):
        worlds_dps.application(category, provider)


def test_a_person_who_was_not_verified_cannot_send_an_application(category):
    supplier, mandate = worlds_dps.unverified_provider()
    declaration = worlds_suppliers.confirmed_declaration(supplier, mandate)

    with pytest.raises(RuleBroken) as refused:
        service.send_application(category, supplier.id, declaration, worlds_dps.answers(), by=mandate)
    assert refused.value.rule == "acting-right"


def test_an_application_rests_on_the_supplier_s_own_declaration(category, provider):
    other = worlds_dps.provider("Kallaveden Palvelut Oy")

    with pytest.raises(NotAllowed):
        service.send_application(
            category, provider.supplier.id, other.declaration, worlds_dps.answers(), by=provider.mandate
        )


def test_nobody_applies_for_another_supplier(category, provider):
    other = worlds_dps.provider("Kallaveden Palvelut Oy")

    with pytest.raises(NotAllowed):
        service.send_application(
            category, provider.supplier.id, provider.declaration, worlds_dps.answers(), by=other.mandate
        )


def test_every_suitability_requirement_needs_an_answer(category, provider):
    with pytest.raises(RuleBroken) as refused:
        service.send_application(category, provider.supplier.id, provider.declaration, {}, by=provider.mandate)
    assert refused.value.field == "qualified-staff"


def test_a_supplier_has_one_live_application_in_a_category(category, provider):
    worlds_dps.application(category, provider)

    with pytest.raises(WrongState) as refused:
        worlds_dps.application(category, provider)
    assert refused.value.rule == "one-live-application"


def test_of_applications_sent_at_once_only_one_is_received(committed_app):
    staff = worlds_dps.staff()
    category_id = worlds_dps.open_category(staff).id
    provider = worlds_dps.provider()
    declaration_id, supplier_id = provider.declaration.id, provider.supplier.id
    outcomes: list[str] = []
    start = threading.Barrier(4)

    def send() -> None:
        with committed_app.app_context():
            from dps.systems import queries as system_queries
            from suppliers import queries as supplier_queries

            start.wait()
            try:
                service.send_application(
                    system_queries.category(category_id),
                    supplier_id,
                    supplier_queries.declaration(declaration_id),
                    worlds_dps.answers(),
                    by=provider.mandate,
                )
                outcomes.append("received")
            except DomainError as error:
                outcomes.append(error.rule)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["one-live-application"] * 3 + ["received"]


@pytest.mark.rule("R26")
def test_given_every_requirement_met_when_a_decision_is_proposed_then_it_is_an_admission(staff, category, provider):
    decision = worlds_dps.proposed(category, provider, staff)

    assert decision.kind is DecisionKind.ADMISSION


@pytest.mark.rule("R26", "R70")
def test_given_one_requirement_not_met_when_a_decision_is_proposed_then_it_is_a_refusal_that_names_it(
    staff, category, provider
):
    application = worlds_dps.application(category, provider)
    worlds_dps.check_all(application, staff)
    service.check_requirement(
        application, category.requirements[-1], CheckResult.NOT_MET, "No certificates", by=staff.coordinator
    )

    decision = service.propose(application, "One requirement is not met.", by=staff.coordinator)

    assert decision.kind is DecisionKind.REFUSAL
    assert [r["requirement"] for r in decision.reasons if not r["is_met"]] == ["qualified-staff"]


@pytest.mark.rule("R26")
def test_nothing_is_proposed_before_every_requirement_was_checked(staff, category, provider):
    application = worlds_dps.application(category, provider)
    service.check_requirement(application, category.requirements[0], CheckResult.MET, "", by=staff.coordinator)

    with pytest.raises(RuleBroken) as refused:
        service.propose(application, "Fine.", by=staff.coordinator)
    assert refused.value.rule == "R26"


@pytest.mark.rule("R70")
def test_a_requirement_that_is_not_met_needs_a_reason(staff, category, provider):
    application = worlds_dps.application(category, provider)

    with pytest.raises(RuleBroken) as refused:
        service.check_requirement(application, category.requirements[0], CheckResult.NOT_MET, " ", by=staff.coordinator)
    assert (refused.value.rule, refused.value.field) == ("R70", "note")


@pytest.mark.rule("R26")
def test_a_signed_admission_puts_the_supplier_into_the_category(staff, category, provider):
    qualification = worlds_dps.admitted(category, provider, staff)
    application = queries.application(qualification.application_id)

    assert application.state is ApplicationState.ADMITTED
    assert application.decided_at == qualification.admitted_at == application.decision.signed_at
    assert [event.type for event in trail(application)][-1] == "application.admitted"


@pytest.mark.rule("R30")
def test_a_refused_supplier_may_apply_again_at_once(staff, category, provider):
    decision = worlds_dps.proposed(category, provider, staff, CheckResult.NOT_MET)
    decisions.sign(decision, by=staff.decider)

    again = worlds_dps.application(category, provider)

    assert again.state is ApplicationState.RECEIVED


def test_an_admitted_supplier_does_not_apply_again(staff, category, provider):
    worlds_dps.admitted(category, provider, staff)

    with pytest.raises(WrongState):
        worlds_dps.application(category, provider)


def test_a_returned_decision_puts_the_application_back_on_the_preparer_s_desk(staff, category, provider):
    decision = worlds_dps.proposed(category, provider, staff)

    decisions.return_decision(decision, "Check the references.", by=staff.decider)
    application = queries.live_application(provider.supplier.id, category.id)

    assert application.state is ApplicationState.RECEIVED
    assert service.propose(application, "Checked again.", by=staff.coordinator).id != decision.id


def test_a_withdrawn_application_takes_its_decision_off_the_decision_maker_s_desk(staff, category, provider):
    decision = worlds_dps.proposed(category, provider, staff)
    application = queries.live_application(provider.supplier.id, category.id)

    service.withdraw_application(application, by=provider.mandate)

    assert application.state is ApplicationState.WITHDRAWN
    assert decision.state is DecisionState.RETURNED


@pytest.mark.rule("R24")
class TestExtension:
    def test_it_needs_a_reason(self, staff, category, provider):
        application = worlds_dps.application(category, provider)

        with pytest.raises(RuleBroken) as refused:
            service.extend(application, " ", by=staff.coordinator)
        assert refused.value.field == "reason"

    def test_it_happens_once(self, staff, category, provider):
        application = worlds_dps.application(category, provider)
        first = application.decision_due_on

        service.extend(application, "References must be verified.", by=staff.coordinator)

        assert application.decision_due_on == rules.extended_due(first)
        with pytest.raises(WrongState):
            service.extend(application, "Again.", by=staff.coordinator)

    def test_it_is_possible_until_the_tenth_day_ends(self, staff, category, provider):
        application = worlds_dps.application(category, provider)
        end = clock.end_of_day(application.decision_due_on)

        with clock.at(end), pytest.raises(RuleBroken):
            service.extend(application, "Too late.", by=staff.coordinator)
        with clock.at(end - timedelta(seconds=5)):
            service.extend(application, "In time.", by=staff.coordinator)

        assert application.extended_at is not None


@pytest.mark.rule("R67")
def test_no_criminal_record_can_be_stored_with_an_application():
    columns = set(Application.__table__.columns.keys())

    assert not any("file" in name or "attachment" in name for name in columns)


@pytest.mark.parametrize(
    "state", sorted({ApplicationState.ADMITTED, ApplicationState.REFUSED, ApplicationState.WITHDRAWN})
)
@pytest.mark.parametrize("action", [action for action in APPLICATION_TRANSITIONS if not action.startswith("correct_")])
def test_a_decided_or_withdrawn_application_moves_only_by_a_correction(action, state):
    from core.states import move

    with pytest.raises(WrongState):
        move(Application(state=state), APPLICATION_TRANSITIONS, action)


def test_an_official_of_another_authority_decides_nothing(staff, category, provider):
    decision = worlds_dps.proposed(category, provider, staff)

    with pytest.raises(NotAllowed):
        decisions.sign(decision, by=people.decider())
    assert db.session.scalars(select(Application.state)).all() == [ApplicationState.PROPOSED]
