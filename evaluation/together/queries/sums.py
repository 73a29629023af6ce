"""The sums behind what is followed together, by party (R104); gates are put on by those who ask."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Integer, Select, and_, case, cast, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import joinedload

from core.db import db
from dps.joint.procurements.models import JointProcurement
from dps.systems.models import Category, PurchasingSystem, ServiceType
from evaluation.collecting.models import CustomerFeedback
from evaluation.collecting.queries import counted_answer
from evaluation.outcomes.models import Outcome, OutcomeState
from evaluation.outcomes.queries import settled
from evaluation.together.followed import Followed
from orders.models import BEGUN, Need, Order
from suppliers.models import Supplier

PAGE_SIZE = 50
#: A desk asks for no more.
DESK_ROWS = 60
#: Categories of joint systems whose providers a page compares.
MOST_CATEGORIES = 40


# ---- whose orders ----


def joint_categories(agreement_id: uuid.UUID) -> Select[uuid.UUID]:
    """The categories that the agreement's joint procurements have brought about: one, or all of a system."""
    return (
        select(Category.id)
        .join(
            JointProcurement,
            or_(
                JointProcurement.category_id == Category.id,
                and_(JointProcurement.category_id.is_(None), JointProcurement.system_id == Category.system_id),
            ),
        )
        .where(JointProcurement.agreement_id == agreement_id)
    )


def categories_of(agreement_id: uuid.UUID) -> Sequence[Category]:
    """Those categories, system by system."""
    return db.session.scalars(
        select(Category)
        .where(Category.id.in_(joint_categories(agreement_id)))
        .options(joinedload(Category.system))
        .order_by(Category.system_id, Category.position)
        .limit(MOST_CATEGORIES)
    ).all()


def _joint(followed: Followed) -> Any:
    """The orders that count: of the joint procurements, placed by the parties, begun."""
    return and_(
        Order.category_id.in_(joint_categories(followed.id)),
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
        .where(ordered.c.party.is_not(None))
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
        (row[0], row[1]): Use(row[2], int(row[3]), round(Decimal(row[4]) / _DAYS_A_MONTH, 1), row[5]) for row in rows
    }


# ---- what came of it ----


def results(followed: Followed, months: int) -> dict[tuple[str, int], tuple[int, int]]:
    """Customers with a known state some months after, and those of them in work, by party and year of the planned end;
    each counts once, by the last service."""
    known = settled().subquery()
    party = followed.party_key().label("party")
    last = (
        select(
            party,
            cast(func.extract("year", Order.planned_end_on), Integer).label("year"),
            known.c.is_employed.label("is_employed"),
        )
        .join(known, known.c.order_id == Order.id)
        .join(Need, Need.id == Order.need_id)
        .where(_joint(followed), known.c.months == months)
        .ext(distinct_on(Need.authority_id, Need.customer_reference))
        .order_by(Need.authority_id, Need.customer_reference, Order.planned_end_on.desc(), Order.id)
        .subquery()
    )
    rows = db.session.execute(
        select(last.c.party, last.c.year, func.count(), func.count().filter(last.c.is_employed))
        .where(last.c.party.is_not(None))
        .group_by(last.c.party, last.c.year)
    )
    return {(row[0], row[1]): (row[2], row[3]) for row in rows}


def afterwards(followed: Followed, months: int) -> dict[tuple[str, OutcomeState], int]:
    """Where customers were some months after the planned end, each once, by the last service, by party."""
    last = (
        select(followed.party_key().label("party"), Outcome.state.label("state"))
        .select_from(Outcome)
        .join(Order, Order.id == Outcome.order_id)
        .join(Need, Need.id == Order.need_id)
        .where(_joint(followed), Outcome.months == months, Outcome.stands, Outcome.state != OutcomeState.UNKNOWN)
        .ext(distinct_on(Need.authority_id, Need.customer_reference))
        .order_by(Need.authority_id, Need.customer_reference, Order.planned_end_on.desc(), Order.id)
        .subquery()
    )
    rows = db.session.execute(
        select(last.c.party, last.c.state, func.count())
        .where(last.c.party.is_not(None))
        .group_by(last.c.party, last.c.state)
    )
    return {(row[0], row[1]): row[2] for row in rows}


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
    rows = db.session.execute(
        select(each.c.party, each.c.group, func.count())
        .where(each.c.party.is_not(None))
        .group_by(each.c.party, each.c.group)
    )
    return {(row[0], row[1]): row[2] for row in rows}


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


def _kind_columns(followed: Followed) -> tuple[Any, Any]:
    joint = Order.category_id.in_(joint_categories(followed.id))
    return Category.service_type, joint


def service_types(followed: Followed) -> Sequence[ServiceType]:
    """The kinds of service that are bought together."""
    rows = db.session.scalars(
        select(Category.service_type).where(Category.id.in_(joint_categories(followed.id))).distinct()
    ).all()
    return [kind for kind in ServiceType if kind in rows]


def by_service_type(
    followed: Followed, year: int, *, own: uuid.UUID | None
) -> dict[tuple[bool, ServiceType, bool], Sum]:
    """Services that began, of the kinds that are bought together: whether one's own, kind, whether bought jointly.

    The others' are summed up over all of them.
    """
    kind, joint = _kind_columns(followed)
    mine = Order.authority_id == own
    each = (
        select(
            mine.label("mine"),
            kind.label("kind"),
            joint.label("joint"),
            Order.price.label("price"),
            func.row(Need.authority_id, Need.customer_reference).label("customer"),
        )
        .select_from(Order)
        .join(Need, Need.id == Order.need_id)
        .join(Category, Category.id == Order.category_id)
        .where(
            Order.authority_id.in_(followed.authority_ids),
            Order.state.in_(BEGUN),
            Order.started_on.between(date(year, 1, 1), date(year, 12, 31)),
            kind.in_(service_types(followed)),
        )
        .subquery()
    )
    rows = db.session.execute(
        select(
            each.c.mine,
            each.c.kind,
            each.c.joint,
            func.count(func.distinct(each.c.customer)),
            func.count(),
            func.sum(each.c.price),
        ).group_by(each.c.mine, each.c.kind, each.c.joint)
    )
    return {(row[0], row[1], row[2]): Sum(row[3], row[4], row[5]) for row in rows}


@dataclass(frozen=True)
class Alone:
    """One's own system with services of a kind that is also bought together."""

    system: PurchasingSystem
    sums: Sum


def own_systems(followed: Followed, year: int, authority_id: uuid.UUID) -> Sequence[Alone]:
    """What an authority buys outside the joint procurements, of the same kinds, system by system."""
    kind, joint = _kind_columns(followed)
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
        .where(
            Order.authority_id == authority_id,
            Order.state.in_(BEGUN),
            Order.started_on.between(date(year, 1, 1), date(year, 12, 31)),
            kind.in_(service_types(followed)),
            ~joint,
        )
        .group_by(Category.system_id)
        .order_by(func.sum(Order.price).desc(), Category.system_id)
        .limit(PAGE_SIZE)
    ).all()
    found = {
        each.id: each
        for each in db.session.scalars(select(PurchasingSystem).where(PurchasingSystem.id.in_([r[0] for r in rows])))
    }
    return [Alone(found[row[0]], Sum(row[1], row[2], row[3])) for row in rows]
