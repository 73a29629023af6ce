"""What machines get by an access right."""

from __future__ import annotations

from marshmallow import Schema, fields

from core.web.api import Money, PageQuery, page_schema
from orders.groups.schemas import GroupForBuyer


class SeenPlaceOut(Schema):
    """A place in line, without the customer."""

    place = fields.Integer()
    pseudonym = fields.String()
    languages = fields.List(fields.String())
    meets_prerequisites = fields.Boolean()


class HelpedGroupOut(Schema):
    """Another authority's group, with its line."""

    group = fields.Nested(GroupForBuyer)
    queue = fields.List(fields.Nested(SeenPlaceOut))


class FollowQuery(PageQuery):
    #: Which access right; without it the first in force.
    grant_id = fields.UUID()


class FollowedOrderOut(Schema):
    """An order as another authority may follow it: no customer, no text."""

    id = fields.UUID()
    state = fields.String()
    category_id = fields.UUID()
    service_fi = fields.String()
    service_sv = fields.String()
    service_en = fields.String()
    provider = fields.String()
    placed_on = fields.Date()
    starts_on = fields.Date()
    ends_on = fields.Date()
    price = Money()
    municipality = fields.String()


HelpedGroupPage = page_schema(GroupForBuyer, "HelpedGroupPage")
FollowedOrderPage = page_schema(FollowedOrderOut, "FollowedOrderPage")
