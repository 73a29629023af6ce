"""Amendments as JSON."""

from __future__ import annotations

from typing import Any

from core.web.access import mandate, requires
from core.web.api import PageQuery, api_blueprint, page
from orders import queries as orders
from orders.changes import queries, service
from orders.changes.models import OrderChange
from orders.changes.policy import Permission
from orders.changes.schemas import ChangeIn, ChangeOut, OrderChangePage
from orders.changes.service import Proposal
from orders.models import Order

blp = api_blueprint("order-changes", __name__, "Changes of orders")


@blp.get("/order-changes")
@requires(Permission.CHANGE_LIST)
@blp.arguments(PageQuery, location="query")
@blp.response(200, OrderChangePage)
def list_changes(query: dict[str, Any]) -> Any:
    """The proposed and answered changes of the caller's orders."""
    return page(queries.changes_seen_by(mandate()), OrderChange, cursor=query.get("cursor"), limit=query["limit"])


@blp.post("/orders/<uuid:order_id>/propose-change")
@requires(Permission.CHANGE_TAKE_PART, on=orders.order)
@blp.arguments(ChangeIn)
@blp.response(201, ChangeOut)
def propose(order: Order, data: dict[str, Any]) -> Any:
    """Propose a change to the other side; nothing changes before it agrees."""
    return service.propose(order, Proposal(**data), by=mandate())


@blp.post("/order-changes/<uuid:order_change_id>/agree")
@requires(Permission.CHANGE_TAKE_PART, on=queries.change)
@blp.response(200, ChangeOut)
def agree(change: OrderChange) -> Any:
    """Consent to the other side's proposal: the order changes."""
    service.agree(change, by=mandate())
    return change


@blp.post("/order-changes/<uuid:order_change_id>/refuse")
@requires(Permission.CHANGE_TAKE_PART, on=queries.change)
@blp.response(200, ChangeOut)
def refuse(change: OrderChange) -> Any:
    """Refuse the other side's proposal: nothing changes."""
    service.refuse(change, by=mandate())
    return change


@blp.post("/order-changes/<uuid:order_change_id>/withdraw")
@requires(Permission.CHANGE_TAKE_PART, on=queries.change)
@blp.response(200, ChangeOut)
def withdraw(change: OrderChange) -> Any:
    """Take one's own proposal back."""
    service.withdraw(change, by=mandate())
    return change
