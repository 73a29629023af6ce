"""The sums behind what is followed together, by party (R104); gates are put on by those who ask."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, case, cast, func, select
from sqlalchemy.dialects.postgresql import distinct_on

from core.db import db
from dps.systems.models import Category, PurchasingSystem, ServiceType
from evaluation.collecting.models import CustomerFeedback
from evaluation.collecting.queries import counted_answer
from evaluation.outcomes.models import EMPLOYED, OutcomeState
from evaluation.outcomes.queries import settled
from evaluation.together.followed import Followed
from orders.models import BEGUN, Need, Order
from suppliers.models import Supplier

PAGE_SIZE = 50
#: A desk asks for no more.
DESK_ROWS = 60


# ---- whose orders ----


def _bought_jointly(followed: Followed) -> ColumnElement[bool]:
    return Order.category_id.in_([each.id for each in followed.categories])


def _joint(followed: Followed) -> Any:
    """The orders that count: of the joint procurements, placed by the parties, begun."""
    return and_(
        _bought_jointly(followed),
        Order.authority_id.in_(followed.authority_ids),
        Order.state.in_(BEGUN),
    )


# ---- use ----


@dataclass(frozen=True)
class Use:
    """Services that began: of how many customers, how many, how many months they last, what they cost.

    A customer counts once a year, in the quarter of the first service of the year, so that the quarters of a year and
    the parties of all together add up.
    """

    customers: int = 0
    orders: int = 0
    months: Decimal = Decimal(0)
    euros: Decimal = Decimal(0)

    def __add__(self, other: Use) -> Use:
        return Use(
            self.customers + other.customers,
            self.orders + other.orders,
            self.months + other.months,
            self.euros + other.euros,
        )


_QUARTER = cast(func.extract("quarter", Order.started_on), Integer)
_DAYS_A_MONTH = Decimal("30.44")


def use(followed: Followed, year: int) -> dict[tuple[str, int], Use]:
    """The joint services that began in a year, by party and quarter."""
    ordered = (
        select(
            followed.party_key().label("party"),
            _QUARTER.label("quarter"),
            Need.authority_id.label("authority_id"),
            Need.customer_reference.label("reference"),
            (Order.planned_end_on - Order.started_on + 1).label("days"),
            Order.price.label("price"),
        )
        .select_from(Order)
        .join(Need, Need.id == Order.need_id)
        .where(_joint(followed), Order.started_on.between(date(year, 1, 1), date(year, 12, 31)))
        .subquery()
    )
    customer = (ordered.c.party, ordered.c.authority_id, ordered.c.reference)
    each = (
        select(
            ordered.c.party,
            ordered.c.quarter,
            func.count().label("orders"),
            func.sum(ordered.c.days).label("days"),
            func.sum(ordered.c.price).label("euros"),
            func.row_number().over(partition_by=customer, order_by=ordered.c.quarter).label("place"),
        )
        .group_by(*customer, ordered.c.quarter)
        .subquery()
    )
    rows = db.session.execute(
        select(
            each.c.party,
            each.c.quarter,
            func.count().filter(each.c.place == 1),
            func.sum(each.c.orders),
            func.sum(each.c.days),
            func.sum(each.c.euros),
        ).group_by(each.c.party, each.c.quarter)
    )
    return {
        (row[0], row[1]): Use(row[2], int(row[3]), round(Decimal(row[4]) / _DAYS_A_MONTH, 1), row[5])
        for row in rows
        if row[0] is not None
    }


# ---- what came of it ----


#: Party, year of the planned end and state → number of customers.
Ends = Mapping[tuple[str, int, OutcomeState], int]


def ends(followed: Followed, months: int) -> Ends:
    """Where customers with a known state were some months after the planned end; each counts once, by the last
    service."""
    known = settled().subquery()
    last = (
        select(
            followed.party_key().label("party"),
            cast(func.extract("year", Order.planned_end_on), Integer).label("year"),
            known.c.state.label("state"),
        )
        .join(known, known.c.order_id == Order.id)
        .join(Need, Need.id == Order.need_id)
        .where(_joint(followed), known.c.months == months)
        .ext(distinct_on(Need.authority_id, Need.customer_reference))
        .order_by(Need.authority_id, Need.customer_reference, Order.planned_end_on.desc(), Order.id)
        .subquery()
    )
    rows = db.session.execute(
        select(last.c.party, last.c.year, last.c.state, func.count()).group_by(last.c.party, last.c.year, last.c.state)
    )
    return {(row[0], row[1], row[2]): row[3] for row in rows if row[0] is not None}


def results(found: Ends) -> dict[tuple[str, int], tuple[int, int]]:
    """Those customers, and those of them in work, by party and year of the planned end."""
    sums: dict[tuple[str, int], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for (party, year, state), number in found.items():
        n, employed = sums[party, year]
        sums[party, year] = n + number, employed + number * (state in EMPLOYED)
    return dict(sums)


def afterwards(found: Ends) -> dict[tuple[str, OutcomeState], int]:
    """Those customers by party and state."""
    sums: dict[tuple[str, OutcomeState], int] = defaultdict(int)
    for (party, _year, state), number in found.items():
        sums[party, state] += number
    return dict(sums)


#: Critics, those in between, those who recommend: the classes of the recommendation.
CLASSES = ("0–6", "7–8", "9–10")


def recommendations(followed: Followed) -> dict[tuple[str, str], int]:
    """How customers graded the services at their end, in three classes, by party."""
    grade = CustomerFeedback.recommendation
    group = case((grade <= 6, CLASSES[0]), (grade <= 8, CLASSES[1]), else_=CLASSES[2]).label("group")
    each = (
        select(followed.party_key().label("party"), group)
        .select_from(CustomerFeedback)
        .join(Order, counted_answer())
        .join(Need, Need.id == Order.need_id)
        .where(_joint(followed))
        .subquery()
    )
    rows = db.session.execute(select(each.c.party, each.c.group, func.count()).group_by(each.c.party, each.c.group))
    return {(row[0], row[1]): row[2] for row in rows if row[0] is not None}


def known_of(followed: Followed, category_id: uuid.UUID, authority_id: uuid.UUID, months: int) -> Mapping[str, int]:
    """How many customers with a known state each provider of a category has had from one authority, by its name."""
    known = settled().subquery()
    rows = db.session.execute(
        select(Supplier.name, func.count(func.distinct(Need.customer_reference)))
        .join(Order, Order.supplier_id == Supplier.id)
        .join(Need, Need.id == Order.need_id)
        .join(known, known.c.order_id == Order.id)
        .where(
            Order.category_id == category_id,
            Order.authority_id == authority_id,
            Order.state.in_(BEGUN),
            known.c.months == months,
        )
        .group_by(Supplier.name)
    )
    return {row[0]: row[1] for row in rows}


# ---- where each acts alone ----


@dataclass(frozen=True)
class Sum:
    """Services that began in a year."""

    customers: int = 0
    orders: int = 0
    euros: Decimal = Decimal(0)


def service_types(followed: Followed) -> Sequence[ServiceType]:
    """The kinds of service that are bought together."""
    bought = {each.service_type for each in followed.categories}
    return [kind for kind in ServiceType if kind in bought]


def _of_these_kinds(followed: Followed, year: int) -> ColumnElement[bool]:
    """Services of the kinds that are bought together, that began in a year."""
    return and_(
        Order.state.in_(BEGUN),
        Order.started_on.between(date(year, 1, 1), date(year, 12, 31)),
        Category.service_type.in_(service_types(followed)),
    )


def by_service_type(
    followed: Followed, year: int, *, own: uuid.UUID | None
) -> dict[tuple[bool, ServiceType, bool], Sum]:
    """Services that began, of the kinds that are bought together: whether one's own, kind, whether bought jointly.

    The others' are summed up over all of them.
    """
    place: tuple[Any, ...] = (
        (Order.authority_id == own).label("mine"),
        Category.service_type.label("kind"),
        _bought_jointly(followed).label("joint"),
    )
    of_customer = (
        select(*place, func.count().label("orders"), func.sum(Order.price).label("euros"))
        .select_from(Order)
        .join(Need, Need.id == Order.need_id)
        .join(Category, Category.id == Order.category_id)
        .where(Order.authority_id.in_(followed.authority_ids), _of_these_kinds(followed, year))
        .group_by(*place, Need.authority_id, Need.customer_reference)
        .subquery()
    )
    c = of_customer.c
    rows = db.session.execute(
        select(c.mine, c.kind, c.joint, func.count(), func.sum(c.orders), func.sum(c.euros)).group_by(
            c.mine, c.kind, c.joint
        )
    )
    return {(row[0], row[1], row[2]): Sum(row[3], int(row[4]), row[5]) for row in rows}


@dataclass(frozen=True)
class Alone:
    """One's own system with services of a kind that is also bought together."""

    system: PurchasingSystem
    sums: Sum


def own_systems(followed: Followed, year: int, authority_id: uuid.UUID) -> Sequence[Alone]:
    """What an authority buys outside the joint procurements, of the same kinds, system by system."""
    rows = db.session.execute(
        select(
            Category.system_id,
            func.count(func.distinct(Need.customer_reference)),
            func.count(Order.id),
            func.sum(Order.price),
        )
        .select_from(Order)
        .join(Need, Need.id == Order.need_id)
        .join(Category, Category.id == Order.category_id)
        .where(Order.authority_id == authority_id, _of_these_kinds(followed, year), ~_bought_jointly(followed))
        .group_by(Category.system_id)
        .order_by(func.sum(Order.price).desc(), Category.system_id)
        .limit(PAGE_SIZE)
    ).all()
    found = {
        each.id: each
        for each in db.session.scalars(select(PurchasingSystem).where(PurchasingSystem.id.in_([r[0] for r in rows])))
    }
    return [Alone(found[row[0]], Sum(row[1], row[2], row[3])) for row in rows]
