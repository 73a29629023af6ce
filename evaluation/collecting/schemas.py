"""What machines send and get of feedback."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from core.i18n import CUSTOMER_LANGUAGES
from core.web.api import StrictSchema, Text
from evaluation.collecting.models import EnoughHelp


class FeedbackCountOut(Schema):
    """How many were asked and answered, in tens rounded down; null below the small-number gate (R119)."""

    category_id = fields.UUID()
    asked = fields.Integer(allow_none=True)
    answered = fields.Integer(allow_none=True)


class FeedbackCounts(Schema):
    items = fields.List(fields.Nested(FeedbackCountOut))


class FeedbackIn(StrictSchema):
    """A customer's answer; the token of the link is the credential."""

    token = Text(required=True, max_length=100)
    recommendation = fields.Integer(required=True, strict=True, validate=validate.Range(0, 10))
    enough_help = fields.Enum(EnoughHelp, by_value=True, required=True)
    comment = Text(load_default="", min_length=0, max_length=2000)
    language = fields.String(load_default="fi", validate=validate.OneOf(list(CUSTOMER_LANGUAGES)))


class FeedbackTaken(Schema):
    """That the answer was taken, and when; never the answer itself."""

    given_at = fields.AwareDateTime()


class FeedbackLink(Schema):
    """A customer's link, told once."""

    url = fields.String()


class ExpertFeedbackIn(StrictSchema):
    """Three grades from 1 to 5 on agreed anchors."""

    fit = fields.Integer(required=True, strict=True, validate=validate.Range(1, 5))
    cooperation = fields.Integer(required=True, strict=True, validate=validate.Range(1, 5))
    report = fields.Integer(required=True, strict=True, validate=validate.Range(1, 5))


class ExpertFeedbackOut(Schema):
    """An expert's grades."""

    order_id = fields.UUID()
    fit = fields.Integer()
    cooperation = fields.Integer()
    report = fields.Integer()
    given_at = fields.AwareDateTime()
