"""Three cities with a joint system and orders in it, written down at once: the verbs of orders have their own tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count

from core import clock
from core.db import db, new_id, transaction
from dps.joint.procurements.models import JointProcurement, JointVolume, Participation, ProcurementState, TargetGroup
from dps.joint.stages import Stage
from dps.offerings.models import Offering
from dps.systems.models import ServiceType, SystemState
from evaluation.collecting.models import CustomerFeedback, EnoughHelp, FeedbackPoint
from evaluation.outcomes.models import EmployerType, Outcome, OutcomeState
from orders import service as ordering
from orders.models import AgeBand, ChosenBy, EducationBand, Need, NeedState, Order, OrderState, UnemploymentBand
from tests import worlds_joint, worlds_orders
from tests.worlds_joint import City, Together

_numbers = count(1)
YEAR = 2025
LONG_AGO = datetime(2024, 12, 1, 12, tzinfo=clock.UTC)


@dataclass
class Joint:
    """The agreement, the joint system's category with one offering, and Helsinki's own system beside it."""

    together: Together
    world: worlds_orders.World
    offering: Offering
    procurement: JointProcurement

    def party(self, key: str) -> City:
        """The city that acts for a party."""
        return self.together.espoo if key == "kauniainen" else getattr(self.together, key)


def market(city: City) -> tuple[worlds_orders.World, Offering]:
    """An open system of a city with an offering."""
    system = worlds_orders._system(city.authority, city.coordinator, city.decider, SystemState.OPEN)
    made = worlds_orders.World(city.authority, city.coordinator, city.expert, worlds_orders.category(system))
    return made, worlds_orders.offering(made, seats=5)


@transaction
def _procurement(together: Together, made: worlds_orders.World) -> JointProcurement:
    row = JointProcurement(
        id=new_id(),
        agreement=together.agreement,
        version_id=together.version.id,
        year=YEAR,
        number=next(_numbers),
        **{f"name_{code}": "Valmennus" for code in ("fi", "sv", "en")},
        purpose="Valmennus yhdessä.",
        service_type=ServiceType.JOB_COACHING,
        lead=together.helsinki.authority,
        starts_on=date(YEAR, 1, 1),
        ends_on=date(YEAR + 3, 12, 31),
        state=ProcurementState.RUNNING,
        stage=Stage.USE,
        system_id=made.category.system_id,
        estimate=Decimal(1_000_000),
        begun_by=together.helsinki.coordinator.person_id,
        begun_at=LONG_AGO,
    )
    db.session.add(row)
    db.session.flush()
    for party in together.version.parties:
        taking = Participation(id=new_id(), procurement=row, party=party)
        db.session.add(taking)
        db.session.flush()
        if party.share:
            volume = {"target_group": TargetGroup.ALL, "language": "fi", "amount": int(party.share)}
            home = party.municipalities[0]
            db.session.add(
                JointVolume(id=new_id(), participation=taking, municipality=home, quarter=date(YEAR, 1, 1), **volume)
            )
    return row


def joint() -> Joint:
    """Helsinki, Espoo and Kauniainen, Vantaa, and a system that came of their procurement."""
    together = worlds_joint.agreement_in_force(with_members=False)
    made, offering = market(together.helsinki)
    found = Joint(together, made, offering, _procurement(together, made))
    for city in together.cities[1:]:
        worlds_orders._name_buyer(made, city.authority)
    return found


@transaction
def orders(
    found: Joint,
    party: str,
    number: int,
    *,
    starts_on: date = date(YEAR, 2, 3),
    price: str = "1000.00",
    employed: int | None = None,
    grade: int | None = None,
    at: tuple[worlds_orders.World, Offering] | None = None,
) -> list[Order]:
    """Closed services of so many customers of a party; how many of them were in work, what they said."""
    city = found.party(party)
    made, offering = at or (found.world, found.offering)
    budget = ordering.set_budget(city.authority, made.category, starts_on.year, Decimal("900000"), by=city.coordinator)
    rows = []
    for place in range(number):
        row = _order(city, party, made, offering, starts_on, Decimal(price), budget.id)
        rows.append(row)
        if employed is not None:
            state = OutcomeState.OPEN_LABOUR_MARKET if place < employed else OutcomeState.UNEMPLOYED
            db.session.add(_outcome(row, state, city))
        if grade is not None:
            db.session.add(_answer(row, grade))
    db.session.flush()
    return rows


def _order(city, party, made, offering, starts_on, price, budget_id):  # type: ignore[no-untyped-def]
    number = next(_numbers)
    need = Need(
        id=new_id(),
        authority_id=city.authority.id,
        number=number,
        expert_id=city.expert.person_id,
        category_id=made.category.id,
        customer_reference=f"{party}-{number}",
        municipality=f" {party.title()} ",
        place="Kuopio",
        is_remote=False,
        languages=["fi"],
        latest_start=starts_on,
        modules=[],
        accessibility="",
        age_band=AgeBand.UNKNOWN,
        unemployment_band=UnemploymentBand.UNKNOWN,
        education_band=EducationBand.UNKNOWN,
        seed=1,
        state=NeedState.ORDERED,
        made_at=LONG_AGO,
    )
    order = Order(
        id=new_id(),
        authority_id=city.authority.id,
        number=number,
        need=need,
        expert_id=city.expert.person_id,
        category_id=made.category.id,
        supplier_id=offering.supplier_id,
        contract_id=offering.contract_id,
        offering_id=offering.id,
        start_id=offering.starts[0].id,
        budget_id=budget_id,
        chosen_by=ChosenBy.CUSTOMER,
        rule={},
        price=price,
        vat_rate=Decimal("25.5"),
        modules=[],
        state=OrderState.CLOSED,
        placed_at=LONG_AGO,
        accept_by=LONG_AGO,
        accepted_at=LONG_AGO,
        planned_start_on=starts_on,
        planned_end_on=starts_on + timedelta(days=30),
        started_on=starts_on,
        completed_at=LONG_AGO,
        closed_at=LONG_AGO,
    )
    db.session.add_all([need, order])
    return order


def _outcome(order: Order, state: OutcomeState, city: City) -> Outcome:
    is_job = state is OutcomeState.OPEN_LABOUR_MARKET
    return Outcome(
        id=new_id(),
        order=order,
        months=6,
        state=state,
        stands=True,
        recorded_by=city.expert.person_id,
        recorded_at=clock.now(),
        employer_type=EmployerType.COMPANY if is_job else None,
    )


def _answer(order: Order, grade: int) -> CustomerFeedback:
    return CustomerFeedback(
        id=new_id(),
        order=order,
        point=FeedbackPoint.END,
        recommendation=grade,
        enough_help=EnoughHelp.YES,
        language="fi",
        given_at=clock.now(),
    )
