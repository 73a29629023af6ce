"""Who may buy from a system beside the authority that keeps it, as named in its notice."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model
from core.identity.models import Authority
from dps.systems.models.systems import PurchasingSystem


class SystemBuyer(Model):
    """Another authority that buys from a joint system; named before the notice, since only the named may order."""

    __tablename__ = "system_buyer"
    __table_args__ = (UniqueConstraint("system_id", "authority_id"),)

    system_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("purchasing_system.id"))
    authority_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("authority.id"), index=True)
    named_at: Mapped[datetime]
    named_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    #: The last day on which it places orders, where it has withdrawn; running orders go to their end.
    orders_until: Mapped[date | None]

    system: Mapped[PurchasingSystem] = relationship(back_populates="buyers")
    authority: Mapped[Authority] = relationship(lazy="joined", innerjoin=True)
