"""Pages of evaluation for those who buy: the authority as a whole, a category, the yearly reports."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from core import clock, policy
from core.errors import NotFound
from core.files import service as stored_files
from core.i18n import LANGUAGES
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.web import nav
from core.web.access import mandate, requires
from core.web.submitting import status_of, submitted
from dps.systems.models import Category
from evaluation.reports import overall, pictures, queries, service, standing, wording
from evaluation.reports.forms import YearReportForm
from evaluation.reports.keeping import ENDING, FORMATS, kept, one_of
from evaluation.reports.models import YearReport
from evaluation.reports.policy import Permission
from evaluation.reports.sight import Sight

bp = Blueprint("reports", __name__)
OVERALL = one_of(overall.OF_YEAR, "topic")
OF_CATEGORY = one_of(pictures.OF_AUTHORITY)


def _year() -> int:
    """The year asked for, or the present one."""
    asked = request.args.get("year", "")
    return int(asked) if asked.isdecimal() and 2000 <= int(asked) <= 2200 else clock.helsinki_date(clock.now()).year


@bp.get("/procurement/evaluation")
@requires(Permission.REPORT_LIST)
def index() -> Any:
    """What came of the authority's services: its categories, money, service points."""
    actor, year = mandate(), _year()
    return render_template(
        "reports/index.html",
        categories=queries.categories_of(actor.organisation_id),
        release=queries.newest_release(),
        pictures={key: build(actor.organisation_id, year) for key, build in overall.OF_YEAR.items()},
        year=year,
        years=range(year - 1, min(year + 2, clock.helsinki_date(clock.now()).year + 1)),
        title_of=wording.title,
        picture_formats=FORMATS,
        more=nav.under("reports.index", actor),
    )


@bp.get(f"/procurement/evaluation/{OVERALL}.{ENDING}")
@requires(Permission.REPORT_LIST)
def overall_picture(topic: str, ending: str) -> Response:
    """A picture of the authority to keep."""
    return kept(overall.OF_YEAR[topic](mandate().organisation_id, _year()), ending)


@bp.get("/procurement/evaluation/categories/<uuid:category_id>")
@requires(Permission.REPORT_READ, on=queries.category)
def category(found: Category) -> Any:
    """Everything that can be told of a category: providers by name, pictures with their tables."""
    sight = Sight.of_authority(found)
    return render_template(
        "reports/category.html",
        sight=sight,
        index_of=standing.index_of,
        pictures={key: build(sight) for key, build in pictures.OF_AUTHORITY.items()},
        title_of=wording.title,
        picture_formats=FORMATS,
    )


@bp.get(f"/procurement/evaluation/categories/<uuid:category_id>/{OF_CATEGORY}.{ENDING}")
@requires(Permission.REPORT_READ, on=lambda category_id, **_rest: queries.category(category_id))
def category_picture(found: Category) -> Response:
    """A picture of a category to keep."""
    words = request.view_args or {}
    return kept(pictures.OF_AUTHORITY[words["key"]](Sight.of_authority(found)), words["ending"])


@bp.route("/procurement/evaluation/year-reports", methods=["GET"])
@requires(Permission.REPORT_LIST)
def year_reports() -> Any:
    """The yearly reports for the council, and having one made."""
    return _year_reports(_form())


def _form() -> YearReportForm:
    today = clock.helsinki_date(clock.now())
    return YearReportForm().offer(queries.systems_of(mandate().organisation_id), today)


def _year_reports(form: YearReportForm) -> Any:
    return render_template(
        "reports/year_reports.html",
        form=form,
        reports=queries.year_reports_page(mandate().organisation_id),
        languages=LANGUAGES,
    ), status_of(form)


@bp.post("/procurement/evaluation/year-reports")
@requires(Permission.REPORT_LIST)
def make_year_report() -> Any:
    """Have the report of a system and year made in the background."""
    form = _form()
    if submitted(form, lambda: service.ask(_system(form.system.data), int(form.year.data), by=mandate())):
        flash(_("The report is being made. This page shows how far it is."), "success")
        return redirect(url_for(".year_reports"))
    return _year_reports(form)


def _system(system_id: str) -> Any:
    found = queries.system(uuid.UUID(system_id))
    policy.check(mandate(), Permission.YEAR_REPORT_MAKE, found)
    return found


@bp.get(f"/procurement/evaluation/year-reports/<uuid:year_report_id>/<any({','.join(LANGUAGES)}):code>.pdf")
@requires(Permission.REPORT_READ, on=lambda year_report_id, **_rest: queries.year_report(year_report_id))
def year_report_file(report: YearReport) -> Response:
    """The report as a document, in one language."""
    code = (request.view_args or {})["code"]
    file = getattr(report, f"file_{code}")
    if file is None:
        raise NotFound(_l("The report is not ready yet."), rule="not-found", next_step=_l("Come back in a while."))
    answer = Response(stored_files.content_of(file), mimetype=file.media_type)
    answer.headers.set("Content-Disposition", "attachment", filename=file.name)
    return answer
