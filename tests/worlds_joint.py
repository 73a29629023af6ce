"""Authorities that agreed to work together, made by the verbs of agreements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from core import clock
from core.db import db
from core.identity import queries as identity
from core.identity.mandates import Mandate
from core.identity.models import Authority, Person, Role
from dps.joint.agreements import queries, seating, service
from dps.joint.agreements.details import (
    AgreementDetails,
    CostDetails,
    Names,
    PartyDetails,
    StageDetails,
    TaskDetails,
)
from dps.joint.agreements.models import AgreementParty, AgreementVersion, CooperationAgreement, GroupMember
from dps.joint.stages import APPROVED_STAGES, ApprovalRule, CostBasis, CostKind, Group
from tests import people

LONG_AGO = date(2025, 1, 1)


@dataclass
class City:
    """An authority and its people."""

    authority: Authority
    coordinator: Mandate
    decider: Mandate
    steering: Mandate
    expert: Mandate


@dataclass
class Together:
    """An agreement of three cities and four parties, and who works in them."""

    helsinki: City
    espoo: City
    vantaa: City
    version: AgreementVersion
    members: dict[tuple[str, Group], GroupMember] = field(default_factory=dict)

    @property
    def agreement(self) -> CooperationAgreement:
        return self.version.agreement

    @property
    def cities(self) -> list[City]:
        return [self.helsinki, self.espoo, self.vantaa]

    def party(self, key: str) -> AgreementParty:
        """``party("kauniainen")``"""
        return next(each for each in self.version.parties if each.key == key)


def city(name: str) -> City:
    """A city with a coordinator, a decision maker, a member of the steering group and an expert."""
    where = people.authority(name)
    roles = (Role.COORDINATOR, Role.DECIDER, Role.STEERING, Role.EXPERT)
    return City(where, *(people.mandate(role, where) for role in roles))


def person_of(mandate: Mandate) -> Person:
    found = identity.person(mandate.person_id)
    assert found is not None
    return found


def _party(name: str, where: Authority, share: int, least: int, *, is_own: bool = True) -> PartyDetails:
    return PartyDetails(
        name=Names(name, name, name),
        authority_id=where.id,
        is_own=is_own,
        municipalities=[name],
        share=Decimal(share),
        person_years_min=Decimal(least),
        cost_share=Decimal(share),
    )


def details(helsinki: Authority, espoo: Authority, vantaa: Authority, **changed: Any) -> AgreementDetails:
    """What Helsinki, Espoo (also for Kauniainen) and Vantaa agreed."""
    agreed = AgreementDetails(
        name=Names("Pääkaupunkiseudun yhteistyö", "Samarbete inom huvudstadsregionen", "Capital region cooperation"),
        starts_on=LONG_AGO,
        ends_on=None,
        steering_name=Names("PKS-johtoryhmä", "Styrgruppen", "Steering group"),
        coordination_name=Names("PKS-koordinaatioryhmä", "Samordningsgruppen", "Coordination group"),
        own_window_days=7,
        withdrawal_days=180,
        withdrawal_terms="Osapuoli ilmoittaa kirjallisesti; käynnissä olevat tilaukset viedään loppuun.",
        change_terms="Muutos tulee voimaan, kun kaikki osapuolet ovat hyväksyneet sen.",
        parties=[
            _party("Helsinki", helsinki, 50, 20),
            _party("Espoo", espoo, 25, 10),
            _party("Kauniainen", espoo, 0, 0, is_own=False),
            _party("Vantaa", vantaa, 25, 10),
        ],
        tasks=[TaskDetails(Names("Työnhakijoiden valmennus")), TaskDetails(Names("Työvoimakoulutus"))],
        stages=[StageDetails(stage, ApprovalRule.ALL, 30) for stage in APPROVED_STAGES],
        costs=[
            CostDetails(CostKind.EMPTY_SEATS, CostBasis.BY_USE),
            CostDetails(CostKind.PROCUREMENT_WORK, CostBasis.BY_SHARES),
            CostDetails(CostKind.MARKETING, CostBasis.BY_SHARES),
        ],
    )
    return replace(agreed, **changed)


def approve_all(version: AgreementVersion, deciders: Sequence[Mandate]) -> None:
    """Each authority approves, the last brings it in force."""
    for number, decider in enumerate(deciders, start=1):
        service.approve(version, f"§ {number}", by=decider)


def draft(**changed: Any) -> Together:
    """Three cities and their draft, written by Helsinki."""
    helsinki, espoo, vantaa = city("Helsinki"), city("Espoo"), city("Vantaa")
    said = details(helsinki.authority, espoo.authority, vantaa.authority, **changed)
    return Together(helsinki, espoo, vantaa, service.write(said, by=helsinki.coordinator))


def agreement_in_force(*, with_members: bool = True, **changed: Any) -> Together:
    """Helsinki 50 %, Espoo 25 % (also for Kauniainen, 0 %), Vantaa 25 %, in force since 2025; both groups named.

    ``together.helsinki.coordinator`` is a member of the coordination group, ``.steering`` of the steering group,
    whose substitute is ``.decider``.
    """
    world = draft(**changed)
    service.propose(world.version, by=world.helsinki.coordinator)
    approve_all(world.version, [each.decider for each in world.cities])
    if with_members:
        name_groups(world)
    found = queries.version(world.version.id)
    assert found is not None
    world.version = found
    db.session.refresh(found)
    return world


def name_groups(world: Together) -> None:
    """Each city names a member of both groups, and its decision maker as substitute in the steering group."""
    today = clock.helsinki_date(clock.now())
    for name in ("helsinki", "espoo", "vantaa"):
        where: City = getattr(world, name)
        by = where.coordinator
        for group, who in ((Group.COORDINATION, where.coordinator), (Group.STEERING, where.steering)):
            world.members[name, group] = seating.name_member(world.agreement, group, person_of(who), today, by=by)
        seating.name_member(
            world.agreement,
            Group.STEERING,
            person_of(where.decider),
            today,
            by=by,
            substitutes=world.members[name, Group.STEERING],
        )


def tomorrow() -> date:
    return clock.helsinki_date(clock.now()) + timedelta(days=1)
