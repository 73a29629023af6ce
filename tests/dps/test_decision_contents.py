"""What must stand in a decision and in what is sent with it, and the days that run from it."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from core import clock
from core.db import db
from core.errors import NotAllowed, RuleBroken, WrongState
from core.mail.models import Mail
from core.mail.service import body_of
from dps.decisions import letters, rules, service
from dps.decisions.models import Decision, RemedyKind
from dps.qualification import matters
from dps.qualification.models import CheckResult, MatterKind
from dps.qualification.service import standing
from dps.systems import legal_mode
from dps.systems.models import LegalMode
from tests import worlds_dps
from tests.worlds_dps import Staff

#: A Monday with no day off in the six weeks after it, so that no last day moves.
MONDAY = datetime(2026, 9, 7, 9, tzinfo=clock.UTC)


@pytest.fixture
def staff(app: Flask) -> Staff:
    return worlds_dps.staff()


def proposed(staff: Staff, result: CheckResult = CheckResult.MET) -> Decision:
    row = worlds_dps.proposed(worlds_dps.open_category(staff), worlds_dps.provider(), staff, result)
    row.language = "en"
    return row


@pytest.mark.rule("R70")
def test_a_refusal_in_which_every_requirement_is_met_is_not_signed(staff: Staff) -> None:
    decision = proposed(staff, CheckResult.NOT_MET)
    decision.reasons = [{**reason, "is_met": True} for reason in decision.reasons]
    with pytest.raises(RuleBroken) as refused:
        service.sign(decision, by=staff.decider)
    assert refused.value.rule == "R70"


@pytest.mark.rule("R70")
def test_a_decision_that_names_no_provisions_is_not_signed(staff: Staff) -> None:
    decision = proposed(staff)
    decision.legal_basis = " "
    with pytest.raises(RuleBroken) as refused:
        service.sign(decision, by=staff.decider)
    assert (refused.value.rule, refused.value.field) == ("R70", "legal_basis")


@pytest.mark.rule("R72")
def test_a_decision_that_can_be_sent_nowhere_is_not_signed(staff: Staff) -> None:
    decision = proposed(staff)
    decision.supplier.emails = [" "]
    with pytest.raises(RuleBroken) as refused:
        service.sign(decision, by=staff.decider)
    assert refused.value.rule == "R72"


@pytest.mark.rule("R71", "R75", "R77")
def test_both_instructions_are_attached_each_with_its_days_and_the_authority_s_address(staff: Staff) -> None:
    decision = proposed(staff)
    decision.signed_at = MONDAY
    correction, appeal = (
        " ".join(section.paragraphs) for section in letters.instruction_text(decision, date(2026, 9, 7))
    )
    assert "demand a procurement correction within 14 days" in correction
    assert "appeal to the Market Court within 14 days" in appeal
    for text in (correction, appeal):
        assert "at the latest on Monday 21 September 2026" in text
        assert decision.authority.service_address in text
        assert decision.authority.service_email in text


@pytest.mark.parametrize(
    ("kind", "skips_standstill", "last"),
    [
        pytest.param(RemedyKind.APPEAL, False, date(2026, 9, 21), marks=pytest.mark.rule("R75")),
        pytest.param(RemedyKind.APPEAL, True, date(2026, 10, 7), marks=pytest.mark.rule("R75")),
        pytest.param(RemedyKind.CORRECTION_DEMAND, False, date(2026, 9, 21), marks=pytest.mark.rule("R77")),
    ],
)
@pytest.mark.rule("R72")
def test_the_days_run_from_the_day_of_sending_itself(
    staff: Staff, kind: RemedyKind, skips_standstill: bool, last: date
) -> None:
    decision = proposed(staff)
    decision.signed_at, decision.skips_standstill = MONDAY, skips_standstill
    assert rules.last_day_of(kind, decision) == last


@pytest.mark.rule("R72")
def test_letter_and_mail_say_when_it_was_sent_and_that_it_is_received_that_day(staff: Staff) -> None:
    decision = proposed(staff)
    service.sign(decision, by=staff.decider)
    mail = db.session.scalars(
        select(Mail).where(Mail.about_id == decision.id, Mail.template == "decision_signed")
    ).one()
    head, letter = body_of(mail).split("Decision §", 1)
    assert decision.signed_at is not None
    day = f"{decision.signed_at:%Y}"
    assert "This message was sent on" in head
    assert "You are deemed to have received it on that day." in head
    assert day in head
    assert "It was sent on" in letter
    assert "The candidate is deemed to have received it on that day." in letter


@pytest.mark.rule("R73")
def test_only_the_party_of_a_signed_decision_asks_for_its_reasons(staff: Staff) -> None:
    decision, other = proposed(staff), worlds_dps.provider("Puijon Ura Oy")
    service.sign(decision, by=staff.decider)
    with pytest.raises(NotAllowed) as refused:
        service.ask_explanation(decision, "Miksi näin päätettiin?", by=other.mandate)
    assert refused.value.rule == "R73"


@pytest.mark.rule("R76")
@pytest.mark.parametrize(
    ("mode", "skips_standstill", "blocks"),
    [
        (LegalMode.DPS_STRICT, False, True),
        (LegalMode.ANNEX_E_DPS_LIKE, False, True),
        (LegalMode.ANNEX_E_DPS_LIKE, True, False),
        (LegalMode.SMALL_PURCHASE, False, False),
    ],
)
def test_an_appeal_locks_the_contract_where_standstill_is_observed(
    mode: LegalMode, skips_standstill: bool, blocks: bool
) -> None:
    assert legal_mode.appeal_blocks_contract(mode, skips_standstill=skips_standstill) is blocks


@pytest.mark.rule("R34")
def test_a_provider_is_heard_about_its_removal_for_five_working_days(staff: Staff) -> None:
    assert matters.earliest_hearing(date(2026, 9, 7)) == date(2026, 9, 14)

    category = worlds_dps.open_category(staff)
    qualification = worlds_dps.admitted(category, worlds_dps.provider(), staff)
    skills = next(each for each in category.requirements if each.code == "qualified-staff")
    today = clock.helsinki_date(clock.now())
    day = clock.add_working_days(today, 4, clock.supplier_days)
    ground = standing.RemovalGround(requirement=skills)
    with pytest.raises(RuleBroken) as refused:
        standing.open_removal(qualification, ground, "Valmentajat ovat lähteneet.", day, by=staff.coordinator)
    assert refused.value.field == "due_on"


@pytest.mark.rule("R34")
def test_an_admission_has_one_matter_at_a_time(staff: Staff) -> None:
    provider = worlds_dps.provider()
    qualification = worlds_dps.admitted(worlds_dps.open_category(staff), provider, staff)
    standing.request_matter(qualification, MatterKind.WITHDRAWAL, "Lopetamme.", by=provider.mandate)
    with pytest.raises(WrongState) as refused:
        standing.request_matter(qualification, MatterKind.SUSPENSION_REQUESTED, "Loma.", by=provider.mandate)
    assert refused.value.rule == "R34"
