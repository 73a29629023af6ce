"""Questions to an applicant with a time to answer (R29, R65, R68)."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, enum_column
from core.i18n import lazy_gettext as _l
from dps.qualification.models.applications import Application
from dps.qualification.models.parties import ApplicationParty
from suppliers.models import Document


class ClarificationKind(StrEnum):
    """Why the applicant is asked."""

    CLARIFICATION = "clarification"
    SELF_CLEANING_HEARING = "self_cleaning_hearing"
    REPLACE_SUBCONTRACTOR = "replace_subcontractor"


CLARIFICATION_KIND_TITLES = {
    ClarificationKind.CLARIFICATION: _l("Request to complete or clarify"),
    ClarificationKind.SELF_CLEANING_HEARING: _l("Hearing about an exclusion ground"),
    ClarificationKind.REPLACE_SUBCONTRACTOR: _l("Request to replace an operator"),
}


class Clarification(Model):
    """One question and its answer; whether it is open, answered or lapsed follows from these and the clock."""

    __tablename__ = "clarification"
    __table_args__ = (
        UniqueConstraint("application_id", "number"),
        CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", name="answer_if_answered"),
        CheckConstraint("(answered_at IS NULL) = (answered_by IS NULL)", name="who_if_answered"),
        CheckConstraint("answered_at < due_at", name="answered_in_time"),
        CheckConstraint("due_at > asked_at", name="due_after_asking"),
        CheckConstraint("kind <> 'replace_subcontractor' OR party_id IS NOT NULL", name="party_if_replaced"),
        Index("ix_clarification_due_at", "due_at", postgresql_where=text("answered_at IS NULL")),
    )

    application_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("application.id"))
    number: Mapped[int]
    kind: Mapped[ClarificationKind] = mapped_column(enum_column(ClarificationKind))
    #: Codes of the requirements it is about.
    requirements: Mapped[list[str]]
    #: The party it is about; none is the applicant itself.
    party_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("application_party.id"))
    question: Mapped[str]
    asked_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    answer: Mapped[str | None]
    answered_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]

    application: Mapped[Application] = relationship(back_populates="clarifications")
    party: Mapped[ApplicationParty | None] = relationship(lazy="joined")
    documents: Mapped[list[Document]] = relationship(secondary="clarification_document", order_by="Document.id")

    @property
    def supplier_id(self) -> uuid.UUID:
        return self.application.supplier_id

    @property
    def authority_id(self) -> uuid.UUID:
        return self.application.authority_id

    def is_closed(self, now: datetime) -> bool:
        """Answered, or its time has ended."""
        return self.answered_at is not None or now >= self.due_at

    def is_open(self, now: datetime) -> bool:
        return not self.is_closed(now)


class ClarificationDocument(Model):
    """A document of the vault in an answer."""

    __tablename__ = "clarification_document"
    __table_args__ = (UniqueConstraint("clarification_id", "document_id"),)

    clarification_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("clarification.id"))
    document_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("document.id"), index=True)
