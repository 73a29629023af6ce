"""A statement as one authority may read it: its own parties by order, of the others sums by procurement (R103, R107).

Pages, files and the API all read it through here.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from core.i18n import current_language
from orders.sharing import queries, rules
from orders.sharing.models import LineKind, SharedCost, Statement, StatementUse

#: Orders on one page.
ORDERS_ON_PAGE = 50


@dataclass(frozen=True)
class OwnParty:
    """A statement and one of its parties: what one's own authority reads in full."""

    statement: Statement
    party: dict[str, Any]

    @property
    def key(self) -> str:
        return str(self.party["key"])


@dataclass
class Sum:
    """Money of some lines: orders delivered, cost without VAT, VAT."""

    delivered: int = 0
    amount: Decimal = rules.NOTHING
    vat: Decimal = rules.NOTHING

    def add(self, other: Any) -> None:
        self.delivered += other.delivered
        self.amount += other.amount
        self.vat += other.vat

    @property
    def total(self) -> Decimal:
        return self.amount + self.vat


@dataclass
class Row(Sum):
    """What a party has in one procurement, category, quarter and kind; of other cities all categories in one."""

    procurement: Any = None
    category: Any = None
    of_quarter: date | None = None
    kind: LineKind | None = None


@dataclass
class PartyView:
    """One party's part of a statement."""

    key: str
    authority_id: uuid.UUID
    is_own: bool
    name: str
    #: Whether the reader's authority is the one that acts for it.
    is_mine: bool
    rows: list[Row] = field(default_factory=list)
    sum: Sum = field(default_factory=Sum)
    uses: list[StatementUse] = field(default_factory=list)


@dataclass
class StatementView:
    """A whole statement for one reader."""

    statement: Statement
    parties: list[PartyView]
    sum: Sum
    costs: Sequence[SharedCost]
    settlement: rules.Settlement
    names: dict[str, str]

    @property
    def mine(self) -> list[PartyView]:
        return [each for each in self.parties if each.is_mine]

    def party(self, key: str) -> PartyView:
        return next(each for each in self.parties if each.key == key)


def _name(party: dict[str, Any]) -> str:
    return str(party[f"name_{current_language()}"] or party["name_fi"])


def read(statement: Statement, reader_id: uuid.UUID | None) -> StatementView:
    """What an authority may read of a statement."""
    parties = {
        each["key"]: PartyView(
            key=each["key"],
            authority_id=uuid.UUID(each["authority"]),
            is_own=each["is_own"],
            name=_name(each),
            is_mine=each["authority"] == str(reader_id),
        )
        for each in statement.parties
    }
    whole = Sum()
    for row in queries.rows_of(statement.id):
        party = parties[row.party_key]
        party.sum.add(row)
        whole.add(row)
        _row_for(party, row).add(row)
    for use in queries.uses_of(statement.id):
        parties[use.party_key].uses.append(use)
    costs = queries.costs_of(statement.id)
    return StatementView(
        statement=statement,
        parties=list(parties.values()),
        sum=whole,
        costs=costs,
        settlement=rules.settle(_paid(costs, list(parties.values()))),
        names={each.key: each.name for each in parties.values()},
    )


def _row_for(party: PartyView, row: Any) -> Row:
    """The row a line adds to: of one's own each category and correction, of others one for the procurement."""
    if not party.is_mine:
        found = next((each for each in party.rows if each.procurement.procurement_id == row.procurement_id), None)
        if found is None:
            found = Row(procurement=row)
            party.rows.append(found)
        return found
    party.rows.append(Row(procurement=row, category=row, of_quarter=row.of_quarter, kind=row.kind))
    return party.rows[-1]


def _paid(costs: Sequence[SharedCost], parties: Sequence[PartyView]) -> Iterator[rules.Paid]:
    own = {each.authority_id: each.key for each in parties if each.is_own}
    for cost in costs:
        theirs = {part.party.key: (part.amount, part.vat) for part in cost.parts}
        of_payer = next((part.party.key for part in cost.parts if part.party.authority_id == cost.payer_id), None)
        yield rules.Paid(own.get(cost.payer_id) or of_payer or "", theirs)
