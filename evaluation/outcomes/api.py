"""Outcomes as JSON."""

from __future__ import annotations

from typing import Any

from core import policy
from core.errors import RuleBroken
from core.i18n import lazy_gettext as _l
from core.web.access import mandate, requires
from core.web.api import PageQuery, api_blueprint, page
from evaluation.outcomes import queries, service
from evaluation.outcomes.models import Outcome
from evaluation.outcomes.policy import Permission
from evaluation.outcomes.schemas import (
    OutcomeIn,
    OutcomeOut,
    OutcomePage,
)
from orders import queries as order_queries

outcomes = api_blueprint("outcomes", __name__, "Where customers are after a service")


@outcomes.get("/outcomes")
@requires(Permission.OUTCOME_LIST)
@outcomes.arguments(PageQuery, location="query")
@outcomes.response(200, OutcomePage)
def list_outcomes(query: dict[str, Any]) -> Any:
    """The outcomes of the authority's orders."""
    return page(queries.outcomes_seen_by(mandate()), Outcome, cursor=query.get("cursor"), limit=query["limit"])


@outcomes.post("/outcomes")
@requires(Permission.OUTCOME_RECORD)
@outcomes.arguments(OutcomeIn)
@outcomes.response(201, OutcomeOut)
def record_outcome(data: dict[str, Any]) -> Any:
    """Record where the customer of an order is."""
    order = order_queries.order(data["order_id"])
    if order is None:
        raise RuleBroken(
            _l("There is no such order."), rule="not-found", field="order_id", next_step=_l("Check the id.")
        )
    policy.check(mandate(), Permission.OUTCOME_OF_ORDER, order)
    return service.record_outcome(order, data["state"], by=mandate(), months=data["months"])
