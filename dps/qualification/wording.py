"""Applications in words: tags, where one stands, what is missing, the evidence beside a requirement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for

from core import clock, law
from core.i18n import gettext as _
from core.identity.mandates import Mandate
from core.web.desk import Due
from core.web.formatting import date as date_words
from core.web.formatting import deadline, moment
from dps.qualification import queries
from dps.qualification.models import APPLICATION_STATE_TITLES, Application, ApplicationState
from dps.systems.models import Category, Requirement, RequirementKind, SystemState
from suppliers import queries as suppliers
from suppliers.models import Declaration

#: State → the kind of ``status_tag`` and its words.
TAGS = {
    state: (kind, APPLICATION_STATE_TITLES[state])
    for state, kind in {
        ApplicationState.RECEIVED: "go",
        ApplicationState.PROPOSED: "waiting",
        ApplicationState.ADMITTED: "ok",
        ApplicationState.REFUSED: "stop",
        ApplicationState.WITHDRAWN: "paused",
    }.items()
}


@dataclass(frozen=True)
class Missing:
    """Something to do before an application can be sent."""

    text: str
    href: str = ""
    label: str = ""


def missing_before_sending(category: Category, actor: Mandate, declaration: Declaration | None) -> list[Missing]:
    """What keeps this person from sending, each with the page where it is mended."""
    supplier_id = actor.organisation_id
    found = []
    if category.system.state not in (SystemState.OPEN, SystemState.CLOSED):
        found.append(Missing(_("The purchasing system does not take applications any more.")))
    if not suppliers.is_verified_to_act(actor.person_id, supplier_id):
        text = _("Your right to act for the provider waits to be verified. You get a message when it has been.")
        found.append(Missing(text))
    if declaration is None:
        href = url_for("suppliers.declaration")
        found.append(Missing(_("A confirmed self-declaration is missing."), href, _("Make the self-declaration")))
    if queries.qualification_in_force(supplier_id, category.id):
        found.append(Missing(_("You have been admitted to this category already.")))
    elif live := queries.live_application(supplier_id, category.id):
        href = url_for("qualification.own_application", application_id=live.id)
        found.append(Missing(_("Your application is being processed already."), href, _("See where it stands")))
    return found


def standing(application: Application) -> str:
    """Where the application stands, for its sender."""
    if application.state is ApplicationState.RECEIVED and application.decision_due_on is None:
        return _("The system is temporarily closed. The time to decide starts when it opens again.")
    if application.state in queries.LIVE and application.decision_due_on:
        due = deadline(application.decision_due_on)
        return _("The city is checking your application. You get the decision by %(date)s.", date=due)
    if application.state is ApplicationState.ADMITTED:
        return _("You have been admitted. Read and sign the contract next.")
    if application.state is ApplicationState.REFUSED:
        return _("The application was refused. The decision says why. You may apply again at any time.")
    return _("You withdrew the application. You may apply again at any time.")


def due(application: Application, today: date) -> Due | None:
    """The deadline chip of a live application."""
    if application.state not in queries.LIVE or application.decision_due_on is None:
        return None
    key = "R24.decision_extended" if application.extended_at else "R23.decision"
    left = clock.working_days_between(today, application.decision_due_on, clock.authority_days)
    limit = int(law.number(key, today))
    return Due.in_working_days(left, limit=limit, text=date_words(application.decision_due_on))


def track(application: Application) -> list[dict[str, Any]]:
    """The stages of an application: done, now, to come."""
    state = application.state
    is_received = state is ApplicationState.RECEIVED
    steps: list[dict[str, Any]] = [
        {"title": _("Application received"), "when": moment(application.received_at), "state": "done"},
    ]
    if application.extended_at:
        steps.append({"title": _("Time extended"), "when": moment(application.extended_at), "state": "done"})
    if state is ApplicationState.WITHDRAWN:
        return [*steps, {"title": _("Withdrawn"), "when": moment(application.withdrawn_at), "state": "done"}]
    decided = application.decided_at is not None
    steps += [
        {"title": _("Check of the requirements"), "state": "now" if is_received else "done"},
        {
            "title": _("Decision"),
            "when": moment(application.decided_at)
            if decided
            else _("by %(date)s", date=date_words(application.decision_due_on))
            if application.decision_due_on
            else "",
            "state": "done" if decided else "now" if state is ApplicationState.PROPOSED else "",
        },
    ]
    return steps


@dataclass(frozen=True)
class Evidence:
    """A requirement and what the supplier declared and answered."""

    requirement: Requirement
    declared: str
    words: str
    is_clear: bool


def evidence(application: Application, requirement: Requirement) -> Evidence:
    """What stands in the declaration and the application about one requirement."""
    answers = application.declaration.answers.get(requirement.kind.value, {}).get(requirement.code, {})
    if requirement.kind is RequirementKind.EXCLUSION:
        applies = bool(answers.get("applies"))
        declared = _("Declared: the ground applies") if applies else _("Declared: the ground does not apply")
        return Evidence(requirement, declared, str(answers.get("explanation", "")), is_clear=not applies)
    fulfilled = bool(answers.get("fulfilled"))
    declared = _("Declared: fulfilled") if fulfilled else _("Declared: not fulfilled")
    words = application.answers.get(requirement.code) or answers.get("description", "")
    return Evidence(requirement, declared, str(words), is_clear=fulfilled)
