"""Orders beyond the budget, payments for results, and the invoice basis."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, enum_column
from core.files.models import StoredFile
from core.i18n import lazy_gettext as _l
from core.identity.models import Person
from dps.offerings.models import Offering, OfferingStart
from orders.models import Budget, ChosenBy, Need, Order
from orders.money.kinds import ResultKind
from suppliers.models import Supplier


class OverBudgetState(StrEnum):
    """Where a request to order beyond the budget stands."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    LAPSED = "lapsed"


OVER_BUDGET_TRANSITIONS = {
    "approve": ({OverBudgetState.WAITING}, OverBudgetState.APPROVED),
    "refuse": ({OverBudgetState.WAITING}, OverBudgetState.REFUSED),
    "lapse": ({OverBudgetState.WAITING}, OverBudgetState.LAPSED),
}

OVER_BUDGET_STATE_TITLES = {
    OverBudgetState.WAITING: _l("Waiting for the decision"),
    OverBudgetState.APPROVED: _l("Approved and ordered"),
    OverBudgetState.REFUSED: _l("Refused"),
    OverBudgetState.LAPSED: _l("Lapsed"),
}


class OverBudgetRequest(Model):
    """An order that the money left does not cover, laid before a decision maker."""

    __tablename__ = "over_budget_request"
    __table_args__ = (
        Index("uq_over_budget_request_one_waiting", "need_id", unique=True, postgresql_where=text("state = 'waiting'")),
        Index("ix_over_budget_request_authority_id_state", "authority_id", "state"),
        CheckConstraint("price > 0", name="price_positive"),
        CheckConstraint("(state = 'waiting') = (decided_at IS NULL)", name="decided_at_if_decided"),
        CheckConstraint("(state = 'approved') = (order_id IS NOT NULL)", name="order_if_approved"),
        CheckConstraint("decided_by <> asked_by", name="four_eyes"),
    )

    authority_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("authority.id"))
    need_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("need.id"), index=True)
    budget_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("budget.id"))
    offering_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("offering.id"))
    start_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("offering_start.id"))
    choice_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("choice.id"))
    chosen_by: Mapped[ChosenBy] = mapped_column(enum_column(ChosenBy))
    #: As shown to the expert, without VAT; what is ordered never costs more.
    price: Mapped[Decimal]
    reason: Mapped[str]
    state: Mapped[OverBudgetState] = mapped_column(enum_column(OverBudgetState), default=OverBudgetState.WAITING)
    asked_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    #: The first day of the service; on it the request lapses.
    decide_by: Mapped[date]
    decided_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    decision_reason: Mapped[str | None]
    #: By how much the approval raised the budget.
    raised: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    order_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("order.id"))

    need: Mapped[Need] = relationship(lazy="joined", innerjoin=True)
    budget: Mapped[Budget] = relationship()
    offering: Mapped[Offering] = relationship()
    start: Mapped[OfferingStart] = relationship()
    expert: Mapped[Person] = relationship(foreign_keys=asked_by)


class OutcomeState(StrEnum):
    """Where a payment for a result stands."""

    OPEN = "open"
    CLAIMED = "claimed"
    CONFIRMED = "confirmed"
    LAPSED = "lapsed"


OUTCOME_TRANSITIONS = {
    "claim": ({OutcomeState.OPEN}, OutcomeState.CLAIMED),
    "confirm": ({OutcomeState.CLAIMED}, OutcomeState.CONFIRMED),
    "refuse": ({OutcomeState.CLAIMED}, OutcomeState.OPEN),
    "lapse": ({OutcomeState.OPEN}, OutcomeState.LAPSED),
}

OUTCOME_STATE_TITLES = {
    OutcomeState.OPEN: _l("Can be claimed"),
    OutcomeState.CLAIMED: _l("Evidence to be confirmed"),
    OutcomeState.CONFIRMED: _l("Confirmed"),
    OutcomeState.LAPSED: _l("Lapsed"),
}


class OutcomePayment(Model):
    """A part of an order's price that is paid for a result; its money stays committed until it is decided or lapses."""

    __tablename__ = "outcome_payment"
    __table_args__ = (
        UniqueConstraint("order_id", "code"),
        Index("ix_outcome_payment_claim_by", "claim_by", postgresql_where=text("state = 'open'")),
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint(
            "state NOT IN ('claimed', 'confirmed') OR "
            "(claimed_at IS NOT NULL AND happened_on IS NOT NULL AND sealed_evidence IS NOT NULL)",
            name="evidence_if_claimed",
        ),
        CheckConstraint("answered_by <> claimed_by OR state <> 'confirmed'", name="four_eyes"),
    )

    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("order.id"))
    code: Mapped[str]
    #: What the result pays as ordered, without VAT.
    amount: Mapped[Decimal]
    #: The last day for the provider's claim.
    claim_by: Mapped[date]
    state: Mapped[OutcomeState] = mapped_column(enum_column(OutcomeState), default=OutcomeState.OPEN)
    happened_on: Mapped[date | None]
    #: What the result is; nothing in claims from before it was asked.
    result: Mapped[ResultKind | None] = mapped_column(enum_column(ResultKind))
    #: What the provider tells of the result, sealed: it may tell about the customer.
    sealed_evidence: Mapped[bytes | None]
    file_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("stored_file.id"))
    claimed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    claimed_at: Mapped[datetime | None]
    answered_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    refusal_reason: Mapped[str | None]

    order: Mapped[Order] = relationship(lazy="joined", innerjoin=True)
    file: Mapped[StoredFile | None] = relationship()

    @property
    def authority_id(self) -> uuid.UUID:
        return self.order.authority_id

    @property
    def supplier_id(self) -> uuid.UUID:
        return self.order.supplier_id


class InvoiceBatch(Model):
    """Accepted delivery lines taken together as the basis of invoices; a line is in one at most (I6)."""

    __tablename__ = "invoice_batch"
    __table_args__ = (
        UniqueConstraint("authority_id", "number"),
        CheckConstraint("until_on >= from_on", name="until_after_from"),
        CheckConstraint("lines > 0", name="has_lines"),
    )

    authority_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("authority.id"))
    number: Mapped[int]
    #: Of one supplier; nothing for all.
    supplier_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("supplier.id"))
    #: The days on which the lines were accepted.
    from_on: Mapped[date]
    until_on: Mapped[date]
    lines: Mapped[int]
    total: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    vat: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    taken_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    taken_at: Mapped[datetime]

    supplier: Mapped[Supplier | None] = relationship()
