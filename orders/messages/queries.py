"""Every SELECT about messages inside orders."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import func, select

from core.db import db
from core.identity.mandates import Mandate
from core.identity.models import Role
from orders.life import Side
from orders.loading import BRIEF
from orders.messages.models import OrderMessage
from orders.models import Order


def message(order_message_id: uuid.UUID) -> OrderMessage | None:
    return db.session.get(OrderMessage, order_message_id)


def messages_of(order_id: uuid.UUID, limit: int = 200) -> Sequence[OrderMessage]:
    """The messages of an order, newest first."""
    return db.session.scalars(
        select(OrderMessage).where(OrderMessage.order_id == order_id).order_by(OrderMessage.id.desc()).limit(limit)
    ).all()


def unread_of(order_id: uuid.UUID, reader: Side) -> Sequence[OrderMessage]:
    """What the other side has written and the reader's has not marked as read."""
    return db.session.scalars(
        select(OrderMessage).where(
            OrderMessage.order_id == order_id, OrderMessage.read_at.is_(None), OrderMessage.from_side != reader
        )
    ).all()


def orders_with_unread(mandate: Mandate, limit: int = 60) -> Sequence[tuple[Order, int]]:
    """The mandate's orders with messages of the other side that nobody has read, the longest waiting first."""
    if mandate.role is Role.PROVIDER:
        mine = (Order.supplier_id == mandate.organisation_id, OrderMessage.from_side == Side.EXPERT)
    else:
        mine = (Order.expert_id == mandate.person_id, OrderMessage.from_side == Side.PROVIDER)
    waiting = (
        select(OrderMessage.order_id, func.count().label("number"), func.min(OrderMessage.sent_at).label("first"))
        .join(Order, Order.id == OrderMessage.order_id)
        .where(OrderMessage.read_at.is_(None), *mine)
        .group_by(OrderMessage.order_id)
        .order_by(func.min(OrderMessage.sent_at))
        .limit(limit)
        .subquery()
    )
    rows = db.session.execute(
        select(Order, waiting.c.number)
        .join(waiting, waiting.c.order_id == Order.id)
        .options(*BRIEF)
        .order_by(waiting.c.first)
    )
    return [(row[0], row[1]) for row in rows]
