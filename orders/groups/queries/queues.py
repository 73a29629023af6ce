"""Queues to groups, and the students selected for them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import Select, false, func, or_, select
from sqlalchemy.orm import lazyload

from core.db import db
from core.identity.mandates import Mandate
from core.identity.models import Role
from orders.groups.models import (
    QUEUED,
    EntryState,
    Group,
    QueueEntry,
    Selection,
)
from orders.groups.queries.common import PAGE_SIZE
from orders.models import Need, NeedState, Order


def entry(entry_id: uuid.UUID) -> QueueEntry | None:
    return db.session.get(QueueEntry, entry_id)


def entries_seen_by(mandate: Mandate) -> Select[QueueEntry]:
    """The places in queues a mandate may list: those of its own authority's customers (R107)."""
    if mandate.role is not Role.EXPERT:
        return select(QueueEntry).where(false())
    return select(QueueEntry).where(QueueEntry.authority_id == mandate.organisation_id)


def queue_of(group: Group) -> Sequence[QueueEntry]:
    """Everybody who waits for the group, or for any group of its category, or has its seat offered; by time."""
    return db.session.scalars(
        select(QueueEntry)
        .join(Need, Need.id == QueueEntry.need_id)
        .where(
            or_(
                QueueEntry.group_id == group.id,
                QueueEntry.group_id.is_(None) & (QueueEntry.category_id == group.category_id),
            ),
            QueueEntry.state.in_(QUEUED),
            Need.state == NeedState.OPEN,
        )
        .order_by(QueueEntry.joined_at, QueueEntry.id)
        .limit(2_000)
    ).all()


def entry_of(need_id: uuid.UUID, group_id: uuid.UUID | None, category_id: uuid.UUID) -> QueueEntry | None:
    """The need's live place in this very queue."""
    return db.session.scalars(
        select(QueueEntry).where(
            QueueEntry.need_id == need_id,
            QueueEntry.group_id == group_id if group_id else QueueEntry.group_id.is_(None),
            QueueEntry.category_id == category_id,
            QueueEntry.state != EntryState.LEFT,
        )
    ).one_or_none()


def lock_entries(entry_ids: Sequence[uuid.UUID]) -> Sequence[QueueEntry]:
    """Places in a queue, locked in the order of their ids and read anew."""
    return db.session.scalars(
        select(QueueEntry)
        .where(QueueEntry.id.in_(entry_ids))
        .order_by(QueueEntry.id)
        .with_for_update(of=QueueEntry)
        .execution_options(populate_existing=True)
    ).all()


def offers_of(group_id: uuid.UUID) -> Sequence[uuid.UUID]:
    """Who has a seat of the group kept for them."""
    return db.session.scalars(
        select(QueueEntry.id).where(QueueEntry.offer_id == group_id, QueueEntry.state == EntryState.OFFERED)
    ).all()


def entries_of_group(group_id: uuid.UUID) -> Sequence[uuid.UUID]:
    """Who waits for the group by name, or has its seat offered."""
    return db.session.scalars(
        select(QueueEntry.id).where(
            or_(QueueEntry.group_id == group_id, QueueEntry.offer_id == group_id), QueueEntry.state.in_(QUEUED)
        )
    ).all()


def open_needs_for(mandate: Mandate, group: Group) -> Sequence[Need]:
    """The expert's open needs of the group's category that are not in its queue yet; whoever organises the group."""
    queued = select(QueueEntry.need_id).where(QueueEntry.group_id == group.id, QueueEntry.state.in_(QUEUED))
    return db.session.scalars(
        select(Need)
        .where(
            Need.authority_id == mandate.organisation_id,
            Need.expert_id == mandate.person_id,
            Need.category_id == group.category_id,
            Need.state == NeedState.OPEN,
            Need.id.not_in(queued),
        )
        .order_by(Need.id)
        .limit(PAGE_SIZE)
    ).all()


def pseudonyms_of_seats(group_id: uuid.UUID) -> dict[uuid.UUID, str]:
    """What those with a seat are called towards another authority, by order."""
    rows = db.session.scalars(
        select(QueueEntry)
        .options(lazyload(QueueEntry.need))
        .join(Order, Order.id == QueueEntry.order_id)
        .where(Order.group_id == group_id, QueueEntry.state == EntryState.PLACED)
    )
    return {row.order_id: row.pseudonym for row in rows if row.order_id is not None}


def seats_by_municipality(group_id: uuid.UUID, authority_id: uuid.UUID) -> Sequence[tuple[str, int]]:
    """How many seats an authority's customers of each home municipality have (R104)."""
    rows = db.session.execute(
        select(QueueEntry.municipality, func.count())
        .join(Order, Order.id == QueueEntry.order_id)
        .where(
            Order.group_id == group_id,
            QueueEntry.state == EntryState.PLACED,
            QueueEntry.authority_id == authority_id,
        )
        .group_by(QueueEntry.municipality)
        .order_by(QueueEntry.municipality)
    )
    return [(row[0], row[1]) for row in rows]


def selections_of(group_id: uuid.UUID) -> dict[uuid.UUID, Selection]:
    """The decisions on students of a group, by need."""
    rows = db.session.scalars(select(Selection).where(Selection.group_id == group_id))
    return {row.need_id: row for row in rows}
