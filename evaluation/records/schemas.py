"""What machines send and get of quality records."""

from __future__ import annotations

from marshmallow import Schema, fields

from core.web.api import PageQuery, StrictSchema, Text, page_schema
from evaluation.records.models import FactKind
from evaluation.records.service import LONGEST
from orders.schemas import RecordOut


class QualityQuery(PageQuery):
    category = fields.UUID()
    supplier = fields.UUID()


class QualityRecordOut(RecordOut):
    id = fields.UUID()
    supplier_id = fields.UUID()
    category_id = fields.UUID()
    release_id = fields.UUID()
    published_at = fields.DateTime()


QualityRecordPage = page_schema(QualityRecordOut, "QualityRecordPage")


class RecordReleaseOut(Schema):
    """A release: what it was computed from and by what, so that anybody can compute it again."""

    id = fields.UUID()
    method = fields.String()
    state = fields.String()
    frozen_on = fields.Date()
    period_begins_on = fields.Date()
    inputs_count = fields.Integer()
    inputs_sha256 = fields.String()
    results_sha256 = fields.String(allow_none=True)
    parameters = fields.Dict()
    preview_until = fields.Date(allow_none=True)
    published_at = fields.DateTime(allow_none=True)


RecordReleasePage = page_schema(RecordReleaseOut, "RecordReleasePage")


class ReleaseRunOut(Schema):
    """A computation in the background."""

    id = fields.UUID()
    share = fields.Float()
    doing = fields.String()
    finished_at = fields.DateTime(allow_none=True)
    failed = fields.String(allow_none=True)
    release_id = fields.UUID(allow_none=True)


class OwnQualityRecordOut(Schema):
    """A supplier's own record before publication: only what passes the gates (R119)."""

    id = fields.UUID()
    release_id = fields.UUID()
    category_id = fields.UUID()
    shown = fields.Dict(allow_none=True)


class OwnQualityRecords(Schema):
    items = fields.List(fields.Nested(OwnQualityRecordOut))


class RecordCommentIn(StrictSchema):
    """What is published beside the record."""

    text = Text(required=True, max_length=LONGEST)


class RecordCommentOut(Schema):
    release_id = fields.UUID()
    category_id = fields.UUID()
    text = fields.String()
    made_at = fields.DateTime()


class RecordCorrectionIn(StrictSchema):
    """Which fact of an order is wrong, and how it was."""

    fact = fields.Enum(FactKind, by_value=True, required=True)
    claim = Text(required=True, max_length=LONGEST)


class RecordCorrectionAnswerIn(StrictSchema):
    """Whether the fact is put right, with reasons."""

    accept = fields.Boolean(required=True)
    answer = Text(required=True, max_length=LONGEST)


class RecordCorrectionOut(Schema):
    id = fields.UUID()
    release_id = fields.UUID()
    order_id = fields.UUID()
    fact = fields.String()
    claim = fields.String()
    state = fields.String()
    claimed_at = fields.DateTime()
    answer = fields.String(allow_none=True)
    answered_at = fields.DateTime(allow_none=True)


RecordCorrectionPage = page_schema(RecordCorrectionOut, "RecordCorrectionPage")
