"""A decision as it is prepared, signed and served; and power to decide that was delegated."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, enum_column
from core.files.models import StoredFile
from core.i18n import lazy_gettext as _l
from core.identity.models import Authority, Person
from dps.systems.legal_mode import InstructionKind
from dps.systems.models import Category, PurchasingSystem
from suppliers.models import Supplier


class DecisionKind(StrEnum):
    """What is decided."""

    ADMISSION = "admission"
    REFUSAL = "refusal"
    SUSPENSION = "suspension"
    LIFTING = "lifting"
    REMOVAL = "removal"
    WITHDRAWAL = "withdrawal"
    OPERATOR_CHANGE = "operator_change"
    #: Which tenders of a competition are chosen; goes to every tenderer.
    AWARD = "award"
    #: A competition ends without a choice (R49).
    CANCELLATION = "cancellation"


DECISION_KIND_TITLES = {
    DecisionKind.ADMISSION: _l("Admission to the purchasing system"),
    DecisionKind.REFUSAL: _l("Refusal of the application"),
    DecisionKind.SUSPENSION: _l("Pause of new orders"),
    DecisionKind.LIFTING: _l("End of the pause of new orders"),
    DecisionKind.REMOVAL: _l("Removal from the category"),
    DecisionKind.WITHDRAWAL: _l("End of the admission at the provider's request"),
    DecisionKind.OPERATOR_CHANGE: _l("Change of the operator"),
    DecisionKind.AWARD: _l("Choice of tenders"),
    DecisionKind.CANCELLATION: _l("Cancellation of the competition"),
}

#: Kinds that go to the parties of a competition, each with its own text; the others have one party.
COMPETITION_KINDS = frozenset({DecisionKind.AWARD, DecisionKind.CANCELLATION})


class DecisionState(StrEnum):
    """From the preparer's desk to the reader's."""

    PREPARED = "prepared"
    RETURNED = "returned"
    SIGNED = "signed"


DECISION_STATE_TITLES = {
    DecisionState.PREPARED: _l("Waiting for signature"),
    DecisionState.RETURNED: _l("Returned to the preparer"),
    DecisionState.SIGNED: _l("Signed"),
}

DECISION_TRANSITIONS = {
    "return": ({DecisionState.PREPARED}, DecisionState.RETURNED),
    "sign": ({DecisionState.PREPARED}, DecisionState.SIGNED),
}


class Decision(Model):
    """A written, reasoned decision (R70). Nothing of a signed one changes; a correction is a new one.

    ``reasons`` is ``[{"requirement": code, "text": {"fi", "sv", "en"}, "is_met": bool, "reason": str}]``; in a choice
    of tenders one row a tenderer: its id, its name, whether it was chosen, why not. ``body`` is what all parties read,
    ``{"fi": [{"heading": str, "paragraphs": [str]}], "sv": …, "en": …}``.
    """

    __tablename__ = "decision"
    __table_args__ = (
        UniqueConstraint("authority_id", "year", "section_number"),
        CheckConstraint("(state = 'signed') = (competence IS NOT NULL)", name="competence_if_signed"),
        CheckConstraint("corrects_id IS NULL OR corrects_id <> id", name="corrects_another"),
        Index("ix_decision_corrects_id", "corrects_id"),
        Index("ix_decision_authority_id_case_year_case_number", "authority_id", "case_year", "case_number"),
        CheckConstraint("signed_by IS NULL OR signed_by <> prepared_by", name="four_eyes"),
        CheckConstraint("(state = 'signed') = (signed_at IS NOT NULL)", name="signed_at_if_signed"),
        CheckConstraint("(state = 'signed') = (section_number IS NOT NULL)", name="number_if_signed"),
        CheckConstraint("jsonb_array_length(reasons) > 0", name="has_reasons"),
        CheckConstraint("(supplier_id IS NULL) = (kind IN ('award', 'cancellation'))", name="one_party_or_many"),
        CheckConstraint(
            "(tenders_received IS NULL) = (kind NOT IN ('award', 'cancellation'))", name="tenders_if_competition"
        ),
        CheckConstraint("tenderers <= tenders_received AND tenderers >= 0", name="tenderers_of_tenders"),
        Index("ix_decision_authority_id_state", "authority_id", "state"),
    )

    authority_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("authority.id"))
    #: The party; none where there are many (``addressees``).
    supplier_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("supplier.id"), index=True)
    category_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("category.id"), index=True)
    kind: Mapped[DecisionKind] = mapped_column(enum_column(DecisionKind))
    state: Mapped[DecisionState] = mapped_column(enum_column(DecisionState), default=DecisionState.PREPARED)
    #: Name of what is decided about, per language (the category).
    matter: Mapped[dict[str, Any]]
    reasons: Mapped[list[dict[str, Any]]]
    #: Sections that all parties read, per language: what is bought, how the tenders compare.
    body: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    #: How many tenders came (R80), and how many of them remained to choose from (R74).
    tenders_received: Mapped[int | None]
    tenderers: Mapped[int | None]
    #: The preparer's own summary of the reasons, in the supplier's language.
    summary: Mapped[str]
    #: Sections of the law applied, as ``HL 51 §, 80 §``.
    legal_basis: Mapped[str]
    instruction_kind: Mapped[InstructionKind] = mapped_column(enum_column(InstructionKind))
    #: A contract may follow without standstill: then the appeal time is the long one (R75).
    skips_standstill: Mapped[bool] = mapped_column(default=False)
    #: The decision this one corrects (R77); the old one stays as it was.
    corrects_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("decision.id"))
    language: Mapped[str]
    #: Number of the case in the authority's diary: 118/2026, given when its first decision is prepared; one that
    #: was returned, and a correction, belong to the same case.
    case_year: Mapped[int]
    case_number: Mapped[int]
    prepared_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    prepared_at: Mapped[datetime]
    return_reason: Mapped[str | None]
    signed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    signed_at: Mapped[datetime | None]
    #: Section number within the authority's year: § 118/2026.
    year: Mapped[int | None]
    section_number: Mapped[int | None]
    #: On what the signer's power to decide rests: the authority's rule, or a delegation.
    competence: Mapped[str | None]
    #: The letter as a tagged PDF, made right after the signature.
    letter_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("stored_file.id"))

    authority: Mapped[Authority] = relationship()
    supplier: Mapped[Supplier | None] = relationship()
    addressees: Mapped[list[DecisionAddressee]] = relationship(
        back_populates="decision", order_by="DecisionAddressee.id"
    )
    category: Mapped[Category] = relationship()
    letter: Mapped[StoredFile | None] = relationship()
    corrects: Mapped[Decision | None] = relationship(remote_side="Decision.id", foreign_keys=[corrects_id])
    preparer: Mapped[Person] = relationship(foreign_keys=[prepared_by])
    signer: Mapped[Person | None] = relationship(foreign_keys=[signed_by])


class DecisionAddressee(Model):
    """One of the parties of a choice or cancellation, with the text that is for it alone (R70, R72).

    ``sections`` is ``[{"heading": str, "paragraphs": [str]}]`` in the addressee's language: its own points, those of
    the chosen tender and that tender's relative advantages. No other party sees it (I4).
    """

    __tablename__ = "decision_addressee"
    __table_args__ = (UniqueConstraint("decision_id", "supplier_id"),)

    decision_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("decision.id"))
    supplier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("supplier.id"), index=True)
    language: Mapped[str]
    sections: Mapped[list[dict[str, Any]]]
    #: The letter to this addressee as a tagged PDF, made right after the signature.
    letter_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("stored_file.id"))

    decision: Mapped[Decision] = relationship(back_populates="addressees")
    supplier: Mapped[Supplier] = relationship(lazy="joined", innerjoin=True)
    letter: Mapped[StoredFile | None] = relationship()

    @property
    def authority_id(self) -> uuid.UUID:
        return self.decision.authority_id


class Delegation(Model):
    """Power to admit later applicants of a system, given by a decision maker to an official for a time."""

    __tablename__ = "delegation"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
        CheckConstraint("given_by <> person_id", name="given_to_another"),
        CheckConstraint("length(basis) > 0", name="has_basis"),
        Index("ix_delegation_system_id_person_id", "system_id", "person_id"),
    )

    system_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("purchasing_system.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    #: The rule or decision it rests on, as it stands in the decisions made by it.
    basis: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    given_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    given_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    system: Mapped[PurchasingSystem] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])

    @property
    def authority_id(self) -> uuid.UUID:
        return self.system.authority_id

    def is_in_force(self, on: date) -> bool:
        return self.revoked_at is None and self.starts_on <= on <= self.ends_on
