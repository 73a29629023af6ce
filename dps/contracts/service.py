"""The verbs of frame contracts: offered after an admission, signed by both parties, ended."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from flask_babel.speaklater import LazyString

from core import audit, clock
from core.db import db, lock, transaction
from core.errors import NotAllowed, RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.identity.models import Role
from core.states import move
from core.web.formatting import date_long
from dps.contracts import annex, gates, queries
from dps.contracts.awarding import AwardedContract, offer_awarded
from dps.contracts.drafts import digest_of, is_unchanged, price_list_of, tell_of_offer, terms_of
from dps.contracts.models import CONTRACT_TRANSITIONS, ContractState, FrameContract
from dps.decisions import queries as decisions
from dps.decisions.models import COMPETITION_KINDS, Decision
from dps.decisions.rules import contract_from
from dps.decisions.signals import DecisionSigned
from dps.qualification import queries as qualifications
from dps.qualification.models import Qualification
from dps.qualification.signals import AdmissionEnded, AdmissionLifted, AdmissionSuspended, Admitted
from dps.systems import legal_mode
from suppliers import queries as suppliers
from suppliers.rights import refuse_own_matter

__all__ = [
    "AwardedContract",
    "close_agreed",
    "digest_of",
    "end_contract",
    "give_back_quantity",
    "is_unchanged",
    "lapse_awarded",
    "offer",
    "offer_awarded",
    "refuse_over_maximum",
    "sign_for_authority",
    "sign_for_supplier",
    "take_quantity",
    "tell_of_offer",
]

OFFERED = audit.declare("contract.offered", "qualification", "terms_version", "content_sha256")
SIGNED_FOR_SUPPLIER = audit.declare("contract.signed_for_supplier", "before", "after", "content_sha256")
SIGNED_FOR_AUTHORITY = audit.declare("contract.signed_for_authority", "before", "after", "content_sha256")
ENDED = audit.declare("contract.ended", "before", "after", "reason")
LAPSED = audit.declare("contract.lapsed", "before", "after")
PAUSED = audit.declare("contract.paused")
RESUMED = audit.declare("contract.resumed")


def on_admitted(signal: Admitted) -> None:
    """Offer the frame contract at once; where orders follow competitions, so do contracts (R2, R3)."""
    qualification = qualifications.qualification(signal.qualification_id)
    assert qualification is not None
    category = qualification.category
    if not legal_mode.orders_follow_awards(category.legal_mode, category.ordering_rule):
        offer(qualification, by=signal.by)


def on_admission_suspended(signal: AdmissionSuspended) -> None:
    """New orders under the contract pause; running ones go on (R34)."""
    _set_pause(signal, PAUSED, signal.at)


def on_admission_lifted(signal: AdmissionLifted) -> None:
    """New orders are possible again."""
    _set_pause(signal, RESUMED, None)


def _set_pause(signal: AdmissionSuspended | AdmissionLifted, event: str, paused_at: datetime | None) -> None:
    for contract in queries.live_contracts_of_qualification(signal.qualification_id):
        lock(contract)
        contract.paused_at = paused_at
        audit.record(event, subject=contract, actor=signal.by, at=signal.at)


def on_admission_ended(signal: AdmissionEnded) -> None:
    """No new orders without an admission: an offer lapses, a contract ends; running orders go to their end.

    A contract in force that followed a competition stands by itself: the authority ends it with a reason.
    """
    for contract in queries.live_contracts_of_qualification(signal.qualification_id):
        lock(contract)
        if contract.state is not ContractState.IN_FORCE:
            _lapse(contract, signal.by, signal.at)
        elif contract.award_decision_id is None:
            _end(contract, signal.by, signal.at, "admission ended")


def on_award_corrected(signal: DecisionSigned) -> None:
    """What was offered under a choice lapses when a newer decision takes its place (R77)."""
    decision = decisions.decision(signal.decision_id)
    if decision is None or decision.corrects_id is None or decision.kind not in COMPETITION_KINDS:
        return
    for contract in queries.contracts_of_award(decision.corrects_id):
        lock(contract)
        if contract.state in (ContractState.OFFERED, ContractState.SIGNED_BY_SUPPLIER):
            _lapse(contract, signal.by, signal.at)


def close_agreed(contracts: Iterable[FrameContract], by: Mandate, at: datetime) -> None:
    """The agreement on own or partners' production behind contracts has ended: they end, unsigned ones lapse."""
    for contract in contracts:
        lock(contract)
        if contract.state is ContractState.IN_FORCE:
            _end(contract, by, at, "agreement ended")
        elif contract.is_live:
            _lapse(contract, by, at)


def _end(contract: FrameContract, by: Mandate, at: datetime, reason: str) -> None:
    before = contract.state
    move(contract, CONTRACT_TRANSITIONS, "end")
    contract.ended_at = at
    audit.record(ENDED, subject=contract, actor=by, at=at, before=before, after=contract.state, reason=reason)


def _lapse(contract: FrameContract, by: Mandate, at: datetime) -> None:
    before = contract.state
    move(contract, CONTRACT_TRANSITIONS, "lapse")
    audit.record(LAPSED, subject=contract, actor=by, at=at, before=before, after=contract.state)


@transaction
def offer(qualification: Qualification, *, by: Mandate) -> FrameContract | None:
    """Offer the contract of the published terms, from today to the system's last day, and tell the supplier.

    ``None`` when the system ends today: there is nothing left to agree on.
    """
    now = clock.now()
    today = clock.helsinki_date(now)
    category = qualification.category
    if category.system.ends_on <= today:
        return None
    contract = FrameContract(
        qualification=qualification,
        supplier=qualification.supplier,
        category=category,
        terms_version=category.terms_version,
        terms=terms_of(category),
        price_list=price_list_of(category),
        data_processing_version=annex.VERSION,
        starts_on=max(today, category.system.starts_on),
        ends_on=category.system.ends_on,
        offered_at=now,
    )
    contract.content_sha256 = digest_of(contract)
    db.session.add(contract)
    db.session.flush()
    audit.record(
        OFFERED,
        subject=contract,
        actor=by,
        at=now,
        qualification=qualification.id,
        terms_version=contract.terms_version,
        content_sha256=contract.content_sha256,
    )
    tell_of_offer(contract, now)
    return contract


def _refuse_changed(contract: FrameContract) -> None:
    """Nobody signs a text that is not the one that was offered."""
    if not is_unchanged(contract):
        raise WrongState(
            _l("The text of the contract is not the one that was offered."),
            rule="contract-text",
            next_step=_l("Tell the administrator. The contract cannot be signed."),
        )


@transaction
def sign_for_supplier(contract: FrameContract, *, by: Mandate, read: str | None = None) -> None:
    """Sign as the supplier, by somebody whose right to act was verified; the signer's own secrecy goes with it.

    :param read: the digest of the text that the signer had before them
    """
    lock(contract)
    now = clock.now()
    _refuse_changed(contract)
    if read is not None and read != contract.content_sha256:
        raise WrongState(
            _l("The contract has changed since you opened it."),
            rule="contract-text",
            next_step=_l("Read the new text, then sign it."),
        )
    if by.supplier_id != contract.supplier_id:
        raise NotAllowed(_l("Only the provider signs for itself."), rule="I4")
    if not suppliers.is_verified_to_act(by.person_id, contract.supplier_id):
        raise RuleBroken(
            _l("Your right to act for the provider has not been verified yet."),
            rule="acting-right",
            next_step=_l("Ask somebody whose right has been verified to sign."),
        )
    before = contract.state
    move(contract, CONTRACT_TRANSITIONS, "sign_for_supplier")
    contract.supplier_signed_by, contract.supplier_signed_at = by.person_id, now
    for authority in contract.all_buyers:
        gates.undertake_secrecy(contract.supplier, authority, by=by)
    audit.record(
        SIGNED_FOR_SUPPLIER,
        subject=contract,
        actor=by,
        at=now,
        before=before,
        after=contract.state,
        content_sha256=contract.content_sha256,
    )


def _decision_behind(contract: FrameContract) -> Decision | None:
    """The choice of tenders or the admission, locked: registering an appeal locks it, too.

    None behind an agreement on own or partners' production: there is no procurement.
    """
    if contract.qualification is None:
        return None
    decision = decisions.decision(contract.award_decision_id or contract.qualification.decision_id)
    assert decision is not None
    lock(decision)
    return decision


def _refuse_while_appealed(contract: FrameContract, decision: Decision) -> None:
    """An appeal against the decision locks the contract where the law says so (R76)."""
    blocks = legal_mode.appeal_blocks_contract(contract.category.legal_mode, skips_standstill=decision.skips_standstill)
    if blocks and decisions.appeal_is_pending(decision.id):
        raise WrongState(
            _l("An appeal against the choice is pending, so the contract cannot be made.")
            if contract.award_decision_id
            else _l("An appeal against the admission is pending, so the contract cannot be made."),
            rule="R76",
            next_step=_l("Wait for the Market Court, and record how the appeal ended."),
        )


def _refuse_before_standstill(contract: FrameContract, decision: Decision, today: date) -> None:
    """No contract while the standstill after the choice runs (R74), nor one that was corrected (R77)."""
    if contract.award_decision_id is None:
        return
    if decisions.correction_of(decision.id) is not None:
        raise WrongState(_l("A newer decision corrects this one, so no contract follows it."), rule="R77")
    first = contract_from(decision)
    if today < first:
        raise RuleBroken(
            _l(
                "The standstill is not over. The contract can be signed from %(day)s.", day=LazyString(date_long, first)
            ),
            rule="R74",
            next_step=_l("Come back on that day."),
        )


@transaction
def sign_for_authority(contract: FrameContract, *, by: Mandate) -> None:
    """Sign as the authority; with this the contract is in force and orders can be placed (R79)."""
    lock(contract)
    now = clock.now()
    if by.role not in (Role.DECIDER, Role.COORDINATOR) or by.authority_id != contract.authority_id:
        raise NotAllowed(_l("Only a decision maker or coordinator of the authority signs for it."), rule="I4")
    _refuse_changed(contract)
    refuse_own_matter(contract.supplier_id, by)
    decision, today = _decision_behind(contract), clock.helsinki_date(now)
    if decision is not None:
        _refuse_while_appealed(contract, decision)
    if contract.state is ContractState.SIGNED_BY_SUPPLIER:
        if decision is not None:
            _refuse_before_standstill(contract, decision, today)
        gates.refuse_without_liability(contract, today)
        gates.refuse_without_winner_check(contract, today)
    before = contract.state
    move(contract, CONTRACT_TRANSITIONS, "sign_for_authority")
    contract.authority_signed_by, contract.authority_signed_at = by.person_id, now
    audit.record(
        SIGNED_FOR_AUTHORITY,
        subject=contract,
        actor=by,
        at=now,
        before=before,
        after=contract.state,
        content_sha256=contract.content_sha256,
    )


@transaction
def lapse_awarded(decision: Decision, *, by: Mandate) -> None:
    """The offers that followed a choice lapse, since it is weighed anew (R77).

    :raises WrongState: one of its contracts has been made; a correction does not undo a contract
    """
    offered = [each for each in queries.contracts_of_award(decision.id) if each.state is not ContractState.LAPSED]
    for contract in offered:
        lock(contract)
        if contract.authority_signed_at is not None:
            raise WrongState(
                _l("A contract has been made on the decision, so it is not corrected."),
                rule="R77",
                next_step=_l("End the contract first, if the parties agree."),
            )
    now = clock.now()
    for contract in offered:
        before = contract.state
        move(contract, CONTRACT_TRANSITIONS, "lapse")
        audit.record(LAPSED, subject=contract, actor=by, at=now, before=before, after=contract.state)


def refuse_over_maximum(contract: FrameContract, units: Decimal) -> None:
    """:raises RuleBroken: with these units more would be ordered than was competed (R2)"""
    left = contract.quantity_left
    if left is not None and units > left:
        raise RuleBroken(
            _l("The maximum quantity of the contract has been ordered."),
            rule="R2",
            next_step=_l("Start a competition among the admitted suppliers of the category."),
            left=left,
        )


def take_quantity(contract: FrameContract, units: Decimal) -> None:
    """Call units off under a contract of a competition, never above its maximum; the caller holds its lock."""
    refuse_over_maximum(contract, units)
    contract.ordered_quantity += units


def give_back_quantity(contract: FrameContract, units: Decimal) -> None:
    """Release the units of an order that ends before it began; the caller holds the contract's lock."""
    contract.ordered_quantity -= units


@transaction
def end_contract(contract: FrameContract, reason: str, *, by: Mandate) -> None:
    """End a contract in force with a reason; no new orders can be placed under it."""
    lock(contract)
    now = clock.now()
    if by.role is not Role.DECIDER or by.authority_id != contract.authority_id:
        raise NotAllowed(_l("Only a decision maker of the authority ends its contracts."), rule="I4")
    if not reason.strip():
        raise RuleBroken(_l("Write why the contract is ended."), rule="I10", field="reason")
    before = contract.state
    move(contract, CONTRACT_TRANSITIONS, "end")
    contract.ended_at = now
    audit.record(ENDED, subject=contract, actor=by, at=now, before=before, after=contract.state, reason=reason.strip())
