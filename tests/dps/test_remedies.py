"""After the decision: appeals and corrections (R75-R78), reasons (R73), delegated power, letters, the archive."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select

from core import clock
from core.db import db
from core.errors import NotAllowed, RuleBroken, WrongState
from core.files import service as files
from core.mail.models import Mail
from dps.contracts import queries as contract_queries
from dps.contracts import service as contracts
from dps.decisions import archive, letters, queries, rules, service
from dps.decisions.jobs import make_letter
from dps.decisions.models import Decision, DecisionKind, RemedyKind, RemedyOutcome, RemedyState
from dps.decisions.service import CorrectedFinding, RemedyDetails
from dps.qualification import admissions
from dps.qualification.models import ApplicationState, CheckResult, QualificationState
from dps.qualification.queries import application_of_decision
from dps.systems.models import Category, LegalMode
from tests import people, worlds_dps
from tests.pages import page_as
from tests.worlds_dps import Provider, Staff


def today() -> date:
    return clock.helsinki_date(clock.now())


def refused() -> tuple[Staff, Provider, Decision]:
    """A provider refused for its staff."""
    staff, provider = worlds_dps.staff(), worlds_dps.provider()
    decision = worlds_dps.proposed(worlds_dps.open_category(staff), provider, staff, CheckResult.NOT_MET)
    service.sign(decision, by=staff.decider)
    return staff, provider, decision


def admitted(**category: object) -> tuple[Staff, Provider, Decision]:
    staff, provider = worlds_dps.staff(), worlds_dps.provider()
    decision = worlds_dps.proposed(worlds_dps.open_category(staff, **category), provider, staff)
    service.sign(decision, by=staff.decider)
    return staff, provider, decision


def small_purchase() -> tuple[Staff, Provider, Decision]:
    staff, provider = worlds_dps.staff(), worlds_dps.provider()
    system = worlds_dps.system_details(estimated_value=worlds_dps.Decimal("50000.00"))
    category = worlds_dps.open_category(staff, system=system, legal_mode=LegalMode.SMALL_PURCHASE)
    decision = worlds_dps.proposed(category, provider, staff)
    service.sign(decision, by=staff.decider)
    return staff, provider, decision


def details(kind: RemedyKind, **changes: object) -> RemedyDetails:
    values = {"claims": "Vaadin oikaisua.", "claimant": "Savon Valmennus Oy", "received_on": today()} | changes
    return RemedyDetails(kind=kind, **values)  # type: ignore[arg-type]


def corrected(remedy: object, decision: Decision, staff: Staff, *, is_met: bool) -> Decision:
    findings = [CorrectedFinding(is_met, "" if is_met else "Koulutus puuttuu.") for _ in decision.reasons]
    new = service.prepare_correction(remedy, findings, "Asiakirja oli saapunut ajoissa.", by=staff.coordinator)  # type: ignore[arg-type]
    service.sign(new, by=staff.decider)
    return new


def admissions_category(decision: Decision) -> Category:
    return db.session.get_one(Category, decision.category_id)


# ---- time limits ----


@pytest.mark.rule("R75", "R90")
@pytest.mark.parametrize(
    ("signed", "skips", "last"),
    [
        (date(2026, 12, 10), False, date(2026, 12, 28)),
        (date(2026, 11, 22), False, date(2026, 12, 7)),
        (date(2027, 4, 17), False, date(2027, 5, 3)),
        (date(2026, 11, 24), True, date(2026, 12, 28)),
    ],
)
def test_the_appeal_time_is_14_days_or_30_without_standstill_and_ends_on_a_weekday(
    app: Flask, signed: date, skips: bool, last: date
) -> None:
    _staff, _provider, decision = admitted()
    decision.skips_standstill = skips
    decision.signed_at = datetime(signed.year, signed.month, signed.day, 12, tzinfo=clock.HELSINKI)
    assert rules.last_day_of(RemedyKind.APPEAL, decision) == last
    text = " ".join(p for section in letters.instruction_text(decision, signed) for p in section.paragraphs)
    assert f"{30 if skips else 14} päivän kuluessa" in text or f"within {30 if skips else 14} days" in text


@pytest.mark.rule("R77", "R90")
def test_own_correction_is_possible_for_90_days(app: Flask) -> None:
    _staff, _provider, decision = admitted()
    decision.signed_at = datetime(2026, 9, 1, 12, tzinfo=clock.HELSINKI)
    assert rules.last_day_of(RemedyKind.OWN_CORRECTION, decision) == date(2026, 11, 30)


# ---- appeals ----


@pytest.mark.rule("R76")
def test_given_an_appeal_when_the_city_signs_the_contract_then_it_is_refused_until_the_court_has_ended_it(
    app: Flask,
) -> None:
    staff, provider, decision = admitted()
    contract = contract_queries.contract_of_qualification(
        admissions.qualification_in_force(provider.supplier.id, decision.category_id).id  # type: ignore[union-attr]
    )
    assert contract is not None
    contracts.sign_for_supplier(contract, by=provider.mandate)
    worlds_dps.liability_checked(contract, staff)
    remedy = service.register_remedy(
        decision, details(RemedyKind.APPEAL, claimant="Kilpailija Oy"), by=staff.coordinator
    )

    with pytest.raises(WrongState) as blocked:
        contracts.sign_for_authority(contract, by=staff.coordinator)
    assert blocked.value.rule == "R76"

    service.close_remedy(remedy, RemedyOutcome.COURT_DISMISSED, "Ei käsittelylupaa.", by=staff.coordinator)
    contracts.sign_for_authority(contract, by=staff.coordinator)
    assert contract.authority_signed_at is not None


@pytest.mark.rule("R8", "R76")
def test_given_a_small_purchase_then_no_appeal_to_the_market_court_can_be_registered(app: Flask) -> None:
    staff, _provider, decision = small_purchase()
    with pytest.raises(RuleBroken) as refusal:
        service.register_remedy(decision, details(RemedyKind.APPEAL), by=staff.coordinator)
    assert (refusal.value.rule, refusal.value.field) == ("R8", "kind")


# ---- corrections ----


@pytest.mark.rule("R77")
def test_given_a_demand_when_registered_then_the_party_is_told_at_once(app: Flask) -> None:
    staff, provider, decision = refused()
    page = page_as(app, staff.coordinator).get(f"/procurement/decisions/{decision.id}/remedy")
    done = page.press(
        "Register", kind="correction_demand", claimant="Savon Valmennus Oy", claims="Todistus oli liitteenä."
    )
    assert "Demand for a procurement correction" in done.heading
    mails = db.session.scalars(select(Mail).where(Mail.template == "remedy_pending")).all()
    assert [mail.to_address for mail in mails] == provider.supplier.emails
    assert "pending" in page_as(app, provider.mandate).get(f"/provider/decisions/{decision.id}").text


@pytest.mark.rule("R77")
def test_given_a_refusal_by_mistake_when_corrected_then_a_new_decision_points_to_the_old_one_and_admits(
    app: Flask,
) -> None:
    staff, provider, decision = refused()
    before = (decision.summary, decision.reasons, decision.signed_at)
    remedy = service.register_remedy(decision, details(RemedyKind.CORRECTION_DEMAND), by=staff.coordinator)

    new = corrected(remedy, decision, staff, is_met=True)
    service.close_remedy(remedy, RemedyOutcome.CORRECTED, "Vaatimus oli oikea.", by=staff.coordinator)

    assert (new.kind, new.corrects_id, new.case_number) == (DecisionKind.ADMISSION, decision.id, decision.case_number)
    assert (decision.summary, decision.reasons, decision.signed_at) == before
    assert remedy.new_decision_id == new.id
    application = application_of_decision(new.id)
    assert application is not None
    assert application.state is ApplicationState.ADMITTED
    found = admissions.qualification_in_force(provider.supplier.id, decision.category_id)
    assert found is not None
    assert contract_queries.contract_of_qualification(found.id) is not None
    text = " ".join(p for section in letters.decision_text(new, today()) for p in section.paragraphs)
    assert str(decision.section_number) in text


@pytest.mark.rule("R77")
def test_given_an_admission_by_mistake_when_corrected_then_it_ends_by_the_new_decision(app: Flask) -> None:
    staff, provider, decision = admitted()
    found = admissions.qualification_in_force(provider.supplier.id, decision.category_id)
    remedy = service.register_remedy(decision, details(RemedyKind.OWN_CORRECTION, claimant=""), by=staff.coordinator)
    new = corrected(remedy, decision, staff, is_met=False)
    assert found is not None
    assert found.state is QualificationState.ENDED
    assert found.end_decision_id == new.id


@pytest.mark.rule("R26", "R77")
def test_given_a_correction_that_admits_meanwhile_then_a_later_admission_keeps_the_one_in_force(app: Flask) -> None:
    staff, provider, decision = refused()
    later = worlds_dps.proposed(admissions_category(decision), provider, staff)
    remedy = service.register_remedy(decision, details(RemedyKind.CORRECTION_DEMAND), by=staff.coordinator)
    new = corrected(remedy, decision, staff, is_met=True)

    service.sign(later, by=staff.decider)

    found = admissions.qualification_in_force(provider.supplier.id, decision.category_id)
    assert found is not None
    assert found.decision_id == new.id
    application = application_of_decision(later.id)
    assert application is not None
    assert application.state is ApplicationState.ADMITTED


@pytest.mark.rule("R77")
def test_given_91_days_then_own_initiative_is_refused(app: Flask) -> None:
    staff, _provider, decision = admitted()
    last = rules.last_day_of(RemedyKind.OWN_CORRECTION, decision)
    with clock.at(clock.end_of_day(last)), pytest.raises(RuleBroken) as refusal:
        service.register_remedy(decision, details(RemedyKind.OWN_CORRECTION), by=staff.coordinator)
    assert refusal.value.rule == "R77"
    with clock.at(clock.end_of_day(last) - timedelta(seconds=1)):
        row = service.register_remedy(decision, details(RemedyKind.OWN_CORRECTION), by=staff.coordinator)
    assert row.state is RemedyState.PENDING


@pytest.mark.rule("R77")
def test_given_a_demand_in_time_then_it_cannot_be_called_late_and_a_late_one_can(app: Flask) -> None:
    staff, _provider, decision = refused()
    demand = service.register_remedy(decision, details(RemedyKind.CORRECTION_DEMAND), by=staff.coordinator)
    with pytest.raises(RuleBroken) as refusal:
        service.close_remedy(demand, RemedyOutcome.TOO_LATE, "Myöhässä.", by=staff.coordinator)
    assert refusal.value.field == "outcome"

    last = rules.last_day_of(RemedyKind.CORRECTION_DEMAND, decision)
    with clock.at(clock.end_of_day(last)):
        late = service.register_remedy(
            decision, details(RemedyKind.CORRECTION_DEMAND, claims="Toinen vaatimus."), by=staff.coordinator
        )
        assert late.is_late
        service.close_remedy(late, RemedyOutcome.TOO_LATE, "Määräaika oli päättynyt.", by=staff.coordinator)
    assert late.outcome is RemedyOutcome.TOO_LATE


@pytest.mark.rule("R77")
def test_given_an_appeal_then_a_correction_ends_only_after_the_market_court_was_told(app: Flask) -> None:
    staff, _provider, decision = refused()
    service.register_remedy(decision, details(RemedyKind.APPEAL), by=staff.coordinator)
    demand = service.register_remedy(decision, details(RemedyKind.CORRECTION_DEMAND), by=staff.coordinator)
    with pytest.raises(RuleBroken) as refusal:
        service.close_remedy(demand, RemedyOutcome.REJECTED, "Ei virhettä.", by=staff.coordinator)
    assert refusal.value.rule == "R77"
    service.tell_court(demand, today(), by=staff.coordinator)
    service.close_remedy(demand, RemedyOutcome.REJECTED, "Ei virhettä.", by=staff.coordinator)
    assert demand.state is RemedyState.CLOSED


@pytest.mark.rule("R77")
def test_given_no_signed_new_decision_then_a_matter_cannot_end_as_corrected(app: Flask) -> None:
    staff, _provider, decision = refused()
    demand = service.register_remedy(decision, details(RemedyKind.CORRECTION_DEMAND), by=staff.coordinator)
    with pytest.raises(RuleBroken) as refusal:
        service.close_remedy(demand, RemedyOutcome.CORRECTED, "Korjattu.", by=staff.coordinator)
    assert refusal.value.field == "outcome"


@pytest.mark.rule("R78")
def test_given_a_writing_error_then_a_procurement_decision_is_corrected_by_r77_and_a_small_purchase_by_its_own_way(
    app: Flask,
) -> None:
    staff, _provider, decision = refused()
    with pytest.raises(RuleBroken) as refusal:
        service.register_remedy(decision, details(RemedyKind.CLERICAL_ERROR), by=staff.coordinator)
    assert (refusal.value.rule, refusal.value.field) == ("R78", "kind")

    staff, _provider, small = small_purchase()
    remedy = service.register_remedy(small, details(RemedyKind.CLERICAL_ERROR), by=staff.coordinator)
    assert remedy.last_day.year == today().year + 5
    findings = [CorrectedFinding(True, "") for _ in small.reasons]
    new = service.prepare_correction(remedy, findings, "Kirjoitusvirhe.", by=staff.coordinator)
    assert "HallL 51 §" in new.legal_basis
    with clock.at(clock.end_of_day(remedy.last_day)), pytest.raises(RuleBroken) as late:
        service.register_remedy(small, details(RemedyKind.CLERICAL_ERROR), by=staff.coordinator)
    assert late.value.rule == "R78"


# ---- reasons on request ----


@pytest.mark.rule("R73")
def test_given_a_request_for_reasons_then_it_is_due_in_15_days_and_the_answer_reaches_the_party(app: Flask) -> None:
    staff, provider, decision = refused()
    with clock.at(datetime(2026, 11, 25, 9, tzinfo=clock.HELSINKI)):
        assert rules.explanation_due(date(2026, 11, 25)) == date(2026, 12, 10)
    page = page_as(app, provider.mandate).get(f"/provider/decisions/{decision.id}/ask-reasons")
    page.press("Send the question", text="Miksi koulutus ei riittänyt?")

    desk = page_as(app, staff.coordinator).get("/procurement")
    assert "Give the reasons: Savon Valmennus Oy" in desk.text
    request = queries.explanations_of(decision.id)[0]
    assert request.due_on == rules.explanation_due(today())
    answered = page_as(app, staff.coordinator).get(f"/procurement/explanation-requests/{request.id}")
    answered.press("Send the answer", text="Todistus ei koskenut valmennusta.")

    assert "Todistus ei koskenut" in page_as(app, provider.mandate).get(f"/provider/decisions/{decision.id}").text
    assert db.session.scalars(select(Mail).where(Mail.template == "explanation_answered")).first() is not None


def test_another_company_cannot_ask_for_the_reasons(app: Flask) -> None:
    _staff, _provider, decision = refused()
    stranger = worlds_dps.provider("Kallavesi Oy")
    with pytest.raises(NotAllowed):
        service.ask_explanation(decision, "Miksi?", by=stranger.mandate)


# ---- delegated power ----


def test_given_a_delegation_then_its_holder_signs_admissions_of_others_but_no_refusals(app: Flask) -> None:
    staff = worlds_dps.staff()
    category = worlds_dps.open_category(staff)
    official = people.coordinator(staff.authority)
    admission = worlds_dps.proposed(category, worlds_dps.provider("Yksi Oy"), staff)
    refusal = worlds_dps.proposed(category, worlds_dps.provider("Kaksi Oy"), staff, CheckResult.NOT_MET)
    with pytest.raises(NotAllowed):
        service.sign(admission, by=official)

    service.delegate(
        category.system,
        official.person_id,
        "Delegointipäätös § 12/2026",
        today(),
        today() + timedelta(days=90),
        by=staff.decider,
    )

    service.sign(admission, by=official)
    assert admission.competence == "Delegointipäätös § 12/2026"
    with pytest.raises(NotAllowed):
        service.sign(refusal, by=official)


def test_given_a_revoked_or_ended_delegation_then_it_gives_no_power(app: Flask) -> None:
    staff = worlds_dps.staff()
    category = worlds_dps.open_category(staff)
    official = people.coordinator(staff.authority)
    row = service.delegate(
        category.system, official.person_id, "Päätös", today(), today() + timedelta(days=5), by=staff.decider
    )
    admission = worlds_dps.proposed(category, worlds_dps.provider(), staff)
    with clock.at(clock.end_of_day(row.ends_on)), pytest.raises(NotAllowed):
        service.sign(admission, by=official)
    service.revoke(row, by=staff.decider)
    with pytest.raises(NotAllowed):
        service.sign(admission, by=official)


def test_the_one_who_prepared_cannot_sign_even_with_a_delegation(app: Flask) -> None:
    staff = worlds_dps.staff()
    category = worlds_dps.open_category(staff)
    service.delegate(category.system, staff.coordinator.person_id, "Päätös", today(), today(), by=staff.decider)
    admission = worlds_dps.proposed(category, worlds_dps.provider(), staff)
    with pytest.raises(RuleBroken) as refusal:
        service.sign(admission, by=staff.coordinator)
    assert refusal.value.rule == "four-eyes"


# ---- many at once, letters, archive ----


def test_given_several_when_signed_at_once_then_what_one_lacks_does_not_hold_up_the_others(app: Flask) -> None:
    staff = worlds_dps.staff()
    category = worlds_dps.open_category(staff)
    rows = [worlds_dps.proposed(category, worlds_dps.provider(name), staff) for name in ("Yksi Oy", "Kaksi Oy")]
    rows[0].supplier.emails = [" "]
    db.session.flush()

    page = page_as(app, staff.decider).get("/procurement/decisions")
    repeated = page.press("Sign the chosen ones", chosen=[str(row.id) for row in rows])
    done = repeated.press("Sign these decisions")

    assert any("1 decision was signed" in message for message in done.messages)
    assert any("Not signed: Yksi Oy" in message for message in done.messages)
    assert [row.section_number for row in rows] == [None, 1]


@pytest.mark.rule("R70", "R71", "R72")
def test_given_a_signed_decision_when_its_letter_is_made_then_it_is_a_tagged_pdf_in_the_suppliers_language(
    app: Flask,
) -> None:
    staff, provider, decision = refused()
    make_letter(str(decision.id))
    make_letter(str(decision.id))

    assert decision.letter is not None
    reader = PdfReader(io.BytesIO(files.content_of(decision.letter)))
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert str(reader.trailer["/Root"]["/Lang"]).startswith(decision.language)
    assert decision.summary in text
    assert "markkinaoikeus@oikeus.fi" in text
    assert f"{decision.case_number}/{decision.case_year}" in text
    address = f"/provider/decisions/{decision.id}/letter.pdf"
    assert page_as(app, provider.mandate).fetch(address).data[:5] == b"%PDF-"
    assert page_as(app, worlds_dps.provider("Muu Oy").mandate).fetch(address).status_code == 403
    shown = page_as(app, staff.coordinator).get(f"/procurement/decisions/{decision.id}")
    assert provider.supplier.emails[0] in [row[0] for row in shown.rows()]


def test_the_package_for_the_archive_holds_the_case_with_a_manifest_that_fits(app: Flask) -> None:
    _staff, _provider, decision = refused()
    make_letter(str(decision.id))
    with zipfile.ZipFile(io.BytesIO(archive.package(decision))) as package:
        manifest = json.loads(package.read("manifest.json"))
        names = set(package.namelist()) - {"manifest.json"}
        assert {"decision.json", "decision.pdf", "delivery-log.json", "trail.json"} <= names
        assert set(manifest) == names
        assert all(hashlib.sha256(package.read(name)).hexdigest() == value for name, value in manifest.items())
        assert json.loads(package.read("decision.json"))["section_number"] == decision.section_number
