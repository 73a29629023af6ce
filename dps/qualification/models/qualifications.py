"""Qualifications: admissions in force, from a moment on until a decision ends them."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, enum_column
from core.i18n import lazy_gettext as _l
from dps.systems.models import Category
from suppliers.models import Supplier


class QualificationState(StrEnum):
    """A suspended admission stays an admission: only new orders pause."""

    IN_FORCE = "in_force"
    SUSPENDED = "suspended"
    ENDED = "ended"


QUALIFICATION_TRANSITIONS = {
    "suspend": ({QualificationState.IN_FORCE}, QualificationState.SUSPENDED),
    "lift": ({QualificationState.SUSPENDED}, QualificationState.IN_FORCE),
    "end": ({QualificationState.IN_FORCE, QualificationState.SUSPENDED}, QualificationState.ENDED),
}

QUALIFICATION_STATE_TITLES = {
    QualificationState.IN_FORCE: _l("Admitted"),
    QualificationState.SUSPENDED: _l("Admitted, new orders paused"),
    QualificationState.ENDED: _l("Admission ended"),
}


class Qualification(Model):
    """An admission: the supplier is in the category from a moment on. Only a decision ends it (R34)."""

    __tablename__ = "qualification"
    __table_args__ = (
        CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name="ended_at_if_ended"),
        CheckConstraint("(state = 'ended') = (end_decision_id IS NOT NULL)", name="ended_by_decision"),
        Index(
            "uq_qualification_one_in_force",
            "supplier_id",
            "category_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_qualification_category_id_ended_at", "category_id", "ended_at"),
        #: For the register: the newest in force of each category.
        Index(
            "ix_qualification_category_id_in_force",
            "category_id",
            text("id DESC"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_qualification_supplier_id", "supplier_id"),
    )

    supplier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("supplier.id"))
    category_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("category.id"))
    #: The application it rests on; after a change of operator the new one's admission rests on the same.
    application_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("application.id"), index=True)
    decision_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("decision.id"))
    state: Mapped[QualificationState] = mapped_column(
        enum_column(QualificationState), default=QualificationState.IN_FORCE
    )
    admitted_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    end_decision_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("decision.id"))

    supplier: Mapped[Supplier] = relationship(lazy="joined", innerjoin=True)
    category: Mapped[Category] = relationship(lazy="joined", innerjoin=True)

    @property
    def authority_id(self) -> uuid.UUID:
        return self.category.authority_id
