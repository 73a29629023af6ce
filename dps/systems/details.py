"""What a coordinator gives to make or change a system, a category or a part of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

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
)

#: How every system of this service works; an authority may write its own (R15).
TECHNICAL = {
    "fi": (
        "Järjestelmä toimii kokonaan sähköisesti Avoin-palvelussa. Hakemukset, kysymykset, sopimukset ja tilaukset "
        "lähetetään siellä, ja päätökset annetaan siellä ja sähköpostitse. Tarvitset selaimen, sähköpostiosoitteen ja "
        "käyttäjätunnuksen, jonka saat rekisteröitymällä. Osallistuminen on maksutonta."
    ),
    "sv": (
        "Systemet fungerar helt elektroniskt i tjänsten Avoin. Ansökningar, frågor, avtal och beställningar skickas "
        "där, och besluten ges där och per e-post. Du behöver en webbläsare, en e-postadress och ett konto, som du får "
        "genom att registrera dig. Att delta är avgiftsfritt."
    ),
    "en": (
        "The system works wholly electronically in the Avoin service. Applications, questions, contracts and orders "
        "are sent there, and decisions are given there and by e-mail. You need a browser, an e-mail address and an "
        "account, which you get by registering. Taking part is free of charge."
    ),
}


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
    technical_fi: str = TECHNICAL["fi"]
    technical_sv: str = TECHNICAL["sv"]
    technical_en: str = TECHNICAL["en"]
    evaluation_period_days: int | None = None
    questions_until: date | None = None
    answer_within_days: int = 5
    #: How contracts of competitions are announced (R80).
    award_notice_method: AwardNoticeMethod = AwardNoticeMethod.SINGLE


@dataclass(frozen=True, kw_only=True)
class CategoryDetails:
    """The facts of a category; texts per language. What has a default here is given on a later step."""

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
    areas: list[str]
    languages: list[str]
    ordering_rule: OrderingRule = OrderingRule.CUSTOMER_CHOICE
    price_unit: PriceUnit = PriceUnit.HOUR
    price_ceiling: Decimal = Decimal("0.00")
    accept_within_hours: int = 48
    start_within_days: int = 14
    report_within_days: int = 14
    max_duration_days: int = 90
    decline_reasons: list[str] = field(default_factory=list)
    terms_version: str = "1.0"
    terms_fi: str = ""
    terms_sv: str = ""
    terms_en: str = ""
    has_work_trial: bool = False
    newcomer_share: Decimal = Decimal("0.000")
    ordering_parameters: dict[str, Any] = field(default_factory=dict)
    record_uses: list[str] = field(default_factory=lambda: [RecordUse.SHOW.value])
    quality_fi: str = ""
    quality_sv: str = ""
    quality_en: str = ""
    largest_contract_value: Decimal | None = None
    minimum_turnover: Decimal | None = None
    turnover_reason: str = ""
    price_only_reason: str = ""


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


@dataclass(frozen=True, kw_only=True)
class CriterionDetails:
    """An award criterion and its weight in percent (R40)."""

    code: str
    kind: CriterionKind
    text_fi: str
    text_sv: str
    text_en: str
    weight: Decimal
    concerns: CriterionSubject = CriterionSubject.SERVICE


@dataclass(frozen=True, kw_only=True)
class PaymentDetails:
    """A start fee, milestone or result that is paid for, and its highest amount."""

    code: str
    kind: PaymentKind
    text_fi: str
    text_sv: str
    text_en: str
    ceiling: Decimal
