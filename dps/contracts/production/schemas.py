"""What machines send and get of agreements on own and partners' production."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from core.web.api import Exact, Money, StrictSchema, Text, page_schema
from dps.contracts.models import ProductionState
from dps.systems.production import AGREED, Production


class Share(Exact):
    """A share in percent as a string with at most two decimals: ``"12.50"``."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(places=2, least="0", most="100.00", **kwargs)


class ProductionGroundIn(StrictSchema):
    """The ground of an agreement; which figures are needed follows from the kind of production."""

    statement = Text(required=True, max_length=2000)
    owners = Text(max_length=2000, min_length=0, load_default="")
    owned_share = Share(load_default=None, allow_none=True)
    outside_share = Share(load_default=None, allow_none=True)
    outside_sales = Money(load_default=None, allow_none=True)


class ProductionPriceIn(StrictSchema):
    """The highest price of one category, per its unit without VAT."""

    category_id = fields.UUID(required=True)
    price_ceiling = Money(required=True)


class ProductionIn(StrictSchema):
    """A new agreement."""

    kind = fields.Enum(Production, by_value=True, required=True, validate=validate.OneOf(AGREED))
    business_id = Text(required=True, max_length=20)
    reference = Text(required=True, max_length=100)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)
    facts = fields.Nested(ProductionGroundIn, required=True)
    prices = fields.List(fields.Nested(ProductionPriceIn), required=True, validate=validate.Length(1, 100))
    buyers = fields.List(fields.UUID(), load_default=list, validate=validate.Length(0, 100))


class ProductionDecisionIn(StrictSchema):
    """The number of the decision."""

    decision_number = Text(required=True, max_length=100)


class ProductionGroundOut(Schema):
    """One confirmation of the ground."""

    number = fields.Integer()
    statement = fields.String()
    owners = fields.String()
    owned_share = Share(allow_none=True)
    outside_share = Share(allow_none=True)
    outside_sales = Money(allow_none=True)
    confirmed_at = fields.AwareDateTime()
    until = fields.Date()


class ProductionPriceOut(Schema):
    """A category with its price."""

    category_id = fields.UUID()
    price_ceiling = Money()


class ProductionOut(Schema):
    """An agreement on own or partners' production."""

    id = fields.UUID()
    version = fields.Integer()
    authority_id = fields.UUID()
    supplier_id = fields.UUID()
    supplier_name = fields.String(attribute="supplier.name")
    kind = fields.Enum(Production, by_value=True)
    state = fields.Enum(ProductionState, by_value=True)
    reference = fields.String()
    starts_on = fields.Date()
    ends_on = fields.Date()
    decision_number = fields.String(allow_none=True)
    decided_at = fields.AwareDateTime(allow_none=True)
    closed_at = fields.AwareDateTime(allow_none=True)
    #: Orders are possible until this day, when the ground must have been confirmed anew.
    confirmed_until = fields.Date()
    prices = fields.List(fields.Nested(ProductionPriceOut), attribute="categories")
    buyers = fields.List(fields.UUID(attribute="authority_id"))
    facts = fields.List(fields.Nested(ProductionGroundOut))


ProductionPage = page_schema(ProductionOut, "ProductionPage")
