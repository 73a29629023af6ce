"""What machines send and get of preparations."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from core.i18n import CUSTOMER_LANGUAGES
from core.web.api import StrictSchema, Text, page_schema
from orders.models import Goal
from orders.preparing.models import Company, When, Where


class InviteIn(StrictSchema):
    """For whom, and when the meeting is."""

    customer_reference = Text(required=True, max_length=40)
    meeting_on = fields.Date(required=True)


class InvitedOut(Schema):
    """A fresh link for the customer; the address is told once."""

    id = fields.UUID()
    url = fields.String()
    expires_at = fields.AwareDateTime()


class PreparedOut(Schema):
    """A preparation, without what was answered."""

    id = fields.UUID()
    customer_reference = fields.String()
    meeting_on = fields.Date()
    made_at = fields.AwareDateTime()
    expires_at = fields.AwareDateTime()
    saved_at = fields.AwareDateTime(allow_none=True)
    used_at = fields.AwareDateTime(allow_none=True)
    need_id = fields.UUID(allow_none=True)


class PreparedAnswersOut(Schema):
    """What a customer answered, for their expert; all of it voluntary."""

    goal = fields.String(allow_none=True)
    can = fields.String()
    want = fields.String()
    in_the_way = fields.String()
    place = fields.String()
    where = fields.String(allow_none=True)
    languages = fields.List(fields.String())
    when = fields.String(allow_none=True)
    company = fields.String(allow_none=True)
    accessibility = fields.String()
    health = fields.String()


class PrepareIn(StrictSchema):
    """A customer's answers by the token of the link; every answer may be left out."""

    token = Text(required=True, max_length=100)
    language = fields.String(load_default="fi", validate=validate.OneOf(list(CUSTOMER_LANGUAGES)))
    goal = fields.Enum(Goal, by_value=True, load_default=None, allow_none=True)
    can = Text(max_length=1000, min_length=0, load_default="")
    want = Text(max_length=1000, min_length=0, load_default="")
    in_the_way = Text(max_length=1000, min_length=0, load_default="")
    place = Text(max_length=100, min_length=0, load_default="")
    where = fields.Enum(Where, by_value=True, load_default=None, allow_none=True)
    languages = fields.List(Text(max_length=2, min_length=2), load_default=list, validate=validate.Length(0, 30))
    when = fields.Enum(When, by_value=True, load_default=None, allow_none=True)
    company = fields.Enum(Company, by_value=True, load_default=None, allow_none=True)
    accessibility = Text(max_length=1000, min_length=0, load_default="")
    health = Text(max_length=1000, min_length=0, load_default="")


class AnswersSavedOut(Schema):
    """That the answers were kept, and until when they can be changed."""

    saved_at = fields.AwareDateTime()
    expires_at = fields.AwareDateTime()


PreparedPage = page_schema(PreparedOut, "PreparedPage")
