"""Bulk files as JSON."""

from __future__ import annotations

from typing import Any

from core import audit
from core.errors import RuleBroken
from core.i18n import lazy_gettext as _l
from core.web.access import mandate, requires
from core.web.api import PageQuery, api_blueprint, page
from dps.systems import queries as system_queries
from orders.bulk import queries, reading, service
from orders.bulk.models import BulkFile
from orders.bulk.policy import Permission
from orders.bulk.schemas import BulkIn, BulkLinesOut, BulkOut, BulkPage, ExampleOut
from orders.groups import queries as group_queries

blp = api_blueprint("bulk-files", __name__, "Many orders from one file")


@blp.get("/bulk-files")
@requires(Permission.BULK_LIST)
@blp.arguments(PageQuery, location="query")
@blp.response(200, BulkPage)
def list_files(query: dict[str, Any]) -> Any:
    """The authority's bulk files."""
    rows = queries.files_of(mandate().organisation_id)
    return page(rows, BulkFile, cursor=query.get("cursor"), limit=query["limit"])


@blp.get("/bulk-files/example")
@requires(Permission.BULK_LIST)
@blp.response(200, ExampleOut)
def example() -> Any:
    """A file to begin with."""
    return {"csv": reading.SHEET.example()}


@blp.post("/bulk-files")
@requires(Permission.BULK_TAKE)
@blp.arguments(BulkIn)
@blp.response(201, BulkOut)
def take(data: dict[str, Any]) -> Any:
    """Check a whole file; nothing is kept unless all of it is in order."""
    category = system_queries.category(data["category_id"])
    group = group_queries.group(data["group_id"]) if data["group_id"] else None
    if category is None or (data["group_id"] and group is None):
        raise RuleBroken(
            _l("There is no such category or group."),
            rule="not-found",
            field="category_id",
            next_step=_l("Check the id."),
        )
    return service.take_file(category, data["csv"].encode(), group=group, by=mandate())


@blp.get("/bulk-files/<uuid:bulk_id>")
@requires(Permission.BULK_READ, on=queries.file)
@blp.response(200, BulkOut)
def show(file: BulkFile) -> Any:
    """How far a file is."""
    return file


@blp.get("/bulk-files/<uuid:bulk_id>/lines")
@requires(Permission.BULK_READ, on=queries.file)
@blp.response(200, BulkLinesOut)
def lines(file: BulkFile) -> Any:
    """What came of each line."""
    audit.saw("bulk.customer_references", file, actor=mandate())
    return {"items": queries.lines_of(file.id)}


@blp.post("/bulk-files/<uuid:bulk_id>/begin")
@requires(Permission.BULK_CHANGE, on=queries.file)
@blp.response(200, BulkOut)
def begin(file: BulkFile) -> Any:
    """Let the lines be done."""
    service.begin(file, by=mandate())
    return file


@blp.post("/bulk-files/<uuid:bulk_id>/drop")
@requires(Permission.BULK_CHANGE, on=queries.file)
@blp.response(200, BulkOut)
def drop(file: BulkFile) -> Any:
    """Do nothing of the file."""
    service.drop(file, by=mandate())
    return file
