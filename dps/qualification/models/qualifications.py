"""Qualifications: admissions in force, from a moment on until they end."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model
from dps.systems.models import Category
from suppliers.models import Supplier


class Qualification(Model):
    """An admission in force: the supplier is in the category from a moment on, until it ends."""

    __tablename__ = "qualification"
    __table_args__ = (
        Index(
            "uq_qualification_one_in_force",
            "supplier_id",
            "category_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_qualification_category_id_ended_at", "category_id", "ended_at"),
    )

    supplier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("supplier.id"))
    category_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("category.id"))
    application_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("application.id"), unique=True)
    decision_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("decision.id"))
    admitted_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    supplier: Mapped[Supplier] = relationship(lazy="joined", innerjoin=True)
    category: Mapped[Category] = relationship(lazy="joined", innerjoin=True)

    @property
    def authority_id(self) -> uuid.UUID:
        return self.category.authority_id
