"""Every SELECT about grants and their uses, named by what it answers."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Date, Select, Text, cast, false, func, or_, select
from sqlalchemy.orm import joinedload

from core.audit.models import AuditEvent
from core.db import db
from core.identity.grants.models import Grant, GrantState, ScopeKind, Task
from core.identity.grants.rules import ANSWERERS, TASK_ROLES
from core.identity.models import Authority, Organisation, Person, Role, RoleHolding

if TYPE_CHECKING:
    from core.identity.mandates import Mandate

#: How long before its end a grant stands on the desk.
ENDS_SOON = timedelta(days=14)
USED = "grant.used"


@dataclass(frozen=True)
class GrantInForce:
    """What a person may do today for another authority."""

    id: uuid.UUID
    owner_id: uuid.UUID
    task: Task
    scope_kind: ScopeKind
    scope_id: uuid.UUID


def grant(grant_id: uuid.UUID) -> Grant | None:
    return db.session.get(Grant, grant_id)


def in_force(person_id: uuid.UUID, authority_id: uuid.UUID, role: Role) -> tuple[GrantInForce, ...]:
    """What a person may do today in this role: given, not ended, and only while they still work there in it."""
    tasks = [task for task, roles in TASK_ROLES.items() if role in roles]
    today = cast(func.timezone("Europe/Helsinki", func.avoin_now()), Date)
    still_there = (
        select(RoleHolding.id)
        .join(Person, Person.id == RoleHolding.person_id)
        .where(
            RoleHolding.person_id == person_id,
            RoleHolding.organisation_id == authority_id,
            RoleHolding.role == role,
            RoleHolding.starts_on <= today,
            or_(RoleHolding.ends_on.is_(None), RoleHolding.ends_on >= today),
            Person.is_active,
        )
        .exists()
    )
    rows = db.session.execute(
        select(Grant.id, Grant.owner_id, Grant.task, Grant.scope_kind, Grant.scope_id)
        .where(
            Grant.person_id == person_id,
            Grant.authority_id == authority_id,
            Grant.state == GrantState.GIVEN,
            Grant.task.in_(tasks),
            today.between(Grant.first_day, Grant.last_day),
            still_there,
        )
        .order_by(Grant.id)
        .limit(200)
    )
    return tuple(GrantInForce(*row) for row in rows)


def grants_seen_by(mandate: Mandate) -> Select[Grant]:
    """The grants a mandate may list: those between its authority and others, or only its own (R107)."""
    if mandate.authority_id is None:
        return select(Grant).where(false())
    if mandate.role in ANSWERERS:
        return select(Grant).where(
            or_(Grant.authority_id == mandate.organisation_id, Grant.owner_id == mandate.organisation_id)
        )
    return select(Grant).where(Grant.authority_id == mandate.organisation_id, Grant.person_id == mandate.person_id)


def named(grant_ids: Sequence[uuid.UUID]) -> Sequence[Grant]:
    return db.session.scalars(select(Grant).where(Grant.id.in_(grant_ids)).order_by(Grant.id)).all()


def people_for(authority_id: uuid.UUID, task: Task, on: date) -> Sequence[Person]:
    """The people of an authority who could do a task, in one of its roles."""
    return db.session.scalars(
        select(Person)
        .join(RoleHolding, RoleHolding.person_id == Person.id)
        .where(
            RoleHolding.organisation_id == authority_id,
            RoleHolding.role.in_(TASK_ROLES[task]),
            RoleHolding.starts_on <= on,
            or_(RoleHolding.ends_on.is_(None), RoleHolding.ends_on >= on),
            Person.is_active,
        )
        .group_by(Person.id)
        .order_by(Person.name, Person.id)
        .limit(2_000)
    ).all()


def works_there(person_id: uuid.UUID, authority_id: uuid.UUID, task: Task, on: date) -> bool:
    """Whether a person holds a role of the task in the authority on a day."""
    return bool(
        db.session.scalar(
            select(RoleHolding.id)
            .join(Person, Person.id == RoleHolding.person_id)
            .where(
                RoleHolding.person_id == person_id,
                RoleHolding.organisation_id == authority_id,
                RoleHolding.role.in_(TASK_ROLES[task]),
                RoleHolding.starts_on <= on,
                or_(RoleHolding.ends_on.is_(None), RoleHolding.ends_on >= on),
                Person.is_active,
            )
            .limit(1)
        )
    )


def other_authorities(authority_id: uuid.UUID) -> Sequence[Authority]:
    return db.session.scalars(
        select(Authority).where(Authority.id != authority_id).order_by(Authority.name_fi, Authority.id).limit(500)
    ).all()


def to_do(authority_id: uuid.UUID, today: date, limit: int = 60) -> Sequence[Grant]:
    """Proposals that the authority must answer, and grants of its people or its data that end soon."""
    waits = (Grant.owner_id == authority_id) & (Grant.state == GrantState.PROPOSED) & (Grant.last_day >= today)
    ends = (
        or_(Grant.owner_id == authority_id, Grant.authority_id == authority_id)
        & (Grant.state == GrantState.GIVEN)
        & Grant.last_day.between(today, today + ENDS_SOON)
    )
    return db.session.scalars(
        select(Grant).where(or_(waits, ends)).order_by(Grant.last_day, Grant.id).limit(limit)
    ).all()


@dataclass(frozen=True, kw_only=True)
class UsesWanted:
    """What the list of uses is narrowed to."""

    authority_id: uuid.UUID | None = None
    task: Task | None = None
    grant_id: uuid.UUID | None = None


def uses_of(
    owner_id: uuid.UUID, wanted: UsesWanted, before: int | None, size: int
) -> Sequence[tuple[AuditEvent, str | None, str | None]]:
    """How people of other authorities used what the owner gave them, newest first: event, person, authority."""
    given = select(cast(Grant.id, Text)).where(Grant.owner_id == owner_id)
    for column, value in (
        (Grant.authority_id, wanted.authority_id),
        (Grant.task, wanted.task),
        (Grant.id, wanted.grant_id),
    ):
        if value is not None:
            given = given.where(column == value)
    query = (
        select(AuditEvent, Person.name, Organisation.name)
        .outerjoin(Person, Person.id == AuditEvent.person_id)
        .outerjoin(Organisation, Organisation.id == AuditEvent.organisation_id)
        .where(
            AuditEvent.subject_type == Grant.__tablename__, AuditEvent.subject_id.in_(given), AuditEvent.type == USED
        )
        .order_by(AuditEvent.seq.desc())
        .limit(size)
    )
    if before is not None and 0 < before < 2**63:
        query = query.where(AuditEvent.seq < before)
    return [(row[0], row[1], row[2]) for row in db.session.execute(query)]


def grants_page(query: Select[Grant], after: uuid.UUID | None, size: int) -> Sequence[Grant]:
    """One page of grants and one more, newest first, with who proposed and answered them."""
    if after:
        query = query.where(Grant.id < after)
    query = query.options(joinedload(Grant.proposer), joinedload(Grant.answerer))
    return db.session.scalars(query.order_by(Grant.id.desc()).limit(size + 1)).all()
