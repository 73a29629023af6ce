"""What is stored of a release against what is computed again: every figure that anybody reads."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.db import db
from evaluation.records.models import ALL_YEARS, Release, ReleaseCategory, ReleaseRecord, ReleaseState
from evaluation.records.service.publishing import measured
from orders.models import PublishedRecord

OF_RECORD = (
    "status",
    "episodes",
    "customers",
    "quality_class",
    "components",
    "shown",
    "index_value",
    "index_low",
    "index_high",
)
OF_CATEGORY = ("episodes", "customers", "windows", "no_spread")
OF_PUBLISHED = ("orders_count", "completion", "employment", "recommendation", "index", "quality_class")


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value


def _differ(what: str, stored: Mapping[Any, Any], again: Mapping[Any, Any], names: tuple[str, ...]) -> list[str]:
    found = [f"{what} {key}: not in both" for key in sorted(set(stored) ^ set(again))]
    for key in sorted(set(stored) & set(again)):
        other = [name for name in names if _plain(getattr(stored[key], name)) != again[key][name]]
        found += [f"{what} {key}: stored otherwise ({', '.join(other)})"] if other else []
    return found


def _key(supplier_id: uuid.UUID, category_id: uuid.UUID) -> str:
    return f"of {supplier_id} in {category_id}"


def periods(release: Release) -> list[str]:
    """The years of which a release has records."""
    query = select(ReleaseRecord.period).where(
        ReleaseRecord.release_id == release.id, ReleaseRecord.period != ALL_YEARS
    )
    return list(db.session.scalars(query.distinct()))


def records(release: Release, period: str, again: Iterable[dict[str, Any]]) -> list[str]:
    """The records of a period, with what is told of them."""
    rows = db.session.scalars(
        select(ReleaseRecord).where(ReleaseRecord.release_id == release.id, ReleaseRecord.period == period)
    )
    stored = {_key(row.supplier_id, row.category_id): row for row in rows}
    made = {_key(row["supplier_id"], row["category_id"]): row for row in again}
    return _differ(f"record ({period})", stored, made, OF_RECORD)


def categories(release: Release, again: Iterable[dict[str, Any]]) -> list[str]:
    """The levels that providers are compared with."""
    rows = db.session.scalars(select(ReleaseCategory).where(ReleaseCategory.release_id == release.id))
    stored = {str(row.category_id): row for row in rows}
    return _differ("category", stored, {str(row["category_id"]): row for row in again}, OF_CATEGORY)


def published(release: Release) -> list[str]:
    """What search and ranking read, of the release that is published."""
    if release.state is not ReleaseState.PUBLISHED:
        return []
    rows = db.session.scalars(
        select(ReleaseRecord).where(
            ReleaseRecord.release_id == release.id,
            ReleaseRecord.period == ALL_YEARS,
            ReleaseRecord.shown.is_not(None),
        )
    )
    again = {_key(row.supplier_id, row.category_id): vars(measured(row)) for row in rows}
    stored = {_key(row.supplier_id, row.category_id): row for row in db.session.scalars(select(PublishedRecord))}
    return _differ("published record", stored, again, OF_PUBLISHED)
