"""Who may order in bulk."""

from __future__ import annotations

from enum import StrEnum

from core.identity.models import Role
from core.policy import holds, holds_in_authority_of


class Permission(StrEnum):
    """What can be done with bulk files."""

    BULK_LIST = "bulk:list"
    BULK_TAKE = "bulk:take"
    #: It shows customers' references and links.
    BULK_READ = "bulk:read"
    BULK_CHANGE = "bulk:change"


_expert_there = holds_in_authority_of(Role.EXPERT)

RULES = {
    Permission.BULK_LIST: holds(Role.EXPERT),
    Permission.BULK_TAKE: holds(Role.EXPERT),
    Permission.BULK_READ: _expert_there,
    Permission.BULK_CHANGE: _expert_there,
}
