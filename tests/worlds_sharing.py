"""A joint procurement in use: three cities, four parties, one system, and orders of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from core import clock
from core.db import db, new_id, transaction
from core.quarters import next_quarter, quarter_of
from dps.contracts import gates
from dps.joint.procurements import queries as procurements
from dps.joint.procurements.models import (
    JointProcurement,
    JointVolume,
    Participation,
    StageEntry,
    TargetGroup,
)
from dps.joint.stages import Stage
from dps.offerings.models import Offering
from dps.systems.models import OrderingRule, PurchasingSystem, ServiceType, SystemState
from orders import service as orders
from orders.models import Order
from orders.sharing.models import Statement
from orders.sharing.service import make_statement
from tests import worlds_joint
from tests import worlds_orders as worlds
from tests.worlds_joint import City, Together

KEYS = ("helsinki", "espoo", "kauniainen", "vantaa")


@dataclass
class Sharing:
    """The agreement, its procurement in use, and each city's way to order."""

    together: Together
    procurement: JointProcurement
    buying: dict[str, worlds.World] = field(default_factory=dict)

    def city_of(self, key: str) -> City:
        return getattr(self.together, "espoo" if key == "kauniainen" else key)  # type: ignore[no-any-return]

    def party_id(self, key: str) -> Any:
        return self.together.party(key).id

    def order(self, key: str) -> Order:
        """An order for a customer of a party."""
        made = self.buying["espoo" if key == "kauniainen" else key]
        return worlds.order_by_rule(made, municipality=key.capitalize())

    def delivered(self, key: str, **changes: Any) -> Order:
        made = self.buying["espoo" if key == "kauniainen" else key]
        return worlds.delivered(self.order(key), made, **changes)


def world(announced: Mapping[str, int] | None = None, **changed: Any) -> Sharing:
    """Helsinki runs the system, all buy from it; each party announced so many services for this quarter."""
    together = worlds_joint.agreement_in_force(**changed)
    lead = together.helsinki
    system = worlds._system(lead.authority, lead.coordinator, lead.decider, SystemState.OPEN)
    category = worlds.category(system, rule=OrderingRule.RANKING)
    found = Sharing(together, procurement(together, system, announced or dict.fromkeys(KEYS, 10)))
    suppliers: list[Any] = []
    for name in ("helsinki", "espoo", "vantaa"):
        city = found.city_of(name)
        made = worlds.World(city.authority, city.coordinator, city.expert, category, suppliers=suppliers)
        if name != "helsinki":
            worlds._name_buyer(made, city.authority)
        for year in (worlds.today().year, worlds.today().year + 1):
            orders.set_budget(city.authority, category, year, Decimal(100000), by=city.coordinator)
        found.buying[name] = made
    offering(found, seats=50)
    return found


def offering(found: Sharing, **changes: Any) -> Offering:
    """An offering of a new supplier that every city can order."""
    row = worlds.offering(found.buying["helsinki"], **changes)
    for name in ("espoo", "vantaa"):
        made = found.buying[name]
        gates.undertake_secrecy(row.contract.supplier, made.authority, by=worlds.provider_of(row, made))
    return row


@transaction
def procurement(
    together: Together, system: PurchasingSystem | None, announced: Mapping[str, int], stage: Stage = Stage.USE
) -> JointProcurement:
    """A procurement that has come to a stage."""
    now = clock.now()
    quarter = quarter_of(clock.helsinki_date(now))
    begun = now - timedelta(days=400)
    row = JointProcurement(
        id=new_id(),
        agreement_id=together.agreement.id,
        version_id=together.version.id,
        year=quarter.year,
        number=(db.session.scalar(select(func.count(JointProcurement.id))) or 0) + 1,
        **{f"name_{code}": "Työhönvalmennus" for code in ("fi", "sv", "en")},
        purpose="Yhdessä.",
        service_type=ServiceType.JOB_COACHING,
        lead_id=together.helsinki.authority.id,
        starts_on=quarter,
        ends_on=quarter + timedelta(days=700),
        stage=stage,
        system_id=system.id if system else None,
        estimate=Decimal(50000) if system else None,
        begun_by=together.helsinki.coordinator.person_id,
        begun_at=begun,
        agreement=together.agreement,
        agreed=together.version,
        lead=together.helsinki.authority,
    )
    db.session.add(row)
    db.session.flush()
    for place, each in enumerate(Stage, start=0):
        if each.number <= stage.number:
            at = begun + timedelta(days=place)
            db.session.add(StageEntry(id=new_id(), procurement_id=row.id, stage=each, begun_at=at))
    for party in together.version.parties:
        part = Participation(
            id=new_id(), procurement_id=row.id, party_id=party.id, budget=Decimal(20000), unit_price=Decimal(1000)
        )
        db.session.add(part)
        db.session.flush()
        db.session.add(
            JointVolume(
                id=new_id(),
                participation_id=part.id,
                target_group=TargetGroup.ALL,
                municipality=party.municipalities[0],
                language="fi",
                quarter=quarter,
                amount=announced[party.key],
            )
        )
    db.session.flush()
    found = procurements.procurement(row.id)
    assert found is not None
    return found


def after(quarter: date) -> Any:
    """The morning after a quarter."""
    return worlds.noon(next_quarter(quarter))


def stated(found: Sharing, quarter: date, by: Any = None) -> Statement:
    """The statement of a quarter, made on the day after it."""
    with clock.at(after(quarter)):
        return make_statement(found.together.agreement, quarter, by=by)


def quarter_of_end(order: Order) -> date:
    """The quarter in which an order is delivered."""
    return quarter_of(order.planned_end_on)
