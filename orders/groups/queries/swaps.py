"""Seats that two authorities swap."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import Select, false, or_, select
from sqlalchemy.orm import joinedload, lazyload

from core.db import db
from core.identity.mandates import Mandate
from core.identity.models import Person, Role
from orders.groups.models import EntryState, Group, GroupState, QueueEntry
from orders.groups.models_swaps import SeatSwap, SwapState
from orders.groups.queries.common import PAGE_SIZE
from orders.models import Order, OrderState

#: Orders of seats that can go to somebody else: the course has not begun for them.
SWAPPABLE = (OrderState.PLACED, OrderState.ACCEPTED, OrderState.SCHEDULED)

_GROUPS = tuple(
    joinedload(which).options(joinedload(Group.offering).options(lazyload("*")))
    for which in (SeatSwap.group, SeatSwap.given_group)
)


def swap(swap_id: uuid.UUID) -> SeatSwap | None:
    return db.session.get(SeatSwap, swap_id)


def swaps_seen_by(mandate: Mandate) -> Select[SeatSwap]:
    """The swaps a mandate may list: those its authority proposes or is asked."""
    query = select(SeatSwap).options(*_GROUPS)
    if mandate.role is not Role.EXPERT:
        return query.where(false())
    own = mandate.organisation_id
    return query.where(or_(SeatSwap.authority_id == own, SeatSwap.asked_id == own))


def swaps_page(mandate: Mandate, after: uuid.UUID | None, size: int = PAGE_SIZE) -> Sequence[SeatSwap]:
    """One page of swaps and one more, newest first."""
    query = swaps_seen_by(mandate)
    if after:
        query = query.where(SeatSwap.id < after)
    return db.session.scalars(query.order_by(SeatSwap.id.desc()).limit(size + 1)).all()


def open_swap_of(order_id: uuid.UUID) -> SeatSwap | None:
    """The swap proposed for an order's seat that waits for its answer."""
    return db.session.scalars(
        select(SeatSwap).where(SeatSwap.order_id == order_id, SeatSwap.state == SwapState.PROPOSED)
    ).one_or_none()


def swappable_orders(group_id: uuid.UUID, authority_id: uuid.UUID) -> Sequence[Order]:
    """The authority's orders of seats of a group that it could give."""
    return db.session.scalars(
        select(Order)
        .where(Order.group_id == group_id, Order.authority_id == authority_id, Order.state.in_(SWAPPABLE))
        .order_by(Order.number)
        .limit(500)
    ).all()


def experts_with_seats(group_id: uuid.UUID, authority_id: uuid.UUID) -> Sequence[Person]:
    """The experts of an authority whose customers have seats of a group."""
    return db.session.scalars(
        select(Person)
        .where(
            Person.id.in_(
                select(Order.expert_id).where(
                    Order.group_id == group_id, Order.authority_id == authority_id, Order.state.in_(SWAPPABLE)
                )
            )
        )
        .order_by(Person.id)
    ).all()


def groups_to_swap_into(order: Order) -> Sequence[Group]:
    """The other groups of the order's category that are being filled."""
    return db.session.scalars(
        select(Group)
        .options(joinedload(Group.offering).options(lazyload("*")))
        .where(
            Group.category_id == order.category_id,
            Group.id != order.group_id,
            Group.state == GroupState.OPEN,
            Group.seats_filled > 0,
        )
        .order_by(Group.first_day, Group.id)
        .limit(PAGE_SIZE)
    ).all()


def placed_entries(order_ids: Sequence[uuid.UUID]) -> Sequence[uuid.UUID]:
    """The places in queues that led to these orders' seats."""
    return db.session.scalars(
        select(QueueEntry.id).where(QueueEntry.order_id.in_(order_ids), QueueEntry.state == EntryState.PLACED)
    ).all()


def swaps_to_answer(expert_id: uuid.UUID, authority_id: uuid.UUID, limit: int = 60) -> Sequence[SeatSwap]:
    """Swaps that wait for an answer by the authority of an expert who has customers in the wanted group."""
    theirs = select(Order.id).where(
        Order.group_id == SeatSwap.group_id,
        Order.authority_id == authority_id,
        Order.expert_id == expert_id,
        Order.state.in_(SWAPPABLE),
    )
    return db.session.scalars(
        select(SeatSwap)
        .options(
            *(
                joinedload(each).options(lazyload("*"))
                for each in (SeatSwap.authority, SeatSwap.group, SeatSwap.given_group)
            )
        )
        .where(SeatSwap.asked_id == authority_id, SeatSwap.state == SwapState.PROPOSED, theirs.exists())
        .order_by(SeatSwap.answer_by)
        .limit(limit)
    ).all()
