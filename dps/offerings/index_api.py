"""Index changes as JSON."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from core.web.access import mandate, requires
from core.web.api import Exact, PageQuery, StrictSchema, Text, api_blueprint, page, page_schema
from dps.offerings import indexing, queries
from dps.offerings.index_models import IndexChange
from dps.offerings.indexing import IndexDetails
from dps.offerings.policy import Permission
from dps.systems import queries as system_queries
from dps.systems.models import Category

blp = api_blueprint("index-changes", __name__, "Prices that move with an index")


class IndexChangeIn(StrictSchema):
    """By how much prices move: the percent, or the points of the index before and after."""

    from_on = fields.Date(required=True)
    percent = fields.Decimal(places=2, load_default=None, allow_none=True, as_string=True, allow_nan=False)
    points_from = Exact(places=2, least="0.01", most="99999999.99", load_default=None, allow_none=True)
    points_to = Exact(places=2, least="0.01", most="99999999.99", load_default=None, allow_none=True)
    index_name = Text(required=True, max_length=200)
    clause = Text(required=True)
    reason = Text(required=True)


class IndexChangeOut(Schema):
    """A decided index change."""

    id = fields.UUID()
    category_id = fields.UUID()
    from_on = fields.Date()
    percent = fields.Decimal(as_string=True)
    points_from = fields.Decimal(as_string=True, allow_none=True)
    points_to = fields.Decimal(as_string=True, allow_none=True)
    index_name = fields.String()
    clause = fields.String()
    reason = fields.String()
    contracts = fields.Integer()
    left_out = fields.Integer()
    decided_at = fields.DateTime()
    applied_at = fields.DateTime(allow_none=True)


@blp.get("/index-changes")
@requires(Permission.INDEX_LIST)
@blp.arguments(PageQuery, location="query")
@blp.response(200, page_schema(IndexChangeOut, "IndexChangePage"))
def list_changes(query: dict[str, Any]) -> Any:
    """What was decided of the authority's prices."""
    rows = queries.index_changes_of(mandate().organisation_id)
    return page(rows, IndexChange, cursor=query.get("cursor"), limit=query["limit"])


@blp.post("/categories/<uuid:category_id>/index-changes")
@requires(Permission.INDEX_DECIDE, on=system_queries.category)
@blp.arguments(IndexChangeIn)
@blp.response(201, IndexChangeOut)
def decide(category: Category, data: dict[str, Any]) -> Any:
    """Decide that the prices of a category move from a day on, under a review clause (R81)."""
    return indexing.decide(category, IndexDetails(**data), by=mandate())
