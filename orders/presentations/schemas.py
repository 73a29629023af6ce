"""What machines send and get of presentations."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from core.i18n import CUSTOMER_LANGUAGES
from core.web.api import PageQuery, StrictSchema, Text, page_schema


class PresentationIn(StrictSchema):
    """An event; ``link`` is shown only to those who have a place."""

    category_id = fields.UUID(required=True)
    title_fi = Text(required=True, max_length=200)
    title_sv = Text(required=True, max_length=200)
    title_en = Text(required=True, max_length=200)
    place = Text(max_length=200, min_length=0, load_default="")
    link = Text(max_length=500, min_length=0, load_default="")
    languages = fields.List(
        fields.String(validate=validate.OneOf(list(CUSTOMER_LANGUAGES))), required=True, validate=validate.Length(1, 8)
    )
    starts_at = fields.AwareDateTime(required=True)
    ends_at = fields.AwareDateTime(required=True)
    seats = fields.Integer(required=True, strict=True, validate=validate.Range(1, 10_000))


class PresenterOut(Schema):
    """A supplier that presents itself."""

    supplier_id = fields.UUID()
    supplier_name = fields.String(attribute="supplier.name")
    withdrawn_at = fields.AwareDateTime(allow_none=True)


class PresentationOut(Schema):
    """An event, as anybody sees it."""

    id = fields.UUID()
    authority_id = fields.UUID()
    category_id = fields.UUID()
    supplier_id = fields.UUID(allow_none=True)
    title_fi = fields.String()
    title_sv = fields.String()
    title_en = fields.String()
    place = fields.String()
    languages = fields.List(fields.String())
    starts_at = fields.AwareDateTime()
    ends_at = fields.AwareDateTime()
    seats = fields.Integer()
    seats_left = fields.Integer()
    state = fields.String()
    cancel_reason = fields.String()
    presenters = fields.List(fields.Nested(PresenterOut))
    version = fields.Integer()


class PresentationCancelIn(StrictSchema):
    """Why it is cancelled."""

    reason = Text(required=True, max_length=500)


class PresentationReferenceIn(StrictSchema):
    """For whom a place is taken."""

    customer_reference = Text(required=True, max_length=40)


class PlaceIn(StrictSchema):
    """The token of a place."""

    token = Text(required=True, max_length=100)


class PlaceTaken(Schema):
    """A place taken without a name; the token is told once."""

    token = fields.String()


class PlaceOut(Schema):
    """A place: the event, its link, and whether it still holds."""

    presentation = fields.Nested(PresentationOut)
    link = fields.String(attribute="presentation.link")
    cancelled_at = fields.AwareDateTime(allow_none=True)


class SeatOut(Schema):
    """A place taken by an expert."""

    id = fields.UUID()
    presentation_id = fields.UUID()
    customer_reference = fields.String()
    cancelled_at = fields.AwareDateTime(allow_none=True)


class PresentationQuery(PageQuery):
    """Of which category."""

    category_id = fields.UUID(load_default=None)


PresentationPage = page_schema(PresentationOut, "PresentationPage")
