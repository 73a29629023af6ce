"""Orders and the states they live through."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, enum_column
from core.i18n import lazy_gettext as _l
from dps.contracts.models import FrameContract
from dps.offerings.models import Offering, OfferingStart
from dps.systems.models import Category, DeclineReason
from dps.systems.production import Production
from orders.models.budgets import Budget
from orders.models.needs import Need
from suppliers.models import Supplier

if TYPE_CHECKING:
    from orders.models.deliveries import Delivery


class OrderState(StrEnum):
    """The life of an order; who moves it on, by when, and what happens if nobody does: ``orders/life.py``."""

    PLACED = "placed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    #: The first meeting is agreed with the customer.
    SCHEDULED = "scheduled"
    #: The customer never came; the need is open again.
    NO_SHOW = "no_show"
    STARTED = "started"
    PAUSED = "paused"
    REPORTED = "reported"
    DISPUTED = "disputed"
    COMPLETED = "completed"
    CLOSED = "closed"


#: The whole state machine: action -> (states it starts from, state it ends in).
ORDER_TRANSITIONS = {
    "accept": ({OrderState.PLACED}, OrderState.ACCEPTED),
    "decline": ({OrderState.PLACED}, OrderState.DECLINED),
    "expire": ({OrderState.PLACED}, OrderState.EXPIRED),
    "cancel": ({OrderState.PLACED, OrderState.ACCEPTED, OrderState.SCHEDULED}, OrderState.CANCELLED),
    "schedule": ({OrderState.ACCEPTED, OrderState.SCHEDULED}, OrderState.SCHEDULED),
    "miss": ({OrderState.ACCEPTED, OrderState.SCHEDULED}, OrderState.NO_SHOW),
    "start": ({OrderState.ACCEPTED, OrderState.SCHEDULED}, OrderState.STARTED),
    "pause": ({OrderState.STARTED}, OrderState.PAUSED),
    "resume": ({OrderState.PAUSED}, OrderState.STARTED),
    "report": ({OrderState.STARTED}, OrderState.REPORTED),
    "return_report": ({OrderState.REPORTED}, OrderState.STARTED),
    "dispute": ({OrderState.REPORTED}, OrderState.DISPUTED),
    "settle": ({OrderState.DISPUTED}, OrderState.REPORTED),
    "complete": ({OrderState.REPORTED}, OrderState.COMPLETED),
    "close": ({OrderState.COMPLETED}, OrderState.CLOSED),
}

#: The order ended before the service began: seat and money were given back, the need is open again.
NOT_BOUGHT = (OrderState.DECLINED, OrderState.EXPIRED, OrderState.CANCELLED, OrderState.NO_SHOW)
#: The service began, whatever came of it.
BEGUN = (
    OrderState.STARTED,
    OrderState.PAUSED,
    OrderState.REPORTED,
    OrderState.DISPUTED,
    OrderState.COMPLETED,
    OrderState.CLOSED,
)
#: The delivery was accepted.
DELIVERED = (OrderState.COMPLETED, OrderState.CLOSED)

ORDER_STATE_TITLES = {
    OrderState.PLACED: _l("Waiting for the provider"),
    OrderState.ACCEPTED: _l("Confirmed"),
    OrderState.DECLINED: _l("Declined"),
    OrderState.EXPIRED: _l("Lapsed"),
    OrderState.CANCELLED: _l("Cancelled"),
    OrderState.SCHEDULED: _l("First meeting agreed"),
    OrderState.NO_SHOW: _l("The customer did not come"),
    OrderState.STARTED: _l("Under way"),
    OrderState.PAUSED: _l("Paused"),
    OrderState.REPORTED: _l("Report to be accepted"),
    OrderState.DISPUTED: _l("Disputed"),
    OrderState.COMPLETED: _l("Delivered"),
    OrderState.CLOSED: _l("Closed"),
}


class ChosenBy(StrEnum):
    """Whose choice the order rests on."""

    CUSTOMER = "customer"
    RULE = "rule"
    #: Ordered directly from own production or a partner, beside the published order.
    AGREEMENT = "agreement"


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
            "(state IN ('started', 'paused', 'reported', 'disputed', 'completed', 'closed')) ="
            " (started_on IS NOT NULL)",
            name="started_on_if_started",
        ),
        CheckConstraint(
            "(state IN ('completed', 'closed')) = (completed_at IS NOT NULL)", name="completed_at_if_completed"
        ),
        CheckConstraint(
            "(state IN ('declined', 'expired', 'cancelled', 'no_show', 'closed')) = (closed_at IS NOT NULL)",
            name="closed_at_if_closed",
        ),
        CheckConstraint("state <> 'scheduled' OR meeting_at IS NOT NULL", name="meeting_if_scheduled"),
        CheckConstraint("(meeting_at IS NULL) = (meeting_place IS NULL)", name="meeting_has_place"),
        CheckConstraint("(state = 'paused') = (paused_until IS NOT NULL)", name="paused_until_if_paused"),
        CheckConstraint("(state = 'no_show') = (tried_on IS NOT NULL)", name="tried_on_if_no_show"),
        CheckConstraint(
            "cancel_fee >= 0 AND cancel_fee <= price AND (cancel_fee IS NULL OR state = 'cancelled')",
            name="fee_if_cancelled",
        ),
        CheckConstraint("planned_end_on >= planned_start_on", name="end_after_start"),
        CheckConstraint("chosen_by <> 'agreement' OR production <> 'purchased'", name="agreement_if_apart"),
        CheckConstraint("chosen_by <> 'rule' OR production = 'purchased'", name="not_by_rule_if_apart"),
        Index(
            "uq_order_one_live",
            "need_id",
            unique=True,
            postgresql_where=text("state NOT IN ('declined', 'expired', 'cancelled', 'no_show')"),
        ),
        Index("ix_order_supplier_id_state", "supplier_id", "state"),
        Index("ix_order_departures", "authority_id", "id", postgresql_where=text("deviation_reason IS NOT NULL")),
        Index("ix_order_supplier_id_category_id_placed_at", "supplier_id", "category_id", "placed_at"),
        # With what sums of a category need, so that no page that shows its use looks at each order.
        Index(
            "ix_order_category_id_state",
            "category_id",
            "state",
            postgresql_include=["production", "price", "placed_at"],
        ),
        Index("ix_order_expert_id_state", "expert_id", "state"),
        Index(
            "ix_order_waiting",
            "state",
            postgresql_where=text("state IN ('accepted', 'scheduled', 'started', 'paused', 'reported')"),
        ),
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
    #: The group whose seat it is; the group held its place and its money before.
    group_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("group.id"), index=True)
    chosen_by: Mapped[ChosenBy] = mapped_column(enum_column(ChosenBy))
    #: Who produces, as it was when ordered.
    production: Mapped[Production] = mapped_column(
        enum_column(Production), default=Production.PURCHASED, server_default=Production.PURCHASED.value
    )
    rule: Mapped[dict[str, Any]]
    #: Without VAT, modules included, from the offering at the time of the order.
    price: Mapped[Decimal]
    vat_rate: Mapped[Decimal] = mapped_column(Numeric(4, 1))
    modules: Mapped[list[str]]
    #: What the price is made of: ``[{"kind": "base", "code": "", "amount": "1000.00"}, …]``; they add up to it (I9).
    parts: Mapped[list[dict[str, Any]]] = mapped_column(default=list, server_default=text("'[]'::jsonb"))
    #: Why an order of preference was departed from (R3); kept with the order and reported.
    deviation_reason: Mapped[str | None]
    state: Mapped[OrderState] = mapped_column(enum_column(OrderState), default=OrderState.PLACED)
    placed_at: Mapped[datetime]
    accept_by: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    decline_reason: Mapped[DeclineReason | None] = mapped_column(enum_column(DeclineReason))
    #: When it was declined, lapsed, was cancelled, the customer never came, or everything was paid and done.
    closed_at: Mapped[datetime | None]
    #: The first meeting: when, and where or how to take part from afar.
    meeting_at: Mapped[datetime | None]
    meeting_place: Mapped[str | None]
    #: The days on which the provider tried to reach a customer who never came.
    tried_on: Mapped[list[str] | None] = mapped_column(JSONB(none_as_null=True))
    #: The last day of the pause.
    paused_until: Mapped[date | None]
    #: What a late cancellation costs, without VAT, by the terms of that day.
    cancel_fee: Mapped[Decimal | None]
    #: The state in which somebody has been reminded that its time is over.
    reminded_in: Mapped[str | None]
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
