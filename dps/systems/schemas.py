"""What machines send and get about systems and categories."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from marshmallow import Schema, fields, validate

from core.web.api import Exact, Money, StrictSchema, Text, page_schema
from dps.systems.models import LegalMode, OrderingRule, PriceUnit, RequirementKind, ServiceType, SystemState


def _enum(kind: type[StrEnum], *, required: bool = False) -> fields.Enum:
    return fields.Enum(kind, by_value=True, required=required)


class ModuleSchema(Schema):
    """A module as stored."""

    id = fields.UUID()
    code = fields.String()
    name_fi = fields.String()
    name_sv = fields.String()
    name_en = fields.String()
    price_ceiling = Money()


class RequirementSchema(Schema):
    """A requirement as stored."""

    id = fields.UUID()
    kind = _enum(RequirementKind)
    code = fields.String()
    text_fi = fields.String()
    text_sv = fields.String()
    text_en = fields.String()
    evidence_fi = fields.String()
    evidence_sv = fields.String()
    evidence_en = fields.String()


class CategorySchema(Schema):
    """A category as stored."""

    id = fields.UUID()
    version = fields.Integer()
    system_id = fields.UUID()
    code = fields.String()
    name_fi = fields.String()
    name_sv = fields.String()
    name_en = fields.String()
    description_fi = fields.String()
    description_sv = fields.String()
    description_en = fields.String()
    service_type = _enum(ServiceType)
    cpv = fields.String()
    legal_mode = _enum(LegalMode)
    ordering_rule = _enum(OrderingRule)
    ordering_parameters = fields.Dict()
    price_unit = _enum(PriceUnit)
    price_ceiling = Money()
    accept_within_hours = fields.Integer()
    start_within_days = fields.Integer()
    report_within_days = fields.Integer()
    max_duration_days = fields.Integer()
    has_work_trial = fields.Boolean()
    newcomer_share = fields.Decimal(as_string=True)
    areas = fields.List(fields.String())
    languages = fields.List(fields.String())
    decline_reasons = fields.List(fields.String())
    terms_version = fields.String()
    terms_fi = fields.String()
    terms_sv = fields.String()
    terms_en = fields.String()
    modules = fields.List(fields.Nested(ModuleSchema))
    requirements = fields.List(fields.Nested(RequirementSchema))


class SystemSchema(Schema):
    """A purchasing system as stored."""

    id = fields.UUID()
    version = fields.Integer()
    authority_id = fields.UUID()
    name_fi = fields.String()
    name_sv = fields.String()
    name_en = fields.String()
    description_fi = fields.String()
    description_sv = fields.String()
    description_en = fields.String()
    starts_on = fields.Date()
    ends_on = fields.Date()
    estimated_value = Money()
    closing_announced = fields.Boolean()
    state = _enum(SystemState)
    opened_at = fields.AwareDateTime(allow_none=True)
    ended_at = fields.AwareDateTime(allow_none=True)


class SystemCreateSchema(StrictSchema):
    """A new draft."""

    name_fi = Text(required=True, max_length=200)
    name_sv = Text(required=True, max_length=200)
    name_en = Text(required=True, max_length=200)
    description_fi = Text(required=True, max_length=5000)
    description_sv = Text(required=True, max_length=5000)
    description_en = Text(load_default="", min_length=0, max_length=5000)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)
    estimated_value = Money(required=True, least="0.01", most="999999999999.00")
    closing_announced = fields.Boolean(load_default=False)


class ModuleCreateSchema(StrictSchema):
    """A module of a new category."""

    code = Text(required=True, max_length=60)
    name_fi = Text(required=True, max_length=200)
    name_sv = Text(required=True, max_length=200)
    name_en = Text(required=True, max_length=200)
    price_ceiling = Money(required=True, least="0.01", most="9999999999.00")


class RequirementCreateSchema(StrictSchema):
    """A requirement of a new category."""

    kind = _enum(RequirementKind, required=True)
    code = Text(required=True, max_length=60)
    text_fi = Text(required=True)
    text_sv = Text(required=True)
    text_en = Text(load_default="", min_length=0)
    evidence_fi = Text(load_default="", min_length=0)
    evidence_sv = Text(load_default="", min_length=0)
    evidence_en = Text(load_default="", min_length=0)


class CategoryCreateSchema(StrictSchema):
    """A category for a draft, with its modules and requirements."""

    system_id = fields.UUID(required=True)
    code = fields.String(required=True, validate=validate.Regexp(r"^[a-z0-9]+(-[a-z0-9]+)*$"))
    name_fi = Text(required=True, max_length=200)
    name_sv = Text(required=True, max_length=200)
    name_en = Text(required=True, max_length=200)
    description_fi = Text(required=True, max_length=5000)
    description_sv = Text(required=True, max_length=5000)
    description_en = Text(load_default="", min_length=0, max_length=5000)
    service_type = _enum(ServiceType, required=True)
    cpv = fields.String(required=True, validate=validate.Regexp(r"^\d{8}-\d$"))
    legal_mode = _enum(LegalMode, required=True)
    ordering_rule = _enum(OrderingRule, required=True)
    price_unit = _enum(PriceUnit, required=True)
    price_ceiling = Money(required=True, least="0.01", most="9999999999.00")
    accept_within_hours = fields.Integer(required=True, validate=validate.Range(1, 1000))
    start_within_days = fields.Integer(required=True, validate=validate.Range(0, 365))
    report_within_days = fields.Integer(required=True, validate=validate.Range(0, 365))
    max_duration_days = fields.Integer(required=True, validate=validate.Range(1, 1500))
    has_work_trial = fields.Boolean(load_default=False)
    newcomer_share = Exact(load_default=Decimal("0.000"), places=3, least="0", most="1")
    areas = fields.List(Text(max_length=100), required=True, validate=validate.Length(1, 400))
    languages = fields.List(
        fields.String(validate=validate.Regexp("^[a-z]{2,3}$")), required=True, validate=validate.Length(1, 50)
    )
    decline_reasons = fields.List(fields.String(validate=validate.Length(max=40)), load_default=list)
    terms_version = Text(required=True, max_length=40)
    terms_fi = Text(required=True, max_length=50_000)
    terms_sv = Text(required=True, max_length=50_000)
    terms_en = Text(load_default="", min_length=0, max_length=50_000)
    modules = fields.List(fields.Nested(ModuleCreateSchema), load_default=list)
    requirements = fields.List(fields.Nested(RequirementCreateSchema), load_default=list)


class ReasonSchema(StrictSchema):
    """Why something is returned, extended or ended."""

    reason = Text(required=True)


SystemPage = page_schema(SystemSchema, "SystemPage")
CategoryPage = page_schema(CategorySchema, "CategoryPage")
