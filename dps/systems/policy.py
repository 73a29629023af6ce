"""Who may see, prepare and approve purchasing systems."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from core.identity.grants.models import Task
from core.identity.mandates import Mandate
from core.identity.models import Role
from core.policy import granted, holds, holds_in_authority_of, holds_or_granted
from dps.systems.models import PUBLIC_STATES, ChangeState, QuestionState


class Permission(StrEnum):
    """What can be done with systems and their categories."""

    SYSTEM_LIST = "system:list"
    SYSTEM_CREATE = "system:create"
    #: The working page, of one's own authority or of another one that lets one prepare with it.
    SYSTEM_READ = "system:read"
    SYSTEM_PREPARE = "system:prepare"
    SYSTEM_APPROVE = "system:approve"
    SYSTEM_CLOSE = "system:close"
    #: Data of public systems, for anybody with a token; drafts only for the own authority.
    SYSTEM_BROWSE = "system:browse"
    SYSTEM_FETCH = "system:fetch"
    #: Published changes, for anybody with a token; others only for the own authority.
    CHANGE_FETCH = "system_change:fetch"
    QUESTION_ASK = "question:ask"
    QUESTION_LIST = "question:list"
    QUESTION_ANSWER = "question:answer"
    #: Answered questions, for anybody with a token; unanswered ones only for the own authority.
    QUESTION_FETCH = "question:fetch"


def anybody(mandate: Mandate, subject: Any) -> bool:
    """Every role; the query shows what is public or one's own."""
    return True


_prepares_with = granted(Task.PREPARE)


def may_fetch(mandate: Mandate, subject: Any) -> bool:
    """A published system, one of the own authority (R16, R17), or one that is prepared with it; also categories."""
    system = getattr(subject, "system", subject)
    is_known = system.state in PUBLIC_STATES or mandate.authority_id == system.authority_id
    return is_known or _prepares_with(mandate, subject)


def is_named_buyer(mandate: Mandate, subject: Any) -> bool:
    """Acts for an authority that the notice of the subject's system names as a buyer (R103)."""
    return any(buyer.authority_id == mandate.authority_id for buyer in subject.system.buyers)


def may_fetch_change(mandate: Mandate, subject: Any) -> bool:
    """A change in force, or one of the own authority's staff (R17, R18)."""
    return subject.state is ChangeState.IN_FORCE or mandate.authority_id == subject.authority_id


def may_fetch_question(mandate: Mandate, subject: Any) -> bool:
    """An answered question, or one to the own authority (I5)."""
    return subject.state is QuestionState.ANSWERED or mandate.authority_id == subject.authority_id


RULES = {
    Permission.SYSTEM_LIST: holds(Role.COORDINATOR, Role.DECIDER),
    Permission.SYSTEM_CREATE: holds(Role.COORDINATOR),
    Permission.SYSTEM_READ: holds_or_granted(Task.PREPARE, Role.COORDINATOR, Role.DECIDER),
    Permission.SYSTEM_PREPARE: holds_in_authority_of(Role.COORDINATOR),
    Permission.SYSTEM_APPROVE: holds_in_authority_of(Role.DECIDER),
    Permission.SYSTEM_CLOSE: holds_in_authority_of(Role.COORDINATOR, Role.DECIDER),
    Permission.SYSTEM_BROWSE: anybody,
    Permission.SYSTEM_FETCH: may_fetch,
    Permission.CHANGE_FETCH: may_fetch_change,
    Permission.QUESTION_ASK: holds(Role.PROVIDER),
    Permission.QUESTION_LIST: holds(Role.COORDINATOR, Role.DECIDER),
    Permission.QUESTION_ANSWER: holds_in_authority_of(Role.COORDINATOR),
    Permission.QUESTION_FETCH: may_fetch_question,
}
