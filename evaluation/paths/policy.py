"""Who may read and count the paths to a job that lasted."""

from __future__ import annotations

from enum import StrEnum

from core.identity.models import Role
from core.policy import holds


class Permission(StrEnum):
    """What can be done with paths."""

    PATH_READ = "path:read"
    #: Have them counted now, not only when the week is over.
    PATH_COUNT = "path:count"


RULES = {
    Permission.PATH_READ: holds(Role.COORDINATOR, Role.DECIDER),
    Permission.PATH_COUNT: holds(Role.COORDINATOR),
}
