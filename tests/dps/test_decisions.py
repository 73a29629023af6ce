"""Signing and serving decisions."""

from __future__ import annotations

import threading
from datetime import date, datetime

import pytest
from sqlalchemy import select

from core import clock
from core.audit.chain import trail
from core.db import db
from core.errors import NotAllowed, RuleBroken, WrongState
from core.identity.mandates import Mandate
from core.identity.models import Role
from core.mail.models import Mail
from core.mail.service import body_of
from dps.decisions import letters, queries, service
from dps.decisions.models import Decision, DecisionState
from dps.qualification.models import CheckResult
from dps.systems.models import LegalMode
from tests import people, worlds_dps

DAY = date(2026, 11, 22)


@pytest.fixture
def staff(app):
    return worlds_dps.staff()


@pytest.fixture
def decision(staff):
    return worlds_dps.proposed(worlds_dps.open_category(staff), worlds_dps.provider(), staff)


def words(sections):
    return " ".join(paragraph for section in sections for paragraph in section.paragraphs)


def test_a_signed_decision_gets_the_next_section_number_of_the_year(staff):
    category = worlds_dps.open_category(staff)
    numbers = []
    for name in ("Savo Oy", "Kallavesi Oy"):
        decision = worlds_dps.proposed(category, worlds_dps.provider(name), staff)
        service.sign(decision, by=staff.decider)
        numbers.append(decision.section_number)

    assert numbers == [1, 2]


def test_section_numbers_have_no_gaps_when_decisions_are_signed_at_once(committed_app):
    staff = worlds_dps.staff()
    category = worlds_dps.open_category(staff)
    ids = [worlds_dps.proposed(category, worlds_dps.provider(f"Oy {n}"), staff).id for n in range(4)]
    start = threading.Barrier(4)

    def sign(decision_id) -> None:
        with committed_app.app_context():
            start.wait()
            service.sign(queries.decision(decision_id), by=staff.decider)
            db.session.remove()

    threads = [threading.Thread(target=sign, args=(each,)) for each in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()

    assert sorted(db.session.scalars(select(Decision.section_number)).all()) == [1, 2, 3, 4]


def test_the_preparer_cannot_sign(app):
    authority = people.authority()
    person = people.person()
    coordinator = Mandate.of(people.holding(Role.COORDINATOR, authority, person))
    same_person = Mandate.of(people.holding(Role.DECIDER, authority, person))
    staff = worlds_dps.Staff(authority, coordinator, people.decider(authority))
    decision = worlds_dps.proposed(worlds_dps.open_category(staff), worlds_dps.provider(), staff)

    with pytest.raises(RuleBroken) as refused:
        service.sign(decision, by=same_person)
    assert refused.value.rule == "four-eyes"


def test_only_a_decision_maker_signs(staff, decision):
    with pytest.raises(NotAllowed):
        service.sign(decision, by=people.coordinator(staff.authority))


@pytest.mark.rule("R70")
def test_a_decision_without_a_summary_of_reasons_is_not_signed(staff, decision):
    decision.summary = " "

    with pytest.raises(RuleBroken) as refused:
        service.sign(decision, by=staff.decider)
    assert refused.value.rule == "R70"


@pytest.mark.rule("R70")
def test_a_refusal_without_a_reason_for_the_requirement_is_not_signed(staff):
    decision = worlds_dps.proposed(worlds_dps.open_category(staff), worlds_dps.provider(), staff, CheckResult.NOT_MET)
    decision.reasons = [{**reason, "reason": ""} for reason in decision.reasons]

    with pytest.raises(RuleBroken):
        service.sign(decision, by=staff.decider)


@pytest.mark.rule("R71", "R72")
@pytest.mark.parametrize("field", ["service_address", "service_email"])
def test_a_decision_is_not_signed_without_the_authority_s_address(staff, decision, field):
    setattr(decision.authority, field, " ")

    with pytest.raises(RuleBroken) as refused:
        service.sign(decision, by=staff.decider)
    assert refused.value.rule == "R71"


@pytest.mark.rule("R28", "R71", "R75", "R77")
def test_an_admission_matter_tells_of_the_market_court_and_the_leave(app, decision):
    decision.language = "en"
    decision.signed_at = datetime(2026, 11, 22, 9, tzinfo=clock.UTC)

    text = words(letters.instruction_text(decision, DAY))

    assert "grants leave" in text
    assert "14 days" in text
    assert "Monday 7 December 2026" in text
    assert decision.authority.service_address in text


@pytest.mark.rule("R75", "R90")
@pytest.mark.parametrize(
    ("sent", "last"), [("2026-12-10", "2026-12-28"), ("2026-11-22", "2026-12-07"), ("2027-04-17", "2027-05-03")]
)
def test_the_appeal_time_ends_on_a_weekday(app, decision, sent, last):
    on = date.fromisoformat(sent)

    assert letters.last_day(decision, "R75.appeal", on).isoformat() == last


@pytest.mark.rule("R8")
def test_a_small_purchase_tells_of_the_municipal_way_only(staff):
    from decimal import Decimal

    small = worlds_dps.system_details(estimated_value=Decimal("100000.00"))
    category = worlds_dps.open_category(staff, system=small, legal_mode=LegalMode.SMALL_PURCHASE)
    decision = worlds_dps.proposed(category, worlds_dps.provider(), staff)
    decision.language = "en"

    text = words(letters.instruction_text(decision, DAY))

    assert "cannot be appealed to the Market Court" in text
    assert "grants leave" not in text


@pytest.mark.rule("R27", "R72")
def test_signing_mails_the_decision_to_every_address_the_same_day_and_the_mail_says_the_date(staff, decision):
    decision.supplier.emails = ["a@savo.example", "b@savo.example"]

    service.sign(decision, by=staff.decider)

    mails = db.session.scalars(select(Mail).where(Mail.about_id == decision.id, Mail.template == "decision_signed"))
    sent = {mail.to_address: body_of(mail) for mail in mails}
    assert set(sent) == {"a@savo.example", "b@savo.example"}
    day = clock.helsinki_date(decision.signed_at)
    assert all(f"{day.day}" in body and str(day.year) in body for body in sent.values())


def test_signing_leaves_its_trace(staff, decision):
    service.sign(decision, by=staff.decider)

    assert [event.type for event in trail(decision)] == ["decision.prepared", "decision.signed", "decision.served"]


def test_a_returned_decision_is_not_signed(staff, decision):
    service.return_decision(decision, "Not clear.", by=staff.decider)

    assert decision.state is DecisionState.RETURNED
    with pytest.raises(WrongState):
        service.sign(decision, by=staff.decider)


def test_a_return_needs_a_reason(staff, decision):
    with pytest.raises(RuleBroken):
        service.return_decision(decision, "", by=staff.decider)
