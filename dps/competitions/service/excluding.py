"""The formal check of a tender, and leaving it out of the comparison with a reason (R45, R46)."""

from __future__ import annotations

from datetime import datetime

from core import audit
from core.db import db, lock, new_id, transaction
from core.errors import NotFound, RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from dps.competitions import queries_judging as judging
from dps.competitions import results
from dps.competitions.models import (
    CompetitionLot,
    ExclusionGround,
    RequestKind,
    Tender,
    TenderCheck,
    TenderExclusion,
    TenderRequestState,
)
from dps.competitions.results import TenderResult
from dps.competitions.service.judging import LENGTH, SCORING_AGAIN, begin, must_be_of, needed, unscored
from dps.qualification.models import QualificationState

CHECKED = audit.declare("tender.checked", "competition")
EXCLUDED = audit.declare("tender.excluded", "competition", "lot", "ground", "exclusion")
REVOKED = audit.declare("tender.exclusion_revoked", "competition", "lot", "ground", "exclusion", "reason")

_LOW_PRICE = (ExclusionGround.LOW_PRICE, ExclusionGround.LOW_PRICE_UNLAWFUL)


@transaction
def check_formally(tender: Tender, note: str, *, by: Mandate) -> TenderCheck:
    """Write down that the tender was looked through: answers, prices, files, against the documents (R45)."""
    competition = tender.competition
    _member, now = begin(competition, by)
    must_be_of(competition, tender, by)
    row = judging.check_of(tender.id)
    if row is None:
        row = TenderCheck(id=new_id(), tender_id=tender.id)
        db.session.add(row)
    row.note, row.checked_by, row.checked_at = note.strip()[:LENGTH], by.person_id, now
    db.session.flush()
    audit.record(CHECKED, subject=tender, actor=by, at=now, competition=competition.id)
    return row


@transaction
def exclude(
    tender: Tender, lot: CompetitionLot | None, ground: ExclusionGround, reason: str, *, by: Mandate
) -> TenderExclusion:
    """Leave a tender, or its part for one lot, out of the comparison, with a reason (R45, R46).

    :raises RuleBroken: the ground does not apply, or a low price was not asked about first (R46)
    """
    competition = tender.competition
    _member, now = begin(competition, by)
    must_be_of(competition, tender, by)
    if lot is not None and lot.competition_id != competition.id:
        raise NotFound(_l("There is no such page or record."), rule="not-found", field="lot")
    words = needed(reason, _l("Write why the tender is excluded. The letter to the tenderer says it."), "R70")
    board = results.board_of(competition)
    if any(each.tender_id == tender.id and each.lot_id in (None, lot.id if lot else None) for each in board.exclusions):
        raise WrongState(_l("The tender has been excluded already."), rule="R45")
    _must_apply(board, tender, lot, ground, now)
    row = TenderExclusion(
        id=new_id(),
        tender=tender,
        tender_id=tender.id,
        lot_id=lot.id if lot else None,
        ground=ground,
        reason=words,
        decided_by=by.person_id,
        decided_at=now,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(
        EXCLUDED,
        subject=tender,
        actor=by,
        at=now,
        competition=competition.id,
        lot=row.lot_id,
        ground=ground,
        exclusion=row.id,
    )
    return row


def _must_apply(
    board: results.Board, tender: Tender, lot: CompetitionLot | None, ground: ExclusionGround, now: datetime
) -> None:
    if ground in _LOW_PRICE:
        _must_have_been_asked(board, tender, lot, ground, now)
    elif ground is ExclusionGround.REQUIREMENTS:
        _must_not_wait(board, tender, now)
    elif ground is ExclusionGround.NOT_ADMITTED:
        admission = board.admissions.get(tender.supplier_id) if tender.supplier_id else None
        if admission is not None and admission.state is QualificationState.IN_FORCE:
            raise RuleBroken(_l("The tenderer is admitted to the category."), rule="R35", field="ground")
    elif not any(_applies(ground, row) for row in _rows(board, tender, lot)):
        raise RuleBroken(
            _l("No price of the tender is above its ceiling, and no points are below their minimum."),
            rule="R45",
            field="ground",
        )


def _rows(board: results.Board, tender: Tender, lot: CompetitionLot | None) -> list[TenderResult]:
    found = [each.row_of(tender) for each in results.results_of(board) if lot is None or each.lot.id == lot.id]
    return [row for row in found if row is not None]


def _applies(ground: ExclusionGround, row: TenderResult) -> bool:
    return bool(row.above_ceiling if ground is ExclusionGround.PRICE_CEILING else row.below_minimum)


def _must_have_been_asked(
    board: results.Board, tender: Tender, lot: CompetitionLot | None, ground: ExclusionGround, now: datetime
) -> None:
    """Nobody is left out for a low price unheard: a logged request, answered or its time over (R46, HL 96 §)."""
    if lot is None:
        raise RuleBroken(_l("Choose the lot whose price is too low."), rule="R46", field="lot")
    asked = [
        each
        for each in board.requests
        if each.tender_id == tender.id and each.lot_id == lot.id and each.kind is RequestKind.PRICE_EXPLANATION
    ]
    if not any(each.state is not TenderRequestState.ASKED or now >= each.due_at for each in asked):
        raise RuleBroken(
            _l("The tenderer has not been asked to explain its price, or still has time to answer."),
            rule="R46",
            field="ground",
            next_step=_l("Ask for an explanation, and wait for the answer or the end of its time."),
        )
    if any(each.is_accepted is True for each in asked):
        raise RuleBroken(_l("The explanation of the price has been accepted."), rule="R46", field="ground")
    if ground is not ExclusionGround.LOW_PRICE_UNLAWFUL and any(each.is_unlawful for each in asked):
        raise RuleBroken(
            _l("The price was found to come from breaking the law. Choose that ground."), rule="R46", field="ground"
        )


def _must_not_wait(board: results.Board, tender: Tender, now: datetime) -> None:
    """What was asked is waited for before the tender is found not to meet the requirements (R45, R29)."""
    if any(
        each.tender_id == tender.id and each.state is TenderRequestState.ASKED and now < each.due_at
        for each in board.requests
    ):
        raise RuleBroken(
            _l("A request to the tenderer is still open."),
            rule="R45",
            field="ground",
            next_step=_l("Wait for the answer, or until its time has ended."),
        )


@transaction
def revoke_exclusion(exclusion: TenderExclusion, reason: str, *, by: Mandate) -> None:
    """Take a tender back into the comparison, while nothing is decided; who has not scored it scores it now."""
    tender = exclusion.tender
    competition = tender.competition
    _member, now = begin(competition, by)
    lock(exclusion)
    must_be_of(competition, tender, by)
    if exclusion.revoked_at is not None:
        raise WrongState(_l("The exclusion has been revoked already."), rule="R45")
    words = needed(reason, _l("Write why the exclusion is revoked."), "R45")
    exclusion.revoked_at = now
    db.session.flush()
    audit.record(
        REVOKED,
        subject=tender,
        actor=by,
        at=now,
        competition=competition.id,
        lot=exclusion.lot_id,
        ground=exclusion.ground,
        exclusion=exclusion.id,
        reason=words,
    )
    found = results.results_of(results.board_of(competition))
    for member in judging.evaluators(competition):
        if member.scored_at is not None and unscored(competition, found, member.person_id):
            member.scored_at = None
            audit.record(SCORING_AGAIN, subject=competition, actor=by, at=now, evaluator=member.person_id)
