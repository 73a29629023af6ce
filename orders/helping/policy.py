"""Who may help with another authority's groups, and follow its orders: whom it gave access, until a day (R107)."""

from __future__ import annotations

from enum import StrEnum

from core.identity.grants.models import Task
from core.identity.models import Role
from core.policy import granted, holds


class Permission(StrEnum):
    """What can be done by an access right."""

    #: The lists show what was given, and nothing else.
    GROUP_HELP_LIST = "group-help:list"
    #: Read another authority's group and run it.
    GROUP_HELP = "group-help:run"
    JOINT_ORDER_LIST = "joint-order:list"


RULES = {
    Permission.GROUP_HELP_LIST: holds(Role.COORDINATOR, Role.EXPERT),
    Permission.GROUP_HELP: granted(Task.FILL_GROUPS),
    Permission.JOINT_ORDER_LIST: holds(Role.COORDINATOR, Role.DECIDER, Role.STEERING),
}
