"""Who may do what with groups, queues and attendance."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from core.identity.mandates import Mandate
from core.identity.models import Role
from core.policy import acts_for_supplier_of, holds, holds_in_authority_of


class Permission(StrEnum):
    """What can be done with groups."""

    GROUP_LIST = "group:list"
    GROUP_LIST_AS_EXPERT = "group:list-as-expert"
    GROUP_LIST_AS_BUYER = "group:list-as-buyer"
    GROUP_LIST_AS_PROVIDER = "group:list-as-provider"
    GROUP_READ = "group:read"
    GROUP_READ_AS_EXPERT = "group:read-as-expert"
    GROUP_READ_AS_BUYER = "group:read-as-buyer"
    GROUP_PLAN = "group:plan"
    #: Order seats of a start of the own authority's system.
    GROUP_SET_UP = "group:set-up"
    #: Open it, offer its seats, let it begin, cancel it.
    GROUP_RUN = "group:run"
    QUEUE_LIST = "queue:list"
    #: Put a customer of one's own authority into a queue.
    QUEUE_JOIN = "queue:join"
    QUEUE_CHANGE = "queue:change"
    #: Decide on students (R98): never the provider.
    STUDENT_SELECT = "student:select"
    #: Tell who was there, and of absences that defeat the goals (R100).
    ATTENDANCE_TELL = "attendance:tell"
    ABSENCE_LIST = "absence:list"
    ABSENCE_HANDLE = "absence:handle"


_expert_there = holds_in_authority_of(Role.EXPERT)
_buyer_there = holds_in_authority_of(Role.COORDINATOR, Role.DECIDER)
_arranger_there = holds_in_authority_of(Role.EXPERT, Role.COORDINATOR)


def may_read(mandate: Mandate, subject: Any) -> bool:
    """The organising authority, and the provider; what each sees of it differs."""
    return acts_for_supplier_of(mandate, subject) or _expert_there(mandate, subject) or _buyer_there(mandate, subject)


def may_set_up(mandate: Mandate, subject: Any) -> bool:
    """An expert or a coordinator of the authority in whose system the start is offered."""
    return _arranger_there(mandate, subject.offering)


RULES = {
    Permission.GROUP_LIST: holds(Role.EXPERT, Role.COORDINATOR, Role.DECIDER, Role.PROVIDER),
    Permission.GROUP_LIST_AS_EXPERT: holds(Role.EXPERT),
    Permission.GROUP_LIST_AS_BUYER: holds(Role.COORDINATOR, Role.DECIDER),
    Permission.GROUP_LIST_AS_PROVIDER: holds(Role.PROVIDER),
    Permission.GROUP_READ: may_read,
    Permission.GROUP_READ_AS_EXPERT: _expert_there,
    Permission.GROUP_READ_AS_BUYER: _buyer_there,
    Permission.GROUP_PLAN: holds(Role.EXPERT, Role.COORDINATOR),
    Permission.GROUP_SET_UP: may_set_up,
    Permission.GROUP_RUN: _arranger_there,
    Permission.QUEUE_LIST: holds(Role.EXPERT),
    Permission.QUEUE_JOIN: _expert_there,
    Permission.QUEUE_CHANGE: _expert_there,
    Permission.STUDENT_SELECT: _expert_there,
    Permission.ATTENDANCE_TELL: acts_for_supplier_of,
    Permission.ABSENCE_LIST: holds(Role.EXPERT),
    Permission.ABSENCE_HANDLE: _expert_there,
}
