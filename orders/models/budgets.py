"""Money of an authority for a category in a year."""

from __future__ import annotations

import uuid
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model
from dps.systems.models import Category


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
