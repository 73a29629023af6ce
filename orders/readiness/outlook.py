"""What a plan means for one authority: whose people they are, the seats, the money, how large the change is."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from core import clock, law
from dps.joint.agreements.models import AgreementParty
from dps.joint.agreements.rules import same_place
from dps.systems.models import ServiceType
from orders.readiness import queries, rules
from orders.readiness.models import LayoffLine, LayoffPlan
from orders.readiness.queries import Market
from orders.readiness.rules import Change


@dataclass(frozen=True)
class Place:
    """A municipality of the plan: how many people, whose they will be, how large the change is where it is known."""

    municipality: str
    people: int
    #: Nothing where it is a municipality of no party.
    party: AgreementParty | None
    authority_id: uuid.UUID | None
    change: Change | None


@dataclass(frozen=True)
class MonthSeats:
    """A month of a kind of service: who comes, the free seats, who still waits at its end."""

    month: date
    needed: int
    free: int
    waiting: int


@dataclass(frozen=True)
class Service:
    """A kind of service for one's own people: seats month by month, and the money."""

    kind: ServiceType
    people: int
    market: Market
    months: Sequence[MonthSeats]

    @property
    def without_seat(self) -> int:
        """How many have no seat at the end of what is known."""
        return self.months[-1].waiting if self.months else 0

    @property
    def money_needed(self) -> Decimal | None:
        """At the mean price of what is offered; nothing where nothing is."""
        return None if self.market.price is None else self.people * self.market.price

    @property
    def money_left(self) -> Decimal:
        """In the years in which the people come."""
        years = {each.month.year for each in self.months if each.needed}
        return sum((left for year, left in self.market.money_left.items() if year in years), Decimal(0))

    @property
    def money_missing(self) -> Decimal | None:
        needed = self.money_needed
        return None if needed is None else max(Decimal(0), needed - self.money_left)


@dataclass(frozen=True)
class Outlook:
    """A plan as one authority sees it: all of its own plan, of another's only its own municipalities (R107)."""

    plan: LayoffPlan
    lines: Sequence[LayoffLine]
    own_lines: Sequence[LayoffLine]
    places: Sequence[Place]
    services: Sequence[Service]
    #: People of one's own whose service is not known yet.
    undecided: int
    #: Of all one's municipalities together; nothing where a figure is missing.
    own_change: Change | None

    @property
    def people(self) -> int:
        return sum(line.people for line in self.lines)

    @property
    def own_people(self) -> int:
        return sum(line.people for line in self.own_lines)

    @property
    def outside(self) -> Sequence[Place]:
        """Municipalities of no party."""
        return [each for each in self.places if each.authority_id is None]


def visible_lines(plan: LayoffPlan, parties: Sequence[AgreementParty], authority_id: uuid.UUID) -> list[LayoffLine]:
    """One's own plan wholly; of another's the people of one's own municipalities, nothing else (R107)."""
    if plan.authority_id == authority_id:
        return list(plan.lines)
    return lines_of(plan, parties, authority_id)


def lines_of(plan: LayoffPlan, parties: Sequence[AgreementParty], authority_id: uuid.UUID | None) -> list[LayoffLine]:
    """The people of an authority's municipalities (R104)."""
    return [
        line for line in plan.lines if rules.authority_of(parties, line.municipality, plan.authority_id) == authority_id
    ]


def of(plan: LayoffPlan, authority_id: uuid.UUID) -> Outlook:
    """The plan as an authority sees it."""
    parties = queries.parties_of(plan)
    lines = visible_lines(plan, parties, authority_id)
    own = lines_of(plan, parties, authority_id)
    limit = Decimal(law.number("R103.sudden_change", clock.helsinki_date(clock.now())))
    places = _places(plan, lines, parties, limit)
    return Outlook(
        plan,
        lines,
        own,
        places,
        _services(own, authority_id),
        sum(line.people for line in own if line.service_type is None),
        _area(authority_id, [each for each in places if each.authority_id == authority_id], limit),
    )


def _places(
    plan: LayoffPlan, lines: Sequence[LayoffLine], parties: Sequence[AgreementParty], limit: Decimal
) -> list[Place]:
    people: dict[str, int] = defaultdict(int)
    names: dict[str, str] = {}
    for line in lines:
        people[same_place(line.municipality)] += line.people
        names.setdefault(same_place(line.municipality), line.municipality)
    owners = {key: rules.authority_of(parties, name, plan.authority_id) for key, name in names.items()}
    known: dict[Any, Any] = {
        (each.authority_id, same_place(each.municipality)): each
        for each in queries.figures({each for each in owners.values() if each is not None})
    }
    found = []
    for key, number in people.items():
        figure = known.get((owners[key], key))
        change = Change(number, figure.unemployed, figure.labour_force, limit) if figure else None
        found.append(Place(names[key], number, rules.party_of_place(parties, names[key]), owners[key], change))
    return sorted(found, key=lambda each: (each.authority_id is None, -each.people, each.municipality))


def _area(authority_id: uuid.UUID, places: Sequence[Place], limit: Decimal) -> Change | None:
    """All municipalities of an authority together, also those the plan does not touch."""
    if not places or any(each.change is None for each in places):
        return None
    known = queries.figures({authority_id})
    return Change(
        sum(each.people for each in places),
        sum(each.unemployed for each in known),
        sum(each.labour_force for each in known),
        limit,
    )


def _services(lines: Sequence[LayoffLine], authority_id: uuid.UUID) -> list[Service]:
    wanted = rules.people_by(lines)
    kinds = [kind for kind in ServiceType if any(at is kind for at, _month in wanted)]
    if not kinds:
        return []
    first, last = min(line.month for line in lines), max(line.month for line in lines)
    markets = queries.markets(authority_id, kinds, first)
    found = []
    for kind in kinds:
        needed = {month: number for (at, month), number in wanted.items() if at is kind}
        free = {month: seats for month, seats in markets[kind].free.items() if first <= month <= _later(last)}
        waiting = rules.waiting_after(needed, free)
        months = [MonthSeats(each, needed.get(each, 0), free.get(each, 0), waiting[each]) for each in waiting]
        found.append(Service(kind, sum(needed.values()), markets[kind], months))
    return found


def _later(month: date) -> date:
    """Seats count up to two months after the last people come."""
    year, place = divmod(month.year * 12 + month.month - 1 + 2, 12)
    return date(year, place + 1, 1)
