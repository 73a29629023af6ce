"""People, the organisations they act for, the roles they hold there, and how they prove it."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, enum_column
from core.i18n import lazy_gettext as _l


class OrganisationKind(StrEnum):
    """What an organisation is in this system."""

    AUTHORITY = "authority"
    SUPPLIER = "supplier"
    OPERATOR = "operator"


class Role(StrEnum):
    """What a person may be in an organisation. A role grants nothing by itself; the rooms' policies do."""

    COORDINATOR = "coordinator"
    DECIDER = "decider"
    OPENER = "opener"
    EXPERT = "expert"
    STEERING = "steering"
    PROVIDER = "provider"
    ADMIN = "admin"

    @property
    def title(self) -> str:  # type: ignore[override]
        return str(ROLE_TITLES[self])


ROLE_TITLES = {
    Role.COORDINATOR: _l("procurement coordinator"),
    Role.DECIDER: _l("decision maker"),
    Role.OPENER: _l("opening committee member"),
    Role.EXPERT: _l("employment expert"),
    Role.STEERING: _l("steering group member"),
    Role.PROVIDER: _l("provider"),
    Role.ADMIN: _l("administrator"),
}

#: Which roles make sense in which kind of organisation.
ROLES_OF_KIND = {
    OrganisationKind.AUTHORITY: (Role.COORDINATOR, Role.DECIDER, Role.OPENER, Role.EXPERT, Role.STEERING),
    OrganisationKind.SUPPLIER: (Role.PROVIDER,),
    OrganisationKind.OPERATOR: (Role.ADMIN,),
}


class Organisation(Model):
    """An authority, a supplier, or the operator of this installation."""

    __tablename__ = "organisation"

    kind: Mapped[OrganisationKind] = mapped_column(enum_column(OrganisationKind))
    name: Mapped[str]


class Authority(Model):
    """A contracting authority (a city or an employment area); its id is its organisation's."""

    __tablename__ = "authority"

    id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    name_fi: Mapped[str]
    name_sv: Mapped[str]
    name_en: Mapped[str]
    business_id: Mapped[str] = mapped_column(unique=True)
    #: Where notices of appeal and correction demands are sent (R71).
    service_address: Mapped[str]
    service_email: Mapped[str]
    #: The rule on which its decision makers' power rests: "Hallintosääntö 24 §".
    competence: Mapped[str] = mapped_column(default="")
    #: Staff of this authority log in with a second factor.
    second_factor_required: Mapped[bool] = mapped_column(default=False)

    organisation: Mapped[Organisation] = relationship(lazy="joined")


class Person(Model):
    """Somebody who logs in. Customers never do."""

    __tablename__ = "person"
    __table_args__ = (
        Index("uq_person_email", text("lower(email)"), unique=True),
        CheckConstraint("language IN ('fi', 'sv', 'en')", name="language_known"),
    )

    email: Mapped[str]
    name: Mapped[str]
    language: Mapped[str] = mapped_column(default="fi")
    password_hash: Mapped[str | None]
    is_active: Mapped[bool] = mapped_column(default=True)
    email_confirmed_at: Mapped[datetime | None]
    sealed_totp_secret: Mapped[bytes | None]
    #: The last accepted time step: a code counts once.
    totp_last_step: Mapped[int | None]


class RoleHolding(Model):
    """A role held in an organisation from a day to a day (inclusive)."""

    __tablename__ = "role_holding"
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ends_after_start"),
        Index("ix_role_holding_person", "person_id"),
        Index("ix_role_holding_organisation", "organisation_id", "role"),
    )

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    role: Mapped[Role] = mapped_column(enum_column(Role))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]

    person: Mapped[Person] = relationship()
    organisation: Mapped[Organisation] = relationship()

    def is_in_force(self, on: date) -> bool:
        return self.starts_on <= on and (self.ends_on is None or on <= self.ends_on)


class LoginSession(Model):
    """One login on one device; the cookie holds a random token, the table its hash."""

    __tablename__ = "login_session"

    token_hash: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    holding_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("role_holding.id"))
    started_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    second_factor_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)


class LoginAttempt(Model):
    """A try to log in, for the throttle; addresses are kept as keyed hashes."""

    __tablename__ = "login_attempt"
    __table_args__ = (
        Index("ix_login_attempt_account", "account_hash", "at"),
        Index("ix_login_attempt_source", "source_hash", "at"),
    )

    account_hash: Mapped[str]
    source_hash: Mapped[str]
    at: Mapped[datetime]
    succeeded: Mapped[bool]


class TokenPurpose(StrEnum):
    """What a one-time link is for."""

    PASSWORD_RESET = "password_reset"  # noqa: S105 - a purpose, not a password
    EMAIL_CONFIRMATION = "email_confirmation"
    INVITATION = "invitation"


class OneTimeToken(Model):
    """A link sent by mail: random, stored as a hash, used once, by a POST only."""

    __tablename__ = "one_time_token"

    token_hash: Mapped[str] = mapped_column(unique=True)
    purpose: Mapped[TokenPurpose] = mapped_column(enum_column(TokenPurpose))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)


class ApiToken(Model):
    """A bearer token for the JSON API: one person, one role, until a day."""

    __tablename__ = "api_token"

    token_hash: Mapped[str] = mapped_column(unique=True)
    holding_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("role_holding.id"))
    label: Mapped[str]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    holding: Mapped[RoleHolding] = relationship(lazy="joined", innerjoin=True)
