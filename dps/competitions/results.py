"""From opened tenders, exclusions and joint scores to a ranked comparison.

Weights are those of the documents as published; nothing of them can change after the opening (R40). Rounding and
formulas: ``formulas``. Excluded tenders have no rank, and their prices count for nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from core.errors import RuleBroken
from core.i18n import lazy_gettext as _l
from dps.competitions import content, documents, formulas
from dps.competitions import queries_judging as queries
from dps.competitions.models import (
    CommitteeMember,
    Competition,
    CompetitionCriterion,
    CompetitionLot,
    JointScore,
    PriceFormula,
    PriceLine,
    Tender,
    TenderCheck,
    TenderExclusion,
    TenderRequest,
    TieRule,
)
from dps.qualification.models import Qualification
from dps.systems.models import CriterionKind


@dataclass(frozen=True, kw_only=True)
class CriterionPoints:
    """What a tender got for one criterion; ``points`` is none while the joint score is missing."""

    criterion: CompetitionCriterion
    points: Decimal | None
    #: Quality: what was agreed on the scale, and why.
    score: Decimal | None = None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class TenderResult:
    """One tender in one lot."""

    tender: Tender
    price: Decimal
    points: tuple[CriterionPoints, ...]
    exclusion: TenderExclusion | None = None
    #: Sum of the quality points, and the figure compared; none while a score is missing, or for an excluded tender.
    quality: Decimal | None = None
    comparison: Decimal | None = None
    rank: int | None = None
    is_chosen: bool = False
    #: Abnormally low by the published rule (R46).
    is_low: bool = False
    #: Lines dearer than their ceiling (R45), and questions below their minimum.
    above_ceiling: tuple[PriceLine, ...] = ()
    below_minimum: tuple[CompetitionCriterion, ...] = ()

    @property
    def name(self) -> str:
        assert self.tender.supplier is not None
        return self.tender.supplier.name


@dataclass(frozen=True, kw_only=True)
class LotResult:
    """The comparison of a lot: the ranked first, then those without a rank."""

    lot: CompetitionLot
    rows: tuple[TenderResult, ...]
    lowest: Decimal | None
    low_price_limit: Decimal | None

    @property
    def chosen(self) -> list[TenderResult]:
        return [row for row in self.rows if row.is_chosen]

    @property
    def remaining(self) -> list[TenderResult]:
        return [row for row in self.rows if row.exclusion is None]

    def row_of(self, tender: Tender) -> TenderResult | None:
        return next((row for row in self.rows if row.tender.id == tender.id), None)


@dataclass(frozen=True, kw_only=True)
class Board:
    """Everything that is known of the opened tenders of a competition; what not all readers need is asked when read."""

    competition: Competition
    tenders: Sequence[Tender]
    exclusions: Sequence[TenderExclusion]
    joint: dict[tuple[uuid.UUID, uuid.UUID, uuid.UUID], JointScore]
    checks: dict[uuid.UUID, TenderCheck]
    admissions: dict[uuid.UUID, Qualification]

    @cached_property
    def requests(self) -> Sequence[TenderRequest]:
        """Every request to the tenderers, the oldest first."""
        return queries.tender_requests_of(self.competition.id)

    @cached_property
    def evaluators(self) -> Sequence[CommitteeMember]:
        """Who judges."""
        return queries.evaluators(self.competition)

    @cached_property
    def is_as_published(self) -> bool:
        """Whether the tenders are compared by what was published (R40)."""
        return criteria_are_as_published(self.competition)

    def exclusion_of(self, tender: Tender, lot: CompetitionLot) -> TenderExclusion | None:
        """Why the tender is out of this lot, if it is: the whole of it, or its part for the lot."""
        return next(
            (each for each in self.exclusions if each.tender_id == tender.id and each.lot_id in (None, lot.id)), None
        )

    def is_out(self, tender: Tender) -> bool:
        """Whether nothing of the tender is left to compare."""
        lots = [lot for lot in self.competition.lots if lot.code in (tender.content or {}).get("lots", {})]
        return all(self.exclusion_of(tender, lot) is not None for lot in lots)


def board_of(competition: Competition) -> Board:
    """Read the tenders with what was found out about them, and the joint scores."""
    rows = queries.standings_of(competition)
    exclusions = {each.id: each for *_rest, each in rows if each is not None}
    return Board(
        competition=competition,
        tenders=list(dict.fromkeys(tender for tender, *_rest in rows)),
        exclusions=[exclusions[key] for key in sorted(exclusions)],
        joint={
            (each.tender_id, each.lot_id, each.criterion_id): each for each in queries.joint_scores_of(competition.id)
        },
        checks={check.tender_id: check for _tender, check, *_rest in rows if check is not None},
        admissions={found.supplier_id: found for _tender, _check, found, _exclusion in rows if found is not None},
    )


def results_of(board: Board) -> list[LotResult]:
    """The comparison, lot by lot."""
    return [compare(board, lot) for lot in board.competition.lots]


def compare(board: Board, lot: CompetitionLot) -> LotResult:
    """Points, prices and ranks of one lot."""
    competition = board.competition
    prices: dict[uuid.UUID, Decimal] = {}
    for tender in board.tenders:
        total = content.total_of(tender.content or content.empty(), lot)
        if total is not None:
            prices[tender.id] = total
    covering = [tender for tender in board.tenders if tender.id in prices]
    kept = {each.id: prices[each.id] for each in covering if board.exclusion_of(each, lot) is None}
    lowest = min(kept.values(), default=None)
    low = formulas.low_price_flags(kept, competition.low_price_percent)
    rows = [_row(board, lot, tender, prices[tender.id], lowest, is_low=tender.id in low) for tender in covering]
    ranked = sorted(
        (row for row in rows if row.comparison is not None), key=lambda row: _order(competition, lot.code, row)
    )
    is_complete = all(row.comparison is not None for row in rows if row.exclusion is None)
    placed = [
        replace(row, rank=place, is_chosen=is_complete and place <= competition.winners)
        for place, row in enumerate(ranked, start=1)
    ]
    rest = [row for row in rows if row.comparison is None]
    rest.sort(key=lambda row: (row.exclusion is not None, row.name))
    return LotResult(
        lot=lot,
        rows=(*placed, *rest),
        lowest=lowest,
        low_price_limit=formulas.low_price_limit(kept, competition.low_price_percent),
    )


def _row(
    board: Board, lot: CompetitionLot, tender: Tender, price: Decimal, lowest: Decimal | None, *, is_low: bool
) -> TenderResult:
    competition = board.competition
    exclusion = board.exclusion_of(tender, lot)
    points = tuple(_points(board, lot, tender, each, price, lowest) for each in competition.criteria)
    quality = _quality(points)
    comparison = None if exclusion else _comparison(competition, points, quality, price)
    return TenderResult(
        tender=tender,
        price=price,
        points=points,
        exclusion=exclusion,
        quality=quality,
        comparison=comparison,
        is_low=is_low,
        above_ceiling=tuple(line for line in lot.lines if _is_above(tender, lot, line)),
        below_minimum=tuple(
            each.criterion
            for each in points
            if each.score is not None and each.criterion.minimum is not None and each.score < each.criterion.minimum
        ),
    )


def _is_above(tender: Tender, lot: CompetitionLot, line: PriceLine) -> bool:
    price = content.price_of(tender.content or content.empty(), lot, line.code)
    return price is not None and line.ceiling is not None and price > line.ceiling


def _points(
    board: Board,
    lot: CompetitionLot,
    tender: Tender,
    criterion: CompetitionCriterion,
    price: Decimal,
    lowest: Decimal | None,
) -> CriterionPoints:
    competition = board.competition
    if criterion.kind is CriterionKind.PRICE:
        return CriterionPoints(criterion=criterion, points=price_points(competition, criterion.weight, lowest, price))
    joint = board.joint.get((tender.id, lot.id, criterion.id))
    if joint is None:
        return CriterionPoints(criterion=criterion, points=None)
    return CriterionPoints(
        criterion=criterion,
        points=formulas.quality_points(criterion.weight, joint.points, competition.scale_max),
        score=joint.points,
        reason=joint.reason,
    )


def price_points(competition: Competition, weight: Decimal, lowest: Decimal | None, price: Decimal) -> Decimal | None:
    """By the published formula; none where no price is compared, or the formula gives no price points."""
    if lowest is None or competition.price_formula in (PriceFormula.POINTS_PER_EURO, PriceFormula.FIXED_PRICE):
        return None
    if competition.price_formula is PriceFormula.LINEAR:
        return formulas.linear(weight, lowest, max(price, lowest), competition.linear_zero_at)
    return formulas.lowest_over_price(weight, lowest, max(price, lowest))


def _quality(points: Sequence[CriterionPoints]) -> Decimal | None:
    total = Decimal(0)
    for each in points:
        if each.criterion.kind is CriterionKind.QUALITY:
            if each.points is None:
                return None
            total += each.points
    return total


def _comparison(
    competition: Competition, points: Sequence[CriterionPoints], quality: Decimal | None, price: Decimal
) -> Decimal | None:
    if quality is None:
        return None
    if competition.price_formula is PriceFormula.POINTS_PER_EURO:
        return formulas.points_per_euro(quality, price)
    if competition.price_formula is PriceFormula.FIXED_PRICE:
        return formulas.fixed_price(quality)
    return quality + sum(
        (each.points or Decimal(0) for each in points if each.criterion.kind is CriterionKind.PRICE), Decimal(0)
    )


def _order(competition: Competition, lot_code: str, row: TenderResult) -> tuple[Any, ...]:
    """Best first; equal figures by the published rule, at last by the draw."""
    assert row.comparison is not None
    assert row.quality is not None
    by_draw = formulas.draw(competition.id, lot_code, row.tender.receipt_number or "")
    between = {
        TieRule.QUALITY: (-row.quality,),
        TieRule.PRICE: (row.price,),
        TieRule.DRAW: (),
    }[competition.tie_rule]
    return (-row.comparison, *between, by_draw)


# ---- weights ----


def criteria_are_as_published(competition: Competition) -> bool:
    """Whether criteria, weights and formulas are those of the version of the documents in force (R40)."""
    version = queries.documents_in_force(competition)
    return version is not None and documents.is_as_published(competition, version)


def refuse_changed_weights(competition: Competition) -> None:
    """Nothing is opened, scored or decided by weights that were not published (R40).

    :raises RuleBroken: the rows are not those of the documents in force
    """
    if not criteria_are_as_published(competition):
        raise RuleBroken(
            _l("The award criteria are not the ones that were published."),
            rule="R40",
            next_step=_l("Tell the administrator. Nothing can be opened or judged by other criteria."),
        )
