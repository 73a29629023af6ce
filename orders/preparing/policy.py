"""Who may invite a customer to prepare, and read what they wrote."""

from __future__ import annotations

from enum import StrEnum

from core.identity.models import Role
from core.policy import holds, holds_in_authority_of


class Permission(StrEnum):
    """What can be done with preparations."""

    PREPARE_INVITE = "preparation:invite"
    PREPARE_LIST = "preparation:list"
    #: Read the customer's answers, health among them; every reading is logged.
    PREPARE_READ = "preparation:read"


RULES = {
    Permission.PREPARE_INVITE: holds(Role.EXPERT),
    Permission.PREPARE_LIST: holds(Role.EXPERT),
    Permission.PREPARE_READ: holds_in_authority_of(Role.EXPERT),
}
