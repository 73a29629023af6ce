"""What machines send and get of flags."""

from __future__ import annotations

from marshmallow import Schema, fields

from core.web.api import StrictSchema, Text, page_schema


class WatchFlagOut(Schema):
    """Figures that look like gaming; never a judgement by themselves."""

    id = fields.UUID()
    kind = fields.String()
    supplier_id = fields.UUID()
    category_id = fields.UUID()
    from_on = fields.Date()
    until_on = fields.Date()
    evidence = fields.Dict()
    state = fields.String()
    raised_at = fields.DateTime()
    question = fields.String(allow_none=True)
    answer_by = fields.Date(allow_none=True)
    answer = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)
    closed_at = fields.DateTime(allow_none=True)


WatchFlagPage = page_schema(WatchFlagOut, "WatchFlagPage")


class AskedFlagOut(Schema):
    """What a provider is asked, without the figures of customers."""

    id = fields.UUID()
    kind = fields.String()
    category_id = fields.UUID()
    from_on = fields.Date()
    until_on = fields.Date()
    state = fields.String()
    question = fields.String()
    answer_by = fields.Date()
    answer = fields.String(allow_none=True)


AskedFlagPage = page_schema(AskedFlagOut, "AskedFlagPage")


class WatchAskIn(StrictSchema):
    question = Text(required=True, max_length=4000)


class WatchAnswerIn(StrictSchema):
    answer = Text(required=True, max_length=4000)


class WatchCloseIn(StrictSchema):
    reason = Text(required=True, max_length=4000)


class WatchLooksOut(Schema):
    """How many categories are being looked at."""

    promised = fields.Integer()
