"""A day and, if wanted, a time of it; without a time the whole day counts (R92, R93)."""

from __future__ import annotations

from datetime import date, datetime, time

from core import clock


def moment_of(day: date | None, at: time | None) -> datetime | None:
    """The instant that was typed: 24.00 of the day, unless a time of day was given."""
    if day is None:
        return None
    if at is None:
        return clock.end_of_day(day)
    return datetime.combine(day, at, tzinfo=clock.HELSINKI).astimezone(clock.UTC)


def parts_of(moment: datetime | None) -> tuple[date | None, time | None]:
    """What a form shows of an instant."""
    if moment is None:
        return None, None
    day = clock.helsinki_date(moment - clock.timedelta(microseconds=1))
    if moment == clock.end_of_day(day):
        return day, None
    local = moment.astimezone(clock.HELSINKI)
    return local.date(), local.time().replace(microsecond=0)
