"""JSON: access between authorities, and how it was used."""

from __future__ import annotations

from typing import Any

from core.audit.models import AuditEvent
from core.identity.grants import queries, service
from core.identity.grants.models import Grant
from core.identity.grants.policy import Permission
from core.identity.grants.queries import UsesWanted
from core.identity.grants.schemas import GrantIn, GrantOut, GrantPage, RefuseIn, UsePage, UseQuery
from core.web.access import mandate, requires
from core.web.api import PageQuery, api_blueprint, page

blp = api_blueprint("grants", __name__, "Access between authorities")


@blp.get("/grants")
@requires(Permission.GRANT_LIST)
@blp.arguments(PageQuery, location="query")
@blp.response(200, GrantPage)
def list_grants(query: dict[str, Any]) -> Any:
    """The grants between the caller's authority and others; of experts and steering members their own."""
    return page(queries.grants_seen_by(mandate()), Grant, cursor=query.get("cursor"), limit=query["limit"])


@blp.get("/grants/<uuid:grant_id>")
@requires(Permission.GRANT_READ, on=queries.grant)
@blp.response(200, GrantOut)
def show_grant(grant: Grant) -> Any:
    """One grant."""
    return grant


@blp.post("/grants")
@requires(Permission.GRANT_PROPOSE)
@blp.arguments(GrantIn)
@blp.response(201, GrantOut)
def propose(data: dict[str, Any]) -> Any:
    """Ask another authority to let a person of one's own do a task for it."""
    return service.propose(service.GrantDetails(**data), by=mandate())


@blp.post("/grants/<uuid:grant_id>/give")
@requires(Permission.GRANT_ANSWER, on=queries.grant)
@blp.response(200, GrantOut)
def give(grant: Grant) -> Any:
    """The authority whose data it is gives the access."""
    service.give(grant, by=mandate())
    return grant


@blp.post("/grants/<uuid:grant_id>/refuse")
@requires(Permission.GRANT_ANSWER, on=queries.grant)
@blp.arguments(RefuseIn)
@blp.response(200, GrantOut)
def refuse(grant: Grant, data: dict[str, Any]) -> Any:
    """The authority whose data it is does not give the access."""
    service.refuse(grant, data["reason"], by=mandate())
    return grant


@blp.post("/grants/<uuid:grant_id>/withdraw")
@requires(Permission.GRANT_WITHDRAW, on=queries.grant)
@blp.response(200, GrantOut)
def withdraw(grant: Grant) -> Any:
    """Either authority ends the access at once."""
    service.withdraw(grant, by=mandate())
    return grant


def _use(event: AuditEvent) -> dict[str, Any]:
    return {
        "seq": event.seq,
        "at": event.at,
        "grant_id": event.subject_id,
        "person_id": event.person_id,
        "role": event.role,
        "authority_id": event.organisation_id,
        **event.data,
    }


@blp.get("/grant-uses")
@requires(Permission.USE_LIST)
@blp.arguments(UseQuery, location="query")
@blp.response(200, UsePage)
def list_uses(query: dict[str, Any]) -> Any:
    """How people of other authorities used what the caller's authority gave them, newest first."""
    limit = query["limit"]
    wanted = UsesWanted(**{name: query.get(name) for name in ("authority_id", "task", "grant_id")})
    rows = queries.uses_of(mandate().organisation_id, wanted, query.get("cursor"), limit + 1)
    return {
        "items": [_use(row[0]) for row in rows[:limit]],
        "next_cursor": rows[limit - 1][0].seq if len(rows) > limit else None,
    }
