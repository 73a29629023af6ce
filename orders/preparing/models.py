"""What a customer writes before the meeting: sealed, changed until the meeting, erased soon after."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model
from core.identity.models import Authority


class Where(StrEnum):
    """Where the service may be."""

    NEAR = "near"
    REMOTE = "remote"
    EITHER = "either"


class When(StrEnum):
    """When the customer could begin."""

    SOON = "soon"
    IN_A_MONTH = "in_a_month"
    LATER = "later"


class Company(StrEnum):
    """Alone or with others."""

    ALONE = "alone"
    GROUP = "group"
    EITHER = "either"


class PreparedAnswers(Model):
    """A link for a customer's reference, and what the customer answered; health is sealed apart (I8)."""

    __tablename__ = "prepared_answers"
    __table_args__ = (
        CheckConstraint("sealed_answers IS NULL OR saved_at IS NOT NULL", name="saved_at_if_saved"),
        CheckConstraint("sealed_health IS NULL OR sealed_answers IS NOT NULL", name="health_with_answers"),
        CheckConstraint("erased_at IS NULL OR sealed_answers IS NULL", name="nothing_if_erased"),
        Index(
            "uq_prepared_answers_one_open",
            "authority_id",
            "customer_reference",
            unique=True,
            postgresql_where=text("cancelled_at IS NULL AND used_at IS NULL AND erased_at IS NULL"),
        ),
        Index("ix_prepared_answers_expert_id", "expert_id"),
        Index("ix_prepared_answers_expires_at", "expires_at", postgresql_where=text("erased_at IS NULL")),
    )

    authority_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("authority.id"))
    expert_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    #: As in a need: a pseudonym, never a name.
    customer_reference: Mapped[str]
    meeting_on: Mapped[date]
    token_hash: Mapped[str] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    #: The customer can change the answers until then: the end of the day of the meeting.
    expires_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    saved_at: Mapped[datetime | None]
    language: Mapped[str | None]
    sealed_answers: Mapped[bytes | None] = mapped_column(deferred=True)
    sealed_health: Mapped[bytes | None] = mapped_column(deferred=True)
    #: When the expert made a need of it.
    used_at: Mapped[datetime | None]
    need_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("need.id"), index=True)
    erased_at: Mapped[datetime | None]

    authority: Mapped[Authority] = relationship(lazy="joined", innerjoin=True)
