"""Who opens, answers and settles deviations."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from core.identity.mandates import Mandate
from core.identity.models import Role
from core.policy import acts_for_supplier_of, holds, holds_in_authority_of


class Permission(StrEnum):
    """What can be done with deviations."""

    DEVIATION_LIST = "deviation:list"
    DEVIATION_READ = "deviation:read"
    #: On an order, by an expert of its authority.
    DEVIATION_OPEN = "deviation:open"
    #: On a supplier in a category, without an order.
    DEVIATION_OPEN_IN_GENERAL = "deviation:open-in-general"
    #: The provider tells itself what went wrong on an order.
    DEVIATION_REPORT = "deviation:report"
    DEVIATION_ANSWER = "deviation:answer"
    DEVIATION_WITHDRAW = "deviation:withdraw"
    #: Confirm, and say what follows.
    DEVIATION_SETTLE = "deviation:settle"


_handler_there = holds_in_authority_of(Role.EXPERT, Role.COORDINATOR)
_reader_there = holds_in_authority_of(Role.EXPERT, Role.COORDINATOR, Role.DECIDER)


def may_read(mandate: Mandate, subject: Any) -> bool:
    """The authority it happened to, and the supplier it is about."""
    return acts_for_supplier_of(mandate, subject) or _reader_there(mandate, subject)


RULES = {
    Permission.DEVIATION_LIST: holds(Role.EXPERT, Role.COORDINATOR, Role.DECIDER, Role.PROVIDER),
    Permission.DEVIATION_READ: may_read,
    Permission.DEVIATION_OPEN: _handler_there,
    Permission.DEVIATION_OPEN_IN_GENERAL: holds(Role.COORDINATOR),
    Permission.DEVIATION_REPORT: acts_for_supplier_of,
    Permission.DEVIATION_ANSWER: acts_for_supplier_of,
    Permission.DEVIATION_WITHDRAW: _handler_there,
    Permission.DEVIATION_SETTLE: holds_in_authority_of(Role.COORDINATOR),
}
