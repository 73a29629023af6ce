"""Worlds for the tests of ordering: an open category with suppliers under contract who offer services."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from sqlalchemy import func, select

from core import clock
from core.db import db, new_id, transaction
from core.identity.mandates import Mandate
from core.identity.models import Authority, Organisation, OrganisationKind, Role
from dps.contracts import gates
from dps.contracts.models import ContractState, FrameContract
from dps.decisions.models import Decision, DecisionKind, DecisionState
from dps.offerings import service as offering_service
from dps.offerings.models import Offering, OfferingStart
from dps.offerings.service import Description
from dps.qualification.models import Application, ApplicationState, Qualification
from dps.systems.legal_mode import InstructionKind
from dps.systems.models import (
    Category,
    CategoryModule,
    LegalMode,
    OrderingRule,
    PriceUnit,
    PurchasingSystem,
    ServiceType,
    SystemBuyer,
    SystemState,
)
from orders import service
from orders.models import AgeBand, Budget, ChosenBy, EducationBand, Need, Order, OrderState, UnemploymentBand
from orders.service import NeedDetails, Report
from suppliers.models import Declaration, DeclarationSource, IdentifierScheme, Supplier
from tests import people

_numbers = count(1)
LONG_AGO = datetime(2020, 1, 1, 12, tzinfo=clock.UTC)
FAR = date(2035, 12, 31)


def today() -> date:
    return clock.helsinki_date(clock.now())


@dataclass
class World:
    """An authority with its people, an open category and the suppliers in it."""

    authority: Authority
    coordinator: Mandate
    expert: Mandate
    category: Category
    budget: Budget | None = None
    suppliers: list[Mandate] = field(default_factory=list)


@transaction
def _system(authority: Authority, preparer: Mandate, decider: Mandate, state: SystemState) -> PurchasingSystem:
    system = PurchasingSystem(
        id=new_id(),
        authority_id=authority.id,
        **{f"{part}_{code}": f"{part} {code}" for part in ("name", "description") for code in ("fi", "sv", "en")},
        starts_on=date(2020, 1, 1),
        ends_on=FAR,
        estimated_value=Decimal("2000000.00"),
        closing_announced=True,
        state=state,
        prepared_by=preparer.person_id,
        prepared_at=LONG_AGO,
        approved_by=decider.person_id,
        approved_at=LONG_AGO,
        opened_at=LONG_AGO,
        authority=authority,
    )
    db.session.add(system)
    return system


@transaction
def category(
    system: PurchasingSystem,
    *,
    rule: OrderingRule = OrderingRule.CUSTOMER_CHOICE,
    mode: LegalMode = LegalMode.ANNEX_E_DPS_LIKE,
    accept_within_hours: int = 48,
    ceiling: str = "3000.00",
) -> Category:
    number = next(_numbers)
    row = Category(
        id=new_id(),
        system_id=system.id,
        system=system,
        position=number,
        code=f"job-coaching-{number}",
        name_fi="Työhönvalmennus",
        name_sv="Arbetsträning",
        name_en="Job coaching",
        **{f"description_{code}": "…" for code in ("fi", "sv", "en")},
        service_type=ServiceType.JOB_COACHING,
        cpv="79611000-0",
        legal_mode=mode,
        ordering_rule=rule,
        ordering_parameters={"by": "price"} if rule is OrderingRule.RANKING else {},
        price_unit=PriceUnit.PARTICIPANT,
        price_ceiling=Decimal(ceiling),
        accept_within_hours=accept_within_hours,
        start_within_days=30,
        report_within_days=14,
        max_duration_days=183,
        newcomer_share=Decimal("0.200"),
        areas=["Kuopio", "Siilinjärvi"],
        languages=["fi", "ar"],
        decline_reasons=["no_capacity", "start_not_possible"],
        terms_version="1",
        **{f"terms_{code}": "…" for code in ("fi", "sv", "en")},
    )
    db.session.add(row)
    db.session.add(
        CategoryModule(
            id=new_id(),
            category_id=row.id,
            code="language",
            name_fi="Kielivalmennus",
            name_sv="Språkträning",
            name_en="Language coaching",
            price_ceiling=Decimal("500.00"),
        )
    )
    return row


def world(
    *,
    rule: OrderingRule = OrderingRule.CUSTOMER_CHOICE,
    mode: LegalMode = LegalMode.ANNEX_E_DPS_LIKE,
    budget: str | None = "100000.00",
    system_state: SystemState = SystemState.OPEN,
    accept_within_hours: int = 48,
) -> World:
    """An authority with an open category; no suppliers yet."""
    authority = people.authority()
    coordinator, decider, expert = people.coordinator(authority), people.decider(authority), people.expert(authority)
    system = _system(authority, coordinator, decider, system_state)
    made = World(
        authority,
        coordinator,
        expert,
        category(system, rule=rule, mode=mode, accept_within_hours=accept_within_hours),
    )
    if budget:
        for year in (today().year, today().year + 1):
            row = service.set_budget(authority, made.category, year, Decimal(budget), by=coordinator)
            made.budget = made.budget or row
    return made


def budget_of(made: World, on: date) -> Budget:
    from orders import queries

    row = queries.budget(made.authority.id, made.category.id, on.year)
    assert row is not None
    return row


@transaction
def _supplier(name: str) -> Supplier:
    number = next(_numbers)
    organisation = Organisation(id=new_id(), kind=OrganisationKind.SUPPLIER, name=name)
    db.session.add(organisation)
    db.session.flush()
    row = Supplier(
        id=organisation.id,
        name=name,
        scheme=IdentifierScheme.VAT_NUMBER,
        registration_number=f"EE{number:09d}",
        country="EE",
        street="Tulliportinkatu 1",
        postal_code="70100",
        city="Kuopio",
        emails=[f"orders{number}@supplier.example", f"office{number}@supplier.example"],
        language="fi",
        registered_at=LONG_AGO,
        organisation=organisation,
    )
    db.session.add(row)
    return row


@transaction
def _qualification(supplier: Supplier, made: World, provider: Mandate) -> Qualification:
    declaration = Declaration(
        id=new_id(),
        supplier_id=supplier.id,
        number=1,
        source=DeclarationSource.FORM,
        answers={},
        made_by=provider.person_id,
        made_at=LONG_AGO,
        confirmed_by=provider.person_id,
        confirmed_at=LONG_AGO,
    )
    decision = Decision(
        id=new_id(),
        authority_id=made.authority.id,
        supplier_id=supplier.id,
        category_id=made.category.id,
        case_year=2020,
        case_number=1,
        competence="Hallintosääntö 24 §",
        kind=DecisionKind.ADMISSION,
        state=DecisionState.SIGNED,
        matter={},
        reasons=[{"requirement": "x"}],
        summary="…",
        legal_basis="HL 51 §",
        instruction_kind=InstructionKind.MARKET_COURT,
        language="fi",
        prepared_by=made.coordinator.person_id,
        prepared_at=LONG_AGO,
        signed_by=people.decider(made.authority).person_id,
        signed_at=LONG_AGO,
        year=2020,
        section_number=next(_numbers),
    )
    db.session.add_all([declaration, decision])
    db.session.flush()
    application = Application(
        id=new_id(),
        supplier_id=supplier.id,
        category_id=made.category.id,
        declaration_id=declaration.id,
        answers={},
        state=ApplicationState.ADMITTED,
        sent_by=provider.person_id,
        received_at=LONG_AGO,
        decision_due_on=date(2020, 1, 15),
        decision_id=decision.id,
        decided_at=LONG_AGO,
    )
    db.session.add(application)
    db.session.flush()
    row = Qualification(
        id=new_id(),
        supplier_id=supplier.id,
        category_id=made.category.id,
        application_id=application.id,
        decision_id=decision.id,
        admitted_at=LONG_AGO,
    )
    db.session.add(row)
    return row


def supplier(made: World, name: str = "", *, contract: bool = True) -> tuple[Mandate, FrameContract | None]:
    """An admitted supplier of the category, with a frame contract in force unless asked otherwise."""
    row = _supplier(name or f"Valmennus {next(_numbers)} Oy")
    provider = people.mandate(Role.PROVIDER, row.organisation)
    qualification = _qualification(row, made, provider)
    made.suppliers.append(provider)
    return provider, _contract(made, row, qualification, provider) if contract else None


@transaction
def _contract(made: World, row: Supplier, qualification: Qualification, provider: Mandate) -> FrameContract:
    contract = FrameContract(
        id=new_id(),
        qualification_id=qualification.id,
        supplier_id=row.id,
        category_id=made.category.id,
        state=ContractState.IN_FORCE,
        terms_version="1",
        terms={},
        price_list={},
        data_processing_version="1",
        starts_on=date(2020, 1, 1),
        ends_on=FAR,
        offered_at=LONG_AGO,
        content_sha256="0" * 64,
        supplier_signed_by=provider.person_id,
        supplier_signed_at=LONG_AGO,
        authority_signed_by=made.coordinator.person_id,
        authority_signed_at=LONG_AGO,
        supplier=row,
        category=made.category,
    )
    db.session.add(contract)
    gates.undertake_secrecy(row, made.authority, by=provider)
    return contract


def description(**changes: Any) -> Description:
    given = {
        "name_fi": "Yksilöllinen työhönvalmennus",
        "name_sv": "Individuell arbetsträning",
        "name_en": "Individual job coaching",
        "description_fi": "Kymmenen tapaamista.",
        "description_sv": "Tio möten.",
        "description_en": "Ten meetings.",
        "languages": ["fi", "sv", "ar"],
        "places": ["Kuopio"],
        "is_remote": False,
        "duration_days": 30,
        "price": Decimal("1000.00"),
        "vat_rate": Decimal("25.5"),
        "accessibility": "",
    }
    return Description(**{**given, **changes})


def offering(
    made: World, *, seats: int = 5, starts_in_days: Sequence[int] = (10,), name: str = "", **changes: Any
) -> Offering:
    """A published offering of a new supplier."""
    provider, contract = supplier(made, name)
    assert contract is not None
    row = offering_service.create_offering(contract, description(**changes), by=provider)
    for days in starts_in_days:
        offering_service.add_start(row, today() + timedelta(days=days), seats, by=provider)
    offering_service.publish(row, by=provider)
    return row


def start_of(row: Offering) -> OfferingStart:
    return row.starts[0]


def details(**changes: Any) -> NeedDetails:
    given = {
        "customer_reference": f"AS-2026/{next(_numbers)}",
        "municipality": "Kuopio",
        "place": "Kuopio",
        "is_remote": False,
        "languages": ["fi"],
        "latest_start": today() + timedelta(days=60),
        "modules": [],
        "accessibility": "",
        "age_band": AgeBand.FROM_25_TO_34,
        "unemployment_band": UnemploymentBand.FROM_1_TO_2_YEARS,
        "education_band": EducationBand.SECONDARY,
    }
    return NeedDetails(**{**given, **changes})


def need(made: World, **changes: Any) -> Need:
    return service.state_need(made.category, details(**changes), by=made.expert)


def provider_of(row: Order | Offering, made: World) -> Mandate:
    return next(each for each in made.suppliers if each.organisation_id == row.supplier_id)


def order_by_rule(made: World, **changes: Any) -> Order:
    """An order placed under ranking or rotation, with the first in the published order."""
    from orders import search

    asked = need(made, **changes)
    hit = search.fitting(asked).hits[0]
    row, start = db.session.get(Offering, hit.offering_id), db.session.get(OfferingStart, hit.start_id)
    assert row is not None
    assert start is not None
    return service.place_order(asked, row, start, chosen_by=ChosenBy.RULE, by=made.expert)


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), clock.HELSINKI)


def report(order: Order, **changes: Any) -> Report:
    from orders.models import EndKind

    given = {
        "ended_on": order.planned_end_on,
        "end_kind": EndKind.FINISHED,
        "interruption_reason": None,
        "amount": order.price,
        "text": "Ten meetings were held.",
    }
    return Report(**{**given, **changes})


def delivered(order: Order, made: World, **changes: Any) -> Order:
    """Take an order through acceptance, start, report and the expert's acceptance, each on its day."""
    provider = provider_of(order, made)
    service.accept(order, by=provider)
    with clock.at(noon(order.planned_start_on)):
        service.start_service(order, order.planned_start_on, by=provider)
    with clock.at(noon(order.planned_end_on)):
        service.report_delivery(order, report(order, **changes), by=provider)
        service.accept_delivery(order, by=made.expert)
    return order


def standings(category_id: uuid.UUID) -> Mapping[uuid.UUID, tuple[Any, ...]]:
    """What the standings of a category must be by its orders: last order, begun, days waited, by supplier."""
    waited = func.greatest(0, Order.started_on - func.date(func.timezone("Europe/Helsinki", Order.placed_at)))
    rows = db.session.execute(
        select(
            Order.supplier_id,
            func.max(Order.placed_at).filter(Order.state != OrderState.CANCELLED).label("last"),
            func.count(Order.started_on).label("begun"),
            func.coalesce(func.sum(waited), 0).label("days"),
        )
        .where(Order.category_id == category_id)
        .group_by(Order.supplier_id)
    )
    return {row.supplier_id: (row.last, row.begun, row.days) for row in rows}


@dataclass
class Partner:
    """Another authority that buys from the world's system."""

    authority: Authority
    coordinator: Mandate
    decider: Mandate
    expert: Mandate


def partner(made: World, *, budget: str | None = "100000.00", name: str = "City of Siilinjärvi") -> Partner:
    """A named buyer of the world's system, with its own people and its own money."""
    authority = people.authority(name)
    found = Partner(authority, people.coordinator(authority), people.decider(authority), people.expert(authority))
    _name_buyer(made, authority)
    if budget:
        for year in (today().year, today().year + 1):
            service.set_budget(authority, made.category, year, Decimal(budget), by=found.coordinator)
    return found


@transaction
def _name_buyer(made: World, authority: Authority) -> None:
    system = made.category.system
    db.session.add(
        SystemBuyer(
            id=new_id(), system=system, authority=authority, named_at=LONG_AGO, named_by=made.coordinator.person_id
        )
    )
