"""What a provider reports of an order, part by part; the basis of the invoice."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, enum_column
from core.i18n import lazy_gettext as _l
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


class PartKind(StrEnum):
    """What a part of an order's price is for."""

    BASE = "base"
    MODULE = "module"
    START_FEE = "start_fee"
    MILESTONE = "milestone"
    OUTCOME = "outcome"
    #: What a late cancellation costs by the published terms; not ordered, so no part of the price.
    CANCEL_FEE = "cancel_fee"


PART_KIND_TITLES = {
    PartKind.BASE: _l("Service"),
    PartKind.MODULE: _l("Additional module"),
    PartKind.START_FEE: _l("Start fee"),
    PartKind.MILESTONE: _l("Payment for a milestone"),
    PartKind.OUTCOME: _l("Payment for a result"),
    PartKind.CANCEL_FEE: _l("Fee for a late cancellation"),
}


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
    #: The lines of the final report together, without VAT; never more than ordered.
    amount: Mapped[Decimal]
    reported_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    reported_at: Mapped[datetime]
    return_reason: Mapped[str | None]
    accepted_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    accepted_at: Mapped[datetime | None]

    order: Mapped[Order] = relationship(back_populates="delivery")


class LineState(StrEnum):
    """Where a delivered part stands."""

    REPORTED = "reported"
    ACCEPTED = "accepted"
    RETURNED = "returned"


LINE_TRANSITIONS = {
    "accept": ({LineState.REPORTED}, LineState.ACCEPTED),
    "return": ({LineState.REPORTED}, LineState.RETURNED),
}

LINE_STATE_TITLES = {
    LineState.REPORTED: _l("To be accepted"),
    LineState.ACCEPTED: _l("Accepted"),
    LineState.RETURNED: _l("Sent back"),
}


class DeliveryLine(Model):
    """One delivered part of an order: with the final report, or on its own while the service runs.

    Accepted lines are what is spent and what can be invoiced; each goes into one invoice basis at most (I6).
    """

    __tablename__ = "delivery_line"
    __table_args__ = (
        CheckConstraint("amount >= 0", name="amount_not_negative"),
        CheckConstraint(
            "(state = 'reported') = (answered_at IS NULL) AND (answered_at IS NULL) = (answered_by IS NULL)",
            name="answered_if_answered",
        ),
        CheckConstraint("answered_by <> reported_by OR state <> 'accepted'", name="four_eyes"),
        CheckConstraint("batch_id IS NULL OR state = 'accepted'", name="only_accepted_are_invoiced"),
        Index("ix_delivery_line_open", "order_id", postgresql_where=text("state = 'reported'")),
        Index(
            "ix_delivery_line_to_invoice",
            "answered_at",
            postgresql_where=text("state = 'accepted' AND batch_id IS NULL"),
        ),
    )

    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("order.id"), index=True)
    #: The final report it came with; nothing for a part reported while the service runs.
    delivery_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("delivery.id"))
    kind: Mapped[PartKind] = mapped_column(enum_column(PartKind))
    #: Of the module or the payment part; empty for the service itself.
    code: Mapped[str]
    text: Mapped[str]
    #: Without VAT.
    amount: Mapped[Decimal]
    state: Mapped[LineState] = mapped_column(enum_column(LineState), default=LineState.REPORTED)
    #: Nobody for a fee that follows from the published terms.
    reported_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    reported_at: Mapped[datetime]
    answered_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    return_reason: Mapped[str | None]
    batch_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("invoice_batch.id"), index=True)

    order: Mapped[Order] = relationship()

    @property
    def authority_id(self) -> uuid.UUID:
        return self.order.authority_id

    @property
    def supplier_id(self) -> uuid.UUID:
        return self.order.supplier_id


class DisputeState(StrEnum):
    """Whose turn it is in a dispute about a delivery, or how it ended."""

    OPEN = "open"
    ANSWERED = "answered"
    SETTLED = "settled"
    RENEWED = "renewed"


DISPUTE_TRANSITIONS = {
    "answer": ({DisputeState.OPEN}, DisputeState.ANSWERED),
    "agree": ({DisputeState.OPEN}, DisputeState.SETTLED),
    "let_stand": ({DisputeState.OPEN}, DisputeState.SETTLED),
    "settle": ({DisputeState.ANSWERED}, DisputeState.SETTLED),
    "renew": ({DisputeState.ANSWERED}, DisputeState.RENEWED),
}


class Dispute(Model):
    """A delivery the expert does not accept as reported: what they would pay, and what the provider says to it.

    ``proposed`` and ``countered`` are ``[{"line": uuid, "amount": "…"}]`` over the lines of the final report.
    """

    __tablename__ = "dispute"
    __table_args__ = (
        UniqueConstraint("order_id", "number"),
        Index("uq_dispute_one_open", "order_id", unique=True, postgresql_where=text("state IN ('open', 'answered')")),
        Index("ix_dispute_answer_by", "answer_by", postgresql_where=text("state = 'open'")),
        CheckConstraint("(settled_at IS NULL) = (state <> 'settled')", name="settled_at_if_settled"),
        CheckConstraint("state <> 'answered' OR answered_at IS NOT NULL", name="answered_at_if_answered"),
    )

    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("order.id"))
    number: Mapped[int]
    state: Mapped[DisputeState] = mapped_column(enum_column(DisputeState), default=DisputeState.OPEN)
    reason: Mapped[str]
    proposed: Mapped[list[dict[str, Any]]]
    opened_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[datetime]
    #: After this the expert's proposal stands.
    answer_by: Mapped[datetime]
    answer: Mapped[str | None]
    countered: Mapped[list[dict[str, Any]] | None]
    answered_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    #: After this day the coordinators of the authority are reminded, too.
    settle_by: Mapped[date | None]
    settled_amount: Mapped[Decimal | None]
    #: Nobody where the proposal stood because the provider was silent.
    settled_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    settled_at: Mapped[datetime | None]

    order: Mapped[Order] = relationship()

    @property
    def authority_id(self) -> uuid.UUID:
        return self.order.authority_id

    @property
    def supplier_id(self) -> uuid.UUID:
        return self.order.supplier_id
