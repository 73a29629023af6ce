"""What must be done before a decision on a competition can be prepared, each with the rule that asks for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.i18n import lazy_gettext as _l
from core.i18n import localized
from dps.competitions import queries_judging as queries
from dps.competitions.models import CompetitionLot, RequestKind, Tender, TenderRequestState
from dps.competitions.results import Board, LotResult, TenderResult
from dps.qualification.models import QualificationState


@dataclass(frozen=True, kw_only=True)
class Lack:
    """Something that must be done before a decision can be prepared."""

    code: str
    rule: str
    message: Any
    tender: Tender | None = None
    lot: CompetitionLot | None = None


def missing(board: Board, results: Sequence[LotResult], now: datetime) -> list[Lack]:
    """Everything that is missing, in the order of the work."""
    return [*_formal(board, now), *_of_rows(board, results), *_of_admissions(board), *_of_scores(board, results)]


def _name(tender: Tender) -> str:
    assert tender.supplier is not None
    return tender.supplier.name


def _formal(board: Board, now: datetime) -> Iterator[Lack]:
    if not board.is_as_published:
        yield Lack(code="weights", rule="R40", message=_l("The award criteria are not the ones that were published."))
    for tender in board.tenders:
        if tender.id not in board.checks and not board.is_out(tender):
            yield Lack(
                code="check",
                rule="R45",
                message=_l("The tender has not been checked formally: %(name)s", name=_name(tender)),
                tender=tender,
            )
    for request in board.requests:
        if request.state is not TenderRequestState.CONCLUDED and not board.is_out(request.tender):
            waits = request.state is TenderRequestState.ASKED and now < request.due_at
            words = (
                _l("A request waits for its answer: %(name)s", name=_name(request.tender))
                if waits
                else _l("Nobody has concluded what follows from a request: %(name)s", name=_name(request.tender))
            )
            yield Lack(code="request", rule="R45", message=words, tender=request.tender)


def _was_explained(board: Board, row: TenderResult, lot: CompetitionLot) -> bool:
    """Whether the low price went through its explanation round and was accepted (R46)."""
    return any(
        each.tender_id == row.tender.id
        and each.lot_id == lot.id
        and each.kind is RequestKind.PRICE_EXPLANATION
        and each.is_accepted is True
        for each in board.requests
    )


def _of_rows(board: Board, results: Sequence[LotResult]) -> Iterator[Lack]:
    for result in results:
        for row in result.remaining:
            words = {"name": row.name, "lot": localized(result.lot, "name")}
            where: dict[str, Any] = {"tender": row.tender, "lot": result.lot}
            if row.above_ceiling:
                message = _l("A price is above its ceiling: %(name)s, %(lot)s", **words)
                yield Lack(code="ceiling", rule="R45", message=message, **where)
            if row.below_minimum:
                message = _l("The points stay below the minimum: %(name)s, %(lot)s", **words)
                yield Lack(code="minimum", rule="R45", message=message, **where)
            if row.is_low and not _was_explained(board, row, result.lot):
                message = _l("The low price has not been explained: %(name)s, %(lot)s", **words)
                yield Lack(code="low_price", rule="R46", message=message, **where)
            if any(
                each.is_unlawful and each.tender_id == row.tender.id and each.lot_id == result.lot.id
                for each in board.requests
            ):
                message = _l("The price comes from breaking the law, so the tender must be excluded: %(name)s", **words)
                yield Lack(code="unlawful", rule="R46", message=message, **where)


def _of_admissions(board: Board) -> Iterator[Lack]:
    for tender in board.tenders:
        admission = board.admissions.get(tender.supplier_id) if tender.supplier_id else None
        is_admitted = admission is not None and admission.state is QualificationState.IN_FORCE
        if not is_admitted and not board.is_out(tender):
            yield Lack(
                code="admission",
                rule="R35",
                message=_l("The tenderer is not admitted to the category now: %(name)s", name=_name(tender)),
                tender=tender,
            )


def _of_scores(board: Board, results: Sequence[LotResult]) -> Iterator[Lack]:
    if not queries.quality_criteria(board.competition):
        return
    if not board.evaluators:
        yield Lack(code="evaluators", rule="R50", message=_l("The committee has no evaluator who may act."))
    for member in board.evaluators:
        if member.scored_at is None:
            yield Lack(
                code="unfinished",
                rule="R40",
                message=_l("%(name)s has not finished scoring.", name=member.person.name),
            )
    for result in results:
        for row in result.remaining:
            if row.quality is None:
                message = _l("A joint score is missing: %(name)s, %(lot)s", name=row.name, lot=result.lot.code)
                yield Lack(code="joint", rule="R70", message=message, tender=row.tender, lot=result.lot)
