"""The customer's choice: a link, its one answer, and what the customer asks before it."""

from __future__ import annotations

import uuid
from datetime import datetime
from decimal import Decimal
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


class NoneReason(StrEnum):
    """Why none of the services suits; the customer may name some, or none."""

    TOO_FAR = "too_far"
    WRONG_TIME = "wrong_time"
    LANGUAGE = "language"
    OTHER_KIND = "other_kind"
    NOT_NOW = "not_now"


class Choice(Model):
    """A link for the customer: fitting offerings, one answer, used by a POST only.

    ``options`` is ``[{"offering": uuid, "start": uuid, "price": "…"}]`` in the drawn order: what the link opened
    with. Every other fitting service is reached from the same page (I5).
    """

    __tablename__ = "choice"
    __table_args__ = (
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered_at_if_answered"),
        CheckConstraint("answer <> 'chosen' OR offering_id IS NOT NULL", name="offering_if_chosen"),
        CheckConstraint("jsonb_array_length(options) > 0", name="has_options"),
        CheckConstraint("NOT is_pointed_out OR jsonb_array_length(options) <= 5", name="at_most_five_pointed_out"),
        CheckConstraint(
            "none_reasons = '[]'::jsonb OR answer IS NOT DISTINCT FROM 'none_fits'", name="reasons_if_none_fits"
        ),
        Index(
            "uq_choice_one_open",
            "need_id",
            unique=True,
            postgresql_where=text("answered_at IS NULL AND cancelled_at IS NULL"),
        ),
    )

    need_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("need.id"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    options: Mapped[list[dict[str, Any]]] = mapped_column(deferred=True)
    #: Whether the expert pointed the options out by hand; else they are all that fit, or all under ``filters``.
    is_pointed_out: Mapped[bool] = mapped_column(server_default=text("true"))
    #: By what the expert narrowed the list: ``{"place": "Kuopio", "language": "ar"}``; kept for good (R3).
    filters: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    #: What each fitting offering cost when the link was made, shown or not.
    prices: Mapped[dict[str, Any]] = mapped_column(deferred=True, server_default=text("'{}'::jsonb"))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    answer: Mapped[ChoiceAnswer | None] = mapped_column(enum_column(ChoiceAnswer))
    none_reasons: Mapped[list[str]] = mapped_column(default=list, server_default=text("'[]'::jsonb"))
    offering_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("offering.id"))
    start_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("offering_start.id"))
    answered_at: Mapped[datetime | None]
    language: Mapped[str | None]

    need: Mapped[Need] = relationship(lazy="joined", innerjoin=True)

    def price_shown(self, offering_id: uuid.UUID) -> Decimal | None:
        """What the offering cost when the link was made; ``None`` for one that came later."""
        known = {each["offering"]: each["price"] for each in self.options} | self.prices
        price = known.get(str(offering_id))
        return None if price is None else Decimal(price)


class CustomerQuestion(Model):
    """What a customer asks their expert on the choice page; sealed, and read by the experts only."""

    __tablename__ = "customer_question"
    __table_args__ = (
        CheckConstraint("(handled_at IS NULL) = (handled_by IS NULL)", name="handled_by_if_handled"),
        Index("ix_customer_question_waiting", "need_id", postgresql_where=text("handled_at IS NULL")),
    )

    choice_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("choice.id"), index=True)
    need_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("need.id"), index=True)
    #: The words of the customer; ``None`` once erased with the need.
    sealed_text: Mapped[bytes | None]
    language: Mapped[str]
    asked_at: Mapped[datetime]
    handled_at: Mapped[datetime | None]
    handled_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))

    choice: Mapped[Choice] = relationship()
    need: Mapped[Need] = relationship(lazy="joined", innerjoin=True)

    @property
    def authority_id(self) -> uuid.UUID:
        return self.need.authority_id
