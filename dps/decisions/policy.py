"""Who may see, sign and return decisions."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from core import clock
from core.identity.mandates import Mandate
from core.identity.models import Role
from core.policy import acts_for_supplier_of, holds, holds_in_authority_of
from dps.decisions import queries
from dps.decisions.models import COMPETITION_KINDS, DecisionState


class Permission(StrEnum):
    """What can be done with decisions."""

    DECISION_LIST = "decision:list"
    DECISION_READ = "decision:read"
    DECISION_SIGN = "decision:sign"
    DECISION_RETURN = "decision:return"
    #: The served decision, on the pages of its addressee.
    DECISION_RECEIVE = "decision:receive"
    DECISION_OWN_LIST = "decision:own_list"
    #: Data: staff of the authority, and the addressee once it is signed.
    DECISION_BROWSE = "decision:browse"
    DECISION_FETCH = "decision:fetch"
    #: The letter and what belongs to the case, packed for the archive.
    DECISION_ARCHIVE = "decision:archive"
    DELEGATION_LIST = "delegation:list"
    DELEGATION_GIVE = "delegation:give"
    REMEDY_LIST = "remedy:list"
    REMEDY_REGISTER = "remedy:register"
    REMEDY_HANDLE = "remedy:handle"
    EXPLANATION_ASK = "explanation:ask"
    EXPLANATION_ANSWER = "explanation:answer"


_decides = holds_in_authority_of(Role.DECIDER)
_handles = holds_in_authority_of(Role.COORDINATOR)
_reads = holds_in_authority_of(Role.COORDINATOR, Role.DECIDER)


def may_sign(mandate: Mandate, subject: Any) -> bool:
    """Decision makers of the authority, or an official to whom this decision was delegated."""
    if _decides(mandate, subject):
        return True
    if mandate.role is not Role.COORDINATOR or mandate.organisation_id != subject.authority_id:
        return False
    return queries.delegation_for(subject, mandate.person_id, clock.helsinki_date(clock.now())) is not None


def may_receive(mandate: Mandate, subject: Any) -> bool:
    """The addressee or one of them, not before the decision is signed (R84)."""
    if subject.state is not DecisionState.SIGNED:
        return False
    if subject.kind in COMPETITION_KINDS:
        return mandate.role is Role.PROVIDER and queries.is_addressee(subject.id, mandate.organisation_id)
    return acts_for_supplier_of(mandate, subject)


def may_fetch(mandate: Mandate, subject: Any) -> bool:
    """Staff of the authority, or the addressee of a signed decision."""
    return _reads(mandate, subject) or may_receive(mandate, subject)


RULES = {
    Permission.DECISION_LIST: holds(Role.COORDINATOR, Role.DECIDER),
    Permission.DECISION_READ: _reads,
    Permission.DECISION_SIGN: may_sign,
    Permission.DECISION_RETURN: _decides,
    Permission.DECISION_ARCHIVE: _reads,
    Permission.DELEGATION_LIST: holds(Role.COORDINATOR, Role.DECIDER),
    Permission.DELEGATION_GIVE: _decides,
    Permission.REMEDY_LIST: holds(Role.COORDINATOR, Role.DECIDER),
    Permission.REMEDY_REGISTER: _handles,
    Permission.REMEDY_HANDLE: _handles,
    Permission.EXPLANATION_ASK: may_receive,
    Permission.EXPLANATION_ANSWER: _handles,
    Permission.DECISION_RECEIVE: may_receive,
    Permission.DECISION_OWN_LIST: holds(Role.PROVIDER),
    Permission.DECISION_BROWSE: holds(Role.COORDINATOR, Role.DECIDER, Role.PROVIDER),
    Permission.DECISION_FETCH: may_fetch,
}
