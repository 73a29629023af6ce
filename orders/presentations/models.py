"""Events in which admitted suppliers present themselves; seats never overbooked, customers without names."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, enum_column
from core.identity.models import Authority
from dps.systems.models import Category
from suppliers.models import Supplier


class PresentationState(StrEnum):
    """Whether the event stands."""

    ANNOUNCED = "announced"
    CANCELLED = "cancelled"


PRESENTATION_TRANSITIONS = {"cancel": ({PresentationState.ANNOUNCED}, PresentationState.CANCELLED)}


class Presentation(Model):
    """An event: of the authority, to which every supplier admitted to its category is invited, or of one supplier."""

    __tablename__ = "presentation"
    __table_args__ = (
        CheckConstraint("seats > 0", name="seats_positive"),
        CheckConstraint("seats_taken BETWEEN 0 AND seats", name="no_overbooking"),
        CheckConstraint("ends_at > starts_at", name="end_after_start"),
        CheckConstraint("place <> '' OR link <> ''", name="place_or_link"),
        CheckConstraint("(state = 'cancelled') = (cancelled_at IS NOT NULL)", name="cancelled_at_if_cancelled"),
        Index("ix_presentation_starts_at", "starts_at"),
        Index("ix_presentation_authority_id", "authority_id"),
    )

    authority_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("authority.id"))
    category_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("category.id"), index=True)
    #: Whose own event it is; ``None`` for one of the authority.
    supplier_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("supplier.id"), index=True)
    title_fi: Mapped[str]
    title_sv: Mapped[str]
    title_en: Mapped[str]
    place: Mapped[str]
    link: Mapped[str]
    languages: Mapped[list[str]]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    seats: Mapped[int]
    seats_taken: Mapped[int] = mapped_column(default=0)
    state: Mapped[PresentationState] = mapped_column(
        enum_column(PresentationState), default=PresentationState.ANNOUNCED
    )
    announced_at: Mapped[datetime]
    announced_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    #: When every admitted supplier was invited by mail.
    invited_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str] = mapped_column(default="")

    authority: Mapped[Authority] = relationship(lazy="joined", innerjoin=True)
    category: Mapped[Category] = relationship(lazy="joined", innerjoin=True)
    presenters: Mapped[list[Presenter]] = relationship(back_populates="presentation", order_by="Presenter.id")

    @property
    def seats_left(self) -> int:
        return self.seats - self.seats_taken


class Presenter(Model):
    """A supplier that presents itself in an event."""

    __tablename__ = "presenter"
    __table_args__ = (UniqueConstraint("presentation_id", "supplier_id"),)

    presentation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("presentation.id"))
    supplier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("supplier.id"), index=True)
    signed_up_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    presentation: Mapped[Presentation] = relationship(back_populates="presenters")
    supplier: Mapped[Supplier] = relationship(lazy="joined", innerjoin=True)


class SignUp(Model):
    """A customer's seat in an event: taken by the customer with a token, or by the expert for a reference."""

    __tablename__ = "presentation_sign_up"
    __table_args__ = (
        CheckConstraint("(token_hash IS NULL) <> (customer_reference IS NULL)", name="token_or_reference"),
        CheckConstraint("(customer_reference IS NULL) = (expert_id IS NULL)", name="reference_by_expert"),
        Index(
            "uq_presentation_sign_up_reference",
            "presentation_id",
            "customer_reference",
            unique=True,
            postgresql_where=text("cancelled_at IS NULL"),
        ),
    )

    presentation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("presentation.id"), index=True)
    token_hash: Mapped[str | None] = mapped_column(unique=True)
    customer_reference: Mapped[str | None]
    expert_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    made_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]

    presentation: Mapped[Presentation] = relationship(lazy="joined", innerjoin=True)

    @property
    def authority_id(self) -> uuid.UUID:
        return self.presentation.authority_id
