"""Whose work an application is, and doing the same to many of them."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from core import audit, clock
from core.db import lock, savepoint, transaction
from core.errors import DomainError, RuleBroken, WrongState
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.i18n import using_language
from core.identity.mandates import Mandate
from dps.qualification import queries, rules
from dps.qualification.models import Application, ApplicationParty, CheckResult
from dps.qualification.service.checking import check_requirement, propose
from dps.systems.models import RequirementKind
from suppliers.rights import refuse_own_matter

TAKEN = audit.declare("application.taken", "before", "after")
TAKEN_OVER = audit.declare("application.taken_over", "before", "after")


def _hand_to(application: Application, by: Mandate, event: str) -> None:
    now = clock.now()
    before = application.handler_id
    application.handler_id = by.person_id
    audit.record(event, subject=application, actor=by, at=now, before=before, after=by.person_id)


def _check_live(application: Application, by: Mandate) -> None:
    refuse_own_matter(application.supplier_id, by)
    if application.state not in queries.LIVE:
        raise WrongState(_l("The application has been decided or withdrawn."), rule="application-state")


@transaction
def take(application: Application, *, by: Mandate) -> None:
    """Take an application that nobody handles.

    :raises WrongState: somebody has it; then it is taken over
    """
    lock(application)
    _check_live(application, by)
    if application.handler_id == by.person_id:
        raise WrongState(_l("You handle this application already."), rule="handler")
    if application.handler_id is not None:
        raise WrongState(
            _l("A colleague handles this application."),
            rule="handler",
            next_step=_l("Take it over if the colleague is away."),
        )
    _hand_to(application, by, TAKEN)


@transaction
def take_over(application: Application, *, by: Mandate) -> None:
    """Take over a colleague's work."""
    lock(application)
    _check_live(application, by)
    if application.handler_id is None or application.handler_id == by.person_id:
        raise WrongState(_l("No colleague handles this application."), rule="handler", next_step=_l("Take it."))
    _hand_to(application, by, TAKEN_OVER)


@transaction
def clear_grounds(application: Application, party: ApplicationParty | None, *, by: Mandate) -> int:
    """Find at once that no ground without a finding applies to the applicant or a party, where none was declared.

    Returns how many were found. A declared ground is looked at by itself (R64).
    """
    with using_language(application.supplier.language):
        note = _("Declared not to apply, and nothing was found that speaks against it.")
    count = 0
    for slot in rules.slots(application):
        is_ground = slot.requirement.kind is RequirementKind.EXCLUSION
        if is_ground and slot.party is party and slot.check is None and not rules.is_declared(application, slot):
            check_requirement(application, slot.requirement, CheckResult.MET, note, party=party, by=by)
            count += 1
    return count


@dataclass(frozen=True)
class Outcome:
    """What became of one application in a bulk act: ``problem`` is empty when it was done."""

    application: Application
    problem: str


def _each(applications: Sequence[Application], verb: Callable[[Application], Any]) -> list[Outcome]:
    """Do it to each by itself: what is refused of one leaves the others done."""
    outcomes = []
    for application in applications:
        try:
            with savepoint():
                verb(application)
            outcomes.append(Outcome(application, ""))
        except DomainError as error:
            outcomes.append(Outcome(application, f"{error.message} {error.next_step or ''}".strip()))
    return outcomes


@transaction
def take_many(application_ids: Sequence[uuid.UUID], *, by: Mandate) -> list[Outcome]:
    """Take every one that nobody handles."""
    return _each(_own(application_ids, by), lambda each: take(each, by=by))


@transaction
def propose_many(application_ids: Sequence[uuid.UUID], *, by: Mandate) -> list[Outcome]:
    """Propose the admission of every one in which all is met (R26); the others are told why not."""
    return _each(_own(application_ids, by), lambda each: _propose_admission(each, by))


def _own(application_ids: Sequence[uuid.UUID], by: Mandate) -> Sequence[Application]:
    assert by.authority_id is not None
    return queries.full_applications(by.authority_id, application_ids)


def _propose_admission(application: Application, by: Mandate) -> None:
    if failed := rules.failed(application):
        raise RuleBroken(
            _l("A requirement is not met: %(requirement)s", requirement=rules.requirement_words(failed[0].requirement)),
            rule="R26",
            next_step=_l("Propose the refusal on the application's own page, with its reasons."),
        )
    with using_language(application.supplier.language):
        summary = _("Every requirement has been checked and is met, and no ground for exclusion applies.")
    propose(application, summary, by=by)
