"""Quality records as JSON."""

from __future__ import annotations

from typing import Any

from core.web.access import requires
from core.web.api import api_blueprint, page
from evaluation.records import queries
from evaluation.records.policy import Permission
from evaluation.records.schemas import (
    QualityQuery,
    QualityRecordPage,
)
from orders.models import PublishedRecord

quality = api_blueprint("quality-records", __name__, "What is published of providers' quality")


@quality.get("/quality-records")
@requires(Permission.QUALITY_READ)
@quality.arguments(QualityQuery, location="query")
@quality.response(200, QualityRecordPage)
def quality_records(query: dict[str, Any]) -> Any:
    """What is published, with counts and intervals."""
    rows = queries.published_records(query.get("category"), query.get("supplier"))
    return page(rows, PublishedRecord, cursor=query.get("cursor"), limit=query["limit"])
