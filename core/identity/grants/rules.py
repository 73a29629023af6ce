"""What fits a task, and how long a grant may last: pure data and functions."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from core.identity.grants.models import ScopeKind, Task
from core.identity.models import Role

#: What a grant of each task may reach.
TASK_KINDS = {
    Task.PREPARE: (ScopeKind.SYSTEM,),
    Task.FILL_GROUPS: (ScopeKind.CATEGORY, ScopeKind.GROUP),
    Task.FOLLOW_ORDERS: (ScopeKind.SYSTEM, ScopeKind.CATEGORY),
}
#: In which roles at their own authority people do each task.
TASK_ROLES = {
    Task.PREPARE: (Role.COORDINATOR,),
    Task.FILL_GROUPS: (Role.COORDINATOR, Role.EXPERT),
    Task.FOLLOW_ORDERS: (Role.COORDINATOR, Role.DECIDER, Role.STEERING),
}
#: Roles in which anybody can use a grant; all others are never asked about.
ROLES = frozenset(role for roles in TASK_ROLES.values() for role in roles)
#: Who answers for the owner, and who may take a grant back for it.
ANSWERERS = (Role.COORDINATOR, Role.DECIDER)


def latest_last_day(first_day: date, months: int) -> date:
    """The last day a grant may have: ``latest_last_day(date(2027, 1, 1), 12)`` → 31.12.2027."""
    years, month = divmod(first_day.month - 1 + months, 12)
    year, month = first_day.year + years, month + 1
    day = min(first_day.day, calendar.monthrange(year, month)[1])
    return date(year, month, day) - timedelta(days=1)
