"""Who may look after offerings; published ones are for everybody."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from core.identity.mandates import Mandate
from core.identity.models import Role
from core.policy import acts_for_supplier_of, holds, holds_in_authority_of
from dps.offerings.models import OfferingState


class Permission(StrEnum):
    """What can be done with offerings."""

    OFFERING_LIST = "offering:list"
    OFFERING_READ = "offering:read"
    OFFERING_CREATE = "offering:create"
    OFFERING_CHANGE = "offering:change"
    OFFERING_SEARCH = "offering:search"
    INDEX_LIST = "offering:index-list"
    INDEX_PAGE = "offering:index-page"
    INDEX_DECIDE = "offering:index-decide"


def may_read(mandate: Mandate, subject: Any) -> bool:
    """A published one is public; a draft is its supplier's own."""
    return subject.state is OfferingState.PUBLISHED or acts_for_supplier_of(mandate, subject)


def anybody(mandate: Mandate, subject: Any) -> bool:
    """Any mandate: what is asked for is public."""
    return True


RULES = {
    Permission.OFFERING_LIST: holds(Role.PROVIDER),
    Permission.OFFERING_READ: may_read,
    Permission.OFFERING_CREATE: acts_for_supplier_of,
    Permission.OFFERING_CHANGE: acts_for_supplier_of,
    Permission.OFFERING_SEARCH: anybody,
    Permission.INDEX_LIST: holds(Role.COORDINATOR, Role.DECIDER),
    Permission.INDEX_PAGE: holds(Role.DECIDER),
    Permission.INDEX_DECIDE: holds_in_authority_of(Role.DECIDER),
}
