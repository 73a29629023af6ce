"""Who else stands behind an application: members of a group, subcontractors, others whose capacities it relies on."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, enum_column
from core.i18n import lazy_gettext as _l
from dps.qualification.models.applications import Application
from dps.systems.models import Requirement
from suppliers.models import DeclarationSource, IdentifierScheme


class PartyRole(StrEnum):
    """What a party is in the application; the applicant itself leads the group."""

    MEMBER = "member"
    SUBCONTRACTOR = "subcontractor"
    RELIED_ON = "relied_on"


PARTY_ROLE_TITLES = {
    PartyRole.MEMBER: _l("Member of the group"),
    PartyRole.SUBCONTRACTOR: _l("Subcontractor"),
    PartyRole.RELIED_ON: _l("Operator whose capacities are relied on"),
}

#: Who is replaced when a mandatory ground applies to them, while the applicant itself may stay (R68).
REPLACEABLE = frozenset({PartyRole.SUBCONTRACTOR, PartyRole.RELIED_ON})


class ApplicationParty(Model):
    """One party, with its own declaration. Nothing asks for the legal form of a group (R31).

    ``grounds`` is its answer to every exclusion ground of the category: ``{code: {"applies": bool,
    "explanation": str}}``.
    """

    __tablename__ = "application_party"
    __table_args__ = (
        CheckConstraint("(role = 'relied_on') = (relied_on_for_id IS NOT NULL)", name="requirement_if_relied_on"),
        CheckConstraint("replaced_by_id IS NULL OR replaced_at IS NOT NULL", name="replaced_at_if_replaced"),
        Index(
            "uq_application_party_once",
            "application_id",
            "role",
            "country",
            "registration_number",
            text("coalesce(relied_on_for_id, '00000000-0000-0000-0000-000000000000')"),
            unique=True,
            postgresql_where=text("replaced_at IS NULL"),
        ),
    )

    application_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("application.id"))
    role: Mapped[PartyRole] = mapped_column(enum_column(PartyRole))
    name: Mapped[str]
    scheme: Mapped[IdentifierScheme] = mapped_column(enum_column(IdentifierScheme))
    country: Mapped[str]
    registration_number: Mapped[str]
    #: What it does in the service, in the applicant's words.
    task: Mapped[str]
    #: The requirement it is relied on for.
    relied_on_for_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("requirement.id"))
    performs_service: Mapped[bool]
    grounds: Mapped[dict[str, Any]]
    source: Mapped[DeclarationSource] = mapped_column(enum_column(DeclarationSource))
    espd_version: Mapped[str | None]
    issued_on: Mapped[date | None]
    added_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]
    replaced_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("application_party.id"))

    application: Mapped[Application] = relationship(back_populates="parties")
    relied_on_for: Mapped[Requirement | None] = relationship(lazy="joined")
