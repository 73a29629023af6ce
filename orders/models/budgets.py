"""Money of an authority for a category in a year."""

from __future__ import annotations

import uuid
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, enum_column
from core.i18n import lazy_gettext as _l
from dps.systems.models import Category


class BeyondBudget(StrEnum):
    """What happens to an order that the money left does not cover."""

    REFUSE = "refuse"
    APPROVE = "approve"


BEYOND_BUDGET_TITLES = {
    BeyondBudget.REFUSE: _l("Refused"),
    BeyondBudget.APPROVE: _l("A decision maker is asked"),
}


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

    #: What the authority has set for orders that would go over.
    beyond: Mapped[BeyondBudget] = mapped_column(
        enum_column(BeyondBudget), default=BeyondBudget.REFUSE, server_default=BeyondBudget.REFUSE.value
    )

    category: Mapped[Category] = relationship(lazy="joined", innerjoin=True)

    @property
    def left(self) -> Decimal:
        return self.amount - self.committed - self.spent
