"""What is done against a decision: appeals, corrections (R75-R78), and requests for its reasons (R73)."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, enum_column
from core.i18n import lazy_gettext as _l
from dps.decisions.models.decisions import Decision
from suppliers.models import Supplier


class RemedyKind(StrEnum):
    """Who asks for what."""

    APPEAL = "appeal"
    CORRECTION_DEMAND = "correction_demand"
    OWN_CORRECTION = "own_correction"
    CLERICAL_ERROR = "clerical_error"


REMEDY_KIND_TITLES = {
    RemedyKind.APPEAL: _l("Appeal to the Market Court"),
    RemedyKind.CORRECTION_DEMAND: _l("Demand for a procurement correction"),
    RemedyKind.OWN_CORRECTION: _l("Procurement correction on own initiative"),
    RemedyKind.CLERICAL_ERROR: _l("Correction of a writing error"),
}


class RemedyState(StrEnum):
    """Pending until its outcome is recorded."""

    PENDING = "pending"
    CLOSED = "closed"


REMEDY_TRANSITIONS = {"close": ({RemedyState.PENDING}, RemedyState.CLOSED)}


class RemedyOutcome(StrEnum):
    """How it ended."""

    CORRECTED = "corrected"
    REJECTED = "rejected"
    TOO_LATE = "too_late"
    WITHDRAWN = "withdrawn"
    COURT_UPHELD = "court_upheld"
    COURT_ANNULLED = "court_annulled"
    COURT_DISMISSED = "court_dismissed"


REMEDY_OUTCOME_TITLES = {
    RemedyOutcome.CORRECTED: _l("The decision was corrected by a new one"),
    RemedyOutcome.REJECTED: _l("Rejected, the decision stays"),
    RemedyOutcome.TOO_LATE: _l("Not taken up, since it came too late"),
    RemedyOutcome.WITHDRAWN: _l("Taken back"),
    RemedyOutcome.COURT_UPHELD: _l("The Market Court upheld the decision"),
    RemedyOutcome.COURT_ANNULLED: _l("The Market Court annulled the decision"),
    RemedyOutcome.COURT_DISMISSED: _l("The Market Court did not take up the appeal"),
}

_COURT = (RemedyOutcome.COURT_UPHELD, RemedyOutcome.COURT_ANNULLED, RemedyOutcome.COURT_DISMISSED)
#: What each kind can end in.
OUTCOMES_OF = {
    RemedyKind.APPEAL: (*_COURT, RemedyOutcome.WITHDRAWN),
    RemedyKind.CORRECTION_DEMAND: (
        RemedyOutcome.CORRECTED,
        RemedyOutcome.REJECTED,
        RemedyOutcome.TOO_LATE,
        RemedyOutcome.WITHDRAWN,
    ),
    RemedyKind.OWN_CORRECTION: (RemedyOutcome.CORRECTED, RemedyOutcome.REJECTED),
    RemedyKind.CLERICAL_ERROR: (RemedyOutcome.CORRECTED, RemedyOutcome.REJECTED),
}


class Remedy(Model):
    """One appeal, demand or correction; the parties were told when it was registered (R77)."""

    __tablename__ = "remedy"
    __table_args__ = (
        CheckConstraint("length(claims) > 0", name="has_claims"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_at_if_closed"),
        CheckConstraint("(state = 'closed') = (outcome IS NOT NULL)", name="outcome_if_closed"),
        CheckConstraint("received_on <= registered_on", name="received_before_registered"),
        Index("ix_remedy_decision_id_state", "decision_id", "state"),
    )

    decision_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("decision.id"))
    kind: Mapped[RemedyKind] = mapped_column(enum_column(RemedyKind))
    state: Mapped[RemedyState] = mapped_column(enum_column(RemedyState), default=RemedyState.PENDING)
    #: Who demands or appeals; empty for the authority's own initiative.
    claimant: Mapped[str]
    claims: Mapped[str]
    received_on: Mapped[date]
    registered_on: Mapped[date]
    registered_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    #: Last day on which it could be made.
    last_day: Mapped[date]
    #: When the Market Court was told of a correction while an appeal was pending (R77).
    court_told_on: Mapped[date | None]
    outcome: Mapped[RemedyOutcome | None] = mapped_column(enum_column(RemedyOutcome))
    outcome_note: Mapped[str | None]
    #: The new decision that corrects the old one.
    new_decision_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("decision.id"))
    closed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    closed_at: Mapped[datetime | None]

    decision: Mapped[Decision] = relationship(foreign_keys=[decision_id])
    new_decision: Mapped[Decision | None] = relationship(foreign_keys=[new_decision_id])

    @property
    def authority_id(self) -> uuid.UUID:
        return self.decision.authority_id

    @property
    def is_late(self) -> bool:
        return self.received_on > self.last_day


class ExplanationRequest(Model):
    """A written request for the reasons of a decision; answered within 15 days (R73)."""

    __tablename__ = "explanation_request"
    __table_args__ = (
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answer_if_answered"),
        Index("ix_explanation_request_decision_id", "decision_id"),
    )

    decision_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("decision.id"))
    supplier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("supplier.id"))
    question: Mapped[str]
    asked_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    due_on: Mapped[date]
    answer: Mapped[str | None]
    answered_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]

    decision: Mapped[Decision] = relationship()
    supplier: Mapped[Supplier] = relationship()

    @property
    def authority_id(self) -> uuid.UUID:
        return self.decision.authority_id
