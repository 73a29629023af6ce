"""Prices that move with an index from a day on (R81)."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model
from dps.systems.models import Category


class IndexChange(Model):
    """The prices of a category's services move by a percent from a day on, under a review clause of the contracts."""

    __tablename__ = "index_change"
    __table_args__ = (
        UniqueConstraint("category_id", "from_on"),
        CheckConstraint("percent <> 0 AND percent BETWEEN -50 AND 50", name="percent_range"),
        CheckConstraint("(points_from IS NULL) = (points_to IS NULL)", name="both_points"),
    )

    category_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("category.id"))
    from_on: Mapped[date]
    percent: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    #: The points of the index the percent comes from, where it was given so.
    points_from: Mapped[Decimal | None] = mapped_column(Numeric(10, 2))
    points_to: Mapped[Decimal | None] = mapped_column(Numeric(10, 2))
    index_name: Mapped[str]
    #: The review clause, word for word as it stands in the signed terms.
    clause: Mapped[str]
    reason: Mapped[str]
    decided_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime]
    #: How many contracts it moves, and how many it leaves alone because their terms have no such clause.
    contracts: Mapped[int]
    left_out: Mapped[int]
    #: When the prices of the services were moved.
    applied_at: Mapped[datetime | None]

    category: Mapped[Category] = relationship(lazy="joined", innerjoin=True)

    @property
    def authority_id(self) -> uuid.UUID:
        return self.category.authority_id


class IndexedOffering(Model):
    """That an index change has moved the prices of a service: once, whatever happens to the job (I6)."""

    __tablename__ = "indexed_offering"
    __table_args__ = (UniqueConstraint("change_id", "offering_id"),)

    change_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("index_change.id"))
    offering_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("offering.id"))
    price_before: Mapped[Decimal]
    price_after: Mapped[Decimal]
