"""Categories with their modules, requirements, award criteria and payment parts."""

from __future__ import annotations

import uuid
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, enum_column
from core.files.models import StoredFile
from core.i18n import lazy_gettext as _l
from dps.systems.models.systems import PurchasingSystem


class LegalMode(StrEnum):
    """The fork in the road (DESIGN.md §3)."""

    DPS_STRICT = "dps_strict"
    ANNEX_E_DPS_LIKE = "annex_e_dps_like"
    SMALL_PURCHASE = "small_purchase"


class OrderingRule(StrEnum):
    """Who gets the order, as published (R3)."""

    CUSTOMER_CHOICE = "customer_choice"
    RANKING = "ranking"
    ROTATION = "rotation"
    COMPETITION = "competition"


class ServiceType(StrEnum):
    """The kinds of service of the act on arranging employment services (R94)."""

    EXPERT_ASSESSMENT = "expert_assessment"
    CAREER_GUIDANCE = "career_guidance"
    JOB_SEARCH_COACHING = "job_search_coaching"
    CAREER_COACHING = "career_coaching"
    JOB_COACHING = "job_coaching"
    LABOUR_MARKET_TRAINING = "labour_market_training"
    JOINT_PURCHASE_TRAINING = "joint_purchase_training"
    CHANGE_SECURITY_TRAINING = "change_security_training"
    INTEGRATION_TRAINING = "integration_training"


class PriceUnit(StrEnum):
    """What the price of an offering is for."""

    HOUR = "hour"
    DAY = "day"
    PARTICIPANT = "participant"
    COURSE = "course"
    MODULE = "module"


LEGAL_MODE_TITLES = {
    LegalMode.DPS_STRICT: _l("Dynamic purchasing system of the Procurement Act"),
    LegalMode.ANNEX_E_DPS_LIKE: _l("Annex E procurement, like a dynamic purchasing system"),
    LegalMode.SMALL_PURCHASE: _l("Small procurement"),
}

ORDERING_RULE_TITLES = {
    OrderingRule.CUSTOMER_CHOICE: _l("Customer's choice"),
    OrderingRule.RANKING: _l("Order of preference"),
    OrderingRule.ROTATION: _l("Rotation"),
    OrderingRule.COMPETITION: _l("Competition"),
}

SERVICE_TYPE_TITLES = {
    ServiceType.EXPERT_ASSESSMENT: _l("Expert assessment"),
    ServiceType.CAREER_GUIDANCE: _l("Vocational and career guidance"),
    ServiceType.JOB_SEARCH_COACHING: _l("Job-search coaching"),
    ServiceType.CAREER_COACHING: _l("Career coaching"),
    ServiceType.JOB_COACHING: _l("Job coaching"),
    ServiceType.LABOUR_MARKET_TRAINING: _l("Labour-market training"),
    ServiceType.JOINT_PURCHASE_TRAINING: _l("Joint-purchase training"),
    ServiceType.CHANGE_SECURITY_TRAINING: _l("Change-security training"),
    ServiceType.INTEGRATION_TRAINING: _l("Integration training"),
}

PRICE_UNIT_TITLES = {
    PriceUnit.HOUR: _l("per hour"),
    PriceUnit.DAY: _l("per day"),
    PriceUnit.PARTICIPANT: _l("per participant"),
    PriceUnit.COURSE: _l("per course"),
    PriceUnit.MODULE: _l("per module"),
}


class DeclineReason(StrEnum):
    """The reasons for which a provider may decline an order; a category publishes which of them it takes."""

    NO_CAPACITY = "no_capacity"
    START_NOT_POSSIBLE = "start_not_possible"
    LANGUAGE_NOT_AVAILABLE = "language_not_available"
    PLACE_NOT_POSSIBLE = "place_not_possible"
    CONFLICT_OF_INTEREST = "conflict_of_interest"


DECLINE_REASON_TITLES = {
    DeclineReason.NO_CAPACITY: _l("No capacity at the moment"),
    DeclineReason.START_NOT_POSSIBLE: _l("The asked start is not possible"),
    DeclineReason.LANGUAGE_NOT_AVAILABLE: _l("The language is not available"),
    DeclineReason.PLACE_NOT_POSSIBLE: _l("The place is not possible"),
    DeclineReason.CONFLICT_OF_INTEREST: _l("Conflict of interest"),
}


class RecordUse(StrEnum):
    """What a category's published terms say the quality record is used for (R3, R105)."""

    SHOW = "show"
    RANKING = "ranking"
    TALK = "talk"
    PAY = "pay"


RECORD_USE_TITLES = {
    RecordUse.SHOW: _l("It is shown to those who choose a service"),
    RecordUse.RANKING: _l("Its three classes put providers in an order of preference"),
    RecordUse.TALK: _l("It is the agenda of quality talks with the provider"),
    RecordUse.PAY: _l("Confirmed results are paid for"),
}


class Category(Model):
    """One objectively defined part of a system, with its own requirements and terms (R11)."""

    __tablename__ = "category"
    __table_args__ = (
        UniqueConstraint("system_id", "code"),
        CheckConstraint("price_ceiling >= 0", name="ceiling_not_negative"),
        CheckConstraint("accept_within_hours > 0", name="accept_within_positive"),
        CheckConstraint("newcomer_share BETWEEN 0 AND 1", name="newcomer_share_range"),
        CheckConstraint("legal_mode <> 'dps_strict' OR ordering_rule = 'competition'", name="strict_means_competition"),
        CheckConstraint("legal_mode <> 'dps_strict' OR NOT record_uses @> '[\"ranking\"]'", name="strict_never_ranks"),
    )

    system_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("purchasing_system.id"))
    position: Mapped[int]
    #: Short and stable, for addresses and data: ``job-coaching``.
    code: Mapped[str]
    name_fi: Mapped[str]
    name_sv: Mapped[str]
    name_en: Mapped[str]
    description_fi: Mapped[str]
    description_sv: Mapped[str]
    description_en: Mapped[str]
    service_type: Mapped[ServiceType] = mapped_column(enum_column(ServiceType))
    #: Main CPV code with its check digit: ``79611000-0``.
    cpv: Mapped[str]
    legal_mode: Mapped[LegalMode] = mapped_column(enum_column(LegalMode))
    ordering_rule: Mapped[OrderingRule] = mapped_column(enum_column(OrderingRule))
    #: Published parameters of the rule, stored with each order (R3).
    ordering_parameters: Mapped[dict[str, Any]]
    price_unit: Mapped[PriceUnit] = mapped_column(enum_column(PriceUnit))
    #: Nothing while it is a draft whose price has not been set.
    price_ceiling: Mapped[Decimal]
    accept_within_hours: Mapped[int]
    start_within_days: Mapped[int]
    report_within_days: Mapped[int]
    #: Longest service the category allows.
    max_duration_days: Mapped[int]
    #: Whether the customer does work tasks at a workplace: then the rules of a work trial apply (R101).
    has_work_trial: Mapped[bool] = mapped_column(default=False)
    newcomer_share: Mapped[Decimal] = mapped_column(Numeric(4, 3))
    #: Municipalities and languages of service.
    areas: Mapped[list[str]]
    languages: Mapped[list[str]]
    decline_reasons: Mapped[list[str]]
    #: What the quality record is used for (``RecordUse``); ``dps.systems.record_uses`` knows the rules.
    record_uses: Mapped[list[str]] = mapped_column(
        default=lambda: [RecordUse.SHOW.value], server_default=text("""'["show"]'::jsonb""")
    )
    #: What good service means here, and how it is followed.
    quality_fi: Mapped[str] = mapped_column(default="")
    quality_sv: Mapped[str] = mapped_column(default="")
    quality_en: Mapped[str] = mapped_column(default="")
    #: The expected largest value of one contract, the turnover asked for, and why it is more than R32 allows.
    largest_contract_value: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    minimum_turnover: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    turnover_reason: Mapped[str] = mapped_column(default="")
    #: Why price alone decides (R42).
    price_only_reason: Mapped[str] = mapped_column(default="")
    #: The version of the contract terms and their text, per language.
    terms_version: Mapped[str]
    terms_fi: Mapped[str]
    terms_sv: Mapped[str]
    terms_en: Mapped[str]
    #: The terms as a document, published with the rest.
    terms_file_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("stored_file.id"))
    #: When a published change last took effect; the row's version is that of the terms (R18).
    changed_at: Mapped[datetime | None]
    #: An ended category takes no applications and no orders; what is running goes to its end (R18).
    ended_at: Mapped[datetime | None]

    system: Mapped[PurchasingSystem] = relationship(back_populates="categories", lazy="joined", innerjoin=True)
    modules: Mapped[list[CategoryModule]] = relationship(
        back_populates="category",
        order_by="CategoryModule.code",
        primaryjoin="and_(Category.id == CategoryModule.category_id, CategoryModule.removed_at.is_(None))",
    )
    requirements: Mapped[list[Requirement]] = relationship(
        back_populates="category",
        order_by="Requirement.position",
        primaryjoin="and_(Category.id == Requirement.category_id, Requirement.removed_at.is_(None))",
    )
    award_criteria: Mapped[list[AwardCriterion]] = relationship(
        back_populates="category",
        order_by="AwardCriterion.position",
        primaryjoin="and_(Category.id == AwardCriterion.category_id, AwardCriterion.removed_at.is_(None))",
    )
    payments: Mapped[list[PaymentPart]] = relationship(back_populates="category", order_by="PaymentPart.position")
    terms_file: Mapped[StoredFile | None] = relationship()

    @property
    def authority_id(self) -> uuid.UUID:
        return self.system.authority_id


class CategoryModule(Model):
    """An additional module that can be ordered with a service of the category."""

    __tablename__ = "category_module"
    __table_args__ = (
        Index(
            "uq_category_module_one_in_force",
            "category_id",
            "code",
            unique=True,
            postgresql_where=text("removed_at IS NULL"),
        ),
        CheckConstraint("price_ceiling > 0", name="ceiling_positive"),
    )

    category_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("category.id"))
    code: Mapped[str]
    name_fi: Mapped[str]
    name_sv: Mapped[str]
    name_en: Mapped[str]
    price_ceiling: Mapped[Decimal]
    #: Taken out by a published change; offers and orders of before still refer to it.
    removed_at: Mapped[datetime | None]

    category: Mapped[Category] = relationship(back_populates="modules")


class RequirementKind(StrEnum):
    """What a requirement is in the law's words."""

    EXCLUSION = "exclusion"
    SELECTION = "selection"


class Requirement(Model):
    """An exclusion ground that is applied, or a selection criterion, with the evidence asked for."""

    __tablename__ = "requirement"
    __table_args__ = (
        Index(
            "uq_requirement_one_in_force",
            "category_id",
            "code",
            unique=True,
            postgresql_where=text("removed_at IS NULL"),
        ),
    )

    category_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("category.id"))
    position: Mapped[int]
    kind: Mapped[RequirementKind] = mapped_column(enum_column(RequirementKind))
    #: The code of the criterion in ``suppliers.criteria``.
    code: Mapped[str]
    text_fi: Mapped[str]
    text_sv: Mapped[str]
    text_en: Mapped[str]
    evidence_fi: Mapped[str]
    evidence_sv: Mapped[str]
    evidence_en: Mapped[str]
    #: Taken out or reworded by a published change; findings of before still refer to it.
    removed_at: Mapped[datetime | None]

    category: Mapped[Category] = relationship(back_populates="requirements")


class CriterionKind(StrEnum):
    """What an award criterion compares."""

    PRICE = "price"
    QUALITY = "quality"


class CriterionSubject(StrEnum):
    """What an award criterion is about; the bidder's own past is a matter of suitability (R44)."""

    SERVICE = "service"
    NAMED_STAFF = "named_staff"
    SUPPLIER = "supplier"


class PaymentKind(StrEnum):
    """Parts of the price beside the unit price."""

    START_FEE = "start_fee"
    MILESTONE = "milestone"
    OUTCOME = "outcome"


CRITERION_KIND_TITLES = {CriterionKind.PRICE: _l("Price"), CriterionKind.QUALITY: _l("Quality")}
CRITERION_SUBJECT_TITLES = {
    CriterionSubject.SERVICE: _l("The service that is bought"),
    CriterionSubject.NAMED_STAFF: _l("Named staff who do the work"),
    CriterionSubject.SUPPLIER: _l("The provider and its earlier work"),
}
PAYMENT_KIND_TITLES = {
    PaymentKind.START_FEE: _l("Start fee"),
    PaymentKind.MILESTONE: _l("Payment for a milestone"),
    PaymentKind.OUTCOME: _l("Payment for a result"),
}


class AwardCriterion(Model):
    """What tenders are compared by, with its published weight in percent (R40)."""

    __tablename__ = "award_criterion"
    __table_args__ = (
        Index(
            "uq_award_criterion_one_in_force",
            "category_id",
            "code",
            unique=True,
            postgresql_where=text("removed_at IS NULL"),
        ),
        CheckConstraint("weight > 0 AND weight <= 100", name="weight_range"),
    )

    category_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("category.id"))
    position: Mapped[int]
    code: Mapped[str]
    kind: Mapped[CriterionKind] = mapped_column(enum_column(CriterionKind))
    concerns: Mapped[CriterionSubject] = mapped_column(enum_column(CriterionSubject))
    text_fi: Mapped[str]
    text_sv: Mapped[str]
    text_en: Mapped[str]
    weight: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    #: Taken out by a published change; competitions of before still refer to it.
    removed_at: Mapped[datetime | None]

    category: Mapped[Category] = relationship(back_populates="award_criteria")


class PaymentPart(Model):
    """A start fee, or a payment for a milestone or a result, with its highest amount."""

    __tablename__ = "payment_part"
    __table_args__ = (
        UniqueConstraint("category_id", "code"),
        CheckConstraint("ceiling > 0", name="ceiling_positive"),
    )

    category_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("category.id"))
    position: Mapped[int]
    code: Mapped[str]
    kind: Mapped[PaymentKind] = mapped_column(enum_column(PaymentKind))
    text_fi: Mapped[str]
    text_sv: Mapped[str]
    text_en: Mapped[str]
    ceiling: Mapped[Decimal]

    category: Mapped[Category] = relationship(back_populates="payments")
