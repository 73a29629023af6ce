"""What machines send and get of lay-off plans."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from core.web.api import StrictSchema, Text, page_schema
from dps.systems.models import ServiceType
from orders.readiness.models import PlanState, ShareState


class LayoffLineSchema(StrictSchema):
    """People of a municipality who become job seekers in a month; any day of it."""

    municipality = Text(required=True, max_length=100)
    occupation = Text(min_length=0, max_length=200, load_default="")
    service_type = fields.Enum(ServiceType, by_value=True, allow_none=True, load_default=None)
    month = fields.Date(required=True)
    people = fields.Integer(required=True, validate=validate.Range(1, 5000))


class LayoffPlanIn(StrictSchema):
    """The whole of a plan."""

    employer = Text(required=True, max_length=200)
    business_id = Text(min_length=0, max_length=20, load_default="")
    note = Text(min_length=0, max_length=4000, load_default="")
    agreement_id = fields.UUID(allow_none=True, load_default=None)
    lines = fields.List(fields.Nested(LayoffLineSchema), required=True, validate=validate.Length(min=1, max=200))


class LayoffShareOut(Schema):
    """What another authority is asked, and says."""

    authority_id = fields.UUID()
    state = fields.Enum(ShareState, by_value=True)
    people = fields.Integer()
    takes = fields.Integer(allow_none=True)
    note = fields.String()
    answered_at = fields.AwareDateTime(allow_none=True)


class LayoffPlanRow(Schema):
    """A plan in the list."""

    id = fields.UUID()
    reference = fields.String()
    authority_id = fields.UUID()
    employer = fields.String()
    state = fields.Enum(PlanState, by_value=True)
    agreement_id = fields.UUID(allow_none=True)
    made_at = fields.AwareDateTime()


LayoffPlanPage = page_schema(LayoffPlanRow, "LayoffPlanPage")


class MonthSeatsOut(Schema):
    """A month of a kind of service."""

    month = fields.Date()
    needed = fields.Integer()
    free = fields.Integer()
    waiting = fields.Integer()


class LayoffServiceOut(Schema):
    """What one's own people take of a kind of service."""

    service_type = fields.Enum(ServiceType, by_value=True, attribute="kind")
    people = fields.Integer()
    without_seat = fields.Integer()
    money_needed = fields.Decimal(places=2, as_string=True, allow_none=True)
    money_left = fields.Decimal(places=2, as_string=True)
    money_missing = fields.Decimal(places=2, as_string=True, allow_none=True)
    months = fields.List(fields.Nested(MonthSeatsOut))


class LayoffPlaceOut(Schema):
    """A municipality of the plan; of no party where ``authority_id`` is null."""

    municipality = fields.String()
    people = fields.Integer()
    authority_id = fields.UUID(allow_none=True)
    growth = fields.Decimal(places=1, as_string=True, attribute="change.growth")
    is_beyond = fields.Boolean(attribute="change.is_beyond")


class LayoffPlanOut(LayoffPlanRow):
    """A plan as one's authority sees it: another's only with one's own municipalities (R107)."""

    business_id = fields.String(allow_none=True)
    note = fields.String()
    shares = fields.List(fields.Nested(LayoffShareOut))
    lines = fields.List(fields.Nested(LayoffLineSchema))
    places = fields.List(fields.Nested(LayoffPlaceOut))
    services = fields.List(fields.Nested(LayoffServiceOut))


class LayoffAnswerIn(StrictSchema):
    """For how many of its people one's authority finds services; null declines."""

    takes = fields.Integer(required=True, allow_none=True, validate=validate.Range(0, 5000))
    note = Text(min_length=0, max_length=2000, load_default="")


class LayoffPersonOut(Schema):
    """Somebody who will come to one's own authority."""

    id = fields.UUID()
    number = fields.Integer()
    line_id = fields.UUID()
    reference = fields.String()
    bulk_id = fields.UUID(allow_none=True)


LayoffPersonPage = page_schema(LayoffPersonOut, "LayoffPersonPage")


class LayoffPeopleOut(Schema):
    """The references that were made."""

    items = fields.List(fields.Nested(LayoffPersonOut))


class ReferenceIn(StrictSchema):
    """The customer system's reference."""

    reference = Text(required=True, max_length=40)


class LayoffNeedsIn(StrictSchema):
    """For whom needs are made, and what is asked for all of them alike."""

    people = fields.List(fields.UUID(), required=True, validate=validate.Length(min=1, max=2000))
    category_id = fields.UUID(required=True)
    place = Text(max_length=100, allow_none=True, load_default=None)
    is_remote = fields.Boolean(load_default=False)
    languages = fields.List(
        fields.String(validate=validate.Length(2, 3)), required=True, validate=validate.Length(min=1, max=10)
    )
    latest_start = fields.Date(required=True)


class LayoffNeedsOut(Schema):
    """The bulk file; begin it by ``POST /bulk-files/ID/begin``."""

    bulk_id = fields.UUID(attribute="id")


class LabourFigureIn(StrictSchema):
    """A municipality's labour force."""

    municipality = Text(required=True, max_length=100)
    labour_force = fields.Integer(required=True, validate=validate.Range(1, 9_999_999))
    unemployed = fields.Integer(required=True, validate=validate.Range(1, 9_999_999))
    as_of = fields.Date(required=True)


class LabourFigureOut(Schema):
    """A municipality's labour force as it was entered."""

    id = fields.UUID()
    municipality = fields.String()
    labour_force = fields.Integer()
    unemployed = fields.Integer()
    as_of = fields.Date()


LabourFigurePage = page_schema(LabourFigureOut, "LabourFigurePage")
