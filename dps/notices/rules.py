"""Times around a notice: pure, from RULES.md."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from core import clock, law


def first_applications_until(sent_at: datetime) -> date:
    """The day to whose end the first applications have time: 30 days from sending, never less (R21, R89, R93)."""
    sent_on = clock.helsinki_date(sent_at)
    days = int(law.number("R21.first_applications", sent_on))
    return clock.next_weekday(sent_on + timedelta(days=days))
