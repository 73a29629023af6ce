"""Who may record and read where customers are after a service."""

from __future__ import annotations

from enum import StrEnum

from core.identity.models import Role
from core.policy import holds, holds_in_authority_of


class Permission(StrEnum):
    """What can be done with outcomes."""

    OUTCOME_LIST = "outcome:list"
    OUTCOME_RECORD = "outcome:record"
    #: Of one order, in whose authority one is an expert.
    OUTCOME_OF_ORDER = "outcome:of_order"


RULES = {
    Permission.OUTCOME_LIST: holds(Role.EXPERT, Role.COORDINATOR, Role.DECIDER),
    Permission.OUTCOME_RECORD: holds(Role.EXPERT),
    Permission.OUTCOME_OF_ORDER: holds_in_authority_of(Role.EXPERT),
}
