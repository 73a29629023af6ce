"""Handovers as JSON."""

from __future__ import annotations

from typing import Any

from core.web.access import mandate, requires
from core.web.api import PageQuery, api_blueprint, page
from orders.handover import queries, service
from orders.handover.models import Handover
from orders.handover.policy import Permission
from orders.handover.queries import Caseload
from orders.handover.schemas import HandoverIn, HandoverOut, HandoverPage, HandoverPlanOut

blp = api_blueprint("handovers", __name__, "The work of an absent expert moves to colleagues")


def _shares(data: dict[str, Any]) -> dict[Any, int]:
    return {each["expert_id"]: each["share"] for each in data["shares"]}


@blp.get("/handovers")
@requires(Permission.HANDOVER_LIST)
@blp.arguments(PageQuery, location="query")
@blp.response(200, HandoverPage)
def list_handovers(query: dict[str, Any]) -> Any:
    """The handovers of the authority."""
    return page(queries.seen_by(mandate()), Handover, cursor=query.get("cursor"), limit=query["limit"])


@blp.post("/experts/<uuid:expert_id>/preview-handover")
@requires(Permission.HANDOVER_MAKE, on=queries.caseload)
@blp.arguments(HandoverIn)
@blp.response(200, HandoverPlanOut)
def preview(caseload: Caseload, data: dict[str, Any]) -> Any:
    """What would move to whom; changes nothing."""
    planned = service.preview(caseload, _shares(data), by=mandate())
    items = [
        {
            "need_id": each.need.id,
            "to_id": each.receiver_id,
            "kept_reason": "" if each.receiver_id else service.CONFLICT,
        }
        for each in planned
    ]
    return {"items": items}


@blp.post("/experts/<uuid:expert_id>/hand-over")
@requires(Permission.HANDOVER_MAKE, on=queries.caseload)
@blp.arguments(HandoverIn)
@blp.response(201, HandoverOut)
def hand_over(caseload: Caseload, data: dict[str, Any]) -> Any:
    """Move the open work of an expert to colleagues, by share."""
    return service.hand_over(caseload, _shares(data), by=mandate())


@blp.get("/handovers/<uuid:handover_id>")
@requires(Permission.HANDOVER_READ, on=queries.handover)
@blp.response(200, HandoverOut)
def show_handover(row: Handover) -> Any:
    """One handover."""
    return row
