"""Joint procurements in any stage, made by their verbs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from core import clock
from core.quarters import next_quarter, quarter_of
from dps.joint.procurements import queries, service
from dps.joint.procurements.models import JointProcurement, Participation, TargetGroup
from dps.joint.procurements.service import NeedDetails, ProcurementDetails, Volume
from dps.joint.stages import Stage
from dps.systems import service as systems
from dps.systems.models import PurchasingSystem, ServiceType
from tests import worlds_dps, worlds_joint
from tests.worlds_joint import City, Together

#: Services of a quarter by party; Kauniainen needs few.
NEEDS = {"helsinki": 52, "espoo": 20, "kauniainen": 2, "vantaa": 24}
PRICE = Decimal("2400.00")


@dataclass
class Line:
    """A joint procurement with the cities around it."""

    together: Together
    procurement: JointProcurement
    participations: dict[str, Participation] = field(default_factory=dict)

    def city_of(self, key: str) -> City:
        return getattr(self.together, "espoo" if key == "kauniainen" else key)  # type: ignore[no-any-return]

    @property
    def first_quarter(self) -> date:
        return quarter_of(self.procurement.starts_on)


def details(together: Together, **changed: Any) -> ProcurementDetails:
    """A year of job coaching, led by Helsinki, from a quarter a year ahead."""
    start = quarter_of(clock.helsinki_date(clock.now()) + timedelta(days=365))
    said = ProcurementDetails(
        name_fi="Työhönvalmennus maahan muuttaneille",
        name_sv="Arbetsträning för invandrare",
        name_en="Job coaching for immigrants",
        purpose="Valmennus ostetaan yhdessä, koska ryhmät täyttyvät vain yhdessä.",
        service_type=ServiceType.JOB_COACHING,
        lead_id=together.helsinki.authority.id,
        starts_on=start,
        ends_on=start + timedelta(days=364),
    )
    return replace(said, **changed)


def begun(together: Together | None = None, **changed: Any) -> Line:
    world = together or worlds_joint.agreement_in_force()
    row = service.begin(world.agreement, details(world, **changed), by=world.espoo.coordinator)
    parties = {each.party.key: each for each in queries.participations_of(row.id)}
    return Line(world, row, parties)


def need(line: Line, key: str, amount: int, **changed: Any) -> NeedDetails:
    """So many services in each of the first two quarters."""
    first = line.first_quarter
    place = line.participations[key].party.municipalities[0]
    said = NeedDetails(
        forecast_source="Asiakastietojärjestelmän ennuste",
        unit_price=PRICE,
        budget=PRICE * amount * 2,
        volumes=[
            Volume(TargetGroup.IMMIGRANTS, place, "fi", quarter, amount) for quarter in (first, next_quarter(first))
        ],
    )
    return replace(said, **changed)


def state_all(line: Line, needs: Mapping[str, int] = NEEDS) -> Line:
    for key, amount in needs.items():
        by = line.city_of(key).coordinator
        service.state_need(line.participations[key], need(line, key, amount), by=by)
    return line


def approve_all(line: Line, cities: Iterable[City] | None = None) -> Line:
    """Every city approves the present stage, by the person who may."""
    stage = line.procurement.stage
    who = {Stage.STEERING: "steering", Stage.DECISIONS: "decider"}.get(stage, "coordinator")
    for number, city in enumerate(cities or line.together.cities, start=1):
        decision = f"§ {number}" if stage is Stage.DECISIONS else ""
        service.approve(line.procurement, decision=decision, by=getattr(city, who))
    return line


def in_proposal(together: Together | None = None, **changed: Any) -> Line:
    return approve_all(state_all(begun(together, **changed)))


def in_steering(together: Together | None = None, **changed: Any) -> Line:
    line = in_proposal(together, **changed)
    service.propose(
        line.procurement, "Hankitaan yhdessä yhdellä järjestelmällä.", by=line.together.helsinki.coordinator
    )
    return approve_all(line)


def in_decisions(together: Together | None = None, **changed: Any) -> Line:
    return approve_all(in_steering(together, **changed))


def decided(together: Together | None = None, **changed: Any) -> Line:
    """Every authority has decided; the lead has not yet set up what is bought."""
    return approve_all(in_decisions(together, **changed))


def opened(line: Line) -> PurchasingSystem:
    """The lead's system gets what a notice needs, and opens."""
    lead = line.together.helsinki
    system = line.procurement.system or service.set_up_system(line.procurement, by=lead.coordinator)
    if not system.categories:
        worlds_dps.add_category(system, lead.coordinator)
    systems.submit(system, by=lead.coordinator)
    systems.approve(system, by=lead.decider)
    worlds_dps.publish(system, worlds_dps.Staff(lead.authority, lead.coordinator, lead.decider))
    return system
