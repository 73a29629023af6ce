"""Applications (requests to participate) and the findings on them."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, enum_column
from core.i18n import lazy_gettext as _l
from dps.decisions.models import Decision
from dps.systems.models import Category, Requirement
from suppliers.models import Declaration, Supplier


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

    supplier: Mapped[Supplier] = relationship(lazy="joined", innerjoin=True)
    category: Mapped[Category] = relationship(lazy="joined", innerjoin=True)
    declaration: Mapped[Declaration] = relationship()
    decision: Mapped[Decision | None] = relationship()
    checks: Mapped[list[ApplicationCheck]] = relationship(back_populates="application")

    @property
    def authority_id(self) -> uuid.UUID:
        return self.category.authority_id


class CheckResult(StrEnum):
    """What the preparer found about one requirement."""

    MET = "met"
    NOT_MET = "not_met"


class ApplicationCheck(Model):
    """The finding on one requirement, with what was looked at."""

    __tablename__ = "application_check"
    __table_args__ = (
        UniqueConstraint("application_id", "requirement_id"),
        CheckConstraint("result = 'met' OR length(note) > 0", name="reason_if_not_met"),
    )

    application_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("application.id"))
    requirement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("requirement.id"))
    result: Mapped[CheckResult] = mapped_column(enum_column(CheckResult))
    note: Mapped[str]
    checked_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    checked_at: Mapped[datetime]

    application: Mapped[Application] = relationship(back_populates="checks")
    requirement: Mapped[Requirement] = relationship(lazy="joined", innerjoin=True)
