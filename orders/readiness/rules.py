"""What a plan asks for, and how large a change is: pure functions."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dps.joint.agreements.models import AgreementParty
from dps.joint.agreements.rules import same_place
from dps.systems.models import ServiceType
from orders.readiness.models import LayoffLine


def party_of_place(parties: Iterable[AgreementParty], municipality: str) -> AgreementParty | None:
    """The party that answers for a municipality, of whatever authority; none where it is nobody's (R104)."""
    home = same_place(municipality)
    return next((party for party in parties if home in map(same_place, party.municipalities)), None)


def authority_of(parties: Sequence[AgreementParty], municipality: str, otherwise: uuid.UUID) -> uuid.UUID | None:
    """Whose customers the people of a municipality will be; without an agreement the plan's own authority's."""
    if not parties:
        return otherwise
    party = party_of_place(parties, municipality)
    return party.authority_id if party else None


def month_of(day: date) -> date:
    """The first day of the month."""
    return day.replace(day=1)


def people_by(lines: Iterable[LayoffLine]) -> dict[tuple[ServiceType | None, date], int]:
    """How many people need a kind of service in a month; ``None`` where it is not known which."""
    found: dict[tuple[ServiceType | None, date], int] = defaultdict(int)
    for line in lines:
        found[line.service_type, line.month] += line.people
    return dict(found)


def waiting_after(needed: Mapping[date, int], free: Mapping[date, int]) -> dict[date, int]:
    """Month by month, how many have no seat yet: seats of a month take those who came in it or earlier.

    Seats of a month before anybody came are of no use to later ones.
    """
    found, waiting = {}, 0
    for month in sorted({*needed, *free}):
        waiting = max(0, waiting + needed.get(month, 0) - free.get(month, 0))
        found[month] = waiting
    return found


@dataclass(frozen=True)
class Change:
    """How much the unemployed of a municipality, or of several, grow."""

    people: int
    unemployed: int
    labour_force: int
    #: In percent: up to it a change is met inside.
    limit: Decimal

    @property
    def growth(self) -> Decimal:
        """Percent more unemployed."""
        return Decimal(100 * self.people) / self.unemployed

    @property
    def is_beyond(self) -> bool:
        """Above the limit: it takes a new service plan and extra money."""
        return self.growth > self.limit

    @property
    def rate_before(self) -> Decimal:
        return Decimal(self.unemployed) / self.labour_force

    @property
    def rate_after(self) -> Decimal:
        return Decimal(self.unemployed + self.people) / self.labour_force
