"""What machines send and get about systems and categories."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Any

from marshmallow import Schema, fields, validate

from core.web.api import Exact, Money, StrictSchema, Text, page_schema
from dps.systems import record_uses, rules
from dps.systems.details import TECHNICAL
from dps.systems.models import (
    AwardNoticeMethod,
    CriterionKind,
    CriterionSubject,
    LegalMode,
    OrderingRule,
    PaymentKind,
    PriceUnit,
    RecordUse,
    RequirementKind,
    ServiceType,
    SystemState,
)

#: A category has so many items in a list at most.
SOME = validate.Length(max=200)


def enum(kind: type[StrEnum], *, required: bool = False) -> fields.Enum:
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
    kind = enum(RequirementKind)
    code = fields.String()
    text_fi = fields.String()
    text_sv = fields.String()
    text_en = fields.String()
    evidence_fi = fields.String()
    evidence_sv = fields.String()
    evidence_en = fields.String()


class CriterionSchema(Schema):
    """An award criterion as stored."""

    code = fields.String()
    kind = enum(CriterionKind)
    concerns = enum(CriterionSubject)
    text_fi = fields.String()
    text_sv = fields.String()
    text_en = fields.String()
    weight = Exact(places=2, least="0", most="100")


class PaymentSchema(Schema):
    """A start fee, milestone or result that is paid for."""

    code = fields.String()
    kind = enum(PaymentKind)
    text_fi = fields.String()
    text_sv = fields.String()
    text_en = fields.String()
    ceiling = Money()


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
    service_type = enum(ServiceType)
    cpv = fields.String()
    legal_mode = enum(LegalMode)
    ordering_rule = enum(OrderingRule)
    ordering_parameters = fields.Dict()
    price_unit = enum(PriceUnit)
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
    record_uses = fields.List(fields.String())
    quality_fi = fields.String()
    quality_sv = fields.String()
    quality_en = fields.String()
    largest_contract_value = Money(allow_none=True)
    minimum_turnover = Money(allow_none=True)
    turnover_reason = fields.String()
    price_only_reason = fields.String()
    changed_at = fields.AwareDateTime(allow_none=True)
    ended_at = fields.AwareDateTime(allow_none=True)
    modules = fields.List(fields.Nested(ModuleSchema))
    requirements = fields.List(fields.Nested(RequirementSchema))
    award_criteria = fields.List(fields.Nested(CriterionSchema))
    payments = fields.List(fields.Nested(PaymentSchema))


class SystemSchema(Schema):
    """A purchasing system as stored."""

    id = fields.UUID()
    version = fields.Integer()
    authority_id = fields.UUID()
    #: Who may order beside the authority that keeps it, as its notice names them.
    buyer_ids = fields.List(fields.UUID())
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
    award_notice_method = enum(AwardNoticeMethod)
    technical_fi = fields.String()
    technical_sv = fields.String()
    technical_en = fields.String()
    evaluation_period_days = fields.Integer(allow_none=True)
    evaluation_ends_on = fields.Date(allow_none=True)
    questions_until = fields.Date(allow_none=True)
    answer_within_days = fields.Integer()
    state = enum(SystemState)
    opened_at = fields.AwareDateTime(allow_none=True)
    ended_at = fields.AwareDateTime(allow_none=True)


class SystemFactsSchema(StrictSchema):
    """What is said about a system, apart from its validity and value."""

    name_fi = Text(required=True, max_length=200)
    name_sv = Text(required=True, max_length=200)
    name_en = Text(required=True, max_length=200)
    description_fi = Text(required=True, max_length=5000)
    description_sv = Text(required=True, max_length=5000)
    description_en = Text(load_default="", min_length=0, max_length=5000)
    technical_fi = Text(load_default=TECHNICAL["fi"], max_length=5000)
    technical_sv = Text(load_default=TECHNICAL["sv"], max_length=5000)
    technical_en = Text(load_default=TECHNICAL["en"], min_length=0, max_length=5000)
    evaluation_period_days = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(1, 365))
    questions_until = fields.Date(load_default=None, allow_none=True)
    answer_within_days = fields.Integer(load_default=5, validate=validate.Range(1, 30))


class ValiditySchema(StrictSchema):
    """Last day, and the value of the whole duration."""

    ends_on = fields.Date(required=True)
    estimated_value = Money(required=True, least="0.01", most="999999999999.00")


class SystemCreateSchema(SystemFactsSchema):
    """A new draft."""

    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)
    estimated_value = Money(required=True, least="0.01", most="999999999999.00")
    closing_announced = fields.Boolean(load_default=False)
    award_notice_method = fields.Enum(AwardNoticeMethod, by_value=True, load_default=AwardNoticeMethod.SINGLE)


class ModuleCreateSchema(StrictSchema):
    """A module of a new category."""

    code = Text(required=True, max_length=60)
    name_fi = Text(required=True, max_length=200)
    name_sv = Text(required=True, max_length=200)
    name_en = Text(required=True, max_length=200)
    price_ceiling = Money(required=True, least="0.01", most="9999999999.00")


class RequirementCreateSchema(StrictSchema):
    """A requirement of a new category."""

    kind = enum(RequirementKind, required=True)
    code = Text(required=True, max_length=60)
    text_fi = Text(required=True)
    text_sv = Text(required=True)
    text_en = Text(load_default="", min_length=0)
    evidence_fi = Text(load_default="", min_length=0)
    evidence_sv = Text(load_default="", min_length=0)
    evidence_en = Text(load_default="", min_length=0)


class CriterionCreateSchema(StrictSchema):
    """An award criterion of a category and its weight in percent."""

    code = Text(required=True, max_length=60)
    kind = enum(CriterionKind, required=True)
    concerns = fields.Enum(CriterionSubject, by_value=True, load_default=CriterionSubject.SERVICE)
    text_fi = Text(required=True)
    text_sv = Text(required=True)
    text_en = Text(load_default="", min_length=0)
    weight = Exact(required=True, places=2, least="0.01", most="100")


class PaymentCreateSchema(StrictSchema):
    """A start fee, milestone or result of a category."""

    code = Text(required=True, max_length=60)
    kind = enum(PaymentKind, required=True)
    text_fi = Text(required=True)
    text_sv = Text(required=True)
    text_en = Text(load_default="", min_length=0)
    ceiling = Money(required=True, least="0.01", most="9999999999.00")


class OrderingParametersSchema(StrictSchema):
    """The published parameters of the ordering rule (R3)."""

    by = fields.String(validate=validate.OneOf(rules.RANKINGS))
    update_months = fields.Integer(validate=validate.Range(1, 24))
    start = fields.String(validate=validate.OneOf(rules.ROTATION_STARTS))


class RecordUses(fields.List):
    """What the quality record is used for, in the order of its list; ``show`` always."""

    def _deserialize(self, *args: Any, **kwargs: Any) -> list[Any]:
        return record_uses.in_order(str(each) for each in super()._deserialize(*args, **kwargs))


class CategoryContentSchema(StrictSchema):
    """The whole content of a category."""

    code = fields.String(required=True, validate=validate.Regexp(r"^[a-z0-9]+(-[a-z0-9]+)*$"))
    name_fi = Text(required=True, max_length=200)
    name_sv = Text(required=True, max_length=200)
    name_en = Text(required=True, max_length=200)
    description_fi = Text(required=True, max_length=5000)
    description_sv = Text(required=True, max_length=5000)
    description_en = Text(load_default="", min_length=0, max_length=5000)
    service_type = enum(ServiceType, required=True)
    cpv = fields.String(required=True, validate=validate.Regexp(r"^\d{8}-\d$"))
    legal_mode = enum(LegalMode, required=True)
    ordering_rule = enum(OrderingRule, required=True)
    price_unit = enum(PriceUnit, required=True)
    ordering_parameters = fields.Nested(OrderingParametersSchema, load_default=dict)
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
    record_uses = RecordUses(
        fields.String(validate=validate.OneOf([use.value for use in RecordUse])),
        load_default=lambda: record_uses.in_order([]),
    )
    quality_fi = Text(load_default="", min_length=0, max_length=5000)
    quality_sv = Text(load_default="", min_length=0, max_length=5000)
    quality_en = Text(load_default="", min_length=0, max_length=5000)
    largest_contract_value = Money(load_default=None, allow_none=True, least="0.01", most="99999999999.00")
    minimum_turnover = Money(load_default=None, allow_none=True, least="0.01", most="99999999999.00")
    turnover_reason = Text(load_default="", min_length=0)
    price_only_reason = Text(load_default="", min_length=0)
    modules = fields.List(fields.Nested(ModuleCreateSchema), load_default=list, validate=SOME)
    requirements = fields.List(fields.Nested(RequirementCreateSchema), load_default=list, validate=SOME)
    award_criteria = fields.List(fields.Nested(CriterionCreateSchema), load_default=list, validate=SOME)
    payments = fields.List(fields.Nested(PaymentCreateSchema), load_default=list, validate=SOME)


class CategoryCreateSchema(CategoryContentSchema):
    """A new category with its lists."""

    system_id = fields.UUID(required=True)


class ReasonSchema(StrictSchema):
    """Why something is returned, extended or ended."""

    reason = Text(required=True)


SystemPage = page_schema(SystemSchema, "SystemPage")
CategoryPage = page_schema(CategorySchema, "CategoryPage")
