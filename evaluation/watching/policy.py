"""Who watches: coordinator and decision maker of the category's authority; the provider only what it is asked."""

from __future__ import annotations

from enum import StrEnum

from core.identity.mandates import Mandate
from core.identity.models import Role
from core.policy import acts_for_supplier_of, holds, holds_in_authority_of
from evaluation.watching.models import WatchFlag


class Permission(StrEnum):
    """What can be done with flags."""

    FLAG_LIST = "watching:list"
    #: What one's own company was asked.
    FLAG_LIST_ASKED = "watching:list-asked"
    FLAG_LOOK = "watching:look"
    FLAG_READ = "watching:read"
    FLAG_HANDLE = "watching:handle"
    #: A provider that was asked.
    FLAG_ANSWER = "watching:answer"


def _was_asked(mandate: Mandate, flag: WatchFlag) -> bool:
    return acts_for_supplier_of(mandate, flag) and flag.question is not None


RULES = {
    Permission.FLAG_LIST: holds(Role.COORDINATOR, Role.DECIDER),
    Permission.FLAG_LIST_ASKED: holds(Role.PROVIDER),
    Permission.FLAG_LOOK: holds(Role.COORDINATOR),
    Permission.FLAG_READ: holds_in_authority_of(Role.COORDINATOR, Role.DECIDER),
    Permission.FLAG_HANDLE: holds_in_authority_of(Role.COORDINATOR),
    Permission.FLAG_ANSWER: _was_asked,
}
