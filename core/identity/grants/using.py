"""How policies ask for grants, and how each use gets into the trail of who owns the data (R107, I2).

A policy that is satisfied by a grant says so here. A writing act records the use in its own transaction; a reading
one does at the end of the request, as reading personal data does (``core.audit.reading``).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, g, has_request_context, request

from core import audit, clock
from core.db import db, unit_of_work
from core.identity.grants import queries, scopes
from core.identity.grants.models import Grant, Task
from core.identity.grants.queries import GrantInForce
from core.identity.grants.rules import ROLES

if TYPE_CHECKING:
    from core.identity.mandates import Mandate

USED = audit.declare(queries.USED, "owner", "task", "scope_kind", "scope", "act", "object")

_relied: ContextVar[list[GrantInForce] | None] = ContextVar("grants_relied_on", default=None)


@dataclass(frozen=True)
class Use:
    """One grant, used by somebody for an act on a thing."""

    actor: Mandate
    grant_id: uuid.UUID
    act: str
    object_id: str | None


def in_force(mandate: Mandate) -> tuple[GrantInForce, ...]:
    """What the mandate may do for other authorities today; asked of the database once a request, and only if needed."""
    if mandate.authority_id is None or mandate.role not in ROLES:
        return ()
    if not has_request_context():
        return queries.in_force(mandate.person_id, mandate.authority_id, mandate.role)
    known: dict[Any, tuple[GrantInForce, ...]] = g.setdefault("grants_in_force", {})
    key = (mandate.person_id, mandate.authority_id, mandate.role)
    if key not in known:
        known[key] = queries.in_force(*key)
    return known[key]


def is_granted(mandate: Mandate, task: Task, subject: Any) -> bool:
    """Whether another authority gave the mandate this task with this thing of its own, today."""
    reached = scopes.of(subject)
    if not reached or subject.authority_id == mandate.organisation_id:
        return False
    for each in mandate.grants:
        is_the_owners = each.owner_id == subject.authority_id
        if each.task is task and is_the_owners and (each.scope_kind, each.scope_id) in reached:
            noted = _relied.get()
            if noted is not None:
                noted.append(each)
            return True
    return False


@contextmanager
def noting() -> Iterator[list[GrantInForce]]:
    """Inside, the grants that a policy was satisfied by are collected."""
    noted: list[GrantInForce] = []
    token = _relied.set(noted)
    try:
        yield noted
    finally:
        _relied.reset(token)


def note(actor: Mandate, relied: Sequence[GrantInForce], subject: Any = None) -> None:
    """Each of these grants is used, now: for the trail of who owns the data."""
    if not relied:
        return
    object_id = str(subject.id) if getattr(subject, "id", None) else None
    if not has_request_context():
        with unit_of_work():
            _record([Use(actor, each.id, "", object_id) for each in relied])
        return
    act = f"{request.method} {request.url_rule}"
    uses: dict[Use, None] = g.setdefault("grant_uses", {})
    new = [use for use in (Use(actor, each.id, act, object_id) for each in relied) if use not in uses]
    uses.update(dict.fromkeys(new))
    if request.method not in ("GET", "HEAD"):
        _record(new)  # waits for the transaction of the act


def _record(uses: Sequence[Use]) -> None:
    rows = {row.id: row for row in queries.named([use.grant_id for use in uses])}
    at = clock.now()
    for use in uses:
        row: Grant = rows[use.grant_id]
        audit.record(
            USED,
            subject=row,
            actor=use.actor,
            at=at,
            owner=row.owner_id,
            task=row.task,
            scope_kind=row.scope_kind,
            scope=row.scope_id,
            act=use.act,
            object=use.object_id,
        )


def write_uses(response: Response) -> Response:
    """Store which grants this request read by; also where it was refused on a page that showed the thing again."""
    uses: dict[Use, None] = g.pop("grant_uses", {})
    has_read = request.method in ("GET", "HEAD") and response.status_code < 400
    if uses and (has_read or response.status_code == 422):
        db.session.rollback()
        with unit_of_work():
            _record(list(uses))
    return response


def init_app(app: Flask) -> None:
    audit.follow(Grant, lambda row: (row.owner_id, row.authority_id))
    app.after_request(write_uses)
