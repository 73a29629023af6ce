"""An official's verbs on an application: extend the time, write down findings, propose a decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from core import audit, clock
from core.db import db, lock, new_id, transaction
from core.errors import RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.states import move
from dps.decisions import service as decisions
from dps.decisions.models import Decision
from dps.qualification import grounds, proposals, rules
from dps.qualification.grounds import GroundFinding
from dps.qualification.models import (
    APPLICATION_TRANSITIONS,
    Application,
    ApplicationCheck,
    ApplicationParty,
    ApplicationState,
    CheckResult,
    ClarificationKind,
    SanctionEvent,
)
from dps.systems.models import Requirement, RequirementKind
from suppliers.rights import refuse_own_matter

EXTENDED = audit.declare("application.extended", "before", "after", "reason")
CHECKED = audit.declare("application.checked", "requirement", "party", "before", "after")
PROPOSED = audit.declare("application.proposed", "before", "after", "decision", "kind")


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What was found on one requirement; ``ground`` when an exclusion ground applies, whatever follows from it."""

    result: CheckResult
    note: str = ""
    ground: GroundFinding | None = None


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


def _check_place(application: Application, requirement: Requirement, party: ApplicationParty | None) -> None:
    if requirement.category_id != application.category_id:
        raise RuleBroken(_l("The requirement belongs to another category."), rule="R11", field="requirement")
    if party is None:
        return
    if party not in application.present_parties or requirement.kind is not RequirementKind.EXCLUSION:
        raise RuleBroken(
            _l("Of an operator of the application only the grounds for exclusion are checked."),
            rule="R31",
            field="party",
        )


def _check_note(finding: Finding) -> None:
    if finding.result is CheckResult.MET or finding.note.strip():
        return
    if finding.result is CheckResult.ASK:
        raise RuleBroken(_l("Write what has to be asked."), rule="R29", field="note")
    raise RuleBroken(
        _l("Write why the requirement is not met."),
        rule="R70",
        field="note",
        next_step=_l("Say what was looked at and what is missing."),
    )


@transaction
def check_requirement(
    application: Application,
    requirement: Requirement,
    result: CheckResult,
    note: str,
    ground: GroundFinding | None = None,
    *,
    party: ApplicationParty | None = None,
    by: Mandate,
) -> ApplicationCheck:
    """Write down the finding on one requirement, of the applicant or a party (R26, R31, R70).

    An exclusion ground that applies says when it happened and how it is weighed (R61-R65); without such a
    finding of a person nothing ever excludes.
    """
    lock(application)
    now = clock.now()
    refuse_own_matter(application.supplier_id, by)
    if application.state is not ApplicationState.RECEIVED:
        raise WrongState(_l("The application is not being checked."), rule="application-state")
    finding = Finding(result=result, note=note, ground=ground)
    _check_place(application, requirement, party)
    _check_note(finding)
    is_ground = requirement.kind is RequirementKind.EXCLUSION and result is not CheckResult.ASK
    if is_ground and (result is CheckResult.NOT_MET or ground is not None):
        grounds.check(requirement.code, result, ground or GroundFinding(), clock.helsinki_date(now))
    elif ground is not None:
        raise RuleBroken(
            _l("Only an exclusion ground that applies has a day and an assessment."), rule="R61", field="event_on"
        )
    row = _row_of(application, requirement, party)
    before = row.result if row.id else None
    row.id = row.id or new_id()
    row.result, row.note, row.checked_by, row.checked_at = result, note.strip(), by.person_id, now
    _write_ground(row, ground, now, by)
    db.session.flush()
    audit.record(
        CHECKED,
        subject=application,
        actor=by,
        at=now,
        requirement=requirement.id,
        party=party.id if party else None,
        before=before,
        after=result,
    )
    return row


def _row_of(application: Application, requirement: Requirement, party: ApplicationParty | None) -> ApplicationCheck:
    wanted = (requirement.id, party.id if party else None)
    for check in application.checks:
        if (check.requirement_id, check.party_id) == wanted:
            return check
    row = ApplicationCheck(requirement=requirement, party=party)
    application.checks.append(row)
    row.requirement_id, row.party_id = wanted
    return row


def _write_ground(row: ApplicationCheck, ground: GroundFinding | None, now: datetime, by: Mandate) -> None:
    found = ground or GroundFinding()
    row.ground_applies, row.event_on = ground is not None, found.event_on
    row.assessment = found.assessment.strip()
    row.self_cleaning, row.self_cleaning_note = found.self_cleaning, found.self_cleaning_note.strip()
    row.sanction = None
    if found.sanction_kind is not None and found.event_on is not None:
        row.sanction = SanctionEvent(
            id=new_id(),
            application_id=row.application.id,
            kind=found.sanction_kind,
            happened_on=found.event_on,
            contract_reference=found.contract_reference.strip(),
            recorded_by=by.person_id,
            recorded_at=now,
        )


@transaction
def record_findings(application: Application, findings: Mapping[str, Finding], *, by: Mandate) -> None:
    """Write down several findings, by the key of their slot (``rules.Slot.key``); unchanged ones are left alone."""
    for slot in rules.slots(application):
        finding = findings.get(slot.key)
        if finding is None or (slot.check is not None and finding_of(slot.check) == finding):
            continue
        try:
            check_requirement(
                application,
                slot.requirement,
                finding.result,
                finding.note,
                finding.ground,
                party=slot.party,
                by=by,
            )
        except RuleBroken as error:
            error.field = f"{error.field}-{slot.key}"
            raise


def finding_of(check: ApplicationCheck) -> Finding:
    """A stored finding as it was given."""
    ground = None
    if check.ground_applies:
        ground = GroundFinding(
            event_on=check.event_on,
            assessment=check.assessment,
            sanction_kind=check.sanction.kind if check.sanction else None,
            contract_reference=check.sanction.contract_reference if check.sanction else "",
            self_cleaning=check.self_cleaning,
            self_cleaning_note=check.self_cleaning_note,
        )
    return Finding(result=check.result, note=check.note, ground=ground)


def _check_heard(check: ApplicationCheck, now: datetime) -> None:
    """Nobody is excluded unheard: a hearing on the ground was answered or has lapsed, the answer is assessed (R65)."""
    heard = rules.closed_clarification(check, ClarificationKind.SELF_CLEANING_HEARING, now)
    if heard is None:
        raise RuleBroken(
            _l(
                "The provider has not been heard about the ground: %(ground)s",
                ground=rules.requirement_words(check.requirement),
            ),
            rule="R65",
            field="summary",
            next_step=_l("Open a hearing. The proposal is possible when it is answered or its time has ended."),
        )
    if heard.answered_at is not None and (check.self_cleaning is None or check.checked_at < heard.answered_at):
        raise RuleBroken(
            _l("The answer to the hearing has not been assessed."),
            rule="R65",
            field="summary",
            next_step=_l("Write whether the corrective measures are sufficient, and why."),
        )


def _check_ways_on(application: Application, now: datetime) -> None:
    """Before a refusal: questions are closed (R29), grounds heard (R65), a replacement asked for (R68)."""
    if any(each.is_open(now) for each in application.clarifications):
        raise RuleBroken(
            _l("A question to the provider is still open."),
            rule="R29",
            field="summary",
            next_step=_l("Wait for the answer, or until its time has ended."),
        )
    for check in rules.failed(application):
        if rules.must_be_replaced(check):
            if rules.closed_clarification(check, ClarificationKind.REPLACE_SUBCONTRACTOR, now) is None:
                assert check.party is not None
                raise RuleBroken(
                    _l("A mandatory ground applies to %(name)s, which must be replaced.", name=check.party.name),
                    rule="R68",
                    field="summary",
                    next_step=_l("Ask the provider to replace it."),
                )
        elif check.requirement.kind is RequirementKind.EXCLUSION:
            _check_heard(check, now)


@transaction
def propose(application: Application, summary: str, *, by: Mandate) -> Decision:
    """Propose a decision: admission when every requirement is met, refusal when one is not; nothing else (R26)."""
    lock(application)
    now = clock.now()
    refuse_own_matter(application.supplier_id, by)
    if application.state is not ApplicationState.RECEIVED:
        raise WrongState(_l("A decision has been proposed or made already."), rule="application-state")
    if missing := rules.unchecked(application):
        raise RuleBroken(
            _l("A requirement has not been checked: %(requirement)s", requirement=missing[0].words),
            rule="R26",
            field=missing[0].requirement.code,
            next_step=_l("Check every requirement first."),
        )
    if rules.failed(application):
        _check_ways_on(application, now)
    decision = decisions.prepare(proposals.details(application, summary), by=by, continues=application.decision)
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
