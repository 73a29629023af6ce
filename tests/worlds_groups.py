"""Worlds for the tests of groups: a course that an authority has ordered seats of, and customers who wait."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from core.db import db, new_id, transaction
from core.identity.mandates import Mandate
from core.identity.models import Authority
from dps.contracts import gates
from dps.joint.agreements import service as agreements
from dps.joint.procurements.models import JointProcurement, Participation, ParticipationState
from dps.joint.stages import Stage
from dps.offerings.models import Offering
from dps.systems.models import Category, OrderingRule, ServiceType
from orders import service as order_service
from orders.groups import queries, service
from orders.groups.models import AidBasis, EntryState, Group, QueueEntry
from orders.groups.service import Employer, GroupDetails
from orders.models import Need, Order
from orders.service import answering
from suppliers.models import Supplier
from tests import people, worlds_joint
from tests import worlds_orders as worlds

REASON = "A course for several customers at once."
#: A valid Finnish business id.
BUSINESS_ID = "0737546-2"


def world(**changes: Any) -> worlds.World:
    """An authority whose customers choose, with a category of courses."""
    return worlds.world(**changes)


def course_days(first: date, number: int = 10) -> list[date]:
    """So many days in a row from the first."""
    return [first + timedelta(days=n) for n in range(number)]


def details(offering: Offering, **changes: Any) -> GroupDetails:
    first = offering.starts[0].starts_on
    given = {
        "seats_min": 1,
        "seats_max": 2,
        "languages": ["fi", "sv"],
        "place": "Kuopio",
        "is_remote": False,
        "days": course_days(first),
        "own_until": first - timedelta(days=5),
        "release_on": first - timedelta(days=1),
        "aims_at_qualification": False,
        "rule_reason": REASON,
        "prerequisites_en": "Basic Finnish.",
    }
    return GroupDetails(**{**given, **changes})


def group(made: worlds.World, *, seats: int = 5, is_open: bool = True, **changes: Any) -> Group:
    """A group of a new supplier's course; open unless asked otherwise."""
    offering = worlds.offering(made, seats=seats)
    found = service.set_up(offering.starts[0], details(offering, **changes), by=made.coordinator)
    if is_open:
        service.open_group(found, by=made.coordinator)
    return found


def joint(made: worlds.World, **changes: Any) -> Employer:
    """Make the category one of joint-purchase training; its employer."""
    made.category.service_type = ServiceType.JOINT_PURCHASE_TRAINING
    return employer(**changes)


def employer(**changes: Any) -> Employer:
    given: dict[str, Any] = {
        "business_id": BUSINESS_ID,
        "name": "Telakka Oy",
        "contact": "hr@telakka.example",
        "percent": Decimal(30),
        "aid_basis": AidBasis.DE_MINIMIS,
    }
    return Employer(**{**given, **changes})


def waiting(made: worlds.World, found: Group | None, **changes: Any) -> QueueEntry:
    """A new customer of the authority in the queue."""
    return service.join(worlds.need(made, **changes), found, by=made.expert)


def seat(made: worlds.World, found: Group, **changes: Any) -> Order:
    """A new customer with a seat of the group, as an order that the provider has taken."""
    order = placed(made, found, **changes)
    answering.accept(order, by=provider_of(made, found))
    return order


def placed(made: worlds.World, found: Group, **changes: Any) -> Order:
    entry = waiting(made, found, **changes)
    service.offer_seats(found, by=None)
    return service.take_seat(entry, customer_agrees=True, by=made.expert)


def provider_of(made: worlds.World, found: Group) -> Mandate:
    return next(each for each in made.suppliers if each.organisation_id == found.supplier_id)


def offered(found: Group) -> list[QueueEntry]:
    return [each for each in queries.queue_of(found) if each.state is EntryState.OFFERED]


RANKING = OrderingRule.RANKING


def partners_need(partner: worlds.Partner, category: Category, **changes: Any) -> Need:
    """A need that a partner's expert states in a category of the joint system."""
    return order_service.state_need(category, worlds.details(**changes), by=partner.expert)


def partners_waiting(partner: worlds.Partner, found: Group, **changes: Any) -> QueueEntry:
    """A new customer of a partner in the queue."""
    return service.join(partners_need(partner, found.category, **changes), found, by=partner.expert)


def promise_secrecy(provider: Mandate, authority: Authority) -> None:
    """The provider's person has promised secrecy to one more authority (R118)."""
    supplier = db.session.get_one(Supplier, provider.organisation_id)
    gates.undertake_secrecy(supplier, authority, by=provider)


@transaction
def agreed(made: worlds.World, partner: worlds.Partner, **changed: Any) -> JointProcurement:
    """The world's system is bought jointly by Helsinki (the world's authority), Espoo with Kauniainen (the partner) and
    Vantaa, under an agreement in force."""
    third = worlds_joint.city("Vantaa")
    said = worlds_joint.details(made.authority, partner.authority, third.authority, **changed)
    version = agreements.write(said, by=made.coordinator)
    agreements.propose(version, by=made.coordinator)
    worlds_joint.approve_all(version, [people.decider(made.authority), partner.decider, third.decider])
    db.session.refresh(version)
    system = made.category.system
    row = JointProcurement(
        id=new_id(),
        agreement_id=version.agreement_id,
        version_id=version.id,
        year=2026,
        number=1,
        name_fi="Valmennus",
        name_sv="Träning",
        name_en="Coaching",
        purpose="Ryhmät täyttyvät vain yhdessä.",
        service_type=made.category.service_type,
        lead_id=made.authority.id,
        starts_on=system.starts_on,
        ends_on=system.ends_on,
        stage=Stage.USE,
        system_id=system.id,
        estimate=system.estimated_value,
        begun_by=made.coordinator.person_id,
        begun_at=worlds.LONG_AGO,
    )
    db.session.add(row)
    db.session.flush()
    db.session.add_all(Participation(id=new_id(), procurement_id=row.id, party_id=each.id) for each in version.parties)
    return row


@transaction
def leave_agreement(joint_procurement: JointProcurement, key: str) -> None:
    """A party of the procurement has stayed out."""
    db.session.refresh(joint_procurement)
    row = next(each for each in joint_procurement.participations if each.party.key == key)
    row.state, row.left_at = ParticipationState.LEFT, worlds.LONG_AGO
