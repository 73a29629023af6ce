"""Every SELECT about lay-off plans: the plans, free capacity, prices, money left."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Date, Select, cast, func, or_, select
from sqlalchemy.orm import lazyload, selectinload

from core import clock
from core.db import db
from core.identity.models import Authority
from dps.joint.agreements import queries as agreements
from dps.joint.agreements.models import AgreementParty, AgreementVersion, CooperationAgreement
from dps.offerings.models import Offering, OfferingStart, OfferingState
from dps.systems import buyers
from dps.systems.models import Category, PurchasingSystem, ServiceType, SystemState
from orders.bulk.models import BulkFile, BulkState
from orders.groups.models import Group, GroupState
from orders.models import Budget
from orders.readiness.models import LabourFigure, LayoffPerson, LayoffPlan, LayoffShare, ShareState

PAGE_SIZE = 50
#: A desk asks for no more.
DESK_ROWS = 60


def plan(plan_id: uuid.UUID) -> LayoffPlan | None:
    return db.session.scalars(
        select(LayoffPlan)
        .where(LayoffPlan.id == plan_id)
        .options(selectinload(LayoffPlan.lines), selectinload(LayoffPlan.shares))
    ).one_or_none()


def plans_of(authority_id: uuid.UUID | None) -> Select[LayoffPlan]:
    """The authority's own plans and those shared with it."""
    shared = select(LayoffShare.plan_id).where(LayoffShare.authority_id == authority_id)
    return select(LayoffPlan).where(or_(LayoffPlan.authority_id == authority_id, LayoffPlan.id.in_(shared)))


def plans_page(authority_id: uuid.UUID | None, after: uuid.UUID | None) -> Sequence[LayoffPlan]:
    """One page and one more, the newest first."""
    rows = plans_of(authority_id).options(selectinload(LayoffPlan.lines))
    if after is not None:
        rows = rows.where(LayoffPlan.id < after)
    return db.session.scalars(rows.order_by(LayoffPlan.id.desc()).limit(PAGE_SIZE + 1)).all()


def next_number(authority_id: uuid.UUID) -> int:
    """The next running number of the authority's plans, held until the end of the transaction."""
    db.session.execute(
        select(Authority.id).options(lazyload("*")).where(Authority.id == authority_id).with_for_update(key_share=True)
    )
    last = db.session.scalar(select(func.max(LayoffPlan.number)).where(LayoffPlan.authority_id == authority_id))
    return (last or 0) + 1


def share_of(plan_id: uuid.UUID, authority_id: uuid.UUID | None) -> LayoffShare | None:
    return db.session.scalars(
        select(LayoffShare).where(LayoffShare.plan_id == plan_id, LayoffShare.authority_id == authority_id)
    ).one_or_none()


def shares_waiting(authority_id: uuid.UUID | None) -> Sequence[tuple[LayoffShare, LayoffPlan]]:
    """What others have shared with an authority and wait for an answer to."""
    rows = db.session.execute(
        select(LayoffShare, LayoffPlan)
        .join(LayoffPlan, LayoffPlan.id == LayoffShare.plan_id)
        .options(lazyload("*"))
        .where(LayoffShare.authority_id == authority_id, LayoffShare.state == ShareState.PROPOSED)
        .order_by(LayoffPlan.shared_at)
        .limit(DESK_ROWS)
    )
    return [(row[0], row[1]) for row in rows]


# ---- whose ----


def agreements_of(authority_id: uuid.UUID | None) -> Sequence[CooperationAgreement]:
    """The approved agreements that an authority is a party of, the newest first."""
    approved = (
        select(AgreementVersion.agreement_id)
        .join(AgreementParty, AgreementParty.version_id == AgreementVersion.id)
        .where(AgreementVersion.in_force_at.is_not(None), AgreementParty.authority_id == authority_id)
    )
    return db.session.scalars(
        select(CooperationAgreement)
        .where(CooperationAgreement.id.in_(approved))
        .order_by(CooperationAgreement.id.desc())
        .limit(20)
    ).all()


def parties_of(found: LayoffPlan) -> Sequence[AgreementParty]:
    """The parties of the plan's agreement as it is today; none where the authority acts alone."""
    if found.agreement_id is None:
        return ()
    version = agreements.version_in_force(found.agreement_id, clock.helsinki_date(clock.now()))
    return version.parties if version is not None else ()


# ---- seats and money ----


@dataclass(frozen=True)
class Market:
    """What an authority can buy of a kind of service: categories, mean price, free seats by month."""

    categories: Sequence[Category]
    offerings: int
    price: Decimal | None
    free: dict[date, int]
    money_left: dict[int, Decimal]


def _open_categories(authority_id: uuid.UUID, kinds: Collection[ServiceType]) -> Select[uuid.UUID]:
    today = clock.helsinki_date(clock.now())
    return (
        select(Category.id)
        .join(PurchasingSystem, PurchasingSystem.id == Category.system_id)
        .where(
            buyers.buys_from(authority_id, today),
            PurchasingSystem.state == SystemState.OPEN,
            Category.ended_at.is_(None),
            Category.service_type.in_(kinds),
        )
    )


def markets(authority_id: uuid.UUID, kinds: Collection[ServiceType], from_on: date) -> dict[ServiceType, Market]:
    """What an authority can buy, kind by kind: five questions to the database, whatever the number of offerings."""
    ids = _open_categories(authority_id, kinds)
    categories = db.session.scalars(
        select(Category).where(Category.id.in_(ids)).order_by(Category.system_id, Category.position).limit(200)
    ).all()
    prices = {
        row[0]: (row[1], row[2])
        for row in db.session.execute(
            select(Category.service_type, func.count(Offering.id), func.round(func.avg(Offering.full_price), 2))
            .join(Category, Category.id == Offering.category_id)
            .where(Category.id.in_(ids), Offering.state == OfferingState.PUBLISHED)
            .group_by(Category.service_type)
        )
    }
    free = _sum_up([*_free_starts(ids, from_on), *_free_groups(ids, authority_id, from_on)])
    money = _money_left(ids, authority_id, from_on.year)
    return {
        kind: Market(
            [each for each in categories if each.service_type is kind],
            *prices.get(kind, (0, None)),
            {month: seats for (at, month), seats in free.items() if at is kind},
            {year: left for (at, year), left in money.items() if at is kind},
        )
        for kind in kinds
    }


def _sum_up(rows: Iterable[tuple[ServiceType, date, int]]) -> dict[tuple[ServiceType, date], int]:
    found: dict[tuple[ServiceType, date], int] = {}
    for kind, month, seats in rows:
        found[kind, month] = found.get((kind, month), 0) + int(seats)
    return found


def _month(column: Any) -> Any:
    return cast(func.date_trunc("month", column), Date)


def _free_starts(ids: Select[uuid.UUID], from_on: date) -> Sequence[tuple[ServiceType, date, int]]:
    """Seats nobody holds, of what begins from now on."""
    today = clock.helsinki_date(clock.now())
    month = _month(OfferingStart.starts_on)
    rows = db.session.execute(
        select(Category.service_type, month, func.sum(OfferingStart.seats - OfferingStart.seats_taken))
        .join(Offering, Offering.id == OfferingStart.offering_id)
        .join(Category, Category.id == Offering.category_id)
        .where(
            Category.id.in_(ids),
            Offering.state == OfferingState.PUBLISHED,
            OfferingStart.starts_on >= max(today, from_on),
        )
        .group_by(Category.service_type, month)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def _free_groups(
    ids: Select[uuid.UUID], authority_id: uuid.UUID, from_on: date
) -> Sequence[tuple[ServiceType, date, int]]:
    """Seats that the authority's own groups hold for nobody yet."""
    today = clock.helsinki_date(clock.now())
    month = _month(Group.first_day)
    rows = db.session.execute(
        select(Category.service_type, month, func.sum(Group.seats_held - Group.seats_filled))
        .join(Category, Category.id == Group.category_id)
        .where(
            Category.id.in_(ids),
            Group.authority_id == authority_id,
            Group.state.in_((GroupState.PLANNED, GroupState.OPEN)),
            Group.first_day >= max(today, from_on),
        )
        .group_by(Category.service_type, month)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def _money_left(ids: Select[uuid.UUID], authority_id: uuid.UUID, year: int) -> dict[tuple[ServiceType, int], Decimal]:
    rows = db.session.execute(
        select(Category.service_type, Budget.year, func.sum(Budget.amount - Budget.committed - Budget.spent))
        .join(Category, Category.id == Budget.category_id)
        .where(Category.id.in_(ids), Budget.authority_id == authority_id, Budget.year >= year)
        .group_by(Category.service_type, Budget.year)
    )
    return {(row[0], row[1]): row[2] for row in rows}


# ---- figures ----


def figures(authority_ids: Collection[uuid.UUID]) -> Sequence[LabourFigure]:
    """What the authorities have entered of their municipalities."""
    return db.session.scalars(
        select(LabourFigure)
        .where(LabourFigure.authority_id.in_(authority_ids))
        .order_by(LabourFigure.municipality, LabourFigure.id)
        .limit(500)
    ).all()


def figures_of(authority_id: uuid.UUID | None) -> Select[LabourFigure]:
    return select(LabourFigure).where(LabourFigure.authority_id == authority_id)


# ---- people ----


def people_of(plan_id: uuid.UUID, authority_id: uuid.UUID | None) -> Select[LayoffPerson]:
    """The people who will come to one authority; nobody else's (R107)."""
    return select(LayoffPerson).where(LayoffPerson.plan_id == plan_id, LayoffPerson.authority_id == authority_id)


def people_list(plan_id: uuid.UUID, authority_id: uuid.UUID | None) -> Sequence[LayoffPerson]:
    return db.session.scalars(people_of(plan_id, authority_id).order_by(LayoffPerson.number).limit(5000)).all()


def person(layoff_person_id: uuid.UUID) -> LayoffPerson | None:
    return db.session.get(LayoffPerson, layoff_person_id)


def free_people(plan_id: uuid.UUID, authority_id: uuid.UUID | None) -> Sequence[LayoffPerson]:
    """Those for whom no file has been made, or only one that was dropped."""
    return db.session.scalars(
        people_of(plan_id, authority_id)
        .outerjoin(BulkFile, BulkFile.id == LayoffPerson.bulk_id)
        .where(or_(LayoffPerson.bulk_id.is_(None), BulkFile.state == BulkState.DROPPED))
        .order_by(LayoffPerson.number)
        .limit(5000)
    ).all()


def is_taken(person: LayoffPerson, reference: str) -> bool:
    """Whether somebody else of the same authority in the plan has a reference; of another's nothing is told (R107)."""
    rows = people_of(person.plan_id, person.authority_id)
    rows = rows.where(LayoffPerson.reference == reference, LayoffPerson.id != person.id)
    return db.session.scalar(rows.limit(1)) is not None


def last_person(plan_id: uuid.UUID) -> int:
    """The last number of the plan, of whichever authority; asked under the lock of the plan."""
    return db.session.scalar(select(func.max(LayoffPerson.number)).where(LayoffPerson.plan_id == plan_id)) or 0


def lines_with_people(plan_id: uuid.UUID) -> set[uuid.UUID]:
    return set(db.session.scalars(select(LayoffPerson.line_id).where(LayoffPerson.plan_id == plan_id).distinct()))
