"""What a repeated request is answered with."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from core.db import db


class IdempotencyRecord(db.Model):  # type: ignore[name-defined, misc]
    """One write that was done under a key, and its answer (I6)."""

    __tablename__ = "idempotency_record"

    key: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    fingerprint: Mapped[str]
    status: Mapped[int | None]
    location: Mapped[str | None]
    content_type: Mapped[str | None]
    #: Sealed, since an answer may hold a link that opens something.
    sealed_body: Mapped[bytes | None]
