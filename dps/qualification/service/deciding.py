"""What a signed or returned decision does to its application, in the same transaction."""

from __future__ import annotations

from core import audit, signals
from core.db import db, lock
from core.errors import RuleBroken
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.states import move
from dps.decisions.models import DecisionKind
from dps.decisions.signals import DecisionReturned, DecisionSigned
from dps.qualification import queries
from dps.qualification.models import (
    APPLICATION_TRANSITIONS,
    Application,
    Qualification,
)
from dps.qualification.signals import Admitted
from suppliers.rights import refuse_own_matter

PROPOSAL_RETURNED = audit.declare("application.proposal_returned", "before", "after", "decision")
ADMITTED = audit.declare("application.admitted", "before", "after", "decision", "qualification")
REFUSED = audit.declare("application.refused", "before", "after", "decision")


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
    # A correction of an earlier refusal may have admitted the supplier meanwhile (R77): that admission stays.
    held = queries.qualification_in_force(application.supplier_id, application.category_id)
    qualification = held or Qualification(
        supplier=application.supplier,
        category=application.category,
        application_id=application.id,
        decision_id=signal.decision_id,
        admitted_at=signal.at,
    )
    if held is None:
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
    if held is None:
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
