"""Who may do what with needs, orders, budgets and deliveries."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from core.identity.mandates import Mandate
from core.identity.models import Role
from core.policy import acts_for_supplier_of, holds, holds_in_authority_of


class Permission(StrEnum):
    """What can be done in ordering."""

    NEED_LIST = "need:list"
    NEED_STATE = "need:state"
    #: Read and act on a need of one's own authority; it shows the customer's reference and bands.
    NEED_READ = "need:read"
    NEED_CHANGE = "need:change"
    ORDER_LIST = "order:list"
    ORDER_READ = "order:read"
    ORDER_LIST_AS_EXPERT = "order:list-as-expert"
    ORDER_LIST_AS_PROVIDER = "order:list-as-provider"
    ORDER_LIST_AS_BUYER = "order:list-as-buyer"
    #: The expert's acts: cancel, accept or return a report.
    ORDER_HANDLE = "order:handle"
    #: The provider's acts: accept, decline, start, report.
    ORDER_SERVE = "order:serve"
    BUDGET_READ = "budget:read"
    BUDGET_SET = "budget:set"
    EVENT_READ = "event:read"


_expert_there = holds_in_authority_of(Role.EXPERT)
_buyer_there = holds_in_authority_of(Role.EXPERT, Role.COORDINATOR, Role.DECIDER)


def may_read_order(mandate: Mandate, subject: Any) -> bool:
    """The ordering authority, and the supplier it was placed with; what each sees of it differs (R109)."""
    return acts_for_supplier_of(mandate, subject) or _buyer_there(mandate, subject)


RULES = {
    Permission.NEED_LIST: holds(Role.EXPERT),
    Permission.NEED_STATE: holds(Role.EXPERT),
    Permission.NEED_READ: _expert_there,
    Permission.NEED_CHANGE: _expert_there,
    Permission.ORDER_LIST: holds(Role.EXPERT, Role.COORDINATOR, Role.DECIDER, Role.PROVIDER),
    Permission.ORDER_READ: may_read_order,
    Permission.ORDER_LIST_AS_EXPERT: holds(Role.EXPERT),
    Permission.ORDER_LIST_AS_PROVIDER: holds(Role.PROVIDER),
    Permission.ORDER_LIST_AS_BUYER: holds(Role.COORDINATOR, Role.DECIDER),
    Permission.ORDER_HANDLE: _expert_there,
    Permission.ORDER_SERVE: acts_for_supplier_of,
    Permission.BUDGET_READ: holds(Role.COORDINATOR, Role.DECIDER, Role.EXPERT),
    Permission.BUDGET_SET: holds(Role.COORDINATOR),
    Permission.EVENT_READ: holds(Role.COORDINATOR, Role.DECIDER, Role.EXPERT, Role.PROVIDER, Role.STEERING),
}
