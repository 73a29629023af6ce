"""What customers, experts and providers say of services: asked at points, answered once, words sealed and checked."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, enum_column
from core.i18n import lazy_gettext as _l
from core.identity.models import Authority
from orders.models import Order


class FeedbackPoint(StrEnum):
    """When in a service its customer is asked."""

    START = "start"
    MIDDLE = "middle"
    END = "end"


POINT_TITLES = {
    FeedbackPoint.START: _l("At the start"),
    FeedbackPoint.MIDDLE: _l("In the middle"),
    FeedbackPoint.END: _l("At the end"),
}


class FeedbackPlan(Model):
    """At which points a category asks its customers; without one they are asked at the end."""

    __tablename__ = "feedback_plan"

    category_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("category.id"), unique=True)
    points: Mapped[list[str]]
    set_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    set_at: Mapped[datetime]


class FeedbackRequest(Model):
    """A link for the customer to say how it goes at one point; used once, by a POST only."""

    __tablename__ = "feedback_request"
    __table_args__ = (UniqueConstraint("order_id", "point"),)

    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("order.id"))
    point: Mapped[FeedbackPoint] = mapped_column(
        enum_column(FeedbackPoint), default=FeedbackPoint.END, server_default=text("'end'")
    )
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


class WordsState(StrEnum):
    """What an official decided of a customer's words; none yet while they wait to be read."""

    RELEASED = "released"
    HELD_BACK = "held_back"


class HoldReason(StrEnum):
    """Why words are held back."""

    IDENTIFIES = "identifies"
    OTHER_PERSON = "other_person"
    HEALTH = "health"
    OFFENSIVE = "offensive"
    OTHER = "other"


HOLD_TITLES = {
    HoldReason.IDENTIFIES: _l("They tell who the customer is"),
    HoldReason.OTHER_PERSON: _l("They tell of another person"),
    HoldReason.HEALTH: _l("They tell of somebody's health"),
    HoldReason.OFFENSIVE: _l("They threaten or insult somebody"),
    HoldReason.OTHER: _l("Another reason"),
}


class CheckedWords:
    """Words of a customer: sealed, read by an official before anybody else, released in full or with parts blacked out.

    Both texts are erased when the period of evaluation is long closed (R112).
    """

    sealed_words: Mapped[bytes | None] = mapped_column(deferred=True)
    words_state: Mapped[WordsState | None] = mapped_column(enum_column(WordsState))
    #: What was released: the words, or what is left of them.
    sealed_released: Mapped[bytes | None] = mapped_column(deferred=True)
    hold_reason: Mapped[HoldReason | None] = mapped_column(enum_column(HoldReason))
    checked_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    checked_at: Mapped[datetime | None]


def _words_checks() -> tuple[CheckConstraint, ...]:
    return (
        CheckConstraint("(words_state IS NULL) = (checked_at IS NULL)", name="checked_at_if_checked"),
        CheckConstraint("(words_state = 'held_back') = (hold_reason IS NOT NULL)", name="reason_if_held_back"),
        CheckConstraint("sealed_released IS NULL OR words_state = 'released'", name="released_if_released"),
    )


class CustomerFeedback(CheckedWords, Model):
    """One customer's answer at one point; its words are sealed and reach nobody below the small-number gate."""

    __tablename__ = "customer_feedback"
    __table_args__ = (
        CheckConstraint("recommendation BETWEEN 0 AND 10", name="recommendation_range"),
        UniqueConstraint("order_id", "point"),
        *_words_checks(),
        Index("ix_customer_feedback_place", "given_at", postgresql_where=text("place_hash IS NOT NULL")),
        Index(
            "ix_customer_feedback_unread",
            "given_at",
            "order_id",
            postgresql_where=text("sealed_words IS NOT NULL AND words_state IS NULL"),
        ),
    )

    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("order.id"))
    point: Mapped[FeedbackPoint] = mapped_column(
        enum_column(FeedbackPoint), default=FeedbackPoint.END, server_default=text("'end'")
    )
    recommendation: Mapped[int]
    enough_help: Mapped[EnoughHelp] = mapped_column(enum_column(EnoughHelp))
    #: The customer's tick: "my expert may read what I wrote".
    expert_may_read: Mapped[bool] = mapped_column(default=False, server_default=false())
    language: Mapped[str]
    given_at: Mapped[datetime]
    #: Tells answers of one network on one day from others, and nothing else; kept for a while (R119, gaming).
    place_hash: Mapped[str | None]

    order: Mapped[Order] = relationship()


class FeedbackAlert(Model):
    """A customer is not satisfied: the expert of the order is told the same day, and says what was done."""

    __tablename__ = "feedback_alert"
    __table_args__ = (
        CheckConstraint("(handled_at IS NULL) = (handled_by IS NULL)", name="handled_by_if_handled"),
        Index("ix_feedback_alert_open", "order_id", postgresql_where=text("handled_at IS NULL")),
    )

    feedback_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("customer_feedback.id"), unique=True)
    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("order.id"))
    raised_at: Mapped[datetime]
    handled_at: Mapped[datetime | None]
    handled_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    sealed_note: Mapped[bytes | None] = mapped_column(deferred=True)

    feedback: Mapped[CustomerFeedback] = relationship()
    order: Mapped[Order] = relationship()

    @property
    def authority_id(self) -> uuid.UUID:
        """Whose customer it is; the policy asks."""
        return self.order.authority_id


class ServicePoint(Model):
    """A place where customers may answer on a tablet, without an order; its token is the device's credential."""

    __tablename__ = "service_point"
    __table_args__ = (UniqueConstraint("authority_id", "name"),)

    authority_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("authority.id"))
    name: Mapped[str]
    address: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    made_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    #: Switched off: its device can send nothing.
    closed_at: Mapped[datetime | None]
    #: How many answers came since, against floods from one device.
    counted_since: Mapped[datetime | None]
    counted: Mapped[int] = mapped_column(default=0, server_default=text("0"))

    authority: Mapped[Authority] = relationship(lazy="joined", innerjoin=True)

    @property
    def is_active(self) -> bool:
        """Whether its device can send answers."""
        return self.closed_at is None


class PointAnswer(CheckedWords, Model):
    """An answer at a service point: of a week, of nobody's order."""

    __tablename__ = "point_answer"
    __table_args__ = (
        #: The device gives each answer an id: sent again, it is the same answer (I6).
        UniqueConstraint("service_point_id", "sent_id"),
        CheckConstraint("recommendation BETWEEN 0 AND 10", name="recommendation_range"),
        *_words_checks(),
        Index("ix_point_answer_service_point_id_week_on", "service_point_id", "week_on"),
    )

    service_point_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("service_point.id"))
    sent_id: Mapped[uuid.UUID]
    #: The Monday of the week; the day and the hour are not kept.
    week_on: Mapped[date]
    recommendation: Mapped[int]
    enough_help: Mapped[EnoughHelp] = mapped_column(enum_column(EnoughHelp))
    language: Mapped[str]
    #: As in ``CustomerFeedback``, with the service point as the place.
    place_hash: Mapped[str | None]

    service_point: Mapped[ServicePoint] = relationship()


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
    #: The expert declared a conflict of interest: the grades do not count.
    has_conflict: Mapped[bool] = mapped_column(default=False, server_default=false())
    given_at: Mapped[datetime]

    order: Mapped[Order] = relationship()


class ProviderFeedback(Model):
    """The provider on the authority: were the customers as described, was it told enough, was it answered in time."""

    __tablename__ = "provider_feedback"
    __table_args__ = (
        CheckConstraint(
            "as_described BETWEEN 1 AND 5 AND information BETWEEN 1 AND 5 AND answered BETWEEN 1 AND 5",
            name="grades_range",
        ),
    )

    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("order.id"), unique=True)
    given_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    as_described: Mapped[int]
    information: Mapped[int]
    answered: Mapped[int]
    sealed_words: Mapped[bytes | None] = mapped_column(deferred=True)
    given_at: Mapped[datetime]

    order: Mapped[Order] = relationship()
