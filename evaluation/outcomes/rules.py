"""What goes with which state, and when a window is over: pure functions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any

from core.errors import RuleBroken
from core.i18n import lazy_gettext as _l
from core.web.text_checks import MESSAGE, contains_identity_code
from evaluation import measures
from evaluation.outcomes.models import FACTS, JOBS, WINDOWS, ContractKind, EmployerType, OutcomeState, WorkingTime

__all__ = [
    "FACTS",
    "WINDOWS",
    "Details",
    "check_details",
    "check_since",
    "check_window",
    "least",
    "pattern",
    "told",
    "window_day",
]

#: What a next service is called is a few words.
LONGEST_WORDS = 200


@dataclass(frozen=True, kw_only=True)
class Details:
    """What is known of a state beyond its name."""

    employer_type: EmployerType | None = None
    contract_kind: ContractKind | None = None
    contract_months: int | None = None
    working_time: WorkingTime | None = None
    since_on: date | None = None
    next_service: str | None = None

    def values(self) -> dict[str, Any]:
        return {each.name: getattr(self, each.name) for each in fields(self)}


def told(row: Any, state: OutcomeState) -> dict[str, Any]:
    """A state and its facts as they are kept of an earlier version."""
    found = {"state": state} | {name: getattr(row, name) for name in FACTS}
    return {
        name: value.value if isinstance(value, StrEnum) else value.isoformat() if isinstance(value, date) else value
        for name, value in found.items()
    }


def least(state: OutcomeState, since_on: date | None) -> Details:
    """The least that is known of a state where nobody told more than the day."""
    return Details(employer_type=EmployerType.UNKNOWN if state in JOBS else None, since_on=since_on)


def window_day(planned_end_on: date, months: int) -> date:
    """The day whose state is asked: so many months after the *planned* end, which no provider can move."""
    return measures.months_after(planned_end_on, months)


def check_window(planned_end_on: date, months: int, today: date) -> None:
    """:raises RuleBroken: the window is not over yet"""
    due_on = window_day(planned_end_on, months)
    if today < due_on:
        raise RuleBroken(
            _l("The result is recorded %(months)s months after the planned end.", months=months),
            rule="outcome-window",
            field="months",
            next_step=_l("Come back on %(date)s.", date=f"{due_on.day}.{due_on.month}.{due_on.year}"),
        )


def _refuse(field: str, message: Any, next_step: Any, rule: str = "outcome-details") -> RuleBroken:
    return RuleBroken(message, rule=rule, field=field, next_step=next_step)


def check_details(state: OutcomeState, details: Details) -> None:
    """A job has an employer; somebody unemployed has none.

    :raises RuleBroken: naming the field
    """
    is_job = state in JOBS
    if is_job and details.employer_type is None:
        raise _refuse("employer_type", _l("A job has an employer."), _l("Choose what kind of employer it is."))
    for name in ("employer_type", "contract_kind", "contract_months", "working_time"):
        if not is_job and getattr(details, name) is not None:
            raise _refuse(name, _l("Only a job has an employer and a contract."), _l("Leave it empty."))
    if details.contract_kind is ContractKind.FIXED_TERM and not details.contract_months:
        raise _refuse("contract_months", _l("A fixed-term contract has a length."), _l("Enter its months."))
    if details.contract_kind is not ContractKind.FIXED_TERM and details.contract_months is not None:
        raise _refuse("contract_months", _l("Only a fixed-term contract has a length."), _l("Leave it empty."))
    if details.contract_months is not None and not 1 <= details.contract_months <= 120:
        raise _refuse("contract_months", _l("A contract lasts from 1 to 120 months."), _l("Enter its months."))
    if details.since_on is not None and state in (OutcomeState.UNEMPLOYED, OutcomeState.UNKNOWN):
        raise _refuse("since_on", _l("Nothing has begun in this state."), _l("Leave the day empty."))
    if details.next_service is not None:
        if state is not OutcomeState.NEXT_SERVICE:
            raise _refuse("next_service", _l("There is no next service in this state."), _l("Leave it empty."))
        if contains_identity_code(details.next_service):
            raise RuleBroken(MESSAGE, rule="I8", field="next_service")
        if len(details.next_service) > LONGEST_WORDS:
            raise _refuse(
                "next_service", _l("Write at most %(most)s characters.", most=LONGEST_WORDS), _l("Name only its kind.")
            )


def check_since(since_on: date | None, started_on: date, window_on: date) -> None:
    """A job found during the service counts; one from before it, or after the window, is not its result.

    :raises RuleBroken: naming the field
    """
    if since_on is None:
        return
    if since_on < started_on:
        raise _refuse(
            "since_on",
            _l("The result cannot be from before the service began."),
            _l("Check the day, or the order."),
            rule="outcome-date",
        )
    if since_on > window_on:
        raise _refuse(
            "since_on",
            _l("What began after the day that is asked about is not the state of that day."),
            _l("Choose the state of that day."),
            rule="outcome-date",
        )


def pattern(employed: Iterable[tuple[str, bool]]) -> str:
    """``expert:0 register:1``"""
    return " ".join(sorted(f"{source}:{int(value)}" for source, value in employed))
