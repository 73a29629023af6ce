"""Quarters of a year, each known by its first day."""

from __future__ import annotations

from datetime import date, timedelta


def quarter_of(day: date) -> date:
    """The first day of the quarter of a day."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def next_quarter(quarter: date) -> date:
    """The first day of the quarter that follows."""
    return quarter_of(quarter + timedelta(days=95))


def quarter_before(quarter: date) -> date:
    """The first day of the quarter before."""
    return quarter_of(quarter - timedelta(days=1))


def quarter_end(quarter: date) -> date:
    """The last day of a quarter."""
    return next_quarter(quarter) - timedelta(days=1)
