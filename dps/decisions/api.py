"""JSON: decisions."""

from __future__ import annotations

from typing import Any

from core.web.access import mandate, requires
from core.web.api import PageQuery, api_blueprint, page
from dps.decisions import queries, service
from dps.decisions.models import Decision
from dps.decisions.policy import Permission
from dps.decisions.schemas import DecisionPage, DecisionSchema
from dps.systems.schemas import ReasonSchema

bp = api_blueprint("decisions", __name__, "Decisions on applications")


@bp.get("/decisions")
@requires(Permission.DECISION_BROWSE)
@bp.arguments(PageQuery, location="query")
@bp.response(200, DecisionPage)
def list_decisions(query: dict[str, Any]) -> Any:
    """The decisions of your authority, or the signed ones addressed to you."""
    return page(queries.browsable_decisions(mandate()), Decision, cursor=query.get("cursor"), limit=query["limit"])


@bp.get("/decisions/<uuid:decision_id>")
@requires(Permission.DECISION_FETCH, on=queries.decision)
@bp.response(200, DecisionSchema)
def get_decision(decision: Decision) -> Any:
    """One decision."""
    return decision


@bp.post("/decisions/<uuid:decision_id>/sign")
@requires(Permission.DECISION_SIGN, on=queries.decision)
@bp.response(200, DecisionSchema)
def sign(decision: Decision) -> Any:
    """Sign and serve."""
    service.sign(decision, by=mandate())
    return decision


@bp.post("/decisions/<uuid:decision_id>/return")
@requires(Permission.DECISION_SIGN, on=queries.decision)
@bp.arguments(ReasonSchema)
@bp.response(200, DecisionSchema)
def return_decision(decision: Decision, data: dict[str, str]) -> Any:
    """Send back to the preparer."""
    service.return_decision(decision, data["reason"], by=mandate())
    return decision
