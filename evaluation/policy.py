"""Who may give, record and read what is known of quality."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from core.identity.mandates import Mandate
from core.identity.models import Role
from core.policy import holds, holds_in_authority_of


class Permission(StrEnum):
    """What can be done in evaluation."""

    #: The expert's page of one order: link, grades, result.
    EVALUATION_GIVE = "evaluation:give"
    OUTCOME_LIST = "outcome:list"
    OUTCOME_RECORD = "outcome:record"
    FEEDBACK_COUNT = "feedback:count"
    QUALITY_OWN = "quality:own"
    QUALITY_READ = "quality:read"


def anybody(mandate: Mandate, subject: Any) -> bool:
    """Any mandate: what is asked for is public."""
    return True


RULES = {
    Permission.EVALUATION_GIVE: holds_in_authority_of(Role.EXPERT),
    Permission.OUTCOME_LIST: holds(Role.EXPERT, Role.COORDINATOR, Role.DECIDER),
    Permission.OUTCOME_RECORD: holds(Role.EXPERT),
    Permission.FEEDBACK_COUNT: holds(Role.EXPERT, Role.COORDINATOR, Role.DECIDER, Role.PROVIDER),
    Permission.QUALITY_OWN: holds(Role.PROVIDER),
    Permission.QUALITY_READ: anybody,
}
