"""Time limits of applications and what one must hold: pure, from RULES.md."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core import clock, law
from core.i18n import localized
from dps.qualification.models import (
    REPLACEABLE,
    Application,
    ApplicationCheck,
    ApplicationParty,
    CheckResult,
    Clarification,
    ClarificationKind,
)
from dps.systems.models import Requirement, RequirementKind
from suppliers.criteria import EXCLUSION

#: Longest answer to one requirement.
ANSWER_LENGTH = 5000
#: A question is answered within so many days at most; the authority's own time is shorter still.
LONGEST_ANSWER_TIME = timedelta(days=60)
#: The handler is reminded so many working days before the decision is due.
REMINDED_BEFORE = 3


def decision_due(started_at: datetime, evaluation_ends_on: date | None = None) -> date:
    """Last day to decide (R23): 10 working days from receipt, or from reopening; that day is not counted (R89).

    What arrives in an announced longer evaluation period is due by its end, if that is later (R25).
    """
    day = clock.helsinki_date(started_at)
    due = clock.add_working_days(day, int(law.number("R23.decision", day)), clock.authority_days)
    if evaluation_ends_on is not None and day <= evaluation_ends_on:
        return max(due, evaluation_ends_on)
    return due


def extended_due(due_on: date) -> date:
    """The due day moved to 15 working days in total, not 10 + 15 (R24)."""
    more = int(law.number("R24.decision_extended", due_on) - law.number("R23.decision", due_on))
    return clock.add_working_days(due_on, more, clock.authority_days)


def reminder_on(due_on: date) -> date:
    """The day on which the handler is reminded of a due day."""
    day, left = due_on, REMINDED_BEFORE
    while left:
        day -= timedelta(days=1)
        left -= clock.authority_days.is_working_day(day)
    return day


def earliest_answer(asked_on: date) -> date:
    """The first day to whose end a question may have to be answered; the same for everybody (R29, R91)."""
    return clock.add_working_days(asked_on, int(law.number("R29.answer_time", asked_on)), clock.supplier_days)


def months_later(day: date, months: int) -> date:
    """The day with the same number so many months later, or the last of that month (R90, MA 3 §)."""
    year, month = divmod(day.month - 1 + months, 12)
    last = calendar.monthrange(day.year + year, month + 1)[1]
    return date(day.year + year, month + 1, min(day.day, last))


def ground_age(code: str) -> str:
    """The parameter that says how old an exclusion ground may be: R61 or R62."""
    return "R61.mandatory_ground_age" if EXCLUSION[code].is_mandatory else "R62.discretionary_ground_age"


def is_ground_too_old(code: str, event_on: date, today: date) -> bool:
    """Whether more than five (R61) or three (R62) years have passed since the judgment or event."""
    return today > months_later(event_on, 12 * int(law.number(ground_age(code), today)))


def unanswered(requirements: Iterable[Requirement], answers: dict[str, str]) -> list[Requirement]:
    """The suitability requirements without an answer."""
    return [
        requirement
        for requirement in requirements
        if requirement.kind is RequirementKind.SELECTION and not answers.get(requirement.code, "").strip()
    ]


def requirement_words(requirement: Requirement) -> str:
    """What is required in the reader's language; a ground by its name, since many share one text."""
    if requirement.kind is RequirementKind.EXCLUSION:
        return str(EXCLUSION[requirement.code].title)
    return localized(requirement, "text").strip().rstrip(".")


@dataclass(frozen=True)
class Slot:
    """One thing to be found: a requirement, of the applicant (``party`` is none) or of a party."""

    requirement: Requirement
    party: ApplicationParty | None
    check: ApplicationCheck | None

    @property
    def key(self) -> str:
        """Names the slot in forms."""
        return f"{self.requirement.id}-{self.party.id}" if self.party else str(self.requirement.id)

    @property
    def words(self) -> str:
        """The requirement, and of whom if not of the applicant."""
        words = requirement_words(self.requirement)
        return f"{words} ({self.party.name})" if self.party else words


def slots(application: Application) -> list[Slot]:
    """Everything to be found, in order: each requirement of the applicant, each exclusion ground of each party."""
    known = {(check.requirement_id, check.party_id): check for check in application.checks}
    return [
        Slot(requirement, party, known.get((requirement.id, party.id if party else None)))
        for requirement in application.category.requirements
        for party in (None, *application.present_parties)
        if party is None or requirement.kind is RequirementKind.EXCLUSION
    ]


def is_declared(application: Application, slot: Slot) -> bool:
    """Whether the applicant or the party has declared that the ground applies, or has not said that it does not."""
    grounds = slot.party.grounds if slot.party else application.declaration.answers["exclusion"]
    return bool(grounds.get(slot.requirement.code, {}).get("applies", True))


def unchecked(application: Application) -> list[Slot]:
    """What has no finding yet, or has to be asked first."""
    return [slot for slot in slots(application) if slot.check is None or slot.check.result is CheckResult.ASK]


def failed(application: Application) -> list[ApplicationCheck]:
    """The findings that a requirement is not met; without any, admission is the only outcome (R26).

    What was found of a party that has been replaced does not count any more (R68).
    """
    return [
        slot.check for slot in slots(application) if slot.check is not None and slot.check.result is CheckResult.NOT_MET
    ]


def is_mandatory(requirement: Requirement) -> bool:
    """Whether the requirement is a ground that must lead to exclusion."""
    return requirement.kind is RequirementKind.EXCLUSION and EXCLUSION[requirement.code].is_mandatory


def must_be_replaced(check: ApplicationCheck) -> bool:
    """Whether a mandatory ground applies to a party that the applicant must replace (R68)."""
    return check.party is not None and check.party.role in REPLACEABLE and is_mandatory(check.requirement)


def closed_clarification(check: ApplicationCheck, kind: ClarificationKind, now: datetime) -> Clarification | None:
    """The newest question of a kind about the ground and party of a finding that was answered or has lapsed."""
    found = [
        each
        for each in check.application.clarifications
        if each.kind is kind
        and check.requirement.code in each.requirements
        and each.party_id == check.party_id
        and each.is_closed(now)
    ]
    return found[-1] if found else None
