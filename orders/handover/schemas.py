"""What machines send and get of handovers."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from core.web.api import StrictSchema, page_schema


class ShareIn(StrictSchema):
    """A receiver and how much of the work."""

    expert_id = fields.UUID(required=True)
    share = fields.Integer(load_default=1, strict=True, validate=validate.Range(1, 100))


class HandoverIn(StrictSchema):
    """To whom the work goes."""

    shares = fields.List(fields.Nested(ShareIn), required=True, validate=validate.Length(1, 20))


class HandoverItemOut(Schema):
    """A need, and to whom it and its orders go; nobody, with the rule's number, if it stays."""

    need_id = fields.UUID()
    to_id = fields.UUID(allow_none=True)
    kept_reason = fields.String()


class HandoverPlanOut(Schema):
    """What would move."""

    items = fields.List(fields.Nested(HandoverItemOut))


class HandoverOut(Schema):
    """A handover."""

    id = fields.UUID()
    from_id = fields.UUID()
    made_by = fields.UUID()
    made_at = fields.AwareDateTime()
    items = fields.List(fields.Nested(HandoverItemOut))


HandoverPage = page_schema(HandoverOut, "HandoverPage")
