"""Which orders belong to which joint procurement and to which party: the one place that decides it (R104).

A procurement that runs a competition has the orders of its contracts, one for a category those of the category, one
for a system the rest of the system. Whose customer an order's need is says ``party_of``.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import joinedload, selectinload

from core.db import db
from dps.competitions.models import Award
from dps.contracts.models import FrameContract
from dps.joint.agreements.models import AgreementParty, AgreementVersion
from dps.joint.agreements.rules import party_of
from dps.joint.procurements.models import JointProcurement
from dps.systems.models import Category
from dps.systems.production import Production
from orders.models import Need, Order

#: By what orders are told apart: authority, home municipality, category, and the decision their contract follows.
DIMENSIONS = (Order.authority_id, Need.municipality, Order.category_id, FrameContract.award_decision_id)


@dataclass
class Reach:
    """The procurements of systems, and how to find the one and the party of an order."""

    procurements: dict[uuid.UUID, JointProcurement] = field(default_factory=dict)
    #: By procurement: as agreed now, and those in it that a newer version of the agreement does not have any more.
    parties: dict[uuid.UUID, list[AgreementParty]] = field(default_factory=dict)
    by_category: dict[uuid.UUID, JointProcurement] = field(default_factory=dict)
    by_decision: dict[uuid.UUID, JointProcurement] = field(default_factory=dict)

    @property
    def authority_ids(self) -> set[uuid.UUID]:
        return {party.authority_id for parties in self.parties.values() for party in parties}

    def condition(self) -> ColumnElement[bool]:
        """The orders that may belong to one of the procurements: purchases, not own production and partners."""
        bought = Order.production == Production.PURCHASED
        return bought & Order.category_id.in_(self.by_category) & Order.authority_id.in_(self.authority_ids)

    def procurement_of(self, category_id: uuid.UUID, decision_id: uuid.UUID | None) -> JointProcurement | None:
        if decision_id is not None and decision_id in self.by_decision:
            return self.by_decision[decision_id]
        found = self.by_category.get(category_id)
        return found if found is None or found.competition_id is None else None

    def place(
        self, authority_id: uuid.UUID, municipality: str, category_id: uuid.UUID, decision_id: uuid.UUID | None
    ) -> tuple[JointProcurement, AgreementParty] | None:
        """The procurement and the party of an order; nothing where it belongs to none."""
        procurement = self.procurement_of(category_id, decision_id)
        if procurement is None:
            return None
        party = party_of(self.parties[procurement.id], authority_id, municipality)
        return (procurement, party) if party else None


def of_agreement(agreement_id: uuid.UUID) -> Reach:
    """Every procurement of the agreement that has something to order from."""
    return _reach(
        select(JointProcurement).where(
            JointProcurement.agreement_id == agreement_id, JointProcurement.system_id.is_not(None)
        )
    )


def of_procurement(procurement: JointProcurement) -> Reach:
    """One procurement; what others run in the same system is told apart."""
    if procurement.system_id is None:
        return Reach()
    return _reach(select(JointProcurement).where(JointProcurement.system_id == procurement.system_id))


def of_procurements(ids: Sequence[uuid.UUID]) -> Reach:
    """Some procurements, and what others run in the same systems."""
    systems = select(JointProcurement.system_id).where(JointProcurement.id.in_(ids))
    return _reach(select(JointProcurement).where(JointProcurement.system_id.in_(systems)))


def _reach(query: Select[JointProcurement]) -> Reach:
    rows = db.session.scalars(
        query.options(
            joinedload(JointProcurement.agreed).options(
                selectinload(AgreementVersion.parties), joinedload(AgreementVersion.author, innerjoin=True)
            ),
            selectinload(JointProcurement.participations),
        ).order_by(JointProcurement.id)
    ).all()
    found = Reach({each.id: each for each in rows}, {each.id: _parties_of(each) for each in rows})
    if not rows:
        return found
    categories = db.session.execute(
        select(Category.id, Category.system_id).where(Category.system_id.in_({each.system_id for each in rows}))
    ).all()
    for row in sorted(rows, key=_breadth):
        for category_id, system_id in categories:
            if system_id == row.system_id and row.category_id in (None, category_id):
                found.by_category[category_id] = row
    competitions = {each.competition_id: each for each in rows if each.competition_id}
    if competitions:
        decided = select(Award.decision_id, Award.competition_id).where(Award.competition_id.in_(competitions))
        found.by_decision = {row[0]: competitions[row[1]] for row in db.session.execute(decided.distinct())}
    return found


def _parties_of(row: JointProcurement) -> list[AgreementParty]:
    """Those of the version that binds it, and those that take part by an older one and whose orders go on."""
    agreed = list(row.agreed.parties)
    known = {each.key for each in agreed}
    return [*agreed, *(each.party for each in row.participations if each.party.key not in known)]


def _breadth(row: JointProcurement) -> tuple[bool, bool]:
    """Those of one competition first, then those of a whole system, then those of a category, which win."""
    return row.competition_id is None, row.category_id is not None


@dataclass(frozen=True)
class Placed:
    """What orders share that belong to one procurement and party."""

    authority_id: uuid.UUID
    municipality: str
    category_id: uuid.UUID
    decision_id: uuid.UUID | None
    procurement: JointProcurement
    party: AgreementParty


def placed(reach: Reach, rows: Iterable[Any]) -> list[tuple[Placed, Any]]:
    """Rows that begin with the four dimensions, with their procurement and party; others are left out."""
    found = []
    for row in rows:
        authority_id, municipality, category_id, decision_id = row[:4]
        if place := reach.place(authority_id, municipality, category_id, decision_id):
            procurement, party = place
            found.append((Placed(authority_id, municipality, category_id, decision_id, procurement, party), row))
    return found


def kinds_of_orders(reach: Reach) -> list[Placed]:
    """Every mixture of authority, municipality, category and decision that orders have."""
    rows = db.session.execute(
        select(*DIMENSIONS)
        .select_from(Order)
        .join(Need, Need.id == Order.need_id)
        .join(FrameContract, FrameContract.id == Order.contract_id)
        .where(reach.condition())
        .distinct()
    )
    return [each for each, _row in placed(reach, rows)]


def keys_of(parties: Iterable[AgreementParty]) -> Mapping[str, AgreementParty]:
    """Parties by the key that stays the same in every version."""
    return {each.key: each for each in parties}
