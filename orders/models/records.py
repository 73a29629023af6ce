"""The quality record that search shows."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Model


class PublishedRecord(Model):
    """The quality record of a supplier in a category, as published; search reads it, evaluation writes it.

    Each measure has a count, and a value with its 95 % interval where the small-number gates of R119
    are passed; ``None`` where there is too little to tell.
    """

    __tablename__ = "published_record"
    __table_args__ = (
        UniqueConstraint("supplier_id", "category_id"),
        CheckConstraint("orders_count >= 0", name="count_not_negative"),
    )

    supplier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("supplier.id"))
    category_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("category.id"), index=True)
    release_id: Mapped[uuid.UUID]
    published_at: Mapped[datetime]
    #: Delivered orders; ``None`` when under 5 (R119).
    orders_count: Mapped[int | None]
    #: ``{"count": int, "value": "0.731", "low": "0.652", "high": "0.798"}`` or ``None`` where gated.
    completion: Mapped[dict[str, Any] | None]
    employment: Mapped[dict[str, Any] | None]
    #: Mean of the 0-10 recommendation.
    recommendation: Mapped[dict[str, Any] | None]
