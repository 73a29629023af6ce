"""Who reads the reports of evaluation, and who has the yearly report made."""

from __future__ import annotations

from enum import StrEnum

from core.identity.models import Role
from core.policy import holds, holds_in_authority_of


class Permission(StrEnum):
    """What can be done with reports."""

    REPORT_LIST = "report:list"
    #: Of one's own authority's category or yearly report.
    REPORT_READ = "report:read"
    #: The yearly report of one's own authority's system.
    YEAR_REPORT_MAKE = "year_report:make"


RULES = {
    Permission.REPORT_LIST: holds(Role.COORDINATOR, Role.DECIDER),
    Permission.REPORT_READ: holds_in_authority_of(Role.COORDINATOR, Role.DECIDER),
    Permission.YEAR_REPORT_MAKE: holds_in_authority_of(Role.COORDINATOR, Role.DECIDER),
}
