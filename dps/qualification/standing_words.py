"""Admissions in words: where one stands, its line of time, what can be done."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import url_for

from core import clock
from core.i18n import gettext as _
from core.web.desk import Due
from core.web.formatting import date as date_words
from core.web.formatting import deadline, moment
from dps.qualification import admissions
from dps.qualification.models import (
    MATTER_KIND_TITLES,
    QUALIFICATION_STATE_TITLES,
    AdmissionMatter,
    MatterState,
    Qualification,
    QualificationState,
    RenewalRequest,
    RenewalState,
)

#: State → the kind of ``status_tag`` and its words.
TAGS = {
    state: (kind, QUALIFICATION_STATE_TITLES[state])
    for state, kind in {
        QualificationState.IN_FORCE: "ok",
        QualificationState.SUSPENDED: "waiting",
        QualificationState.ENDED: "paused",
    }.items()
}


def until(moment_due: datetime) -> str:
    """``Thu 3 December 2026 at 24:00`` for a time limit that ends with a day."""
    return deadline(last_day(moment_due))


def last_day(moment_due: datetime) -> Any:
    """The day at whose end a limit ends."""
    return clock.helsinki_date(moment_due - clock.timedelta(microseconds=1))


def due_chip(row: RenewalRequest | AdmissionMatter, today: date) -> Due | None:
    """How long is left to answer, in working days of the supplier's calendar."""
    if row.due_at is None:
        return None
    asked = row.asked_at if isinstance(row, RenewalRequest) else row.opened_at
    end = last_day(row.due_at)
    limit = clock.working_days_between(clock.helsinki_date(asked), end, clock.supplier_days)
    return Due.in_working_days(
        clock.working_days_between(today, end, clock.supplier_days), limit=limit, text=date_words(end)
    )


def standing(qualification: Qualification) -> str:
    """Where the supplier stands, in plain words."""
    if qualification.state is QualificationState.IN_FORCE:
        return _("You are admitted. Your services can be ordered when the contract is in force.")
    if qualification.state is QualificationState.SUSPENDED:
        return _("You are admitted, but no new orders come now. Running orders go on.")
    return _("The admission has ended. You may apply again at any time while the system is open.")


def line_of_time(qualification: Qualification, *, is_own: bool) -> list[dict[str, Any]]:
    """Everything that has happened to an admission, the oldest first, and what is under way."""
    steps: list[tuple[datetime, dict[str, Any]]] = [
        (qualification.admitted_at, _step(_("Admitted"), qualification.admitted_at, qualification.decision_id, is_own))
    ]
    for request in admissions.renewals_of(qualification.id):
        steps += _renewal_steps(request)
    for matter in admissions.matters_of(qualification.id):
        steps += _matter_steps(matter, is_own)
    return [step for _at, step in sorted(steps, key=lambda pair: pair[0])]


def _step(title: str, at: datetime, decision_id: Any = None, is_own: bool = False, text: str = "") -> dict[str, Any]:
    endpoint = "decisions.received" if is_own else "decisions.show"
    step = {"title": title, "when": moment(at), "at": at, "state": "done", "text": text}
    return step | ({"href": url_for(endpoint, decision_id=decision_id)} if decision_id else {})


def _renewal_steps(request: RenewalRequest) -> list[tuple[datetime, dict[str, Any]]]:
    asked = _step(_("Renewed declaration asked for"), request.asked_at, text=_("by %(day)s", day=until(request.due_at)))
    steps = [(request.asked_at, asked)]
    if request.state is RenewalState.ASKED:
        asked["state"] = "now"
    if request.answered_at is not None:
        late = _("after the time to answer") if request.answered_at >= request.due_at else ""
        steps.append((request.answered_at, _step(_("Declaration renewed"), request.answered_at, text=late)))
    if request.reviewed_at is not None:
        steps.append((request.reviewed_at, _step(_("Declaration checked"), request.reviewed_at)))
    return steps


def _matter_steps(matter: AdmissionMatter, is_own: bool) -> list[tuple[datetime, dict[str, Any]]]:
    title = str(MATTER_KIND_TITLES[matter.kind])
    opened = _step(_("%(matter)s: opened", matter=title), matter.opened_at)
    if matter.due_at is not None:
        opened["text"] = _("the provider is heard until %(day)s", day=until(matter.due_at))
    steps = [(matter.opened_at, opened)]
    if matter.answered_at is not None:
        steps.append(
            (matter.answered_at, _step(_("%(matter)s: the provider answered", matter=title), matter.answered_at))
        )
    if matter.closed_at is None:
        opened["state"] = "now"
    elif matter.state is MatterState.DECIDED:
        done = _step(_("%(matter)s: decided", matter=title), matter.closed_at, matter.decision_id, is_own)
        steps.append((matter.closed_at, done))
    else:
        steps.append((matter.closed_at, _step(_("%(matter)s: dropped", matter=title), matter.closed_at)))
    return steps
