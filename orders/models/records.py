"""The quality record that search shows."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Model, enum_column


class QualityClass(StrEnum):
    """The three classes of a published quality record: what its interval allows to say, no more (EVALUATION §6)."""

    ABOVE = "above"
    NOT_DIFFERENT = "not_different"
    BELOW = "below"


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
    #: The index as published, 50 is the expected: ``{"count": 64, "value": "53.1", "low": "47.2", "high": "59.0"}``.
    index: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    #: The class of the record; ``None`` for a newcomer: too few customers to tell.
    quality_class: Mapped[QualityClass | None] = mapped_column(enum_column(QualityClass))


class Standing(Model):
    """What a supplier has had in a category so far, kept with each order: whose turn it is, and how long one waits.

    A projection of the orders, so that a search does not read them all; ``orders.service.standings`` writes it in the
    transaction of the order.
    """

    __tablename__ = "supplier_standing"
    __table_args__ = (
        UniqueConstraint("supplier_id", "category_id"),
        CheckConstraint("begun BETWEEN 0 AND 2147483647", name="begun_not_negative"),
        CheckConstraint("begun_in_time BETWEEN 0 AND begun", name="in_time_of_begun"),
        CheckConstraint("days_waited >= 0", name="days_not_negative"),
    )

    supplier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("supplier.id"))
    category_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("category.id"), index=True)
    #: When an order was last given to it; cancelled ones do not count.
    last_ordered_at: Mapped[datetime | None]
    #: Services begun, those begun within the published days, and the days waited from order to start in all.
    begun: Mapped[int] = mapped_column(default=0)
    begun_in_time: Mapped[int] = mapped_column(default=0)
    days_waited: Mapped[int] = mapped_column(default=0)
