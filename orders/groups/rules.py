"""Who is next, what fits a group, when absences must be told: pure functions."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from core import clock
from orders.groups.models import AttendanceKind

#: So many days in a row without leave must be told the same day (R100, TVL 59 §).
DAYS_IN_A_ROW = 5


@dataclass(frozen=True, kw_only=True)
class InLine:
    """One who waits: whose customer, and since when."""

    entry_id: uuid.UUID
    authority_id: uuid.UUID
    joined_at: datetime


def line(entries: Iterable[InLine], organiser: uuid.UUID, now: datetime, window_ends_at: datetime) -> list[InLine]:
    """Who may get a seat now, the first in line first.

    The organising party's customers come first; the partners' follow in queue order once the window is over.
    Its very last instant still belongs to the organiser.
    """
    may = [each for each in entries if each.authority_id == organiser or now > window_ends_at]
    return sorted(may, key=lambda each: (each.authority_id != organiser, each.joined_at, each.entry_id))


class GroupMisfit(StrEnum):
    """Why a group does not fit a customer's need; the first that applies counts."""

    CATEGORY = "category"
    LANGUAGE = "language"
    PLACE = "place"
    MODULE = "module"
    TOO_LATE = "too_late"
    BANDS = "bands"


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a need asks for, and its bands."""

    category_id: uuid.UUID
    languages: frozenset[str]
    place: str | None
    is_remote: bool
    modules: tuple[str, ...]
    latest_start: date
    age_band: str
    unemployment_band: str
    education_band: str


@dataclass(frozen=True, kw_only=True)
class Course:
    """What a group has, as far as fitting goes; empty bands mean any."""

    category_id: uuid.UUID
    languages: frozenset[str]
    place: str | None
    is_remote: bool
    first_day: date
    age_bands: frozenset[str]
    unemployment_bands: frozenset[str]
    education_bands: frozenset[str]


def misfit(wish: Wish, course: Course) -> GroupMisfit | None:
    """The first reason why the group does not fit, or ``None``; every language asked for must be served (R102)."""
    in_place = (wish.is_remote and course.is_remote) or (wish.place is not None and wish.place == course.place)
    bands = (
        (wish.age_band, course.age_bands),
        (wish.unemployment_band, course.unemployment_bands),
        (wish.education_band, course.education_bands),
    )
    checks = (
        (wish.category_id != course.category_id, GroupMisfit.CATEGORY),
        (not wish.languages <= course.languages, GroupMisfit.LANGUAGE),
        (not in_place, GroupMisfit.PLACE),
        (bool(wish.modules), GroupMisfit.MODULE),
        (course.first_day > wish.latest_start, GroupMisfit.TOO_LATE),
        (any(asked and band not in asked for band, asked in bands), GroupMisfit.BANDS),
    )
    return next((reason for fails, reason in checks if fails), None)


@dataclass(frozen=True)
class Run:
    """Course days in a row on which somebody was absent without leave."""

    first_day: date
    last_day: date
    length: int


def runs(days: Iterable[date], marks: Mapping[date, AttendanceKind]) -> list[Run]:
    """The runs of absence without leave over the course days, in order; a day not told of ends a run."""
    found: list[Run] = []
    goes_on = False
    for day in sorted(days):
        absent = marks.get(day) is AttendanceKind.ABSENT_WITHOUT_LEAVE
        if absent and goes_on:
            found[-1] = Run(found[-1].first_day, day, found[-1].length + 1)
        elif absent:
            found.append(Run(day, day, 1))
        goes_on = absent
    return found


def runs_to_tell(days: Iterable[date], marks: Mapping[date, AttendanceKind]) -> list[Run]:
    """The runs that the authority must be told of (R100)."""
    return [each for each in runs(days, marks) if each.length >= DAYS_IN_A_ROW]


def working_days(first: date, last: date) -> list[date]:
    """The days on which a service for one customer is held: working days from the first to the last."""
    span = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in span if clock.supplier_days.is_working_day(day)]
