"""Offerings: what can be found, chosen and ordered."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, Numeric, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, enum_column
from core.i18n import lazy_gettext as _l
from dps.contracts.models import FrameContract
from dps.systems.models import Category, CategoryModule, PaymentPart
from dps.systems.production import Production, stands_apart
from suppliers.models import Supplier


class OfferingState(StrEnum):
    """Whether it can be found."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


OFFERING_TRANSITIONS = {
    "publish": ({OfferingState.DRAFT, OfferingState.WITHDRAWN}, OfferingState.PUBLISHED),
    "withdraw": ({OfferingState.PUBLISHED}, OfferingState.WITHDRAWN),
}

OFFERING_STATE_TITLES = {
    OfferingState.DRAFT: _l("Draft"),
    OfferingState.PUBLISHED: _l("Published"),
    OfferingState.WITHDRAWN: _l("Not offered now"),
}


class ServiceForm(StrEnum):
    """Whether customers are served one by one or together."""

    INDIVIDUAL = "individual"
    GROUP = "group"


SERVICE_FORM_TITLES = {ServiceForm.INDIVIDUAL: _l("Individual"), ServiceForm.GROUP: _l("Group")}

#: What free-text search looks through: names and descriptions by the word stems of their language.
SEARCH_VECTOR = (
    "to_tsvector('finnish', name_fi || ' ' || description_fi) || "
    "to_tsvector('swedish', name_sv || ' ' || description_sv) || "
    "to_tsvector('english', name_en || ' ' || description_en)"
)
#: What a mistyped word is compared with, by its triples of letters.
SEARCH_WORDS = "lower(name_fi || ' ' || name_sv || ' ' || name_en || ' ' || description_fi || ' ' || description_sv)"


class Offering(Model):
    """A service of a supplier in a category, under its frame contract."""

    __tablename__ = "offering"
    __table_args__ = (
        CheckConstraint("price > 0", name="price_positive"),
        CheckConstraint("payments_total >= 0", name="payments_not_negative"),
        CheckConstraint("duration_days > 0", name="duration_positive"),
        CheckConstraint("(vat_rate = 0) = (vat_exemption <> '')", name="exemption_if_no_vat"),
        CheckConstraint("jsonb_array_length(languages) > 0", name="has_language"),
        CheckConstraint("is_remote OR jsonb_array_length(places) > 0", name="has_place_or_remote"),
        CheckConstraint("(state = 'draft') = (published_at IS NULL)", name="published_at_if_published"),
        Index("ix_offering_category_id_state", "category_id", "state"),
        Index("ix_offering_by_price", "category_id", "full_price", postgresql_where=text("state = 'published'")),
        Index(
            "ix_offering_apart",
            "category_id",
            postgresql_where=text("state = 'published' AND production <> 'purchased'"),
        ),
        Index("ix_offering_search_vector", "search_vector", postgresql_using="gin"),
        Index(
            "ix_offering_search_words",
            "search_words",
            postgresql_using="gin",
            postgresql_ops={"search_words": "gin_trgm_ops"},
        ),
    )

    supplier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("supplier.id"), index=True)
    category_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("category.id"))
    contract_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("frame_contract.id"))
    #: As its contract says, kept here so that search asks no more tables.
    production: Mapped[Production] = mapped_column(
        enum_column(Production), default=Production.PURCHASED, server_default=Production.PURCHASED.value
    )
    state: Mapped[OfferingState] = mapped_column(enum_column(OfferingState), default=OfferingState.DRAFT)
    name_fi: Mapped[str]
    name_sv: Mapped[str]
    name_en: Mapped[str]
    description_fi: Mapped[str]
    description_sv: Mapped[str]
    description_en: Mapped[str]
    #: ISO 639-1 codes, and municipalities by name.
    languages: Mapped[list[str]]
    places: Mapped[list[str]]
    is_remote: Mapped[bool]
    duration_days: Mapped[int]
    #: Per unit of the category, without VAT.
    price: Mapped[Decimal]
    #: VAT in percent; 0 for an exempt service.
    vat_rate: Mapped[Decimal] = mapped_column(Numeric(4, 1))
    #: Why the service is exempt: the section of the VAT act.
    vat_exemption: Mapped[str] = mapped_column(default="")
    accessibility: Mapped[str]
    form: Mapped[ServiceForm] = mapped_column(
        enum_column(ServiceForm), default=ServiceForm.INDIVIDUAL, server_default=ServiceForm.INDIVIDUAL.value
    )
    published_at: Mapped[datetime | None]
    #: Start fee, milestones and results together, kept with their prices.
    payments_total: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default="0")
    #: Everything that may come to be paid, without modules: what offers are compared by.
    full_price: Mapped[Decimal] = mapped_column(Computed("price + payments_total", persisted=True), deferred=True)
    #: Kept by the database; read by search only.
    search_vector: Mapped[str] = mapped_column(TSVECTOR, Computed(SEARCH_VECTOR, persisted=True), deferred=True)
    search_words: Mapped[str] = mapped_column(Computed(SEARCH_WORDS, persisted=True), deferred=True)

    supplier: Mapped[Supplier] = relationship(lazy="joined", innerjoin=True)
    category: Mapped[Category] = relationship(lazy="joined", innerjoin=True)
    contract: Mapped[FrameContract] = relationship()
    starts: Mapped[list[OfferingStart]] = relationship(back_populates="offering", order_by="OfferingStart.starts_on")
    modules: Mapped[list[OfferingModule]] = relationship(back_populates="offering")
    payments: Mapped[list[OfferingPayment]] = relationship(back_populates="offering")

    @property
    def authority_id(self) -> uuid.UUID:
        return self.category.authority_id

    @property
    def stands_apart(self) -> bool:
        """Whether it is ordered under an agreement of its own, beside the published order."""
        return stands_apart(self.production)


class OfferingStart(Model):
    """A day on which the service starts, with its seats; the database refuses overbooking (I7)."""

    __tablename__ = "offering_start"
    __table_args__ = (
        UniqueConstraint("offering_id", "starts_on"),
        CheckConstraint("seats > 0", name="seats_positive"),
        CheckConstraint("seats_taken BETWEEN 0 AND seats", name="no_overbooking"),
    )

    offering_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("offering.id"))
    starts_on: Mapped[date]
    seats: Mapped[int]
    seats_taken: Mapped[int] = mapped_column(default=0)

    offering: Mapped[Offering] = relationship(back_populates="starts")

    @property
    def seats_left(self) -> int:
        return self.seats - self.seats_taken


class OfferingModule(Model):
    """The price of a module with this offering."""

    __tablename__ = "offering_module"
    __table_args__ = (
        UniqueConstraint("offering_id", "module_id"),
        CheckConstraint("price > 0", name="price_positive"),
    )

    offering_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("offering.id"))
    module_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("category_module.id"))
    price: Mapped[Decimal]

    offering: Mapped[Offering] = relationship(back_populates="modules")
    module: Mapped[CategoryModule] = relationship(lazy="joined", innerjoin=True)


class OfferingPayment(Model):
    """What this offering asks for a part of the price: a start fee, a milestone or a result."""

    __tablename__ = "offering_payment"
    __table_args__ = (
        UniqueConstraint("offering_id", "part_id"),
        CheckConstraint("price > 0", name="price_positive"),
    )

    offering_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("offering.id"))
    part_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("payment_part.id"))
    price: Mapped[Decimal]

    offering: Mapped[Offering] = relationship(back_populates="payments")
    part: Mapped[PaymentPart] = relationship(lazy="joined", innerjoin=True)
