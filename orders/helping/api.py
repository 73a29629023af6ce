"""JSON: other authorities' groups to fill and orders to follow; the acts are those of ``/groups``."""

from __future__ import annotations

from typing import Any

from core.identity.grants import using
from core.identity.grants.models import Task
from core.web.access import mandate, requires
from core.web.api import PageQuery, api_blueprint, page
from orders.groups import queries as groups
from orders.groups.models import Group
from orders.helping import queries, seen
from orders.helping.policy import Permission
from orders.helping.schemas import FollowedOrderPage, FollowQuery, HelpedGroupOut, HelpedGroupPage

blp = api_blueprint("helping", __name__, "Groups and orders of other authorities, by an access right")


@blp.get("/groups-to-fill")
@requires(Permission.GROUP_HELP_LIST)
@blp.arguments(PageQuery, location="query")
@blp.response(200, HelpedGroupPage)
def list_groups(query: dict[str, Any]) -> Any:
    """The groups of other authorities that the caller may run."""
    given = queries.grants_for(mandate(), Task.FILL_GROUPS)
    using.note(mandate(), given)
    return page(queries.groups_by(given), Group, cursor=query.get("cursor"), limit=query["limit"])


@blp.get("/groups-to-fill/<uuid:group_id>")
@requires(Permission.GROUP_HELP, on=groups.group)
@blp.response(200, HelpedGroupOut)
def show_group(group: Group) -> Any:
    """One of them with its line: places and pseudonyms, no customers."""
    return {"group": group, "queue": seen.queue_of(group)}


@blp.get("/joint-orders")
@requires(Permission.JOINT_ORDER_LIST)
@blp.arguments(FollowQuery, location="query")
@blp.response(200, FollowedOrderPage)
def list_orders(query: dict[str, Any]) -> Any:
    """The orders that another authority lets the caller follow, newest first."""
    given = queries.grants_for(mandate(), Task.FOLLOW_ORDERS)
    wanted = query.get("grant_id")
    chosen = next((each for each in given if wanted in (None, each.id)), None)
    if chosen is None:
        return {"items": [], "next_cursor": None}
    using.note(mandate(), [chosen])
    limit = query["limit"]
    rows = queries.orders_by(chosen, query.get("cursor"), limit)
    return {"items": rows[:limit], "next_cursor": rows[limit - 1].id if len(rows) > limit else None}
