"""Who may propose and answer amendments."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from core.identity.mandates import Mandate
from core.identity.models import Role
from core.policy import acts_for_supplier_of, holds, holds_in_authority_of


class Permission(StrEnum):
    """What can be done with the amendments of an order."""

    CHANGE_LIST = "order-change:list"
    #: Both sides of the order, or of the proposal.
    CHANGE_TAKE_PART = "order-change:take-part"
    CHANGE_AS_EXPERT = "order-change:as-expert"
    CHANGE_AS_PROVIDER = "order-change:as-provider"


_expert_there = holds_in_authority_of(Role.EXPERT)


def takes_part(mandate: Mandate, subject: Any) -> bool:
    """An expert of the ordering authority, or somebody of the order's supplier."""
    return acts_for_supplier_of(mandate, subject) or _expert_there(mandate, subject)


RULES = {
    Permission.CHANGE_LIST: holds(Role.EXPERT, Role.COORDINATOR, Role.DECIDER, Role.PROVIDER),
    Permission.CHANGE_TAKE_PART: takes_part,
    Permission.CHANGE_AS_EXPERT: _expert_there,
    Permission.CHANGE_AS_PROVIDER: acts_for_supplier_of,
}
