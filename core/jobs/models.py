"""The outbox: what a verb promised to have done, in the verb's own transaction."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Model, enum_column


class EntryState(StrEnum):
    """Where an outbox entry stands."""

    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"


class OutboxEntry(Model):
    """One promised job; ``key`` makes a repeated promise one."""

    __tablename__ = "outbox_entry"
    __table_args__ = (
        CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="done_at_if_done"),
        Index("ix_outbox_entry_pending", "due_at", postgresql_where=text("state = 'pending'")),
    )

    job: Mapped[str]
    arguments: Mapped[dict[str, Any]]
    key: Mapped[str | None] = mapped_column(unique=True)
    state: Mapped[EntryState] = mapped_column(enum_column(EntryState), default=EntryState.PENDING)
    due_at: Mapped[datetime]
    enqueued_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None]
