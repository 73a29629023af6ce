"""Feedback, outcomes and the releases of quality records."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, enum_column
from core.i18n import lazy_gettext as _l
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


class OutcomeState(StrEnum):
    """Where the customer is some months after the planned end."""

    OPEN_LABOUR_MARKET = "open_labour_market"
    SUBSIDISED_WORK = "subsidised_work"
    OWN_BUSINESS = "own_business"
    STUDIES = "studies"
    NEXT_SERVICE = "next_service"
    UNEMPLOYED = "unemployed"
    UNKNOWN = "unknown"


OUTCOME_TITLES = {
    OutcomeState.OPEN_LABOUR_MARKET: _l("Work in the open labour market"),
    OutcomeState.SUBSIDISED_WORK: _l("Subsidised work"),
    OutcomeState.OWN_BUSINESS: _l("Own business"),
    OutcomeState.STUDIES: _l("Studies for a qualification"),
    OutcomeState.NEXT_SERVICE: _l("Next service"),
    OutcomeState.UNEMPLOYED: _l("Unemployed"),
    OutcomeState.UNKNOWN: _l("Not known"),
}

#: Open-market work or enterprise: the primary outcome (EVALUATION.md §3).
EMPLOYED = frozenset({OutcomeState.OPEN_LABOUR_MARKET, OutcomeState.OWN_BUSINESS})


class Outcome(Model):
    """The state at 3 months after the planned end, entered by the expert."""

    __tablename__ = "outcome"
    __table_args__ = (
        UniqueConstraint("order_id", "months"),
        CheckConstraint("months IN (3, 6, 12)", name="months_known"),
    )

    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("order.id"))
    months: Mapped[int]
    state: Mapped[OutcomeState] = mapped_column(enum_column(OutcomeState))
    recorded_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]

    order: Mapped[Order] = relationship()


class Release(Model):
    """One computation of all quality records: method, inputs and date, so that it can be repeated."""

    __tablename__ = "release"

    method: Mapped[str]
    inputs_sha256: Mapped[str]
    inputs_count: Mapped[int]
    computed_at: Mapped[datetime]
    parameters: Mapped[dict[str, Any]]
