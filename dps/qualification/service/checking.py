"""An official's verbs on an application: extend the time, write down findings, propose a decision."""

from __future__ import annotations

from core import audit, clock
from core.db import db, lock, transaction
from core.errors import RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.i18n import localized
from core.identity.mandates import Mandate
from core.states import move
from dps.decisions import service as decisions
from dps.decisions.models import Decision
from dps.qualification import proposals, rules
from dps.qualification.models import (
    APPLICATION_TRANSITIONS,
    Application,
    ApplicationCheck,
    ApplicationState,
    CheckResult,
)
from dps.systems.models import Requirement
from suppliers.rights import refuse_own_matter

EXTENDED = audit.declare("application.extended", "before", "after", "reason")
CHECKED = audit.declare("application.checked", "requirement", "before", "after")
PROPOSED = audit.declare("application.proposed", "before", "after", "decision", "kind")


@transaction
def extend(application: Application, reason: str, *, by: Mandate) -> None:
    """Extend the time to 15 working days in total: once, with a reason, before day 10 ends (R24)."""
    lock(application)
    now = clock.now()
    refuse_own_matter(application.supplier_id, by)
    if application.state is not ApplicationState.RECEIVED or application.decision_due_on is None:
        raise WrongState(_l("The time of this application cannot be extended now."), rule="R24")
    if application.extended_at is not None:
        raise WrongState(_l("The time has been extended already."), rule="R24")
    if not reason.strip():
        raise RuleBroken(
            _l("Write the reason for the extension."),
            rule="R24",
            field="reason",
            next_step=_l("For example, that additional documents must be examined."),
        )
    if clock.helsinki_date(now) > application.decision_due_on:
        raise RuleBroken(
            _l("The time to decide has passed, so it cannot be extended."),
            rule="R24",
            next_step=_l("Decide without delay."),
        )
    before = application.decision_due_on
    application.decision_due_on = rules.extended_due(before)
    application.extended_at, application.extension_reason = now, reason.strip()
    audit.record(
        EXTENDED,
        subject=application,
        actor=by,
        at=now,
        before=before,
        after=application.decision_due_on,
        reason=application.extension_reason,
    )


@transaction
def check_requirement(
    application: Application, requirement: Requirement, result: CheckResult, note: str, *, by: Mandate
) -> ApplicationCheck:
    """Write down the finding on one requirement; a requirement that is not met needs its reason (R26, R70)."""
    lock(application)
    now = clock.now()
    refuse_own_matter(application.supplier_id, by)
    if application.state is not ApplicationState.RECEIVED:
        raise WrongState(_l("The application is not being checked."), rule="application-state")
    if requirement.category_id != application.category_id:
        raise RuleBroken(_l("The requirement belongs to another category."), rule="R11", field="requirement")
    if result is CheckResult.NOT_MET and not note.strip():
        raise RuleBroken(
            _l("Write why the requirement is not met."),
            rule="R70",
            field="note",
            next_step=_l("Say what was looked at and what is missing."),
        )
    found = next((check for check in application.checks if check.requirement_id == requirement.id), None)
    before = found.result if found else None
    if found is None:
        found = ApplicationCheck(application=application, requirement=requirement)
        db.session.add(found)
    found.result, found.note, found.checked_by, found.checked_at = result, note.strip(), by.person_id, now
    db.session.flush()
    audit.record(
        CHECKED, subject=application, actor=by, at=now, requirement=requirement.id, before=before, after=result
    )
    return found


@transaction
def record_findings(application: Application, findings: dict[str, tuple[CheckResult, str]], *, by: Mandate) -> None:
    """Write down the findings on several requirements, by requirement id; unchanged ones are left alone."""
    known = {check.requirement_id: (check.result, check.note) for check in application.checks}
    for requirement in application.category.requirements:
        finding = findings.get(str(requirement.id))
        if finding is not None and known.get(requirement.id) != finding:
            check_requirement(application, requirement, *finding, by=by)


@transaction
def propose(application: Application, summary: str, *, by: Mandate) -> Decision:
    """Propose a decision: admission when every requirement is met, refusal when one is not; nothing else (R26)."""
    lock(application)
    now = clock.now()
    refuse_own_matter(application.supplier_id, by)
    if application.state is not ApplicationState.RECEIVED:
        raise WrongState(_l("A decision has been proposed or made already."), rule="application-state")
    if missing := rules.unchecked(application.category.requirements, application.checks):
        raise RuleBroken(
            _l("A requirement has not been checked: %(requirement)s", requirement=localized(missing[0], "text")),
            rule="R26",
            field=missing[0].code,
            next_step=_l("Check every requirement first."),
        )
    decision = decisions.prepare(proposals.details(application, summary), by=by)
    before = application.state
    application.decision = decision
    move(application, APPLICATION_TRANSITIONS, "propose")
    audit.record(
        PROPOSED,
        subject=application,
        actor=by,
        at=now,
        before=before,
        after=application.state,
        decision=decision.id,
        kind=decision.kind,
    )
    return decision
