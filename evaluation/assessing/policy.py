"""Who may ask for a self-assessment, read it, and let the provider see it."""

from __future__ import annotations

from enum import StrEnum

from core.identity.models import Role
from core.policy import acts_for_supplier_of, holds_in_authority_of


class Permission(StrEnum):
    """What can be done with self-assessments."""

    #: Ask the customer, answer together with them, read all seven areas.
    ASSESSMENT_HANDLE = "assessment:handle"
    #: The provider reads six areas of its own customer, with the customer's consent.
    ASSESSMENT_READ_OPEN = "assessment:read-open"


RULES = {
    Permission.ASSESSMENT_HANDLE: holds_in_authority_of(Role.EXPERT),
    Permission.ASSESSMENT_READ_OPEN: acts_for_supplier_of,
}
