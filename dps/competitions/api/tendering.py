"""Tenders, receipts and openings as JSON: the same verbs as on the pages. No answer repeats what a tender says."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any, BinaryIO, cast

from flask import request
from marshmallow import ValidationError

from core.errors import NotFound, RuleBroken
from core.files import service as files
from core.i18n import lazy_gettext as _l
from core.web.access import mandate, public, requires
from core.web.api import PageQuery, api_blueprint, page, page_schema
from dps.competitions import queries, records, sealing, tender_queries
from dps.competitions.models import Competition, Receipt, Tender
from dps.competitions.policy import Permission
from dps.competitions.schemas.tendering import (
    DraftOut,
    OpenIn,
    OpeningRecordOut,
    OpenOut,
    ReceiptOut,
    TenderFileIn,
    TenderFileOut,
    TenderIn,
    TenderOut,
    opened_row,
)
from dps.competitions.service import opening, tendering

bp = api_blueprint("tenders", __name__, "Sealed tenders: drafts, sending, receipts, and their opening by two people.")


def _receipt(receipt: Receipt) -> dict[str, Any]:
    return {
        "number": receipt.number,
        "kind": receipt.kind,
        "at": receipt.at,
        "content_sha256": receipt.content_sha256,
        "signed_text": sealing.receipt_text(receipt).decode(),
        "signature": receipt.signature.hex(),
        "verify_key": bytes(sealing.verify_key()).hex(),
        "is_genuine": sealing.receipt_is_genuine(receipt),
    }


@bp.route("/tenders")
@requires(Permission.TENDER_OWN_LIST)
@bp.arguments(PageQuery, location="query")
@bp.response(200, page_schema(TenderOut, "TenderPage"))
def list_tenders(query: dict[str, Any]) -> Any:
    """One's own tenders, drafts included: where each stands."""
    rows = tendering.own_tenders(mandate())
    return page(rows, Tender, cursor=query.get("cursor"), limit=query["limit"])


@bp.route("/competitions/<uuid:competition_id>/save-tender", methods=["POST"])
@requires(Permission.TENDER_GIVE, on=queries.competition)
@bp.arguments(TenderIn)
@bp.response(200, DraftOut)
def save_tender(competition: Competition, data: dict[str, Any]) -> Any:
    """Keep a draft, sealed. Saved is not sent."""
    return {"saved_at": tendering.save_draft(competition, data, by=mandate())}


@bp.route("/competitions/<uuid:competition_id>/add-tender-file", methods=["POST"])
@requires(Permission.TENDER_GIVE, on=queries.competition)
@bp.arguments(TenderFileIn, location="query")
@bp.response(201, TenderFileOut)
def add_tender_file(competition: Competition, data: dict[str, Any]) -> Any:
    """Add a file, sent as the body, to the draft."""
    content = files.read_limited(BytesIO(request.get_data()), limit=tendering.LARGEST_FILE, field="file")
    return {"id": tendering.add_file(competition, content, data["file_name"], by=mandate())}


@bp.route("/competitions/<uuid:competition_id>/send-draft", methods=["POST"])
@requires(Permission.TENDER_GIVE, on=queries.competition)
@bp.response(201, ReceiptOut)
def send_draft(competition: Competition) -> Any:
    """Send the draft as the tender; the answer is the receipt."""
    return _receipt(tendering.submit(competition, by=mandate()))


@bp.route("/competitions/<uuid:competition_id>/submit-tender", methods=["POST"])
@requires(Permission.TENDER_GIVE, on=queries.competition_alone)
@bp.response(201, ReceiptOut)
def submit_tender(competition: Competition) -> Any:
    """Send a whole tender in one request: ``multipart/form-data`` with ``content`` (JSON) and any number of ``files``.

    ``content`` has the shape of the body of ``save-tender``. It takes the place of a draft and of a tender sent before.
    """
    attached = [
        (
            upload.filename or "",
            files.read_limited(cast("BinaryIO", upload.stream), limit=tendering.LARGEST_FILE, field="files"),
        )
        for upload in request.files.getlist("files")
    ]
    return _receipt(tendering.submit_whole(competition, _content(), attached, by=mandate()))


def _content() -> dict[str, Any]:
    """:raises RuleBroken: the part ``content`` is not the JSON asked for; it names the field"""
    try:
        loaded: dict[str, Any] = TenderIn().load(json.loads(request.form.get("content", "")))
    except ValueError:
        raise RuleBroken(
            _l("The part content is not JSON."), rule="tender-content", field="content", next_step=_l("Send JSON.")
        ) from None
    except ValidationError as error:
        raise RuleBroken(
            _l("The content does not have the shape of a tender: %(fields)s.", fields=", ".join(error.messages_dict)),
            rule="tender-content",
            field="content",
            next_step=_l("See the description of the API."),
        ) from None
    return loaded


@bp.route("/competitions/<uuid:competition_id>/withdraw-tender", methods=["POST"])
@requires(Permission.TENDER_GIVE, on=queries.competition)
@bp.response(200, ReceiptOut)
def withdraw_tender(competition: Competition) -> Any:
    """Take the tender back."""
    return _receipt(tendering.withdraw(competition, by=mandate()))


@bp.route("/competitions/<uuid:competition_id>/confirm-tender", methods=["POST"])
@requires(Permission.TENDER_GIVE, on=queries.competition)
@bp.response(200, ReceiptOut)
def confirm_tender(competition: Competition) -> Any:
    """Say that the tender stands as it is after a change of the documents."""
    return _receipt(tendering.confirm(competition, by=mandate()))


@bp.route("/receipts/<number>")
@public
@bp.response(200, ReceiptOut)
def get_receipt(number: str) -> Any:
    """A receipt by its number, for whoever has it."""
    found = tender_queries.receipt(number)
    if found is None:
        raise NotFound(_l("There is no receipt with this number."), rule="not-found")
    return _receipt(found)


@bp.route("/competitions/<uuid:competition_id>/open", methods=["POST"])
@requires(Permission.COMPETITION_OPEN, on=queries.competition)
@bp.arguments(OpenIn)
@bp.response(200, OpenOut)
def open_tenders(competition: Competition, data: dict[str, Any]) -> Any:
    """A member's word that the tenders be opened; the second one's opens them."""
    return {"opened": opening.confirm_opening(competition, key_code=data["key_code"], by=mandate())}


@bp.route("/competitions/<uuid:competition_id>/opening-record")
@requires(Permission.TENDER_READ, on=queries.competition)
@bp.response(200, OpeningRecordOut)
def opening_record(competition: Competition) -> Any:
    """Who opened what, when."""
    assert competition.first_opener is not None
    assert competition.second_opener is not None
    return {
        "competition_id": competition.id,
        "tenders_due_at": competition.tenders_due_at,
        "opened_at": competition.opened_at,
        "opened_by": [competition.first_opener.name, competition.second_opener.name],
        "tenders": [opened_row(each) for each in queries.opened_tenders(competition.id)],
        "lapsed_receipts": [each.number for each in records.lapsed_receipts(competition.id)],
    }
