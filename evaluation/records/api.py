"""Quality records and their releases as JSON."""

from __future__ import annotations

from typing import Any

from core.web.access import mandate, requires
from core.web.api import PageQuery, api_blueprint, page
from evaluation.records import queries, service
from evaluation.records.models import Correction, Release, ReleaseRecord, ReleaseState
from evaluation.records.policy import Permission
from evaluation.records.schemas import (
    OwnQualityRecords,
    QualityQuery,
    QualityRecordPage,
    RecordCommentIn,
    RecordCommentOut,
    RecordCorrectionAnswerIn,
    RecordCorrectionIn,
    RecordCorrectionOut,
    RecordCorrectionPage,
    RecordReleasePage,
    ReleaseRunOut,
)
from orders import queries as order_queries
from orders.models import Order, PublishedRecord

quality = api_blueprint("quality-records", __name__, "What is published of providers' quality")
releases = api_blueprint("releases", __name__, "Computations of the quality records")

BLUEPRINTS = (quality, releases)


@quality.get("/quality-records")
@requires(Permission.QUALITY_READ)
@quality.arguments(QualityQuery, location="query")
@quality.response(200, QualityRecordPage)
def quality_records(query: dict[str, Any]) -> Any:
    """What is published, with counts and intervals."""
    rows = queries.published_records(query.get("category"), query.get("supplier"))
    return page(rows, PublishedRecord, cursor=query.get("cursor"), limit=query["limit"])


@quality.get("/quality-records/preview")
@requires(Permission.QUALITY_OWN)
@quality.response(200, OwnQualityRecords)
def own_records() -> Any:
    """One's own records before they are published; none where no release is in its preview."""
    release = queries.release_in(ReleaseState.PREVIEW)
    rows = queries.records_of_supplier(mandate().organisation_id, release.id) if release else []
    return {"items": rows}


@quality.post("/quality-records/<uuid:record_id>/comment")
@requires(Permission.RECORD_COMMENT, on=queries.record)
@quality.arguments(RecordCommentIn)
@quality.response(200, RecordCommentOut)
def comment(record: ReleaseRecord, data: dict[str, Any]) -> Any:
    """Write, or write anew, what is published beside one's own record."""
    return service.comment(record, data["text"], by=mandate())


@quality.post("/orders/<uuid:order_id>/correction")
@requires(Permission.CORRECTION_CLAIM, on=order_queries.order)
@quality.arguments(RecordCorrectionIn)
@quality.response(201, RecordCorrectionOut)
def claim(order: Order, data: dict[str, Any]) -> Any:
    """Say, before publication, that a fact of one's own case is wrong."""
    return service.claim(service.release_in_preview(), order, data["fact"], data["claim"], by=mandate())


@releases.get("/releases")
@requires(Permission.QUALITY_READ)
@releases.arguments(PageQuery, location="query")
@releases.response(200, RecordReleasePage)
def list_releases(query: dict[str, Any]) -> Any:
    """The published releases with their method, parameters and digests."""
    return page(queries.public_releases(), Release, cursor=query.get("cursor"), limit=query["limit"])


@releases.post("/releases")
@requires(Permission.RELEASE_COMPUTE)
@releases.response(202, ReleaseRunOut)
def compute() -> Any:
    """Ask for a new release; it is computed in the background."""
    return service.ask(by=mandate())


@releases.get("/releases/corrections")
@requires(Permission.CORRECTION_LIST)
@releases.arguments(PageQuery, location="query")
@releases.response(200, RecordCorrectionPage)
def list_corrections(query: dict[str, Any]) -> Any:
    """What suppliers say is wrong in the authority's orders."""
    rows = queries.corrections_seen_by_authority(mandate().organisation_id).order_by(None)
    return page(rows, Correction, cursor=query.get("cursor"), limit=query["limit"])


@releases.post("/releases/corrections/<uuid:correction_id>/answer")
@requires(Permission.CORRECTION_ANSWER, on=queries.correction)
@releases.arguments(RecordCorrectionAnswerIn)
@releases.response(200, RecordCorrectionOut)
def answer(correction: Correction, data: dict[str, Any]) -> Any:
    """Answer a claim; an accepted one is put right in the order, then the release is computed again."""
    service.answer(correction, accept=data["accept"], text=data["answer"], by=mandate())
    return correction
