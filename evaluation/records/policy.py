"""Who may read what is known of quality."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from core.identity.mandates import Mandate
from core.identity.models import Role
from core.policy import holds


class Permission(StrEnum):
    """What can be done with quality records."""

    QUALITY_OWN = "quality:own"
    QUALITY_READ = "quality:read"


def anybody(mandate: Mandate, subject: Any) -> bool:
    """Any mandate: what is asked for is public."""
    return True


RULES = {
    Permission.QUALITY_OWN: holds(Role.PROVIDER),
    Permission.QUALITY_READ: anybody,
}
