"""Purchasing systems, applications and contracts for tests, made by the verbs of their rooms."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from core import clock
from core.identity.mandates import Mandate
from core.identity.models import Authority
from dps.contracts import gates
from dps.contracts import queries as contract_queries
from dps.contracts import service as contracts
from dps.contracts.models import LIABILITY_KINDS, FrameContract
from dps.decisions import service as decisions
from dps.decisions.models import Decision
from dps.notices import service as notices
from dps.qualification import queries as qualification_queries
from dps.qualification import rules as qualification_rules
from dps.qualification import service as qualification
from dps.qualification.models import Application, CheckResult, Qualification
from dps.systems import service as systems
from dps.systems.details import CategoryDetails, CriterionDetails, ModuleDetails, RequirementDetails, SystemDetails
from dps.systems.models import (
    Category,
    CriterionKind,
    LegalMode,
    OrderingRule,
    PriceUnit,
    PurchasingSystem,
    RequirementKind,
    ServiceType,
)
from suppliers import criteria
from suppliers.models import Declaration, Supplier
from tests import people, worlds_suppliers

_numbers = count(1)


@dataclass(frozen=True)
class Staff:
    """An authority with the people who run its systems."""

    authority: Authority
    coordinator: Mandate
    decider: Mandate


@dataclass(frozen=True)
class Provider:
    """A registered supplier whose representative was verified."""

    supplier: Supplier
    mandate: Mandate
    declaration: Declaration


def staff(name: str = "City of Kuopio") -> Staff:
    authority = people.authority(name)
    return Staff(authority, people.coordinator(authority), people.decider(authority))


def system_details(**changes: Any) -> SystemDetails:
    today = clock.helsinki_date(clock.now())
    details = SystemDetails(
        name_fi="Työllistymistä edistävät palvelut",
        name_sv="Tjänster som främjar sysselsättning",
        name_en="Services that help to find work",
        description_fi="Valmennusta noin 600 asiakkaalle vuodessa.",
        description_sv="Träning för omkring 600 kunder om året.",
        description_en="Coaching for about 600 customers a year.",
        starts_on=today,
        ends_on=today + timedelta(days=4 * 365),
        estimated_value=Decimal("4000000.00"),
        closing_announced=True,
    )
    return replace(details, **changes)


def category_details(**changes: Any) -> CategoryDetails:
    details = CategoryDetails(
        code="job-coaching",
        name_fi="Työhönvalmennus",
        name_sv="Arbetsträning",
        name_en="Job coaching",
        description_fi="Valmennusta työnhakuun ja työn alkuun.",
        description_sv="Träning för att söka och börja ett arbete.",
        description_en="Coaching to find and start a job.",
        service_type=ServiceType.JOB_COACHING,
        cpv="79611000-0",
        legal_mode=LegalMode.ANNEX_E_DPS_LIKE,
        ordering_rule=OrderingRule.CUSTOMER_CHOICE,
        price_unit=PriceUnit.HOUR,
        price_ceiling=Decimal("90.00"),
        accept_within_hours=48,
        start_within_days=14,
        report_within_days=14,
        max_duration_days=180,
        areas=["Kuopio"],
        languages=["fi", "sv", "en"],
        decline_reasons=["no_capacity", "language_not_available"],
        terms_version="1.0",
        terms_fi="Palvelu toteutetaan tilauksen mukaisesti.",
        terms_sv="Tjänsten genomförs enligt beställningen.",
        terms_en="The service is delivered as ordered.",
        newcomer_share=Decimal("0.200"),
    )
    return replace(details, **changes)


def requirement_details(code: str) -> RequirementDetails:
    criterion = criteria.ALL[code]
    return RequirementDetails(
        kind=RequirementKind(criterion.kind.value),
        code=code,
        text_fi=f"Vaatimus {code}",
        text_sv=f"Krav {code}",
        text_en=f"Requirement {code}",
        evidence_fi="Kuvaus hakemuksessa",
        evidence_sv="Beskrivning i ansökan",
        evidence_en="A description in the application",
    )


def draft_system(by: Mandate, *, system: SystemDetails | None = None, **category: Any) -> PurchasingSystem:
    """A draft that is ready to be submitted: one category with three requirements and a module."""
    row = systems.create_system(system or system_details(), by=by)
    add_category(row, by, **category)
    return row


def add_category(system: PurchasingSystem, by: Mandate, **changes: Any) -> Category:
    category = systems.add_category(system, category_details(**changes), by=by)
    for code in ("payment-of-taxes", "early-termination", "qualified-staff"):
        systems.add_requirement(category, requirement_details(code), by=by)
    systems.add_module(
        category,
        ModuleDetails(
            code="language",
            name_fi="Kielivalmennus",
            name_sv="Språkträning",
            name_en="Language coaching",
            price_ceiling=Decimal("40.00"),
        ),
        by=by,
    )
    return category


def add_award_criteria(category: Category, by: Staff) -> None:
    """Price 40, quality 60."""
    for code, kind, weight in (("price", CriterionKind.PRICE, "40"), ("plan", CriterionKind.QUALITY, "60")):
        details = CriterionDetails(
            code=code, kind=kind, text_fi=code, text_sv=code, text_en=code, weight=Decimal(weight)
        )
        systems.put_item(category, "award_criteria", details, by=by.coordinator)


def approved_system(by: Staff, **changes: Any) -> PurchasingSystem:
    row = draft_system(by.coordinator, **changes)
    for category in row.categories:
        if category.ordering_rule is OrderingRule.COMPETITION:
            add_award_criteria(category, by)
    systems.submit(row, by=by.coordinator)
    systems.approve(row, by=by.decider)
    return row


def publish(system: PurchasingSystem, by: Staff) -> None:
    """Record notice and publication: the system opens."""
    notice = notices.record_sent(system, by=by.coordinator)
    notices.record_published(notice, f"2026-{next(_numbers):06d}", clock.now(), by=by.coordinator)


def open_system(by: Staff, **changes: Any) -> PurchasingSystem:
    """A published system with one category; changes are those of the category, ``system=`` of the system."""
    row = approved_system(by, **changes)
    publish(row, by)
    return row


def open_category(by: Staff, **changes: Any) -> Category:
    """The category of a new open system."""
    return open_system(by, **changes).categories[0]


def unverified_provider(name: str = "Savon Valmennus Oy") -> tuple[Supplier, Mandate]:
    """A registered supplier whose representative waits to be verified."""
    done = worlds_suppliers.registration(name=name)
    return done.supplier, worlds_suppliers.mandate_of(done)


def provider(name: str = "Savon Valmennus Oy") -> Provider:
    """A verified provider with a confirmed self-declaration."""
    supplier, mandate = worlds_suppliers.verified_provider(name)
    return Provider(supplier, mandate, worlds_suppliers.confirmed_declaration(supplier, mandate))


def answers() -> dict[str, str]:
    return {"qualified-staff": "Kolme valmentajaa, joilla on soveltuva koulutus."}


def application(category: Category, of: Provider, **enclosed: Any) -> Application:
    """A sent application; ``enclosed`` are documents, parties and secrets."""
    enclosures = qualification.Enclosures(**{"confirmed": True, **enclosed})
    return qualification.send_application(
        category, of.supplier.id, of.declaration, answers(), enclosures, by=of.mandate
    )


def check_all(row: Application, by: Staff, result: CheckResult = CheckResult.MET, note: str = "Tarkistettu.") -> None:
    """A finding on everything: suitability as given, and no exclusion ground applies to anybody."""
    for slot in qualification_rules.slots(row):
        found = result if slot.requirement.kind is RequirementKind.SELECTION else CheckResult.MET
        qualification.check_requirement(row, slot.requirement, found, note, party=slot.party, by=by.coordinator)


def proposed(category: Category, of: Provider, by: Staff, result: CheckResult = CheckResult.MET) -> Decision:
    row = application(category, of)
    check_all(row, by, result)
    return qualification.propose(row, "Hakemus ja vakuutus on tarkistettu.", by=by.coordinator)


def admitted(category: Category, of: Provider, by: Staff) -> Qualification:
    """The provider is in the category; where a contract follows, it has been offered."""
    decisions.sign(proposed(category, of, by), by=by.decider)
    found = qualification_queries.qualification_in_force(of.supplier.id, category.id)
    assert found is not None
    return found


def liability_checked(row: FrameContract, by: Staff) -> None:
    """An official has looked at every document of the contractor's liability (R69)."""
    today = clock.helsinki_date(clock.now())
    gates.check_liability(row, dict.fromkeys(LIABILITY_KINDS, today), by=by.coordinator)


def contract_in_force(category: Category, of: Provider, by: Staff) -> FrameContract:
    """Admitted, and the contract signed by both."""
    row = contract_queries.contract_of_qualification(admitted(category, of, by).id)
    assert row is not None
    contracts.sign_for_supplier(row, by=of.mandate)
    liability_checked(row, by)
    contracts.sign_for_authority(row, by=by.coordinator)
    return row


def other_decider(of: Staff) -> Mandate:
    return people.decider(of.authority)
