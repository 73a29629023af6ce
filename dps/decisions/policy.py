"""Who may see, sign and return decisions."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from core.identity.mandates import Mandate
from core.identity.models import Role
from core.policy import acts_for_supplier_of, holds, holds_in_authority_of
from dps.decisions.models import DecisionState


class Permission(StrEnum):
    """What can be done with decisions."""

    DECISION_LIST = "decision:list"
    DECISION_READ = "decision:read"
    DECISION_SIGN = "decision:sign"
    #: The served decision, on the pages of its addressee.
    DECISION_RECEIVE = "decision:receive"
    #: Data: staff of the authority, and the addressee once it is signed.
    DECISION_BROWSE = "decision:browse"
    DECISION_FETCH = "decision:fetch"


_reads = holds_in_authority_of(Role.COORDINATOR, Role.DECIDER)


def may_receive(mandate: Mandate, subject: Any) -> bool:
    """The addressee, not before the decision is signed (R84)."""
    return subject.state is DecisionState.SIGNED and acts_for_supplier_of(mandate, subject)


def may_fetch(mandate: Mandate, subject: Any) -> bool:
    """Staff of the authority, or the addressee of a signed decision."""
    return _reads(mandate, subject) or may_receive(mandate, subject)


RULES = {
    Permission.DECISION_LIST: holds(Role.COORDINATOR, Role.DECIDER),
    Permission.DECISION_READ: _reads,
    Permission.DECISION_SIGN: holds_in_authority_of(Role.DECIDER),
    Permission.DECISION_RECEIVE: may_receive,
    Permission.DECISION_BROWSE: holds(Role.COORDINATOR, Role.DECIDER, Role.PROVIDER),
    Permission.DECISION_FETCH: may_fetch,
}
