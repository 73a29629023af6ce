"""Purchasing systems, their categories, modules and requirements."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, enum_column
from core.i18n import lazy_gettext as _l
from core.identity.models import Authority


class SystemState(StrEnum):
    """The life of a purchasing system."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    OPEN = "open"
    CLOSED = "closed"
    ENDED = "ended"


#: The whole state machine: action -> (states it starts from, state it ends in).
SYSTEM_TRANSITIONS = {
    "submit": ({SystemState.DRAFT}, SystemState.SUBMITTED),
    "return": ({SystemState.SUBMITTED}, SystemState.DRAFT),
    "approve": ({SystemState.SUBMITTED}, SystemState.APPROVED),
    "open": ({SystemState.APPROVED}, SystemState.OPEN),
    "close": ({SystemState.OPEN}, SystemState.CLOSED),
    "reopen": ({SystemState.CLOSED}, SystemState.OPEN),
    "end": ({SystemState.OPEN, SystemState.CLOSED}, SystemState.ENDED),
}

SYSTEM_STATE_TITLES = {
    SystemState.DRAFT: _l("Draft"),
    SystemState.SUBMITTED: _l("Waiting for approval"),
    SystemState.APPROVED: _l("Approved, notice not yet published"),
    SystemState.OPEN: _l("Open for applications"),
    SystemState.CLOSED: _l("Temporarily closed"),
    SystemState.ENDED: _l("Ended"),
}


#: States in which everybody may see the system: from its opening on (R16, R17).
PUBLIC_STATES = frozenset({SystemState.OPEN, SystemState.CLOSED, SystemState.ENDED})


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


class PurchasingSystem(Model):
    """A dynamic purchasing system of one authority."""

    __tablename__ = "purchasing_system"
    __table_args__ = (
        CheckConstraint("ends_on > starts_on", name="ends_after_start"),
        CheckConstraint("estimated_value > 0", name="value_positive"),
        CheckConstraint("approved_by IS NULL OR approved_by <> prepared_by", name="four_eyes"),
        CheckConstraint(
            "(state IN ('approved', 'open', 'closed', 'ended')) = (approved_at IS NOT NULL)",
            name="approved_at_if_approved",
        ),
        CheckConstraint("(state IN ('open', 'closed', 'ended')) = (opened_at IS NOT NULL)", name="opened_at_if_opened"),
        CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name="ended_at_if_ended"),
        Index("ix_purchasing_system_authority_id_state", "authority_id", "state"),
    )

    authority_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("authority.id"))
    name_fi: Mapped[str]
    name_sv: Mapped[str]
    name_en: Mapped[str]
    description_fi: Mapped[str]
    description_sv: Mapped[str]
    description_en: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    #: Sum of all contracts of the whole duration, without VAT, options included (R7).
    estimated_value: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    #: Temporary closing is possible only if it was announced at the start (R19).
    closing_announced: Mapped[bool] = mapped_column(default=False)
    state: Mapped[SystemState] = mapped_column(enum_column(SystemState), default=SystemState.DRAFT)
    prepared_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    prepared_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    #: Why the decision maker sent it back, shown to the preparer.
    return_reason: Mapped[str | None]
    approved_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    approved_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    authority: Mapped[Authority] = relationship(lazy="joined", innerjoin=True)
    categories: Mapped[list[Category]] = relationship(back_populates="system", order_by="Category.position")


class Category(Model):
    """One objectively defined part of a system, with its own requirements and terms (R11)."""

    __tablename__ = "category"
    __table_args__ = (
        UniqueConstraint("system_id", "code"),
        CheckConstraint("price_ceiling > 0", name="ceiling_positive"),
        CheckConstraint("accept_within_hours > 0", name="accept_within_positive"),
        CheckConstraint("newcomer_share BETWEEN 0 AND 1", name="newcomer_share_range"),
        CheckConstraint("legal_mode <> 'dps_strict' OR ordering_rule = 'competition'", name="strict_means_competition"),
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
    #: The version of the contract terms and their text, per language.
    terms_version: Mapped[str]
    terms_fi: Mapped[str]
    terms_sv: Mapped[str]
    terms_en: Mapped[str]

    system: Mapped[PurchasingSystem] = relationship(back_populates="categories", lazy="joined", innerjoin=True)
    modules: Mapped[list[CategoryModule]] = relationship(back_populates="category", order_by="CategoryModule.code")
    requirements: Mapped[list[Requirement]] = relationship(back_populates="category", order_by="Requirement.position")

    @property
    def authority_id(self) -> uuid.UUID:
        return self.system.authority_id


class CategoryModule(Model):
    """An additional module that can be ordered with a service of the category."""

    __tablename__ = "category_module"
    __table_args__ = (
        UniqueConstraint("category_id", "code"),
        CheckConstraint("price_ceiling > 0", name="ceiling_positive"),
    )

    category_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("category.id"))
    code: Mapped[str]
    name_fi: Mapped[str]
    name_sv: Mapped[str]
    name_en: Mapped[str]
    price_ceiling: Mapped[Decimal]

    category: Mapped[Category] = relationship(back_populates="modules")


class RequirementKind(StrEnum):
    """What a requirement is in the law's words."""

    EXCLUSION = "exclusion"
    SELECTION = "selection"


class Requirement(Model):
    """An exclusion ground that is applied, or a selection criterion, with the evidence asked for."""

    __tablename__ = "requirement"
    __table_args__ = (UniqueConstraint("category_id", "code"),)

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

    category: Mapped[Category] = relationship(back_populates="requirements")
