"""Choices of tenders: reasons for each tenderer, a text for each alone, standstill and the days that follow from it."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from core import clock
from core.db import db
from core.errors import NotAllowed, RuleBroken, WrongState
from core.files import service as files
from core.i18n import using_language
from core.identity.models import Role
from core.mail.models import Mail
from core.mail.service import body_of
from core.web.formatting import date_long
from dps.decisions import archive, letters, queries, rules, service
from dps.decisions.jobs import make_addressee_letter, make_letter
from dps.decisions.models import Decision, DecisionState, RemedyKind, RemedyOutcome
from dps.decisions.service import AddresseeDetails, RemedyDetails
from dps.systems import legal_mode
from dps.systems.legal_mode import InstructionKind
from dps.systems.models import LegalMode
from tests import worlds_awards, worlds_dps
from tests.dps.test_own_matters import _also
from tests.pages import api_as, page_as
from tests.worlds_awards import Award, today


def words(sections: list[letters.Section]) -> str:
    return " ".join(paragraph for section in sections for paragraph in section.paragraphs)


# ---- what a choice must hold ----


@pytest.mark.rule("R70")
@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ("one tenderer without a row", "reasons"),
        ("a rejected one without a reason", "summary"),
        ("a letter that says nothing", "addressees"),
    ],
)
def test_a_choice_without_reasons_for_each_tenderer_is_not_prepared(app: Flask, changed: str, field: str) -> None:
    staff = worlds_dps.staff()
    category = worlds_awards.category(staff)
    tenderers = worlds_awards.tenderers(category, staff)
    details = worlds_awards.details(category, tenderers)
    changes: dict[str, object] = {
        "one tenderer without a row": {"reasons": details.reasons[:2]},
        "a rejected one without a reason": {"reasons": [{**each, "reason": " "} for each in details.reasons]},
        "a letter that says nothing": {
            "addressees": [
                AddresseeDetails(supplier_id=each.supplier.id, language="fi", sections=[]) for each in tenderers
            ]
        },
    }[changed]
    with pytest.raises(RuleBroken) as refused:
        service.prepare(worlds_awards.details(category, tenderers, **changes), by=staff.coordinator)
    assert (refused.value.rule, refused.value.field) == ("R70", field)


@pytest.mark.rule("R70")
def test_a_choice_that_lost_the_reason_for_a_rejected_tenderer_is_not_signed(app: Flask) -> None:
    award = worlds_awards.prepared()
    award.decision.reasons = award.decision.reasons[:2]
    with pytest.raises(RuleBroken) as refused:
        service.sign(award.decision, by=award.staff.decider)
    assert refused.value.rule == "R70"


@pytest.mark.rule("R49")
@pytest.mark.parametrize("reason", ["", "  "])
def test_a_competition_is_not_cancelled_without_a_reason(app: Flask, reason: str) -> None:
    staff = worlds_dps.staff()
    category = worlds_awards.category(staff)
    parties = worlds_awards.tenderers(category, staff, 2)
    row = {"requirement": "cancellation", "text": {"fi": "Keskeytys"}, "is_met": False, "reason": reason}
    with pytest.raises(RuleBroken) as refused:
        worlds_awards.cancelled(staff, category, parties, reasons=[row])
    assert refused.value.rule == "R49"


@pytest.mark.rule("R49", "R70")
def test_a_cancellation_is_served_to_every_party_with_its_reason(app: Flask) -> None:
    staff = worlds_dps.staff()
    category = worlds_awards.category(staff)
    parties = worlds_awards.tenderers(category, staff, 2)
    decision = worlds_awards.cancelled(staff, category, parties)
    service.sign(decision, by=staff.decider)
    mails = db.session.scalars(select(Mail).where(Mail.about_id == decision.id)).all()
    assert {each.to_address for each in mails} == {each.supplier.emails[0] for each in parties}
    assert all("Määräraha poistui talousarviosta." in body_of(each) for each in mails)


def test_the_database_knows_one_party_or_many(app: Flask) -> None:
    award = worlds_awards.prepared()
    award.decision.supplier_id = award.winner.supplier.id
    with pytest.raises(IntegrityError):
        db.session.flush()


@pytest.mark.rule("R80")
@pytest.mark.parametrize("numbers", [{"tenders_received": None}, {"tenders_received": 2}, {"tenderers": 0}])
def test_a_choice_says_how_many_tenders_came(app: Flask, numbers: dict[str, int | None]) -> None:
    staff = worlds_dps.staff()
    category = worlds_awards.category(staff)
    details = worlds_awards.details(category, worlds_awards.tenderers(category, staff), **numbers)
    with pytest.raises(RuleBroken) as refused:
        service.prepare(details, by=staff.coordinator)
    assert refused.value.rule == "R80"


@pytest.mark.rule("R71")
def test_the_instructions_are_those_of_the_mode(app: Flask) -> None:
    staff = worlds_dps.staff()
    category = worlds_awards.category(staff)
    tenderers = worlds_awards.tenderers(category, staff, 2)
    details = worlds_awards.details(category, tenderers, instruction_kind=InstructionKind.MUNICIPAL)
    with pytest.raises(RuleBroken) as refused:
        service.prepare(details, by=staff.coordinator)
    assert refused.value.rule == "R71"


@pytest.mark.rule("R50")
def test_a_decision_maker_who_acts_for_a_tenderer_does_not_sign(app: Flask) -> None:
    award = worlds_awards.prepared()
    both = _also(award.tenderers[1].mandate, Role.DECIDER, award.staff)
    with pytest.raises(RuleBroken) as refused:
        service.sign(award.decision, by=both)
    assert refused.value.rule == "R50"


# ---- standstill: the whole matrix ----

ANNEX, STRICT, SMALL = LegalMode.ANNEX_E_DPS_LIKE, LegalMode.DPS_STRICT, LegalMode.SMALL_PURCHASE
#: Wednesday 25 November 2026, as in RULES.md.
SENT = datetime(2026, 11, 25, 9, tzinfo=UTC)


@pytest.mark.rule("R74", "R75", "R70")
@pytest.mark.parametrize(
    ("mode", "count", "skips", "contract_from", "appeal_until", "says"),
    [
        (STRICT, 3, False, date(2026, 12, 8), date(2026, 12, 9), "standstill of 10 days"),
        (STRICT, 1, False, date(2026, 12, 8), date(2026, 12, 9), "standstill of 10 days"),
        (STRICT, 3, True, date(2026, 11, 25), date(2026, 12, 28), "within a dynamic purchasing system"),
        (STRICT, 1, True, date(2026, 11, 25), date(2026, 12, 28), "within a dynamic purchasing system"),
        (ANNEX, 3, False, date(2026, 12, 10), date(2026, 12, 9), "standstill of 14 days"),
        (ANNEX, 1, False, date(2026, 12, 10), date(2026, 12, 9), "standstill of 14 days"),
        (ANNEX, 3, True, None, None, ""),
        (ANNEX, 1, True, date(2026, 11, 25), date(2026, 12, 28), "only one tenderer remains"),
        (SMALL, 3, False, date(2026, 11, 25), None, "no standstill"),
        (SMALL, 1, False, date(2026, 11, 25), None, "no standstill"),
        (SMALL, 3, True, None, None, ""),
        (SMALL, 1, True, None, None, ""),
    ],
)
def test_standstill_and_appeal_time_by_mode_tenderers_and_choice(
    app: Flask,
    mode: LegalMode,
    count: int,
    skips: bool,
    contract_from: date | None,
    appeal_until: date | None,
    says: str,
) -> None:
    if contract_from is None:
        with pytest.raises(RuleBroken) as refused:
            worlds_awards.prepared(mode, count, skips_standstill=skips)
        assert refused.value.rule == "R74"
        return
    decision = worlds_awards.prepared(mode, count, skips_standstill=skips).decision
    with db.session.no_autoflush:
        _check_dates(decision, skips, contract_from, appeal_until, says)


def _check_dates(decision: Decision, skips: bool, contract_from: date, appeal_until: date | None, says: str) -> None:
    decision.language, decision.signed_at = "en", SENT
    assert rules.contract_from(decision) == contract_from
    day = SENT.date()
    contract = next(each for each in letters.decision_text(decision, day) if each.heading == "Contract")
    assert says in words([contract])
    text = words(letters.instruction_text(decision, day))
    assert "grants leave" not in text
    if appeal_until is None:
        assert "cannot be appealed to the Market Court" in text
        return
    assert rules.last_day_of(RemedyKind.APPEAL, decision) == appeal_until
    days = 30 if skips else 14
    assert f"appeal to the Market Court within {days} days" in text
    with using_language("en"):
        assert date_long(appeal_until) in text
        assert date_long(contract_from) in words([contract])


@pytest.mark.rule("R74")
def test_days_of_standstill_by_mode() -> None:
    day = date(2026, 11, 25)
    assert [legal_mode.standstill_days(mode, day) for mode in (STRICT, ANNEX, SMALL)] == [10, 14, None]
    assert legal_mode.may_skip_standstill(STRICT, 5)
    assert not legal_mode.may_skip_standstill(ANNEX, 2)
    assert legal_mode.may_skip_standstill(ANNEX, 1)
    assert not legal_mode.may_skip_standstill(SMALL, 1)


# ---- served to each, each its own ----


@pytest.fixture
def award(app: Flask) -> Award:
    return worlds_awards.signed()


@pytest.mark.rule("R72")
def test_each_tenderer_gets_its_own_text_in_its_own_language_with_the_day_of_sending(app: Flask) -> None:
    award = worlds_awards.prepared()
    loser = award.tenderers[1]
    row = next(each for each in award.decision.addressees if each.supplier_id == loser.supplier.id)
    row.language = "sv"
    service.sign(award.decision, by=award.staff.decider)
    mails = {
        each.to_address: each for each in db.session.scalars(select(Mail).where(Mail.about_id == award.decision.id))
    }
    assert len(mails) == 3
    for each in award.tenderers:
        mail = mails[each.supplier.emails[0]]
        body = body_of(mail)
        assert f"Vain tarjoajalle {each.supplier.name}" in body
        assert sum(f"Vain tarjoajalle {other.supplier.name}" in body for other in award.tenderers) == 1
        assert str(today().year) in body
        assert mail.language == ("sv" if each is loser else "fi")


@pytest.mark.rule("I4")
def test_a_tenderer_sees_its_own_text_only_on_pages_and_in_the_api(app: Flask, award: Award) -> None:
    first, second, third = award.tenderers
    path = f"/provider/decisions/{award.decision.id}"
    page = page_as(app, second.mandate).get(path)
    assert page.status == 200
    assert f"Vain tarjoajalle {second.supplier.name}" in page.text
    assert "Hinta 40, laatu 60." in page.text
    assert f"Vain tarjoajalle {third.supplier.name}" not in page.text
    assert third.supplier.name not in page.text
    assert "Choice of tenders" in page_as(app, second.mandate).get("/provider/decisions").text
    data = api_as(app, second.mandate).get(f"/decisions/{award.decision.id}").json
    assert [each["supplier_id"] for each in data["addressees"]] == [str(second.supplier.id)]
    assert {each["requirement"] for each in data["reasons"]} == {str(first.supplier.id), str(second.supplier.id)}
    listed = api_as(app, third.mandate).get("/decisions").json["items"]
    shown = next(each for each in listed if each["id"] == str(award.decision.id))
    assert [each["supplier_id"] for each in shown["addressees"]] == [str(third.supplier.id)]
    outsider = worlds_dps.provider("Muu Oy")
    assert page_as(app, outsider.mandate).get(path).status == 403
    assert api_as(app, outsider.mandate).get(f"/decisions/{award.decision.id}").status_code == 403


def test_staff_see_the_whole(app: Flask, award: Award) -> None:
    page = page_as(app, award.staff.decider).get(f"/procurement/decisions/{award.decision.id}")
    assert page.status == 200
    assert all(f"Vain tarjoajalle {each.supplier.name}" in page.text for each in award.tenderers)
    data = api_as(app, award.staff.coordinator).get(f"/decisions/{award.decision.id}").json
    assert len(data["addressees"]) == len(data["reasons"]) == 3
    for path in ("/procurement/decisions", "/procurement", "/procurement/remedies"):
        assert page_as(app, award.staff.decider).get(path).status == 200


@pytest.mark.rule("R84")
def test_nobody_outside_reads_a_choice_before_it_is_signed(app: Flask) -> None:
    award = worlds_awards.prepared()
    path = f"/provider/decisions/{award.decision.id}"
    assert page_as(app, award.winner.mandate).get(path).status == 403
    page = page_as(app, award.staff.decider)
    assert "3 parties" in page.get(f"/procurement/decisions/{award.decision.id}/sign").text
    page.get(f"/procurement/decisions/{award.decision.id}/sign").press("Sign the decision")
    db.session.refresh(award.decision)
    assert award.decision.state is DecisionState.SIGNED


@pytest.mark.rule("R72", "I4")
def test_each_tenderer_has_a_letter_of_its_own_and_the_archive_all(app: Flask, award: Award) -> None:
    make_letter(str(award.decision.id))
    for row in award.decision.addressees:
        make_addressee_letter(str(row.id))
        make_addressee_letter(str(row.id))
        db.session.refresh(row)
        assert row.letter is not None
        text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(files.content_of(row.letter))).pages)
        flat = " ".join(text.split())
        assert f"Vain tarjoajalle {row.supplier.name}" in flat
        assert sum(f"Vain tarjoajalle {other.supplier.name}" in flat for other in award.tenderers) == 1
    second = award.tenderers[1]
    got = page_as(app, second.mandate).fetch(f"/provider/decisions/{award.decision.id}/letter.pdf")
    row = next(each for each in award.decision.addressees if each.supplier_id == second.supplier.id)
    assert got.data == files.content_of(row.letter)
    staff = page_as(app, award.staff.coordinator)
    assert staff.fetch(f"/procurement/decision-addressees/{row.id}/letter.pdf").data == got.data
    with zipfile.ZipFile(io.BytesIO(archive.package(award.decision))) as package:
        names = set(package.namelist())
        assert {f"letters/{each.supplier.registration_number}.pdf" for each in award.tenderers} <= names
        assert len(json.loads(package.read("decision.json"))["addressees"]) == 3


# ---- after the choice ----


@pytest.mark.rule("R77")
def test_every_tenderer_is_told_of_a_correction_and_its_outcome(app: Flask, award: Award) -> None:
    remedy = worlds_awards.correction_pending(award)
    service.close_remedy(remedy, RemedyOutcome.REJECTED, "Pisteytys oli oikea.", by=award.staff.coordinator)
    for template in ("remedy_pending", "remedy_closed"):
        told = db.session.scalars(
            select(Mail.to_address).where(Mail.about_id == award.decision.id, Mail.template == template)
        ).all()
        assert set(told) == {each.supplier.emails[0] for each in award.tenderers}
    assert page_as(app, award.staff.coordinator).get(f"/procurement/remedies/{remedy.id}").status == 200


@pytest.mark.rule("R77")
def test_a_choice_is_corrected_by_a_new_choice_while_a_correction_is_pending(app: Flask, award: Award) -> None:
    staff = award.staff
    new = worlds_awards.details(
        award.category,
        award.tenderers,
        corrects_id=award.decision.id,
        reasons=worlds_awards.reasons([*award.tenderers[1:], award.winner]),
    )
    with pytest.raises(WrongState) as refused:
        service.prepare(new, by=staff.coordinator, continues=award.decision)
    assert refused.value.rule == "R77"
    remedy = worlds_awards.correction_pending(award)
    with pytest.raises(RuleBroken) as refused_findings:
        service.prepare_correction(remedy, [], "Uusi.", by=staff.coordinator)
    assert refused_findings.value.rule == "R77"
    correction = service.prepare(new, by=staff.coordinator, continues=award.decision)
    with pytest.raises(RuleBroken):
        service.close_remedy(remedy, RemedyOutcome.CORRECTED, "Korjattu.", by=staff.coordinator)
    with pytest.raises(WrongState) as twice:
        service.prepare(new, by=staff.coordinator, continues=award.decision)
    assert twice.value.rule == "R77"
    service.sign(correction, by=staff.decider)
    service.close_remedy(remedy, RemedyOutcome.CORRECTED, "Korjattu.", by=staff.coordinator)
    assert remedy.new_decision_id == correction.id
    correction.language = "en"
    with db.session.no_autoflush:
        assert "takes its place" in words(letters.decision_text(correction, today()))
    assert correction.case_number == award.decision.case_number


@pytest.mark.rule("R73")
def test_any_tenderer_asks_for_the_reasons_and_only_it_gets_the_answer(app: Flask, award: Award) -> None:
    second, third = award.tenderers[1:]
    request = service.ask_explanation(award.decision, "Miksi 39 pistettä?", by=second.mandate)
    assert request.supplier_id == second.supplier.id
    assert request.due_on == clock.next_weekday(today() + timedelta(days=15))
    service.answer_explanation(request, "Suunnitelma oli suppea.", by=award.staff.coordinator)
    told = db.session.scalars(select(Mail.to_address).where(Mail.template == "explanation_answered")).all()
    assert told == [second.supplier.emails[0]]
    path = f"/provider/decisions/{award.decision.id}"
    assert "Suunnitelma oli suppea." in page_as(app, second.mandate).get(path).text
    assert "Suunnitelma oli suppea." not in page_as(app, third.mandate).get(path).text
    with pytest.raises(NotAllowed):
        service.ask_explanation(award.decision, "Miksi?", by=worlds_dps.provider("Muu Oy").mandate)


@pytest.mark.rule("R76")
def test_an_appeal_against_a_choice_is_registered_for_all(app: Flask, award: Award) -> None:
    details = RemedyDetails(
        kind=RemedyKind.APPEAL,
        claims="Valitus.",
        claimant="Puijon Ura Oy",
        received_on=clock.helsinki_date(clock.now()),
    )
    service.register_remedy(award.decision, details, by=award.staff.coordinator)
    assert queries.appeal_is_pending(award.decision.id)
