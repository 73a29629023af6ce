"""Whose desk is whose."""

from __future__ import annotations

from enum import StrEnum

from core.identity.models import Role
from core.policy import holds


class Permission(StrEnum):
    """Opening a workspace."""

    PROCUREMENT_DESK = "procurement-desk:read"
    PROVIDER_DESK = "provider-desk:read"
    EXPERT_DESK = "expert-desk:read"
    ADMIN_DESK = "admin-desk:read"


RULES = {
    Permission.PROCUREMENT_DESK: holds(Role.COORDINATOR, Role.DECIDER, Role.OPENER),
    Permission.PROVIDER_DESK: holds(Role.PROVIDER),
    Permission.EXPERT_DESK: holds(Role.EXPERT),
    Permission.ADMIN_DESK: holds(Role.ADMIN),
}
