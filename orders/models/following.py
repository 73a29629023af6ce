"""What is kept of a service while it goes on: interim reports (R99) and the agreement of a work trial (R101)."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Model


class InterimReport(Model):
    """How a service goes, told by the provider before the customer's plan is reviewed; sealed."""

    __tablename__ = "interim_report"
    __table_args__ = (UniqueConstraint("order_id", "review_on"),)

    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("order.id"))
    #: The review of the plan it is written for.
    review_on: Mapped[date]
    sealed_text: Mapped[bytes]
    reported_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    reported_at: Mapped[datetime]


class WorkTrial(Model):
    """The agreement with the workplace, and the insurance; without both no work trial begins (R101)."""

    __tablename__ = "work_trial"
    __table_args__ = (
        UniqueConstraint("order_id"),
        CheckConstraint("ends_on >= agreed_on", name="end_after_agreement"),
        CheckConstraint("(insured_at IS NULL) = (insured_by IS NULL)", name="insured_by_if_insured"),
    )

    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("order.id"))
    workplace: Mapped[str]
    agreed_on: Mapped[date]
    ends_on: Mapped[date]
    recorded_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    insured_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    insured_at: Mapped[datetime | None]
