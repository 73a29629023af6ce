"""Who may do what with the money of orders."""

from __future__ import annotations

from enum import StrEnum

from core.identity.models import Role
from core.policy import acts_for_supplier_of, holds, holds_in_authority_of
from orders.policy import may_read_order


class Permission(StrEnum):
    """What can be done with money."""

    BUDGET_LOOK = "money:budget-look"
    LINE_LIST = "money:line-list"
    LINE_REPORT = "money:line-report"
    LINE_ANSWER = "money:line-answer"
    DISPUTE_ANSWER = "money:dispute-answer"
    DISPUTE_HANDLE = "money:dispute-handle"
    OUTCOME_LIST = "money:outcome-list"
    OUTCOME_CLAIM = "money:outcome-claim"
    OUTCOME_ANSWER = "money:outcome-answer"
    OUTCOME_READ = "money:outcome-read"
    BEYOND_ASK = "money:beyond-ask"
    BEYOND_LIST = "money:beyond-list"
    BEYOND_DECIDE = "money:beyond-decide"
    BATCH_TAKE = "money:batch-take"
    BATCH_LIST = "money:batch-list"
    BATCH_READ = "money:batch-read"
    COST_READ = "money:cost-read"


_expert_there = holds_in_authority_of(Role.EXPERT)
_office = holds(Role.COORDINATOR, Role.DECIDER)
_anybody_of_order = holds(Role.EXPERT, Role.COORDINATOR, Role.DECIDER, Role.PROVIDER)

RULES = {
    Permission.BUDGET_LOOK: _office,
    Permission.LINE_LIST: _anybody_of_order,
    Permission.LINE_REPORT: acts_for_supplier_of,
    Permission.LINE_ANSWER: _expert_there,
    Permission.DISPUTE_ANSWER: acts_for_supplier_of,
    Permission.DISPUTE_HANDLE: _expert_there,
    Permission.OUTCOME_LIST: _anybody_of_order,
    Permission.OUTCOME_CLAIM: acts_for_supplier_of,
    Permission.OUTCOME_ANSWER: _expert_there,
    Permission.OUTCOME_READ: may_read_order,
    Permission.BEYOND_ASK: _expert_there,
    Permission.BEYOND_LIST: holds(Role.EXPERT, Role.COORDINATOR, Role.DECIDER),
    Permission.BEYOND_DECIDE: holds_in_authority_of(Role.DECIDER),
    Permission.BATCH_TAKE: holds(Role.COORDINATOR),
    Permission.BATCH_LIST: _office,
    Permission.BATCH_READ: holds_in_authority_of(Role.COORDINATOR, Role.DECIDER),
    Permission.COST_READ: _office,
}
