"""Quality talks: what was talked about, what was agreed, and what came of it."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, enum_column
from core.i18n import lazy_gettext as _l
from dps.qualification.models import AdmissionMatter, Qualification
from evaluation.records.models import Release


class TalkState(StrEnum):
    """The life of a quality talk."""

    INVITED = "invited"
    HELD = "held"
    #: The provider has read the minutes and the actions and agrees to them.
    CONFIRMED = "confirmed"
    #: The provider sees it otherwise, and said how.
    COMMENTED = "commented"
    CLOSED = "closed"
    CANCELLED = "cancelled"


_AFTER = {TalkState.HELD, TalkState.CONFIRMED, TalkState.COMMENTED}

#: action -> (states it starts from, state it ends in).
TALK_TRANSITIONS = {
    "hold": ({TalkState.INVITED}, TalkState.HELD),
    "confirm": ({TalkState.HELD}, TalkState.CONFIRMED),
    "comment": ({TalkState.HELD}, TalkState.COMMENTED),
    "close": (_AFTER, TalkState.CLOSED),
    "cancel": ({TalkState.INVITED}, TalkState.CANCELLED),
}

TALK_STATE_TITLES = {
    TalkState.INVITED: _l("Invited"),
    TalkState.HELD: _l("Held, waits for the provider's answer"),
    TalkState.CONFIRMED: _l("Confirmed by the provider"),
    TalkState.COMMENTED: _l("Commented by the provider"),
    TalkState.CLOSED: _l("Closed"),
    TalkState.CANCELLED: _l("Cancelled"),
}

TALK_TONES = {
    TalkState.INVITED: "waiting",
    TalkState.HELD: "waiting",
    TalkState.CONFIRMED: "ok",
    TalkState.COMMENTED: "warn",
    TalkState.CLOSED: "paused",
    TalkState.CANCELLED: "paused",
}

#: Talks in which something is still to be done.
LIVE = (TalkState.INVITED, TalkState.HELD, TalkState.CONFIRMED, TalkState.COMMENTED)


class Owner(StrEnum):
    """Who does what was agreed."""

    PROVIDER = "provider"
    AUTHORITY = "authority"


OWNER_TITLES = {Owner.PROVIDER: _l("The provider"), Owner.AUTHORITY: _l("The authority")}


class QualityTalk(Model):
    """A talk with a supplier about its services in a category; the published record is its agenda."""

    __tablename__ = "quality_talk"
    __table_args__ = (
        UniqueConstraint("authority_id", "number"),
        CheckConstraint(
            "(state IN ('held', 'confirmed', 'commented', 'closed')) = (held_at IS NOT NULL)", name="held_at_if_held"
        ),
        CheckConstraint("(held_at IS NULL) = (minutes IS NULL)", name="minutes_if_held"),
        CheckConstraint("(held_at IS NULL) = (follow_up_on IS NULL)", name="follow_up_if_held"),
        CheckConstraint("state NOT IN ('confirmed', 'commented') OR answered_at IS NOT NULL", name="answered_if_said"),
        CheckConstraint("(state IN ('closed', 'cancelled')) = (closed_at IS NOT NULL)", name="closed_at_if_closed"),
        CheckConstraint("(closed_at IS NULL) = (closing_words IS NULL)", name="words_if_closed"),
        Index(
            "uq_quality_talk_one_live",
            "qualification_id",
            unique=True,
            postgresql_where=text("state IN ('invited', 'held', 'confirmed', 'commented')"),
        ),
        Index("ix_quality_talk_supplier_id", "supplier_id"),
    )

    authority_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("authority.id"))
    #: Running number within the authority; shown as ``Q-4``.
    number: Mapped[int]
    #: The admission it is about; supplier and category stand beside it for lists.
    qualification_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("qualification.id"))
    supplier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("supplier.id"))
    category_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("category.id"))
    state: Mapped[TalkState] = mapped_column(enum_column(TalkState), default=TalkState.INVITED)
    #: The published figures it cites; nothing where only deviations are talked about.
    release_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("release.id"))
    #: What stood on the agenda when the invitation was sent: only figures that pass the gates.
    agenda: Mapped[dict[str, Any]]
    #: Why it was offered, in the coordinator's words.
    reason: Mapped[str]
    meeting_at: Mapped[datetime]
    meeting_place: Mapped[str]
    invited_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    invited_at: Mapped[datetime]
    held_at: Mapped[datetime | None]
    minutes: Mapped[str | None]
    #: The day on which both look at what came of the actions.
    follow_up_on: Mapped[date | None]
    answered_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    comment: Mapped[str] = mapped_column(default="")
    closed_at: Mapped[datetime | None]
    #: What came of it, or why it was cancelled.
    closing_words: Mapped[str | None]
    #: The matter of a pause that was opened from here (R34).
    matter_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("admission_matter.id"))

    qualification: Mapped[Qualification] = relationship(lazy="joined", innerjoin=True)
    release: Mapped[Release | None] = relationship()
    matter: Mapped[AdmissionMatter | None] = relationship()
    actions: Mapped[list[TalkAction]] = relationship(back_populates="talk", order_by="TalkAction.position")

    @property
    def reference(self) -> str:
        """``Q-4``"""
        return f"Q-{self.number}"


class TalkAction(Model):
    """Something agreed in a talk: who does it by when, and what came of it."""

    __tablename__ = "talk_action"
    __table_args__ = (
        UniqueConstraint("talk_id", "position"),
        CheckConstraint("(done_at IS NULL) = (done_by IS NULL)", name="done_by_if_done"),
    )

    talk_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("quality_talk.id"))
    position: Mapped[int]
    text: Mapped[str]
    owner: Mapped[Owner] = mapped_column(enum_column(Owner))
    due_on: Mapped[date]
    done_at: Mapped[datetime | None]
    done_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    #: What was done, in the owner's words.
    note: Mapped[str] = mapped_column(default="")

    talk: Mapped[QualityTalk] = relationship(back_populates="actions", lazy="joined", innerjoin=True)

    @property
    def authority_id(self) -> uuid.UUID:
        return self.talk.authority_id

    @property
    def supplier_id(self) -> uuid.UUID:
        return self.talk.supplier_id
