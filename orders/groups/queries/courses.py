"""Joint courses to come, for anybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, lazyload

from core.db import db
from dps.systems.models import Category, PurchasingSystem, SystemBuyer, SystemState
from orders.groups.models import QUEUED, EntryState, Group, GroupState, QueueEntry
from orders.groups.queries.common import PAGE_SIZE


@dataclass(frozen=True, kw_only=True)
class WantedCourse:
    """What the list is narrowed to; the month is its first day."""

    language: str | None = None
    place: str | None = None
    month: date | None = None


def joint_courses(today: date) -> Select[Group]:
    """Groups of joint systems that take people and begin later; none that is for one employer's staff."""
    joint = select(SystemBuyer.id).where(SystemBuyer.system_id == PurchasingSystem.id).exists()
    return (
        select(Group)
        .join(Category, Category.id == Group.category_id)
        .join(PurchasingSystem, PurchasingSystem.id == Category.system_id)
        .where(
            joint,
            PurchasingSystem.state == SystemState.OPEN,
            Group.state.in_((GroupState.PLANNED, GroupState.OPEN)),
            Group.released_at.is_(None),
            Group.employer_id.is_(None),
            Group.first_day > today,
        )
    )


def narrowed_courses(query: Select[Group], wanted: WantedCourse) -> Select[Group]:
    if wanted.language:
        query = query.where(Group.languages.contains([wanted.language]))
    if wanted.place:
        query = query.where(Group.place == wanted.place)
    if wanted.month:
        following = (wanted.month.replace(day=1) + timedelta(days=32)).replace(day=1)
        query = query.where(Group.first_day >= wanted.month.replace(day=1), Group.first_day < following)
    return query


def courses_page(query: Select[Group], skip: int) -> Sequence[Group]:
    """One page of courses and one more, the soonest first."""
    return db.session.scalars(
        query.options(joinedload(Group.offering).options(lazyload("*")))
        .order_by(Group.first_day, Group.id)
        .offset(skip)
        .limit(PAGE_SIZE + 1)
    ).all()


def course_choices(today: date) -> tuple[list[str], list[str], list[date]]:
    """The places, languages and months that the courses to come have."""
    courses = joint_courses(today).with_only_columns(
        Group.place, Group.languages, func.date_trunc("month", Group.first_day).label("month")
    )
    rows: Sequence[Any] = db.session.execute(courses.distinct().limit(2_000)).all()
    places = {row.place for row in rows if row.place}
    languages = {code for row in rows for code in row.languages}
    return sorted(places), sorted(languages), sorted({row.month.date() for row in rows})


def with_free_seats(groups: Sequence[Group]) -> set[Any]:
    """The courses in which somebody who joins today would find a seat: more are free than people wait by name."""
    ids = [each.id for each in groups]
    offered = _count(QueueEntry.offer_id, ids, (EntryState.OFFERED,))
    waiting = _count(QueueEntry.group_id, ids, QUEUED)
    return {each.id for each in groups if each.seats_empty > max(offered.get(each.id, 0), waiting.get(each.id, 0))}


def _count(column: Any, ids: Sequence[Any], states: Sequence[EntryState]) -> dict[Any, int]:
    rows = db.session.execute(
        select(column, func.count()).where(column.in_(ids), QueueEntry.state.in_(states)).group_by(column)
    )
    return {row[0]: row[1] for row in rows}
