"""Own production and partners for tests, made by the verbs: an agreement, its contracts, published services."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from core.identity.mandates import Mandate
from core.identity.models import Authority
from dps.contracts import gates
from dps.contracts import service as contracts
from dps.contracts.models import LIABILITY_KINDS, FrameContract, ProductionAgreement
from dps.contracts.production import queries, service
from dps.contracts.production.rules import Facts
from dps.contracts.production.service import AgreementDetails
from dps.offerings import service as offerings
from dps.offerings.models import Offering
from dps.systems.models import Category
from dps.systems.production import Production
from suppliers.models import Supplier
from tests import people, worlds_suppliers
from tests import worlds_orders as worlds


@dataclass(frozen=True)
class Unit:
    """A unit that produces: registered like any provider, its person verified."""

    supplier: Supplier
    mandate: Mandate


def unit(name: str = "Keuda") -> Unit:
    return Unit(*worlds_suppliers.verified_provider(name))


def facts(kind: Production = Production.IN_HOUSE, **changes: Any) -> Facts:
    """Facts that the law accepts for the kind."""
    known: dict[str, Any] = {"statement": "Kaupungin oma yksikkö: työllisyyspalvelut."}
    if kind is not Production.OWN:
        known |= {"outside_share": Decimal("3.10"), "outside_sales": Decimal("120000.00")}
    if kind is Production.IN_HOUSE:
        known |= {"owners": "Kuopio 60 %, Siilinjärvi 40 %", "owned_share": Decimal("60.00")}
    return Facts(**{**known, **changes})


def details(
    category: Category,
    of: Unit,
    kind: Production = Production.IN_HOUSE,
    *,
    of_facts: Facts | None = None,
    **changes: Any,
) -> AgreementDetails:
    known: dict[str, Any] = {
        "kind": kind,
        "business_id": of.supplier.registration_number,
        "reference": "HEL 2026-000123",
        "starts_on": worlds.today(),
        "ends_on": worlds.today() + timedelta(days=3 * 365),
        "facts": of_facts or facts(kind),
        "prices": {category.id: Decimal("1500.00")},
        "buyers": (),
    }
    return AgreementDetails(**{**known, **changes})


def agreement(
    authority: Authority,
    category: Category,
    of: Unit,
    kind: Production = Production.IN_HOUSE,
    *,
    buyers: Sequence[Authority] = (),
    **changes: Any,
) -> ProductionAgreement:
    """An agreement in force, its contract signed by both."""
    coordinator, decider = people.coordinator(authority), people.decider(authority)
    row = service.prepare(details(category, of, kind, buyers=[each.id for each in buyers], **changes), by=coordinator)
    service.approve(row, "§ 12/2026", by=decider)
    for contract in queries.contracts_of(row.id):
        contracts.sign_for_supplier(contract, by=of.mandate)
        if contract.liability_exemption is None:
            gates.check_liability(contract, dict.fromkeys(LIABILITY_KINDS, worlds.today()), by=coordinator)
        contracts.sign_for_authority(contract, by=decider)
    return row


def contract_of(row: ProductionAgreement) -> FrameContract:
    return queries.contracts_of(row.id)[0]


def offering(
    row: ProductionAgreement, of: Unit, *, seats: int = 5, starts_in_days: int = 10, **changes: Any
) -> Offering:
    """A service of the unit, published on the same pages as any other."""
    found = offerings.create_offering(contract_of(row), worlds.description(**changes), by=of.mandate)
    offerings.add_start(found, worlds.today() + timedelta(days=starts_in_days), seats, by=of.mandate)
    offerings.publish(found, by=of.mandate)
    return found


def produced(
    made: worlds.World, kind: Production = Production.IN_HOUSE, *, name: str = "Keuda", **changes: Any
) -> tuple[Unit, ProductionAgreement, Offering]:
    """A unit with an agreement of the world's authority and a published service."""
    of = unit(name)
    row = agreement(made.authority, made.category, of, kind, **changes)
    made.suppliers.append(of.mandate)
    return of, row, offering(row, of)
