"""Frame contracts, signed by both parties (R79)."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, enum_column
from core.i18n import lazy_gettext as _l
from core.identity.models import Authority, Person
from dps.qualification.models import Qualification
from dps.systems.models import Category
from suppliers.models import DocumentKind, Supplier


class ContractState(StrEnum):
    """From draft to end; whether one in force applies on a day follows from its dates."""

    OFFERED = "offered"
    SIGNED_BY_SUPPLIER = "signed_by_supplier"
    IN_FORCE = "in_force"
    ENDED = "ended"
    #: Never signed by both: the admission behind the offer ended first.
    LAPSED = "lapsed"


CONTRACT_TRANSITIONS = {
    "sign_for_supplier": ({ContractState.OFFERED}, ContractState.SIGNED_BY_SUPPLIER),
    "sign_for_authority": ({ContractState.SIGNED_BY_SUPPLIER}, ContractState.IN_FORCE),
    "end": ({ContractState.IN_FORCE}, ContractState.ENDED),
    "lapse": ({ContractState.OFFERED, ContractState.SIGNED_BY_SUPPLIER}, ContractState.LAPSED),
}

CONTRACT_STATE_TITLES = {
    ContractState.OFFERED: _l("Waiting for the provider's signature"),
    ContractState.SIGNED_BY_SUPPLIER: _l("Waiting for the city's signature"),
    ContractState.IN_FORCE: _l("In force"),
    ContractState.ENDED: _l("Ended"),
    ContractState.LAPSED: _l("Lapsed before it was signed"),
}


class FrameContract(Model):
    """The contract under which orders of one category are placed with one supplier.

    ``terms`` is the text as signed, per language; ``price_list`` is ``{"unit": str, "ceiling": "…",
    "modules": {code: "…"}}``; the data-processing annex is part of the terms and named by its version.
    """

    __tablename__ = "frame_contract"
    __table_args__ = (
        CheckConstraint("ends_on > starts_on", name="ends_after_start"),
        CheckConstraint(
            "state = 'lapsed' OR (state = 'offered') = (supplier_signed_at IS NULL)",
            name="supplier_signed_at_if_signed",
        ),
        CheckConstraint(
            "(state IN ('in_force', 'ended')) = (authority_signed_at IS NOT NULL)",
            name="authority_signed_at_if_signed",
        ),
        Index(
            "uq_frame_contract_one_live",
            "qualification_id",
            unique=True,
            postgresql_where=text("state NOT IN ('ended', 'lapsed')"),
        ),
    )

    qualification_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("qualification.id"))
    supplier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("supplier.id"), index=True)
    category_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("category.id"), index=True)
    state: Mapped[ContractState] = mapped_column(enum_column(ContractState), default=ContractState.OFFERED)
    terms_version: Mapped[str]
    terms: Mapped[dict[str, Any]]
    price_list: Mapped[dict[str, Any]]
    data_processing_version: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    offered_at: Mapped[datetime]
    #: Of the text above; what both signed.
    content_sha256: Mapped[str]
    supplier_signed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    supplier_signed_at: Mapped[datetime | None]
    authority_signed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    authority_signed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    #: Why the act on the contractor's liability does not apply, if it does not (R69).
    liability_exemption: Mapped[str | None]
    #: Since when new orders are paused by a decision (R34); running ones go on.
    paused_at: Mapped[datetime | None]

    qualification: Mapped[Qualification] = relationship()
    supplier: Mapped[Supplier] = relationship(lazy="joined", innerjoin=True)
    category: Mapped[Category] = relationship(lazy="joined", innerjoin=True)

    @property
    def authority_id(self) -> uuid.UUID:
        return self.category.authority_id

    def is_in_force(self, on: date) -> bool:
        return self.state is ContractState.IN_FORCE and self.starts_on <= on <= self.ends_on


#: What is looked at before a contract, where the act on the contractor's liability applies (R69).
LIABILITY_KINDS = (
    DocumentKind.TRADE_REGISTER,
    DocumentKind.ADVANCE_TAX_REGISTER,
    DocumentKind.TAX_CERTIFICATE,
    DocumentKind.PENSION_INSURANCE,
    DocumentKind.ACCIDENT_INSURANCE,
    DocumentKind.WORKING_TERMS,
    DocumentKind.OCCUPATIONAL_HEALTH,
)


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
