"""Who follows what is done together: the parties' own people, each authority its own part (R103)."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from core.identity.mandates import Mandate
from core.identity.models import Role
from core.policy import holds

#: Who works under ``/joint``.
FOLLOWERS = (Role.COORDINATOR, Role.DECIDER, Role.STEERING)


class Permission(StrEnum):
    """What can be done with what is followed."""

    FOLLOWING_LIST = "following:list"
    #: Results, resourcing and where each acts alone, of an agreement of one's authority.
    FOLLOWING_READ = "following:read"
    #: The person-years of one's own authority.
    RESOURCING_REPORT = "resourcing:report"
    REVIEW_READ = "joint-review:read"
    #: Make it and finish it: the authority that keeps the agreement.
    REVIEW_MAKE = "joint-review:make"
    REVIEW_COMMENT = "joint-review:comment"


def follows(mandate: Mandate, subject: Any) -> bool:
    """Works under ``/joint`` for an authority behind one of the parties."""
    return mandate.role in FOLLOWERS and mandate.authority_id in subject.authority_ids


def reports(mandate: Mandate, subject: Any) -> bool:
    """A coordinator of an authority behind one of the parties."""
    return mandate.role is Role.COORDINATOR and mandate.authority_id in subject.authority_ids


def keeps(mandate: Mandate, subject: Any) -> bool:
    """A coordinator of the authority that keeps the agreement."""
    return mandate.role is Role.COORDINATOR and mandate.authority_id == subject.agreement.keeper_id


RULES = {
    Permission.FOLLOWING_LIST: holds(*FOLLOWERS),
    Permission.FOLLOWING_READ: follows,
    Permission.RESOURCING_REPORT: reports,
    Permission.REVIEW_READ: follows,
    Permission.REVIEW_MAKE: keeps,
    Permission.REVIEW_COMMENT: follows,
}
