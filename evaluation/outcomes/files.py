"""Files of the customer system, as they are kept until they are saved or dropped."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Model, enum_column
from core.i18n import lazy_gettext as _l


class ImportState(StrEnum):
    """Where a file of the customer system stands."""

    CHECKED = "checked"
    DONE = "done"
    DROPPED = "dropped"


IMPORT_TRANSITIONS = {
    "commit": ({ImportState.CHECKED}, ImportState.DONE),
    "drop": ({ImportState.CHECKED}, ImportState.DROPPED),
}

IMPORT_STATE_TITLES = {
    ImportState.CHECKED: _l("Checked, nothing saved yet"),
    ImportState.DONE: _l("Done"),
    ImportState.DROPPED: _l("Dropped"),
}

IMPORT_TONES = {ImportState.CHECKED: "waiting", ImportState.DONE: "ok", ImportState.DROPPED: "paused"}


class OutcomeImport(Model):
    """A file of the customer system: every line of it was in order before any is saved; all or nothing."""

    __tablename__ = "outcome_import"
    __table_args__ = (
        UniqueConstraint("authority_id", "number"),
        CheckConstraint("size > 0", name="has_lines"),
        CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="done_at_if_done"),
        CheckConstraint("state = 'checked' OR jsonb_array_length(lines) = 0", name="lines_until_done"),
    )

    authority_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("authority.id"))
    number: Mapped[int]
    state: Mapped[ImportState] = mapped_column(enum_column(ImportState), default=ImportState.CHECKED)
    size: Mapped[int]
    #: As they stood in the file, until they are saved or dropped.
    lines: Mapped[list[dict[str, Any]]]
    #: How many lines are new, the same, correct something, or contradict another source.
    counts: Mapped[dict[str, Any]]
    made_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    done_at: Mapped[datetime | None]

    @property
    def reference(self) -> str:
        """``I-3``"""
        return f"I-{self.number}"
