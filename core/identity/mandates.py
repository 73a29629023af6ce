"""The actor of every verb: a mandate - a person, in a role, for an organisation - never a bare user."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from core.identity.grants import using
from core.identity.grants.queries import GrantInForce
from core.identity.models import OrganisationKind, Role, RoleHolding


@dataclass(frozen=True)
class Mandate:
    """Who acts, as what, in whose name."""

    person_id: uuid.UUID
    person_name: str
    email: str
    language: str
    role: Role
    organisation_id: uuid.UUID
    organisation_name: str
    organisation_kind: OrganisationKind
    holding_id: uuid.UUID

    @classmethod
    def of(cls, holding: RoleHolding) -> Mandate:
        """The mandate that a role holding gives."""
        return cls(
            person_id=holding.person.id,
            person_name=holding.person.name,
            email=holding.person.email,
            language=holding.person.language,
            role=holding.role,
            organisation_id=holding.organisation.id,
            organisation_name=holding.organisation.name,
            organisation_kind=holding.organisation.kind,
            holding_id=holding.id,
        )

    @property
    def authority_id(self) -> uuid.UUID | None:
        """The authority acted for, if it is one."""
        return self.organisation_id if self.organisation_kind is OrganisationKind.AUTHORITY else None

    @property
    def supplier_id(self) -> uuid.UUID | None:
        """The supplier acted for, if it is one."""
        return self.organisation_id if self.organisation_kind is OrganisationKind.SUPPLIER else None

    @property
    def grants(self) -> tuple[GrantInForce, ...]:
        """What other authorities let this person do today; asked of the database only when a policy needs it."""
        return using.in_force(self)

    def is_role(self, *roles: Role) -> bool:
        return self.role in roles
