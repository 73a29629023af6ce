"""The change feed that other systems follow: ids and types of what one's own organisation did."""

from __future__ import annotations

from typing import Any

from core.web.access import mandate, requires
from core.web.api import api_blueprint
from orders import queries
from orders.policy import Permission
from orders.schemas import EventPage, EventQuery

blp = api_blueprint("events", __name__, "The change feed")


@blp.get("/events")
@requires(Permission.EVENT_READ)
@blp.arguments(EventQuery, location="query")
@blp.response(200, EventPage)
def events(query: dict[str, Any]) -> Any:
    """What happened after the cursor; the cursor is the chain's sequence."""
    rows = queries.events_after(mandate().organisation_id, query["cursor"], query["limit"])
    return {"items": rows, "next_cursor": rows[-1].seq if rows else query["cursor"]}
