"""Fairness of shared queues over a year: what each party's customers waited and got, against what was announced.

Each authority sees its own figures; of another's customers none under five, nor one that could be worked out (R107).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from core import clock
from core.i18n import localized
from core.identity.mandates import Mandate
from dps.joint.agreements.models import AgreementParty
from dps.joint.agreements.rules import party_of
from dps.joint.procurements import queries as joint
from dps.systems.models import Category
from orders.groups import queries

#: The least number of another authority's customers of whom a figure is shown.
LEAST = 5


@dataclass
class Tally:
    """What is counted of one party's customers in one category."""

    name: str
    authority_id: uuid.UUID
    waiting: int = 0
    own_groups: int = 0
    partner_groups: int = 0
    #: Days from joining the queue to the seat: how often each.
    days: dict[int, int] = field(default_factory=dict)
    #: The announced share of the year, or the party's share in the agreement; in percent.
    announced: Decimal | None = None

    @property
    def seats(self) -> int:
        return self.own_groups + self.partner_groups

    @property
    def median_days(self) -> int | None:
        """Half of the customers waited so many days or fewer."""
        passed = 0
        for days in sorted(self.days):
            passed += self.days[days]
            if 2 * passed >= self.seats:
                return days
        return None


@dataclass(frozen=True, kw_only=True)
class Line:
    """What a reader sees of a party; nothing stands for a figure that is not shown."""

    name: str
    is_own: bool
    waiting: int | None
    seats: int | None
    own_groups: int | None
    partner_groups: int | None
    median_days: int | None
    share: Decimal | None
    announced: Decimal | None


@dataclass(frozen=True)
class Table:
    category: Category
    lines: list[Line]


def seen(tallies: Sequence[Tally], reader: uuid.UUID) -> list[Line]:
    """What one authority may see: its own parties in full; of others no figure under five.

    A part is shown only beside another that is, and shares only where every number of seats is, since from a share and
    one's own number the whole follows, and from the whole what is hidden.
    """

    def shows(tally: Tally, number: int) -> bool:
        return tally.authority_id == reader or number >= LEAST

    total = sum(each.seats for each in tallies)
    shares = bool(total) and all(shows(each, each.seats) for each in tallies)
    lines = []
    for each in tallies:
        split = shows(each, each.own_groups) and shows(each, each.partner_groups)
        known = shows(each, each.seats)
        lines.append(
            Line(
                name=each.name,
                is_own=each.authority_id == reader,
                waiting=each.waiting if shows(each, each.waiting) else None,
                seats=each.seats if known else None,
                own_groups=each.own_groups if split else None,
                partner_groups=each.partner_groups if split else None,
                median_days=each.median_days if known else None,
                share=Decimal(100 * each.seats / total).quantize(Decimal("0.1")) if shares else None,
                announced=each.announced,
            )
        )
    return lines


def tables(mandate: Mandate, year: int) -> list[Table]:
    """The joint categories from which the reader's authority buys, a line for each party."""
    categories = queries.joint_categories(mandate.organisation_id)
    ids = [each.id for each in categories]
    waiting, got = queries.waiting_by_party(ids), queries.seats_by_party(ids, year)
    found = []
    for category in categories:
        tallies = _tallies(category, year)
        for row in waiting:
            if row.category_id == category.id:
                _of(tallies, row.authority_id, row.municipality).waiting += row.customers
        for row in got:
            if row.category_id == category.id:
                tally = _of(tallies, row.authority_id, row.municipality)
                tally.own_groups += row.customers if row.is_own else 0
                tally.partner_groups += 0 if row.is_own else row.customers
                tally.days[row.days] = tally.days.get(row.days, 0) + row.customers
        found.append(Table(category, seen(list(tallies.values()), mandate.organisation_id)))
    return found


@dataclass
class _Tallies:
    """The parties of one category: those of its agreement, else the buyers."""

    parties: list[AgreementParty]
    by_key: dict[uuid.UUID, Tally]

    def values(self) -> Iterable[Tally]:
        return self.by_key.values()


def _of(tallies: _Tallies, authority_id: uuid.UUID, municipality: str) -> Tally:
    party = party_of(tallies.parties, authority_id, municipality)
    key = party.id if party else authority_id
    if key not in tallies.by_key:  # an authority that buys, but is no party of the agreement
        tallies.by_key[key] = Tally("", authority_id)
    return tallies.by_key[key]


def _tallies(category: Category, year: int) -> _Tallies:
    buyers = category.system.all_buyers
    agreed = queries.agreed_version_of(category)
    parties = list(agreed.parties) if agreed else []
    shares = announced_shares(category, year) or {each.id: each.share for each in parties}
    by_key = {
        each.id: Tally(localized(each, "name"), each.authority_id, announced=shares.get(each.id)) for each in parties
    }
    covered = {each.authority_id for each in parties}
    for each in buyers:
        if each.id not in covered:
            by_key[each.id] = Tally(localized(each, "name"), each.id)
    return _Tallies(parties, by_key)


def announced_shares(category: Category, year: int) -> Mapping[uuid.UUID, Decimal]:
    """Each party's percentage of the volumes announced for a year; nothing where none were."""
    procurement = queries.procurement_of(category)
    if procurement is None:
        return {}
    volumes = joint.announced(procurement.id)
    of_year = {key: sum(n for day, n in rows.items() if day.year == year) for key, rows in volumes.items()}
    total = sum(of_year.values())
    return {key: Decimal(100 * n / total).quantize(Decimal("0.1")) for key, n in of_year.items()} if total else {}


def this_year() -> int:
    today: date = clock.helsinki_date(clock.now())
    return today.year
