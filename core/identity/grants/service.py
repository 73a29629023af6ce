"""The verbs of access between authorities: proposed by one, given by the other, ended by either or by its last day."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from core import audit, clock, law, mail
from core.db import db, lock, new_id, transaction
from core.errors import NotAllowed, RuleBroken
from core.i18n import lazy_gettext as _l
from core.identity import queries as people
from core.identity.grants import policy, queries, rules, scopes
from core.identity.grants.models import GRANT_TRANSITIONS, Grant, ScopeKind, Task
from core.identity.mandates import Mandate
from core.identity.models import Person, Role
from core.states import move
from core.web.text_checks import MESSAGE, contains_identity_code

PROPOSED = audit.declare(
    "grant.proposed", "person", "authority", "owner", "task", "scope_kind", "scope", "first_day", "last_day"
)
GIVEN = audit.declare("grant.given", "before")
REFUSED = audit.declare("grant.refused", "before")
WITHDRAWN = audit.declare("grant.withdrawn", "before")


@dataclass(frozen=True, kw_only=True)
class GrantDetails:
    """What is asked for: who, from whom, what for, with what, until when."""

    person_id: uuid.UUID
    owner_id: uuid.UUID
    task: Task
    scope_kind: ScopeKind
    scope_id: uuid.UUID
    purpose: str
    first_day: date
    last_day: date


def _broken(text: Any, field: str, next_step: Any, rule: str = "R107") -> RuleBroken:
    return RuleBroken(text, rule=rule, field=field, next_step=next_step)


def _refuse_wrong_text(text: str, field: str, missing: Any) -> str:
    if not text.strip():
        raise _broken(missing, field, _l("Both authorities read it."))
    if contains_identity_code(text):
        raise RuleBroken(MESSAGE, rule="I8", field=field)
    return text.strip()


def _refuse_past_end(last_day: date, today: date) -> None:
    if last_day < today:
        raise _broken(
            _l("The last day of this access right is past."),
            "last_day",
            _l("Ask for a new access right with later days."),
        )


def _refuse_wrong_days(details: GrantDetails, today: date) -> None:
    _refuse_past_end(details.last_day, today)
    if details.first_day < today:
        raise _broken(_l("The first day is past."), "first_day", _l("Enter today or a later day."))
    if details.last_day < details.first_day:
        raise _broken(_l("The last day is before the first day."), "last_day", _l("Choose a later end."))
    months = int(law.number("R107.grant_length", today))
    if details.last_day > rules.latest_last_day(details.first_day, months):
        raise _broken(
            _l("An access right lasts at most %(months)s months.", months=months),
            "last_day",
            _l("Choose an earlier last day, and ask again when it nears."),
        )


def _refuse_strangers(grantee: uuid.UUID, authority_id: uuid.UUID, task: Task, today: date) -> None:
    if not queries.works_there(grantee, authority_id, task, today):
        raise _broken(
            _l("The person has no role for this task in the authority that asks."),
            "person",
            _l("Choose somebody who works there in such a role today."),
            rule="R103",
        )


def _refuse_wrong_scope(details: GrantDetails, reader_id: uuid.UUID) -> None:
    if details.scope_kind not in rules.TASK_KINDS[details.task]:
        raise _broken(
            _l("This task is not done with such a thing."),
            "scope",
            _l("Choose what the task is done with: a system, a category or a group."),
        )
    asked = scopes.Asked(details.task, details.owner_id, reader_id, details.scope_id)
    if not scopes.choices(details.scope_kind, asked):
        raise _broken(
            _l("The other authority has no such thing that yours knows of."),
            "scope",
            _l("Choose a published system, or one that both authorities buy from."),
        )


@transaction
def propose(details: GrantDetails, *, by: Mandate) -> Grant:
    """Ask another authority to let a person of one's own do a task for it (R103).

    :raises NotAllowed: only a coordinator of an authority asks
    :raises RuleBroken: the own authority, a person without a role there, a wrong thing, or wrong days (R107)
    """
    now = clock.now()
    today = clock.helsinki_date(now)
    if by.authority_id is None or by.role is not Role.COORDINATOR:
        raise NotAllowed(
            _l("A coordinator asks for access, for a person of the own authority."),
            rule="R103",
            field="person",
            next_step=_l("Ask a coordinator of your authority."),
        )
    owner = people.authority(details.owner_id)
    if owner is None or owner.id == by.authority_id:
        raise _broken(
            _l("An authority does not give access to itself."),
            "owner",
            _l("Choose the authority whose data it is."),
            rule="R103",
        )
    purpose = _refuse_wrong_text(details.purpose, "purpose", _l("Write what the access is needed for."))
    _refuse_wrong_days(details, today)
    _refuse_strangers(details.person_id, by.authority_id, details.task, today)
    _refuse_wrong_scope(details, by.authority_id)
    grant = Grant(
        id=new_id(),
        person_id=details.person_id,
        authority_id=by.authority_id,
        owner_id=owner.id,
        task=details.task,
        scope_kind=details.scope_kind,
        scope_id=details.scope_id,
        purpose=purpose,
        first_day=details.first_day,
        last_day=details.last_day,
        proposed_by=by.person_id,
        proposed_at=now,
    )
    db.session.add(grant)
    db.session.flush()
    _tell(grant, people.holders(owner.id, today, *rules.ANSWERERS), "grant_proposed", now)
    audit.record(
        PROPOSED,
        subject=grant,
        actor=by,
        at=now,
        person=grant.person_id,
        authority=grant.authority_id,
        owner=grant.owner_id,
        task=grant.task,
        scope_kind=grant.scope_kind,
        scope=grant.scope_id,
        first_day=grant.first_day,
        last_day=grant.last_day,
    )
    return grant


def _tell(grant: Grant, readers: Iterable[Person], template: str, now: datetime) -> None:
    for person in readers:
        mail.send(person.email, template, language=person.language, at=now, about_id=grant.id, grant=grant)


def _asking(grant: Grant) -> list[Person]:
    """Who asked, and for whom; once where it is the same person."""
    return list({each.id: each for each in (grant.person, grant.proposer)}.values())


def _only(may: policy.Permission, grant: Grant, by: Mandate) -> None:
    """The verb itself refuses whom the pages refuse: no job or later room may give for the owner."""
    if not policy.RULES[may](by, grant):
        raise NotAllowed(
            _l("Only the authority whose data it is answers, by a coordinator or a decision maker."),
            rule="R103",
            field="owner",
            next_step=_l("Wait for the other authority's answer, or ask its coordinator."),
        )


def _refuse_own(grant: Grant, by: Mandate) -> None:
    """:raises RuleBroken: somebody with roles in both authorities answers what they asked for, or would get"""
    if by.person_id in (grant.person_id, grant.proposed_by):
        raise _broken(
            _l("You asked for this access right, or would get it yourself."),
            "owner",
            _l("Ask another coordinator or decision maker of the authority whose data it is to answer."),
            rule="four-eyes",
        )


@transaction
def give(grant: Grant, *, by: Mandate) -> None:
    """The owner gives the access; from its first day to its last one it holds, if nobody ends it before.

    :raises NotAllowed: not by the authority that asked, nor by anybody without a mandate of the owner (R103)
    :raises WrongState: it was answered before
    :raises RuleBroken: by who asked or would get it, its last day is past, or the person does not work there any more
        (R107)
    """
    lock(grant)
    now = clock.now()
    today = clock.helsinki_date(now)
    _only(policy.Permission.GRANT_ANSWER, grant, by)
    _refuse_own(grant, by)
    before = grant.state
    with db.session.no_autoflush:
        move(grant, GRANT_TRANSITIONS, "give")
        grant.answered_by, grant.answered_at = by.person_id, now
    _refuse_past_end(grant.last_day, today)
    _refuse_strangers(grant.person_id, grant.authority_id, grant.task, today)
    _tell(grant, _asking(grant), "grant_given", now)
    audit.record(GIVEN, subject=grant, actor=by, at=now, before=before)


@transaction
def refuse(grant: Grant, reason: str, *, by: Mandate) -> None:
    """The owner does not give the access, and says why.

    :raises NotAllowed: as in ``give``
    :raises WrongState: it was answered before
    :raises RuleBroken: the reason is missing
    """
    lock(grant)
    now = clock.now()
    _only(policy.Permission.GRANT_ANSWER, grant, by)
    words = _refuse_wrong_text(reason, "reason", _l("Write why the access is not given."))
    before = grant.state
    with db.session.no_autoflush:
        move(grant, GRANT_TRANSITIONS, "refuse")
        grant.answered_by, grant.answered_at, grant.refuse_reason = by.person_id, now, words
    _tell(grant, _asking(grant), "grant_refused", now)
    audit.record(REFUSED, subject=grant, actor=by, at=now, before=before)


@transaction
def withdraw(grant: Grant, *, by: Mandate) -> None:
    """End a given access at once: by the owner, or by the other authority that needs it no more.

    :raises WrongState: it was never given, or is withdrawn already
    """
    lock(grant)
    now = clock.now()
    _only(policy.Permission.GRANT_WITHDRAW, grant, by)
    before = grant.state
    with db.session.no_autoflush:
        move(grant, GRANT_TRANSITIONS, "withdraw")
        grant.withdrawn_by, grant.withdrawn_at = by.person_id, now
    _tell(grant, _asking(grant), "grant_withdrawn", now)
    audit.record(WITHDRAWN, subject=grant, actor=by, at=now, before=before)
