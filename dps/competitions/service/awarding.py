"""Deciding: the choice of tenders or the cancellation is laid before the decision maker; what its signature does."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from core import audit, clock
from core.db import db, lock, transaction
from core.errors import NotAllowed, RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.identity.models import Role
from core.states import move
from dps.competitions import award_text, content, missing, results
from dps.competitions import queries_judging as judging
from dps.competitions.models import (
    COMPETITION_TRANSITIONS,
    Award,
    Competition,
    CompetitionLot,
    CompetitionState,
    Tender,
)
from dps.competitions.results import Board, LotResult
from dps.competitions.service.judging import decision_waits, must_be_judged, needed
from dps.contracts import service as contracts
from dps.decisions import queries as decision_queries
from dps.decisions import service as decisions
from dps.decisions.models import Decision, DecisionKind, DecisionState, RemedyKind, RemedyState
from dps.decisions.service import AddresseeDetails, DecisionDetails
from dps.decisions.signals import DecisionReturned, DecisionSigned
from dps.qualification.models import QualificationState
from dps.systems import legal_mode

PREPARED = audit.declare("competition.decision_prepared", "decision", "kind")
RETURNED = audit.declare("competition.decision_returned", "decision")
DECIDED = audit.declare("competition.decided", "before", "after", "decision", "awards")
CANCELLED = audit.declare("competition.cancelled", "before", "after", "decision")
REOPENED = audit.declare("competition.reopened", "before", "after", "decision", "reason")

_CORRECTIONS = (RemedyKind.CORRECTION_DEMAND, RemedyKind.OWN_CORRECTION, RemedyKind.CLERICAL_ERROR)


def _must_prepare(competition: Competition, by: Mandate) -> None:
    """The preparer: a coordinator of the authority, without a conflict of interest (R50)."""
    if by.role is not Role.COORDINATOR or by.authority_id != competition.authority_id:
        raise NotAllowed(_l("Only a procurement coordinator of the authority prepares its decisions."), rule="I4")
    for member in competition.committee:
        if member.person_id == by.person_id and member.has_conflict:
            raise NotAllowed(_l("You have declared a conflict of interest, so you take no part."), rule="R50")


def _refuse_if_waits(competition: Competition) -> None:
    if decision_waits(competition):
        raise WrongState(
            _l("A decision waits for its signature already."),
            rule="competition-state",
            next_step=_l("Ask the decision maker to return it."),
        )


def corrects(competition: Competition) -> Decision | None:
    """The signed choice that the next decision corrects, while a correction is under way (R77)."""
    decision = competition.decision
    if decision is None or competition.decided_at is None:
        return None
    return decision if decision.state is DecisionState.SIGNED else decision.corrects


# ---- the choice ----


@transaction
def prepare_award(competition: Competition, summary: str, *, by: Mandate) -> Decision:
    """Lay the choice before the decision maker: the comparison for all, and each tenderer's own letter (R70).

    :raises RuleBroken: something is missing (the first of ``missing.missing``), there is nothing to choose from
        (R49), or a letter would quote a marked secret (R86)
    """
    lock(competition)
    now = clock.now()
    _must_prepare(competition, by)
    _refuse_if_waits(competition)
    must_be_judged(competition)
    board = results.board_of(competition)
    found = results.results_of(board)
    for lack in missing.missing(board, found, now):
        raise RuleBroken(
            lack.message, rule=lack.rule, next_step=_l("Do this first; the page of the judging lists what is missing.")
        )
    if not any(each.chosen for each in found):
        raise RuleBroken(
            _l("There is no tender that could be chosen."),
            rule="R49",
            next_step=_l("Cancel the competition with this as the reason."),
        )
    _refuse_secrets(board, found)
    old = corrects(competition)
    remaining = {row.tender.id for each in found for row in each.remaining}
    mode = competition.category.legal_mode
    details = DecisionDetails(
        authority_id=competition.authority_id,
        supplier_id=None,
        category_id=competition.category_id,
        kind=DecisionKind.AWARD,
        matter=_matter(competition),
        reasons=award_text.reasons(competition, found, board.tenders),
        summary=needed(summary, _l("Write the summary of the reasons."), "R70", "summary"),
        legal_basis=legal_mode.award_basis(mode),
        instruction_kind=legal_mode.instruction_kind(mode),
        language="fi",
        skips_standstill=competition.skips_standstill and legal_mode.may_skip_standstill(mode, len(remaining)),
        corrects_id=old.id if old else None,
        addressees=[_addressee(competition, found, tender) for tender in board.tenders],
        body=award_text.body(competition, found),
        tenders_received=len(board.tenders),
        tenderers=len(remaining),
    )
    return _prepare(competition, details, now, by)


def _matter(competition: Competition) -> dict[str, str]:
    return {code: getattr(competition, f"name_{code}") or competition.name_fi for code in award_text.LANGUAGES}


def _addressee(competition: Competition, found: Sequence[LotResult], tender: Tender) -> AddresseeDetails:
    assert tender.supplier is not None
    language = tender.supplier.language
    return AddresseeDetails(
        supplier_id=tender.supplier.id,
        language=language,
        sections=award_text.own_sections(competition, found, tender, language),
    )


def _refuse_secrets(board: Board, found: Sequence[LotResult]) -> None:
    """No reason repeats a sentence that its tenderer marked as a business secret (R85, R86)."""
    said = [each.reason for result in found for row in result.rows for each in row.points]
    said += [each.reason for each in board.exclusions]
    for tender in board.tenders:
        written = tender.content or content.empty()
        for field in written["secrets"]:
            kind, _colon, rest = field.partition(":")
            lot, _colon, criterion = rest.partition(":")
            if kind != "answer":
                continue
            secret = written["lots"].get(lot, {}).get("answers", {}).get(criterion, "")
            if award_text.quoted_secret(secret, said):
                assert tender.supplier is not None
                raise RuleBroken(
                    _l("A reason quotes what %(name)s marked as a business secret.", name=tender.supplier.name),
                    rule="R86",
                    next_step=_l("Write the reasons in your own words."),
                )


def _prepare(competition: Competition, details: DecisionDetails, now: Any, by: Mandate) -> Decision:
    decision = decisions.prepare(details, by=by, continues=competition.decision)
    competition.decision, competition.decision_id = decision, decision.id
    db.session.flush()
    audit.record(PREPARED, subject=competition, actor=by, at=now, decision=decision.id, kind=decision.kind)
    return decision


# ---- the cancellation ----


@transaction
def prepare_cancellation(competition: Competition, reason: str, *, by: Mandate) -> Decision:
    """Lay the cancellation before the decision maker, with its real reason (R49, HL 125 §).

    Before the opening it goes to everybody who was invited, since who has tendered is hidden; after it to the
    tenderers, or to the invited when nobody tendered.

    :raises RuleBroken: no reason, or nobody was invited whom a decision could be sent to
    """
    lock(competition)
    now = clock.now()
    _must_prepare(competition, by)
    _refuse_if_waits(competition)
    if competition.state not in (CompetitionState.SENT, CompetitionState.OPENED):
        raise WrongState(_l("The competition cannot be cancelled now."), rule="R49")
    words = needed(reason, _l("Write why the competition is cancelled: a real and justified reason."), "R49")
    opened = judging.opened_tenders(competition.id) if competition.opened_at is not None else []
    parties = [each.supplier for each in opened if each.supplier is not None]
    parties = parties or [each.supplier for each in judging.invited(competition.id)]
    mode = competition.category.legal_mode
    old = corrects(competition)
    details = DecisionDetails(
        authority_id=competition.authority_id,
        supplier_id=None,
        category_id=competition.category_id,
        kind=DecisionKind.CANCELLATION,
        matter=_matter(competition),
        reasons=[{"requirement": "cancellation", "text": _matter(competition), "is_met": False, "reason": words}],
        summary=words,
        legal_basis=legal_mode.cancellation_basis(mode),
        instruction_kind=legal_mode.instruction_kind(mode),
        language="fi",
        corrects_id=old.id if old else None,
        addressees=[AddresseeDetails(supplier_id=each.id, language=each.language, sections=[]) for each in parties],
        tenders_received=len(opened),
        tenderers=0,
    )
    return _prepare(competition, details, now, by)


# ---- what the signature does ----


def on_decision_signed(signal: DecisionSigned) -> None:
    """Choice or cancellation take effect in the transaction of the signature."""
    competition = judging.competition_of_decision(signal.decision_id)
    if competition is None:
        return
    lock(competition)
    decision = decision_queries.decision(signal.decision_id)
    assert decision is not None
    if decision.kind is DecisionKind.CANCELLATION:
        _cancel(competition, decision, signal)
    elif decision.kind is DecisionKind.AWARD:
        _decide(competition, decision, signal)


def _cancel(competition: Competition, decision: Decision, signal: DecisionSigned) -> None:
    if competition.opened_at is not None and competition.opened_at > decision.prepared_at:
        raise WrongState(
            _l("The tenders were opened after the cancellation was prepared."),
            rule="R49",
            next_step=_l("Return it, and have it prepared anew for the tenderers."),
        )
    before = competition.state
    move(competition, COMPETITION_TRANSITIONS, "cancel")
    competition.cancelled_at = signal.at
    audit.record(
        CANCELLED,
        subject=competition,
        actor=signal.by,
        at=signal.at,
        before=before,
        after=competition.state,
        decision=decision.id,
    )


def _decide(competition: Competition, decision: Decision, signal: DecisionSigned) -> None:
    refuse_own_judging(competition, signal.by)
    board = results.board_of(competition)
    found = results.results_of(board)
    _refuse_without_admission(board, found)
    before = competition.state
    move(competition, COMPETITION_TRANSITIONS, "decide")
    competition.decided_at = signal.at
    awards = [_award(competition, decision, board, result.lot, row) for result in found for row in result.chosen]
    db.session.flush()
    audit.record(
        DECIDED,
        subject=competition,
        actor=signal.by,
        at=signal.at,
        before=before,
        after=competition.state,
        decision=decision.id,
        awards=len(awards),
    )


def _refuse_without_admission(board: Board, found: Sequence[LotResult]) -> None:
    """:raises WrongState: the admission of somebody chosen has ended or was paused since the choice was prepared"""
    for row in (row for each in found for row in each.chosen):
        admission = board.admissions.get(row.tender.supplier_id) if row.tender.supplier_id else None
        if admission is None or admission.state is not QualificationState.IN_FORCE:
            raise WrongState(
                _l(
                    "The admission of %(supplier)s has ended or is paused since the choice was prepared.",
                    supplier=row.name,
                ),
                rule="R35",
                next_step=_l("Return the decision, so that the tenders are looked at anew."),
            )


def refuse_own_judging(competition: Competition, by: Mandate) -> None:
    """Who judged the tenders, or declared a conflict, does not sign the choice (four eyes, R50)."""
    for member in competition.committee:
        if member.person_id == by.person_id and (member.has_conflict or member.scored_at is not None):
            raise RuleBroken(
                _l("The one who judged the tenders cannot sign the choice."),
                rule="R50",
                next_step=_l("Ask another decision maker."),
            )


def _award(
    competition: Competition, decision: Decision, board: Board, lot: CompetitionLot, row: results.TenderResult
) -> Award:
    assert row.rank is not None
    assert row.comparison is not None
    award = Award(
        competition_id=competition.id,
        decision_id=decision.id,
        lot=lot,
        lot_id=lot.id,
        tender=row.tender,
        tender_id=row.tender.id,
        rank=row.rank,
        comparison=row.comparison,
        price=row.price,
    )
    db.session.add(award)
    contract = contracts.offer_awarded(_contract(competition, decision, board, lot, row))
    award.contract_id = contract.id
    return award


def _contract(
    competition: Competition, decision: Decision, board: Board, lot: CompetitionLot, row: results.TenderResult
) -> contracts.AwardedContract:
    """What the chosen tender and the documents make together: the prices tendered are the prices of the contract."""
    supplier_id = row.tender.supplier_id
    assert supplier_id is not None
    assert row.rank is not None
    return contracts.AwardedContract(
        decision_id=decision.id,
        supplier_id=supplier_id,
        category_id=competition.category_id,
        qualification_id=board.admissions[supplier_id].id,
        lot=lot.code,
        lot_name={code: getattr(lot, f"name_{code}") for code in award_text.LANGUAGES},
        terms={code: getattr(competition, f"terms_{code}") for code in award_text.LANGUAGES},
        terms_version=competition.terms_version,
        price_list=price_list(row.tender, lot),
        starts_on=competition.starts_on,
        ends_on=competition.ends_on,
        maximum_quantity=lot.maximum_quantity,
        maximum_value=maximum_value(row.price, lot),
        options=list(competition.option_days),
        rank=row.rank,
    )


def price_list(tender: Tender, lot: CompetitionLot) -> dict[str, Any]:
    """The tendered prices in the shape of ``FrameContract.price_list``; the first line is the service itself."""
    written = tender.content or content.empty()
    first, *others = lot.lines
    return {
        "unit": first.unit.value,
        "ceiling": str(content.price_of(written, lot, first.code)),
        "modules": {line.module_code or line.code: str(content.price_of(written, lot, line.code)) for line in others},
    }


def maximum_value(price: Decimal, lot: CompetitionLot) -> Decimal:
    """The compared price, brought from the compared quantity to the lot's maximum; half up to the cent."""
    return (price * lot.maximum_quantity / lot.lines[0].quantity).quantize(content.CENT, ROUND_HALF_UP)


def on_decision_returned(signal: DecisionReturned) -> None:
    """Back to judging, or to the time for tenders: the decision maker has returned the proposal."""
    competition = judging.competition_of_decision(signal.decision_id)
    if competition is None:
        return
    lock(competition)
    audit.record(RETURNED, subject=competition, actor=signal.by, at=signal.at, decision=signal.decision_id)


# ---- the correction ----


@transaction
def reopen(competition: Competition, reason: str, *, by: Mandate) -> None:
    """Weigh the tenders anew, since a correction of the choice is pending (R77): joint scores may change again.

    Contracts that were offered and not yet made lapse; the next choice or cancellation corrects the old one.

    :raises WrongState: no correction is pending, or a contract has been made: it is not undone by a correction
    """
    lock(competition)
    now = clock.now()
    _must_prepare(competition, by)
    words = needed(reason, _l("Write what is weighed anew, and why."), "R77")
    decision = competition.decision
    if competition.state is not CompetitionState.DECIDED or decision is None:
        raise WrongState(_l("Only a signed decision can be appealed or corrected."), rule="R77")
    lock(decision)
    pending = [
        each
        for each in decision_queries.remedies_of(decision.id)
        if each.state is RemedyState.PENDING and each.kind in _CORRECTIONS
    ]
    if not pending:
        raise WrongState(
            _l("No correction of the decision is pending."),
            rule="R77",
            next_step=_l("Register the correction first: the parties are told that it is pending."),
        )
    contracts.lapse_awarded(decision, by=by)
    before = competition.state
    move(competition, COMPETITION_TRANSITIONS, "reopen")
    audit.record(
        REOPENED,
        subject=competition,
        actor=by,
        at=now,
        before=before,
        after=competition.state,
        decision=decision.id,
        reason=words,
    )
