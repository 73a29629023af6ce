"""Who may read and write messages inside orders."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from core.identity.mandates import Mandate
from core.identity.models import Role
from core.policy import acts_for_supplier_of, holds_in_authority_of


class Permission(StrEnum):
    """What can be done with the messages inside an order."""

    #: Both sides of the order, and of the message.
    MESSAGE_TAKE_PART = "order-message:take-part"
    MESSAGE_AS_EXPERT = "order-message:as-expert"
    MESSAGE_AS_PROVIDER = "order-message:as-provider"


_expert_there = holds_in_authority_of(Role.EXPERT)


def takes_part(mandate: Mandate, subject: Any) -> bool:
    """An expert of the ordering authority, or somebody of the order's supplier."""
    return acts_for_supplier_of(mandate, subject) or _expert_there(mandate, subject)


RULES = {
    Permission.MESSAGE_TAKE_PART: takes_part,
    Permission.MESSAGE_AS_EXPERT: _expert_there,
    Permission.MESSAGE_AS_PROVIDER: acts_for_supplier_of,
}
