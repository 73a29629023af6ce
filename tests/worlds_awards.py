"""Choices of tenders and the contracts after them, made by the verbs without a competition behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from core import clock
from dps.contracts import gates
from dps.contracts import service as contracts
from dps.contracts.models import FrameContract, WinnerEvidence
from dps.decisions import service as decisions
from dps.decisions.models import Decision, DecisionKind, RemedyKind
from dps.decisions.service import AddresseeDetails, DecisionDetails, RemedyDetails
from dps.qualification import queries as qualifications
from dps.systems import legal_mode
from dps.systems.models import Category, LegalMode, OrderingRule
from tests import worlds_dps
from tests.worlds_dps import Provider, Staff

NAMES = ("Savon Valmennus Oy", "Puijon Ura Oy", "Kallan Polku Oy")


@dataclass(frozen=True)
class Award:
    """A choice of tenders: the first tenderer was chosen."""

    staff: Staff
    category: Category
    tenderers: Sequence[Provider]
    decision: Decision

    @property
    def winner(self) -> Provider:
        return self.tenderers[0]


def category(staff: Staff, mode: LegalMode = LegalMode.DPS_STRICT, **changes: Any) -> Category:
    """An open category whose purchases are competed."""
    if mode is LegalMode.SMALL_PURCHASE:
        changes.setdefault("system", worlds_dps.system_details(estimated_value=Decimal("50000.00")))
    return worlds_dps.open_category(staff, legal_mode=mode, ordering_rule=OrderingRule.COMPETITION, **changes)


def reasons(tenderers: Sequence[Provider], chosen: int = 1) -> list[dict[str, Any]]:
    """One row a tenderer, the first ones chosen."""
    return [
        {
            "requirement": str(each.supplier.id),
            "text": dict.fromkeys(("fi", "sv", "en"), each.supplier.name),
            "is_met": place < chosen,
            "reason": "" if place < chosen else f"Vähemmän laatupisteitä: {40 - place}.",
        }
        for place, each in enumerate(tenderers)
    ]


def own_section(of: Provider) -> dict[str, Any]:
    """A text that nobody else may see."""
    return {"heading": "Pisteenne", "paragraphs": [f"Vain tarjoajalle {of.supplier.name}: laatu 40 pistettä."]}


def details(category: Category, parties: Sequence[Provider], /, **changes: Any) -> DecisionDetails:
    """A choice of the first tenderer, with standstill."""
    values = DecisionDetails(
        authority_id=category.authority_id,
        supplier_id=None,
        category_id=category.id,
        kind=DecisionKind.AWARD,
        matter={"fi": "Työhönvalmennus 2027", "sv": "Arbetsträning 2027", "en": "Job coaching 2027"},
        reasons=reasons(parties),
        summary="Valittu tarjous sai eniten pisteitä.",
        legal_basis="HL 52 §, 93 §, 123 §",
        instruction_kind=legal_mode.instruction_kind(category.legal_mode),
        language="fi",
        addressees=[
            AddresseeDetails(supplier_id=each.supplier.id, language="fi", sections=[own_section(each)])
            for each in parties
        ],
        body={"fi": [{"heading": "Vertailu", "paragraphs": ["Hinta 40, laatu 60."]}]},
        tenders_received=len(parties),
        tenderers=len(parties),
    )
    return replace(values, **changes)


def tenderers(category: Category, staff: Staff, count: int = 3) -> list[Provider]:
    """Admitted providers."""
    made = [worlds_dps.provider(name) for name in NAMES[:count]]
    for each in made:
        worlds_dps.admitted(category, each, staff)
    return made


def prepared(mode: LegalMode = LegalMode.DPS_STRICT, count: int = 3, **changes: Any) -> Award:
    """A choice that waits for its signature."""
    staff = worlds_dps.staff()
    found = category(staff, mode)
    providers = tenderers(found, staff, count)
    decision = decisions.prepare(details(found, providers, **changes), by=staff.coordinator)
    return Award(staff, found, providers, decision)


def signed(mode: LegalMode = LegalMode.DPS_STRICT, count: int = 3, **changes: Any) -> Award:
    """A choice that has been signed and served."""
    award = prepared(mode, count, **changes)
    decisions.sign(award.decision, by=award.staff.decider)
    return award


def cancelled(staff: Staff, found: Category, parties: Sequence[Provider], **changes: Any) -> Decision:
    """A prepared cancellation of a competition without tenders."""
    why = {
        "requirement": "cancellation",
        "text": {"fi": "Keskeyttäminen", "sv": "Avbrytande", "en": "Cancellation"},
        "is_met": False,
        "reason": "Määräraha poistui talousarviosta.",
    }
    values: dict[str, Any] = {
        "kind": DecisionKind.CANCELLATION,
        "reasons": [why],
        "legal_basis": "HL 125 §",
        "tenders_received": 0,
        "tenderers": 0,
    }
    return decisions.prepare(details(found, parties, **(values | changes)), by=staff.coordinator)


def correction_pending(award: Award) -> Any:
    """A demand for correction by the last tenderer."""
    demand = RemedyDetails(
        kind=RemedyKind.CORRECTION_DEMAND,
        claims="Pisteytys on virheellinen.",
        claimant=award.tenderers[-1].supplier.name,
        received_on=today(),
    )
    return decisions.register_remedy(award.decision, demand, by=award.staff.coordinator)


def today() -> date:
    return clock.helsinki_date(clock.now())


def awarded(award: Award, of: Provider | None = None, **changes: Any) -> contracts.AwardedContract:
    """The contract of a chosen tender: one lot, one hundred units."""
    winner = of or award.winner
    qualification = qualifications.qualification_in_force(winner.supplier.id, award.category.id)
    assert qualification is not None
    values = contracts.AwardedContract(
        decision_id=award.decision.id,
        supplier_id=winner.supplier.id,
        category_id=award.category.id,
        qualification_id=qualification.id,
        lot="1",
        lot_name={"fi": "Kuopio", "sv": "Kuopio", "en": "Kuopio"},
        terms={"fi": "Sopimusehdot.", "sv": "Avtalsvillkor.", "en": "Terms of the contract."},
        terms_version="1.0",
        price_list={"unit": award.category.price_unit.value, "ceiling": "70.00", "modules": {"language": "30.00"}},
        starts_on=today(),
        ends_on=today() + timedelta(days=730),
        maximum_quantity=Decimal("100"),
        maximum_value=Decimal("7000.00"),
    )
    return replace(values, **changes)


def winner_checked(contract: FrameContract, staff: Staff) -> None:
    """Liability documents (R69) and the winner's evidence (R48) have been looked at."""
    worlds_dps.liability_checked(contract, staff)
    finding = gates.WinnerFinding(issued_on=today(), note="Rekisterit ja tunnusluvut katsottu.")
    gates.record_winner_check(contract, dict.fromkeys(WinnerEvidence, finding), by=staff.coordinator)


def in_force(award: Award, of: Provider | None = None, **changes: Any) -> FrameContract:
    """A contract signed by both, where standstill was skipped or is over."""
    contract = contracts.offer_awarded(awarded(award, of, **changes), by=award.staff.coordinator)
    contracts.sign_for_supplier(contract, by=(of or award.winner).mandate)
    winner_checked(contract, award.staff)
    contracts.sign_for_authority(contract, by=award.staff.coordinator)
    return contract
