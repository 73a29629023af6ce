"""Needs, the customer's choice, orders, budgets, deliveries, and the record that search shows."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, enum_column
from core.i18n import lazy_gettext as _l
from core.identity.models import Person
from dps.contracts.models import FrameContract
from dps.offerings.models import Offering, OfferingStart
from dps.systems.models import Category, DeclineReason
from suppliers.models import Supplier


class AgeBand(StrEnum):
    """Coarse age of the customer; never the age itself (I8)."""

    UNDER_25 = "under_25"
    FROM_25_TO_34 = "25_to_34"
    FROM_35_TO_49 = "35_to_49"
    FROM_50 = "50_or_over"


class UnemploymentBand(StrEnum):
    """How long the customer has been without work, coarsely."""

    UNDER_6_MONTHS = "under_6_months"
    FROM_6_TO_12_MONTHS = "6_to_12_months"
    FROM_1_TO_2_YEARS = "1_to_2_years"
    OVER_2_YEARS = "over_2_years"


class EducationBand(StrEnum):
    """Level of education, coarsely."""

    BASIC = "basic"
    SECONDARY = "secondary"
    HIGHER = "higher"
    UNKNOWN = "unknown"


class NeedState(StrEnum):
    """Where a need stands."""

    OPEN = "open"
    ORDERED = "ordered"
    CLOSED = "closed"


NEED_TRANSITIONS = {
    "order": ({NeedState.OPEN}, NeedState.ORDERED),
    "reopen": ({NeedState.ORDERED}, NeedState.OPEN),
    "close": ({NeedState.OPEN}, NeedState.CLOSED),
}


class Need(Model):
    """What a customer needs, without a name: a pseudonym and banded attributes (I8)."""

    __tablename__ = "need"
    __table_args__ = (
        UniqueConstraint("authority_id", "number"),
        CheckConstraint("jsonb_array_length(languages) > 0", name="has_language"),
        CheckConstraint("is_remote OR place IS NOT NULL", name="place_or_remote"),
        Index("ix_need_expert_id_state", "expert_id", "state"),
    )

    authority_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("authority.id"))
    #: Running number within the authority; shown as ``T-2217``.
    number: Mapped[int]
    expert_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    category_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("category.id"))
    #: The city's own customer system's reference, or a pseudonym; never an identity code.
    customer_reference: Mapped[str]
    #: Home municipality, kept for the cost compensation between municipalities (R104).
    municipality: Mapped[str]
    place: Mapped[str | None]
    is_remote: Mapped[bool]
    #: Service languages that the provider must have, ISO 639-1 (R102).
    languages: Mapped[list[str]]
    latest_start: Mapped[date]
    #: Codes of the category's modules.
    modules: Mapped[list[str]]
    accessibility: Mapped[str]
    age_band: Mapped[AgeBand] = mapped_column(enum_column(AgeBand))
    unemployment_band: Mapped[UnemploymentBand] = mapped_column(enum_column(UnemploymentBand))
    education_band: Mapped[EducationBand] = mapped_column(enum_column(EducationBand))
    #: The seed of the random order in which the fitting offerings are shown (I5).
    seed: Mapped[int]
    state: Mapped[NeedState] = mapped_column(enum_column(NeedState), default=NeedState.OPEN)
    made_at: Mapped[datetime]

    category: Mapped[Category] = relationship(lazy="joined", innerjoin=True)
    expert: Mapped[Person] = relationship()

    @property
    def reference(self) -> str:
        """``T-2217``"""
        return f"T-{self.number}"


class ChoiceAnswer(StrEnum):
    """What the customer answered on the choice page."""

    CHOSEN = "chosen"
    NONE_FITS = "none_fits"
    TALK_FIRST = "talk_first"


class Choice(Model):
    """A link for the customer: some fitting offerings, one answer, used by a POST only.

    ``options`` is ``[{"offering": uuid, "start": uuid, "price": "…"}]`` in the order shown.
    """

    __tablename__ = "choice"
    __table_args__ = (
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered_at_if_answered"),
        CheckConstraint("answer <> 'chosen' OR offering_id IS NOT NULL", name="offering_if_chosen"),
        CheckConstraint("jsonb_array_length(options) BETWEEN 1 AND 5", name="one_to_five_options"),
        Index(
            "uq_choice_one_open",
            "need_id",
            unique=True,
            postgresql_where=text("answered_at IS NULL AND cancelled_at IS NULL"),
        ),
    )

    need_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("need.id"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    options: Mapped[list[dict[str, Any]]]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    answer: Mapped[ChoiceAnswer | None] = mapped_column(enum_column(ChoiceAnswer))
    offering_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("offering.id"))
    start_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("offering_start.id"))
    answered_at: Mapped[datetime | None]
    language: Mapped[str | None]

    need: Mapped[Need] = relationship(lazy="joined", innerjoin=True)


class Budget(Model):
    """Money of an authority for a category in a year; it never goes below zero (I7)."""

    __tablename__ = "budget"
    __table_args__ = (
        UniqueConstraint("authority_id", "category_id", "year"),
        CheckConstraint("committed >= 0 AND spent >= 0", name="parts_not_negative"),
        CheckConstraint("committed + spent <= amount", name="not_overdrawn"),
    )

    authority_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("authority.id"))
    category_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("category.id"))
    year: Mapped[int]
    amount: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    #: Ordered and not yet delivered; delivered and accepted.
    committed: Mapped[Decimal] = mapped_column(Numeric(14, 2), default=Decimal(0))
    spent: Mapped[Decimal] = mapped_column(Numeric(14, 2), default=Decimal(0))

    category: Mapped[Category] = relationship(lazy="joined", innerjoin=True)

    @property
    def left(self) -> Decimal:
        return self.amount - self.committed - self.spent


class OrderState(StrEnum):
    """The life of an order."""

    PLACED = "placed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    STARTED = "started"
    REPORTED = "reported"
    COMPLETED = "completed"


#: The whole state machine: action -> (states it starts from, state it ends in).
ORDER_TRANSITIONS = {
    "accept": ({OrderState.PLACED}, OrderState.ACCEPTED),
    "decline": ({OrderState.PLACED}, OrderState.DECLINED),
    "expire": ({OrderState.PLACED}, OrderState.EXPIRED),
    "cancel": ({OrderState.PLACED, OrderState.ACCEPTED}, OrderState.CANCELLED),
    "start": ({OrderState.ACCEPTED}, OrderState.STARTED),
    "report": ({OrderState.STARTED}, OrderState.REPORTED),
    "return_report": ({OrderState.REPORTED}, OrderState.STARTED),
    "complete": ({OrderState.REPORTED}, OrderState.COMPLETED),
}

ORDER_STATE_TITLES = {
    OrderState.PLACED: _l("Waiting for the provider"),
    OrderState.ACCEPTED: _l("Confirmed"),
    OrderState.DECLINED: _l("Declined"),
    OrderState.EXPIRED: _l("Lapsed"),
    OrderState.CANCELLED: _l("Cancelled"),
    OrderState.STARTED: _l("Under way"),
    OrderState.REPORTED: _l("Report to be accepted"),
    OrderState.COMPLETED: _l("Delivered"),
}


class ChosenBy(StrEnum):
    """Whose choice the order rests on."""

    CUSTOMER = "customer"
    RULE = "rule"


class Order(Model):
    """A call-off: one service for one need, under a frame contract.

    ``rule`` is the ordering rule as published at the time of the order, with its parameters (R3).
    """

    __tablename__ = "order"
    __table_args__ = (
        UniqueConstraint("authority_id", "number"),
        CheckConstraint("price > 0", name="price_positive"),
        CheckConstraint("(state = 'declined') = (decline_reason IS NOT NULL)", name="reason_if_declined"),
        CheckConstraint(
            "(state IN ('placed', 'declined', 'expired', 'cancelled')) OR accepted_at IS NOT NULL",
            name="accepted_at_if_accepted",
        ),
        CheckConstraint(
            "(state IN ('started', 'reported', 'completed')) = (started_on IS NOT NULL)",
            name="started_on_if_started",
        ),
        CheckConstraint("(state = 'completed') = (completed_at IS NOT NULL)", name="completed_at_if_completed"),
        CheckConstraint("planned_end_on >= planned_start_on", name="end_after_start"),
        Index(
            "uq_order_one_live",
            "need_id",
            unique=True,
            postgresql_where=text("state NOT IN ('declined', 'expired', 'cancelled')"),
        ),
        Index("ix_order_supplier_id_state", "supplier_id", "state"),
        Index("ix_order_category_id_state", "category_id", "state"),
        Index("ix_order_expert_id_state", "expert_id", "state"),
        Index("ix_order_accept_by", "accept_by", postgresql_where=text("state = 'placed'")),
    )

    authority_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("authority.id"))
    number: Mapped[int]
    need_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("need.id"), index=True)
    expert_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    category_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("category.id"))
    supplier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("supplier.id"))
    contract_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("frame_contract.id"))
    offering_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("offering.id"))
    start_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("offering_start.id"))
    budget_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("budget.id"))
    choice_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("choice.id"))
    chosen_by: Mapped[ChosenBy] = mapped_column(enum_column(ChosenBy))
    rule: Mapped[dict[str, Any]]
    #: Without VAT, modules included, from the offering at the time of the order.
    price: Mapped[Decimal]
    vat_rate: Mapped[Decimal] = mapped_column(Numeric(4, 1))
    modules: Mapped[list[str]]
    state: Mapped[OrderState] = mapped_column(enum_column(OrderState), default=OrderState.PLACED)
    placed_at: Mapped[datetime]
    accept_by: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    decline_reason: Mapped[DeclineReason | None] = mapped_column(enum_column(DeclineReason))
    #: When it was declined, lapsed or was cancelled.
    closed_at: Mapped[datetime | None]
    planned_start_on: Mapped[date]
    planned_end_on: Mapped[date]
    started_on: Mapped[date | None]
    completed_at: Mapped[datetime | None]

    need: Mapped[Need] = relationship(lazy="joined", innerjoin=True)
    category: Mapped[Category] = relationship(lazy="joined", innerjoin=True)
    supplier: Mapped[Supplier] = relationship(lazy="joined", innerjoin=True)
    contract: Mapped[FrameContract] = relationship()
    offering: Mapped[Offering] = relationship()
    start: Mapped[OfferingStart] = relationship()
    budget: Mapped[Budget] = relationship()
    delivery: Mapped[Delivery | None] = relationship(back_populates="order")

    @property
    def reference(self) -> str:
        """``O-118``"""
        return f"O-{self.number}"


class EndKind(StrEnum):
    """How a service ended."""

    FINISHED = "finished"
    INTERRUPTED = "interrupted"


class InterruptionReason(StrEnum):
    """Why a service was interrupted."""

    FOUND_WORK = "found_work"
    STUDIES = "studies"
    HEALTH = "health"
    MOVED = "moved"
    DID_NOT_ATTEND = "did_not_attend"
    OTHER = "other"


class Delivery(Model):
    """What the provider reports of an order, and what the expert made of it; the basis of the invoice."""

    __tablename__ = "delivery"
    __table_args__ = (
        CheckConstraint("ended_on >= started_on", name="end_after_start"),
        CheckConstraint("amount >= 0", name="amount_not_negative"),
        CheckConstraint("(end_kind = 'interrupted') = (interruption_reason IS NOT NULL)", name="reason_if_interrupted"),
        CheckConstraint("(accepted_at IS NULL) = (accepted_by IS NULL)", name="accepted_by_if_accepted"),
    )

    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("order.id"), unique=True)
    started_on: Mapped[date]
    ended_on: Mapped[date]
    end_kind: Mapped[EndKind] = mapped_column(enum_column(EndKind))
    interruption_reason: Mapped[InterruptionReason | None] = mapped_column(enum_column(InterruptionReason))
    #: The report's text, sealed: it may tell about the customer.
    sealed_report: Mapped[bytes]
    #: What is invoiced, without VAT; never more than ordered.
    amount: Mapped[Decimal]
    reported_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    reported_at: Mapped[datetime]
    return_reason: Mapped[str | None]
    accepted_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    accepted_at: Mapped[datetime | None]

    order: Mapped[Order] = relationship(back_populates="delivery")


class PublishedRecord(Model):
    """The quality record of a supplier in a category, as published; search reads it, evaluation writes it.

    Each measure has a count, and a value with its 95 % interval where the small-number gates of R119
    are passed; ``None`` where there is too little to tell.
    """

    __tablename__ = "published_record"
    __table_args__ = (
        UniqueConstraint("supplier_id", "category_id"),
        CheckConstraint("orders_count >= 0", name="count_not_negative"),
    )

    supplier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("supplier.id"))
    category_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("category.id"), index=True)
    release_id: Mapped[uuid.UUID]
    published_at: Mapped[datetime]
    #: Delivered orders; ``None`` when under 5 (R119).
    orders_count: Mapped[int | None]
    #: ``{"count": int, "value": "0.731", "low": "0.652", "high": "0.798"}`` or ``None`` where gated.
    completion: Mapped[dict[str, Any] | None]
    employment: Mapped[dict[str, Any] | None]
    #: Mean of the 0-10 recommendation.
    recommendation: Mapped[dict[str, Any] | None]
