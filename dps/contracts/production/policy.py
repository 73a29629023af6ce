"""Who may see, prepare and decide on agreements on own and partners' production."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from core.identity.mandates import Mandate
from core.identity.models import Role
from core.policy import acts_for_supplier_of, holds, holds_in_authority_of


class Permission(StrEnum):
    """What can be done with such agreements."""

    PRODUCTION_LIST = "production-agreement:list"
    PRODUCTION_BROWSE = "production-agreement:browse"
    PRODUCTION_PREPARE = "production-agreement:prepare"
    PRODUCTION_READ = "production-agreement:read"
    PRODUCTION_FETCH = "production-agreement:fetch"
    #: Confirm the ground for a year more, or drop what was prepared.
    PRODUCTION_KEEP = "production-agreement:keep"
    #: Approve and end.
    PRODUCTION_DECIDE = "production-agreement:decide"


def may_read(mandate: Mandate, agreement: Any) -> bool:
    """The authority whose agreement it is, and those it lets order."""
    return mandate.is_role(Role.COORDINATOR, Role.DECIDER) and any(
        each.id == mandate.authority_id for each in agreement.all_buyers
    )


def may_fetch(mandate: Mandate, agreement: Any) -> bool:
    """Who may read it, and the unit once it has been decided."""
    return may_read(mandate, agreement) or (
        acts_for_supplier_of(mandate, agreement) and agreement.decided_at is not None
    )


RULES = {
    Permission.PRODUCTION_LIST: holds(Role.COORDINATOR, Role.DECIDER),
    Permission.PRODUCTION_BROWSE: holds(Role.COORDINATOR, Role.DECIDER, Role.PROVIDER),
    Permission.PRODUCTION_PREPARE: holds(Role.COORDINATOR),
    Permission.PRODUCTION_READ: may_read,
    Permission.PRODUCTION_FETCH: may_fetch,
    Permission.PRODUCTION_KEEP: holds_in_authority_of(Role.COORDINATOR),
    Permission.PRODUCTION_DECIDE: holds_in_authority_of(Role.DECIDER),
}
