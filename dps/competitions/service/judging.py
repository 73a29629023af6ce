"""Scoring: every evaluator alone, then together; and what every judging verb asks first (R40, R50, R55)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from statistics import median

from core import audit, clock
from core.db import db, lock, transaction
from core.errors import NotAllowed, NotFound, RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from dps.competitions import formulas, queries, results
from dps.competitions import queries_judging as judging
from dps.competitions.models import (
    CommitteeMember,
    Competition,
    CompetitionCriterion,
    CompetitionLot,
    CompetitionState,
    JointScore,
    Score,
    Tender,
)
from dps.decisions.models import DecisionState
from suppliers.rights import refuse_own_matter

SCORED = audit.declare("tender.scored", "competition", "lot", "criteria")
FINISHED = audit.declare("competition.scoring_finished", "evaluator")
SCORING_AGAIN = audit.declare("competition.scoring_again", "evaluator")
AGREED = audit.declare("tender.scores_agreed", "competition", "lot", "before", "after")

#: Longest reason or note.
LENGTH = 5000


@dataclass(frozen=True, kw_only=True)
class Given:
    """Points on the scale for one question, and why."""

    points: Decimal
    reason: str


# ---- who, and when ----


def acting_evaluator(competition: Competition, by: Mandate) -> CommitteeMember:
    """The evaluator's place on the committee.

    :raises NotAllowed: not named to judge (R55), or a conflict was declared, or nothing was (R50)
    """
    member = queries.member_of(competition.id, by.person_id)
    if member is None or member.removed_at is not None or not member.evaluates:
        raise NotAllowed(_l("Only the people named to judge the tenders may do this."), rule="R55")
    if by.authority_id != competition.authority_id:
        raise NotAllowed(_l("You act for another authority."), rule="I4")
    if member.has_conflict is None:
        raise NotAllowed(
            _l("You have not declared whether you have a conflict of interest."),
            rule="R50",
            next_step=_l("Declare it first."),
        )
    if member.has_conflict:
        raise NotAllowed(_l("You have declared a conflict of interest, so you take no part."), rule="R50")
    return member


def decision_waits(competition: Competition) -> bool:
    """Whether a decision is on the decision maker's desk."""
    return competition.decision is not None and competition.decision.state is DecisionState.PREPARED


def must_be_judged(competition: Competition) -> None:
    """:raises WrongState: not opened, decided, or a decision waits for its signature: nothing changes then (R40)"""
    if competition.state is not CompetitionState.OPENED:
        raise WrongState(_l("The tenders are not being judged now."), rule="competition-state")
    if decision_waits(competition):
        raise WrongState(
            _l("The decision waits for its signature, so nothing of the judging can change."),
            rule="R40",
            next_step=_l("Ask the decision maker to return it."),
        )


def begin(competition: Competition, by: Mandate) -> tuple[CommitteeMember, datetime]:
    """The locks, the clock, and the common checks of every judging verb."""
    lock(competition)
    now = clock.now()
    member = acting_evaluator(competition, by)
    must_be_judged(competition)
    return member, now


def must_be_of(competition: Competition, tender: Tender, by: Mandate) -> None:
    """:raises NotFound: a tender of another competition; RuleBroken: the official speaks for its tenderer (R50)"""
    if tender.competition_id != competition.id or tender.supplier_id is None:
        raise NotFound(_l("There is no such page or record."), rule="not-found", field="tender")
    refuse_own_matter(tender.supplier_id, by)


def needed(words: str, message: object, rule: str, field: str = "reason") -> str:
    """What was written, without the space around it; :raises RuleBroken: nothing, or too much"""
    if not words.strip() or len(words) > LENGTH:
        raise RuleBroken(message, rule=rule, field=field)
    return words.strip()


# ---- scores ----


def _question(competition: Competition, key: uuid.UUID | str) -> CompetitionCriterion:
    for criterion in judging.quality_criteria(competition):
        if key in (criterion.id, criterion.code):
            return criterion
    raise NotFound(_l("There is no such page or record."), rule="not-found", field="criterion")


def _check_given(competition: Competition, criterion: CompetitionCriterion, given: Given) -> None:
    points = given.points
    if not points.is_finite() or not 0 <= points <= competition.scale_max or points != formulas.rounded(points):
        raise RuleBroken(
            _l(
                "Give points from 0 to %(most)s, with at most two decimals.",
                most=competition.scale_max,
            ),
            rule="R40",
            field=f"points-{criterion.code}",
        )
    needed(given.reason, _l("Write the reason for the points."), "R70", f"reason-{criterion.code}")


def _must_compete(competition: Competition, tender: Tender, lot: CompetitionLot) -> None:
    if lot.competition_id != competition.id or lot.code not in (tender.content or {}).get("lots", {}):
        raise NotFound(_l("The tender is not for this lot."), rule="not-found", field="lot")
    if results.board_of(competition).exclusion_of(tender, lot) is not None:
        raise WrongState(_l("The tender has been excluded, so it is not scored."), rule="R45")


@transaction
def save_scores(tender: Tender, lot: CompetitionLot, given: Mapping[uuid.UUID | str, Given], *, by: Mandate) -> None:
    """Keep one's own scores of a tender in a lot, by criterion (id or code), each with its reason (R40, R70).

    :raises WrongState: one's own scoring is finished
    :raises RuleBroken: points off the scale, or no reason
    """
    competition = tender.competition
    member, now = begin(competition, by)
    must_be_of(competition, tender, by)
    _must_compete(competition, tender, lot)
    results.refuse_changed_weights(competition)
    if member.scored_at is not None:
        raise WrongState(_l("You have finished your scoring, so your own scores stay."), rule="R40")
    known = {
        row.criterion_id: row
        for row in judging.scores_of(competition.id)
        if (row.tender_id, row.lot_id, row.evaluator_id) == (tender.id, lot.id, by.person_id)
    }
    questions = {_question(competition, key): value for key, value in given.items()}
    for criterion, value in questions.items():
        _check_given(competition, criterion, value)
        row = known.get(criterion.id)
        if row is None:
            row = Score(tender_id=tender.id, lot_id=lot.id, criterion_id=criterion.id, evaluator_id=by.person_id)
            db.session.add(row)
        row.points, row.reason, row.given_at = value.points, value.reason.strip(), now
    db.session.flush()
    audit.record(
        SCORED,
        subject=tender,
        actor=by,
        at=now,
        competition=competition.id,
        lot=lot.id,
        criteria=[each.code for each in questions],
    )


def unscored(
    competition: Competition, found: Sequence[results.LotResult], person_id: uuid.UUID
) -> list[tuple[Tender, CompetitionLot]]:
    """Tenders, lot by lot, for which an evaluator has not given points on every question."""
    wanted = {each.id for each in judging.quality_criteria(competition)}
    mine: dict[tuple[uuid.UUID, uuid.UUID], set[uuid.UUID]] = {}
    for row in judging.scores_of(competition.id):
        if row.evaluator_id == person_id:
            mine.setdefault((row.tender_id, row.lot_id), set()).add(row.criterion_id)
    return [
        (row.tender, result.lot)
        for result in found
        for row in result.remaining
        if wanted - mine.get((row.tender.id, result.lot.id), set())
    ]


@transaction
def finish_scoring(competition: Competition, *, by: Mandate) -> None:
    """Say that one's own scores are ready; from now on they stay, and the others' are shown to one.

    :raises RuleBroken: a question of a tender that was not excluded has no points
    """
    member, now = begin(competition, by)
    if member.scored_at is not None:
        raise WrongState(_l("You have finished your scoring already."), rule="R40")
    for tender, lot in unscored(competition, results.results_of(results.board_of(competition)), by.person_id):
        assert tender.supplier is not None
        raise RuleBroken(
            _l("You have not scored every question: %(name)s, lot %(lot)s", name=tender.supplier.name, lot=lot.code),
            rule="R40",
            next_step=_l("Give points and a reason for every question first."),
        )
    member.scored_at = now
    audit.record(FINISHED, subject=competition, actor=by, at=now, evaluator=by.person_id)


def visible_scores(competition: Competition, by: Mandate) -> list[Score]:
    """One's own; the others' only when one has finished, and to those who do not score when all have."""
    found = judging.scores_of(competition.id)
    scoring = {each.person_id: each for each in judging.evaluators(competition)}
    own = scoring.get(by.person_id)
    sees_all = own.scored_at is not None if own else all(each.scored_at for each in scoring.values())
    return [row for row in found if row.evaluator_id == by.person_id or sees_all]


def suggested(scores: list[Score], tender: Tender, lot: CompetitionLot) -> dict[uuid.UUID, Given]:
    """What the joint scores may start from: the median of the evaluators' points, and their reasons."""
    found: dict[uuid.UUID, Given] = {}
    for criterion_id in {row.criterion_id for row in scores}:
        rows = [
            row for row in scores if (row.tender_id, row.lot_id, row.criterion_id) == (tender.id, lot.id, criterion_id)
        ]
        if rows:
            found[criterion_id] = Given(
                points=formulas.rounded(median(row.points for row in rows)),
                reason="\n".join(dict.fromkeys(row.reason for row in rows)),
            )
    return found


@transaction
def agree_scores(tender: Tender, lot: CompetitionLot, given: Mapping[uuid.UUID | str, Given], *, by: Mandate) -> None:
    """Write down what the evaluators agreed on together; its reasons stand in the letters (R70).

    :raises WrongState: somebody has not finished scoring alone
    :raises RuleBroken: points off the scale, or no reason
    """
    competition = tender.competition
    _member, now = begin(competition, by)
    must_be_of(competition, tender, by)
    _must_compete(competition, tender, lot)
    results.refuse_changed_weights(competition)
    for member in judging.evaluators(competition):
        if member.scored_at is None:
            raise WrongState(
                _l("%(name)s has not finished scoring.", name=member.person.name),
                rule="R40",
                next_step=_l("Everybody scores alone first, then you agree together."),
            )
    known = {
        row.criterion_id: row
        for row in judging.joint_scores_of(competition.id)
        if (row.tender_id, row.lot_id) == (tender.id, lot.id)
    }
    before = {str(row.criterion_id): str(row.points) for row in known.values()}
    for key, value in given.items():
        criterion = _question(competition, key)
        _check_given(competition, criterion, value)
        row = known.get(criterion.id)
        if row is None:
            row = known[criterion.id] = JointScore(tender_id=tender.id, lot_id=lot.id, criterion_id=criterion.id)
            db.session.add(row)
        row.points, row.reason = value.points, value.reason.strip()
        row.agreed_by, row.agreed_at = by.person_id, now
    db.session.flush()
    audit.record(
        AGREED,
        subject=tender,
        actor=by,
        at=now,
        competition=competition.id,
        lot=lot.id,
        before=before,
        after={str(row.criterion_id): str(row.points) for row in known.values()},
    )
