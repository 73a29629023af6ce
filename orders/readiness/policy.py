"""Who prepares lay-off plans, reads them, answers for an authority, and works with the people who will come."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from core.identity.mandates import Mandate
from core.identity.models import Role
from core.policy import holds, holds_in_authority_of


class Permission(StrEnum):
    """What can be done with plans."""

    PLAN_LIST = "layoff-plan:list"
    PLAN_READ = "layoff-plan:read"
    PLAN_MAKE = "layoff-plan:make"
    PLAN_CHANGE = "layoff-plan:change"
    #: Say what one's own authority takes.
    PLAN_ANSWER = "layoff-plan:answer"
    #: The references of the people who will come to one's own authority, and their needs.
    PEOPLE_LIST = "layoff-people:list"
    PEOPLE_WORK = "layoff-people:work"
    PERSON_CHANGE = "layoff-person:change"
    FIGURES_ENTER = "labour-figures:enter"


READERS = (Role.COORDINATOR, Role.DECIDER, Role.STEERING)


def concerns(mandate: Mandate, plan: Any) -> bool:
    """The plan is one's authority's own, or has been shared with it."""
    return mandate.authority_id is not None and (
        mandate.authority_id == plan.authority_id
        or any(share.authority_id == mandate.authority_id for share in plan.shares)
    )


def reads(mandate: Mandate, plan: Any) -> bool:
    return mandate.role in READERS and concerns(mandate, plan)


def answers(mandate: Mandate, plan: Any) -> bool:
    """A coordinator or decision maker of an authority that it has been shared with."""
    return mandate.role in (Role.COORDINATOR, Role.DECIDER) and any(
        share.authority_id == mandate.authority_id for share in plan.shares
    )


def works(mandate: Mandate, plan: Any) -> bool:
    """An expert of an authority that it concerns."""
    return mandate.role is Role.EXPERT and concerns(mandate, plan)


RULES = {
    Permission.PLAN_LIST: holds(*READERS),
    Permission.PLAN_READ: reads,
    Permission.PLAN_MAKE: holds(Role.COORDINATOR),
    Permission.PLAN_CHANGE: holds_in_authority_of(Role.COORDINATOR),
    Permission.PLAN_ANSWER: answers,
    Permission.PEOPLE_LIST: holds(Role.EXPERT),
    Permission.PEOPLE_WORK: works,
    Permission.PERSON_CHANGE: holds_in_authority_of(Role.EXPERT),
    Permission.FIGURES_ENTER: holds(Role.COORDINATOR),
}
