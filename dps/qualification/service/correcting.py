"""What a correcting decision does: it may turn an application's outcome round (R77)."""

from __future__ import annotations

from core import audit, signals
from core.db import db, lock
from core.states import move
from dps.decisions import queries as decisions
from dps.decisions.models import DecisionKind
from dps.decisions.signals import DecisionSigned
from dps.qualification import admissions, queries
from dps.qualification.models import (
    APPLICATION_TRANSITIONS,
    QUALIFICATION_TRANSITIONS,
    Application,
    Qualification,
)
from dps.qualification.service.standing import ENDED
from dps.qualification.signals import AdmissionEnded, Admitted
from suppliers.rights import refuse_own_matter

CORRECTED = audit.declare("application.corrected", "before", "after", "decision", "corrects")
TURNED = {
    True: audit.declare("application.corrected_to_admitted", "before", "after", "decision", "corrects"),
    False: audit.declare("application.corrected_to_refused", "before", "after", "decision", "corrects"),
}


def on_correction_signed(signal: DecisionSigned) -> None:
    """Admit who was refused by mistake, or end an admission given by mistake, in the signature's transaction."""
    decision = decisions.decision(signal.decision_id)
    if decision is None or decision.corrects_id is None:
        return
    application = queries.application_of_decision(decision.corrects_id)
    if application is None:
        return
    refuse_own_matter(application.supplier_id, signal.by)
    lock(application)
    before = application.state
    turned = decision.kind is not decisions.decision(decision.corrects_id).kind  # type: ignore[union-attr]
    admits = decision.kind is DecisionKind.ADMISSION
    if turned:
        move(application, APPLICATION_TRANSITIONS, "correct_to_admitted" if admits else "correct_to_refused")
    application.decision_id = decision.id
    audit.record(
        TURNED[admits] if turned else CORRECTED,
        subject=application,
        actor=signal.by,
        at=signal.at,
        before=before,
        after=application.state,
        decision=decision.id,
        corrects=decision.corrects_id,
    )
    if turned:
        (_admit if admits else _end)(application, signal)


def _admit(application: Application, signal: DecisionSigned) -> None:
    if admissions.qualification_in_force(application.supplier_id, application.category_id) is not None:
        return  # a later application was admitted meanwhile
    qualification = Qualification(
        supplier=application.supplier,
        category=application.category,
        application_id=application.id,
        decision_id=signal.decision_id,
        admitted_at=signal.at,
    )
    db.session.add(qualification)
    db.session.flush()
    signals.send(Admitted(qualification.id, signal.at, signal.by))


def _end(application: Application, signal: DecisionSigned) -> None:
    qualification = admissions.qualification_in_force(application.supplier_id, application.category_id)
    if qualification is None or qualification.application_id != application.id:
        return
    lock(qualification)
    before = qualification.state
    move(qualification, QUALIFICATION_TRANSITIONS, "end")
    qualification.ended_at, qualification.end_decision_id = signal.at, signal.decision_id
    audit.record(
        ENDED,
        subject=qualification,
        actor=signal.by,
        at=signal.at,
        before=before,
        after=qualification.state,
        decision=signal.decision_id,
    )
    db.session.flush()
    signals.send(AdmissionEnded(qualification.id, signal.at, signal.by))
