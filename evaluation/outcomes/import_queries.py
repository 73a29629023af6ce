"""Every SELECT about files of the customer system."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import lazyload

from core.db import db
from evaluation.outcomes.models import Outcome, OutcomeExclusion, OutcomeImport
from evaluation.outcomes.queries import PAGE_SIZE
from orders.models import BEGUN, Order


def outcome_import(import_id: uuid.UUID) -> OutcomeImport | None:
    return db.session.get(OutcomeImport, import_id)


def imports_of(authority_id: uuid.UUID) -> Select[OutcomeImport]:
    return select(OutcomeImport).where(OutcomeImport.authority_id == authority_id)


def imports_page(authority_id: uuid.UUID, after: uuid.UUID | None) -> Sequence[OutcomeImport]:
    """One page and one more, newest first."""
    query = imports_of(authority_id)
    if after:
        query = query.where(OutcomeImport.id < after)
    return db.session.scalars(query.order_by(OutcomeImport.id.desc()).limit(PAGE_SIZE + 1)).all()


def last_import(authority_id: uuid.UUID) -> int:
    query = select(func.max(OutcomeImport.number)).where(OutcomeImport.authority_id == authority_id)
    return db.session.scalar(query) or 0


@dataclass(frozen=True)
class Known:
    """An order of an import, as much of it as is needed to judge a line."""

    id: uuid.UUID
    number: int
    began: bool
    started_on: date | None
    planned_end_on: date
    is_excluded: bool


def orders_named(
    authority_id: uuid.UUID, numbers: Sequence[int], ids: Sequence[uuid.UUID], *, locking: bool = False
) -> Sequence[Known]:
    """The authority's orders with these numbers or ids, asked at once; locked in the order of their ids."""
    out = exists().where(OutcomeExclusion.order_id == Order.id)
    query = (
        select(Order.id, Order.number, Order.state, Order.started_on, Order.planned_end_on, out.label("out"))
        .where(Order.authority_id == authority_id, Order.number.in_(numbers) | Order.id.in_(ids))
        .order_by(Order.id)
    )
    if locking:
        query = query.with_for_update(of=Order)
    return [
        Known(row.id, row.number, row.state in BEGUN, row.started_on, row.planned_end_on, row.out)
        for row in db.session.execute(query)
    ]


def of_orders(order_ids: Sequence[uuid.UUID]) -> Mapping[tuple[uuid.UUID, int], list[Outcome]]:
    """What is said of many orders, by order and window."""
    found: dict[tuple[uuid.UUID, int], list[Outcome]] = {}
    for row in db.session.scalars(select(Outcome).options(lazyload("*")).where(Outcome.order_id.in_(order_ids))):
        found.setdefault((row.order_id, row.months), []).append(row)
    return found
