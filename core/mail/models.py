"""The delivery log."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Model, enum_column


class MailState(StrEnum):
    """What became of a mail."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"


class Mail(Model):
    """One mail to one address. The text is sealed, since it may hold a link that opens something."""

    __tablename__ = "mail"
    __table_args__ = (CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_at_if_sent"),)

    to_address: Mapped[str]
    subject: Mapped[str]
    sealed_body: Mapped[bytes]
    language: Mapped[str]
    template: Mapped[str]
    #: The matter this mail is about, by id (an application, an order); for the log of its page.
    about_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    state: Mapped[MailState] = mapped_column(enum_column(MailState), default=MailState.QUEUED)
    queued_at: Mapped[datetime] = mapped_column(index=True)
    sent_at: Mapped[datetime | None]
    reply: Mapped[str | None]
