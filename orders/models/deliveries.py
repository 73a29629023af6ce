"""What a provider reports of an order; the basis of the invoice."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, enum_column
from orders.models.orders import Order


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
