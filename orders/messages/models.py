"""What the expert and the provider write to each other inside an order; sealed."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, enum_column
from core.files.models import StoredFile
from core.identity.models import Person
from orders.life import Side
from orders.models import Order


class OrderMessage(Model):
    """One message; its text is never mailed, and unread until the other side opens it."""

    __tablename__ = "order_message"
    __table_args__ = (
        CheckConstraint("from_side <> 'system'", name="from_a_side"),
        Index("ix_order_message_unread", "order_id", postgresql_where=text("read_at IS NULL")),
    )

    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("order.id"), index=True)
    from_side: Mapped[Side] = mapped_column(enum_column(Side))
    sealed_text: Mapped[bytes]
    file_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("stored_file.id"))
    sent_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    sent_at: Mapped[datetime]
    read_at: Mapped[datetime | None]

    order: Mapped[Order] = relationship()
    file: Mapped[StoredFile | None] = relationship(lazy="joined")
    sender: Mapped[Person] = relationship(lazy="joined", innerjoin=True)

    @property
    def authority_id(self) -> uuid.UUID:
        return self.order.authority_id

    @property
    def supplier_id(self) -> uuid.UUID:
        return self.order.supplier_id
