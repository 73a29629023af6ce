"""A decision as it is prepared, signed and served."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, enum_column
from core.i18n import lazy_gettext as _l
from core.identity.models import Authority, Person
from dps.systems.legal_mode import InstructionKind
from suppliers.models import Supplier


class DecisionKind(StrEnum):
    """What is decided."""

    ADMISSION = "admission"
    REFUSAL = "refusal"


DECISION_KIND_TITLES = {
    DecisionKind.ADMISSION: _l("Admission to the purchasing system"),
    DecisionKind.REFUSAL: _l("Refusal of the application"),
}


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

    ``reasons`` is ``[{"requirement": code, "text": {"fi", "sv", "en"}, "is_met": bool, "reason": str}]``.
    """

    __tablename__ = "decision"
    __table_args__ = (
        UniqueConstraint("authority_id", "year", "section_number"),
        CheckConstraint("signed_by IS NULL OR signed_by <> prepared_by", name="four_eyes"),
        CheckConstraint("(state = 'signed') = (signed_at IS NOT NULL)", name="signed_at_if_signed"),
        CheckConstraint("(state = 'signed') = (section_number IS NOT NULL)", name="number_if_signed"),
        CheckConstraint("jsonb_array_length(reasons) > 0", name="has_reasons"),
        Index("ix_decision_authority_id_state", "authority_id", "state"),
    )

    authority_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("authority.id"))
    supplier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("supplier.id"), index=True)
    kind: Mapped[DecisionKind] = mapped_column(enum_column(DecisionKind))
    state: Mapped[DecisionState] = mapped_column(enum_column(DecisionState), default=DecisionState.PREPARED)
    #: Name of what is decided about, per language (the category).
    matter: Mapped[dict[str, Any]]
    reasons: Mapped[list[dict[str, Any]]]
    #: The preparer's own summary of the reasons, in the supplier's language.
    summary: Mapped[str]
    #: Sections of the law applied, as ``HL 51 §, 80 §``.
    legal_basis: Mapped[str]
    instruction_kind: Mapped[InstructionKind] = mapped_column(enum_column(InstructionKind))
    language: Mapped[str]
    prepared_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    prepared_at: Mapped[datetime]
    return_reason: Mapped[str | None]
    signed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    signed_at: Mapped[datetime | None]
    #: Section number within the authority's year: § 118/2026.
    year: Mapped[int | None]
    section_number: Mapped[int | None]

    authority: Mapped[Authority] = relationship()
    supplier: Mapped[Supplier] = relationship()
    preparer: Mapped[Person] = relationship(foreign_keys=[prepared_by])
    signer: Mapped[Person | None] = relationship(foreign_keys=[signed_by])
