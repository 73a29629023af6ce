"""What machines send and get of quality talks, service quality and weights."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from core.web.api import StrictSchema, Text, page_schema
from evaluation.improving.models import Owner, TalkState


class ActionOut(Schema):
    id = fields.UUID()
    position = fields.Integer()
    text = fields.String()
    owner = fields.Enum(Owner, by_value=True)
    due_on = fields.Date()
    done_at = fields.AwareDateTime(allow_none=True)
    note = fields.String()


class TalkOut(Schema):
    """A talk with its agenda, minutes and actions."""

    id = fields.UUID()
    reference = fields.String()
    state = fields.Enum(TalkState, by_value=True)
    qualification_id = fields.UUID()
    supplier_id = fields.UUID()
    category_id = fields.UUID()
    release_id = fields.UUID(allow_none=True)
    agenda = fields.Dict()
    reason = fields.String()
    meeting_at = fields.AwareDateTime()
    meeting_place = fields.String()
    held_at = fields.AwareDateTime(allow_none=True)
    minutes = fields.String(allow_none=True)
    follow_up_on = fields.Date(allow_none=True)
    answered_at = fields.AwareDateTime(allow_none=True)
    comment = fields.String()
    closed_at = fields.AwareDateTime(allow_none=True)
    closing_words = fields.String(allow_none=True)
    matter_id = fields.UUID(allow_none=True)
    actions = fields.List(fields.Nested(ActionOut))


TalkPage = page_schema(TalkOut, "TalkPage")


class TalkIn(StrictSchema):
    """An invitation."""

    qualification_id = fields.UUID(required=True)
    reason = Text(required=True, max_length=4000)
    meeting_at = fields.AwareDateTime(required=True)
    meeting_place = Text(required=True, max_length=300)


class ActionIn(StrictSchema):
    """What was agreed."""

    text = Text(required=True, max_length=1000)
    owner = fields.Enum(Owner, by_value=True, required=True)
    due_on = fields.Date(required=True)


class HoldIn(StrictSchema):
    """Minutes and actions."""

    minutes = Text(required=True, max_length=10_000)
    follow_up_on = fields.Date(required=True)
    actions = fields.List(fields.Nested(ActionIn), required=True, validate=validate.Length(1, 20))


class TalkAnswerIn(StrictSchema):
    """The provider's answer."""

    confirms = fields.Boolean(required=True)
    comment = Text(load_default="", min_length=0, max_length=4000)


class TalkNoteIn(StrictSchema):
    """What was done."""

    note = Text(required=True, max_length=2000)


class TalkWordsIn(StrictSchema):
    """What came of it."""

    closing_words = Text(required=True, max_length=4000)


class TalkHearingIn(StrictSchema):
    """The term a pause rests on, word for word, why, and until when the provider answers."""

    term = Text(required=True, max_length=5000)
    reason = Text(required=True, max_length=5000)
    due_on = fields.Date(required=True)


class TalkHearingOut(Schema):
    matter_id = fields.UUID()


class OfferOut(Schema):
    """Where a talk is offered: nothing happens by itself."""

    qualification_id = fields.UUID()
    quality_class = fields.String(allow_none=True)
    deviation_points = fields.Integer()
    talk_id = fields.UUID(allow_none=True)


class Offers(Schema):
    items = fields.List(fields.Nested(OfferOut))


class PunctualityOut(Schema):
    in_time = fields.Integer()
    n = fields.Integer()


class ServiceQualityOut(Schema):
    """The facts of a year."""

    qualification_id = fields.UUID()
    accepted = fields.Nested(PunctualityOut)
    started = fields.Nested(PunctualityOut)
    reported = fields.Nested(PunctualityOut)
    begun = fields.Integer()
    ended = fields.Integer()
    finished = fields.Integer()
    drop_outs = fields.Dict(keys=fields.String(), values=fields.Integer())
    open_deviations = fields.Integer()
    confirmed = fields.Dict(keys=fields.String(), values=fields.Integer())


class LinkOut(Schema):
    """How a component goes with the results; null where too few to tell."""

    component = fields.String()
    n = fields.Integer()
    spread = fields.Float(allow_none=True)
    strength = fields.Float(allow_none=True)
    low = fields.Float(allow_none=True)
    high = fields.Float(allow_none=True)
    weight = fields.Integer(allow_none=True)


class WeightsOut(Schema):
    release_id = fields.UUID(allow_none=True)
    components = fields.List(fields.Nested(LinkOut))


class CopyWeightsIn(StrictSchema):
    """Into which draft."""

    target_id = fields.UUID(required=True)


class CopyWeightsOut(Schema):
    codes = fields.List(fields.String())
