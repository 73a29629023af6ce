"""Who may look after people, roles, mails and the numbers of the law."""

from __future__ import annotations

from enum import StrEnum

from core.identity.models import Role
from core.policy import holds


class Permission(StrEnum):
    """What can be done in identity and in the machine room."""

    PEOPLE_MANAGE = "people:manage"
    MAIL_READ = "mail:read"
    AUDIT_READ = "audit:read"


RULES = {
    Permission.PEOPLE_MANAGE: holds(Role.ADMIN),
    Permission.MAIL_READ: holds(Role.ADMIN),
    Permission.AUDIT_READ: holds(Role.ADMIN),
}
