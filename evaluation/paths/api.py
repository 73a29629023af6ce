"""Paths as JSON."""

from __future__ import annotations

from typing import Any

from core.web.access import mandate, requires
from core.web.api import PageQuery, api_blueprint, page
from evaluation.paths import queries, service, showing
from evaluation.paths.models import PathRun
from evaluation.paths.policy import Permission
from evaluation.paths.schemas import PathQuery, PathRunOut, PathRunPage, PathsOut

blp = api_blueprint("paths", __name__, "Which services went before a job that lasted")


@blp.get("/paths")
@requires(Permission.PATH_READ)
@blp.arguments(PathQuery, location="query")
@blp.response(200, PathsOut)
def paths(query: dict[str, Any]) -> Any:
    """The ways of the authority's customers, and each service's share; only what passes the gates."""
    run = queries.latest()
    if run is None:
        return {"frozen_on": None, "months": query["months"], "ways": [], "shares": []}
    group = f"{query['group']}:{query['band']}" if query["group"] and query["band"] else None
    found = showing.find(run, mandate().organisation_id, showing.Wish.of(query["months"], group))
    return {
        "frozen_on": run.frozen_on,
        "months": query["months"],
        "ways": [
            {
                "steps": steps,
                "end": end,
                "customers": each.customers,
                "mean_days": each.mean_days,
                "mean_cost": each.mean_cost,
            }
            for (steps, end), each in found.ways.items()
        ],
        "shares": [_share(found, each) for each in found.shares],
    }


def _share(found: showing.Found, each: showing.Share) -> dict[str, Any]:
    if not showing.is_told(found, each):
        return {"step": each.step, "employed": None, "credit": None, "last_touch": None}
    return {"step": each.step, "employed": each.employed, "credit": each.credit, "last_touch": each.last_touch}


@blp.get("/path-runs")
@requires(Permission.PATH_READ)
@blp.arguments(PageQuery, location="query")
@blp.response(200, PathRunPage)
def list_runs(query: dict[str, Any]) -> Any:
    """The counts, with how far each is."""
    return page(queries.runs(), PathRun, cursor=query.get("cursor"), limit=query["limit"])


@blp.post("/path-runs")
@requires(Permission.PATH_COUNT)
@blp.response(201, PathRunOut)
def count() -> Any:
    """Have the paths counted in the background."""
    return service.ask(by=mandate())
