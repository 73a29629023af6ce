"""Who may propose, give, take back and see grants: both authorities, nobody else (R107)."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from core.identity.grants.rules import ANSWERERS
from core.identity.mandates import Mandate
from core.identity.models import Role
from core.policy import holds


class Permission(StrEnum):
    """What can be done with access between authorities."""

    #: Coordinators and decision makers see those of their authority, others their own.
    GRANT_LIST = "grant:list"
    GRANT_READ = "grant:read"
    GRANT_PROPOSE = "grant:propose"
    #: Give or refuse: for the authority whose data it is.
    GRANT_ANSWER = "grant:answer"
    GRANT_WITHDRAW = "grant:withdraw"
    #: What people of other authorities did with what one's own authority gave.
    USE_LIST = "grant-use:list"


def may_read(mandate: Mandate, subject: Any) -> bool:
    """Who answers for one of the two authorities, and the person it is for."""
    is_party = mandate.organisation_id in (subject.authority_id, subject.owner_id)
    is_grantee = mandate.person_id == subject.person_id and mandate.organisation_id == subject.authority_id
    return is_grantee or (is_party and mandate.role in ANSWERERS)


def may_answer(mandate: Mandate, subject: Any) -> bool:
    """A coordinator or a decision maker of the owner, never of the authority that proposed."""
    return mandate.organisation_id == subject.owner_id and mandate.role in ANSWERERS


def may_withdraw(mandate: Mandate, subject: Any) -> bool:
    """The owner at any time; the other authority may give it back."""
    gives_back = mandate.organisation_id == subject.authority_id and mandate.role is Role.COORDINATOR
    return may_answer(mandate, subject) or gives_back


RULES = {
    Permission.GRANT_LIST: holds(Role.COORDINATOR, Role.DECIDER, Role.STEERING, Role.EXPERT),
    Permission.GRANT_READ: may_read,
    Permission.GRANT_PROPOSE: holds(Role.COORDINATOR),
    Permission.GRANT_ANSWER: may_answer,
    Permission.GRANT_WITHDRAW: may_withdraw,
    Permission.USE_LIST: holds(*ANSWERERS),
}
