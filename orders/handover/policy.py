"""Who moves the work of an absent expert."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from core.identity.mandates import Mandate
from core.identity.models import Role
from core.policy import holds, holds_in_authority_of


class Permission(StrEnum):
    """What can be done with handovers."""

    HANDOVER_LIST = "handover:list"
    HANDOVER_READ = "handover:read"
    #: See what would move, and move it: a coordinator anybody's of the authority, an expert their own.
    HANDOVER_MAKE = "handover:make"


def may_make(mandate: Mandate, subject: Any) -> bool:
    """Only work of an expert of the mandate's own authority."""
    if mandate.organisation_id not in subject.authority_ids:
        return False
    return mandate.role is Role.COORDINATOR or (mandate.role is Role.EXPERT and subject.person.id == mandate.person_id)


RULES = {
    Permission.HANDOVER_LIST: holds(Role.COORDINATOR, Role.EXPERT),
    Permission.HANDOVER_READ: holds_in_authority_of(Role.COORDINATOR, Role.EXPERT),
    Permission.HANDOVER_MAKE: may_make,
}
