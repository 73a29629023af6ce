"""What machines send and get of meeting the customer."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from core.web.api import StrictSchema, Text
from orders.meeting.models import ConsentWay, Ground, Source


class ContactIn(StrictSchema):
    """Who the customer is."""

    name = Text(required=True, max_length=200)
    phone = Text(required=True, min_length=0, max_length=40)
    language = Text(required=True, max_length=2, min_length=2)


class ReleaseIn(StrictSchema):
    """The contact, or null where the city's own system tells it; and where it comes from."""

    contact = fields.Nested(ContactIn, load_default=None, allow_none=True)
    source = fields.Enum(Source, by_value=True, required=True)


class ReleaseOut(Schema):
    """That it was released; never what."""

    order_id = fields.UUID()
    way = fields.String()
    source = fields.String()
    released_at = fields.DateTime()


class StaffIn(StrictSchema):
    people = fields.List(fields.UUID(), required=True, validate=validate.Length(0, 50))


class StaffOut(Schema):
    """The people who may know the customer."""

    people = fields.List(fields.UUID())


class ContactOut(Schema):
    """The customer for a named person; a field that may not be told is absent (R109)."""

    reference = fields.String()
    name = fields.String()
    phone = fields.String()
    language = fields.String()
    health_note = fields.String()


class HealthIn(StrictSchema):
    note = Text(required=True, max_length=4000)
    source = fields.Enum(Source, by_value=True, required=True)


class HealthOut(Schema):
    """That a note is kept; never its words."""

    need_id = fields.UUID()
    source = fields.String()
    entered_at = fields.DateTime()


class ConsentIn(StrictSchema):
    given_on = fields.Date(required=True)
    way = fields.Enum(ConsentWay, by_value=True, required=True)
    document_reference = Text(required=True, max_length=100)


class ConsentOut(Schema):
    """A recorded consent."""

    order_id = fields.UUID()
    given_on = fields.Date()
    way = fields.String()
    document_reference = fields.String()
    recorded_at = fields.DateTime()


class InterestIn(StrictSchema):
    supplier_id = fields.UUID(required=True)
    ground = fields.Enum(Ground, by_value=True, required=True)


class InterestOut(Schema):
    """A declared interest."""

    id = fields.UUID()
    supplier_id = fields.UUID()
    ground = fields.String()
    declared_at = fields.DateTime()
    ended_at = fields.DateTime(allow_none=True)


class InterestsOut(Schema):
    items = fields.List(fields.Nested(InterestOut))
