"""Who holds quality talks, answers them, and reads the facts of service quality."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from core.identity.mandates import Mandate
from core.identity.models import Role
from core.policy import acts_for_supplier_of, holds, holds_in_authority_of
from evaluation.improving.models import Owner


class Permission(StrEnum):
    """What can be done to make services better."""

    TALK_LIST = "talk:list"
    TALK_READ = "talk:read"
    #: Invite, write the minutes, close; open the hearing about a pause.
    TALK_HOLD = "talk:hold"
    TALK_ANSWER = "talk:answer"
    #: Tell that an agreed action is done: its own side.
    TALK_ACT = "talk:act"
    SERVICE_QUALITY_LIST = "service-quality:list"
    SERVICE_QUALITY_READ = "service-quality:read"
    WEIGHTS_LIST = "weights:list"
    #: Of a category: of the authority it belongs to.
    WEIGHTS_READ = "weights:read"
    WEIGHTS_COPY = "weights:copy"


_holds_there = holds_in_authority_of(Role.COORDINATOR)
_reads_there = holds_in_authority_of(Role.COORDINATOR, Role.DECIDER)


def may_read(mandate: Mandate, subject: Any) -> bool:
    """The authority, and the supplier it is about."""
    return acts_for_supplier_of(mandate, subject) or _reads_there(mandate, subject)


def may_act(mandate: Mandate, subject: Any) -> bool:
    """Whoever is to do it by what was agreed."""
    return (acts_for_supplier_of if subject.owner is Owner.PROVIDER else _holds_there)(mandate, subject)


RULES = {
    Permission.TALK_LIST: holds(Role.COORDINATOR, Role.DECIDER, Role.PROVIDER),
    Permission.TALK_READ: may_read,
    Permission.TALK_HOLD: _holds_there,
    Permission.TALK_ANSWER: acts_for_supplier_of,
    Permission.TALK_ACT: may_act,
    Permission.SERVICE_QUALITY_LIST: holds(Role.COORDINATOR, Role.DECIDER, Role.PROVIDER),
    Permission.SERVICE_QUALITY_READ: may_read,
    Permission.WEIGHTS_LIST: holds(Role.COORDINATOR, Role.DECIDER),
    Permission.WEIGHTS_READ: _reads_there,
    Permission.WEIGHTS_COPY: _holds_there,
}
