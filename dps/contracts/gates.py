"""What must be there before the first order: liability documents (R69), the winner's evidence (R48), secrecy (R118)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from core import audit, clock, law
from core.db import db, lock, transaction
from core.errors import NotAllowed, RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.identity.models import Authority
from core.sealing import seal, unseal
from dps.contracts import queries
from dps.contracts.models import (
    LIABILITY_KINDS,
    WINNER_EVIDENCE_TITLES,
    ContractState,
    FrameContract,
    LiabilityCheck,
    SecrecyUndertaking,
    WinnerCheck,
    WinnerEvidence,
)
from dps.qualification import registers
from dps.qualification.rules import months_later
from suppliers.models import DOCUMENT_KIND_TITLES, DocumentKind, Supplier
from suppliers.rights import refuse_own_matter

CHECKED = audit.declare("contract.liability_checked", "kinds")
WINNER_CHECKED = audit.declare("contract.winner_checked", "evidence")
EXEMPTED = audit.declare("contract.liability_exempted", "reason")
UNDERTAKEN = audit.declare("secrecy.undertaken", "supplier", "authority", "text_version")
LEFT = audit.declare("secrecy.ended", "supplier", "authority")

#: The version of the undertaking's text (``templates/contracts/_secrecy.html``).
SECRECY_VERSION = "2026-1"


def is_fresh(issued_on: date, on: date) -> bool:
    """Whether a liability document is not older than three months on a day (R69)."""
    return on <= months_later(issued_on, int(law.number("R69.liability_document_age", on)))


def missing_liability(contract: FrameContract, checks: Iterable[LiabilityCheck], on: date) -> list[DocumentKind]:
    """The documents that have not been looked at, or are too old on the day; none where the act does not apply."""
    if contract.liability_exemption:
        return []
    fresh = {check.kind for check in checks if is_fresh(check.issued_on, on)}
    return [kind for kind in LIABILITY_KINDS if kind not in fresh]


def _must_wait_for_signature(contract: FrameContract) -> None:
    if contract.state not in (ContractState.OFFERED, ContractState.SIGNED_BY_SUPPLIER):
        raise WrongState(_l("The contract has been signed or has ended."), rule="R69")


@transaction
def check_liability(contract: FrameContract, issued: Mapping[DocumentKind, date], *, by: Mandate) -> None:
    """Record which documents were looked at, with their day of issue.

    :raises RuleBroken: a day lies in the future, or the document is older than three months (R69)
    """
    lock(contract)
    now = clock.now()
    today = clock.helsinki_date(now)
    refuse_own_matter(contract.supplier_id, by)
    _must_wait_for_signature(contract)
    for kind, day in issued.items():
        if day > today:
            raise RuleBroken(_l("The day of issue is in the future."), rule="R69", field=kind.value)
        if not is_fresh(day, today):
            raise RuleBroken(
                _l("The document is older than three months."),
                rule="R69",
                field=kind.value,
                next_step=_l("Ask the provider for a new one, or look into the register yourself."),
            )
    known = {check.kind: check for check in queries.liability_checks_of(contract.id)}
    for kind, day in issued.items():
        row = known.get(kind)
        if row is None:
            row = LiabilityCheck(contract_id=contract.id, kind=kind)
            db.session.add(row)
        row.issued_on, row.checked_by, row.checked_at = day, by.person_id, now
    db.session.flush()
    audit.record(CHECKED, subject=contract, actor=by, at=now, kinds=sorted(kind.value for kind in issued))


@transaction
def exempt_from_liability(contract: FrameContract, reason: str, *, by: Mandate) -> None:
    """State why the act on the contractor's liability does not apply to the contract."""
    lock(contract)
    now = clock.now()
    refuse_own_matter(contract.supplier_id, by)
    _must_wait_for_signature(contract)
    if not reason.strip():
        raise RuleBroken(_l("Write why the act does not apply."), rule="R69", field="reason")
    contract.liability_exemption = reason.strip()
    audit.record(EXEMPTED, subject=contract, actor=by, at=now, reason=contract.liability_exemption)


def refuse_without_liability(contract: FrameContract, on: date) -> None:
    """:raises RuleBroken: a document of R69 has not been looked at, or is too old"""
    missing = missing_liability(contract, queries.liability_checks_of(contract.id), on)
    if missing:
        raise RuleBroken(
            _l(
                "Documents of the contractor's liability have not been checked: %(names)s.",
                names=", ".join(str(DOCUMENT_KIND_TITLES[kind]) for kind in missing),
            ),
            rule="R69",
            field=missing[0].value,
            next_step=_l("Look at them first, or state why the act does not apply."),
        )


# ---- the winner's evidence ----


@dataclass(frozen=True)
class WinnerFinding:
    """What was looked at of the winner's evidence, and its day of issue."""

    issued_on: date
    note: str


def missing_winner_evidence(contract: FrameContract, on: date) -> list[WinnerEvidence]:
    """What of the winner has not been looked at, or is too old on the day (R48).

    Nothing where the contract follows no competition, or where the evidence that was required for the admission is
    still up to date.
    """
    if contract.award_decision_id is None or contract.qualification is None:
        return []
    looked_at = queries.evidence_of_admission(contract.qualification)
    if looked_at is not None and registers.is_current(looked_at, on):
        return []
    fresh = {
        check.evidence for check in queries.winner_checks_of(contract.id) if registers.is_current(check.issued_on, on)
    }
    return [each for each in WinnerEvidence if each not in fresh]


@transaction
def record_winner_check(
    contract: FrameContract, findings: Mapping[WinnerEvidence, WinnerFinding], *, by: Mandate
) -> None:
    """Record that the winner's up-to-date evidence was looked at: who, when, what (R48).

    :raises RuleBroken: a day lies in the future, the evidence is too old, or the note is empty
    """
    lock(contract)
    now = clock.now()
    today = clock.helsinki_date(now)
    refuse_own_matter(contract.supplier_id, by)
    _must_wait_for_signature(contract)
    if contract.award_decision_id is None:
        raise WrongState(_l("The contract does not follow a competition."), rule="R48")
    for evidence, finding in findings.items():
        if finding.issued_on > today:
            raise RuleBroken(_l("The day of issue is in the future."), rule="R48", field=f"{evidence}_issued_on")
        if not registers.is_current(finding.issued_on, today):
            raise RuleBroken(
                _l("The evidence is too old."),
                rule="R48",
                field=f"{evidence}_issued_on",
                next_step=_l("Look into the register again, or ask the provider for newer evidence."),
            )
        if not finding.note.strip():
            raise RuleBroken(_l("Write what was looked at."), rule="R48", field=f"{evidence}_note")
    known = {check.evidence: check for check in queries.winner_checks_of(contract.id)}
    for evidence, finding in findings.items():
        row = known.get(evidence)
        if row is None:
            row = WinnerCheck(contract_id=contract.id, evidence=evidence)
            db.session.add(row)
        row.issued_on, row.note = finding.issued_on, finding.note.strip()
        row.checked_by, row.checked_at = by.person_id, now
    db.session.flush()
    audit.record(WINNER_CHECKED, subject=contract, actor=by, at=now, evidence=sorted(each.value for each in findings))


def refuse_without_winner_check(contract: FrameContract, on: date) -> None:
    """:raises RuleBroken: the winner's up-to-date evidence has not been looked at (R48)"""
    missing = missing_winner_evidence(contract, on)
    if missing:
        raise RuleBroken(
            _l(
                "The winner's up-to-date evidence has not been checked: %(names)s.",
                names=", ".join(str(WINNER_EVIDENCE_TITLES[each]) for each in missing),
            ),
            rule="R48",
            field=missing[0].value,
            next_step=_l("Look at it and record what you looked at."),
        )


# ---- secrecy ----


@transaction
def undertake_secrecy(supplier: Supplier, authority: Authority, *, by: Mandate) -> SecrecyUndertaking:
    """Promise secrecy for oneself, before the first look at customers' data; once is enough."""
    if by.supplier_id != supplier.id:
        raise NotAllowed(_l("You act for another company."), rule="I4")
    lock(supplier)
    given = queries.undertaking_of(by.person_id, supplier.id, authority.id, SECRECY_VERSION)
    if given is not None:
        return given
    return _record(supplier, authority, by, person_id=by.person_id, given_on=clock.helsinki_date(clock.now()))


@transaction
def record_worker(supplier: Supplier, authority: Authority, name: str, given_on: date, *, by: Mandate) -> None:
    """Record the undertaking that a named worker has signed for the company."""
    if by.supplier_id != supplier.id:
        raise NotAllowed(_l("You act for another company."), rule="I4")
    if not name.strip():
        raise RuleBroken(_l("Write the worker's name."), rule="R118", field="name")
    if given_on > clock.helsinki_date(clock.now()):
        raise RuleBroken(_l("The day is in the future."), rule="R118", field="given_on")
    _record(supplier, authority, by, sealed_name=seal(name.strip().encode(), _PURPOSE), given_on=given_on)


_PURPOSE = "secrecy/worker"


def _record(supplier: Supplier, authority: Authority, by: Mandate, **values: Any) -> SecrecyUndertaking:
    now = clock.now()
    row = SecrecyUndertaking(
        supplier_id=supplier.id,
        authority_id=authority.id,
        text_version=SECRECY_VERSION,
        recorded_by=by.person_id,
        recorded_at=now,
        **values,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(
        UNDERTAKEN,
        subject=row,
        actor=by,
        at=now,
        supplier=supplier.id,
        authority=authority.id,
        text_version=SECRECY_VERSION,
    )
    return row


@transaction
def end_undertaking(undertaking: SecrecyUndertaking, *, by: Mandate) -> None:
    """The worker has left: no more access by it; the promise itself goes on."""
    lock(undertaking)
    now = clock.now()
    if by.supplier_id != undertaking.supplier_id:
        raise NotAllowed(_l("You act for another company."), rule="I4")
    if undertaking.ended_on is not None:
        raise WrongState(_l("This has already been done."), rule="R118")
    undertaking.ended_on = clock.helsinki_date(now)
    audit.record(
        LEFT,
        subject=undertaking,
        actor=by,
        at=now,
        supplier=undertaking.supplier_id,
        authority=undertaking.authority_id,
    )


def name_of(undertaking: SecrecyUndertaking) -> str:
    """Whose undertaking it is."""
    if undertaking.person is not None:
        return undertaking.person.name
    assert undertaking.sealed_name is not None
    return unseal(undertaking.sealed_name, _PURPOSE).decode()


def has_undertaken(by: Mandate, supplier_id: Any, authority_id: Any) -> bool:
    """Whether the user has promised secrecy in the text that is in force."""
    return queries.undertaking_of(by.person_id, supplier_id, authority_id, SECRECY_VERSION) is not None


def bound_to(by: Mandate) -> set[Any]:
    """The authorities towards which the user has promised secrecy."""
    if by.supplier_id is None:
        return set()
    rows = queries.undertakings_of(by.supplier_id)
    return {row.authority_id for row in rows if row.person_id == by.person_id and row.ended_on is None}


def refuse_without_secrecy(by: Mandate, supplier_id: Any, authority_id: Any) -> None:
    """:raises RuleBroken: the user has not promised secrecy yet (R118)"""
    if not has_undertaken(by, supplier_id, authority_id):
        raise RuleBroken(
            _l("You have not given your secrecy undertaking yet."),
            rule="R118",
            next_step=_l("Give it on the page Secrecy, then take the order."),
        )
