"""Time limits of a competition: pure functions from RULES.md D and J (R37, R38, R47, R59, R89-R93)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from core import clock, law
from dps.systems.models import LegalMode

#: Days from the invitation to the end of the time for tenders. Only the first is a number of the law.
_TENDER_TIME = {
    LegalMode.DPS_STRICT: "R37.tender_time",
    LegalMode.ANNEX_E_DPS_LIKE: "R37.tender_time_light",
    LegalMode.SMALL_PURCHASE: "R37.tender_time_small",
}
#: After an outage tenders are taken at least so much longer (R59).
OUTAGE_EXTENSION = timedelta(hours=24)


def tender_days(mode: LegalMode, on: date) -> int:
    """The least number of full days for tenders (R37); no statutory one outside a strict system."""
    return int(law.number(_TENDER_TIME[mode], on))


def end_after(days: int, day: date) -> datetime:
    """The end of the last of ``days`` full days after ``day``, moved to a weekday that is no holiday or eve (R89)."""
    return clock.end_of_day(clock.next_weekday(day + timedelta(days=days)))


def earliest_due(mode: LegalMode, sent_on: date) -> datetime:
    """The earliest end of the time for tenders of an invitation sent on a day (R37, R93).

    The day of sending is not counted; noon of the last day would be too early.
    """
    return end_after(tender_days(mode, sent_on), sent_on)


def earliest_due_after_change(mode: LegalMode, changed_on: date, due_at: datetime) -> datetime:
    """The earliest new end of the time when the documents change materially (R47, HL 56.6 §).

    Half the least time of the mode, rounded up, is left from the day of the change; and in any case the time
    gets longer, by one weekday at least.
    """
    half = (tender_days(mode, changed_on) + 1) // 2
    return max(end_after(half, changed_on), end_after(1, last_day(due_at)))


def last_day(due_at: datetime) -> date:
    """The day on which the time ends; the end of a day belongs to that day (R92)."""
    return clock.helsinki_date(due_at - timedelta(microseconds=1))


def answers_due(due_at: datetime, on: date) -> datetime:
    """Until when answers reach everybody in good time (R47)."""
    return due_at - timedelta(days=int(law.number("R47.answers", on)))


def earliest_due_after_answer(answered_on: date, due_at: datetime) -> datetime:
    """A new end that leaves everybody the time that answers in good time would have left (R47)."""
    return max(end_after(int(law.number("R47.answers", answered_on)), answered_on), due_at)


def due_after_outage(due_at: datetime, started_at: datetime, ended_at: datetime, now: datetime) -> datetime:
    """The new end of a time that ended while tenders could not be given (R59).

    It is longer by the length of the outage, by a day at least, and a day is left once everybody is told.
    """
    longer = due_at + max(ended_at - started_at, OUTAGE_EXTENSION)
    return max(longer, now + OUTAGE_EXTENSION)
