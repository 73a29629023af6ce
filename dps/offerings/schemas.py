"""What a machine may send and gets of offerings."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from core.web.api import Exact, Money, PageQuery, StrictSchema, Text, page_schema
from dps.offerings.models import ServiceForm
from dps.systems.production import Production


class OfferingStartOut(Schema):
    id = fields.UUID()
    starts_on = fields.Date()
    seats = fields.Integer()
    seats_left = fields.Integer()


class ModulePriceOut(Schema):
    code = fields.String(attribute="module.code")
    price = Money()


class PaymentPriceOut(Schema):
    """A start fee, or a payment for a milestone or a result."""

    code = fields.String(attribute="part.code")
    kind = fields.String(attribute="part.kind")
    price = Money()


class OfferingOut(Schema):
    """An offering as anybody may see it."""

    id = fields.UUID()
    supplier_id = fields.UUID()
    supplier_name = fields.String(attribute="supplier.name")
    category_id = fields.UUID()
    state = fields.String()
    name_fi = fields.String()
    name_sv = fields.String()
    name_en = fields.String()
    description_fi = fields.String()
    description_sv = fields.String()
    description_en = fields.String()
    languages = fields.List(fields.String())
    places = fields.List(fields.String())
    is_remote = fields.Boolean()
    duration_days = fields.Integer()
    #: Who produces it: bought on the market, or own production and partners.
    production = fields.Enum(Production, by_value=True)
    price = Money()
    vat_rate = fields.Decimal(as_string=True)
    vat_exemption = fields.String()
    accessibility = fields.String()
    published_at = fields.DateTime(allow_none=True)
    starts = fields.List(fields.Nested(OfferingStartOut))
    modules = fields.List(fields.Nested(ModulePriceOut))
    payments = fields.List(fields.Nested(PaymentPriceOut))
    form = fields.String()
    version = fields.Integer()


class OfferingIn(StrictSchema):
    """A new offering under a frame contract."""

    contract_id = fields.UUID(required=True)
    name_fi = Text(required=True, max_length=200)
    name_sv = Text(required=True, max_length=200)
    name_en = Text(required=True, max_length=200)
    description_fi = Text(required=True, max_length=4000)
    description_sv = Text(required=True, max_length=4000)
    description_en = Text(required=True, max_length=4000)
    languages = fields.List(Text(max_length=2, min_length=2), required=True, validate=validate.Length(1, 30))
    places = fields.List(Text(max_length=100), load_default=list, validate=validate.Length(0, 320))
    is_remote = fields.Boolean(required=True)
    duration_days = fields.Integer(required=True, strict=True, validate=validate.Range(1, 3650))
    price = Money(required=True, least="0.01", most="9999999.00")
    vat_rate = Exact(required=True, places=1, least="0", most="100")
    vat_exemption = Text(load_default="", max_length=200, min_length=0)
    accessibility = Text(max_length=2000, min_length=0, load_default="")
    form = fields.Enum(ServiceForm, by_value=True, load_default=ServiceForm.INDIVIDUAL)


class PartPriceIn(StrictSchema):
    """The price of a module or of a payment of the category; ``null`` when it is not offered."""

    code = Text(required=True, max_length=60)
    price = Money(required=True, allow_none=True, least="0.01", most="9999999.00")


class OfferingStartIn(StrictSchema):
    starts_on = fields.Date(required=True)
    seats = fields.Integer(required=True, strict=True, validate=validate.Range(1, 10_000))


class OfferingQuery(PageQuery):
    category = fields.UUID()
    place = fields.String(validate=validate.Length(max=100))
    language = fields.String(validate=validate.Length(max=2))
    production = fields.Enum(Production, by_value=True)
    #: Words looked for in names and descriptions, typing errors forgiven.
    q = fields.String(validate=validate.Length(max=100))


OfferingPage = page_schema(OfferingOut, "OfferingPage")
