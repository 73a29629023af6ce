"""Who may do what with groups, queues and attendance."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from core.identity.grants.models import Task
from core.identity.mandates import Mandate
from core.identity.models import Role
from core.policy import acts_for_supplier_of, holds, holds_in_authority_of, holds_or_granted
from dps.systems.policy import is_named_buyer


class Permission(StrEnum):
    """What can be done with groups."""

    GROUP_LIST = "group:list"
    GROUP_LIST_AS_EXPERT = "group:list-as-expert"
    GROUP_LIST_AS_BUYER = "group:list-as-buyer"
    GROUP_LIST_AS_PROVIDER = "group:list-as-provider"
    GROUP_READ = "group:read"
    GROUP_READ_AS_EXPERT = "group:read-as-expert"
    GROUP_READ_AS_BUYER = "group:read-as-buyer"
    #: The line to a group; of other authorities' customers only what filling takes (R107).
    GROUP_QUEUE = "group:queue"
    GROUP_PLAN = "group:plan"
    #: Order seats of a start of a system from which the own authority buys.
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
    #: Who waited and got seats, by party; of other authorities' customers no small figure (R107).
    QUEUE_FAIRNESS = "queue:fairness"
    SWAP_LIST = "swap:list"
    #: Offer the seat of one's own authority's customer.
    SWAP_PROPOSE = "swap:propose"
    SWAP_READ = "swap:read"
    #: Answer for the authority that is asked.
    SWAP_ANSWER = "swap:answer"
    ABSENCE_LIST = "absence:list"
    ABSENCE_HANDLE = "absence:handle"


_expert_there = holds_in_authority_of(Role.EXPERT)
_buyer_there = holds_in_authority_of(Role.COORDINATOR, Role.DECIDER)


def buys_there(mandate: Mandate, category: Any) -> bool:
    """Acts for an authority that buys from the category's system: the one that keeps it, or a named one (R103)."""
    return mandate.authority_id == category.system.authority_id or is_named_buyer(mandate, category)


def may_read_as_expert(mandate: Mandate, subject: Any) -> bool:
    """An expert of the organising authority, or of another buyer of a joint system; what each sees of it differs."""
    return _expert_there(mandate, subject) or (mandate.is_role(Role.EXPERT) and buys_there(mandate, subject.category))


def may_read(mandate: Mandate, subject: Any) -> bool:
    """The organising authority, experts of the other buyers, and the provider; what each sees of it differs."""
    return (
        acts_for_supplier_of(mandate, subject) or _buyer_there(mandate, subject) or may_read_as_expert(mandate, subject)
    )


def may_see_queue(mandate: Mandate, subject: Any) -> bool:
    """The organising authority, and experts of the other buyers for their own customers."""
    return _buyer_there(mandate, subject) or may_read_as_expert(mandate, subject)


def may_set_up(mandate: Mandate, subject: Any) -> bool:
    """An expert or a coordinator of an authority that buys from the system in which the start is offered."""
    return mandate.is_role(Role.EXPERT, Role.COORDINATOR) and buys_there(mandate, subject.offering.category)


def may_answer_swap(mandate: Mandate, subject: Any) -> bool:
    """An expert of the authority that is asked."""
    return mandate.role is Role.EXPERT and mandate.organisation_id == subject.asked_id


def may_read_swap(mandate: Mandate, subject: Any) -> bool:
    """Experts of the two authorities; each sees its own order only."""
    return _expert_there(mandate, subject) or may_answer_swap(mandate, subject)


RULES = {
    Permission.GROUP_LIST: holds(Role.EXPERT, Role.COORDINATOR, Role.DECIDER, Role.PROVIDER),
    Permission.GROUP_LIST_AS_EXPERT: holds(Role.EXPERT),
    Permission.GROUP_LIST_AS_BUYER: holds(Role.COORDINATOR, Role.DECIDER),
    Permission.GROUP_LIST_AS_PROVIDER: holds(Role.PROVIDER),
    Permission.GROUP_READ: may_read,
    Permission.GROUP_READ_AS_EXPERT: may_read_as_expert,
    Permission.GROUP_READ_AS_BUYER: _buyer_there,
    Permission.GROUP_QUEUE: may_see_queue,
    Permission.GROUP_PLAN: holds(Role.EXPERT, Role.COORDINATOR),
    Permission.GROUP_SET_UP: may_set_up,
    Permission.GROUP_RUN: holds_or_granted(Task.FILL_GROUPS, Role.EXPERT, Role.COORDINATOR),
    Permission.QUEUE_LIST: holds(Role.EXPERT),
    Permission.QUEUE_JOIN: _expert_there,
    Permission.QUEUE_CHANGE: _expert_there,
    Permission.STUDENT_SELECT: _expert_there,
    Permission.ATTENDANCE_TELL: acts_for_supplier_of,
    Permission.QUEUE_FAIRNESS: holds(Role.COORDINATOR, Role.EXPERT, Role.STEERING),
    Permission.SWAP_LIST: holds(Role.EXPERT),
    Permission.SWAP_PROPOSE: _expert_there,
    Permission.SWAP_READ: may_read_swap,
    Permission.SWAP_ANSWER: may_answer_swap,
    Permission.ABSENCE_LIST: holds(Role.EXPERT),
    Permission.ABSENCE_HANDLE: _expert_there,
}
