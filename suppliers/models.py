"""Economic operators, who acts for them, and what they declare about themselves."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, enum_column
from core.files.models import StoredFile
from core.i18n import lazy_gettext as _l
from core.identity.models import Organisation, Person


class IdentifierScheme(StrEnum):
    """What kind of number names the operator."""

    FI_BUSINESS_ID = "fi_business_id"
    VAT_NUMBER = "vat_number"
    FOREIGN_REGISTRATION = "foreign_registration"


class Supplier(Model):
    """A registered economic operator; its id is its organisation's."""

    __tablename__ = "supplier"
    __table_args__ = (
        UniqueConstraint("country", "scheme", "registration_number"),
        CheckConstraint("(scheme = 'fi_business_id') = (country = 'FI')", name="business_id_if_finnish"),
        CheckConstraint("jsonb_array_length(emails) > 0", name="has_email"),
        CheckConstraint("language IN ('fi', 'sv', 'en')", name="language_known"),
    )

    id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    name: Mapped[str]
    scheme: Mapped[IdentifierScheme] = mapped_column(enum_column(IdentifierScheme))
    #: Normalised: a Finnish business id as ``1234567-1``, others upper case without spaces.
    registration_number: Mapped[str]
    #: ISO 3166-1 alpha-2.
    country: Mapped[str]
    street: Mapped[str]
    postal_code: Mapped[str]
    city: Mapped[str]
    #: Where decisions and orders are sent; the first one is the address of service (R72).
    emails: Mapped[list[str]]
    language: Mapped[str]
    is_sole_trader: Mapped[bool] = mapped_column(default=False)
    registered_at: Mapped[datetime]

    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)

    @property
    def supplier_id(self) -> uuid.UUID:
        """Itself, so that policies can ask every object of a supplier the same way."""
        return self.id


class ActingRightState(StrEnum):
    """Whether it was verified that a person may act for a supplier."""

    PENDING = "pending"
    VERIFIED = "verified"
    REFUSED = "refused"


ACTING_RIGHT_TRANSITIONS = {
    "verify": ({ActingRightState.PENDING}, ActingRightState.VERIFIED),
    "refuse": ({ActingRightState.PENDING}, ActingRightState.REFUSED),
}


class ActingRight(Model):
    """A person's right to act for a supplier: stated by them, verified by an official before the first submission.

    ``is_claim`` marks that the supplier's id was taken already when the person registered: they get a
    role only once the claim is verified.
    """

    __tablename__ = "acting_right"
    __table_args__ = (
        CheckConstraint("(state = 'pending') = (decided_at IS NULL)", name="decided_at_if_decided"),
        Index(
            "uq_acting_right_one_live",
            "person_id",
            "supplier_id",
            unique=True,
            postgresql_where=text("state <> 'refused'"),
        ),
    )

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    supplier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("supplier.id"), index=True)
    state: Mapped[ActingRightState] = mapped_column(enum_column(ActingRightState), default=ActingRightState.PENDING)
    #: In the person's words: "managing director in the trade register", "power of attorney of 1.3.2026".
    basis: Mapped[str]
    is_claim: Mapped[bool] = mapped_column(default=False)
    stated_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    #: What the official looked at, or why the right was not verified.
    decision_note: Mapped[str | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    supplier: Mapped[Supplier] = relationship()


class DeclarationSource(StrEnum):
    """How a self-declaration was given."""

    FORM = "form"
    ESPD_XML = "espd_xml"


class Declaration(Model):
    """A self-declaration (ESPD) of a supplier at one moment; a changed one is a new row.

    ``answers`` is ``{"exclusion": {code: {"applies": bool, "explanation": str}},
    "selection": {code: {"fulfilled": bool, "description": str}}}``; a draft may lack answers, a
    confirmed one has them all.
    """

    __tablename__ = "declaration"
    __table_args__ = (
        UniqueConstraint("supplier_id", "number"),
        CheckConstraint("(source = 'espd_xml') = (file_id IS NOT NULL)", name="file_if_espd_xml"),
        Index("uq_declaration_one_draft", "supplier_id", unique=True, postgresql_where=text("confirmed_at IS NULL")),
    )

    supplier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("supplier.id"))
    number: Mapped[int]
    source: Mapped[DeclarationSource] = mapped_column(enum_column(DeclarationSource))
    answers: Mapped[dict[str, Any]]
    file_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("stored_file.id"))
    #: The ESPD version of the file (``2.1.1``, ``3.3.0``, ``4.1.0``).
    espd_version: Mapped[str | None]
    issued_on: Mapped[date | None]
    made_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    confirmed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[datetime | None]

    supplier: Mapped[Supplier] = relationship()
    file: Mapped[StoredFile | None] = relationship()


class DocumentKind(StrEnum):
    """What a document of the vault is. There is none for criminal-record extracts, on purpose (R67)."""

    REFERENCES = "references"
    STAFF_QUALIFICATIONS = "staff_qualifications"
    QUALITY_SYSTEM = "quality_system"
    FINANCIAL_STATEMENT = "financial_statement"
    TRADE_REGISTER = "trade_register"
    ADVANCE_TAX_REGISTER = "advance_tax_register"
    TAX_CERTIFICATE = "tax_certificate"
    PENSION_INSURANCE = "pension_insurance"
    ACCIDENT_INSURANCE = "accident_insurance"
    WORKING_TERMS = "working_terms"
    OCCUPATIONAL_HEALTH = "occupational_health"
    LIABILITY_INSURANCE = "liability_insurance"
    OTHER = "other"


DOCUMENT_KIND_TITLES = {
    DocumentKind.REFERENCES: _l("References"),
    DocumentKind.STAFF_QUALIFICATIONS: _l("Education and experience of the staff"),
    DocumentKind.QUALITY_SYSTEM: _l("Quality system"),
    DocumentKind.FINANCIAL_STATEMENT: _l("Financial statement"),
    DocumentKind.TRADE_REGISTER: _l("Trade register extract"),
    DocumentKind.ADVANCE_TAX_REGISTER: _l("Extract of the prepayment register, employer register and VAT register"),
    DocumentKind.TAX_CERTIFICATE: _l("Certificate of paid taxes"),
    DocumentKind.PENSION_INSURANCE: _l("Certificate of pension insurance"),
    DocumentKind.ACCIDENT_INSURANCE: _l("Certificate of accident insurance"),
    DocumentKind.WORKING_TERMS: _l("Account of the collective agreement or the main terms of work"),
    DocumentKind.OCCUPATIONAL_HEALTH: _l("Account of occupational health care"),
    DocumentKind.LIABILITY_INSURANCE: _l("Liability insurance"),
    DocumentKind.OTHER: _l("Another document"),
}


#: Certificates that show how a company meets its obligations (R69): any authority with a matter of it looks at them.
CERTIFICATE_KINDS = (
    DocumentKind.TRADE_REGISTER,
    DocumentKind.ADVANCE_TAX_REGISTER,
    DocumentKind.TAX_CERTIFICATE,
    DocumentKind.PENSION_INSURANCE,
    DocumentKind.ACCIDENT_INSURANCE,
    DocumentKind.WORKING_TERMS,
    DocumentKind.OCCUPATIONAL_HEALTH,
)


class DocumentState(StrEnum):
    """A withdrawn document keeps its place in old applications; a purged one leaves its row only."""

    IN_USE = "in_use"
    WITHDRAWN = "withdrawn"
    PURGED = "purged"


DOCUMENT_TRANSITIONS = {
    "withdraw": ({DocumentState.IN_USE}, DocumentState.WITHDRAWN),
    "purge": ({DocumentState.IN_USE, DocumentState.WITHDRAWN}, DocumentState.PURGED),
}

DOCUMENT_STATE_TITLES = {
    DocumentState.IN_USE: _l("In use"),
    DocumentState.WITHDRAWN: _l("Withdrawn"),
    DocumentState.PURGED: _l("Removed, forbidden content"),
}


class Document(Model):
    """A document of a supplier's vault: added once, used in any application, until it expires."""

    __tablename__ = "document"
    __table_args__ = (
        CheckConstraint("expires_on IS NULL OR expires_on >= issued_on", name="expires_after_issue"),
        CheckConstraint("(state = 'purged') = (file_id IS NULL)", name="no_file_if_purged"),
        CheckConstraint("(state = 'purged') = (purged_at IS NOT NULL)", name="purged_at_if_purged"),
        CheckConstraint("(state = 'withdrawn') <= (withdrawn_at IS NOT NULL)", name="withdrawn_at_if_withdrawn"),
        Index("ix_document_expires_on", "expires_on", postgresql_where=text("state = 'in_use'")),
    )

    supplier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("supplier.id"), index=True)
    kind: Mapped[DocumentKind] = mapped_column(enum_column(DocumentKind))
    state: Mapped[DocumentState] = mapped_column(enum_column(DocumentState), default=DocumentState.IN_USE)
    title: Mapped[str]
    file_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("stored_file.id"))
    issued_on: Mapped[date]
    #: Last day on which it is good; none for one that does not expire.
    expires_on: Mapped[date | None]
    #: Which part is a business secret and why, in the supplier's words; the authority decides (R86).
    secret_reason: Mapped[str | None]
    added_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    purged_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    purged_at: Mapped[datetime | None]

    supplier: Mapped[Supplier] = relationship()
    file: Mapped[StoredFile | None] = relationship()

    def is_good(self, on: date) -> bool:
        """Whether it can be used in something new on a day."""
        return self.state is DocumentState.IN_USE and (self.expires_on is None or on <= self.expires_on)
