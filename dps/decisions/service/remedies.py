"""Appeals, corrections, requests for reasons: registered, the parties told, closed with an outcome (R73, R75-R78)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from core import audit, clock
from core.db import db, lock, transaction
from core.errors import NotAllowed, RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.i18n import localized, using_language
from core.identity.mandates import Mandate
from core.states import move
from core.web.formatting import date_long
from dps.decisions import letters, parties, queries, rules
from dps.decisions.models import (
    OUTCOMES_OF,
    REMEDY_KIND_TITLES,
    REMEDY_OUTCOME_TITLES,
    REMEDY_TRANSITIONS,
    Decision,
    DecisionState,
    ExplanationRequest,
    Remedy,
    RemedyKind,
    RemedyOutcome,
    RemedyState,
)
from dps.systems.legal_mode import InstructionKind
from suppliers import mailing
from suppliers.rights import refuse_own_matter

REGISTERED = audit.declare("remedy.registered", "decision", "kind", "received_on", "last_day")
COURT_TOLD = audit.declare("remedy.court_told", "on")
CLOSED = audit.declare("remedy.closed", "before", "after", "outcome", "new_decision")
ASKED = audit.declare("explanation.asked", "decision", "due_on")
ANSWERED = audit.declare("explanation.answered", "decision")


@dataclass(frozen=True, kw_only=True)
class RemedyDetails:
    """What was received, from whom, and when; ``claimant`` is empty for the authority's own initiative."""

    kind: RemedyKind
    claims: str
    received_on: date
    claimant: str = ""


def _check(decision: Decision, details: RemedyDetails, today: date) -> None:
    if decision.state is not DecisionState.SIGNED:
        raise WrongState(_l("Only a signed decision can be appealed or corrected."), rule="R77")
    signed_on = clock.helsinki_date(decision.signed_at) if decision.signed_at else today
    if not signed_on <= details.received_on <= today:
        raise RuleBroken(
            _l("The day of receipt lies before the decision or in the future."), rule="R88", field="received_on"
        )
    if not details.claims.strip():
        raise RuleBroken(_l("Write what is demanded and why."), rule="R77", field="claims")
    by_authority = details.kind in (RemedyKind.OWN_CORRECTION, RemedyKind.CLERICAL_ERROR)
    if not by_authority and not details.claimant.strip():
        raise RuleBroken(_l("Write who demands or appeals."), rule="R77", field="claimant")
    is_municipal = decision.instruction_kind is InstructionKind.MUNICIPAL
    if details.kind is RemedyKind.APPEAL and is_municipal:
        raise RuleBroken(
            _l("A small procurement cannot be appealed to the Market Court."),
            rule="R8",
            field="kind",
            next_step=_l("Register a demand for a procurement correction."),
        )
    if details.kind is RemedyKind.CLERICAL_ERROR and not is_municipal:
        raise RuleBroken(
            _l("A procurement decision is corrected as a procurement correction."),
            rule="R78",
            field="kind",
            next_step=_l("Choose the procurement correction on own initiative."),
        )
    if by_authority and today > rules.last_day_of(details.kind, decision):
        raise RuleBroken(
            _l("The time to correct ended on %(day)s.", day=date_long(rules.last_day_of(details.kind, decision))),
            rule="R78" if details.kind is RemedyKind.CLERICAL_ERROR else "R77",
            field="kind",
        )


@transaction
def register_remedy(decision: Decision, details: RemedyDetails, *, by: Mandate) -> Remedy:
    """Register an appeal, a demand or a correction of one's own; the parties are told at once (R77).

    A demand or appeal that came late is registered, too: that it was late is its outcome.

    :raises RuleBroken: the kind does not fit the decision (R8, R78), its time is over (R77, R78), words are missing
    """
    lock(decision)
    now = clock.now()
    today = clock.helsinki_date(now)
    parties.refuse_own_matter(decision, by)
    _check(decision, details, today)
    remedy = Remedy(
        decision=decision,
        kind=details.kind,
        claimant=details.claimant.strip(),
        claims=details.claims.strip(),
        received_on=details.received_on,
        registered_on=today,
        registered_by=by.person_id,
        last_day=rules.last_day_of(details.kind, decision),
    )
    db.session.add(remedy)
    db.session.flush()
    audit.record(
        REGISTERED,
        subject=remedy,
        actor=by,
        at=now,
        decision=decision.id,
        kind=remedy.kind,
        received_on=remedy.received_on,
        last_day=remedy.last_day,
    )
    _tell(decision, "remedy_pending", remedy=remedy, about=REMEDY_KIND_TITLES[remedy.kind])
    return remedy


def _tell(decision: Decision, template: str, only: uuid.UUID | None = None, **context: Any) -> None:
    """Mail every party of a decision, or only one, each in its language."""
    now = clock.now()
    for party in parties.parties_of(decision):
        if only is not None and party.supplier.id != only:
            continue
        with using_language(party.language):
            words = {name: str(value) if name == "about" else value for name, value in context.items()}
            authority = localized(decision.authority, "name")
        mailing.tell(
            party.supplier,
            template,
            at=now,
            about_id=decision.id,
            path=f"/provider/decisions/{decision.id}",
            language=party.language,
            authority=authority,
            matter=letters.matter_of(decision, party.language),
            decision=decision,
            **words,
        )


@transaction
def tell_court(remedy: Remedy, on: date, *, by: Mandate) -> None:
    """Record that the Market Court was told of a correction while it has an appeal (R77)."""
    lock(remedy)
    now = clock.now()
    if not remedy.received_on <= on <= clock.helsinki_date(now):
        raise RuleBroken(_l("The day lies before the correction or in the future."), rule="R77", field="on")
    remedy.court_told_on = on
    audit.record(COURT_TOLD, subject=remedy, actor=by, at=now, on=on)


@transaction
def close_remedy(remedy: Remedy, outcome: RemedyOutcome, note: str, *, by: Mandate) -> None:
    """Record how it ended.

    :raises RuleBroken: the outcome does not belong to the kind, a correction has no signed new decision, a demand
        that came in time is called late, or the Market Court has not been told of the correction (R77)
    """
    lock(remedy.decision)
    lock(remedy)
    now = clock.now()
    parties.refuse_own_matter(remedy.decision, by)
    if outcome not in OUTCOMES_OF[remedy.kind]:
        raise RuleBroken(_l("It cannot end like this."), rule="R77", field="outcome")
    if not note.strip():
        raise RuleBroken(_l("Write the reasons of the outcome."), rule="R70", field="note")
    if outcome is RemedyOutcome.TOO_LATE and not remedy.is_late:
        raise RuleBroken(
            _l("It came in time: the last day was %(day)s.", day=date_long(remedy.last_day)),
            rule="R77",
            field="outcome",
        )
    correction = queries.correction_of(remedy.decision_id)
    if outcome is RemedyOutcome.CORRECTED:
        if correction is None or correction.state is not DecisionState.SIGNED:
            raise RuleBroken(
                _l("There is no signed new decision that corrects this one."),
                rule="R77",
                field="outcome",
                next_step=_l("Prepare the correcting decision and have it signed first."),
            )
        remedy.new_decision = correction
    is_correction = remedy.kind in (RemedyKind.CORRECTION_DEMAND, RemedyKind.OWN_CORRECTION)
    if is_correction and remedy.court_told_on is None and queries.appeal_is_pending(remedy.decision_id):
        raise RuleBroken(
            _l("The Market Court has an appeal and has not been told of the correction."),
            rule="R77",
            field="outcome",
            next_step=_l("Tell the Market Court and record the day."),
        )
    before = remedy.state
    move(remedy, REMEDY_TRANSITIONS, "close")
    remedy.outcome, remedy.outcome_note = outcome, note.strip()
    remedy.closed_by, remedy.closed_at = by.person_id, now
    audit.record(
        CLOSED,
        subject=remedy,
        actor=by,
        at=now,
        before=before,
        after=RemedyState.CLOSED,
        outcome=outcome,
        new_decision=remedy.new_decision_id,
    )
    _tell(
        remedy.decision,
        "remedy_closed",
        remedy=remedy,
        about=REMEDY_KIND_TITLES[remedy.kind],
        outcomes=REMEDY_OUTCOME_TITLES,
    )


@transaction
def ask_explanation(decision: Decision, question: str, *, by: Mandate) -> ExplanationRequest:
    """Ask in writing for the reasons; the answer is due in 15 days (R73)."""
    lock(decision)
    now = clock.now()
    party = parties.party_of(decision, by.supplier_id)
    if party is None or decision.state is not DecisionState.SIGNED:
        raise NotAllowed(_l("Only the party of a signed decision asks for its reasons."), rule="R73")
    if not question.strip():
        raise RuleBroken(_l("Write what you want to know."), rule="R73", field="text")
    row = ExplanationRequest(
        decision=decision,
        supplier_id=party.supplier.id,
        question=question.strip(),
        asked_by=by.person_id,
        asked_at=now,
        due_on=rules.explanation_due(clock.helsinki_date(now)),
    )
    db.session.add(row)
    db.session.flush()
    audit.record(ASKED, subject=row, actor=by, at=now, decision=decision.id, due_on=row.due_on)
    return row


@transaction
def answer_explanation(request: ExplanationRequest, answer: str, *, by: Mandate) -> None:
    """Give the reasons asked for; the party gets a message (R73)."""
    lock(request)
    now = clock.now()
    refuse_own_matter(request.supplier_id, by)
    if request.answered_at is not None:
        raise WrongState(_l("The request was answered already."), rule="R73")
    if not answer.strip():
        raise RuleBroken(_l("Write the answer."), rule="R73", field="text")
    request.answer, request.answered_by, request.answered_at = answer.strip(), by.person_id, now
    audit.record(ANSWERED, subject=request, actor=by, at=now, decision=request.decision_id)
    _tell(request.decision, "explanation_answered", only=request.supplier_id, request_row=request)
