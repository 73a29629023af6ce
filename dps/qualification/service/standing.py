"""Matters of an admission: opened, the supplier heard, decided; nothing changes an admission but a decision (R34)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from core import audit, clock, signals
from core.db import db, lock, transaction
from core.errors import NotAllowed, RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.states import move
from core.web.formatting import date_long
from dps.decisions import service as decisions
from dps.decisions.models import Decision
from dps.decisions.signals import DecisionReturned, DecisionSigned
from dps.qualification import admissions, grounds, matters
from dps.qualification.grounds import GroundFinding
from dps.qualification.models import (
    HEARD_FIRST,
    MATTER_TRANSITIONS,
    QUALIFICATION_TRANSITIONS,
    AdmissionMatter,
    CheckResult,
    MatterKind,
    MatterState,
    Qualification,
    QualificationState,
    SanctionKind,
)
from dps.qualification.service.renewing import tell
from dps.qualification.signals import AdmissionEnded, AdmissionLifted, AdmissionSuspended, Admitted
from dps.systems.models import LegalMode, Requirement, RequirementKind
from suppliers import queries as suppliers
from suppliers.rights import refuse_own_matter

OPENED = audit.declare("admission_matter.opened", "qualification", "kind", "due_at")
HEARING = audit.declare("admission_matter.hearing_begun", "before", "after")
HEARD = audit.declare("admission_matter.heard", "before", "after")
DROPPED = audit.declare("admission_matter.dropped", "before", "after", "reason")
PROPOSED = audit.declare("admission_matter.proposed", "before", "after", "decision")
RETURNED = audit.declare("admission_matter.returned", "before", "after", "decision")
DECIDED = audit.declare("admission_matter.decided", "before", "after", "decision")
SUSPENDED = audit.declare("qualification.suspended", "before", "after", "decision")
LIFTED = audit.declare("qualification.lifted", "before", "after", "decision")
ENDED = audit.declare("qualification.ended", "before", "after", "decision")
CONTINUED = audit.declare("qualification.continued", "from_qualification", "decision")

#: What the supplier itself may ask for.
OWN_REQUESTS = frozenset({MatterKind.SUSPENSION_REQUESTED, MatterKind.LIFTING, MatterKind.WITHDRAWAL})


@dataclass(frozen=True, kw_only=True)
class RemovalGround:
    """Why a supplier may have to be removed: the requirement, and of an exclusion ground when and what (R61, R62)."""

    requirement: Requirement
    event_on: date | None = None
    sanction_kind: SanctionKind | None = None
    contract_reference: str = ""


def _check_pause(qualification: Qualification) -> None:
    """A pause only ever stops new orders; in a strict system there are none to stop, and all are invited (R34)."""
    if qualification.category.legal_mode is LegalMode.DPS_STRICT:
        raise RuleBroken(
            _l("In a dynamic purchasing system of the Procurement Act every admitted provider is invited to tender."),
            rule="R34",
            next_step=_l("Leaving a provider out needs a decision to remove it."),
        )
    if qualification.state is not QualificationState.IN_FORCE:
        raise WrongState(_l("New orders are paused already."), rule="R34")


def _check_open(qualification: Qualification) -> None:
    if qualification.state is QualificationState.ENDED:
        raise WrongState(_l("The admission has ended."), rule="R34", next_step=_l("The provider may apply again."))
    if admissions.open_matter(qualification.id) is not None:
        raise WrongState(
            _l("A matter of this admission is being handled already."),
            rule="R34",
            next_step=_l("Finish it first."),
        )


def _open(qualification: Qualification, kind: MatterKind, reason: str, by: Mandate, **values: Any) -> AdmissionMatter:
    if not reason.strip():
        raise RuleBroken(_l("Write the reason."), rule="R70", field="reason")
    now = clock.now()
    matter = AdmissionMatter(
        qualification=qualification,
        kind=kind,
        state=MatterState.READY,
        reason=reason.strip(),
        opened_by=by.person_id,
        opened_at=now,
        **values,
    )
    db.session.add(matter)
    db.session.flush()
    audit.record(
        OPENED, subject=matter, actor=by, at=now, qualification=qualification.id, kind=kind, due_at=matter.due_at
    )
    if kind in HEARD_FIRST:
        before = matter.state
        move(matter, MATTER_TRANSITIONS, "hear")
        audit.record(HEARING, subject=matter, actor=by, at=now, before=before, after=matter.state)
    return matter


@transaction
def request_matter(qualification: Qualification, kind: MatterKind, reason: str, *, by: Mandate) -> AdmissionMatter:
    """The supplier asks to pause new orders, to end the pause, or to leave.

    :raises RuleBroken: nothing to pause in a strict system (R34), no verified right to act, or no reason
    """
    lock(qualification)
    if by.supplier_id != qualification.supplier_id or kind not in OWN_REQUESTS:
        raise NotAllowed(_l("Only the provider asks this for itself."), rule="I4")
    if not suppliers.is_verified_to_act(by.person_id, qualification.supplier_id):
        raise RuleBroken(_l("Your right to act for the provider has not been verified yet."), rule="acting-right")
    _check_open(qualification)
    if kind is MatterKind.SUSPENSION_REQUESTED:
        _check_pause(qualification)
    if kind is MatterKind.LIFTING:
        _check_paused(qualification)
    return _open(qualification, kind, reason, by)


def _check_paused(qualification: Qualification) -> None:
    if qualification.state is not QualificationState.SUSPENDED:
        raise WrongState(_l("New orders are not paused."), rule="R34")


@transaction
def open_lifting(qualification: Qualification, reason: str, *, by: Mandate) -> AdmissionMatter:
    """An official prepares to end the pause, since its ground is gone."""
    lock(qualification)
    refuse_own_matter(qualification.supplier_id, by)
    _check_open(qualification)
    _check_paused(qualification)
    return _open(qualification, MatterKind.LIFTING, reason, by)


@transaction
def open_suspension(
    qualification: Qualification, term: str, reason: str, due_on: date, *, by: Mandate
) -> AdmissionMatter:
    """Hear the supplier about pausing its new orders by a published contract term.

    :raises RuleBroken: the term is not in the published terms, the time is too short, or the system is strict
    """
    lock(qualification)
    refuse_own_matter(qualification.supplier_id, by)
    _check_open(qualification)
    _check_pause(qualification)
    if not matters.is_published_term(qualification.category, term):
        raise RuleBroken(
            _l("These words are not in the published terms of the category."),
            rule="R34",
            field="term",
            next_step=_l("Copy the term from the published terms, word for word."),
        )
    due_at = _hearing_until(due_on)
    matter = _open(qualification, MatterKind.SUSPENSION_BY_TERM, reason, by, term=term.strip(), due_at=due_at)
    _tell_heard(matter, due_on)
    return matter


@transaction
def open_removal(
    qualification: Qualification, ground: RemovalGround, reason: str, due_on: date, *, by: Mandate
) -> AdmissionMatter:
    """Hear the supplier about its removal: a requirement is no longer met, or a ground applies (R34, R61, R62, R65).

    :raises RuleBroken: the ground lacks what the law asks of it, or the time to answer is too short
    """
    lock(qualification)
    refuse_own_matter(qualification.supplier_id, by)
    _check_open(qualification)
    requirement = ground.requirement
    if requirement.category_id != qualification.category_id:
        raise RuleBroken(_l("The requirement belongs to another category."), rule="R34", field="requirement")
    if requirement.kind is RequirementKind.EXCLUSION:
        finding = GroundFinding(
            event_on=ground.event_on,
            assessment=reason,
            sanction_kind=ground.sanction_kind,
            contract_reference=ground.contract_reference,
        )
        grounds.check(requirement.code, CheckResult.NOT_MET, finding, clock.helsinki_date(clock.now()))
    due_at = _hearing_until(due_on)
    matter = _open(
        qualification,
        MatterKind.REMOVAL,
        reason,
        by,
        requirement_id=requirement.id,
        event_on=ground.event_on,
        sanction_kind=ground.sanction_kind,
        contract_reference=ground.contract_reference.strip() or None,
        due_at=due_at,
    )
    _tell_heard(matter, due_on)
    return matter


@transaction
def open_operator_change(
    qualification: Qualification, registration_number: str, reason: str, *, by: Mandate
) -> AdmissionMatter:
    """A merger or a new business id: the operator that continues must be registered and have declared itself.

    :raises RuleBroken: no such operator, or its declaration is missing or names a ground
    """
    lock(qualification)
    refuse_own_matter(qualification.supplier_id, by)
    _check_open(qualification)
    successor = suppliers.supplier_by_registration(registration_number)
    if successor is None or successor.id == qualification.supplier_id:
        raise RuleBroken(
            _l("No other provider has registered with this number."),
            rule="R34",
            field="registration_number",
            next_step=_l("Ask the operator to register and make its self-declaration first."),
        )
    declaration = suppliers.confirmed_declaration(successor.id)
    answers = declaration.answers.get("exclusion", {}) if declaration else {}
    asked = [each.code for each in qualification.category.requirements if each.kind is RequirementKind.EXCLUSION]
    if declaration is None or any(answers.get(code, {}).get("applies", True) for code in asked):
        raise RuleBroken(
            _l("The operator has not declared that no exclusion ground applies to it."),
            rule="R61",
            field="registration_number",
            next_step=_l("It must make its self-declaration, or apply itself."),
        )
    if admissions.qualification_in_force(successor.id, qualification.category_id) is not None:
        raise WrongState(_l("The operator is admitted to this category already."), rule="R34")
    return _open(qualification, MatterKind.OPERATOR_CHANGE, reason, by, new_supplier_id=successor.id)


def _hearing_until(due_on: date) -> Any:
    """The end of the day until which the supplier is heard (HallL 34 §)."""
    earliest = matters.earliest_hearing(clock.helsinki_date(clock.now()))
    if due_on < earliest:
        raise RuleBroken(
            _l("The time to answer is too short: at least until the end of %(day)s.", day=date_long(earliest)),
            rule="R65",
            field="due_on",
            next_step=_l("Choose that day or a later one."),
        )
    return clock.end_of_day(due_on)


def _tell_heard(matter: AdmissionMatter, due_on: date) -> None:
    qualification = matter.qualification
    tell(qualification.supplier, "admission_hearing", qualification, matter.opened_at, matter=matter, due_on=due_on)


@transaction
def answer_hearing(matter: AdmissionMatter, statement: str, *, by: Mandate) -> None:
    """The supplier is heard: its own account, and the measures it has taken (R65).

    :raises WrongState: the time to answer has ended
    """
    lock(matter)
    now = clock.now()
    if by.supplier_id != matter.supplier_id:
        raise NotAllowed(_l("Only the provider answers for itself."), rule="I4")
    if not statement.strip():
        raise RuleBroken(_l("Write your answer."), rule="R65", field="statement")
    if matter.due_at is None or now >= matter.due_at:
        raise WrongState(_l("The time to answer has ended."), rule="R65")
    before = matter.state
    move(matter, MATTER_TRANSITIONS, "answer")
    matter.statement, matter.answered_by, matter.answered_at = statement.strip(), by.person_id, now
    audit.record(HEARD, subject=matter, actor=by, at=now, before=before, after=matter.state)


@transaction
def propose_matter(matter: AdmissionMatter, summary: str, *, by: Mandate) -> Decision:
    """Lay the decision before the decision maker; a supplier that must be heard was, or had its time (R34, R65)."""
    lock(matter)
    now = clock.now()
    refuse_own_matter(matter.supplier_id, by)
    if matter.state is MatterState.HEARING and matter.due_at is not None and now < matter.due_at:
        raise WrongState(
            _l("The provider still has time to answer."),
            rule="R65",
            next_step=_l("Wait for the answer or until the time has ended."),
        )
    if matter.state not in (MatterState.HEARING, MatterState.READY):
        raise WrongState(_l("A decision has been proposed or made already."), rule="admission_matter-state")
    before = matter.state
    decision = decisions.prepare(matters.details(matter, summary), by=by, continues=matter.decision)
    move(matter, MATTER_TRANSITIONS, "propose")
    matter.decision = decision
    audit.record(PROPOSED, subject=matter, actor=by, at=now, before=before, after=matter.state, decision=decision.id)
    return decision


@transaction
def drop_matter(matter: AdmissionMatter, reason: str, *, by: Mandate) -> None:
    """Let the matter rest: what the supplier said or showed is enough, or it takes its request back."""
    lock(matter)
    now = clock.now()
    is_own = by.supplier_id == matter.supplier_id
    if is_own and matter.kind not in OWN_REQUESTS:
        raise NotAllowed(_l("Only the city drops a matter that it has opened."), rule="I4")
    if not is_own:
        refuse_own_matter(matter.supplier_id, by)
    if not reason.strip():
        raise RuleBroken(_l("Write the reason."), rule="R70", field="reason")
    before = matter.state
    move(matter, MATTER_TRANSITIONS, "drop")
    matter.closed_at = now
    audit.record(DROPPED, subject=matter, actor=by, at=now, before=before, after=matter.state, reason=reason.strip())
    if not is_own:
        qualification = matter.qualification
        tell(qualification.supplier, "admission_matter_dropped", qualification, now, matter=matter, reason=reason)


def on_matter_signed(signal: DecisionSigned) -> None:
    """What the decision says happens to the admission, in the transaction of the signature."""
    matter = admissions.matter_of_decision(signal.decision_id)
    if matter is None:
        return
    refuse_own_matter(matter.supplier_id, signal.by)
    lock(matter.qualification)
    lock(matter)
    before = matter.state
    move(matter, MATTER_TRANSITIONS, "decide")
    matter.closed_at = signal.at
    audit.record(
        DECIDED,
        subject=matter,
        actor=signal.by,
        at=signal.at,
        before=before,
        after=matter.state,
        decision=signal.decision_id,
    )
    _EFFECTS[matter.kind](matter, signal)


def on_matter_returned(signal: DecisionReturned) -> None:
    """The matter goes back to the preparer's desk."""
    matter = admissions.matter_of_decision(signal.decision_id)
    if matter is None:
        return
    lock(matter)
    before = matter.state
    move(matter, MATTER_TRANSITIONS, "return")
    audit.record(
        RETURNED,
        subject=matter,
        actor=signal.by,
        at=signal.at,
        before=before,
        after=matter.state,
        decision=signal.decision_id,
    )


def _step(matter: AdmissionMatter, action: str, event: str, signal: DecisionSigned) -> uuid.UUID:
    qualification = matter.qualification
    before = qualification.state
    move(qualification, QUALIFICATION_TRANSITIONS, action)
    if qualification.state is QualificationState.ENDED:
        qualification.ended_at, qualification.end_decision_id = signal.at, signal.decision_id
    audit.record(
        event,
        subject=qualification,
        actor=signal.by,
        at=signal.at,
        before=before,
        after=qualification.state,
        decision=signal.decision_id,
    )
    db.session.flush()
    return qualification.id


def _suspend(matter: AdmissionMatter, signal: DecisionSigned) -> None:
    signals.send(AdmissionSuspended(_step(matter, "suspend", SUSPENDED, signal), signal.at, signal.by))


def _lift(matter: AdmissionMatter, signal: DecisionSigned) -> None:
    signals.send(AdmissionLifted(_step(matter, "lift", LIFTED, signal), signal.at, signal.by))


def _end(matter: AdmissionMatter, signal: DecisionSigned) -> None:
    signals.send(AdmissionEnded(_step(matter, "end", ENDED, signal), signal.at, signal.by))


def _continue(matter: AdmissionMatter, signal: DecisionSigned) -> None:
    """The admission of the operator that continues rests on the same application."""
    _end(matter, signal)
    old, successor = matter.qualification, matter.new_supplier
    assert successor is not None
    new = Qualification(
        supplier=successor,
        category=old.category,
        application_id=old.application_id,
        decision_id=signal.decision_id,
        admitted_at=signal.at,
    )
    db.session.add(new)
    db.session.flush()
    audit.record(
        CONTINUED,
        subject=new,
        actor=signal.by,
        at=signal.at,
        from_qualification=old.id,
        decision=signal.decision_id,
    )
    signals.send(Admitted(new.id, signal.at, signal.by))


_EFFECTS = {
    MatterKind.SUSPENSION_REQUESTED: _suspend,
    MatterKind.SUSPENSION_BY_TERM: _suspend,
    MatterKind.LIFTING: _lift,
    MatterKind.REMOVAL: _end,
    MatterKind.WITHDRAWAL: _end,
    MatterKind.OPERATOR_CHANGE: _continue,
}
