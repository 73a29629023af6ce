"""Totals of customers' answers, as they may be shown: at release dates, above the gates, without a way back (R119)."""

from __future__ import annotations

import hashlib
import hmac
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, cast, func, select
from sqlalchemy.orm import lazyload, undefer

from core import clock, law
from core.db import db
from core.sealing import derived_key
from dps.systems.models import Category
from evaluation import gates, measures
from evaluation.collecting import figures
from evaluation.collecting.figures import Estimate, Shown, Tally
from evaluation.collecting.models import (
    CustomerFeedback,
    FeedbackPoint,
    FeedbackRequest,
    PointAnswer,
    ProviderFeedback,
    ServicePoint,
    WordsState,
)
from evaluation.collecting.queries import counted_answer
from evaluation.collecting.service.colleagues import provider_words
from evaluation.collecting.service.words import released_words
from evaluation.gates import Batch
from orders.models import Need, Order

#: Grades of providers are shown of at least so many of them: one is no total.
PROVIDERS_BEHIND = 3
#: So many words are shown, and so many weeks of a service point.
MOST_WORDS, WEEKS = 100, 12
#: From a week's Monday until the last answer of a tablet without a connection can have come.
LAST_ANSWERS = timedelta(days=14)


@dataclass(frozen=True)
class Gate:
    """The numbers of R119 in force."""

    answers: int
    people: int
    months: int

    @classmethod
    def on(cls, day: date) -> Gate:
        """Those of a day."""
        return cls(
            answers=int(law.number("R119.smallest_feedback", day)),
            people=int(law.number("R119.smallest_cell", day)),
            months=int(law.number("R119.release_months", day)),
        )


@dataclass(frozen=True)
class CategoryTotals:
    """The figures of a category, as released on a day, and the words released with them."""

    category: Category
    as_of: date
    figures: Shown
    words: Sequence[str]


Batches = dict[int, Tally]


def _day(moment: Any) -> ColumnElement[date]:
    return cast(func.timezone("Europe/Helsinki", moment), Date)


def _quarter(moment: Any, months: int) -> ColumnElement[int]:
    """A running number of the release period: all days between two release dates have the same."""
    day = _day(moment)
    month = func.extract("year", day) * 12 + func.extract("month", day) - 1
    return cast(func.floor(month / months), Integer)


def _week(moment: Any, _months: int) -> ColumnElement[int]:
    """A running number of the week, Monday to Sunday."""
    return cast(func.floor((_day(moment) - date(2001, 1, 1)) / 7), Integer)


def _batches(period: Any, months: int, before: date, *whose: ColumnElement[bool]) -> dict[uuid.UUID, Batches]:
    """By category and period: the answers at the end of services, of how many new customers, of how many asked."""
    found: dict[uuid.UUID, Batches] = defaultdict(lambda: defaultdict(Tally))
    until = clock.start_of_day(before)
    when = period(CustomerFeedback.given_at, months)
    answers = (
        select(
            Order.category_id,
            when.label("period"),
            CustomerFeedback.recommendation,
            CustomerFeedback.enough_help,
            func.row(Need.authority_id, Need.customer_reference).label("customer"),
        )
        .join(CustomerFeedback, counted_answer())
        .join(Need, Need.id == Order.need_id)
        .where(CustomerFeedback.given_at < until, *whose)
        .cte("answers")
    )
    for row in db.session.execute(
        select(
            answers.c.category_id, answers.c.period, answers.c.recommendation, answers.c.enough_help, func.count()
        ).group_by(answers.c.category_id, answers.c.period, answers.c.recommendation, answers.c.enough_help)
    ):
        found[row[0]][row[1]].add(row[2], row[3], row[4])
    first = (
        select(answers.c.category_id, func.min(answers.c.period).label("period"))
        .group_by(answers.c.category_id, answers.c.customer)
        .subquery()
    )
    for row in db.session.execute(select(first.c.category_id, first.c.period, func.count()).group_by(*first.c)):
        found[row[0]][row[1]].people += row[2]
    asked = period(FeedbackRequest.made_at, months)
    for row in db.session.execute(
        select(Order.category_id, asked, func.count())
        .join(FeedbackRequest, (FeedbackRequest.order_id == Order.id) & (FeedbackRequest.point == FeedbackPoint.END))
        .where(FeedbackRequest.made_at < until, *whose)
        .group_by(Order.category_id, asked)
    ):
        found[row[0]][row[1]].asked += row[2]
    return found


def _released(batches: Batches, gate: Gate) -> list[int]:
    """The periods that are published, from the first on."""
    periods = sorted(batches)
    out = gates.released(
        [Batch(batches[each].n, batches[each].people) for each in periods], answers=gate.answers, people=gate.people
    )
    return periods[:out]


def _shown(batches: Batches, periods: Sequence[int], gate: Gate) -> Shown:
    tally = figures.total(batches[each] for each in periods)
    return figures.shown(tally, smallest=gate.answers, smallest_people=gate.people)


def of_supplier(supplier_id: uuid.UUID, today: date) -> list[CategoryTotals]:
    """What a provider sees of its customers' answers, by category; it changes on release dates only."""
    gate = Gate.on(today)
    as_of = gates.release_day(today, gate.months)
    batches = _batches(_quarter, gate.months, as_of, Order.supplier_id == supplier_id)
    out = {category_id: _released(each, gate) for category_id, each in batches.items()}
    words = _words(supplier_id, as_of, gate, out)
    return [
        CategoryTotals(
            category,
            as_of,
            figures.for_provider(_shown(batches[category.id], out[category.id], gate)),
            words[category.id],
        )
        for category in _categories(batches)
    ]


def _words(
    supplier_id: uuid.UUID, as_of: date, gate: Gate, periods: dict[uuid.UUID, list[int]]
) -> dict[uuid.UUID, list[str]]:
    """Released words of published periods, in an order that tells nothing, anew at each release."""
    until = clock.start_of_day(as_of)
    rows = db.session.execute(
        select(CustomerFeedback, Order.category_id, _quarter(CustomerFeedback.given_at, gate.months))
        .join(Order, counted_answer())
        .options(lazyload("*"), undefer(CustomerFeedback.sealed_released))
        .where(
            Order.supplier_id == supplier_id,
            CustomerFeedback.words_state == WordsState.RELEASED,
            CustomerFeedback.sealed_released.is_not(None),
            CustomerFeedback.given_at < until,
            CustomerFeedback.checked_at < until,
        )
        .order_by(CustomerFeedback.id.desc())
        .limit(10 * MOST_WORDS)
    ).all()
    key = derived_key(f"feedback-words-order/{as_of}")
    mixed = sorted(rows, key=lambda row: hmac.digest(key, row[0].id.bytes, hashlib.sha256))
    found: dict[uuid.UUID, list[str]] = defaultdict(list)
    for row, category_id, period in mixed:
        if period in periods.get(category_id, ()) and len(found[category_id]) < MOST_WORDS:
            found[category_id].append(released_words(row))
    return found


def _categories(by_id: dict[uuid.UUID, Any]) -> Sequence[Category]:
    return db.session.scalars(
        select(Category).where(Category.id.in_(list(by_id))).order_by(Category.name_fi, Category.id)
    ).all()


def of_authority(authority_id: uuid.UUID, today: date) -> list[CategoryTotals]:
    """What a coordinator sees of the answers of the authority's customers, by category, after each full week."""
    gate = Gate.on(today)
    as_of = today - timedelta(days=today.weekday())
    batches = _batches(_week, gate.months, as_of, Order.authority_id == authority_id)
    return [
        CategoryTotals(category, as_of, _shown(batches[category.id], _released(batches[category.id], gate), gate), [])
        for category in _categories(batches)
    ]


# ---- service points ----


@dataclass(frozen=True)
class PointWeek:
    """The answers of a service point in a week."""

    point: ServicePoint
    week_on: date
    figures: Shown


def of_points(authority_id: uuid.UUID, today: date, weeks: int = WEEKS) -> list[PointWeek]:
    """The full weeks of the service points of an authority, newest first.

    Each week stands for itself and no total is shown, so that nothing follows from a difference; it is shown when no
    late answer can come any more. Who answers at a tablet is not known, so each answer is taken for a person's.
    """
    gate = Gate.on(today)
    monday = today - timedelta(days=today.weekday())
    tallies: dict[tuple[ServicePoint, date], Tally] = defaultdict(Tally)
    rows = db.session.execute(
        select(ServicePoint, PointAnswer.week_on, PointAnswer.recommendation, PointAnswer.enough_help, func.count())
        .join(PointAnswer, PointAnswer.service_point_id == ServicePoint.id)
        .options(lazyload("*"))
        .where(
            ServicePoint.authority_id == authority_id,
            PointAnswer.week_on <= today - LAST_ANSWERS,
            PointAnswer.week_on >= monday - timedelta(weeks=weeks),
        )
        .group_by(ServicePoint.id, PointAnswer.week_on, PointAnswer.recommendation, PointAnswer.enough_help)
    )
    for point, week_on, grade, help_, count in rows:
        tallies[point, week_on].add(grade, help_, count)
        tallies[point, week_on].people += count
    return [
        PointWeek(point, week_on, figures.shown(tally, smallest=gate.answers, smallest_people=gate.people))
        for (point, week_on), tally in sorted(
            tallies.items(), key=lambda pair: (pair[0][0].name, -pair[0][1].toordinal())
        )
    ]


# ---- what providers say ----


@dataclass(frozen=True)
class ProviderGrades:
    """Means of the providers' grades in a category."""

    category: Category
    n: int
    means: dict[str, Estimate]
    words: Sequence[str]


GRADES = ("as_described", "information", "answered")


def of_providers(authority_id: uuid.UUID, today: date) -> list[ProviderGrades]:
    """What providers say of the authority, by category: whole tens of answers, of at least three providers."""
    gate = Gate.on(today)
    each = (
        select(
            Order.category_id,
            Order.supplier_id,
            *(getattr(ProviderFeedback, name) for name in GRADES),
            func.row_number().over(partition_by=Order.category_id, order_by=ProviderFeedback.id).label("place"),
            func.count().over(partition_by=Order.category_id).label("n"),
        )
        .join(ProviderFeedback, ProviderFeedback.order_id == Order.id)
        .where(Order.authority_id == authority_id)
        .subquery()
    )
    rows = db.session.execute(
        select(
            each.c.category_id,
            func.count(),
            func.count(each.c.supplier_id.distinct()),
            *(func.sum(each.c[name]) for name in GRADES),
            *(func.sum(each.c[name] * each.c[name]) for name in GRADES),
        )
        .where(each.c.place <= each.c.n // gate.answers * gate.answers)
        .group_by(each.c.category_id)
    )
    counted = {row[0]: row for row in rows if row[2] >= PROVIDERS_BEHIND}
    words = _provider_words(authority_id, list(counted))
    return [
        ProviderGrades(
            category,
            counted[category.id][1],
            _means(counted[category.id]),
            words.get(category.id, []),
        )
        for category in _categories(counted)
    ]


def _means(row: Any) -> dict[str, Estimate]:
    n, sums, squares = row[1], row[3 : 3 + len(GRADES)], row[3 + len(GRADES) :]
    return {name: figures.mean_of(n, sums[place], squares[place], low=1, high=5) for place, name in enumerate(GRADES)}


def _provider_words(authority_id: uuid.UUID, category_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[str]]:
    rows = db.session.execute(
        select(ProviderFeedback, Order.category_id)
        .join(Order, Order.id == ProviderFeedback.order_id)
        .options(lazyload("*"), undefer(ProviderFeedback.sealed_words))
        .where(
            Order.authority_id == authority_id,
            Order.category_id.in_(category_ids),
            ProviderFeedback.sealed_words.is_not(None),
        )
        .order_by(ProviderFeedback.id.desc())
        .limit(MOST_WORDS)
    ).all()
    key = derived_key("provider-words-order")
    found: dict[uuid.UUID, list[str]] = defaultdict(list)
    for row, category_id in sorted(rows, key=lambda pair: hmac.digest(key, pair[0].id.bytes, hashlib.sha256)):
        found[category_id].append(provider_words(row))
    return found


def counts_in_tens(asked: int, answered: int, today: date) -> tuple[int | None, int | None]:
    """Counts that may be asked for at any time: in whole steps of the gate."""
    step = Gate.on(today).answers
    return measures.in_steps(asked, step=step), measures.in_steps(answered, step=step)
