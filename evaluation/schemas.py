"""What machines send and get of evaluation."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from core.web.api import PageQuery, StrictSchema, page_schema
from evaluation.models import OutcomeState
from orders.schemas import RecordOut


class FeedbackCountOut(Schema):
    """How many were asked and answered; null below the small-number gate (R119)."""

    category_id = fields.UUID()
    asked = fields.Integer(allow_none=True)
    answered = fields.Integer(allow_none=True)


class FeedbackCounts(Schema):
    items = fields.List(fields.Nested(FeedbackCountOut))


class OutcomeIn(StrictSchema):
    order_id = fields.UUID(required=True)
    months = fields.Integer(load_default=3, strict=True, validate=validate.OneOf([3, 6, 12]))
    state = fields.Enum(OutcomeState, by_value=True, required=True)


class OutcomeOut(Schema):
    id = fields.UUID()
    order_id = fields.UUID()
    months = fields.Integer()
    state = fields.String()
    recorded_at = fields.DateTime()


class QualityQuery(PageQuery):
    category = fields.UUID()
    supplier = fields.UUID()


class QualityRecordOut(RecordOut):
    id = fields.UUID()
    supplier_id = fields.UUID()
    category_id = fields.UUID()
    release_id = fields.UUID()
    published_at = fields.DateTime()


OutcomePage = page_schema(OutcomeOut, "OutcomePage")
QualityRecordPage = page_schema(QualityRecordOut, "QualityRecordPage")
