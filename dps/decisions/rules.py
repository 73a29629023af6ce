"""Time limits after a decision: pure, from RULES.md (R73, R75, R77, R78)."""

from __future__ import annotations

from datetime import date, timedelta

from core import clock, law
from dps.decisions.models import Decision, RemedyKind
from dps.systems import legal_mode


def appeal_parameter(decision: Decision) -> str:
    """The long appeal time where a contract may follow without standstill (R75)."""
    return "R75.appeal_without_standstill" if decision.skips_standstill else "R75.appeal"


def _served_on(decision: Decision) -> date:
    assert decision.signed_at is not None
    return clock.helsinki_date(decision.signed_at)


def days_after(start: date, parameter: str) -> date:
    """The last day of a limit in days; a weekend, holiday or eve moves it to the next weekday (R90)."""
    return clock.next_weekday(start + timedelta(days=int(law.number(parameter, start))))


def last_day_of(kind: RemedyKind, decision: Decision) -> date:
    """The last day on which something can be done against a signed decision."""
    served = _served_on(decision)
    if kind is RemedyKind.APPEAL:
        return days_after(served, appeal_parameter(decision))
    if kind is RemedyKind.CORRECTION_DEMAND:
        return days_after(served, "R77.correction_demand")
    if kind is RemedyKind.OWN_CORRECTION:
        return days_after(served, "R77.correction_own_initiative")
    years = int(law.number("R78.clerical_error", served))
    return date(served.year + years, served.month, min(served.day, 28) if served.month == 2 else served.day)


def contract_from(decision: Decision) -> date:
    """The first day on which a contract may follow a signed choice (R74).

    After standstill: the day after its last day, which a weekend, holiday or eve moves to the next weekday. Where
    none is observed: the day of sending.
    """
    return contract_from_day(decision, _served_on(decision))


def contract_from_day(decision: Decision, served: date) -> date:
    """The same for a decision that is or will be served on a day."""
    days = legal_mode.standstill_days(decision.category.legal_mode, served)
    if days is None or decision.skips_standstill:
        return served
    return clock.next_weekday(served + timedelta(days=days)) + timedelta(days=1)


def explanation_due(asked_on: date) -> date:
    """The last day to answer a request for reasons (R73)."""
    return days_after(asked_on, "R73.explanation")
