"""Applications (requests to participate), their documents, and the draft of one."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, enum_column
from core.i18n import lazy_gettext as _l
from core.identity.models import Person
from dps.decisions.models import Decision
from dps.systems.models import Category, Requirement
from suppliers.models import Declaration, Document, Supplier

if TYPE_CHECKING:
    from dps.qualification.models.clarifications import Clarification
    from dps.qualification.models.findings import ApplicationCheck
    from dps.qualification.models.parties import ApplicationParty


class ApplicationState(StrEnum):
    """Where an application stands."""

    RECEIVED = "received"
    PROPOSED = "proposed"
    ADMITTED = "admitted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


#: The whole state machine: action -> (states it starts from, state it ends in).
APPLICATION_TRANSITIONS = {
    "propose": ({ApplicationState.RECEIVED}, ApplicationState.PROPOSED),
    "return": ({ApplicationState.PROPOSED}, ApplicationState.RECEIVED),
    "admit": ({ApplicationState.PROPOSED}, ApplicationState.ADMITTED),
    "refuse": ({ApplicationState.PROPOSED}, ApplicationState.REFUSED),
    #: A correcting decision turns the outcome round (R77).
    "correct_to_admitted": ({ApplicationState.REFUSED}, ApplicationState.ADMITTED),
    "correct_to_refused": ({ApplicationState.ADMITTED}, ApplicationState.REFUSED),
    "withdraw": ({ApplicationState.RECEIVED, ApplicationState.PROPOSED}, ApplicationState.WITHDRAWN),
}

APPLICATION_STATE_TITLES = {
    ApplicationState.RECEIVED: _l("Being processed"),
    ApplicationState.PROPOSED: _l("Waiting for the decision"),
    ApplicationState.ADMITTED: _l("Admitted"),
    ApplicationState.REFUSED: _l("Refused"),
    ApplicationState.WITHDRAWN: _l("Withdrawn"),
}


class Application(Model):
    """A supplier's request to participate in one category.

    ``answers`` is what the supplier wrote for each selection criterion: ``{requirement code: str}``.
    """

    __tablename__ = "application"
    __table_args__ = (
        CheckConstraint("(state IN ('admitted', 'refused')) = (decided_at IS NOT NULL)", name="decided_at_if_decided"),
        CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn_at_if_withdrawn"),
        CheckConstraint("(state IN ('received', 'withdrawn')) OR decision_id IS NOT NULL", name="decision_if_proposed"),
        CheckConstraint("(extended_at IS NULL) = (extension_reason IS NULL)", name="reason_if_extended"),
        Index(
            "uq_application_one_live",
            "supplier_id",
            "category_id",
            unique=True,
            postgresql_where=text("state IN ('received', 'proposed')"),
        ),
        Index("ix_application_due", "decision_due_on", postgresql_where=text("state IN ('received', 'proposed')")),
    )

    supplier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("supplier.id"), index=True)
    category_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("category.id"), index=True)
    declaration_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("declaration.id"))
    answers: Mapped[dict[str, Any]]
    #: Why an answer is a business secret: ``{requirement code: str}``; the authority decides (R86).
    secrets: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: What was taken over from earlier ones and confirmed to be still true: "answers", "declaration", "parties".
    confirmed_parts: Mapped[list[str]] = mapped_column(default=list)
    state: Mapped[ApplicationState] = mapped_column(enum_column(ApplicationState), default=ApplicationState.RECEIVED)
    sent_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    received_at: Mapped[datetime]
    #: Last day to decide: 10 working days from receipt (R23), 15 if extended (R24); none while the system
    #: is closed, since the time starts at its reopening.
    decision_due_on: Mapped[date | None]
    extended_at: Mapped[datetime | None]
    extension_reason: Mapped[str | None]
    decision_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("decision.id"))
    decided_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    #: The coordinator who has taken it.
    handler_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    #: The due days of which the handler was reminded, and told that it had passed.
    reminded_for: Mapped[date | None]
    alarmed_for: Mapped[date | None]

    supplier: Mapped[Supplier] = relationship(lazy="joined", innerjoin=True)
    category: Mapped[Category] = relationship(lazy="joined", innerjoin=True)
    declaration: Mapped[Declaration] = relationship()
    decision: Mapped[Decision | None] = relationship()
    handler: Mapped[Person | None] = relationship(foreign_keys=[handler_id])
    checks: Mapped[list[ApplicationCheck]] = relationship(back_populates="application")
    documents: Mapped[list[ApplicationDocument]] = relationship(
        back_populates="application", order_by="ApplicationDocument.id"
    )
    parties: Mapped[list[ApplicationParty]] = relationship(back_populates="application", order_by="ApplicationParty.id")
    clarifications: Mapped[list[Clarification]] = relationship(
        back_populates="application", order_by="Clarification.number"
    )

    @property
    def authority_id(self) -> uuid.UUID:
        return self.category.authority_id

    @property
    def present_parties(self) -> list[ApplicationParty]:
        """The parties that have not been replaced."""
        return [party for party in self.parties if party.replaced_at is None]


class ApplicationDocument(Model):
    """A document of the supplier's vault in an application; one withdrawn later keeps its place here."""

    __tablename__ = "application_document"
    __table_args__ = (
        UniqueConstraint("application_id", "document_id", "requirement_id", postgresql_nulls_not_distinct=True),
    )

    application_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("application.id"))
    document_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("document.id"), index=True)
    requirement_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("requirement.id"))

    application: Mapped[Application] = relationship(back_populates="documents")
    document: Mapped[Document] = relationship(lazy="joined", innerjoin=True)
    requirement: Mapped[Requirement | None] = relationship()


class ApplicationDraft(Model):
    """What a provider has written so far; no authority ever sees it, and sending deletes it.

    ``answers`` and ``secrets`` are those of an application, ``documents`` is ``{requirement code: [document id]}``,
    ``parties`` a list of what ``parties.PartyDetails`` holds.
    """

    __tablename__ = "application_draft"
    __table_args__ = (UniqueConstraint("supplier_id", "category_id"),)

    supplier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("supplier.id"))
    category_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("category.id"))
    answers: Mapped[dict[str, Any]]
    secrets: Mapped[dict[str, Any]] = mapped_column(default=dict)
    documents: Mapped[dict[str, Any]] = mapped_column(default=dict)
    parties: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    saved_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    saved_at: Mapped[datetime]

    category: Mapped[Category] = relationship(lazy="joined", innerjoin=True)
