"""Who was invited and why, what was asked and answered, and how the documents changed."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, enum_column
from core.i18n import lazy_gettext as _l
from dps.competitions.models.competitions import Competition
from dps.qualification.models import Qualification
from suppliers.models import Supplier


class InvitationBasis(StrEnum):
    """Why a supplier was invited."""

    ADMITTED_AT_SENDING = "admitted_at_sending"
    ADMITTED_LATER = "admitted_later"


INVITATION_BASIS_TITLES = {
    InvitationBasis.ADMITTED_AT_SENDING: _l("Admitted when the invitation was sent"),
    InvitationBasis.ADMITTED_LATER: _l("Admitted during the time for tenders"),
}


class Invitation(Model):
    """One invited supplier: who, why, when (R35); never changed. The proof of delivery is the mail's."""

    __tablename__ = "competition_invitation"
    __table_args__ = (
        UniqueConstraint("competition_id", "supplier_id"),
        Index("ix_competition_invitation_supplier_id", "supplier_id"),
    )

    competition_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("competition.id"))
    supplier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("supplier.id"))
    qualification_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("qualification.id"))
    basis: Mapped[InvitationBasis] = mapped_column(enum_column(InvitationBasis))
    invited_at: Mapped[datetime]
    #: The version of the documents it was sent with.
    documents_number: Mapped[int]

    competition: Mapped[Competition] = relationship(lazy="joined", innerjoin=True)
    supplier: Mapped[Supplier] = relationship(lazy="joined", innerjoin=True)
    qualification: Mapped[Qualification] = relationship()

    @property
    def authority_id(self) -> uuid.UUID:
        return self.competition.authority_id


class TimeConsent(Model):
    """A candidate's answer to a shorter time for tenders, agreed with all before the invitation (R38)."""

    __tablename__ = "time_consent"
    __table_args__ = (
        UniqueConstraint("competition_id", "supplier_id", "due_at"),
        CheckConstraint("(answered_at IS NULL) = (agrees IS NULL)", name="answered_at_if_answered"),
    )

    competition_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("competition.id"))
    supplier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("supplier.id"), index=True)
    due_at: Mapped[datetime]
    asked_at: Mapped[datetime]
    asked_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    agrees: Mapped[bool | None]

    competition: Mapped[Competition] = relationship(lazy="joined", innerjoin=True)
    supplier: Mapped[Supplier] = relationship(lazy="joined", innerjoin=True)


class CompetitionQuestionState(StrEnum):
    """Asked, then answered to all at once."""

    ASKED = "asked"
    ANSWERED = "answered"


COMPETITION_QUESTION_TRANSITIONS = {"answer": ({CompetitionQuestionState.ASKED}, CompetitionQuestionState.ANSWERED)}

COMPETITION_QUESTION_STATE_TITLES = {
    CompetitionQuestionState.ASKED: _l("Waiting for an answer"),
    CompetitionQuestionState.ANSWERED: _l("Answered"),
}


class CompetitionQuestion(Model):
    """An invited supplier's question and the answer to all (R47); nobody is shown who asked."""

    __tablename__ = "competition_question"
    __table_args__ = (
        CheckConstraint("(state = 'answered') = (answered_at IS NOT NULL)", name="answered_at_if_answered"),
        Index("ix_competition_question_competition_id", "competition_id"),
    )

    competition_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("competition.id"))
    state: Mapped[CompetitionQuestionState] = mapped_column(
        enum_column(CompetitionQuestionState), default=CompetitionQuestionState.ASKED
    )
    text: Mapped[str]
    asked_at: Mapped[datetime]
    #: For the audit only; no page and no operation shows it.
    asked_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    answer_fi: Mapped[str] = mapped_column(default="")
    answer_sv: Mapped[str] = mapped_column(default="")
    answer_en: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    #: Why the time was not extended although the answer came late (R47).
    late_reason: Mapped[str] = mapped_column(default="")

    competition: Mapped[Competition] = relationship(lazy="joined", innerjoin=True)

    @property
    def authority_id(self) -> uuid.UUID:
        return self.competition.authority_id


class DocumentsVersion(Model):
    """The documents as they were sent, and each amendment of them, numbered; nothing of one ever changes.

    ``content`` is what ``documents.dump`` writes; the differences shown are those between two of them.
    """

    __tablename__ = "documents_version"
    __table_args__ = (UniqueConstraint("competition_id", "number"),)

    competition_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("competition.id"))
    number: Mapped[int]
    content: Mapped[dict[str, Any]]
    published_at: Mapped[datetime]
    published_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(default="")
    #: A material change extends the time and asks those who have tendered to confirm or renew.
    is_material: Mapped[bool] = mapped_column(default=False)
    tenders_due_at: Mapped[datetime]

    competition: Mapped[Competition] = relationship()


class Outage(Model):
    """A time in which the system could not take tenders; deadlines that fell into it are extended for all (R59)."""

    __tablename__ = "outage"
    __table_args__ = (CheckConstraint("ended_at > started_at", name="ends_after_start"),)

    started_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    description: Mapped[str]
    registered_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    registered_at: Mapped[datetime]
