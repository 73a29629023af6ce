"""The tables of the room: applications with their findings, and qualifications."""

from dps.qualification.models.applications import (
    APPLICATION_STATE_TITLES,
    APPLICATION_TRANSITIONS,
    Application,
    ApplicationCheck,
    ApplicationState,
    CheckResult,
)
from dps.qualification.models.qualifications import Qualification

__all__ = [
    "APPLICATION_STATE_TITLES",
    "APPLICATION_TRANSITIONS",
    "Application",
    "ApplicationCheck",
    "ApplicationState",
    "CheckResult",
    "Qualification",
]
