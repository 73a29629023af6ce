"""The verbs of decisions: prepare, return, sign and serve."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from flask import current_app

from core import audit, clock, mail, signals
from core.db import db, lock, transaction
from core.errors import NotAllowed, RuleBroken
from core.i18n import lazy_gettext as _l
from core.i18n import localized, using_language
from core.identity.mandates import Mandate
from core.identity.models import Role
from core.states import move
from dps.decisions import letters, queries
from dps.decisions.models import DECISION_TRANSITIONS, Decision, DecisionKind
from dps.decisions.signals import DecisionReturned, DecisionSigned
from dps.systems.legal_mode import InstructionKind

PREPARED = audit.declare("decision.prepared", "kind", "supplier")
RETURNED = audit.declare("decision.returned", "before", "after", "reason")
DROPPED = audit.declare("decision.dropped", "before", "after")
SIGNED = audit.declare("decision.signed", "before", "after", "section_number", "year")
SERVED = audit.declare("decision.served", "mails")


@dataclass(frozen=True, kw_only=True)
class DecisionDetails:
    """What a preparer proposes; the shapes are those of ``Decision``."""

    authority_id: uuid.UUID
    supplier_id: uuid.UUID
    kind: DecisionKind
    matter: dict[str, Any]
    reasons: list[dict[str, Any]]
    summary: str
    legal_basis: str
    instruction_kind: InstructionKind
    language: str


def _check_reasons(kind: DecisionKind, reasons: list[dict[str, Any]], summary: str) -> None:
    """A decision names the facts that affected it; a refusal each requirement that is not met (R70)."""
    failed = [reason for reason in reasons if not reason["is_met"]]
    lacks_reason = any(not str(reason["reason"]).strip() for reason in failed)
    refuses_for_nothing = kind is DecisionKind.REFUSAL and not failed
    if not reasons or not summary.strip() or lacks_reason or refuses_for_nothing:
        raise RuleBroken(
            _l("The decision has no reasons."),
            rule="R70",
            field="summary",
            next_step=_l("Write what was looked at and why the requirements are met or not met."),
        )


@transaction
def prepare(details: DecisionDetails, *, by: Mandate) -> Decision:
    """Lay a decision before the decision maker."""
    now = clock.now()
    _check_reasons(details.kind, details.reasons, details.summary)
    decision = Decision(
        authority_id=details.authority_id,
        supplier_id=details.supplier_id,
        kind=details.kind,
        matter=details.matter,
        reasons=details.reasons,
        summary=details.summary.strip(),
        legal_basis=details.legal_basis,
        instruction_kind=details.instruction_kind,
        language=details.language,
        prepared_by=by.person_id,
        prepared_at=now,
    )
    db.session.add(decision)
    db.session.flush()
    audit.record(PREPARED, subject=decision, actor=by, at=now, kind=decision.kind, supplier=decision.supplier_id)
    return decision


@transaction
def return_decision(decision: Decision, reason: str, *, by: Mandate) -> None:
    """Send the decision back to its preparer, who proposes anew."""
    lock(decision)
    now = clock.now()
    _must_decide_for(decision, by)
    if not reason.strip():
        raise RuleBroken(_l("Write why the decision is returned."), rule="I10", field="reason")
    before = decision.state
    move(decision, DECISION_TRANSITIONS, "return")
    decision.return_reason = reason.strip()
    audit.record(
        RETURNED,
        subject=decision,
        actor=by,
        at=now,
        before=before,
        after=decision.state,
        reason=decision.return_reason,
    )
    signals.send(DecisionReturned(decision.id, now, by))


@transaction
def drop(decision: Decision, reason: str, *, by: Mandate) -> None:
    """Take an unsigned decision off the decision maker's desk, since its matter lapsed."""
    lock(decision)
    now = clock.now()
    before = decision.state
    move(decision, DECISION_TRANSITIONS, "return")
    decision.return_reason = reason
    audit.record(DROPPED, subject=decision, actor=by, at=now, before=before, after=decision.state)


def _must_decide_for(decision: Decision, by: Mandate) -> None:
    if by.role is not Role.DECIDER or by.authority_id != decision.authority_id:
        raise NotAllowed(_l("Only a decision maker of the authority signs or returns its decisions."), rule="I4")


def _must_be_complete(decision: Decision) -> None:
    """Reasons, legal basis and the addresses the instruction names must be there (R70-R72)."""
    _check_reasons(decision.kind, decision.reasons, decision.summary)
    authority = decision.authority
    if not decision.legal_basis.strip():
        raise RuleBroken(_l("The decision does not name the provisions applied."), rule="R70", field="legal_basis")
    if not authority.service_address.strip() or not authority.service_email.strip():
        raise RuleBroken(
            _l("The appeal instruction lacks the address of the authority."),
            rule="R71",
            next_step=_l("Ask the administrator to add the address and e-mail address for notices of appeal."),
        )
    if not any(address.strip() for address in decision.supplier.emails):
        raise RuleBroken(_l("The provider has no electronic address for service."), rule="R72")


@transaction
def sign(decision: Decision, *, by: Mandate) -> None:
    """Sign and serve the decision the same day (R27, R70-R72); never by the one who prepared it.

    The section number follows without gaps within the authority's year: its row is locked meanwhile.

    :raises NotAllowed: not a decision maker of the authority
    :raises RuleBroken: the same person prepared it, or something the law asks for is missing
    """
    lock(decision)
    _must_decide_for(decision, by)
    lock(decision.authority)
    now = clock.now()
    if decision.prepared_by == by.person_id:
        raise RuleBroken(
            _l("The one who prepared the decision cannot sign it."),
            rule="four-eyes",
            next_step=_l("Ask another decision maker."),
        )
    _must_be_complete(decision)
    year = clock.helsinki_date(now).year
    number = queries.last_section_number(decision.authority_id, year) + 1
    before = decision.state
    move(decision, DECISION_TRANSITIONS, "sign")
    decision.year, decision.section_number = year, number
    decision.signed_by, decision.signed_at = by.person_id, now
    db.session.flush()
    audit.record(
        SIGNED,
        subject=decision,
        actor=by,
        at=now,
        before=before,
        after=decision.state,
        section_number=decision.section_number,
        year=decision.year,
    )
    signals.send(DecisionSigned(decision.id, now, by))
    _serve(decision, by)


def _serve(decision: Decision, by: Mandate) -> None:
    """Mail decision and instructions to every address of the supplier; the mail states its sending date (R72)."""
    at = decision.signed_at
    assert at is not None
    day = clock.helsinki_date(at)
    with using_language(decision.language):
        sections = [*letters.decision_text(decision, day), *letters.instruction_text(decision, day)]
        authority = localized(decision.authority, "name")
    for recipient in decision.supplier.emails:
        mail.send(
            recipient,
            "decision_signed",
            language=decision.language,
            at=at,
            about_id=decision.id,
            decision=decision,
            sections=sections,
            authority=authority,
            matter=letters.matter_of(decision),
            sent_on=day,
            address=f"{current_app.config['BASE_URL']}/provider/decisions/{decision.id}",
        )
    audit.record(SERVED, subject=decision, actor=by, at=at, mails=len(decision.supplier.emails))
