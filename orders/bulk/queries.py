"""Every SELECT about bulk files, named by what it answers."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, lazyload

from core.db import db
from orders.bulk.models import BulkFile, BulkLine, BulkLineState, BulkState
from orders.models import Choice

PAGE_SIZE = 50


def file(bulk_id: uuid.UUID) -> BulkFile | None:
    return db.session.get(BulkFile, bulk_id)


def files_of(authority_id: uuid.UUID) -> Select[BulkFile]:
    return select(BulkFile).where(BulkFile.authority_id == authority_id)


def files_page(authority_id: uuid.UUID, after: uuid.UUID | None) -> Sequence[BulkFile]:
    """One page and one more, newest first."""
    query = files_of(authority_id)
    if after:
        query = query.where(BulkFile.id < after)
    return db.session.scalars(query.order_by(BulkFile.id.desc()).limit(PAGE_SIZE + 1)).all()


def last_number(authority_id: uuid.UUID) -> int:
    return db.session.scalar(select(func.max(BulkFile.number)).where(BulkFile.authority_id == authority_id)) or 0


def line(line_id: uuid.UUID) -> BulkLine | None:
    return db.session.get(BulkLine, line_id)


def counts(file_id: uuid.UUID) -> dict[BulkLineState, int]:
    """How many lines there are in each state."""
    rows = db.session.execute(
        select(BulkLine.state, func.count()).where(BulkLine.file_id == file_id).group_by(BulkLine.state)
    )
    return {row[0]: row[1] for row in rows}


def waiting_lines(file_id: uuid.UUID, *, without_need: bool = False, limit: int = 5_000) -> Sequence[BulkLine]:
    query = select(BulkLine).where(BulkLine.file_id == file_id, BulkLine.state == BulkLineState.WAITING)
    if without_need:
        query = query.where(BulkLine.need_id.is_(None))
    return db.session.scalars(query.order_by(BulkLine.number).limit(limit)).all()


def lines_of(file_id: uuid.UUID) -> Sequence[BulkLine]:
    """Every line, in the order of the file."""
    return db.session.scalars(
        select(BulkLine)
        .options(joinedload(BulkLine.need).options(lazyload("*")), joinedload(BulkLine.order))
        .where(BulkLine.file_id == file_id)
        .order_by(BulkLine.number)
        .limit(2_000)
    ).all()


def running_files(limit: int = 100) -> Sequence[uuid.UUID]:
    return db.session.scalars(select(BulkFile.id).where(BulkFile.state == BulkState.RUNNING).limit(limit)).all()


def choices_by_id(choice_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Choice]:
    rows = db.session.scalars(select(Choice).options(lazyload("*")).where(Choice.id.in_(choice_ids)))
    return {row.id: row for row in rows}
