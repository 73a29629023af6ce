"""Deviations (*reklamaatiot*): what went wrong, how it was answered, and what follows."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, enum_column
from core.i18n import lazy_gettext as _l
from dps.systems.models import Category
from orders.models import Order
from suppliers.models import Supplier


class Severity(StrEnum):
    """How much it weighs (EVALUATION.md)."""

    MINOR = "minor"
    SERIOUS = "serious"
    SEVERE = "severe"


#: What a confirmed deviation counts in the quality record.
WEIGHTS = {Severity.MINOR: 1, Severity.SERIOUS: 3, Severity.SEVERE: 9}

SEVERITY_TITLES = {
    Severity.MINOR: _l("Minor"),
    Severity.SERIOUS: _l("Serious"),
    Severity.SEVERE: _l("Severe"),
}


class DeviationState(StrEnum):
    """The life of a deviation."""

    OPENED = "opened"
    UNANSWERED = "unanswered"
    ANSWERED = "answered"
    CORRECTED = "corrected"
    DISPUTED = "disputed"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


_UNSETTLED = {
    DeviationState.UNANSWERED,
    DeviationState.ANSWERED,
    DeviationState.CORRECTED,
    DeviationState.DISPUTED,
}

#: The whole state machine: a deviation is confirmed only after the provider was heard.
DEVIATION_TRANSITIONS = {
    "answer": ({DeviationState.OPENED, DeviationState.UNANSWERED}, DeviationState.ANSWERED),
    "dispute": ({DeviationState.OPENED, DeviationState.UNANSWERED}, DeviationState.DISPUTED),
    "lapse": ({DeviationState.OPENED}, DeviationState.UNANSWERED),
    "correct": ({DeviationState.ANSWERED}, DeviationState.CORRECTED),
    "confirm": (_UNSETTLED, DeviationState.CONFIRMED),
    "withdraw": (_UNSETTLED | {DeviationState.OPENED}, DeviationState.WITHDRAWN),
    "close": ({DeviationState.CONFIRMED}, DeviationState.CLOSED),
}

DEVIATION_STATE_TITLES = {
    DeviationState.OPENED: _l("Waits for the provider's answer"),
    DeviationState.UNANSWERED: _l("Not answered in time"),
    DeviationState.ANSWERED: _l("Answered"),
    DeviationState.CORRECTED: _l("Corrected"),
    DeviationState.DISPUTED: _l("Disputed"),
    DeviationState.CONFIRMED: _l("Confirmed"),
    DeviationState.WITHDRAWN: _l("Withdrawn"),
    DeviationState.CLOSED: _l("Closed"),
}

DEVIATION_TONES = {
    DeviationState.OPENED: "waiting",
    DeviationState.UNANSWERED: "stop",
    DeviationState.ANSWERED: "go",
    DeviationState.CORRECTED: "ok",
    DeviationState.DISPUTED: "warn",
    DeviationState.CONFIRMED: "warn",
    DeviationState.WITHDRAWN: "paused",
    DeviationState.CLOSED: "ok",
}


class Consequence(StrEnum):
    """What follows from a confirmed deviation; ending an admission is proposed, and decided elsewhere."""

    NONE = "none"
    PRICE_REDUCTION = "price_reduction"
    REMARK = "remark"
    TERMINATION_PROPOSED = "termination_proposed"


CONSEQUENCE_TITLES = {
    Consequence.NONE: _l("No consequence"),
    Consequence.PRICE_REDUCTION: _l("The price is reduced"),
    Consequence.REMARK: _l("Remark"),
    Consequence.TERMINATION_PROPOSED: _l("Ending the contract is proposed"),
}


class Deviation(Model):
    """Something that went wrong on an order, or with a supplier in a category."""

    __tablename__ = "deviation"
    __table_args__ = (
        UniqueConstraint("authority_id", "number"),
        CheckConstraint("(state = 'closed') = (consequence IS NOT NULL)", name="consequence_if_closed"),
        CheckConstraint("confirmed_at IS NOT NULL OR state NOT IN ('confirmed', 'closed')", name="confirmed_first"),
        CheckConstraint(
            "confirmed_at IS NULL OR answered_at IS NOT NULL OR confirmed_at > answer_by", name="heard_before_confirmed"
        ),
        Index("ix_deviation_supplier_id_category_id", "supplier_id", "category_id"),
        Index("ix_deviation_answer_by", "answer_by", postgresql_where=text("state = 'opened'")),
        Index(
            "ix_deviation_unsettled",
            "authority_id",
            postgresql_where=text("state NOT IN ('withdrawn', 'closed')"),
        ),
    )

    authority_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("authority.id"))
    #: Running number within the authority; shown as ``D-12``.
    number: Mapped[int]
    order_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("order.id"), index=True)
    supplier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("supplier.id"))
    category_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("category.id"))
    severity: Mapped[Severity] = mapped_column(enum_column(Severity))
    state: Mapped[DeviationState] = mapped_column(enum_column(DeviationState), default=DeviationState.OPENED)
    is_self_reported: Mapped[bool]
    opened_at: Mapped[datetime]
    opened_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    #: By when the provider answers.
    answer_by: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    consequence: Mapped[Consequence | None] = mapped_column(enum_column(Consequence))

    order: Mapped[Order | None] = relationship()
    supplier: Mapped[Supplier] = relationship(lazy="joined", innerjoin=True)
    category: Mapped[Category] = relationship(lazy="joined", innerjoin=True)
    steps: Mapped[list[DeviationStep]] = relationship(back_populates="deviation", order_by="DeviationStep.id")

    @property
    def reference(self) -> str:
        """``D-12``"""
        return f"D-{self.number}"

    @property
    def was_late(self) -> bool:
        """Whether the answer came after its time."""
        return self.answered_at is not None and self.answered_at > self.answer_by


class DeviationStep(Model):
    """One step with its time and its words, sealed: what happened, the answer, the correction, the settlement."""

    __tablename__ = "deviation_step"

    deviation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("deviation.id"), index=True)
    action: Mapped[str]
    at: Mapped[datetime]
    #: ``None`` for the clock.
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    sealed_text: Mapped[bytes | None]

    deviation: Mapped[Deviation] = relationship(back_populates="steps")
