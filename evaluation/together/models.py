"""What the parties report of their people, and the yearly review with its comments."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, enum_column
from core.files.models import StoredFile
from core.i18n import LANGUAGES
from core.i18n import lazy_gettext as _l
from core.identity.models import Authority, Person
from dps.joint.agreements.models import AgreementVersion, CooperationAgreement


class ResourcingReport(Model):
    """The person-years of an authority's parties in a half-year; a correction is a further revision of it."""

    __tablename__ = "resourcing_report"
    __table_args__ = (
        UniqueConstraint("agreement_id", "authority_id", "period_on", "revision"),
        CheckConstraint(
            "extract(month from period_on) IN (1, 7) AND extract(day from period_on) = 1", name="period_is_half_year"
        ),
        CheckConstraint("revision > 0", name="revision_positive"),
        CheckConstraint("revision = 1 OR reason <> ''", name="reason_if_corrected"),
        Index(
            "uq_resourcing_report_standing",
            "agreement_id",
            "authority_id",
            "period_on",
            unique=True,
            postgresql_where=text("replaced_at IS NULL"),
        ),
    )

    agreement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cooperation_agreement.id"))
    #: The version whose parties and tasks it is reported by.
    version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("agreement_version.id"))
    authority_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("authority.id"))
    #: The first day of the half-year.
    period_on: Mapped[date]
    revision: Mapped[int]
    #: Why it was corrected; nothing in the first.
    reason: Mapped[str]
    reported_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    reported_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]

    authority: Mapped[Authority] = relationship(lazy="joined", innerjoin=True)
    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
    lines: Mapped[list[ResourcingLine]] = relationship(back_populates="report", order_by="ResourcingLine.id")


class ResourcingLine(Model):
    """How many people of a party worked on a task, as a yearly rate: one person all through the half-year is 1.0."""

    __tablename__ = "resourcing_line"
    __table_args__ = (
        UniqueConstraint("report_id", "party_key", "task_code"),
        CheckConstraint("person_years >= 0", name="person_years_not_negative"),
    )

    report_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("resourcing_report.id"))
    #: ``AgreementParty.key`` and ``AgreementTask.code``, the same in every version.
    party_key: Mapped[str]
    task_code: Mapped[str]
    person_years: Mapped[Decimal] = mapped_column(Numeric(7, 2))

    report: Mapped[ResourcingReport] = relationship(back_populates="lines")


class ReviewState(StrEnum):
    """Where a yearly review stands."""

    #: Made; the parties comment.
    OPEN = "open"
    FINISHED = "finished"
    #: Its proposal stands in a new draft of the agreement.
    TAKEN = "taken"


REVIEW_TRANSITIONS = {
    "finish": ({ReviewState.OPEN}, ReviewState.FINISHED),
    "take": ({ReviewState.FINISHED}, ReviewState.TAKEN),
}

REVIEW_STATE_TITLES = {
    ReviewState.OPEN: _l("Open for comments"),
    ReviewState.FINISHED: _l("Finished"),
    ReviewState.TAKEN: _l("Taken into a draft of the agreement"),
}


class JointReview(Model):
    """A year of an agreement in figures as they stood then, with the shares proposed from them."""

    __tablename__ = "joint_review"
    __table_args__ = (
        UniqueConstraint("agreement_id", "year", "number"),
        CheckConstraint("year BETWEEN 2000 AND 2200", name="year_range"),
        CheckConstraint("(state = 'open') = (finished_at IS NULL)", name="finished_at_if_finished"),
        CheckConstraint("(state = 'taken') = (taken_version_id IS NOT NULL)", name="version_if_taken"),
        Index("uq_joint_review_open", "agreement_id", unique=True, postgresql_where=text("state = 'open'")),
    )

    agreement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cooperation_agreement.id"))
    #: The version in force when it was made.
    version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("agreement_version.id"))
    year: Mapped[int]
    #: Made again, it is the next.
    number: Mapped[int]
    state: Mapped[ReviewState] = mapped_column(enum_column(ReviewState), default=ReviewState.OPEN)
    #: What it rests on, party by party, as ``evaluation.together.reviewing`` writes it down.
    figures: Mapped[dict[str, Any]]
    #: What the writer says to it.
    words: Mapped[str]
    made_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    finished_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    finished_at: Mapped[datetime | None]
    taken_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    taken_version_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("agreement_version.id"))
    file_fi_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("stored_file.id"))
    file_sv_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("stored_file.id"))
    file_en_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("stored_file.id"))

    agreement: Mapped[CooperationAgreement] = relationship(lazy="joined", innerjoin=True)
    agreed: Mapped[AgreementVersion] = relationship(foreign_keys=[version_id])
    maker: Mapped[Person] = relationship(foreign_keys=[made_by])
    comments: Mapped[list[ReviewComment]] = relationship(back_populates="review", order_by="ReviewComment.id")
    file_fi: Mapped[StoredFile | None] = relationship(foreign_keys=[file_fi_id])
    file_sv: Mapped[StoredFile | None] = relationship(foreign_keys=[file_sv_id])
    file_en: Mapped[StoredFile | None] = relationship(foreign_keys=[file_en_id])

    @property
    def authority_id(self) -> uuid.UUID:
        """The authority that keeps the agreement, in whose name it is written (R103)."""
        return self.agreement.keeper_id

    @property
    def authority_ids(self) -> set[uuid.UUID]:
        """The authorities it is about, who read it and comment."""
        return {party.authority_id for party in self.agreed.parties}

    @property
    def made_in(self) -> list[str]:
        """The languages in which its document is ready."""
        return [code for code in LANGUAGES if getattr(self, f"file_{code}_id") is not None]


class ReviewComment(Model):
    """What an authority says to a review."""

    __tablename__ = "joint_review_comment"
    __table_args__ = (CheckConstraint("char_length(text) BETWEEN 1 AND 4000", name="text_length"),)

    review_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("joint_review.id"), index=True)
    authority_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("authority.id"))
    text: Mapped[str]
    written_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime]

    review: Mapped[JointReview] = relationship(back_populates="comments")
    authority: Mapped[Authority] = relationship(lazy="joined", innerjoin=True)
    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
