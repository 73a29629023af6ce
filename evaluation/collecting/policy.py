"""Who may ask for feedback and give it."""

from __future__ import annotations

from enum import StrEnum

from core.identity.models import Role
from core.policy import holds, holds_in_authority_of


class Permission(StrEnum):
    """What can be done with feedback."""

    #: The expert's page of one order: link, grades, result.
    EVALUATION_GIVE = "evaluation:give"
    FEEDBACK_COUNT = "feedback:count"


RULES = {
    Permission.EVALUATION_GIVE: holds_in_authority_of(Role.EXPERT),
    Permission.FEEDBACK_COUNT: holds(Role.EXPERT, Role.COORDINATOR, Role.DECIDER, Role.PROVIDER),
}
