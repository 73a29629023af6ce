"""A category with a published release, written down as the computation writes it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from core import clock
from core.db import db, new_id, transaction
from evaluation.method.parameters import DEFAULT
from evaluation.records.levels import Levels
from evaluation.records.models import (
    ALL_YEARS,
    RecordStatus,
    Release,
    ReleaseCategory,
    ReleaseRecord,
    ReleaseState,
)
from evaluation.records.shown import Gates, told
from orders.models import QualityClass
from tests import worlds_orders as worlds

GATES = Gates(customers=5, answers=10)
TARGET = 0.36


def window(n: int, value: float) -> dict[str, Any]:
    """An outcome of so many customers."""
    half = 0.1
    return {
        "n": n,
        "count": n,
        "value": value,
        "low": max(0.0, value - half),
        "high": min(1.0, value + half),
        "raw": value,
    }


@transaction
def release(state: ReleaseState = ReleaseState.PUBLISHED) -> Release:
    now = clock.now()
    row = Release(
        id=new_id(),
        method="1-test",
        state=state,
        inputs_sha256="0" * 64,
        inputs_count=100,
        computed_at=now,
        parameters={"parameters": DEFAULT.to_json()},
        frozen_on=clock.helsinki_date(now),
        period_begins_on=date(2023, 1, 1),
        snapshot_key="snapshots/test",
        published_at=now,
    )
    db.session.add(row)
    return row


def _record(
    row: Release, made: worlds.World, supplier_id: Any, period: str, n: int, value: float, is_measured: bool
) -> ReleaseRecord:
    index = 50 + 100 * (value - TARGET)
    quality_class = QualityClass.NOT_DIFFERENT if is_measured else None
    components = {f"outcome_{months}": window(n, value) for months in (3, 6, 12)}
    ends = {"value": index, "low": index - 8, "high": index + 8}
    return ReleaseRecord(
        id=new_id(),
        release_id=row.id,
        supplier_id=supplier_id,
        category_id=made.category.id,
        period=period,
        status=RecordStatus.MEASURED if is_measured else RecordStatus.TOO_FEW,
        episodes=n,
        customers=n,
        index_value=index,
        index_low=index - 8,
        index_high=index + 8,
        quality_class=quality_class,
        components=components,
        shown=told(
            customers=n,
            quality_class=quality_class,
            status="measured",
            index={"n": n, **ends} if is_measured else None,
            components=components,
            gates=GATES,
            before=None,
            on=clock.helsinki_date(clock.now()),
        ),
    )


@transaction
def published(
    made: worlds.World, providers: Mapping[str, tuple[int, float]], *, years: tuple[str, ...] = ("2024", "2025")
) -> Release:
    """A published release: suppliers by name, with their customers and their share in work, the same each year."""
    row = release()
    db.session.flush()
    levels = Levels(GATES.customers)
    for name, (n, value) in providers.items():
        provider, _contract = worlds.supplier(made, name, contract=False)
        for period in (ALL_YEARS, *years):
            record = _record(row, made, provider.organisation_id, period, n, value, n >= 30)
            db.session.add(record)
            gathered = [{name: getattr(record, name) for name in ("category_id", "components", "shown")}]
            is_all = period == ALL_YEARS
            list(levels.of_providers(gathered, (3, 6, 12)) if is_all else levels.of_year(gathered, period))
    total = sum(n for n, _value in providers.values())
    windows = {
        str(months): {"n": total, "target": TARGET, "tau2": 0.0, "phi_tau2": 0.0, "status": "model"}
        for months in (3, 6, 12)
    }
    category = {"category_id": made.category.id, "episodes": total, "customers": total, "no_spread": False}
    told_of = levels.told(category | {"windows": windows}, None)
    db.session.add(ReleaseCategory(id=new_id(), release_id=row.id, **told_of))
    db.session.flush()
    return row
