"""What was counted last, by group of customers."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, func, select

from core.db import db
from dps.systems.models import Category
from evaluation.paths.models import PathRun, PathStep, PathTotal, PublishedPath
from evaluation.paths.rules import Share, Sum, Way

#: By what customers are told apart: one at a time, so that no two tables can be subtracted (R119).
GROUPS = ("age_band", "unemployment_band", "education_band", "language", "year")


def run(run_id: uuid.UUID) -> PathRun | None:
    return db.session.get(PathRun, run_id)


def running() -> PathRun | None:
    """The count that is under way, if one is."""
    return db.session.scalars(select(PathRun).where(PathRun.finished_at.is_(None))).one_or_none()


def latest() -> PathRun | None:
    """The last count that came to its end."""
    return db.session.scalars(
        select(PathRun)
        .where(PathRun.finished_at.is_not(None), PathRun.failed.is_(None))
        .order_by(PathRun.id.desc())
        .limit(1)
    ).one_or_none()


def runs() -> Select[PathRun]:
    return select(PathRun)


def _of(model: Any, run_id: uuid.UUID, authority_id: uuid.UUID | None, months: int) -> tuple[ColumnElement[bool], ...]:
    return (
        model.run_id == run_id,
        model.authority_id.is_not_distinct_from(authority_id),
        model.months == months,
    )


def ways(
    run_id: uuid.UUID, authority_id: uuid.UUID | None, months: int, group: str | None
) -> Mapping[tuple[Way, str], Sum]:
    """How many went each way, in each band of a group, or all together under the band ``""``."""
    band: Any = getattr(PathTotal, group) if group in GROUPS else None
    keys: list[Any] = [PathTotal.steps, PathTotal.end, *([band] if band is not None else [])]
    rows = db.session.execute(
        select(func.sum(PathTotal.customers), func.sum(PathTotal.cost), func.sum(PathTotal.days), *keys)
        .where(*_of(PathTotal, run_id, authority_id, months))
        .group_by(*keys)
    )
    found = {}
    for people, cost, days, steps, end, *bands in rows:
        found[(tuple(steps), end), str(bands[0]) if bands else ""] = Sum(int(people), Decimal(cost), int(days))
    return found


def shares(
    run_id: uuid.UUID, authority_id: uuid.UUID | None, months: int, group: str | None, band: str | None
) -> Sequence[Share]:
    """What each service shares of the jobs that lasted, the largest share first."""
    query = (
        select(
            PathStep.step,
            func.sum(PathStep.customers),
            func.sum(PathStep.employed),
            func.sum(PathStep.credit),
            func.sum(PathStep.last_touch),
            func.sum(PathStep.cost),
        )
        .where(*_of(PathStep, run_id, authority_id, months))
        .group_by(PathStep.step)
    )
    if group in GROUPS and band is not None:
        column: Any = getattr(PathStep, group)
        query = query.where(column == (int(band) if group == "year" else band))
    rows = [Share(row[0], int(row[1]), int(row[2]), row[3], int(row[4]), row[5]) for row in db.session.execute(query)]
    return sorted(rows, key=lambda row: (-row.credit, row.step))


def years(run_id: uuid.UUID) -> Sequence[int]:
    """The years in which jobs were reached."""
    return db.session.scalars(
        select(PathTotal.year).where(PathTotal.run_id == run_id).distinct().order_by(PathTotal.year)
    ).all()


def category_names(category_ids: set[str]) -> Mapping[str, Category]:
    """Categories by their id as text."""
    wanted = [uuid.UUID(each) for each in category_ids]
    rows = db.session.scalars(select(Category).where(Category.id.in_(wanted))) if wanted else ()
    return {str(row.id): row for row in rows}


def drop_rows(run_id: uuid.UUID) -> None:
    """Only the last count keeps its rows."""
    for model in (PathTotal, PathStep):
        db.session.execute(delete(model).where(model.run_id != run_id))


def published(months: int | None = None) -> Sequence[PublishedPath]:
    """The ways as everybody may read them."""
    query = select(PublishedPath).order_by(PublishedPath.people.desc(), PublishedPath.way)
    return db.session.scalars(query.where(PublishedPath.months == months) if months else query).all()


def last_published() -> Any:
    """When the public figures changed last."""
    return db.session.scalar(select(func.max(PublishedPath.published_at)))
