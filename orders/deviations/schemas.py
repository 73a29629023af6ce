"""What machines send and get of deviations."""

from __future__ import annotations

from marshmallow import Schema, fields

from core.web.api import PageQuery, StrictSchema, Text, page_schema
from orders.deviations.models import Consequence, DeviationState, Severity


class DeviationQuery(PageQuery):
    """How to narrow the list."""

    state = fields.Enum(DeviationState, by_value=True, load_default=None)
    severity = fields.Enum(Severity, by_value=True, load_default=None)
    category_id = fields.UUID(load_default=None)


class DeviationIn(StrictSchema):
    """A deviation on an order, or by an admission on a supplier in a category."""

    order_id = fields.UUID(load_default=None, allow_none=True)
    qualification_id = fields.UUID(load_default=None, allow_none=True)
    severity = fields.Enum(Severity, by_value=True, required=True)
    text = Text(required=True, max_length=4000)


class DeviationAnswerIn(StrictSchema):
    """The provider's answer."""

    disputes = fields.Boolean(required=True)
    text = Text(required=True, max_length=4000)


class DeviationWordsIn(StrictSchema):
    """A few words to a step."""

    text = Text(required=True, max_length=4000)


class DeviationConfirmIn(DeviationWordsIn):
    """How much it weighs."""

    severity = fields.Enum(Severity, by_value=True, required=True)


class DeviationCloseIn(DeviationWordsIn):
    """What follows."""

    consequence = fields.Enum(Consequence, by_value=True, required=True)


class DeviationOut(Schema):
    """A deviation, without its words."""

    id = fields.UUID()
    reference = fields.String()
    order_id = fields.UUID(allow_none=True)
    supplier_id = fields.UUID()
    category_id = fields.UUID()
    severity = fields.String()
    state = fields.String()
    is_self_reported = fields.Boolean()
    opened_at = fields.AwareDateTime()
    answer_by = fields.AwareDateTime()
    answered_at = fields.AwareDateTime(allow_none=True)
    was_late = fields.Boolean()
    confirmed_at = fields.AwareDateTime(allow_none=True)
    settled_at = fields.AwareDateTime(allow_none=True)
    consequence = fields.String(allow_none=True)
    version = fields.Integer()


class DeviationStepOut(Schema):
    """One step with its words."""

    action = fields.String()
    at = fields.AwareDateTime()
    text = fields.String()


class DeviationSteps(Schema):
    """The steps, oldest first."""

    items = fields.List(fields.Nested(DeviationStepOut))


DeviationPage = page_schema(DeviationOut, "DeviationPage")
