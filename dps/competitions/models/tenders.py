"""Tenders: sealed until two people open them (I3, R51-R60)."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, enum_column
from core.i18n import lazy_gettext as _l
from dps.competitions.models.competitions import Competition
from suppliers.models import Supplier


class TenderState(StrEnum):
    """A tender's life; whether a submitted one was in time was settled when it was submitted."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"
    OPENED = "opened"
    #: Not confirmed after a material change, and the documents said that it lapses: it is never opened.
    LAPSED = "lapsed"


TENDER_TRANSITIONS = {
    "submit": ({TenderState.DRAFT, TenderState.SUBMITTED, TenderState.WITHDRAWN}, TenderState.SUBMITTED),
    "withdraw": ({TenderState.SUBMITTED}, TenderState.WITHDRAWN),
    "open": ({TenderState.SUBMITTED}, TenderState.OPENED),
    "lapse": ({TenderState.SUBMITTED}, TenderState.LAPSED),
}

TENDER_STATE_TITLES = {
    TenderState.DRAFT: _l("Draft, not sent"),
    TenderState.SUBMITTED: _l("Sent"),
    TenderState.WITHDRAWN: _l("Withdrawn"),
    TenderState.OPENED: _l("Opened"),
    TenderState.LAPSED: _l("Lapsed, not opened"),
}


class Tender(Model):
    """One supplier's tender. Until the opening the row does not say whose it is: ``supplier_mark`` is a keyed hash.

    ``draft`` is the supplier's own working copy, sealed for it; ``sealed`` is what was submitted, wrapped for the
    competition; ``content`` appears with the opening and has the shape of ``content.TenderContent``.
    """

    __tablename__ = "tender"
    __table_args__ = (
        UniqueConstraint("competition_id", "supplier_mark"),
        UniqueConstraint("competition_id", "supplier_id"),
        CheckConstraint("(state = 'opened') = (content IS NOT NULL)", name="content_if_opened"),
        CheckConstraint("(state = 'opened') = (supplier_id IS NOT NULL)", name="supplier_if_opened"),
        CheckConstraint(
            "(state IN ('submitted', 'opened', 'lapsed')) = (submitted_at IS NOT NULL)", name="submitted_at_if_sent"
        ),
        CheckConstraint("(submitted_at IS NULL) = (sealed IS NULL)", name="sealed_if_sent"),
    )

    competition_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("competition.id"))
    supplier_mark: Mapped[str]
    state: Mapped[TenderState] = mapped_column(enum_column(TenderState), default=TenderState.DRAFT)
    draft: Mapped[bytes | None]
    draft_saved_at: Mapped[datetime | None]
    #: When the supplier was reminded that the draft has not been sent.
    reminded_at: Mapped[datetime | None]
    sealed: Mapped[bytes | None]
    submitted_at: Mapped[datetime | None]
    #: The version of the documents it answers, or was confirmed to answer.
    documents_number: Mapped[int] = mapped_column(default=0)
    #: Known from the opening on.
    supplier_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("supplier.id"))
    submitted_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    content: Mapped[dict[str, Any] | None]
    #: The number of the receipt that was opened.
    receipt_number: Mapped[str | None]

    competition: Mapped[Competition] = relationship(lazy="joined", innerjoin=True)
    supplier: Mapped[Supplier | None] = relationship()
    files: Mapped[list[TenderFile]] = relationship(back_populates="tender", order_by="TenderFile.id")
    receipts: Mapped[list[Receipt]] = relationship(back_populates="tender", order_by="Receipt.at")

    @property
    def authority_id(self) -> uuid.UUID:
        return self.competition.authority_id


class TenderFile(Model):
    """A file of a tender, encrypted with a key of its own that lies inside the sealed tender.

    Name, type and hash lie there, too; they are copied here when the tender is opened.
    """

    __tablename__ = "tender_file"
    __table_args__ = (
        CheckConstraint("(name IS NULL) = (sealed_key IS NULL)", name="named_with_key"),
        Index("ix_tender_file_tender_id", "tender_id"),
    )

    tender_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tender.id"))
    store_key: Mapped[str] = mapped_column(unique=True)
    stored_at: Mapped[datetime]
    name: Mapped[str | None]
    media_type: Mapped[str | None]
    size: Mapped[int | None]
    sha256: Mapped[str | None]
    #: After the opening: the file's key, wrapped by the server.
    sealed_key: Mapped[bytes | None]

    tender: Mapped[Tender] = relationship(back_populates="files")


class ReceiptKind(StrEnum):
    """What was received."""

    SUBMITTED = "submitted"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"


RECEIPT_KIND_TITLES = {
    ReceiptKind.SUBMITTED: _l("Tender received"),
    ReceiptKind.CONFIRMED: _l("Tender confirmed"),
    ReceiptKind.WITHDRAWN: _l("Tender withdrawn"),
}


class Receipt(Model):
    """The answer to a tender: when, what (its hash), signed; whoever has it can check it (R51, R88)."""

    __tablename__ = "tender_receipt"
    __table_args__ = (
        CheckConstraint("length(content_sha256) = 64", name="sha256_length"),
        Index("ix_tender_receipt_tender_id", "tender_id"),
    )

    number: Mapped[str] = mapped_column(unique=True)
    tender_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tender.id"))
    kind: Mapped[ReceiptKind] = mapped_column(enum_column(ReceiptKind))
    at: Mapped[datetime]
    #: SHA-256 of the whole content with its files' hashes and a random salt.
    content_sha256: Mapped[str]
    signature: Mapped[bytes]

    tender: Mapped[Tender] = relationship(back_populates="receipts")


class KeyWrap(Model):
    """The competition's private key for two committee members: the outer one opens first, the inner one second."""

    __tablename__ = "key_wrap"
    __table_args__ = (
        UniqueConstraint("competition_id", "outer_id", "inner_id"),
        CheckConstraint("outer_id <> inner_id", name="two_people"),
    )

    competition_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("competition.id"))
    outer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    inner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    sealed: Mapped[bytes]


class OpeningConfirmation(Model):
    """The first of two says: I am here, let us open; good for a short time only."""

    __tablename__ = "opening_confirmation"
    __table_args__ = (UniqueConstraint("competition_id", "person_id"),)

    competition_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("competition.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[datetime]
    #: ``{person id of the second: sealed share}`` where the committee has keys.
    shares: Mapped[dict[str, Any]] = mapped_column(default=dict)
