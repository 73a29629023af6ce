"""Staying admitted: renewals (R33), pauses, removal after a hearing (R34, R65), leaving, a change of operator."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from core import audit, clock
from core.db import db
from core.errors import DomainError, NotAllowed, RuleBroken, WrongState
from core.mail.models import Mail
from dps.contracts import queries as contract_queries
from dps.contracts.models import ContractState
from dps.decisions import service as decisions
from dps.decisions.models import Decision
from dps.qualification import admissions, matters
from dps.qualification.models import (
    AdmissionMatter,
    MatterKind,
    MatterState,
    Qualification,
    QualificationState,
    RenewalState,
    SanctionKind,
)
from dps.qualification.service import renewing, standing
from dps.systems.models import LegalMode, OrderingRule, Requirement
from suppliers import service as suppliers
from tests import worlds_dps
from tests.pages import page_as
from tests.worlds_dps import Provider, Staff

TERM = "Palvelu toteutetaan tilauksen mukaisesti."


def today() -> date:
    return clock.helsinki_date(clock.now())


def hearing_day() -> date:
    return matters.earliest_hearing(today())


def requirement(qualification: Qualification, code: str) -> Requirement:
    return next(each for each in qualification.category.requirements if each.code == code)


def admitted() -> tuple[Staff, Provider, Qualification]:
    staff, provider = worlds_dps.staff(), worlds_dps.provider()
    contract = worlds_dps.contract_in_force(worlds_dps.open_category(staff), provider, staff)
    return staff, provider, contract.qualification


def sign(decision: Decision, staff: Staff) -> None:
    decisions.sign(decision, by=staff.decider)


def paused(staff: Staff, provider: Provider, qualification: Qualification) -> None:
    matter = standing.request_matter(qualification, MatterKind.SUSPENSION_REQUESTED, "Vuosiloma.", by=provider.mandate)
    sign(standing.propose_matter(matter, "Pyynnön mukaisesti.", by=staff.coordinator), staff)


# ---- renewed declarations ----


@pytest.mark.rule("R33", "R91", "R93")
@pytest.mark.parametrize(
    ("asked", "earliest"),
    [(date(2026, 4, 29), date(2026, 5, 7)), (date(2026, 12, 21), date(2026, 12, 30))],
)
def test_given_a_day_before_the_fifth_working_day_then_asking_is_refused_and_that_day_is_taken(
    app: Flask, asked: date, earliest: date
) -> None:
    staff, _provider, qualification = admitted()
    moment = datetime(asked.year, asked.month, asked.day, 9, tzinfo=UTC)
    with clock.at(moment):
        assert matters.earliest_renewal(asked) == earliest
        with pytest.raises(RuleBroken) as refused:
            renewing.ask_renewal(qualification, earliest - timedelta(days=1), "Vuosittainen.", by=staff.coordinator)
        assert (refused.value.rule, refused.value.field) == ("R33", "due_on")
        request = renewing.ask_renewal(qualification, earliest, "Vuosittainen.", by=staff.coordinator)
    assert request.due_at == clock.end_of_day(earliest)


@pytest.mark.rule("R33")
def test_given_a_request_then_only_a_declaration_confirmed_after_it_answers(app: Flask) -> None:
    staff, provider, qualification = admitted()
    day = matters.earliest_renewal(today())
    request = renewing.ask_renewal(qualification, day, "Vuosittainen.", by=staff.coordinator)

    with pytest.raises(RuleBroken) as refused:
        renewing.answer_renewal(request, provider.declaration, by=provider.mandate)
    assert refused.value.field == "declaration"

    draft = suppliers.save_draft(provider.supplier.id, provider.declaration.answers, by=provider.mandate)
    suppliers.confirm(draft, by=provider.mandate)
    renewing.answer_renewal(request, draft, by=provider.mandate)
    assert request.state is RenewalState.ANSWERED

    renewing.review_renewal(request, "Ei muutoksia.", by=staff.coordinator)
    assert request.state is RenewalState.REVIEWED
    assert admissions.open_renewal(qualification.id) is None


@pytest.mark.rule("R33", "R34")
def test_given_no_answer_in_time_then_the_admission_stays_and_the_official_is_told_to_act(app: Flask) -> None:
    staff, _provider, qualification = admitted()
    request = renewing.ask_renewal(
        qualification, matters.earliest_renewal(today()), "Vuosittainen.", by=staff.coordinator
    )
    with pytest.raises(WrongState):
        renewing.review_renewal(request, "Ei vastausta.", by=staff.coordinator)
    with clock.at(request.due_at):
        desk = page_as(app, staff.coordinator).get("/procurement")
        assert "No renewed declaration came: Savon Valmennus Oy" in desk.text
        renewing.review_renewal(request, "Ei vastausta.", by=staff.coordinator)
    assert qualification.state is QualificationState.IN_FORCE


@pytest.mark.rule("R33")
def test_given_many_admitted_when_asked_at_once_then_each_is_asked_once_with_the_same_time(app: Flask) -> None:
    staff = worlds_dps.staff()
    category = worlds_dps.open_category(staff)
    rows = [worlds_dps.admitted(category, worlds_dps.provider(name), staff) for name in ("Yksi Oy", "Kaksi Oy")]
    day = matters.earliest_renewal(today())
    renewing.ask_renewal(rows[0], day, "Ensin.", by=staff.coordinator)

    page = page_as(app, staff.coordinator).get("/procurement/admissions")
    done = page.press(
        "Ask the chosen ones",
        chosen=[str(row.id) for row in rows],
        reason="Vuosittainen tarkistus.",
        due_on=day.isoformat(),
    )

    assert any("asked for: 1" in message for message in done.messages)
    requests = [admissions.open_renewal(row.id) for row in rows]
    assert {request.due_at for request in requests if request} == {clock.end_of_day(day)}
    mails = db.session.scalars(select(Mail).where(Mail.template == "renewal_asked")).all()
    assert len(mails) == 2


# ---- pauses ----


@pytest.mark.rule("R34")
def test_given_the_suppliers_request_when_signed_then_new_orders_pause_and_the_admission_stays(app: Flask) -> None:
    staff, provider, qualification = admitted()
    category = qualification.category
    assert contract_queries.contract_for_orders(provider.supplier.id, category.id, today()) is not None

    paused(staff, provider, qualification)

    assert qualification.state is QualificationState.SUSPENDED
    assert qualification.ended_at is None
    assert contract_queries.contract_for_orders(provider.supplier.id, category.id, today()) is None
    contract = contract_queries.contract_of_qualification(qualification.id)
    assert contract is not None
    assert contract.state is ContractState.IN_FORCE
    assert (
        "no new orders come now" in page_as(app, provider.mandate).get(f"/provider/admissions/{qualification.id}").text
    )


def test_given_a_pause_when_lifted_by_a_decision_then_orders_are_possible_again(app: Flask) -> None:
    staff, provider, qualification = admitted()
    paused(staff, provider, qualification)
    matter = standing.open_lifting(qualification, "Loma on ohi.", by=staff.coordinator)
    sign(standing.propose_matter(matter, "Peruste on poistunut.", by=staff.coordinator), staff)

    assert qualification.state is QualificationState.IN_FORCE
    assert contract_queries.contract_for_orders(provider.supplier.id, qualification.category_id, today()) is not None


@pytest.mark.rule("R34")
def test_given_a_pause_by_a_term_then_the_term_must_be_published_and_the_supplier_heard_first(app: Flask) -> None:
    staff, _provider, qualification = admitted()
    with pytest.raises(RuleBroken) as refused:
        standing.open_suspension(
            qualification, "Tätä ehtoa ei ole.", "Myöhästymiset.", hearing_day(), by=staff.coordinator
        )
    assert (refused.value.rule, refused.value.field) == ("R34", "term")

    matter = standing.open_suspension(qualification, TERM, "Myöhästymiset.", hearing_day(), by=staff.coordinator)
    with pytest.raises(WrongState) as early:
        standing.propose_matter(matter, "Perustelu.", by=staff.coordinator)
    assert early.value.rule == "R65"
    assert matter.due_at is not None
    with clock.at(matter.due_at):
        sign(standing.propose_matter(matter, "Perustelu.", by=staff.coordinator), staff)
    assert qualification.state is QualificationState.SUSPENDED


@pytest.mark.rule("R34")
def test_given_a_strict_system_then_no_pause_is_possible_since_all_are_invited(app: Flask) -> None:
    staff, provider = worlds_dps.staff(), worlds_dps.provider()
    category = worlds_dps.open_category(staff, legal_mode=LegalMode.DPS_STRICT, ordering_rule=OrderingRule.COMPETITION)
    qualification = worlds_dps.admitted(category, provider, staff)
    for ask in (
        lambda: standing.request_matter(qualification, MatterKind.SUSPENSION_REQUESTED, "Loma.", by=provider.mandate),
        lambda: standing.open_suspension(qualification, TERM, "Syy.", hearing_day(), by=staff.coordinator),
    ):
        with pytest.raises(RuleBroken) as refused:
            ask()
        assert refused.value.rule == "R34"
    assert qualification.state is QualificationState.IN_FORCE


# ---- removal ----


@pytest.mark.rule("R34", "R65")
def test_given_a_requirement_no_longer_met_then_hearing_decision_and_removal_follow_in_that_order(app: Flask) -> None:
    staff, provider, qualification = admitted()
    ground = standing.RemovalGround(requirement=requirement(qualification, "qualified-staff"))
    matter = standing.open_removal(
        qualification, ground, "Valmentajat ovat lähteneet.", hearing_day(), by=staff.coordinator
    )
    assert qualification.state is QualificationState.IN_FORCE

    page = page_as(app, provider.mandate).get(f"/provider/admissions/{qualification.id}")
    page.press("Send the answer", text="Palkkasimme kaksi uutta.")
    db.session.refresh(matter)
    assert matter.state is MatterState.READY

    decision = standing.propose_matter(matter, "Uusilla ei ole koulutusta.", by=staff.coordinator)
    assert any("Palkkasimme" in reason["reason"] for reason in decision.reasons)
    sign(decision, staff)

    assert qualification.state is QualificationState.ENDED
    assert qualification.end_decision_id == decision.id
    assert contract_queries.contract_for_orders(provider.supplier.id, qualification.category_id, today()) is None
    mails = db.session.scalars(select(Mail).where(Mail.about_id == decision.id)).all()
    assert [mail.to_address for mail in mails] == provider.supplier.emails


@pytest.mark.rule("R65")
def test_given_a_hearing_shorter_than_five_working_days_then_it_is_refused(app: Flask) -> None:
    staff, _provider, qualification = admitted()
    ground = standing.RemovalGround(requirement=requirement(qualification, "qualified-staff"))
    with pytest.raises(RuleBroken) as refused:
        standing.open_removal(qualification, ground, "Syy.", hearing_day() - timedelta(days=1), by=staff.coordinator)
    assert (refused.value.rule, refused.value.field) == ("R65", "due_on")


@pytest.mark.rule("R62")
def test_given_removal_for_an_earlier_contract_then_its_sanction_must_be_named_and_be_recent(app: Flask) -> None:
    staff, _provider, qualification = admitted()
    early = requirement(qualification, "early-termination")

    def remove(**facts: object) -> AdmissionMatter:
        ground = standing.RemovalGround(requirement=early, **facts)  # type: ignore[arg-type]
        return standing.open_removal(qualification, ground, "Oma arvio.", hearing_day(), by=staff.coordinator)

    recent = today() - timedelta(days=100)
    for facts, field in (
        ({}, "event_on"),
        ({"event_on": recent}, "sanction_kind"),
        (
            {
                "event_on": today() - timedelta(days=4 * 366),
                "sanction_kind": SanctionKind.DAMAGES,
                "contract_reference": "KUO-17",
            },
            "event_on",
        ),
    ):
        with pytest.raises(RuleBroken) as refused:
            remove(**facts)
        assert (refused.value.rule, refused.value.field) == ("R62", field)
    matter = remove(event_on=recent, sanction_kind=SanctionKind.DAMAGES, contract_reference="KUO-17")
    assert matter.contract_reference == "KUO-17"


@pytest.mark.rule("R34")
def test_the_database_itself_refuses_an_admission_that_ends_without_a_decision(app: Flask) -> None:
    _staff, _provider, qualification = admitted()
    qualification.state, qualification.ended_at = QualificationState.ENDED, clock.now()
    with pytest.raises(IntegrityError, match="ended_by_decision"):
        db.session.flush()
    db.session.rollback()


@pytest.mark.rule("R34")
def test_given_a_convincing_answer_when_the_matter_is_dropped_then_nothing_changes_and_the_supplier_is_told(
    app: Flask,
) -> None:
    staff, provider, qualification = admitted()
    ground = standing.RemovalGround(requirement=requirement(qualification, "qualified-staff"))
    matter = standing.open_removal(qualification, ground, "Syy.", hearing_day(), by=staff.coordinator)
    standing.answer_hearing(matter, "Tilanne on korjattu.", by=provider.mandate)

    standing.drop_matter(matter, "Selvitys riittää.", by=staff.coordinator)

    assert matter.state is MatterState.DROPPED
    assert qualification.state is QualificationState.IN_FORCE
    assert db.session.scalars(select(Mail).where(Mail.template == "admission_matter_dropped")).first() is not None


def test_given_an_answer_after_the_time_then_it_is_refused(app: Flask) -> None:
    staff, provider, qualification = admitted()
    matter = standing.open_suspension(qualification, TERM, "Syy.", hearing_day(), by=staff.coordinator)
    assert matter.due_at is not None
    with clock.at(matter.due_at), pytest.raises(WrongState):
        standing.answer_hearing(matter, "Myöhässä.", by=provider.mandate)


# ---- leaving, change of operator ----


def test_given_the_suppliers_wish_to_leave_when_signed_then_it_may_apply_again_at_once(app: Flask) -> None:
    staff, provider, qualification = admitted()
    matter = standing.request_matter(qualification, MatterKind.WITHDRAWAL, "Lopetamme.", by=provider.mandate)
    sign(standing.propose_matter(matter, "Pyynnön mukaisesti.", by=staff.coordinator), staff)

    assert qualification.state is QualificationState.ENDED
    again = worlds_dps.application(qualification.category, provider)
    assert again.decided_at is None


def test_given_a_merger_then_the_operator_that_continues_is_admitted_and_gets_a_contract(app: Flask) -> None:
    staff, _provider, qualification = admitted()
    successor = worlds_dps.provider("Uusi Valmennus Oy")
    matter = standing.open_operator_change(
        qualification, successor.supplier.registration_number, "Sulautuminen.", by=staff.coordinator
    )
    sign(standing.propose_matter(matter, "Kaupparekisterin mukaan.", by=staff.coordinator), staff)

    assert qualification.state is QualificationState.ENDED
    new = admissions.qualification_in_force(successor.supplier.id, qualification.category_id)
    assert new is not None
    contract = contract_queries.contract_of_qualification(new.id)
    assert contract is not None
    assert contract.state is ContractState.OFFERED


@pytest.mark.rule("R61")
def test_given_a_successor_with_a_ground_then_it_cannot_take_over_the_admission(app: Flask) -> None:
    staff, _provider, qualification = admitted()
    successor = worlds_dps.provider("Uusi Valmennus Oy")
    answers = dict(successor.declaration.answers)
    answers["exclusion"] = dict(answers["exclusion"]) | {
        "payment-of-taxes": {"applies": True, "explanation": "Verovelka."}
    }
    suppliers.confirm(suppliers.save_draft(successor.supplier.id, answers, by=successor.mandate), by=successor.mandate)
    with pytest.raises(RuleBroken) as refused:
        standing.open_operator_change(
            qualification, successor.supplier.registration_number, "Sulautuminen.", by=staff.coordinator
        )
    assert (refused.value.rule, refused.value.field) == ("R61", "registration_number")


# ---- who, and the line of time ----


def test_officials_cannot_ask_in_the_suppliers_name_nor_suppliers_open_hearings(app: Flask) -> None:
    staff, provider, qualification = admitted()
    with pytest.raises(NotAllowed):
        standing.request_matter(qualification, MatterKind.WITHDRAWAL, "Syy.", by=staff.coordinator)
    with pytest.raises(DomainError):
        standing.request_matter(qualification, MatterKind.REMOVAL, "Syy.", by=provider.mandate)
    page = page_as(app, provider.mandate).get(f"/procurement/admissions/{qualification.id}/removal")
    assert page.status == 403


def test_the_line_of_time_tells_everything_to_both_sides_in_order(app: Flask) -> None:
    staff, provider, qualification = admitted()
    renewing.ask_renewal(qualification, matters.earliest_renewal(today()), "Vuosittain.", by=staff.coordinator)
    paused(staff, provider, qualification)

    for visitor, address in (
        (staff.coordinator, f"/procurement/admissions/{qualification.id}"),
        (provider.mandate, f"/provider/admissions/{qualification.id}"),
    ):
        text = page_as(app, visitor).get(address).text
        steps = ["Admitted", "Renewed declaration asked for", "at the provider's request: opened", "request: decided"]
        line = text[text.index("Line of time") :]
        assert [line.index(step) for step in steps] == sorted(line.index(step) for step in steps)


def test_every_change_of_an_admission_leaves_its_event(app: Flask) -> None:
    staff, provider, qualification = admitted()
    paused(staff, provider, qualification)
    matter = standing.open_lifting(qualification, "Ohi.", by=staff.coordinator)
    sign(standing.propose_matter(matter, "Ohi.", by=staff.coordinator), staff)
    assert [event.type for event in audit.trail(qualification)] == [
        "qualification.suspended",
        "qualification.lifted",
    ]


@pytest.mark.rule("R70")
def test_given_a_proposal_without_a_summary_then_it_is_refused_at_its_field(app: Flask) -> None:
    staff, provider, qualification = admitted()
    matter = standing.request_matter(qualification, MatterKind.WITHDRAWAL, "Lopetamme.", by=provider.mandate)
    page = page_as(app, staff.coordinator).get(f"/procurement/admissions/{qualification.id}")
    answer = page.press("Send for decision", text="")
    assert answer.status == 422
    db.session.refresh(matter)
    assert matter.state is MatterState.READY
