"""Customers' and experts' feedback on delivered services."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, enum_column
from orders.models import Order


class FeedbackRequest(Model):
    """A link for the customer to say how it went; used once, by a POST only."""

    __tablename__ = "feedback_request"

    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("order.id"), unique=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    order: Mapped[Order] = relationship()


class EnoughHelp(StrEnum):
    """Did you get enough help?"""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class CustomerFeedback(Model):
    """One customer's answer; its words are sealed and reach nobody below the small-number gate."""

    __tablename__ = "customer_feedback"
    __table_args__ = (CheckConstraint("recommendation BETWEEN 0 AND 10", name="recommendation_range"),)

    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("order.id"), unique=True)
    recommendation: Mapped[int]
    enough_help: Mapped[EnoughHelp] = mapped_column(enum_column(EnoughHelp))
    sealed_words: Mapped[bytes | None]
    language: Mapped[str]
    given_at: Mapped[datetime]

    order: Mapped[Order] = relationship()


class ExpertFeedback(Model):
    """The expert on the provider: fit, cooperation, report, each 1-5 on agreed anchors."""

    __tablename__ = "expert_feedback"
    __table_args__ = (
        CheckConstraint(
            "fit BETWEEN 1 AND 5 AND cooperation BETWEEN 1 AND 5 AND report BETWEEN 1 AND 5", name="grades_range"
        ),
    )

    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("order.id"), unique=True)
    expert_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    fit: Mapped[int]
    cooperation: Mapped[int]
    report: Mapped[int]
    given_at: Mapped[datetime]

    order: Mapped[Order] = relationship()
