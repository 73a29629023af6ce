"""Time limits of applications and what one must hold: pure, from RULES.md."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from core import clock, law
from dps.qualification.models import ApplicationCheck, CheckResult
from dps.systems.models import Requirement, RequirementKind

#: Longest answer to one requirement.
ANSWER_LENGTH = 5000


def decision_due(started_at: datetime) -> date:
    """Last day to decide (R23): 10 working days from receipt, or from reopening; that day is not counted (R89)."""
    day = clock.helsinki_date(started_at)
    return clock.add_working_days(day, int(law.number("R23.decision", day)), clock.authority_days)


def extended_due(due_on: date) -> date:
    """The due day moved to 15 working days in total, not 10 + 15 (R24)."""
    more = int(law.number("R24.decision_extended", due_on) - law.number("R23.decision", due_on))
    return clock.add_working_days(due_on, more, clock.authority_days)


def unanswered(requirements: Iterable[Requirement], answers: dict[str, str]) -> list[Requirement]:
    """The suitability requirements without an answer."""
    return [
        requirement
        for requirement in requirements
        if requirement.kind is RequirementKind.SELECTION and not answers.get(requirement.code, "").strip()
    ]


def unchecked(requirements: Iterable[Requirement], checks: Iterable[ApplicationCheck]) -> list[Requirement]:
    """The requirements on which there is no finding."""
    done = {check.requirement_id for check in checks}
    return [requirement for requirement in requirements if requirement.id not in done]


def failed(checks: Iterable[ApplicationCheck]) -> list[ApplicationCheck]:
    """The findings that a requirement is not met; without any, admission is the only outcome (R26)."""
    return [check for check in checks if check.result is CheckResult.NOT_MET]
