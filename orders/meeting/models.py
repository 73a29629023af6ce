"""A customer's name and health, sealed, with who gave them (R108), and whose interests stand in the way (R50)."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, enum_column
from core.i18n import lazy_gettext as _l
from core.identity.models import Person
from suppliers.models import Supplier


class Ground(StrEnum):
    """Why an official is disqualified (HallL 28 §)."""

    EMPLOYED = "employed"
    OWNS = "owns"
    RELATIVE = "relative"
    OTHER = "other"


GROUND_TITLES = {
    Ground.EMPLOYED: _l("I work for the provider, sit in its board or represent it"),
    Ground.OWNS: _l("I own a part of it, or gain or lose by the matter"),
    Ground.RELATIVE: _l("Somebody close to me works there, owns it or leads it"),
    Ground.OTHER: _l("Another reason to doubt my impartiality"),
}


class InterestDeclaration(Model):
    """An expert's declared interest in a supplier: while it stands, they take no part in its orders (R50)."""

    __tablename__ = "interest_declaration"
    __table_args__ = (
        Index(
            "uq_interest_declaration_one_open",
            "person_id",
            "supplier_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    authority_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("authority.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    supplier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("supplier.id"))
    ground: Mapped[Ground] = mapped_column(enum_column(Ground))
    declared_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    supplier: Mapped[Supplier] = relationship(lazy="joined", innerjoin=True)


class Source(StrEnum):
    """Where something about the customer comes from, if not from the customer (R108)."""

    CUSTOMER = "customer"
    CUSTOMER_SYSTEM = "customer_system"
    OTHER_AUTHORITY = "other_authority"


SOURCE_TITLES = {
    Source.CUSTOMER: _l("The customer told it"),
    Source.CUSTOMER_SYSTEM: _l("The city's customer system"),
    Source.OTHER_AUTHORITY: _l("Another authority, with the customer's knowledge"),
}


class ReleaseWay(StrEnum):
    """How the provider learns who the customer is."""

    HERE = "here"
    OWN_SYSTEM = "own_system"


class ContactRelease(Model):
    """The customer's name, phone and language for the provider's named staff, until it is erased (R109, R113).

    Under ``OWN_SYSTEM`` the city's own system tells them, and only the reference travels here.
    """

    __tablename__ = "contact_release"
    __table_args__ = (
        UniqueConstraint("order_id"),
        CheckConstraint(
            "(way = 'here' AND erased_at IS NULL) = (sealed_contact IS NOT NULL)", name="sealed_until_erased"
        ),
    )

    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("order.id"))
    way: Mapped[ReleaseWay] = mapped_column(enum_column(ReleaseWay))
    sealed_contact: Mapped[bytes | None]
    source: Mapped[Source] = mapped_column(enum_column(Source))
    entered_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    released_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]


class OrderStaff(Model):
    """A person of the provider who may know the customer of one order (R113)."""

    __tablename__ = "order_staff"
    __table_args__ = (
        Index(
            "uq_order_staff_one_open", "order_id", "person_id", unique=True, postgresql_where=text("ended_at IS NULL")
        ),
    )

    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("order.id"), index=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    named_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    named_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="joined", innerjoin=True)


class HealthNote(Model):
    """What of the customer's health the service must know; sealed, seen by the experts only (I8)."""

    __tablename__ = "health_note"
    __table_args__ = (
        UniqueConstraint("need_id"),
        CheckConstraint("(sealed_note IS NULL) = (erased_at IS NOT NULL)", name="sealed_until_erased"),
    )

    need_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("need.id"))
    sealed_note: Mapped[bytes | None]
    source: Mapped[Source] = mapped_column(enum_column(Source))
    entered_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    entered_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]


class ConsentWay(StrEnum):
    """How the customer gave the written consent."""

    PAPER = "paper"
    SIGNED_ELECTRONICALLY = "signed_electronically"


CONSENT_WAY_TITLES = {
    ConsentWay.PAPER: _l("Signed on paper"),
    ConsentWay.SIGNED_ELECTRONICALLY: _l("Signed electronically"),
}


class HealthConsent(Model):
    """The customer's written consent that the provider of one order gets the note of their health (R109)."""

    __tablename__ = "health_consent"
    __table_args__ = (
        Index("uq_health_consent_one_open", "order_id", unique=True, postgresql_where=text("withdrawn_at IS NULL")),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="withdrawn_by_if_withdrawn"),
    )

    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("order.id"), index=True)
    given_on: Mapped[date]
    way: Mapped[ConsentWay] = mapped_column(enum_column(ConsentWay))
    #: Where the signed consent is kept: the reference of the document in the city's own system.
    document_reference: Mapped[str]
    recorded_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    withdrawn_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None]
