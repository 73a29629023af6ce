"""Groups, their seats and the starts they are bought from."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Date, Select, case, cast, false, func, literal, select
from sqlalchemy.orm import aliased, joinedload, lazyload

from core.db import db
from core.identity.mandates import Mandate
from core.identity.models import Authority, Role
from dps.contracts.models import ContractState, FrameContract, ProductionAgreement
from dps.contracts.production.queries import may_order
from dps.offerings.models import Offering, OfferingStart, OfferingState
from dps.systems import buyers
from dps.systems.models import Category, PurchasingSystem, SystemState
from dps.systems.production import Production
from orders.groups.models import (
    LIVE,
    QUEUED,
    EntryState,
    Group,
    GroupState,
    QueueEntry,
)
from orders.groups.queries.common import BUYERS, PAGE_SIZE
from orders.groups.queries.sharing import shared_with
from orders.models import NOT_BOUGHT, Need, Order
from suppliers.models import Supplier


def group(group_id: uuid.UUID) -> Group | None:
    return db.session.scalars(
        select(Group).options(joinedload(Group.offering).options(lazyload("*"))).where(Group.id == group_id)
    ).one_or_none()


def next_group_number(authority_id: uuid.UUID) -> int:
    """The next running number of the authority's groups, held until the end of the transaction."""
    db.session.execute(
        select(Authority.id).options(lazyload("*")).where(Authority.id == authority_id).with_for_update(key_share=True)
    )
    return (db.session.scalar(select(func.max(Group.number)).where(Group.authority_id == authority_id)) or 0) + 1


def groups_seen_by(mandate: Mandate) -> Select[Group]:
    """The groups a mandate may list: its authority's own, those its company holds; an expert's those of partners, too,
    in which a customer of theirs may get a seat or has one."""
    query = select(Group).options(joinedload(Group.offering).options(lazyload("*")))
    if mandate.role is Role.PROVIDER:
        return query.where(Group.supplier_id == mandate.organisation_id)
    if mandate.role is Role.EXPERT:
        shared = shared_with(mandate.organisation_id) & Group.state.in_(LIVE)
        return query.where((Group.authority_id == mandate.organisation_id) | shared)
    if mandate.role in BUYERS:
        return query.where(Group.authority_id == mandate.organisation_id)
    return query.where(false())


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the list of groups is narrowed to."""

    category_id: uuid.UUID | None = None
    place: str | None = None
    language: str | None = None
    starts_from: date | None = None


def narrowed(query: Select[Group], wanted: Wanted) -> Select[Group]:
    if wanted.category_id:
        query = query.where(Group.category_id == wanted.category_id)
    if wanted.place:
        query = query.where(Group.place == wanted.place)
    if wanted.language:
        query = query.where(Group.languages.contains([wanted.language]))
    if wanted.starts_from:
        query = query.where(Group.first_day >= wanted.starts_from)
    return query


def groups_page(query: Select[Group], after: uuid.UUID | None, size: int = PAGE_SIZE) -> Sequence[Group]:
    """One page of groups and one more, newest first."""
    if after:
        query = query.where(Group.id < after)
    return db.session.scalars(query.order_by(Group.id.desc()).limit(size + 1)).all()


def waiting_counts(group_ids: Sequence[uuid.UUID]) -> Mapping[uuid.UUID, int]:
    """How many wait for each group by name."""
    rows = db.session.execute(
        select(QueueEntry.group_id, func.count())
        .where(QueueEntry.group_id.in_(group_ids), QueueEntry.state.in_(QUEUED))
        .group_by(QueueEntry.group_id)
    )
    return {row[0]: row[1] for row in rows if row[0]}


def offered_counts(group_ids: Sequence[uuid.UUID]) -> Mapping[uuid.UUID, int]:
    """How many empty seats of each group are kept for somebody."""
    rows = db.session.execute(
        select(QueueEntry.offer_id, func.count())
        .where(QueueEntry.offer_id.in_(group_ids), QueueEntry.state == EntryState.OFFERED)
        .group_by(QueueEntry.offer_id)
    )
    return {row[0]: row[1] for row in rows if row[0]}


def seats_free(group: Group) -> int:
    """Seats that are nobody's and kept for nobody."""
    return group.seats_empty - offered_counts([group.id]).get(group.id, 0)


def groups_for_need(need: Need) -> Sequence[Any]:
    """Groups of the need's category that take people and start in time, as plain rows, in one question.

    Each row tells the need's own place in its queue, if any, and whether the need waits for any group; where there is
    no group, one row tells only that.
    """
    own = (QueueEntry.need_id == need.id) & QueueEntry.state.in_(QUEUED)
    other, anywhere = aliased(QueueEntry), aliased(QueueEntry)
    offered = (
        select(func.count())
        .where(other.offer_id == Group.id, other.state == EntryState.OFFERED)
        .correlate(Group)
        .scalar_subquery()
    )
    waits_anywhere = (
        select(anywhere.id)
        .where(anywhere.need_id == need.id, anywhere.group_id.is_(None), anywhere.state.in_(QUEUED))
        .exists()
    )
    today = cast(func.timezone("Europe/Helsinki", func.avoin_now()), Date)
    takes_people = (
        (Group.category_id == need.category_id)
        & Group.state.in_((GroupState.PLANNED, GroupState.OPEN))
        & Group.released_at.is_(None)
        & Group.first_day.between(today, need.latest_start)
    )
    return db.session.execute(
        select(
            *(getattr(Group, name).label(name) for name in _OF_A_GROUP),
            Supplier.name.label("supplier_name"),
            *(getattr(Offering, name).label(name) for name in ("name_fi", "name_sv", "name_en")),
            *(getattr(Authority, name).label(f"authority_{name}") for name in ("name_fi", "name_sv", "name_en")),
            (Group.authority_id == need.authority_id).label("is_own"),
            (Group.seats_held - Group.seats_filled - offered).label("free"),
            QueueEntry.state.label("entry_state"),
            QueueEntry.offered_until,
            waits_anywhere.label("waits_anywhere"),
        )
        .select_from(select(literal(1).label("one")).subquery())
        .outerjoin(Group, takes_people)
        .outerjoin(Offering, Offering.id == Group.offering_id)
        .outerjoin(Supplier, Supplier.id == Group.supplier_id)
        .outerjoin(Authority, Authority.id == Group.authority_id)
        .outerjoin(QueueEntry, own & ((QueueEntry.group_id == Group.id) | (QueueEntry.offer_id == Group.id)))
        .order_by(Group.first_day, Group.id)
        .limit(PAGE_SIZE)
    ).all()


#: What the page of a need shows of a group, and what fitting asks.
_OF_A_GROUP = (
    "id",
    "number",
    "category_id",
    "languages",
    "place",
    "is_remote",
    "first_day",
    "own_until",
    "seats_max",
    "age_bands",
    "unemployment_bands",
    "education_bands",
)


def starts_to_buy(authority_id: uuid.UUID, today: date, limit: int = 200) -> Sequence[tuple[OfferingStart, Offering]]:
    """Coming starts with two free seats or more, of services under contract in the open systems it buys from."""
    agreed = (
        select(FrameContract.id)
        .join(ProductionAgreement, ProductionAgreement.id == FrameContract.production_agreement_id)
        .where(FrameContract.id == Offering.contract_id, may_order(authority_id, today))
        .exists()
    )
    in_force = (
        select(FrameContract.id)
        .where(
            FrameContract.production_agreement_id.is_(None),
            FrameContract.supplier_id == Offering.supplier_id,
            FrameContract.category_id == Offering.category_id,
            FrameContract.state == ContractState.IN_FORCE,
            FrameContract.ends_on >= today,
        )
        .exists()
    )
    rows = db.session.execute(
        select(OfferingStart, Offering)
        .join(Offering, Offering.id == OfferingStart.offering_id)
        .join(Category, Category.id == Offering.category_id)
        .join(PurchasingSystem, PurchasingSystem.id == Category.system_id)
        .where(
            buyers.buys_from(authority_id, today),
            PurchasingSystem.state == SystemState.OPEN,
            Offering.state == OfferingState.PUBLISHED,
            OfferingStart.starts_on > today,
            OfferingStart.seats - OfferingStart.seats_taken >= 2,
            case((Offering.production == Production.PURCHASED, in_force), else_=agreed),
        )
        .order_by(OfferingStart.starts_on, OfferingStart.id)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in rows]


def start(start_id: uuid.UUID) -> OfferingStart | None:
    return db.session.get(OfferingStart, start_id)


def ordered_value(system_id: uuid.UUID) -> Decimal:
    """What has been bought in a system: orders, and the employers' parts of their seats (R96).

    Own production and partners are no purchases (HL 15 §, 16 §).
    """
    value = db.session.scalar(
        select(func.coalesce(func.sum(Order.price + func.coalesce(Group.employer_part, 0)), 0))
        .select_from(Order)
        .join(Category, Category.id == Order.category_id)
        .outerjoin(Group, Group.id == Order.group_id)
        .where(
            Category.system_id == system_id,
            Order.state.not_in(NOT_BOUGHT),
            Order.production == Production.PURCHASED,
        )
    )
    held = db.session.scalar(
        select(func.coalesce(func.sum(Group.seat_price * (Group.seats_held - Group.seats_filled)), 0))
        .join(Category, Category.id == Group.category_id)
        .join(Offering, Offering.id == Group.offering_id)
        .where(Category.system_id == system_id, Offering.production == Production.PURCHASED)
    )
    return Decimal(value or 0) + Decimal(held or 0)


def orders_of_group(group_id: uuid.UUID) -> Sequence[Order]:
    """The orders of the seats that are taken, oldest first."""
    return db.session.scalars(
        select(Order)
        .where(Order.group_id == group_id, Order.state.not_in(NOT_BOUGHT))
        .order_by(Order.number)
        .limit(500)
    ).all()
