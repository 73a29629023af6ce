"""What machines send and get of outcomes."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from core.web.api import StrictSchema, page_schema
from evaluation.outcomes.models import OutcomeState


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


OutcomePage = page_schema(OutcomeOut, "OutcomePage")
