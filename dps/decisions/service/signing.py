"""The verbs of decisions: prepare, return, sign and serve."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import current_app

from core import audit, clock, jobs, mail, signals
from core.db import db, lock, savepoint, transaction
from core.errors import DomainError, NotAllowed, RuleBroken
from core.i18n import lazy_gettext as _l
from core.i18n import localized, using_language
from core.identity.mandates import Mandate
from core.identity.models import Authority, Role
from core.states import move
from dps.decisions import letters, queries
from dps.decisions.models import (
    COMPETITION_KINDS,
    DECISION_TRANSITIONS,
    Decision,
    DecisionAddressee,
    DecisionKind,
)
from dps.decisions.parties import Party, parties_of, refuse_own_matter
from dps.decisions.service import competed
from dps.decisions.signals import DecisionReturned, DecisionSigned
from dps.systems.legal_mode import InstructionKind
from dps.systems.models import Category

PREPARED = audit.declare("decision.prepared", "kind", "supplier", "corrects")
RETURNED = audit.declare("decision.returned", "before", "after", "reason")
DROPPED = audit.declare("decision.dropped", "before", "after")
SIGNED = audit.declare("decision.signed", "before", "after", "section_number", "year", "competence")
SERVED = audit.declare("decision.served", "mails")

#: The job that makes the letter as a PDF (``dps.decisions.jobs``).
MAKE_LETTER = "decisions.make_letter"
#: The same to one of many parties, with the text that is for it alone.
MAKE_ADDRESSEE_LETTER = "decisions.make_addressee_letter"


@dataclass(frozen=True, kw_only=True)
class AddresseeDetails:
    """A party of a competition, its language, and the text that is for it alone (R70)."""

    supplier_id: uuid.UUID
    language: str
    #: ``[{"heading": str, "paragraphs": [str]}]``
    sections: list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class DecisionDetails:
    """What a preparer proposes; the shapes are those of ``Decision``."""

    authority_id: uuid.UUID
    #: The party; none for a choice of tenders or a cancellation: those go to the addressees.
    supplier_id: uuid.UUID | None
    category_id: uuid.UUID
    kind: DecisionKind
    matter: dict[str, Any]
    reasons: list[dict[str, Any]]
    summary: str
    legal_basis: str
    instruction_kind: InstructionKind
    language: str
    #: A contract may follow without standstill (R74, R75).
    skips_standstill: bool = False
    corrects_id: uuid.UUID | None = None
    #: Of a competition: its parties, what all of them read per language, how many tenders came and how many of the
    #: tenderers remained to choose from (R74, R80).
    addressees: Sequence[AddresseeDetails] = ()
    body: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    tenders_received: int | None = None
    tenderers: int | None = None


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
def prepare(details: DecisionDetails, *, by: Mandate, continues: Decision | None = None) -> Decision:
    """Lay a decision before the decision maker.

    It opens a case in the authority's diary, or goes on with that of an earlier one (returned, or corrected).

    :raises RuleBroken: reasons, parties or numbers are missing (R49, R70, R80), or standstill may not be skipped (R74)
    """
    competed.check_correction(details.kind, details.corrects_id)
    competed.check(
        competed.Competed(
            kind=details.kind,
            category=db.session.get_one(Category, details.category_id),
            supplier_id=details.supplier_id,
            reasons=details.reasons,
            addressees=[(each.supplier_id, each.sections) for each in details.addressees],
            tenders_received=details.tenders_received,
            tenderers=details.tenderers,
            skips_standstill=details.skips_standstill,
            instruction_kind=details.instruction_kind,
        )
    )
    _check_reasons(details.kind, details.reasons, details.summary)
    authority = db.session.get_one(Authority, details.authority_id)
    lock(authority)
    now = clock.now()
    year = continues.case_year if continues else clock.helsinki_date(now).year
    number = continues.case_number if continues else queries.last_case_number(authority.id, year) + 1
    decision = Decision(
        authority=authority,
        supplier_id=details.supplier_id,
        category_id=details.category_id,
        case_year=year,
        case_number=number,
        skips_standstill=details.skips_standstill,
        corrects_id=details.corrects_id,
        body=details.body,
        tenders_received=details.tenders_received,
        tenderers=details.tenderers,
        addressees=[
            DecisionAddressee(supplier_id=each.supplier_id, language=each.language, sections=each.sections)
            for each in details.addressees
        ],
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
    audit.record(
        PREPARED,
        subject=decision,
        actor=by,
        at=now,
        kind=decision.kind,
        supplier=decision.supplier_id,
        corrects=decision.corrects_id,
    )
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


def _competence(decision: Decision, by: Mandate, on: date) -> str:
    """On what the signer's power rests: the authority's rule, or for an admission a delegation in force.

    :raises NotAllowed: neither
    """
    if by.role is Role.COORDINATOR and by.authority_id == decision.authority_id:
        delegation = queries.delegation_for(decision, by.person_id, on)
        if delegation is not None:
            return delegation.basis
    _must_decide_for(decision, by)
    if not decision.authority.competence.strip():
        raise RuleBroken(
            _l("The rule on which the decision makers' power rests is not known."),
            rule="R70",
            next_step=_l("Ask the administrator to add it to the authority."),
        )
    return decision.authority.competence


def _must_be_complete(decision: Decision) -> None:
    """Reasons, legal basis and the addresses the instruction names must be there (R70-R72)."""
    competed.check(competed.competed(decision))
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
    for party in parties_of(decision):
        if not any(address.strip() for address in party.supplier.emails):
            raise RuleBroken(
                _l("%(supplier)s has no electronic address for service.", supplier=party.supplier.name), rule="R72"
            )


@transaction
def sign(decision: Decision, *, by: Mandate) -> None:
    """Sign and serve the decision the same day (R27, R70-R72); never by the one who prepared it.

    The section number follows without gaps within the authority's year: its row is locked meanwhile.

    :raises NotAllowed: not a decision maker of the authority, nor delegated to decide this
    :raises RuleBroken: the same person prepared it, or something the law asks for is missing
    """
    lock(decision)
    lock(decision.authority)
    now = clock.now()
    competence = _competence(decision, by, clock.helsinki_date(now))
    if decision.prepared_by == by.person_id:
        raise RuleBroken(
            _l("The one who prepared the decision cannot sign it."),
            rule="four-eyes",
            next_step=_l("Ask another decision maker."),
        )
    if decision.kind in COMPETITION_KINDS:
        refuse_own_matter(decision, by)
    _must_be_complete(decision)
    year = clock.helsinki_date(now).year
    number = queries.last_section_number(decision.authority_id, year) + 1
    before = decision.state
    move(decision, DECISION_TRANSITIONS, "sign")
    decision.year, decision.section_number = year, number
    decision.signed_by, decision.signed_at, decision.competence = by.person_id, now, competence
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
        competence=competence,
    )
    signals.send(DecisionSigned(decision.id, now, by))
    _serve(decision, by)
    jobs.add(MAKE_LETTER, at=now, key=f"{MAKE_LETTER}:{decision.id}", decision_id=decision.id)
    for each in decision.addressees:
        jobs.add(MAKE_ADDRESSEE_LETTER, at=now, key=f"{MAKE_ADDRESSEE_LETTER}:{each.id}", addressee_id=each.id)


@transaction
def sign_many(chosen: Sequence[Decision], *, by: Mandate) -> list[tuple[Decision, DomainError | None]]:
    """Sign several, each by itself: what one lacks does not hold up the others.

    All are locked first, in the order of their ids, so that two who sign at once do not wait for each other.
    """
    ordered = sorted(chosen, key=lambda each: each.id)
    for decision in ordered:
        lock(decision)
    results: list[tuple[Decision, DomainError | None]] = []
    for decision in ordered:
        try:
            with savepoint():
                sign(decision, by=by)
        except DomainError as refusal:
            results.append((decision, refusal))
        else:
            results.append((decision, None))
    return results


def _serve(decision: Decision, by: Mandate) -> None:
    """Mail decision and instructions to every address of each party, in its language; the mail states its sending
    date (R72)."""
    parties = parties_of(decision)
    for party in parties:
        _serve_party(decision, party)
    mails = sum(len(party.supplier.emails) for party in parties)
    assert decision.signed_at is not None
    audit.record(SERVED, subject=decision, actor=by, at=decision.signed_at, mails=mails)


def _serve_party(decision: Decision, party: Party) -> None:
    at = decision.signed_at
    assert at is not None
    day = clock.helsinki_date(at)
    with using_language(party.language):
        authority = localized(decision.authority, "name")
    for recipient in party.supplier.emails:
        mail.send(
            recipient,
            "decision_signed",
            language=party.language,
            at=at,
            about_id=decision.id,
            decision=decision,
            supplier=party.supplier,
            sections=letters.whole_text(decision, day, party),
            authority=authority,
            matter=letters.matter_of(decision, party.language),
            sent_on=day,
            address=f"{current_app.config['BASE_URL']}/provider/decisions/{decision.id}",
        )
