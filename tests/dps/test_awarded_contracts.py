"""Contracts that follow a choice of tenders: offered, held back, checked, signed (R2, R48, R69, R74, R76, R79, R83)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from core import clock
from core.db import db
from core.errors import RuleBroken, WrongState
from dps.contracts import changing, gates, queries, room, rules, service
from dps.contracts.changing import ChangeDetails
from dps.contracts.models import ContractChangeKind, ContractState, FrameContract, WinnerEvidence
from dps.decisions import rules as decision_rules
from dps.decisions import service as decisions
from dps.decisions.models import RemedyKind, RemedyOutcome
from dps.decisions.service import RemedyDetails
from dps.offerings import service as offerings
from dps.qualification.models import MatterKind
from dps.qualification.service import standing
from dps.systems.models import LegalMode
from tests import worlds_awards, worlds_dps
from tests.pages import api_as, page_as
from tests.worlds_awards import Award, today

STRICT, ANNEX = LegalMode.DPS_STRICT, LegalMode.ANNEX_E_DPS_LIKE


@pytest.fixture
def award(app: Flask) -> Award:
    """A choice in a strict system, with standstill."""
    return worlds_awards.signed()


@pytest.fixture
def quick(app: Flask) -> Award:
    """A choice in a strict system, without standstill."""
    return worlds_awards.signed(skips_standstill=True)


def offered(award: Award, **changes: object) -> FrameContract:
    return service.offer_awarded(worlds_awards.awarded(award, **changes), by=award.staff.coordinator)


def ready(award: Award, **changes: object) -> FrameContract:
    """Signed by the supplier, everything looked at."""
    contract = offered(award, **changes)
    service.sign_for_supplier(contract, by=award.winner.mandate)
    worlds_awards.winner_checked(contract, award.staff)
    return contract


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises((RuleBroken, WrongState)) as refused:
        act()
    return refused.value.rule


# ---- offered ----


def test_the_contract_says_lot_prices_quantity_value_and_options(award: Award) -> None:
    contract = offered(award, options=(365, 365))
    assert (contract.lot, contract.rank, contract.maximum_quantity) == ("1", 1, Decimal("100"))
    assert contract.is_only_of_lot
    assert [each.days for each in contract.options] == [365, 365]
    assert rules.ceilings_on(contract, today()).service == Decimal("70.00")
    assert rules.ceilings_on(contract, today()).modules["language"] == Decimal("30.00")
    assert service.is_unchanged(contract)
    contract.maximum_quantity = Decimal("1000")
    assert not service.is_unchanged(contract)


@pytest.mark.rule("N7")
def test_in_a_strict_system_a_lot_has_one_contractor(award: Award) -> None:
    assert refusal(lambda: offered(award, rank=2)) == "N7"
    first = offered(award)
    assert refusal(lambda: offered(award)) == "N7"
    offered(award, lot="2", lot_name={"fi": "Siilinjärvi"})
    twin = FrameContract(
        **{
            column.key: getattr(first, column.key)
            for column in FrameContract.__table__.columns
            if column.key not in ("id", "version", "supplier_id")
        },
        supplier_id=award.tenderers[1].supplier.id,
    )
    db.session.add(twin)
    with pytest.raises(IntegrityError, match="uq_frame_contract_one_of_lot"):
        db.session.flush()


@pytest.mark.rule("R2")
@pytest.mark.parametrize("quantity", [None, Decimal("0")])
def test_in_a_strict_system_the_contract_has_its_maximum_quantity(award: Award, quantity: Decimal | None) -> None:
    assert refusal(lambda: offered(award, maximum_quantity=quantity)) == "R2"


def test_elsewhere_several_are_ranked_as_published(app: Flask) -> None:
    award = worlds_awards.prepared(ANNEX)
    award.decision.reasons = worlds_awards.reasons(award.tenderers, chosen=2)
    decisions.sign(award.decision, by=award.staff.decider)
    for rank, each in enumerate(award.tenderers[:2], 1):
        details = worlds_awards.awarded(award, each, rank=rank, maximum_quantity=None)
        service.offer_awarded(details, by=award.staff.coordinator)
    rows = queries.contracts_of_lot(award.decision.id, "1")
    assert [(row.rank, row.supplier_id) for row in rows] == [
        (1, award.tenderers[0].supplier.id),
        (2, award.tenderers[1].supplier.id),
    ]


@pytest.mark.rule("R79")
def test_a_contract_follows_a_signed_choice_of_that_tender_only(app: Flask) -> None:
    award = worlds_awards.prepared()
    assert refusal(lambda: offered(award)) == "R79"
    decisions.sign(award.decision, by=award.staff.decider)
    loser = worlds_awards.awarded(award, award.tenderers[1])
    assert refusal(lambda: service.offer_awarded(loser, by=award.staff.coordinator)) == "R79"
    offered(award)


@pytest.mark.rule("R77")
def test_an_offer_lapses_when_the_choice_is_corrected(award: Award) -> None:
    contract = offered(award)
    worlds_awards.correction_pending(award)
    order = [*award.tenderers[1:], award.winner]
    new = worlds_awards.details(
        award.category, award.tenderers, corrects_id=award.decision.id, reasons=worlds_awards.reasons(order)
    )
    correction = decisions.prepare(new, by=award.staff.coordinator, continues=award.decision)
    service.sign_for_supplier(contract, by=award.winner.mandate)
    with clock.at(clock.now() + timedelta(days=30)):
        worlds_awards.winner_checked(contract, award.staff)
        assert refusal(lambda: service.sign_for_authority(contract, by=award.staff.coordinator)) == "R77"
    decisions.sign(correction, by=award.staff.decider)
    assert contract.state is ContractState.LAPSED
    assert refusal(lambda: offered(award)) == "R77"
    other = replace(award, decision=correction, tenderers=order)
    assert offered(other).supplier_id == order[0].supplier.id


# ---- signed ----


@pytest.mark.rule("R74")
def test_the_authority_cannot_sign_before_the_standstill_is_over(app: Flask, award: Award) -> None:
    contract = ready(award)
    first = decision_rules.contract_from(award.decision)
    page = page_as(app, award.staff.coordinator).get(f"/procurement/contracts/{contract.id}")
    assert "Standstill: the contract can be signed from" in page.text
    assert not any("/sign" in (link.get("href") or "") for link in page.all("a"))
    assert signing_on_desk(app, award, first - timedelta(days=1)) == []
    assert signing_on_desk(app, award, first) == [first]
    eve = clock.end_of_day(first - timedelta(days=1)) - timedelta(seconds=1)
    with clock.at(eve):
        assert refusal(lambda: service.sign_for_authority(contract, by=award.staff.coordinator)) == "R74"
    with clock.at(eve + timedelta(seconds=2)):
        service.sign_for_authority(contract, by=award.staff.coordinator)
    assert contract.state is ContractState.IN_FORCE


def signing_on_desk(app: Flask, award: Award, day: date) -> list[date]:
    with app.test_request_context():
        return [act.due_on for act in room.contracts_for_authority(award.staff.coordinator, day) if act.due_on]


@pytest.mark.rule("R74")
def test_the_contract_can_be_signed_on_the_day_of_the_table(app: Flask) -> None:
    """Sent on Wednesday 25.11.2026, ten days: from Tuesday 8.12.2026."""
    with clock.at(datetime(2026, 11, 25, 9, tzinfo=UTC)):
        award = worlds_awards.signed()
        contract = ready(award)
    with clock.at(datetime(2026, 12, 7, 21, 59, 59, tzinfo=UTC)):
        assert refusal(lambda: service.sign_for_authority(contract, by=award.staff.coordinator)) == "R74"
    with clock.at(datetime(2026, 12, 7, 22, 0, 1, tzinfo=UTC)):
        service.sign_for_authority(contract, by=award.staff.coordinator)


@pytest.mark.rule("R76")
def test_an_appeal_locks_the_contract_where_standstill_is_observed(award: Award) -> None:
    contract = ready(award)
    appeal = decisions.register_remedy(
        award.decision,
        RemedyDetails(kind=RemedyKind.APPEAL, claims="Valitus.", claimant="Puijon Ura Oy", received_on=today()),
        by=award.staff.coordinator,
    )
    with clock.at(clock.now() + timedelta(days=60)):
        assert refusal(lambda: service.sign_for_authority(contract, by=award.staff.coordinator)) == "R76"
        decisions.close_remedy(appeal, RemedyOutcome.COURT_UPHELD, "Valitus hylättiin.", by=award.staff.coordinator)
        worlds_awards.winner_checked(contract, award.staff)
        service.sign_for_authority(contract, by=award.staff.coordinator)


@pytest.mark.rule("R76")
def test_an_appeal_does_not_lock_the_contract_where_standstill_was_skipped(quick: Award) -> None:
    contract = ready(quick)
    decisions.register_remedy(
        quick.decision,
        RemedyDetails(kind=RemedyKind.APPEAL, claims="Valitus.", claimant="Puijon Ura Oy", received_on=today()),
        by=quick.staff.coordinator,
    )
    service.sign_for_authority(contract, by=quick.staff.coordinator)
    assert contract.state is ContractState.IN_FORCE


@pytest.mark.rule("R69")
def test_liability_documents_are_looked_at_before_a_competed_contract(quick: Award) -> None:
    contract = offered(quick)
    service.sign_for_supplier(contract, by=quick.winner.mandate)
    assert refusal(lambda: service.sign_for_authority(contract, by=quick.staff.coordinator)) == "R69"


@pytest.mark.rule("R48")
def test_the_winner_s_evidence_is_looked_at_again_once_that_of_the_admission_is_old(quick: Award) -> None:
    contract = offered(quick, ends_on=today() + timedelta(days=900))
    service.sign_for_supplier(contract, by=quick.winner.mandate)
    coordinator = quick.staff.coordinator
    with clock.at(clock.now() + timedelta(days=100)):
        worlds_dps.liability_checked(contract, quick.staff)
        assert refusal(lambda: service.sign_for_authority(contract, by=coordinator)) == "R48"
        old = gates.WinnerFinding(issued_on=today() - timedelta(days=95), note="Otteet.")
        finding = gates.WinnerFinding(issued_on=today(), note="Otteet.")
        grounds = WinnerEvidence.MANDATORY_GROUNDS
        assert refusal(lambda: gates.record_winner_check(contract, {grounds: old}, by=coordinator)) == "R48"
        silent = replace(finding, note=" ")
        assert refusal(lambda: gates.record_winner_check(contract, {grounds: silent}, by=coordinator)) == "R48"
        late = replace(finding, issued_on=today() + timedelta(days=1))
        assert refusal(lambda: gates.record_winner_check(contract, {grounds: late}, by=coordinator)) == "R48"
        gates.record_winner_check(contract, {grounds: finding}, by=coordinator)
        assert refusal(lambda: service.sign_for_authority(contract, by=coordinator)) == "R48"
        gates.record_winner_check(contract, {WinnerEvidence.SUITABILITY: finding}, by=coordinator)
        service.sign_for_authority(contract, by=coordinator)
    rows = queries.winner_checks_of(contract.id)
    assert {(row.evidence, row.checked_by) for row in rows} == {
        (each, coordinator.person_id) for each in WinnerEvidence
    }


@pytest.mark.rule("R48")
def test_nothing_is_asked_again_while_the_admission_s_evidence_is_young(quick: Award) -> None:
    contract = offered(quick)
    service.sign_for_supplier(contract, by=quick.winner.mandate)
    worlds_dps.liability_checked(contract, quick.staff)
    service.sign_for_authority(contract, by=quick.staff.coordinator)
    assert contract.state is ContractState.IN_FORCE


@pytest.mark.rule("R48", "R74")
def test_pages_and_api_show_and_keep_what_is_looked_at(app: Flask, award: Award) -> None:
    contract = offered(award)
    path = f"/procurement/contracts/{contract.id}"
    page = page_as(app, award.staff.coordinator).get(path)
    assert "The winner's evidence" in page.text
    assert "100" in page.text
    data = {"mandatory_grounds_issued_on": today().isoformat(), "mandatory_grounds_note": "Rekisterit."}
    page = page.visitor.post(f"{path}/winner-check", {**data, "csrf_token": _token(page)})
    assert "Rekisterit." in page.text
    api = api_as(app, award.staff.coordinator)
    check = {"evidence": "suitability", "issued_on": today().isoformat(), "note": "Tunnusluvut."}
    answer = api.post(f"/frame-contracts/{contract.id}/check-winner", {"checks": [check]})
    assert answer.status_code == 200
    assert answer.json["maximum_quantity"] == "100.00"
    assert answer.json["signable_from"] == decision_rules.contract_from(award.decision).isoformat()
    assert {row.evidence for row in queries.winner_checks_of(contract.id)} == set(WinnerEvidence)
    own = page_as(app, award.winner.mandate).get(f"/provider/contracts/{contract.id}")
    assert "Standstill" in own.text
    assert "Maximum quantity" in own.text


def _token(page: object) -> str:
    inputs = page.all("input")  # type: ignore[attr-defined]
    return next(node.get("value") for node in inputs if node.get("name") == "csrf_token")


# ---- after the signature ----


@pytest.mark.rule("R83")
@pytest.mark.parametrize(
    ("value", "days", "until_end"),
    [(Decimal("999999.99"), 1825, False), (Decimal("1000000.00"), 1825, True), (Decimal("1000000.00"), 365, False)],
)
def test_documents_are_kept_three_years_and_large_contracts_for_their_duration(
    app: Flask, quick: Award, value: Decimal, days: int, until_end: bool
) -> None:
    contract = worlds_awards.in_force(quick, maximum_value=value, ends_on=today() + timedelta(days=days))
    three_years = today().replace(year=today().year + 3, day=min(today().day, 28))
    kept = rules.keep_until(contract)
    assert kept == contract.ends_on if until_end else abs((kept - three_years).days) <= 3
    assert (
        "kept at least until" in page_as(app, quick.staff.coordinator).get(f"/procurement/contracts/{contract.id}").text
    )


@pytest.mark.rule("R81")
def test_the_limits_of_changes_are_counted_from_the_competed_value(quick: Award) -> None:
    contract = worlds_awards.in_force(quick, maximum_value=Decimal("10000.00"))
    change = ChangeDetails(ContractChangeKind.ADDITIONAL_SERVICES, "Uusi kieli.", "Muut eivät voi.", Decimal("5000.01"))
    with pytest.raises(RuleBroken) as refused:
        changing.prepare_change(contract, change, by=quick.staff.coordinator)
    assert (refused.value.rule, refused.value.field) == ("R81", "value")
    other = replace(change, value=Decimal("100.00"), original_value=Decimal("90000.00"))
    with pytest.raises(RuleBroken) as refused:
        changing.prepare_change(contract, other, by=quick.staff.coordinator)
    assert (refused.value.rule, refused.value.field) == ("R81", "original_value")
    changing.prepare_change(contract, replace(change, value=Decimal("5000.00")), by=quick.staff.coordinator)
    assert contract.original_value == Decimal("10000.00")


@pytest.mark.rule("R81")
def test_options_of_a_competed_contract_are_those_of_the_competition(award: Award) -> None:
    contract = offered(award)
    last = contract.ends_on
    assert refusal(lambda: changing.state_options(contract, last, [30], by=award.staff.coordinator)) == "R81"


@pytest.mark.rule("R34")
def test_a_pause_of_the_admission_pauses_its_competed_contracts_too(app: Flask) -> None:
    quick = worlds_awards.signed(ANNEX, 1, skips_standstill=True)
    contract = worlds_awards.in_force(quick)
    matter = standing.request_matter(
        contract.qualification, MatterKind.SUSPENSION_REQUESTED, "Tauko.", by=quick.winner.mandate
    )
    decision = standing.propose_matter(matter, "Tauko pyynnöstä.", by=quick.staff.coordinator)
    decisions.sign(decision, by=quick.staff.decider)
    assert contract.paused_at is not None
    assert queries.contract_of_qualification(contract.qualification_id) is None
    assert queries.contract_for_orders(contract.supplier_id, contract.category_id, today()) is None


@pytest.mark.rule("R79")
def test_a_service_is_published_under_the_contract_of_its_lot(quick: Award) -> None:
    from tests.worlds_orders import description

    contract = worlds_awards.in_force(quick)
    offering = offerings.create_offering(contract, description(price=Decimal("70.00")), by=quick.winner.mandate)
    offerings.publish(offering, by=quick.winner.mandate)
    assert offering.contract_id == contract.id
    offerings.withdraw(offering, by=quick.winner.mandate)
    service.end_contract(contract, "Päättyi.", by=quick.staff.decider)
    worlds_awards.in_force(quick, lot="2")
    assert refusal(lambda: offerings.publish(offering, by=quick.winner.mandate)) == "R79"
