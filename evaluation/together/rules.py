"""Half-years, and how a review proposes shares: pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from core.money import shared

WHOLE = 100


# ---- half-years ----


def half_of(day: date) -> date:
    """The first day of the half-year that a day is in."""
    return date(day.year, 1 if day.month <= 6 else 7, 1)


def next_half(period_on: date) -> date:
    """The first day of the half-year after."""
    return date(period_on.year, 7, 1) if period_on.month == 1 else date(period_on.year + 1, 1, 1)


def last_day(period_on: date) -> date:
    """The last day of a half-year."""
    return next_half(period_on) - timedelta(days=1)


def number_of(period_on: date) -> int:
    """1 or 2."""
    return 1 if period_on.month == 1 else 2


def first_day(year: int, half: int) -> date:
    """``first_day(2026, 2)`` is 1.7.2026."""
    return date(year, 1 if half == 1 else 7, 1)


def halves(starts_on: date, ends_on: date | None, today: date) -> list[date]:
    """The half-years of an agreement that are over, the newest first."""
    found, period_on = [], half_of(starts_on)
    while next_half(period_on) <= today and (ends_on is None or period_on <= ends_on):
        found.append(period_on)
        period_on = next_half(period_on)
    return found[::-1]


# ---- shares ----


def shares_of_use(used: Mapping[tuple[str, ...], Decimal | None], kept: Decimal) -> dict[tuple[str, ...], Decimal]:
    """The share of use in percent of each unit whose use is told, of what the others leave of a hundred.

    A unit whose use is too small to tell keeps its present share: ``kept`` is what those have together.
    """
    told = {unit: value for unit, value in used.items() if value is not None}
    total = sum(told.values(), Decimal(0))
    if not total:
        return {}
    return {unit: (WHOLE - kept) * value / total for unit, value in told.items()}


def proposed_shares(present: Mapping[str, Decimal], used: Mapping[tuple[str, ...], Decimal | None]) -> dict[str, int]:
    """The published rule: the mean of the share of use and the present share, in whole percents that add up to 100
    by largest remainder (I9).

    Parties whose use is told only together divide their mean as they divide their present shares; who has none keeps
    none. Whose use is too small to tell keeps its present share.

    :param present: shares in percent, a hundred together
    :param used: use in euros by unit of parties, every party in one of them; ``None`` where it is not told
    """
    kept = sum((present[key] for unit, value in used.items() if value is None for key in unit), Decimal(0))
    of_use = shares_of_use(used, kept)
    exact: dict[str, Decimal] = {}
    for unit in used:
        now = sum((present[key] for key in unit), Decimal(0))
        wanted = (now + of_use[unit]) / 2 if unit in of_use else now
        for key in unit:
            part = present[key] / now if now else Decimal(1) / len(unit)
            exact[key] = wanted * part
    parts = shared(Decimal(WHOLE) / 100, [exact[key] for key in present])
    return {key: int(part * 100) for key, part in zip(present, parts, strict=True)}
