"""What is looked at before a contract is signed (R48, R69), and promises of secrecy (R118)."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, enum_column
from core.i18n import lazy_gettext as _l
from core.identity.models import Authority, Person
from suppliers.models import CERTIFICATE_KINDS, DocumentKind, Supplier

#: What is looked at before a contract, where the act on the contractor's liability applies (R69).
LIABILITY_KINDS = CERTIFICATE_KINDS


class LiabilityCheck(Model):
    """That an official has looked at one of the documents: which, of what day, and when (R69)."""

    __tablename__ = "liability_check"
    __table_args__ = (UniqueConstraint("contract_id", "kind"),)

    contract_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("frame_contract.id"))
    kind: Mapped[DocumentKind] = mapped_column(enum_column(DocumentKind))
    #: Day of issue of the document or extract.
    issued_on: Mapped[date]
    checked_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    checked_at: Mapped[datetime]


class WinnerEvidence(StrEnum):
    """What is looked at again before the contract with the winner of a competition (R48)."""

    MANDATORY_GROUNDS = "mandatory_grounds"
    SUITABILITY = "suitability"


WINNER_EVIDENCE_TITLES = {
    WinnerEvidence.MANDATORY_GROUNDS: _l("Mandatory exclusion grounds"),
    WinnerEvidence.SUITABILITY: _l("Suitability"),
}


class WinnerCheck(Model):
    """That an official has looked at the winner's up-to-date evidence: what, of what day, and when (R48).

    No document is kept; of criminal records no text either (R67).
    """

    __tablename__ = "winner_check"
    __table_args__ = (
        UniqueConstraint("contract_id", "evidence"),
        CheckConstraint("length(note) > 0", name="has_note"),
    )

    contract_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("frame_contract.id"))
    evidence: Mapped[WinnerEvidence] = mapped_column(enum_column(WinnerEvidence))
    #: Day of issue of the oldest thing looked at.
    issued_on: Mapped[date]
    #: What was looked at, and where.
    note: Mapped[str]
    checked_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    checked_at: Mapped[datetime]


class SecrecyUndertaking(Model):
    """Somebody's promise to keep secret what they learn of an authority's customers, given before that (R118).

    Given by a user of the company's own, or recorded by the company for a worker who does not log in: then the
    name is sealed, and only the two parties are shown it.
    """

    __tablename__ = "secrecy_undertaking"
    __table_args__ = (
        CheckConstraint("(person_id IS NULL) = (sealed_name IS NOT NULL)", name="person_or_name"),
        Index(
            "uq_secrecy_undertaking_of_person",
            "supplier_id",
            "authority_id",
            "person_id",
            "text_version",
            unique=True,
            postgresql_where=text("person_id IS NOT NULL AND ended_on IS NULL"),
        ),
    )

    supplier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("supplier.id"))
    authority_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("authority.id"))
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    sealed_name: Mapped[bytes | None]
    text_version: Mapped[str]
    given_on: Mapped[date]
    recorded_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    #: The worker has left.
    ended_on: Mapped[date | None]

    supplier: Mapped[Supplier] = relationship()
    authority: Mapped[Authority] = relationship()
    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])
