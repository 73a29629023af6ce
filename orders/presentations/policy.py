"""Who announces events, presents in them, and takes seats for customers."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from core.identity.mandates import Mandate
from core.identity.models import Role
from core.policy import holds, holds_in_authority_of


class Permission(StrEnum):
    """What can be done with presentations."""

    PRESENTATION_ANNOUNCE = "presentation:announce"
    PRESENTATION_LIST = "presentation:list"
    #: The page behind the public one; the verbs tell suppliers that are not admitted.
    PRESENTATION_READ = "presentation:read"
    PRESENTATION_CANCEL = "presentation:cancel"
    PRESENTATION_PRESENT = "presentation:present"
    #: For a customer's reference.
    PRESENTATION_SIGN_UP = "presentation:sign-up"


_staff_there = holds_in_authority_of(Role.EXPERT, Role.COORDINATOR)


def may_cancel(mandate: Mandate, subject: Any) -> bool:
    """Whose event it is: the authority's own staff, or the supplier of its own event."""
    if mandate.role is Role.PROVIDER:
        return bool(subject.supplier_id == mandate.organisation_id)
    return subject.supplier_id is None and _staff_there(mandate, subject)


def may_read(mandate: Mandate, subject: Any) -> bool:
    """Staff of the authority, and suppliers: everything but the seats of customers is public anyway."""
    return mandate.role is Role.PROVIDER or _staff_there(mandate, subject)


RULES = {
    Permission.PRESENTATION_ANNOUNCE: holds(Role.EXPERT, Role.COORDINATOR, Role.PROVIDER),
    Permission.PRESENTATION_LIST: holds(Role.EXPERT, Role.COORDINATOR, Role.PROVIDER),
    Permission.PRESENTATION_READ: may_read,
    Permission.PRESENTATION_CANCEL: may_cancel,
    Permission.PRESENTATION_PRESENT: holds(Role.PROVIDER),
    Permission.PRESENTATION_SIGN_UP: holds_in_authority_of(Role.EXPERT),
}
