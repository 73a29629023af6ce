"""Keeping the published quality records that search shows; evaluation computes them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from core import audit
from core.db import db, new_id, transaction
from core.identity.mandates import Mandate
from orders.models import PublishedRecord, QualityClass

PUBLISHED = audit.declare("quality_records.published", "release", "count")

_BATCH = 1_000


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What is published of one supplier in one category; ``None`` where a gate holds it back (R119)."""

    supplier_id: uuid.UUID
    category_id: uuid.UUID
    orders_count: int | None
    completion: dict[str, Any] | None
    employment: dict[str, Any] | None
    recommendation: dict[str, Any] | None
    #: The index with its interval; 50 is the expected.
    index: dict[str, Any] | None = None
    #: ``None`` for a newcomer, and wherever the method cannot tell the classes.
    quality_class: QualityClass | None = None


@transaction
def store_records(rows: Sequence[Measured], *, release_id: uuid.UUID, at: datetime, by: Mandate | None) -> None:
    """Replace the published records by those of a release, in bulk."""
    for begin in range(0, len(rows), _BATCH):
        values = [
            {
                "id": new_id(),
                "version": 1,
                "supplier_id": row.supplier_id,
                "category_id": row.category_id,
                "release_id": release_id,
                "published_at": at,
                "orders_count": row.orders_count,
                "completion": row.completion,
                "employment": row.employment,
                "recommendation": row.recommendation,
                "index": row.index,
                "quality_class": row.quality_class,
            }
            for row in rows[begin : begin + _BATCH]
        ]
        statement = insert(PublishedRecord).values(values)
        fresh = statement.excluded
        db.session.execute(
            statement.on_conflict_do_update(
                index_elements=["supplier_id", "category_id"],
                set_={
                    "version": PublishedRecord.version + 1,
                    "release_id": fresh.release_id,
                    "published_at": fresh.published_at,
                    "orders_count": fresh.orders_count,
                    "completion": fresh.completion,
                    "employment": fresh.employment,
                    "recommendation": fresh.recommendation,
                    "index": fresh.index,
                    "quality_class": fresh.quality_class,
                },
            )
        )
    db.session.execute(delete(PublishedRecord).where(PublishedRecord.release_id != release_id))
    db.session.expire_all()
    audit.record(PUBLISHED, subject="published_record", actor=by, at=at, release=release_id, count=len(rows))
