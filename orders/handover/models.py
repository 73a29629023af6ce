"""Handovers: which needs and orders of an expert moved to whom, and which stayed, and why."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model
from core.identity.models import Person
from orders.models import Need


class Handover(Model):
    """One act: the open work of an expert moves; another handover moves it back."""

    __tablename__ = "handover"

    authority_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("authority.id"), index=True)
    from_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    made_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]

    giver: Mapped[Person] = relationship(foreign_keys=[from_id])
    items: Mapped[list[HandoverItem]] = relationship(back_populates="handover", order_by="HandoverItem.id")


class HandoverItem(Model):
    """One need with its orders, or what stayed behind."""

    __tablename__ = "handover_item"
    __table_args__ = (CheckConstraint("(to_id IS NULL) = (kept_reason <> '')", name="moved_or_kept"),)

    handover_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("handover.id"), index=True)
    need_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("need.id"), index=True)
    to_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    kept_reason: Mapped[str] = mapped_column(default="")

    handover: Mapped[Handover] = relationship(back_populates="items")
    need: Mapped[Need] = relationship()
    receiver: Mapped[Person | None] = relationship()
