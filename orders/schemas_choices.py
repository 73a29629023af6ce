"""What machines send and get of customers' choices and questions."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from core.i18n import CUSTOMER_LANGUAGES
from core.web.api import Money, StrictSchema, Text
from dps.offerings.models import ServiceForm
from dps.systems.production import Production


class FiltersIn(StrictSchema):
    """By what an expert narrows the list that the link opens with."""

    place = Text(max_length=100, min_length=0, load_default="")
    language = fields.String(load_default="", validate=validate.Length(0, 2))
    starts_by = fields.Date(load_default=None, allow_none=True)
    is_remote = fields.Boolean(load_default=False)
    words = Text(max_length=100, min_length=0, load_default="")
    price_to = Money(load_default=None, allow_none=True)
    form = fields.Enum(ServiceForm, by_value=True, load_default=None, allow_none=True)
    #: How it is produced: purchased, own production, in-house unit or another authority's service.
    production = fields.Enum(Production, by_value=True, load_default=None, allow_none=True)


class TokenIn(StrictSchema):
    """The token of a link, and which part of the list."""

    token = Text(required=True, max_length=100)
    everything = fields.Boolean(load_default=False)
    first = fields.Integer(load_default=0, strict=True, validate=validate.Range(0, 100_000))
    limit = fields.Integer(load_default=20, strict=True, validate=validate.Range(1, 100))


class OptionOut(Schema):
    """A service as the customer sees it: no price, for it is free (R97)."""

    offering_id = fields.UUID()
    start_id = fields.UUID()
    supplier_name = fields.String()
    name_fi = fields.String()
    name_sv = fields.String()
    name_en = fields.String()
    languages = fields.List(fields.String())
    places = fields.List(fields.String())
    is_remote = fields.Boolean()
    production = fields.Enum(Production, by_value=True)
    duration_days = fields.Integer()
    starts_on = fields.Date()


class OptionsOut(Schema):
    """A part of the services in the drawn order, and how many fit in all."""

    expires_at = fields.AwareDateTime()
    is_pointed_out = fields.Boolean()
    filters = fields.Dict()
    fitting = fields.Integer()
    options = fields.List(fields.Nested(OptionOut))


class CustomerQuestionIn(StrictSchema):
    """A question to the expert, by the token of the link."""

    token = Text(required=True, max_length=100)
    text = Text(required=True, max_length=1000)
    language = fields.String(load_default="fi", validate=validate.OneOf(list(CUSTOMER_LANGUAGES)))


class CustomerQuestionKept(Schema):
    """That a question was kept."""

    id = fields.UUID()
    asked_at = fields.AwareDateTime()
    handled_at = fields.AwareDateTime(allow_none=True)


class CustomerQuestionOut(Schema):
    """What a customer asked."""

    id = fields.UUID()
    asked_at = fields.AwareDateTime()
    handled_at = fields.AwareDateTime(allow_none=True)
    language = fields.String()
    #: ``null`` once erased.
    text = fields.String(allow_none=True)


class CustomerQuestions(Schema):
    """What a customer asked about a need, oldest first."""

    items = fields.List(fields.Nested(CustomerQuestionOut))
