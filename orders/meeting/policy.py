"""Who may let whom know the customer, and who declares interests."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from core.identity.mandates import Mandate
from core.identity.models import Role
from core.policy import acts_for_supplier_of, holds, holds_in_authority_of


class Permission(StrEnum):
    """What can be done about meeting the customer."""

    #: Release the contact, name staff, record consent: experts of the ordering authority.
    CUSTOMER_RELEASE = "customer:release"
    #: See who is named; only those then read who the customer is.
    CUSTOMER_MEET = "customer:meet"
    CUSTOMER_NAME_STAFF = "customer:name-staff"
    #: The note of a need's health: experts of its authority.
    HEALTH_NOTE = "health:note"
    INTEREST_DECLARE = "interest:declare"
    INTEREST_END = "interest:end"


_expert_there = holds_in_authority_of(Role.EXPERT)


def may_name_staff(mandate: Mandate, subject: Any) -> bool:
    """Both sides; of the provider the verb lets its main users only."""
    return acts_for_supplier_of(mandate, subject) or _expert_there(mandate, subject)


def declared_it(mandate: Mandate, subject: Any) -> bool:
    """One's own declaration."""
    return mandate.role is Role.EXPERT and mandate.person_id == subject.person_id


RULES = {
    Permission.CUSTOMER_RELEASE: _expert_there,
    Permission.CUSTOMER_MEET: acts_for_supplier_of,
    Permission.CUSTOMER_NAME_STAFF: may_name_staff,
    Permission.HEALTH_NOTE: _expert_there,
    Permission.INTEREST_DECLARE: holds(Role.EXPERT),
    Permission.INTEREST_END: declared_it,
}
