"""Purchasing systems and the states of their life."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core import clock
from core.db import Model, enum_column
from core.i18n import lazy_gettext as _l
from core.identity.models import Authority

if TYPE_CHECKING:
    from dps.systems.models.buyers import SystemBuyer
    from dps.systems.models.categories import Category


class SystemState(StrEnum):
    """The life of a purchasing system."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    OPEN = "open"
    CLOSED = "closed"
    ENDED = "ended"


#: The whole state machine: action -> (states it starts from, state it ends in).
SYSTEM_TRANSITIONS = {
    "submit": ({SystemState.DRAFT}, SystemState.SUBMITTED),
    "return": ({SystemState.SUBMITTED}, SystemState.DRAFT),
    "approve": ({SystemState.SUBMITTED}, SystemState.APPROVED),
    "open": ({SystemState.APPROVED}, SystemState.OPEN),
    "close": ({SystemState.OPEN}, SystemState.CLOSED),
    "reopen": ({SystemState.CLOSED}, SystemState.OPEN),
    "end": ({SystemState.OPEN, SystemState.CLOSED}, SystemState.ENDED),
}

SYSTEM_STATE_TITLES = {
    SystemState.DRAFT: _l("Draft"),
    SystemState.SUBMITTED: _l("Waiting for approval"),
    SystemState.APPROVED: _l("Approved, notice not yet published"),
    SystemState.OPEN: _l("Open for applications"),
    SystemState.CLOSED: _l("Temporarily closed"),
    SystemState.ENDED: _l("Ended"),
}


class AwardNoticeMethod(StrEnum):
    """How the contracts of competitions are announced: one method a system (R80)."""

    SINGLE = "single"
    QUARTERLY = "quarterly"


AWARD_NOTICE_METHOD_TITLES = {
    AwardNoticeMethod.SINGLE: _l("One award notice for each contract"),
    AwardNoticeMethod.QUARTERLY: _l("One award notice for the contracts of a quarter"),
}


#: States in which everybody may see the system: from its opening on (R16, R17).
PUBLIC_STATES = frozenset({SystemState.OPEN, SystemState.CLOSED, SystemState.ENDED})


class PurchasingSystem(Model):
    """A dynamic purchasing system of one authority."""

    __tablename__ = "purchasing_system"
    __table_args__ = (
        CheckConstraint("ends_on > starts_on", name="ends_after_start"),
        CheckConstraint("estimated_value > 0", name="value_positive"),
        CheckConstraint("approved_by IS NULL OR approved_by <> prepared_by", name="four_eyes"),
        CheckConstraint(
            "(state IN ('approved', 'open', 'closed', 'ended')) = (approved_at IS NOT NULL)",
            name="approved_at_if_approved",
        ),
        CheckConstraint("(state IN ('open', 'closed', 'ended')) = (opened_at IS NOT NULL)", name="opened_at_if_opened"),
        CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name="ended_at_if_ended"),
        CheckConstraint("evaluation_period_days > 0", name="evaluation_period_positive"),
        CheckConstraint("answer_within_days > 0", name="answer_within_positive"),
        Index("ix_purchasing_system_authority_id_state", "authority_id", "state"),
    )

    authority_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("authority.id"))
    name_fi: Mapped[str]
    name_sv: Mapped[str]
    name_en: Mapped[str]
    description_fi: Mapped[str]
    description_sv: Mapped[str]
    description_en: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    #: Sum of all contracts of the whole duration, without VAT, options included (R7).
    estimated_value: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    #: Temporary closing is possible only if it was announced at the start (R19).
    closing_announced: Mapped[bool] = mapped_column(default=False)
    #: How the system works electronically, and what a provider needs for it (R15).
    technical_fi: Mapped[str] = mapped_column(default="")
    technical_sv: Mapped[str] = mapped_column(default="")
    technical_en: Mapped[str] = mapped_column(default="")
    #: A longer evaluation period, announced in the documents; none: the ordinary time to decide (R25).
    evaluation_period_days: Mapped[int | None]
    #: Questions are taken until the end of this day; none: as long as the system is valid.
    questions_until: Mapped[date | None]
    #: Working days in which a question is answered.
    answer_within_days: Mapped[int] = mapped_column(default=5)
    #: How contracts that follow competitions are announced (R80).
    award_notice_method: Mapped[AwardNoticeMethod] = mapped_column(
        enum_column(AwardNoticeMethod), default=AwardNoticeMethod.SINGLE, server_default=AwardNoticeMethod.SINGLE
    )
    state: Mapped[SystemState] = mapped_column(enum_column(SystemState), default=SystemState.DRAFT)
    prepared_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    prepared_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    #: Why the decision maker sent it back, shown to the preparer.
    return_reason: Mapped[str | None]
    approved_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    approved_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    authority: Mapped[Authority] = relationship(lazy="joined", innerjoin=True)
    categories: Mapped[list[Category]] = relationship(back_populates="system", order_by="Category.position")
    #: The named buyers beside the authority that keeps it.
    buyers: Mapped[list[SystemBuyer]] = relationship(back_populates="system", order_by="SystemBuyer.id")

    @property
    def buyer_ids(self) -> list[uuid.UUID]:
        return [buyer.authority_id for buyer in self.buyers]

    @property
    def all_buyers(self) -> list[Authority]:
        """Who buys from it: the authority that keeps it first, then the others as named."""
        return [self.authority, *(buyer.authority for buyer in self.buyers)]

    def extended_evaluation_until(self, received_at: datetime) -> date | None:
        """The last day to decide on what arrived then, if a longer evaluation period was announced (R25)."""
        if self.evaluation_period_days is None:
            return None
        return clock.helsinki_date(received_at) + timedelta(days=self.evaluation_period_days)

    @property
    def evaluation_ends_on(self) -> date | None:
        """The last day of the evaluation period of the first applications, once the system has opened (R25)."""
        return self.extended_evaluation_until(self.opened_at) if self.opened_at else None
