"""One clock (I1): the database's, asked once per verb, and the two calendars of R91.

``now()`` calls the SQL function ``avoin_now()``: the server's clock plus an offset that only a
transaction of a test or of the seeding may set. A deployment recorded as production refuses one
in the database itself.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time, timedelta, timezone
from typing import Protocol
from zoneinfo import ZoneInfo

import holidays
from flask import has_request_context, request
from sqlalchemy import event, text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from core.db import db

HELSINKI = ZoneInfo("Europe/Helsinki")
UTC = timezone.utc

#: How far tests and seeding have moved the clock; ``None`` means not at all.
_offset: ContextVar[timedelta | None] = ContextVar("clock_offset", default=None)
#: Once moved, each transaction says where the clock stands: a savepoint would else keep an offset that is over.
_moved_before = False

AVOIN_NOW = """
CREATE OR REPLACE FUNCTION avoin_now() RETURNS timestamptz LANGUAGE plpgsql VOLATILE AS $$
DECLARE moved text := current_setting('avoin.clock_offset', true);
BEGIN
  IF moved IS NULL OR moved = '' THEN
    RETURN clock_timestamp();
  END IF;
  IF NOT EXISTS (SELECT 1 FROM deployment WHERE clock_travel) THEN
    RAISE EXCEPTION 'the clock cannot be moved in this deployment' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN clock_timestamp() + moved::interval;
END $$;
"""
DROP_AVOIN_NOW = "DROP FUNCTION IF EXISTS avoin_now();"


@event.listens_for(Session, "after_begin")
def _move_clock(session: Session, transaction: object, connection: Connection) -> None:
    if _moved_before:
        _set_offset(connection)


def _set_offset(where: Connection | Session) -> None:
    offset = _offset.get()
    value = "" if offset is None else f"{offset.total_seconds():.6f} seconds"
    where.execute(text("SELECT set_config('avoin.clock_offset', :offset, true)"), {"offset": value})


def now() -> datetime:
    """The database's time in UTC; ask once per verb, after the row locks (I1).

    A request that only reads is one look at things: all of its page is of one moment.
    """
    if not _only_reads():
        return _asked()
    kept, offset = _kept(), _offset.get()
    if offset not in kept:
        kept[offset] = _asked()
    return kept[offset]


def keep(moment: datetime) -> None:
    """Let a request that only reads look at things as of the database's time that another question brought along."""
    if _only_reads():
        _kept().setdefault(_offset.get(), moment.astimezone(UTC))


def _only_reads() -> bool:
    return has_request_context() and request.method in ("GET", "HEAD")


def _kept() -> dict[timedelta | None, datetime]:
    """The moment of a reading request, by how far the clock is moved."""
    kept: dict[timedelta | None, datetime] = request.environ.setdefault("avoin.seen_at", {})
    return kept


def _asked() -> datetime:
    moment = db.session.execute(text("SELECT avoin_now()")).scalar_one()
    assert isinstance(moment, datetime)
    return moment.astimezone(UTC)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let transactions begun inside believe that it is ``moment`` (tests and seeding only)."""
    global _moved_before
    _moved_before = True
    token = _offset.set(moment - datetime.now(UTC))
    _refresh_current()
    try:
        yield
    except BaseException:
        _offset.reset(token)  # the caller rolls the transaction back, and the offset with it
        raise
    _offset.reset(token)
    _refresh_current()


def _refresh_current() -> None:
    """Tell a transaction that is already open of the changed offset."""
    session = db.session()
    if session.in_transaction():
        _set_offset(session)


def helsinki_date(moment: datetime) -> date:
    """The Helsinki day an instant belongs to (R92)."""
    return moment.astimezone(HELSINKI).date()


def end_of_day(day: date) -> datetime:
    """24:00 Helsinki time at the end of ``day``, in UTC; summer time moves nothing (R92)."""
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=HELSINKI).astimezone(UTC)


def start_of_day(day: date) -> datetime:
    """00:00 Helsinki time of ``day``, in UTC."""
    return datetime.combine(day, time.min, tzinfo=HELSINKI).astimezone(UTC)


class Calendar(Protocol):
    """Says which days count as working days."""

    def is_working_day(self, day: date) -> bool: ...


@functools.lru_cache(maxsize=64)
def _finnish_days_off(year: int) -> dict[date, str]:
    return dict(holidays.country_holidays("FI", years=year, language="fi", categories=("public",)).items())


def _is_eve(day: date) -> bool:
    """Christmas Eve, or Midsummer Eve (the Friday 19-25 June)."""
    return (day.month, day.day) == (12, 24) or (day.month == 6 and day.weekday() == 4 and 19 <= day.day <= 25)


class _AuthorityDays:
    """Limits that bind the authority: the eves are working days (R91)."""

    def is_working_day(self, day: date) -> bool:
        return day.weekday() < 5 and (_is_eve(day) or day not in _finnish_days_off(day.year))


class _SupplierDays:
    """Limits that protect the supplier: the eves are days off (R91)."""

    def is_working_day(self, day: date) -> bool:
        return day.weekday() < 5 and not _is_eve(day) and day not in _finnish_days_off(day.year)


authority_days: Calendar = _AuthorityDays()
supplier_days: Calendar = _SupplierDays()


def add_working_days(day: date, count: int, calendar: Calendar) -> date:
    """The ``count``-th working day after ``day``; the day of the event is not counted (R89)."""
    while count:
        day += timedelta(days=1)
        count -= calendar.is_working_day(day)
    return day


def working_days_between(start: date, end: date, calendar: Calendar) -> int:
    """Working days after ``start`` up to and including ``end``; negative when ``end`` is past."""
    if end < start:
        return -working_days_between(end, start, calendar)
    return sum(calendar.is_working_day(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


def next_weekday(day: date) -> date:
    """``day``, or the first following weekday when it is a Saturday, Sunday, holiday or eve (R90, MA 5 §)."""
    while not supplier_days.is_working_day(day):
        day += timedelta(days=1)
    return day
