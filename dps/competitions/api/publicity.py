"""Publicity as JSON: opened tenders as one may see them, business secrets, requests for documents, register, report."""

from __future__ import annotations

from typing import Any

from core.errors import NotFound
from core.i18n import lazy_gettext as _l
from core.web.access import mandate, requires
from core.web.api import PageQuery, api_blueprint, page
from dps.competitions import queries
from dps.competitions import queries_judging as judged
from dps.competitions import report as reports
from dps.competitions.models import Competition, DocumentRequest, Tender
from dps.competitions.policy import Permission
from dps.competitions.schemas import judging as schemas
from dps.competitions.service import publishing

bp = api_blueprint("publicity", __name__, "Who sees what of opened tenders, and requests for documents.")


@bp.get("/competitions/<uuid:competition_id>/opened-tenders")
@requires(Permission.COMPETITION_FETCH, on=queries.competition)
@bp.response(200, schemas.SeenTendersOut)
def opened_tenders(competition: Competition) -> Any:
    """The tenders as you may see them now: none while they are closed to you."""
    return {
        "items": [
            {
                "tender_id": each.tender.id,
                "supplier_id": each.tender.supplier_id,
                "supplier": each.tender.supplier.name if each.tender.supplier else "",
                "submitted_at": each.tender.submitted_at,
                "receipt_number": each.tender.receipt_number,
                "is_own": each.is_own,
                "content": each.content,
            }
            for each in publishing.seen_tenders(competition, mandate())
        ]
    }


@bp.get("/competitions/<uuid:competition_id>/receipts")
@requires(Permission.TENDER_READ, on=queries.competition)
@bp.response(200, schemas.RegisterOut)
def register(competition: Competition) -> Any:
    """What arrived when, its hash and origin (R88)."""
    return {"items": judged.receipts_of(competition.id)}


@bp.get("/competitions/<uuid:competition_id>/report")
@requires(Permission.TENDER_READ, on=queries.competition)
@bp.response(200, schemas.ReportOut)
def report(competition: Competition) -> Any:
    """The report on the procedure, made now (R82)."""
    return {"items": reports.report(competition)}


@bp.post("/tenders/<uuid:tender_id>/decide-secret")
@requires(Permission.TENDER_READ, on=judged.opened_tender)
@bp.arguments(schemas.SecretIn)
@bp.response(200, schemas.SecretOut)
def decide_secret(tender: Tender, data: dict[str, Any]) -> Any:
    """Decide whether a marked field is a business secret (R86)."""
    return publishing.decide_secret(tender, data["field"], data["is_secret"], data["reason"], by=mandate())


@bp.get("/document-requests")
@requires(Permission.DOCUMENT_REQUEST_BROWSE)
@bp.arguments(PageQuery, location="query")
@bp.response(200, schemas.DocumentRequestPage)
def list_document_requests(query: dict[str, Any]) -> Any:
    """Your own requests, or those to your authority."""
    found = judged.browsable_document_requests(mandate())
    return page(found, DocumentRequest, cursor=query.get("cursor"), limit=query["limit"])


@bp.post("/document-requests")
@requires(Permission.DOCUMENT_REQUEST_MAKE)
@bp.arguments(schemas.DocumentRequestIn)
@bp.response(201, schemas.DocumentRequestOut)
def ask_document(data: dict[str, Any]) -> Any:
    """Ask for documents of a competition; staff write down what came by e-mail."""
    competition = queries.competition(data["competition_id"])
    if competition is None:
        raise NotFound(_l("There is no such page or record."), rule="not-found", field="competition_id")
    return publishing.ask_document(competition, data["text"], by=mandate(), email=data["email"])


@bp.post("/document-requests/<uuid:document_request_id>/give")
@requires(Permission.DOCUMENT_REQUEST_HANDLE, on=judged.document_request)
@bp.arguments(schemas.WhyIn)
@bp.response(200, schemas.DocumentRequestOut)
def give(row: DocumentRequest, data: dict[str, Any]) -> Any:
    """Say what was given and how."""
    publishing.give_document(row, data["reason"], by=mandate())
    return row


@bp.post("/document-requests/<uuid:document_request_id>/refuse")
@requires(Permission.DOCUMENT_REQUEST_HANDLE, on=judged.document_request)
@bp.arguments(schemas.WhyIn)
@bp.response(200, schemas.DocumentRequestOut)
def refuse(row: DocumentRequest, data: dict[str, Any]) -> Any:
    """Refuse with the reason; the asker is told of the way to a formal decision (R87)."""
    publishing.refuse_document(row, data["reason"], by=mandate())
    return row


@bp.post("/document-requests/<uuid:document_request_id>/ask-decision")
@requires(Permission.DOCUMENT_REQUEST_INSIST, on=judged.document_request)
@bp.response(200, schemas.DocumentRequestOut)
def ask_decision(row: DocumentRequest) -> Any:
    """Ask for a formal decision."""
    publishing.ask_decision(row, by=mandate())
    return row


@bp.post("/document-requests/<uuid:document_request_id>/decide")
@requires(Permission.DOCUMENT_REQUEST_DECIDE, on=judged.document_request)
@bp.arguments(schemas.DocumentDecisionIn)
@bp.response(200, schemas.DocumentRequestOut)
def decide(row: DocumentRequest, data: dict[str, Any]) -> Any:
    """The formal decision."""
    publishing.decide_document(row, data["decision"], gives=data["gives"], by=mandate())
    return row
