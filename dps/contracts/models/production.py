"""Agreements on services that are not bought on the market: own production, in-house units, other authorities."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, enum_column
from core.i18n import lazy_gettext as _l
from core.identity.models import Authority
from dps.systems.models import Category
from dps.systems.production import Production
from suppliers.models import Supplier


class ProductionState(StrEnum):
    """Prepared by one, decided by another; in force it ends by itself on its last day."""

    PREPARED = "prepared"
    IN_FORCE = "in_force"
    ENDED = "ended"
    DROPPED = "dropped"


PRODUCTION_TRANSITIONS = {
    "approve": ({ProductionState.PREPARED}, ProductionState.IN_FORCE),
    "drop": ({ProductionState.PREPARED}, ProductionState.DROPPED),
    "end": ({ProductionState.IN_FORCE}, ProductionState.ENDED),
}

PRODUCTION_STATE_TITLES = {
    ProductionState.PREPARED: _l("Waiting for the decision"),
    ProductionState.IN_FORCE: _l("In force"),
    ProductionState.ENDED: _l("Ended"),
    ProductionState.DROPPED: _l("Dropped"),
}


class ProductionAgreement(Model):
    """What an authority gets without competition, from whom, and on which ground of the law.

    In force it gives a frame contract of each of its categories; orders are possible until ``confirmed_until``, the
    last day for which somebody has confirmed that the ground still holds.
    """

    __tablename__ = "production_agreement"
    __table_args__ = (
        CheckConstraint("kind <> 'purchased'", name="not_purchased"),
        CheckConstraint("ends_on > starts_on", name="ends_after_start"),
        CheckConstraint("decided_by <> prepared_by", name="four_eyes"),
        CheckConstraint(
            "(state IN ('in_force', 'ended')) = (decision_number IS NOT NULL) "
            "AND (decision_number IS NULL) = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL)",
            name="decision_if_decided",
        ),
        CheckConstraint("(state IN ('ended', 'dropped')) = (closed_at IS NOT NULL)", name="closed_at_if_closed"),
        CheckConstraint("(closed_at IS NULL) = (close_reason IS NULL)", name="reason_if_closed"),
        Index("ix_production_agreement_authority_id_state", "authority_id", "state"),
    )

    #: The authority whose agreement it is: it prepares, decides, confirms and orders.
    authority_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("authority.id"))
    #: Who produces: an in-house company, another authority, or an own unit, with people of its own here.
    supplier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("supplier.id"), index=True)
    kind: Mapped[Production] = mapped_column(enum_column(Production))
    state: Mapped[ProductionState] = mapped_column(enum_column(ProductionState), default=ProductionState.PREPARED)
    #: The agreement in the authority's own records: its case number.
    reference: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    prepared_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    prepared_at: Mapped[datetime]
    decision_number: Mapped[str | None]
    decided_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    close_reason: Mapped[str | None]
    #: The last day for which the ground is confirmed.
    confirmed_until: Mapped[date]

    authority: Mapped[Authority] = relationship(lazy="joined", innerjoin=True)
    supplier: Mapped[Supplier] = relationship(lazy="joined", innerjoin=True)
    categories: Mapped[list[ProductionCategory]] = relationship(
        back_populates="agreement", order_by="ProductionCategory.id"
    )
    facts: Mapped[list[ProductionFacts]] = relationship(back_populates="agreement", order_by="ProductionFacts.number")
    buyers: Mapped[list[ProductionBuyer]] = relationship(back_populates="agreement", order_by="ProductionBuyer.id")

    @property
    def all_buyers(self) -> list[Authority]:
        """Who may order under it: the authority whose agreement it is, and those it names."""
        return [self.authority, *(each.authority for each in self.buyers)]

    def is_in_force(self, on: date) -> bool:
        """Whether it applies on a day; whether its ground is confirmed is asked apart."""
        return self.state is ProductionState.IN_FORCE and self.starts_on <= on <= self.ends_on


class ProductionCategory(Model):
    """A category the agreement covers, with the highest price agreed on, per the unit of the category without VAT."""

    __tablename__ = "production_category"
    __table_args__ = (
        UniqueConstraint("agreement_id", "category_id"),
        CheckConstraint("price_ceiling > 0", name="price_positive"),
    )

    agreement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("production_agreement.id"))
    category_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("category.id"), index=True)
    price_ceiling: Mapped[Decimal]

    agreement: Mapped[ProductionAgreement] = relationship(back_populates="categories")
    category: Mapped[Category] = relationship(lazy="joined", innerjoin=True)


class ProductionBuyer(Model):
    """Another authority that the agreement lets order under it."""

    __tablename__ = "production_buyer"
    __table_args__ = (UniqueConstraint("agreement_id", "authority_id"),)

    agreement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("production_agreement.id"))
    authority_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("authority.id"), index=True)

    agreement: Mapped[ProductionAgreement] = relationship(back_populates="buyers")
    authority: Mapped[Authority] = relationship(lazy="joined", innerjoin=True)


class ProductionFacts(Model):
    """That the ground of an agreement holds, with its figures: stated when it is prepared, confirmed anew each year.

    Of an in-house unit (HL 15 §): the share the authority owns, and what the unit sells to others than its owners. Of
    another authority (HL 16 §): what of the common task is sold to others than the parties. Of own production: which
    unit it is.
    """

    __tablename__ = "production_facts"
    __table_args__ = (
        UniqueConstraint("agreement_id", "number"),
        CheckConstraint("outside_share BETWEEN 0 AND 100 AND outside_sales >= 0", name="outside_sales_possible"),
        CheckConstraint("(outside_share IS NULL) = (outside_sales IS NULL)", name="both_of_sales"),
        CheckConstraint("owned_share > 0 AND owned_share <= 100", name="owned_share_possible"),
        CheckConstraint("owned_share IS NULL OR outside_share IS NOT NULL", name="sales_if_owned"),
    )

    agreement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("production_agreement.id"))
    number: Mapped[int]
    #: In words: how the unit is controlled, the common task, or which unit it is.
    statement: Mapped[str]
    #: Who owns an in-house unit, with their shares; empty for the others.
    owners: Mapped[str]
    owned_share: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    #: Of the last closed year: percent of turnover from others, and euros.
    outside_share: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    outside_sales: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    confirmed_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[datetime]
    until: Mapped[date]

    agreement: Mapped[ProductionAgreement] = relationship(back_populates="facts")
