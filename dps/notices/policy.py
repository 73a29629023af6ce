"""Who may record what happened to a notice."""

from __future__ import annotations

from enum import StrEnum

from core.identity.models import Role
from core.policy import holds, holds_in_authority_of


class Permission(StrEnum):
    """What can be done with notices."""

    NOTICE_LIST = "notice:list"
    #: Asked of the system the notice is about, and of the notice.
    NOTICE_RECORD = "notice:record"
    NOTICE_READ = "notice:read"


RULES = {
    Permission.NOTICE_LIST: holds(Role.COORDINATOR, Role.DECIDER),
    Permission.NOTICE_RECORD: holds_in_authority_of(Role.COORDINATOR),
    Permission.NOTICE_READ: holds_in_authority_of(Role.COORDINATOR, Role.DECIDER),
}
