"""What the page of fairness counts: customers who wait, and the seats of a year, by whose customer it is."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Date, cast, func, select

from core import clock
from core.db import db
from dps.systems import buyers
from dps.systems.models import Category, PurchasingSystem, SystemBuyer
from orders.groups.models import QUEUED, EntryState, Group, QueueEntry
from orders.models import Need, NeedState, Order


def joint_categories(authority_id: uuid.UUID, limit: int = 50) -> Sequence[Category]:
    """The categories with groups of the joint systems from which an authority buys, or bought."""
    joint = select(SystemBuyer.id).where(SystemBuyer.system_id == PurchasingSystem.id).exists()
    grouped = select(Group.id).where(Group.category_id == Category.id).exists()
    return db.session.scalars(
        select(Category)
        .join(PurchasingSystem, PurchasingSystem.id == Category.system_id)
        .where(buyers.buys_from(authority_id), joint, grouped)
        .order_by(Category.system_id, Category.position)
        .limit(limit)
    ).all()


def waiting_by_party(category_ids: Sequence[uuid.UUID]) -> Sequence[Any]:
    """Customers in queues now, each once a category, by authority and home municipality."""
    return db.session.execute(
        select(
            QueueEntry.category_id,
            QueueEntry.authority_id,
            QueueEntry.municipality,
            func.count(QueueEntry.need_id.distinct()).label("customers"),
        )
        .join(Need, Need.id == QueueEntry.need_id)
        .where(
            QueueEntry.category_id.in_(category_ids),
            QueueEntry.state.in_(QUEUED),
            Need.state == NeedState.OPEN,
        )
        .group_by(QueueEntry.category_id, QueueEntry.authority_id, QueueEntry.municipality)
    ).all()


def seats_by_party(category_ids: Sequence[uuid.UUID], year: int) -> Sequence[Any]:
    """Seats ordered in a year, by authority, home municipality, whether in an own group, and days waited."""
    days = cast(func.timezone("Europe/Helsinki", Order.placed_at), Date) - cast(
        func.timezone("Europe/Helsinki", QueueEntry.joined_at), Date
    )
    is_own = Group.authority_id == QueueEntry.authority_id
    return db.session.execute(
        select(
            QueueEntry.category_id,
            QueueEntry.authority_id,
            QueueEntry.municipality,
            is_own.label("is_own"),
            days.label("days"),
            func.count().label("customers"),
        )
        .join(Order, Order.id == QueueEntry.order_id)
        .join(Group, Group.id == Order.group_id)
        .where(
            QueueEntry.category_id.in_(category_ids),
            QueueEntry.state == EntryState.PLACED,
            Order.placed_at >= clock.start_of_day(date(year, 1, 1)),
            Order.placed_at < clock.start_of_day(date(year + 1, 1, 1)),
        )
        .group_by(QueueEntry.category_id, QueueEntry.authority_id, QueueEntry.municipality, is_own, days)
    ).all()
