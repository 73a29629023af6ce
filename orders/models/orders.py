"""Orders and the states they live through."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, enum_column
from core.i18n import lazy_gettext as _l
from dps.contracts.models import FrameContract
from dps.offerings.models import Offering, OfferingStart
from dps.systems.models import Category, DeclineReason
from orders.models.budgets import Budget
from orders.models.needs import Need
from suppliers.models import Supplier

if TYPE_CHECKING:
    from orders.models.deliveries import Delivery


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
