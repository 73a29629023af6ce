"""Notices: what was sent for publication, and when it was published under which number."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, enum_column
from core.i18n import lazy_gettext as _l
from dps.contracts.models import FrameContract
from dps.decisions.models import Decision
from dps.systems.models import PurchasingSystem, SystemChange


class NoticeKind(StrEnum):
    """Kinds of notices."""

    CONTRACT_NOTICE = "contract_notice"
    CHANGE_NOTICE = "change_notice"
    AWARD_NOTICE = "award_notice"
    #: Contracts that follow competitions: one, or those of a quarter (R80).
    CONTRACT_AWARD_NOTICE = "contract_award_notice"
    #: A competition was cancelled, and why (R49).
    CANCELLATION_NOTICE = "cancellation_notice"


class NoticeState(StrEnum):
    """Sent and published are two dates: never published before a number and a time are recorded."""

    SENT = "sent"
    PUBLISHED = "published"


NOTICE_TRANSITIONS = {"publish": ({NoticeState.SENT}, NoticeState.PUBLISHED)}

NOTICE_KIND_TITLES = {
    NoticeKind.CONTRACT_NOTICE: _l("Contract notice"),
    NoticeKind.CHANGE_NOTICE: _l("Change notice"),
    NoticeKind.AWARD_NOTICE: _l("Award notice"),
    NoticeKind.CONTRACT_AWARD_NOTICE: _l("Award notice of contracts"),
    NoticeKind.CANCELLATION_NOTICE: _l("Notice of a cancelled competition"),
}

NOTICE_STATE_TITLES = {
    NoticeState.SENT: _l("Sent for publication"),
    NoticeState.PUBLISHED: _l("Published"),
}


class Notice(Model):
    """A notice about a purchasing system; number and time are entered by hand."""

    __tablename__ = "notice"
    __table_args__ = (
        CheckConstraint(
            "(state = 'published') = (published_at IS NOT NULL AND number IS NOT NULL)",
            name="number_and_time_if_published",
        ),
        CheckConstraint("published_at IS NULL OR published_at >= sent_at", name="published_after_sent"),
        CheckConstraint("kind <> 'change_notice' OR change_id IS NOT NULL", name="change_if_change_notice"),
        CheckConstraint("kind <> 'award_notice' OR change_id IS NULL", name="award_of_the_whole"),
        CheckConstraint(
            "kind NOT IN ('contract_award_notice', 'cancellation_notice') OR change_id IS NULL",
            name="no_change_if_of_competitions",
        ),
        CheckConstraint("(kind = 'cancellation_notice') = (decision_id IS NOT NULL)", name="decision_if_cancellation"),
        CheckConstraint("quarter_starts_on IS NULL OR kind = 'contract_award_notice'", name="quarter_of_awards"),
        UniqueConstraint("system_id", "quarter_starts_on"),
    )

    system_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("purchasing_system.id"), index=True)
    kind: Mapped[NoticeKind] = mapped_column(enum_column(NoticeKind))
    #: The change it announces: one notice a change, and the change takes effect with its publication (R18).
    change_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("system_change.id"), unique=True)
    #: The cancellation it announces (R49).
    decision_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("decision.id"), unique=True)
    #: First day of the quarter whose contracts it announces together (R80); none: a single contract.
    quarter_starts_on: Mapped[date | None]
    #: What was announced, as ``dps.systems.content`` writes it; where the live data differ, the notice prevails (R20).
    content: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[NoticeState] = mapped_column(enum_column(NoticeState), default=NoticeState.SENT)
    sent_at: Mapped[datetime]
    sent_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    number: Mapped[str | None] = mapped_column(unique=True)
    published_at: Mapped[datetime | None]
    published_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))

    system: Mapped[PurchasingSystem] = relationship(lazy="joined", innerjoin=True)
    change: Mapped[SystemChange | None] = relationship()
    decision: Mapped[Decision | None] = relationship()
    contracts: Mapped[list[NoticeContract]] = relationship(back_populates="notice", order_by="NoticeContract.id")

    @property
    def authority_id(self) -> uuid.UUID:
        return self.system.authority_id


class NoticeContract(Model):
    """A contract that an award notice announces; each is announced once (R80)."""

    __tablename__ = "notice_contract"

    notice_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("notice.id"), index=True)
    contract_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("frame_contract.id"), unique=True)

    notice: Mapped[Notice] = relationship(back_populates="contracts")
    contract: Mapped[FrameContract] = relationship()
