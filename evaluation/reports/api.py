"""Reports as JSON: what can be told of a category, and the yearly reports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core import policy
from core.charts import Chart
from core.errors import RuleBroken
from core.i18n import lazy_gettext as _l
from core.web.access import mandate, public, requires
from core.web.api import PageQuery, api_blueprint, page
from dps.systems.models import Category
from evaluation.reports import pictures, queries, service
from evaluation.reports.models import YearReport
from evaluation.reports.pictures import Builder
from evaluation.reports.policy import Permission
from evaluation.reports.public import sight_of
from evaluation.reports.schemas import ReportSchema, YearReportIn, YearReportPage, YearReportSchema, value_of
from evaluation.reports.sight import Sight

reports = api_blueprint("category-reports", __name__, "What came of a category's services, as figures")
years = api_blueprint("year-reports", __name__, "Yearly reports of a purchasing system for the council")

BLUEPRINTS = (reports, years)


def picture_of(chart: Chart) -> dict[str, Any]:
    """A picture for a machine."""
    return {
        "key": chart.key,
        "title": chart.title,
        "finding": chart.finding,
        "caption": chart.caption,
        "columns": chart.table.columns,
        "rows": [[value_of(each) for each in row] for row in chart.table.rows],
    }


def _report(sight: Sight, builders: Mapping[str, Builder]) -> dict[str, Any]:
    found = [build(sight) for build in builders.values()]
    return {
        "category_id": sight.id,
        "release_id": sight.release.id if sight.release else None,
        "pictures": [picture_of(each) for each in found if each is not None],
    }


@reports.get("/category-reports/<uuid:category_id>")
@requires(Permission.REPORT_READ, on=queries.category)
@reports.response(200, ReportSchema)
def category_report(category: Category) -> Any:
    """The tables of the pictures of one's own category; what is too few to tell is null (R119)."""
    return _report(Sight.of_authority(category), pictures.OF_AUTHORITY)


@reports.get("/category-reports/<uuid:category_id>/published")
@public
@reports.response(200, ReportSchema)
def published_report(category_id: Any) -> Any:
    """The tables of the pictures that everybody may read, of the published release."""
    return _report(sight_of(category_id), pictures.OF_EVERYBODY)


@years.get("/year-reports")
@requires(Permission.REPORT_LIST)
@years.arguments(PageQuery, location="query")
@years.response(200, YearReportPage)
def list_year_reports(query: dict[str, Any]) -> Any:
    """The yearly reports of the authority's systems, and how much of each is made."""
    rows = queries.year_reports_of(mandate().organisation_id)
    return page(rows, YearReport, cursor=query.get("cursor"), limit=query["limit"])


@years.post("/year-reports")
@requires(Permission.REPORT_LIST)
@years.arguments(YearReportIn)
@years.response(201, YearReportSchema)
def make_year_report(data: dict[str, Any]) -> Any:
    """Have the report of a system and year made in the background."""
    system = queries.system(data["system_id"])
    if system is None:
        raise RuleBroken(
            _l("There is no such purchasing system."),
            rule="not-found",
            field="system_id",
            next_step=_l("Check the id."),
        )
    policy.check(mandate(), Permission.YEAR_REPORT_MAKE, system)
    return service.ask(system, data["year"], by=mandate())
