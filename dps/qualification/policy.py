"""Who may send, handle and see applications and qualifications."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from core.identity.mandates import Mandate
from core.identity.models import Role
from core.policy import acts_for_supplier_of, holds, holds_in_authority_of
from dps.qualification import admissions, queries
from suppliers import policy as suppliers_policy


class Permission(StrEnum):
    """What can be done with applications."""

    APPLICATION_SEND = "application:send"
    APPLICATION_OWN_LIST = "application:own_list"
    APPLICATION_OWN_READ = "application:own_read"
    APPLICATION_WITHDRAW = "application:withdraw"
    APPLICATION_LIST = "application:list"
    APPLICATION_READ = "application:read"
    APPLICATION_HANDLE = "application:handle"
    #: Many at once; each by itself as with one.
    APPLICATION_HANDLE_MANY = "application:handle_many"
    CLARIFICATION_ANSWER = "clarification:answer"
    CLARIFICATION_FETCH = "clarification:fetch"
    #: Data: staff of the authority and the applicant.
    APPLICATION_BROWSE = "application:browse"
    APPLICATION_FETCH = "application:fetch"
    #: The register of the admitted is public; its data needs a token only.
    QUALIFICATION_BROWSE = "qualification:browse"
    ADMISSION_LIST = "admission:list"
    ADMISSION_READ = "admission:read"
    #: Ask for renewals, hear, propose: the coordinators of the authority.
    ADMISSION_HANDLE = "admission:handle"
    ADMISSION_OWN_LIST = "admission:own_list"
    #: The provider's own admission: read it, answer, ask for a pause or to leave.
    ADMISSION_OWN = "admission:own"
    #: Let a matter rest: the city its own, the provider its own request.
    ADMISSION_DROP = "admission:drop"
    ADMISSION_BROWSE = "admission:browse"
    ADMISSION_FETCH = "admission:fetch"


_reads = holds_in_authority_of(Role.COORDINATOR, Role.DECIDER)
_handles = holds_in_authority_of(Role.COORDINATOR)


def may_fetch(mandate: Mandate, subject: Any) -> bool:
    """Staff of the authority, or the applicant."""
    return _reads(mandate, subject) or acts_for_supplier_of(mandate, subject)


def may_drop(mandate: Mandate, subject: Any) -> bool:
    """Coordinators of the authority, or the provider whose matter it is; the verb tells whose request it was."""
    return _handles(mandate, subject) or acts_for_supplier_of(mandate, subject)


def anybody(mandate: Mandate, subject: Any) -> bool:
    """Every role; the query filters."""
    return True


RULES = {
    Permission.APPLICATION_SEND: holds(Role.PROVIDER),
    Permission.APPLICATION_OWN_LIST: holds(Role.PROVIDER),
    Permission.APPLICATION_OWN_READ: acts_for_supplier_of,
    Permission.APPLICATION_WITHDRAW: acts_for_supplier_of,
    Permission.APPLICATION_LIST: holds(Role.COORDINATOR, Role.DECIDER),
    Permission.APPLICATION_READ: _reads,
    Permission.APPLICATION_HANDLE: holds_in_authority_of(Role.COORDINATOR),
    Permission.APPLICATION_HANDLE_MANY: holds(Role.COORDINATOR),
    Permission.CLARIFICATION_ANSWER: acts_for_supplier_of,
    Permission.CLARIFICATION_FETCH: may_fetch,
    Permission.APPLICATION_BROWSE: holds(Role.COORDINATOR, Role.DECIDER, Role.PROVIDER),
    Permission.APPLICATION_FETCH: may_fetch,
    Permission.QUALIFICATION_BROWSE: anybody,
    Permission.ADMISSION_LIST: holds(Role.COORDINATOR, Role.DECIDER),
    Permission.ADMISSION_READ: _reads,
    Permission.ADMISSION_HANDLE: _handles,
    Permission.ADMISSION_DROP: may_drop,
    Permission.ADMISSION_OWN_LIST: holds(Role.PROVIDER),
    Permission.ADMISSION_OWN: acts_for_supplier_of,
    Permission.ADMISSION_BROWSE: holds(Role.COORDINATOR, Role.DECIDER, Role.PROVIDER),
    Permission.ADMISSION_FETCH: may_fetch,
}

suppliers_policy.add_matter(queries.has_applied)
suppliers_policy.add_given(admissions.was_given)
