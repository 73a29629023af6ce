"""The customer's choice: a link and its one answer."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, enum_column
from orders.models.needs import Need


class ChoiceAnswer(StrEnum):
    """What the customer answered on the choice page."""

    CHOSEN = "chosen"
    NONE_FITS = "none_fits"
    TALK_FIRST = "talk_first"


class Choice(Model):
    """A link for the customer: some fitting offerings, one answer, used by a POST only.

    ``options`` is ``[{"offering": uuid, "start": uuid, "price": "…"}]`` in the order shown.
    """

    __tablename__ = "choice"
    __table_args__ = (
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered_at_if_answered"),
        CheckConstraint("answer <> 'chosen' OR offering_id IS NOT NULL", name="offering_if_chosen"),
        CheckConstraint("jsonb_array_length(options) BETWEEN 1 AND 5", name="one_to_five_options"),
        Index(
            "uq_choice_one_open",
            "need_id",
            unique=True,
            postgresql_where=text("answered_at IS NULL AND cancelled_at IS NULL"),
        ),
    )

    need_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("need.id"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    options: Mapped[list[dict[str, Any]]]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    answer: Mapped[ChoiceAnswer | None] = mapped_column(enum_column(ChoiceAnswer))
    offering_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("offering.id"))
    start_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("offering_start.id"))
    answered_at: Mapped[datetime | None]
    language: Mapped[str | None]

    need: Mapped[Need] = relationship(lazy="joined", innerjoin=True)
