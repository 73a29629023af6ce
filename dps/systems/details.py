"""What a coordinator gives to make or change a system, category, module or requirement."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from dps.systems.models import LegalMode, OrderingRule, PriceUnit, RequirementKind, ServiceType


@dataclass(frozen=True, kw_only=True)
class SystemDetails:
    """The facts of a system; texts per language."""

    name_fi: str
    name_sv: str
    name_en: str
    description_fi: str
    description_sv: str
    description_en: str
    starts_on: date
    ends_on: date
    #: Without VAT, of the whole duration, options included (R7).
    estimated_value: Decimal
    closing_announced: bool = False


@dataclass(frozen=True, kw_only=True)
class CategoryDetails:
    """The facts of a category; texts per language."""

    code: str
    name_fi: str
    name_sv: str
    name_en: str
    description_fi: str
    description_sv: str
    description_en: str
    service_type: ServiceType
    cpv: str
    legal_mode: LegalMode
    ordering_rule: OrderingRule
    price_unit: PriceUnit
    price_ceiling: Decimal
    accept_within_hours: int
    start_within_days: int
    report_within_days: int
    max_duration_days: int
    areas: list[str]
    languages: list[str]
    decline_reasons: list[str]
    terms_version: str
    terms_fi: str
    terms_sv: str
    terms_en: str
    has_work_trial: bool = False
    newcomer_share: Decimal = Decimal("0.000")
    ordering_parameters: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ModuleDetails:
    """An additional module and its highest price."""

    code: str
    name_fi: str
    name_sv: str
    name_en: str
    price_ceiling: Decimal


@dataclass(frozen=True, kw_only=True)
class RequirementDetails:
    """A criterion of ``suppliers.criteria`` as this category words it, and the evidence asked for."""

    kind: RequirementKind
    code: str
    text_fi: str
    text_sv: str
    text_en: str
    evidence_fi: str = ""
    evidence_sv: str = ""
    evidence_en: str = ""
