"""Seats of two groups that the experts of two authorities swap."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, enum_column
from core.identity.models import Authority, Person
from orders.groups.models import Group
from orders.models import Order


class SwapState(StrEnum):
    """How far a swap is: proposed by one authority, agreed by the other."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    REFUSED = "refused"
    #: Nobody answered in time, or the seat was given up.
    LAPSED = "lapsed"


SWAP_TRANSITIONS = {
    "agree": ({SwapState.PROPOSED}, SwapState.AGREED),
    "refuse": ({SwapState.PROPOSED}, SwapState.REFUSED),
    "lapse": ({SwapState.PROPOSED}, SwapState.LAPSED),
}


class SeatSwap(Model):
    """One authority gives the seat of its customer in a group for one of another authority's in another group.

    Neither sees the other's order: who is asked chooses which of its own seats it gives.
    """

    __tablename__ = "seat_swap"
    __table_args__ = (
        CheckConstraint("authority_id <> asked_id", name="two_parties"),
        CheckConstraint("(state = 'proposed') = (answered_at IS NULL)", name="answered_at_if_answered"),
        CheckConstraint(
            "(state = 'agreed') = (taken_order_id IS NOT NULL)"
            " AND (state = 'agreed') = (new_order_id IS NOT NULL)"
            " AND (state = 'agreed') = (new_taken_order_id IS NOT NULL)",
            name="orders_if_agreed",
        ),
        Index("uq_seat_swap_one_open", "order_id", unique=True, postgresql_where=text("state = 'proposed'")),
        Index("ix_seat_swap_asked_id_state", "asked_id", "state"),
        Index("ix_seat_swap_authority_id", "authority_id"),
    )

    #: Who proposes, and who is asked.
    authority_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("authority.id"))
    asked_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("authority.id"))
    #: The order whose seat is given, and the group in which one is wanted.
    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("order.id"))
    group_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("group.id"))
    #: The group of the given seat.
    given_group_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("group.id"))
    #: Why, for the other authority: nothing about the customer.
    reason: Mapped[str]
    state: Mapped[SwapState] = mapped_column(enum_column(SwapState), default=SwapState.PROPOSED)
    proposed_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime]
    answer_by: Mapped[datetime]
    answered_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    #: The order that the other authority gave, and the two new orders.
    taken_order_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("order.id"))
    new_order_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("order.id"))
    new_taken_order_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("order.id"))

    authority: Mapped[Authority] = relationship(lazy="joined", innerjoin=True, foreign_keys=[authority_id])
    asked: Mapped[Authority] = relationship(lazy="joined", innerjoin=True, foreign_keys=[asked_id])
    order: Mapped[Order] = relationship(foreign_keys=[order_id])
    group: Mapped[Group] = relationship(foreign_keys=[group_id])
    given_group: Mapped[Group] = relationship(foreign_keys=[given_group_id])
    proposer: Mapped[Person] = relationship(foreign_keys=[proposed_by])
