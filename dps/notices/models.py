"""Notices: what was sent for publication, and when it was published under which number."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, enum_column
from core.i18n import lazy_gettext as _l
from dps.systems.models import PurchasingSystem, SystemChange


class NoticeKind(StrEnum):
    """Kinds of notices."""

    CONTRACT_NOTICE = "contract_notice"
    CHANGE_NOTICE = "change_notice"
    AWARD_NOTICE = "award_notice"


class NoticeState(StrEnum):
    """Sent and published are two dates: never published before a number and a time are recorded."""

    SENT = "sent"
    PUBLISHED = "published"


NOTICE_TRANSITIONS = {"publish": ({NoticeState.SENT}, NoticeState.PUBLISHED)}

NOTICE_KIND_TITLES = {
    NoticeKind.CONTRACT_NOTICE: _l("Contract notice"),
    NoticeKind.CHANGE_NOTICE: _l("Change notice"),
    NoticeKind.AWARD_NOTICE: _l("Award notice"),
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
    )

    system_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("purchasing_system.id"), index=True)
    kind: Mapped[NoticeKind] = mapped_column(enum_column(NoticeKind))
    #: The change it announces: one notice a change, and the change takes effect with its publication (R18).
    change_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("system_change.id"), unique=True)
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

    @property
    def authority_id(self) -> uuid.UUID:
        return self.system.authority_id
