"""Every SELECT of watching: the counts behind the indicators, and the flags."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Date as SqlDate
from sqlalchemy import Select, case, cast, exists, func, or_, select
from sqlalchemy.orm import aliased

from core.clock import start_of_day
from core.db import db
from core.identity.mandates import Mandate
from dps.systems.models import Category, PurchasingSystem
from evaluation.collecting.models import CustomerFeedback, FeedbackRequest
from evaluation.outcomes.models import EMPLOYED, Outcome, OutcomeReport, OutcomeState, ReportState, Source
from evaluation.outcomes.queries import excluded, months_later, settled
from evaluation.watching.models import LIVE, FlagKind, WatchFlag
from evaluation.watching.rules import Cell, Heap, Seen
from orders.groups.models import Attendance, AttendanceKind
from orders.models import BEGUN, Delivery, EndKind, InterruptionReason, Need, Order, OrderState
from orders.money.models import OutcomePayment

PAGE_SIZE = 50
#: The provider did not begin the service, of its own or for its silence.
DECLINED = (OrderState.DECLINED, OrderState.EXPIRED)
#: Referred: the provider has decided, and the authority did not take the order back.
DECIDED = (*DECLINED, OrderState.NO_SHOW, *BEGUN)
GOOD_ENDS = (InterruptionReason.FOUND_WORK, InterruptionReason.STUDIES)
#: The window by which results are expected.
MONTHS = 3

BySupplier = dict[uuid.UUID, dict[Cell, Seen]]


def _cells(rows: Iterable[Any]) -> BySupplier:
    """Rows of supplier, three bands and counts."""
    found: BySupplier = {}
    for supplier_id, unemployment, age, education, *counts in rows:
        found.setdefault(supplier_id, {})[str(unemployment), str(age), str(education)] = Seen(*map(int, counts))
    return found


_BANDS = (Order.supplier_id, Need.unemployment_band, Need.age_band, Need.education_band)


def _counts(*conditions: Any) -> Any:
    """How many of these orders were referred, declined, missed, started, waited, dropped out, were there."""
    began = Order.state.in_(BEGUN)
    placed_on = cast(func.timezone("Europe/Helsinki", Order.placed_at), SqlDate)
    dropped = (Delivery.end_kind == EndKind.INTERRUPTED) & Delivery.interruption_reason.not_in(GOOD_ENDS)
    there = (
        select(func.count())
        .select_from(Attendance)
        .where(Attendance.order_id == Order.id, Attendance.kind == AttendanceKind.PRESENT)
        .scalar_subquery()
    )
    return db.session.execute(
        select(
            *_BANDS,
            func.count(),
            func.count().filter(Order.state.in_(DECLINED)),
            func.count().filter(Order.state == OrderState.NO_SHOW),
            func.count().filter(began),
            func.coalesce(func.sum(func.greatest(0, Order.started_on - placed_on)), 0),
            func.count().filter(dropped),
            func.coalesce(func.sum(there), 0),
        )
        .select_from(Order)
        .join(Need, Need.id == Order.need_id)
        .outerjoin(Delivery, Delivery.order_id == Order.id)
        .where(*conditions)
        .group_by(*_BANDS)
    )


def referrals(category_id: uuid.UUID, from_on: date, until_on: date) -> BySupplier:
    """What became of the customers referred to each provider of a category, by cell, placed in a period."""
    return _cells(
        _counts(
            Order.category_id == category_id,
            Order.state.in_(DECIDED),
            Order.placed_at >= start_of_day(from_on),
            Order.placed_at < start_of_day(until_on + timedelta(days=1)),
        )
    )


def results(category_id: uuid.UUID, from_on: date, until_on: date) -> BySupplier:
    """Known results of each provider of a category, by cell, of windows that were over in a period."""
    known = settled().where(Outcome.months == MONTHS).subquery()
    rows = db.session.execute(
        select(*_BANDS, func.count(), func.count().filter(known.c.is_employed))
        .select_from(Order)
        .join(Need, Need.id == Order.need_id)
        .join(known, known.c.order_id == Order.id)
        .where(
            Order.category_id == category_id,
            Order.state.in_(BEGUN),
            months_later(MONTHS).between(from_on, until_on),
            Order.id.not_in(excluded()),
        )
        .group_by(*_BANDS)
    )
    nothing = (0,) * 7
    return _cells((*row[:4], *nothing, *row[4:]) for row in rows)


# ---- days just past a threshold ----


def _sides(days: Any, first_inside: int, width: int, *, above: bool) -> tuple[Any, Any]:
    """How many days lie just inside a threshold, and as wide on its other side."""
    inside = days.between(first_inside, first_inside + width - 1)
    before = days.between(first_inside - width, first_inside - 1)
    after = days.between(first_inside + width, first_inside + 2 * width - 1)
    return func.count().filter(inside), func.count().filter(before if above else after)


def heaps(
    category_id: uuid.UUID, from_on: date, until_on: date, *, milestone: int, width: int
) -> Mapping[uuid.UUID, list[Heap]]:
    """By provider: broken-off services just past 13 weeks, results just before their window, claims just in time."""
    length = Delivery.ended_on - Delivery.started_on
    in_category = Order.category_id == category_id
    broken_off = (
        select(Order.supplier_id, *_sides(length, milestone, width, above=True))
        .join(Delivery, Delivery.order_id == Order.id)
        .where(in_category, Delivery.end_kind == EndKind.INTERRUPTED, Delivery.ended_on.between(from_on, until_on))
    )
    since = func.date(Order.planned_end_on + func.make_interval(0, OutcomeReport.months)) - OutcomeReport.since_on
    reported = (
        select(Order.supplier_id, *_sides(since, 0, width, above=False))
        .join(OutcomeReport, OutcomeReport.order_id == Order.id)
        .where(in_category, OutcomeReport.since_on.between(from_on, until_on))
    )
    left = OutcomePayment.claim_by - OutcomePayment.happened_on
    claimed = (
        select(Order.supplier_id, *_sides(left, 0, width, above=False))
        .join(OutcomePayment, OutcomePayment.order_id == Order.id)
        .where(in_category, OutcomePayment.happened_on.between(from_on, until_on))
    )
    found: dict[uuid.UUID, list[Heap]] = {}
    for what, query in (("milestone", broken_off), ("window", reported), ("claim", claimed)):
        for supplier_id, inside, outside in db.session.execute(query.group_by(Order.supplier_id)):
            found.setdefault(supplier_id, []).append(Heap(what, inside, outside))
    return found


def claims(category_id: uuid.UUID, from_on: date, until_on: date) -> Mapping[uuid.UUID, tuple[int, int]]:
    """By provider: reports of work that another source knows of, and how many of them it denies."""
    other = aliased(Outcome)
    denied = ~other.state.in_(EMPLOYED)
    rows = db.session.execute(
        select(
            Order.supplier_id,
            func.count(func.distinct(OutcomeReport.id)),
            func.count(func.distinct(case((denied, OutcomeReport.id)))),
        )
        .join(OutcomeReport, OutcomeReport.order_id == Order.id)
        .join(other, (other.order_id == Order.id) & (other.months == OutcomeReport.months))
        .where(
            Order.category_id == category_id,
            OutcomeReport.told.in_(EMPLOYED),
            OutcomeReport.state != ReportState.REFUSED,
            OutcomeReport.reported_at >= start_of_day(from_on),
            OutcomeReport.reported_at < start_of_day(until_on + timedelta(days=1)),
            other.source != Source.PROVIDER,
            other.state != OutcomeState.UNKNOWN,
        )
        .group_by(Order.supplier_id)
    )
    return {supplier_id: (compared, wrong) for supplier_id, compared, wrong in rows}


def answers(category_id: uuid.UUID, from_on: date, until_on: date) -> Mapping[uuid.UUID, tuple[int, int]]:
    """By provider: answers whose place is known, and the most of them from one place on one day."""
    each = (
        select(Order.supplier_id, func.count().label("n"))
        .join(CustomerFeedback, CustomerFeedback.order_id == Order.id)
        .where(
            Order.category_id == category_id,
            CustomerFeedback.place_hash.is_not(None),
            CustomerFeedback.given_at >= start_of_day(from_on),
            CustomerFeedback.given_at < start_of_day(until_on + timedelta(days=1)),
        )
        .group_by(Order.supplier_id, CustomerFeedback.place_hash)
        .subquery()
    )
    rows = db.session.execute(
        select(each.c.supplier_id, func.sum(each.c.n), func.max(each.c.n)).group_by(each.c.supplier_id)
    )
    return {supplier_id: (int(whole), int(most)) for supplier_id, whole, most in rows}


def response(category_id: uuid.UUID, from_on: date, until_on: date) -> Mapping[uuid.UUID, tuple[int, int]]:
    """By provider: customers asked, and how many of them answered."""
    rows = db.session.execute(
        select(Order.supplier_id, func.count(), func.count(FeedbackRequest.used_at))
        .join(FeedbackRequest, FeedbackRequest.order_id == Order.id)
        .where(
            Order.category_id == category_id,
            FeedbackRequest.made_at >= start_of_day(from_on),
            FeedbackRequest.made_at < start_of_day(until_on + timedelta(days=1)),
        )
        .group_by(Order.supplier_id)
    )
    return {supplier_id: (asked, answered) for supplier_id, asked, answered in rows}


# ---- flags ----


def flag(flag_id: uuid.UUID) -> WatchFlag | None:
    return db.session.get(WatchFlag, flag_id)


def flagged(category_id: uuid.UUID, quiet_since: date) -> set[tuple[FlagKind, uuid.UUID]]:
    """Which flags of a category are live, or were closed lately."""
    rows = db.session.execute(
        select(WatchFlag.kind, WatchFlag.supplier_id).where(
            WatchFlag.category_id == category_id,
            or_(WatchFlag.state.in_(LIVE), WatchFlag.closed_at >= start_of_day(quiet_since)),
        )
    )
    return {(row.kind, row.supplier_id) for row in rows}


def flags_of(authority_id: uuid.UUID) -> Select[WatchFlag]:
    return select(WatchFlag).where(WatchFlag.authority_id == authority_id)


def flags_asked_of(supplier_id: uuid.UUID) -> Select[WatchFlag]:
    return select(WatchFlag).where(WatchFlag.supplier_id == supplier_id, WatchFlag.question.is_not(None))


def flags_page(mandate: Mandate, after: uuid.UUID | None) -> Sequence[WatchFlag]:
    """One page and one more, newest first."""
    query = flags_of(mandate.organisation_id)
    if after:
        query = query.where(WatchFlag.id < after)
    return db.session.scalars(query.order_by(WatchFlag.id.desc()).limit(PAGE_SIZE + 1)).all()


def live_flags(*conditions: Any, limit: int = 40) -> Sequence[WatchFlag]:
    """Flags that somebody has to do something about, the oldest first."""
    return db.session.scalars(select(WatchFlag).where(*conditions).order_by(WatchFlag.raised_at).limit(limit)).all()


def categories_with_orders(authority_id: uuid.UUID | None, since: date) -> Sequence[uuid.UUID]:
    """The categories with orders to look at; of one authority, or all."""
    query = (
        select(Category.id)
        .join(PurchasingSystem, PurchasingSystem.id == Category.system_id)
        .where(exists().where(Order.category_id == Category.id, Order.placed_at >= start_of_day(since)))
    )
    if authority_id:
        query = query.where(PurchasingSystem.authority_id == authority_id)
    return db.session.scalars(query.order_by(Category.id)).all()
