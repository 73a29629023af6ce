"""What happens to an admission: renewed declarations (R33), and matters that end in a decision (R34)."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, enum_column
from core.i18n import lazy_gettext as _l
from dps.decisions.models import Decision, DecisionKind
from dps.qualification.models.findings import SanctionKind
from dps.qualification.models.qualifications import Qualification
from dps.systems.models import Requirement
from suppliers.models import Declaration, Supplier


class RenewalState(StrEnum):
    """A request that nobody answered in time stays asked; that its time is over follows from the clock."""

    ASKED = "asked"
    ANSWERED = "answered"
    REVIEWED = "reviewed"


RENEWAL_TRANSITIONS = {
    "answer": ({RenewalState.ASKED}, RenewalState.ANSWERED),
    "review": ({RenewalState.ASKED, RenewalState.ANSWERED}, RenewalState.REVIEWED),
}


class RenewalRequest(Model):
    """A request for an updated self-declaration, with at least five working days to answer (R33)."""

    __tablename__ = "renewal_request"
    __table_args__ = (
        CheckConstraint("due_at > asked_at", name="due_after_asking"),
        CheckConstraint("(declaration_id IS NULL) = (answered_at IS NULL)", name="declaration_if_answered"),
        CheckConstraint("(state = 'reviewed') = (reviewed_at IS NOT NULL)", name="reviewed_at_if_reviewed"),
        Index(
            "uq_renewal_request_one_open",
            "qualification_id",
            unique=True,
            postgresql_where=text("state <> 'reviewed'"),
        ),
        Index("ix_renewal_request_due_at", "due_at", postgresql_where=text("state = 'asked'")),
    )

    qualification_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("qualification.id"), index=True)
    state: Mapped[RenewalState] = mapped_column(enum_column(RenewalState), default=RenewalState.ASKED)
    reason: Mapped[str]
    asked_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    declaration_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("declaration.id"))
    answered_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    #: What the official found in the answer, or in its absence.
    review_note: Mapped[str | None]
    reviewed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    reviewed_at: Mapped[datetime | None]

    qualification: Mapped[Qualification] = relationship(lazy="joined", innerjoin=True)
    declaration: Mapped[Declaration | None] = relationship()

    @property
    def authority_id(self) -> uuid.UUID:
        return self.qualification.authority_id

    @property
    def supplier_id(self) -> uuid.UUID:
        return self.qualification.supplier_id


class MatterKind(StrEnum):
    """What an admission's matter asks for."""

    SUSPENSION_REQUESTED = "suspension_requested"
    SUSPENSION_BY_TERM = "suspension_by_term"
    LIFTING = "lifting"
    REMOVAL = "removal"
    WITHDRAWAL = "withdrawal"
    OPERATOR_CHANGE = "operator_change"


MATTER_KIND_TITLES = {
    MatterKind.SUSPENSION_REQUESTED: _l("Pause of new orders at the provider's request"),
    MatterKind.SUSPENSION_BY_TERM: _l("Pause of new orders by a contract term"),
    MatterKind.LIFTING: _l("End of the pause of new orders"),
    MatterKind.REMOVAL: _l("Removal from the category"),
    MatterKind.WITHDRAWAL: _l("Withdrawal at the provider's request"),
    MatterKind.OPERATOR_CHANGE: _l("Change of the operator"),
}

#: What is decided in each, and in which the supplier is heard first (R34).
MATTER_DECISIONS = {
    MatterKind.SUSPENSION_REQUESTED: DecisionKind.SUSPENSION,
    MatterKind.SUSPENSION_BY_TERM: DecisionKind.SUSPENSION,
    MatterKind.LIFTING: DecisionKind.LIFTING,
    MatterKind.REMOVAL: DecisionKind.REMOVAL,
    MatterKind.WITHDRAWAL: DecisionKind.WITHDRAWAL,
    MatterKind.OPERATOR_CHANGE: DecisionKind.OPERATOR_CHANGE,
}
HEARD_FIRST = frozenset({MatterKind.SUSPENSION_BY_TERM, MatterKind.REMOVAL})


class MatterState(StrEnum):
    """From the hearing or request to the decision."""

    HEARING = "hearing"
    READY = "ready"
    PROPOSED = "proposed"
    DECIDED = "decided"
    DROPPED = "dropped"


MATTER_TRANSITIONS = {
    "hear": ({MatterState.READY}, MatterState.HEARING),
    "answer": ({MatterState.HEARING}, MatterState.READY),
    "propose": ({MatterState.HEARING, MatterState.READY}, MatterState.PROPOSED),
    "return": ({MatterState.PROPOSED}, MatterState.READY),
    "decide": ({MatterState.PROPOSED}, MatterState.DECIDED),
    "drop": ({MatterState.HEARING, MatterState.READY}, MatterState.DROPPED),
}

MATTER_STATE_TITLES = {
    MatterState.HEARING: _l("The provider is heard"),
    MatterState.READY: _l("Being prepared"),
    MatterState.PROPOSED: _l("Waiting for the decision"),
    MatterState.DECIDED: _l("Decided"),
    MatterState.DROPPED: _l("Dropped"),
}


class AdmissionMatter(Model):
    """A matter of an admission that ends in a reasoned decision; nothing changes silently (R34)."""

    __tablename__ = "admission_matter"
    __table_args__ = (
        CheckConstraint("length(reason) > 0", name="has_reason"),
        CheckConstraint(
            "(kind IN ('removal', 'suspension_by_term')) = (due_at IS NOT NULL)", name="time_to_answer_if_heard"
        ),
        CheckConstraint("(kind = 'suspension_by_term') = (term IS NOT NULL)", name="term_if_by_term"),
        CheckConstraint("(kind = 'removal') = (requirement_id IS NOT NULL)", name="requirement_if_removal"),
        CheckConstraint("(kind = 'operator_change') = (new_supplier_id IS NOT NULL)", name="operator_if_changed"),
        CheckConstraint("(statement IS NULL) = (answered_at IS NULL)", name="statement_if_answered"),
        CheckConstraint("(sanction_kind IS NULL) = (contract_reference IS NULL)", name="sanction_with_contract"),
        CheckConstraint("(state IN ('proposed', 'decided')) <= (decision_id IS NOT NULL)", name="decision_if_proposed"),
        Index(
            "uq_admission_matter_one_open",
            "qualification_id",
            unique=True,
            postgresql_where=text("state IN ('hearing', 'ready', 'proposed')"),
        ),
        Index("ix_admission_matter_decision_id", "decision_id"),
    )

    qualification_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("qualification.id"), index=True)
    kind: Mapped[MatterKind] = mapped_column(enum_column(MatterKind))
    state: Mapped[MatterState] = mapped_column(enum_column(MatterState), default=MatterState.READY)
    #: Why it was opened: the official's grounds, or the supplier's own words.
    reason: Mapped[str]
    #: The requirement no longer met, or the ground that applies.
    requirement_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("requirement.id"))
    #: Day of the judgment or event behind an exclusion ground (R61, R62).
    event_on: Mapped[date | None]
    sanction_kind: Mapped[SanctionKind | None] = mapped_column(enum_column(SanctionKind))
    contract_reference: Mapped[str | None]
    #: The published contract term it rests on, word for word.
    term: Mapped[str | None]
    new_supplier_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("supplier.id"))
    opened_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    #: What the supplier said when heard; measures it has taken belong here, too (R65).
    statement: Mapped[str | None]
    answered_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    decision_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("decision.id"))
    closed_at: Mapped[datetime | None]

    qualification: Mapped[Qualification] = relationship(lazy="joined", innerjoin=True)
    requirement: Mapped[Requirement | None] = relationship()
    new_supplier: Mapped[Supplier | None] = relationship()
    decision: Mapped[Decision | None] = relationship()

    @property
    def authority_id(self) -> uuid.UUID:
        return self.qualification.authority_id

    @property
    def supplier_id(self) -> uuid.UUID:
        return self.qualification.supplier_id

    @property
    def category_id(self) -> uuid.UUID:
        return self.qualification.category_id
