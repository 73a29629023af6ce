"""Instants as seconds since 1970 and days as days since 1970: a million orders have no time for objects."""

from __future__ import annotations

import functools
from datetime import date, timedelta

from core import clock

DAY, HOUR, MINUTE = 86_400, 3_600, 60
_EPOCH = date(1970, 1, 1)
#: ``T09:05:50+00:00`` of every second of a day.
_TIMES = [f"T{s // HOUR:02}:{s // MINUTE % 60:02}:{s % 60:02}+00:00" for s in range(DAY)]


def day_of(on: date) -> int:
    return (on - _EPOCH).days


def date_of(day: int) -> date:
    return _EPOCH + timedelta(days=day)


@functools.lru_cache(maxsize=20_000)
def day_text(day: int) -> str:
    """``2026-11-22``"""
    return date_of(day).isoformat()


@functools.lru_cache(maxsize=20_000)
def start_of(day: int) -> int:
    """00:00 in Helsinki of a day."""
    return int(clock.start_of_day(date_of(day)).timestamp())


def text(instant: int) -> str:
    """An instant in UTC as ``datetime.isoformat`` writes it."""
    return day_text(instant // DAY) + _TIMES[instant % DAY]


@functools.lru_cache(maxsize=20_000)
def is_working(day: int) -> bool:
    return clock.authority_days.is_working_day(date_of(day))


@functools.lru_cache(maxsize=20_000)
def working_day(day: int) -> int:
    """The day itself, or the first working day after it."""
    while not is_working(day):
        day += 1
    return day


def local_day(instant: int) -> int:
    """The Helsinki day of an instant."""
    day = instant // DAY
    return day + 1 if instant >= start_of(day + 1) else day
