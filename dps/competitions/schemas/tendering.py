"""What machines send and get about tenders, receipts and openings. Nothing here says what a sealed tender says."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from core.web.api import StrictSchema, Text
from dps.competitions.models import ReceiptKind, Tender, TenderState


class TenderLotIn(StrictSchema):
    """Prices by line, as texts of euros (``"1250.00"``), and answers by question, both by their codes."""

    prices = fields.Dict(
        keys=fields.String(validate=validate.Length(max=80)),
        values=Text(max_length=40, min_length=0),
        load_default=dict,
    )
    answers = fields.Dict(
        keys=fields.String(validate=validate.Length(max=80)),
        values=Text(max_length=20_000, min_length=0),
        load_default=dict,
    )


class TenderIn(StrictSchema):
    """A tender's words: lots by code; a lot that is not there is not tendered for."""

    lots = fields.Dict(
        keys=fields.String(validate=validate.Length(max=80)), values=fields.Nested(TenderLotIn), required=True
    )
    secrets = fields.Dict(
        keys=fields.String(validate=validate.Length(max=200)),
        values=Text(max_length=1000, min_length=0),
        load_default=dict,
        metadata={"description": "Why it is secret: `answer:LOT:CRITERION`, `file:ID`; in submit-tender `file:NAME`."},
    )
    note = Text(max_length=4000, min_length=0, load_default="")


class TenderFileIn(StrictSchema):
    """The name of a file that is sent as the body."""

    file_name = Text(max_length=200, required=True)


class TenderFileOut(Schema):
    id = fields.String()


class DraftOut(Schema):
    """When the draft was saved. Saved is not sent."""

    saved_at = fields.DateTime()


class ReceiptOut(Schema):
    """The proof of what was received, and when; the signature is Ed25519 over ``signed_text``."""

    number = fields.String()
    kind = fields.Enum(ReceiptKind, by_value=True)
    at = fields.DateTime()
    content_sha256 = fields.String()
    signed_text = fields.String()
    signature = fields.String(metadata={"description": "hexadecimal"})
    verify_key = fields.String(metadata={"description": "hexadecimal"})
    is_genuine = fields.Boolean()


class TenderOut(Schema):
    """One's own tender: where it stands, never what it says."""

    id = fields.UUID()
    competition_id = fields.UUID()
    state = fields.Enum(TenderState, by_value=True)
    draft_saved_at = fields.DateTime(allow_none=True)
    submitted_at = fields.DateTime(allow_none=True)
    documents_number = fields.Integer()
    receipt_number = fields.String(allow_none=True)


class OpenIn(StrictSchema):
    """The member's own key, where the committee has keys."""

    key_code = Text(max_length=200, min_length=0, load_default="")


class OpenOut(Schema):
    """Whether the tenders have been opened by this, or another member's word is waited for."""

    opened = fields.Boolean()


class OpenedTenderOut(Schema):
    """A row of the opening record."""

    supplier = fields.String()
    submitted_at = fields.DateTime()
    receipt_number = fields.String()
    files = fields.Integer()


class OpeningRecordOut(Schema):
    """Who opened what, when."""

    competition_id = fields.UUID()
    tenders_due_at = fields.DateTime()
    opened_at = fields.DateTime()
    opened_by = fields.List(fields.String())
    tenders = fields.List(fields.Nested(OpenedTenderOut))
    lapsed_receipts = fields.List(fields.String())


def opened_row(tender: Tender) -> dict[str, Any]:
    """One row of ``OpeningRecordOut``."""
    assert tender.supplier is not None
    assert tender.content is not None
    return {
        "supplier": tender.supplier.name,
        "submitted_at": tender.submitted_at,
        "receipt_number": tender.receipt_number,
        "files": len(tender.content["files"]),
    }
