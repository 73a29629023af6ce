"""Judging and deciding as JSON: the same verbs as on the pages."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from core import clock
from core.errors import NotFound, RuleBroken
from core.files import service as files
from core.i18n import lazy_gettext as _l
from core.web.access import mandate, requires
from core.web.api import PageQuery, api_blueprint, page
from dps.competitions import award_text, missing, queries, results
from dps.competitions import queries_judging as judged
from dps.competitions.models import Competition, CompetitionLot, Tender, TenderExclusion, TenderRequest
from dps.competitions.policy import Permission
from dps.competitions.publicity import Kind
from dps.competitions.schemas import judging as schemas
from dps.competitions.service import awarding, clarifying, excluding, judging, publishing
from dps.competitions.service.judging import Given

bp = api_blueprint("judging", __name__, "Opened tenders: requests, exclusions, scores, the comparison and the choice.")


def _lot(tender: Tender, code: str | None) -> CompetitionLot | None:
    if code is None:
        return None
    found = next((each for each in tender.competition.lots if each.code == code), None)
    if found is None:
        raise NotFound(_l("The tender is not for this lot."), rule="not-found", field="lot")
    return found


def _named_lot(tender: Tender, code: str) -> CompetitionLot:
    lot = _lot(tender, code)
    assert lot is not None
    return lot


@bp.get("/competitions/<uuid:competition_id>/results")
@requires(Permission.COMPETITION_FETCH, on=queries.competition)
@bp.response(200, schemas.ResultsOut)
def get_results(competition: Competition) -> Any:
    """The comparison, for those who judge and decide, and for the parties after the decision."""
    publishing.must_see(Kind.COMPARISON, competition, mandate())
    return {
        "formula": competition.price_formula.value,
        "rounding": award_text.rounding_words(competition),
        "lots": [_lot_out(each) for each in results.results_of(results.board_of(competition))],
    }


def _lot_out(found: results.LotResult) -> dict[str, Any]:
    return {"lot": found.lot.code, "tenders": [_row_out(row) for row in found.rows]}


def _row_out(row: results.TenderResult) -> dict[str, Any]:
    return {
        "tender_id": row.tender.id,
        "supplier": row.name,
        "price": row.price,
        "points": [
            {"criterion": each.criterion.code, "points": each.points, "score": each.score, "reason": each.reason}
            for each in row.points
        ],
        "comparison": row.comparison,
        "rank": row.rank,
        "is_chosen": row.is_chosen,
        "is_low": row.is_low,
        "exclusion_ground": row.exclusion.ground if row.exclusion else None,
        "exclusion_reason": row.exclusion.reason if row.exclusion else None,
    }


@bp.get("/competitions/<uuid:competition_id>/missing")
@requires(Permission.TENDER_READ, on=queries.competition)
@bp.response(200, schemas.MissingOut)
def get_missing(competition: Competition) -> Any:
    """What must be done before a decision can be prepared."""
    board = results.board_of(competition)
    return {"items": missing.missing(board, results.results_of(board), clock.now())}


@bp.post("/tenders/<uuid:tender_id>/check")
@requires(Permission.TENDER_JUDGE, on=judged.opened_tender)
@bp.arguments(schemas.CheckIn)
@bp.response(200, schemas.CheckOut)
def check(tender: Tender, data: dict[str, Any]) -> Any:
    """Note that the tender was looked through formally."""
    return excluding.check_formally(tender, data["note"], by=mandate())


@bp.post("/tenders/<uuid:tender_id>/ask")
@requires(Permission.TENDER_JUDGE, on=judged.opened_tender)
@bp.arguments(schemas.AskIn)
@bp.response(201, schemas.TenderRequestOut)
def ask(tender: Tender, data: dict[str, Any]) -> Any:
    """Ask the tenderer to clarify or complete, or to explain a low price."""
    question = clarifying.TenderQuestion(
        kind=data["kind"], text=data["question"], lot=_lot(tender, data["lot"]), due_on=data["due_on"]
    )
    return clarifying.ask(tender, question, by=mandate())


@bp.post("/tenders/<uuid:tender_id>/exclude")
@requires(Permission.TENDER_JUDGE, on=judged.opened_tender)
@bp.arguments(schemas.ExcludeIn)
@bp.response(201, schemas.ExclusionOut)
def exclude(tender: Tender, data: dict[str, Any]) -> Any:
    """Leave the tender, or its part for a lot, out of the comparison."""
    return excluding.exclude(tender, _lot(tender, data["lot"]), data["ground"], data["reason"], by=mandate())


@bp.post("/tender-exclusions/<uuid:exclusion_id>/revoke")
@requires(Permission.TENDER_JUDGE, on=judged.exclusion)
@bp.arguments(schemas.WhyIn)
@bp.response(200, schemas.ExclusionOut)
def revoke(exclusion: TenderExclusion, data: dict[str, Any]) -> Any:
    """Take the tender back into the comparison."""
    excluding.revoke_exclusion(exclusion, data["reason"], by=mandate())
    return exclusion


def _given(data: dict[str, Any]) -> dict[Any, Given]:
    return {code: Given(points=each["points"], reason=each["reason"]) for code, each in data["scores"].items()}


@bp.post("/tenders/<uuid:tender_id>/score")
@requires(Permission.TENDER_JUDGE, on=judged.opened_tender)
@bp.arguments(schemas.ScoresIn)
@bp.response(200, schemas.SavedOut)
def score(tender: Tender, data: dict[str, Any]) -> Any:
    """Keep your own points and reasons."""
    judging.save_scores(tender, _named_lot(tender, data["lot"]), _given(data), by=mandate())
    return {"saved": len(data["scores"])}


@bp.post("/tenders/<uuid:tender_id>/agree")
@requires(Permission.TENDER_JUDGE, on=judged.opened_tender)
@bp.arguments(schemas.ScoresIn)
@bp.response(200, schemas.SavedOut)
def agree(tender: Tender, data: dict[str, Any]) -> Any:
    """Write down the joint points and reasons."""
    judging.agree_scores(tender, _named_lot(tender, data["lot"]), _given(data), by=mandate())
    return {"saved": len(data["scores"])}


@bp.post("/competitions/<uuid:competition_id>/finish-scoring")
@requires(Permission.TENDER_JUDGE, on=queries.competition)
@bp.response(200, schemas.MissingOut)
def finish_scoring(competition: Competition) -> Any:
    """Your own points are ready; the answer is what is still missing before a decision."""
    judging.finish_scoring(competition, by=mandate())
    board = results.board_of(competition)
    return {"items": missing.missing(board, results.results_of(board), clock.now())}


# ---- requests to tenderers ----


@bp.get("/tender-requests")
@requires(Permission.TENDER_REQUEST_BROWSE)
@bp.arguments(PageQuery, location="query")
@bp.response(200, schemas.TenderRequestPage)
def list_requests(query: dict[str, Any]) -> Any:
    """Requests about your tenders, or those of the competitions you judge or decide."""
    found = judged.browsable_tender_requests(mandate())
    return page(found, TenderRequest, cursor=query.get("cursor"), limit=query["limit"])


@bp.get("/tender-requests/<uuid:tender_request_id>")
@requires(Permission.TENDER_REQUEST_FETCH, on=judged.tender_request)
@bp.response(200, schemas.TenderRequestOut)
def get_request(row: TenderRequest) -> Any:
    """One request."""
    return row


def _file(data: dict[str, Any]) -> tuple[str, bytes] | None:
    if not data["file_name"] or not data["file_base64"]:
        return None
    try:
        content = base64.b64decode(data["file_base64"], validate=True)
    except binascii.Error:
        raise RuleBroken(_l("The file is not base64."), rule="file-type", field="file_base64") from None
    if not content or len(content) > clarifying.LARGEST:
        raise RuleBroken(
            _l("The file is too large. The limit is %(megabytes)s MB.", megabytes=clarifying.LARGEST // files.MEGABYTE),
            rule="file-size",
            field="file_base64",
        )
    return data["file_name"], content


@bp.post("/tender-requests/<uuid:tender_request_id>/answer")
@requires(Permission.TENDER_REQUEST_ANSWER, on=judged.tender_request)
@bp.arguments(schemas.AnswerRequestIn)
@bp.response(200, schemas.TenderRequestOut)
def answer_request(row: TenderRequest, data: dict[str, Any]) -> Any:
    """Answer within the time."""
    clarifying.answer(row, data["answer"], _file(data), by=mandate())
    return row


@bp.post("/tender-requests/<uuid:tender_request_id>/conclude")
@requires(Permission.TENDER_JUDGE, on=judged.tender_request)
@bp.arguments(schemas.ConcludeIn)
@bp.response(200, schemas.TenderRequestOut)
def conclude(row: TenderRequest, data: dict[str, Any]) -> Any:
    """Write what follows from the answer; an unlawful price excludes at once (R46)."""
    clarifying.conclude(
        row, data["conclusion"], is_accepted=data["is_accepted"], is_unlawful=data["is_unlawful"], by=mandate()
    )
    return row


# ---- deciding ----


@bp.post("/competitions/<uuid:competition_id>/prepare-award")
@requires(Permission.DECISION_PREPARE, on=queries.competition)
@bp.arguments(schemas.SummaryIn)
@bp.response(201, schemas.ProposedOut)
def prepare_award(competition: Competition, data: dict[str, Any]) -> Any:
    """Lay the choice before the decision maker."""
    return {"decision_id": awarding.prepare_award(competition, data["summary"], by=mandate()).id}


@bp.post("/competitions/<uuid:competition_id>/prepare-cancellation")
@requires(Permission.CANCELLATION_PREPARE, on=queries.competition)
@bp.arguments(schemas.WhyIn)
@bp.response(201, schemas.ProposedOut)
def prepare_cancellation(competition: Competition, data: dict[str, Any]) -> Any:
    """Lay the cancellation before the decision maker (R49)."""
    return {"decision_id": awarding.prepare_cancellation(competition, data["reason"], by=mandate()).id}


@bp.post("/competitions/<uuid:competition_id>/reopen")
@requires(Permission.DECISION_PREPARE, on=queries.competition)
@bp.arguments(schemas.WhyIn)
@bp.response(200, schemas.MissingOut)
def reopen(competition: Competition, data: dict[str, Any]) -> Any:
    """Weigh the tenders anew while a correction is pending (R77)."""
    awarding.reopen(competition, data["reason"], by=mandate())
    board = results.board_of(competition)
    return {"items": missing.missing(board, results.results_of(board), clock.now())}


@bp.get("/competitions/<uuid:competition_id>/awards")
@requires(Permission.COMPETITION_FETCH, on=queries.competition)
@bp.response(200, schemas.AwardsOut)
def get_awards(competition: Competition) -> Any:
    """The chosen tenders of the decision in force."""
    publishing.must_see(Kind.DECISION, competition, mandate())
    return {"items": judged.awards_of(competition.decision_id)}
