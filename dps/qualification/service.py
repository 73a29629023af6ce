"""The verbs of applications: send, withdraw, extend, check, propose; and what a signed decision does."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from core import audit, clock, signals
from core.db import db, lock, transaction
from core.errors import NotAllowed, RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.i18n import localized
from core.identity.mandates import Mandate
from core.states import move
from dps.decisions import service as decisions
from dps.decisions.models import Decision, DecisionKind
from dps.decisions.signals import DecisionReturned, DecisionSigned
from dps.qualification import proposals, queries, rules
from dps.qualification.models import (
    APPLICATION_TRANSITIONS,
    Application,
    ApplicationCheck,
    ApplicationState,
    CheckResult,
    Qualification,
)
from dps.qualification.signals import Admitted
from dps.systems.models import Category, Requirement, SystemState
from dps.systems.signals import SystemReopened
from suppliers import queries as suppliers
from suppliers.models import Declaration
from suppliers.rights import refuse_own_matter

SENT = audit.declare("application.sent", "category", "supplier", "declaration", "decision_due_on")
WITHDRAWN = audit.declare("application.withdrawn", "before", "after")
EXTENDED = audit.declare("application.extended", "before", "after", "reason")
TIME_STARTED = audit.declare("application.time_started", "decision_due_on")
CHECKED = audit.declare("application.checked", "requirement", "before", "after")
PROPOSED = audit.declare("application.proposed", "before", "after", "decision", "kind")
PROPOSAL_RETURNED = audit.declare("application.proposal_returned", "before", "after", "decision")
ADMITTED = audit.declare("application.admitted", "before", "after", "decision", "qualification")
REFUSED = audit.declare("application.refused", "before", "after", "decision")


def _check_can_apply(category: Category, supplier_id: uuid.UUID, today: date, by: Mandate) -> None:
    if by.supplier_id != supplier_id:
        raise NotAllowed(_l("You can send an application only for the provider you act for."), rule="I4")
    is_over = today > category.system.ends_on
    if is_over or category.system.state not in (SystemState.OPEN, SystemState.CLOSED):
        raise WrongState(
            _l("The purchasing system does not take applications."),
            rule="R10",
            next_step=_l("Look for a system that is open."),
        )
    if not suppliers.is_verified_to_act(by.person_id, supplier_id):
        raise RuleBroken(
            _l("Your right to act for the provider has not been verified yet."),
            rule="acting-right",
            next_step=_l("The city verifies it before the first application. You get a message."),
        )
    if queries.qualification_in_force(supplier_id, category.id) is not None:
        raise WrongState(
            _l("The provider is admitted to this category already."),
            rule="R11",
            next_step=_l("Sign the contract and add your services."),
        )
    if queries.live_application(supplier_id, category.id) is not None:
        raise WrongState(
            _l("An application to this category is being processed already."),
            rule="one-live-application",
            next_step=_l("Wait for the decision, or withdraw the application first."),
        )


def _check_declaration(declaration: Declaration, supplier_id: uuid.UUID) -> None:
    if declaration.supplier_id != supplier_id:
        raise NotAllowed(_l("The self-declaration belongs to another provider."), rule="I4")
    if declaration.confirmed_at is None:
        raise RuleBroken(
            _l("The self-declaration has not been confirmed."),
            rule="R66",
            field="declaration",
            next_step=_l("Fill in and confirm the self-declaration first."),
        )


def _kept_answers(category: Category, answers: dict[str, str]) -> dict[str, Any]:
    """The answers to this category's requirements, all of them given and none too long."""
    if missing := rules.unanswered(category.requirements, answers):
        raise RuleBroken(
            _l("An answer is missing: %(requirement)s", requirement=localized(missing[0], "text")),
            rule="R11",
            field=missing[0].code,
            next_step=_l("Describe how you meet the requirement."),
        )
    known = {requirement.code for requirement in category.requirements}
    kept = {code: text.strip() for code, text in answers.items() if code in known}
    if too_long := next((code for code, text in kept.items() if len(text) > rules.ANSWER_LENGTH), None):
        raise RuleBroken(
            _l("The answer is too long: at most %(count)s characters.", count=rules.ANSWER_LENGTH),
            rule="R11",
            field=too_long,
        )
    return kept


@transaction
def send_application(
    category: Category, supplier_id: uuid.UUID, declaration: Declaration, answers: dict[str, str], *, by: Mandate
) -> Application:
    """Send a request to participate, at any hour (R10, R22); while the system is closed it is queued (R19).

    The supplier's row is locked meanwhile, so that two sent at once cannot both be received. Who was
    refused may send a new one at any time (R30).

    :raises WrongState: not open, admitted already, or a live application exists
    :raises RuleBroken: acting right, declaration or an answer is missing
    """
    supplier = suppliers.supplier(supplier_id)
    if supplier is None:
        raise NotAllowed(_l("You can send an application only for the provider you act for."), rule="I4")
    lock(supplier)
    db.session.refresh(category.system, with_for_update={"read": True, "of": type(category.system)})
    now = clock.now()
    _check_can_apply(category, supplier_id, clock.helsinki_date(now), by)
    _check_declaration(declaration, supplier_id)
    application = Application(
        supplier=supplier,
        category=category,
        declaration=declaration,
        answers=_kept_answers(category, answers),
        sent_by=by.person_id,
        received_at=now,
        decision_due_on=rules.decision_due(now) if category.system.state is SystemState.OPEN else None,
    )
    db.session.add(application)
    db.session.flush()
    audit.record(
        SENT,
        subject=application,
        actor=by,
        at=now,
        category=category.id,
        supplier=supplier_id,
        declaration=declaration.id,
        decision_due_on=application.decision_due_on,
    )
    return application


@transaction
def withdraw_application(application: Application, *, by: Mandate) -> None:
    """Take the application back; a decision prepared about it lapses.

    The decision is locked first, as its signing does.
    """
    if application.state is ApplicationState.PROPOSED and application.decision is not None:
        lock(application.decision)
    lock(application)
    now = clock.now()
    if by.supplier_id != application.supplier_id:
        raise NotAllowed(_l("Only the provider withdraws its application."), rule="I4")
    before, was_proposed = application.state, application.state is ApplicationState.PROPOSED
    move(application, APPLICATION_TRANSITIONS, "withdraw")
    application.withdrawn_at = now
    if was_proposed and application.decision is not None:
        decisions.drop(application.decision, str(_l("The application was withdrawn.")), by=by)
    audit.record(WITHDRAWN, subject=application, actor=by, at=now, before=before, after=application.state)


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


def on_decision_signed(signal: DecisionSigned) -> None:
    """Admit or refuse in the transaction of the signature."""
    application = queries.application_of_decision(signal.decision_id)
    if application is None:
        return
    refuse_own_matter(application.supplier_id, signal.by)
    lock(application)
    _refuse_own_findings(application, signal.by)
    assert application.decision is not None
    if application.decision.kind is DecisionKind.ADMISSION:
        _admit(application, signal)
    else:
        _refuse(application, signal)


def _refuse_own_findings(application: Application, by: Mandate) -> None:
    """Who checked the application does not decide it, whoever sent the proposal on."""
    if any(check.checked_by == by.person_id for check in application.checks):
        raise RuleBroken(
            _l("The one who checked the application cannot sign its decision."),
            rule="four-eyes",
            next_step=_l("Ask another decision maker."),
        )


def _admit(application: Application, signal: DecisionSigned) -> None:
    before = application.state
    move(application, APPLICATION_TRANSITIONS, "admit")
    application.decided_at = signal.at
    qualification = Qualification(
        supplier=application.supplier,
        category=application.category,
        application_id=application.id,
        decision_id=signal.decision_id,
        admitted_at=signal.at,
    )
    db.session.add(qualification)
    db.session.flush()
    audit.record(
        ADMITTED,
        subject=application,
        actor=signal.by,
        at=signal.at,
        before=before,
        after=application.state,
        decision=signal.decision_id,
        qualification=qualification.id,
    )
    signals.send(Admitted(qualification.id, signal.at, signal.by))


def _refuse(application: Application, signal: DecisionSigned) -> None:
    before = application.state
    move(application, APPLICATION_TRANSITIONS, "refuse")
    application.decided_at = signal.at
    audit.record(
        REFUSED,
        subject=application,
        actor=signal.by,
        at=signal.at,
        before=before,
        after=application.state,
        decision=signal.decision_id,
    )


def on_decision_returned(signal: DecisionReturned) -> None:
    """The application goes back to the preparer's desk."""
    application = queries.application_of_decision(signal.decision_id)
    if application is None:
        return
    lock(application)
    before = application.state
    move(application, APPLICATION_TRANSITIONS, "return")
    audit.record(
        PROPOSAL_RETURNED,
        subject=application,
        actor=signal.by,
        at=signal.at,
        before=before,
        after=application.state,
        decision=signal.decision_id,
    )


def on_system_reopened(signal: SystemReopened) -> None:
    """The time of what arrived while the system was closed starts now (R23)."""
    for application in queries.queued_applications(signal.system_id):
        lock(application)
        application.decision_due_on = rules.decision_due(signal.at)
        audit.record(
            TIME_STARTED,
            subject=application,
            actor=signal.by,
            at=signal.at,
            decision_due_on=application.decision_due_on,
        )
