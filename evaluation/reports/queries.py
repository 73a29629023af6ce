"""The sums behind the reports, made by the database; what is too small to be shown is hidden by those who ask."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Integer, Select, and_, case, cast, func, select, tuple_
from sqlalchemy.dialects.postgresql import distinct_on

from core import clock
from core.db import db
from dps.systems.models import PUBLIC_STATES, Category, PurchasingSystem
from evaluation.collecting.models import CustomerFeedback, PointAnswer, ServicePoint
from evaluation.collecting.queries import counted_answer
from evaluation.outcomes.models import Outcome, OutcomeState
from evaluation.outcomes.queries import settled
from evaluation.records.models import (
    ALL_YEARS,
    Release,
    ReleaseCategory,
    ReleaseComment,
    ReleaseRecord,
    ReleaseState,
)
from evaluation.reports.models import YearReport
from orders.models import BEGUN, Budget, Delivery, Need, Order
from suppliers.models import Supplier

PAGE_SIZE = 50
_CUSTOMER = func.row(Need.authority_id, Need.customer_reference)
_CUSTOMERS = func.count(func.distinct(_CUSTOMER))


# ---- releases ----


def published_release() -> Release | None:
    """The release that everybody reads."""
    return db.session.scalars(select(Release).where(Release.state == ReleaseState.PUBLISHED)).one_or_none()


def newest_release() -> Release | None:
    """What the authorities see: the release that suppliers are looking at, else the published one."""
    return db.session.scalars(
        select(Release)
        .where(Release.state.in_((ReleaseState.PREVIEW, ReleaseState.PUBLISHED)))
        .order_by(case((Release.state == ReleaseState.PREVIEW, 0), else_=1))
        .limit(1)
    ).first()


def records(release_id: uuid.UUID, category_id: uuid.UUID) -> Sequence[tuple[str, ReleaseRecord, str | None]]:
    """Each supplier's name, its record of all years and its comment."""
    rows = db.session.execute(
        select(Supplier.name, ReleaseRecord, ReleaseComment.text)
        .join(Supplier, Supplier.id == ReleaseRecord.supplier_id)
        .outerjoin(
            ReleaseComment,
            and_(
                ReleaseComment.release_id == ReleaseRecord.release_id,
                ReleaseComment.supplier_id == ReleaseRecord.supplier_id,
                ReleaseComment.category_id == ReleaseRecord.category_id,
            ),
        )
        .where(
            ReleaseRecord.release_id == release_id,
            ReleaseRecord.category_id == category_id,
            ReleaseRecord.period == ALL_YEARS,
        )
        .order_by(Supplier.name)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def records_of_years(release_id: uuid.UUID, category_id: uuid.UUID) -> Sequence[tuple[str, Mapping[str, Any]]]:
    """Year and components of each record that is of one year."""
    rows = db.session.execute(
        select(ReleaseRecord.period, ReleaseRecord.components).where(
            ReleaseRecord.release_id == release_id,
            ReleaseRecord.category_id == category_id,
            ReleaseRecord.period != ALL_YEARS,
        )
    )
    return [(row[0], row[1]) for row in rows]


def windows(release_id: uuid.UUID, category_id: uuid.UUID) -> Mapping[str, Any]:
    """What a release compares a category's providers with, by months."""
    found = db.session.scalars(
        select(ReleaseCategory.windows).where(
            ReleaseCategory.release_id == release_id, ReleaseCategory.category_id == category_id
        )
    ).one_or_none()
    return found or {}


def public_categories(release_id: uuid.UUID) -> Sequence[tuple[Category, int]]:
    """Categories of published systems of which something is told, and of how many suppliers."""
    rows = db.session.execute(
        select(Category, func.count(ReleaseRecord.id))
        .join(ReleaseRecord, ReleaseRecord.category_id == Category.id)
        .join(PurchasingSystem, PurchasingSystem.id == Category.system_id)
        .where(
            ReleaseRecord.release_id == release_id,
            ReleaseRecord.period == ALL_YEARS,
            ReleaseRecord.shown.is_not(None),
            PurchasingSystem.state.in_(PUBLIC_STATES),
        )
        .group_by(Category.id)
        .order_by(Category.system_id, Category.position)
    )
    return [(row[0], row[1]) for row in rows.unique()]


def category(category_id: uuid.UUID) -> Category | None:
    return db.session.get(Category, category_id)


def categories_of(authority_id: uuid.UUID) -> Sequence[Category]:
    """The authority's categories, system by system."""
    return db.session.scalars(
        select(Category)
        .join(PurchasingSystem, PurchasingSystem.id == Category.system_id)
        .where(PurchasingSystem.authority_id == authority_id, PurchasingSystem.state.in_(PUBLIC_STATES))
        .order_by(Category.system_id, Category.position)
        .limit(200)
    ).all()


# ---- what customers said ----


def grades(category_id: uuid.UUID) -> dict[int, int]:
    """How often each grade of the recommendation was given at the end of the category's services."""
    rows = db.session.execute(
        select(CustomerFeedback.recommendation, func.count())
        .join(Order, counted_answer())
        .where(Order.category_id == category_id)
        .group_by(CustomerFeedback.recommendation)
    )
    return {row[0]: row[1] for row in rows}


@dataclass(frozen=True)
class PointWeek:
    """The answers of a week at a service point."""

    name: str
    week_on: date
    promoters: int
    passives: int
    detractors: int

    @property
    def answers(self) -> int:
        return self.promoters + self.passives + self.detractors


def point_weeks(authority_id: uuid.UUID, since: date) -> Sequence[PointWeek]:
    """The answers at the authority's service points, week by week."""
    grade = PointAnswer.recommendation
    rows = db.session.execute(
        select(
            ServicePoint.name,
            PointAnswer.week_on,
            func.count().filter(grade >= 9),
            func.count().filter(grade.between(7, 8)),
            func.count().filter(grade <= 6),
        )
        .join(ServicePoint, ServicePoint.id == PointAnswer.service_point_id)
        .where(ServicePoint.authority_id == authority_id, PointAnswer.week_on >= since)
        .group_by(ServicePoint.name, PointAnswer.week_on)
        .order_by(ServicePoint.name, PointAnswer.week_on)
    )
    return [PointWeek(*row) for row in rows]


# ---- where customers went ----


def afterwards(category_id: uuid.UUID, months: int) -> dict[OutcomeState, int]:
    """Where the category's customers were some months after the planned end, each once, by the last service."""
    last = (
        select(Outcome.state)
        .join(Order, Order.id == Outcome.order_id)
        .join(Need, Need.id == Order.need_id)
        .where(Order.category_id == category_id, Order.state.in_(BEGUN), Outcome.months == months, Outcome.stands)
        .ext(distinct_on(Need.authority_id, Need.customer_reference))
        .order_by(Need.authority_id, Need.customer_reference, Order.planned_end_on.desc(), Order.id)
        .subquery()
    )
    return {row[0]: row[1] for row in db.session.execute(select(last.c.state, func.count()).group_by(last.c.state))}


# ---- people and money ----


@dataclass(frozen=True)
class Resources:
    """Services that began: how many, of how many customers, how many months they last, what they cost."""

    name: str
    orders: int
    customers: int
    months: Decimal
    euros: Decimal


_MONTHS = func.round(
    cast(
        func.sum(func.coalesce(Delivery.ended_on, Order.planned_end_on) - Order.started_on + 1),
        Order.price.type,
    )
    / Decimal("30.44"),
    1,
)


_SUMS = (func.count(Order.id), _CUSTOMERS, _MONTHS, func.sum(Order.price))


def _resources(key: Any, *conditions: Any) -> Sequence[Resources]:
    rows = db.session.execute(
        select(key, *_SUMS)
        .join(Need, Need.id == Order.need_id)
        .outerjoin(Delivery, Delivery.order_id == Order.id)
        .where(Order.state.in_(BEGUN), *conditions)
        .group_by(key)
        .order_by(key)
    )
    return [Resources(str(row[0]), *row[1:]) for row in rows]


_QUARTER = func.to_char(Order.started_on, 'YYYY"/"Q')


def places_and_quarters(category_id: uuid.UUID) -> tuple[list[Resources], list[Resources]]:
    """A category's services by the customers' home municipality, and by the quarter in which they began: ``2026/1``."""
    is_place = func.grouping(Need.municipality) == 0
    key = case((is_place, Need.municipality), else_=_QUARTER)
    sets = func.grouping_sets(tuple_(Need.municipality), tuple_(_QUARTER))
    rows = db.session.execute(
        select(is_place, key, *_SUMS)
        .join(Need, Need.id == Order.need_id)
        .outerjoin(Delivery, Delivery.order_id == Order.id)
        .where(Order.state.in_(BEGUN), Order.category_id == category_id)
        .group_by(sets)
        .order_by(key)
    ).all()
    places = [Resources(*row[1:]) for row in rows if row[0]]
    return places, [Resources(*row[1:]) for row in rows if not row[0]]


def resources_by_category(system_id: uuid.UUID | None, authority_id: uuid.UUID, year: int) -> dict[str, Resources]:
    """The services that began in a year by the id of their category; of one system, or of all the authority's."""
    owned = select(Category.id).join(PurchasingSystem, PurchasingSystem.id == Category.system_id)
    mine = PurchasingSystem.id == system_id if system_id else PurchasingSystem.authority_id == authority_id
    rows = _resources(
        Order.category_id,
        Order.category_id.in_(owned.where(mine)),
        Order.started_on.between(date(year, 1, 1), date(year, 12, 31)),
    )
    return {row.name: row for row in rows}


@dataclass(frozen=True)
class MoneyYear:
    """A category's money in a year, and what came of the services whose planned end was in it."""

    year: int
    budget: Decimal
    spent: Decimal
    known: int
    employed: int


def money_years(category_id: uuid.UUID, months: int) -> Sequence[MoneyYear]:
    """Budget and accepted deliveries by year, and customers with a known state by the year of the planned end."""
    results = _results(category_id, months)
    rows = db.session.execute(
        select(
            Budget.year,
            func.sum(Budget.amount),
            func.sum(Budget.spent),
            func.coalesce(func.max(results.c.known), 0),
            func.coalesce(func.max(results.c.employed), 0),
        )
        .outerjoin(results, results.c.year == Budget.year)
        .where(Budget.category_id == category_id, Budget.year <= clock.helsinki_date(clock.now()).year)
        .group_by(Budget.year)
        .order_by(Budget.year)
    )
    return [MoneyYear(*row) for row in rows]


def _results(category_id: uuid.UUID, months: int) -> Any:
    """Customers by year: with a known state, and in work; each once a year."""
    known = settled().subquery()
    year = cast(func.extract("year", Order.planned_end_on), Integer)
    each = (
        select(year.label("year"), func.max(cast(known.c.is_employed, Integer)).label("employed"))
        .join(known, known.c.order_id == Order.id)
        .join(Need, Need.id == Order.need_id)
        .where(Order.category_id == category_id, Order.state.in_(BEGUN), known.c.months == months)
        .group_by(year, Need.authority_id, Need.customer_reference)
        .subquery()
    )
    return (
        select(each.c.year, func.count().label("known"), func.sum(each.c.employed).label("employed"))
        .group_by(each.c.year)
        .subquery()
    )


def money_by_category(authority_id: uuid.UUID, year: int, system_id: uuid.UUID | None = None) -> Sequence[Budget]:
    """The budgets of a year, of the authority or of one of its systems."""
    query = select(Budget).join(Category, Category.id == Budget.category_id)
    if system_id:
        query = query.where(Category.system_id == system_id)
    else:
        query = query.where(Budget.authority_id == authority_id)
    return db.session.scalars(query.where(Budget.year == year).order_by(Category.system_id, Category.position)).all()


# ---- yearly reports ----


def system(system_id: uuid.UUID) -> PurchasingSystem | None:
    return db.session.get(PurchasingSystem, system_id)


def systems_of(authority_id: uuid.UUID) -> Sequence[PurchasingSystem]:
    """The authority's published systems, of which a report can be made."""
    return db.session.scalars(
        select(PurchasingSystem)
        .where(PurchasingSystem.authority_id == authority_id, PurchasingSystem.state.in_(PUBLIC_STATES))
        .order_by(PurchasingSystem.id.desc())
        .limit(50)
    ).all()


def year_report(year_report_id: uuid.UUID) -> YearReport | None:
    return db.session.get(YearReport, year_report_id)


def unfinished_report(system_id: uuid.UUID, year: int) -> YearReport | None:
    """The report of a system and year that is being made."""
    return db.session.scalars(
        select(YearReport).where(
            YearReport.system_id == system_id, YearReport.year == year, YearReport.finished_at.is_(None)
        )
    ).one_or_none()


def year_reports_of(authority_id: uuid.UUID) -> Select[YearReport]:
    """The yearly reports of an authority's systems."""
    return (
        select(YearReport)
        .join(PurchasingSystem, PurchasingSystem.id == YearReport.system_id)
        .where(PurchasingSystem.authority_id == authority_id)
    )


def year_reports_page(authority_id: uuid.UUID) -> Sequence[YearReport]:
    """The newest yearly reports."""
    return db.session.scalars(year_reports_of(authority_id).order_by(YearReport.id.desc()).limit(PAGE_SIZE)).all()
