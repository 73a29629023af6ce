"""Budgets as JSON."""

from __future__ import annotations

from typing import Any

from core import clock
from core.errors import RuleBroken
from core.i18n import lazy_gettext as _l
from core.identity import queries as identity_queries
from core.web.access import mandate, requires
from core.web.api import PageQuery, api_blueprint, page
from dps.systems import queries as system_queries
from orders import queries, service
from orders.models import Budget
from orders.money import overview
from orders.policy import Permission
from orders.schemas import BudgetIn, BudgetOut, BudgetPage, BudgetRows, YearQuery

blp = api_blueprint("budgets", __name__, "Money for orders")


@blp.get("/budgets")
@requires(Permission.BUDGET_READ)
@blp.arguments(PageQuery, location="query")
@blp.response(200, BudgetPage)
def list_budgets(query: dict[str, Any]) -> Any:
    """The budgets of the authority."""
    rows = queries.budgets_of(mandate().organisation_id)
    return page(rows, Budget, cursor=query.get("cursor"), limit=query["limit"])


@blp.get("/budgets/follow-up")
@requires(Permission.BUDGET_READ)
@blp.arguments(YearQuery, location="query")
@blp.response(200, BudgetRows)
def follow_up(query: dict[str, Any]) -> Any:
    """The budgets of a year with what is ordered, delivered, accepted, left, and the forecast."""
    today = clock.helsinki_date(clock.now())
    return {"items": overview.of_year(mandate().organisation_id, query["year"] or today.year, today)}


@blp.post("/budgets")
@requires(Permission.BUDGET_SET)
@blp.arguments(BudgetIn)
@blp.response(200, BudgetOut)
def set_budget(data: dict[str, Any]) -> Any:
    """Set how much may be ordered of a category in a year."""
    category = system_queries.category(data["category_id"])
    authority = identity_queries.authority(mandate().organisation_id)
    if category is None or authority is None:
        raise RuleBroken(
            _l("There is no such category."), rule="not-found", field="category_id", next_step=_l("Check the id.")
        )
    return service.set_budget(authority, category, data["year"], data["amount"], beyond=data["beyond"], by=mandate())
