"""Who reads quality records, who comments on them, who answers for the releases."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from core.identity.mandates import Mandate
from core.identity.models import Role
from core.policy import acts_for_supplier_of, holds, holds_in_authority_of


class Permission(StrEnum):
    """What can be done with quality records."""

    QUALITY_OWN = "quality:own"
    QUALITY_READ = "quality:read"
    #: On one's own record, in the preview.
    RECORD_COMMENT = "record:comment"
    #: On one's own order, in the preview.
    CORRECTION_CLAIM = "correction:claim"
    CORRECTION_LIST = "correction:list"
    CORRECTION_ANSWER = "correction:answer"
    RELEASE_LIST = "release:list"
    RELEASE_COMPUTE = "release:compute"


def anybody(mandate: Mandate, subject: Any) -> bool:
    """Any mandate: what is asked for is public."""
    return True


RULES = {
    Permission.QUALITY_OWN: holds(Role.PROVIDER),
    Permission.QUALITY_READ: anybody,
    Permission.RECORD_COMMENT: acts_for_supplier_of,
    Permission.CORRECTION_CLAIM: acts_for_supplier_of,
    Permission.CORRECTION_LIST: holds(Role.COORDINATOR, Role.DECIDER),
    Permission.CORRECTION_ANSWER: holds_in_authority_of(Role.COORDINATOR),
    Permission.RELEASE_LIST: holds(Role.COORDINATOR, Role.DECIDER),
    Permission.RELEASE_COMPUTE: holds(Role.COORDINATOR),
}
