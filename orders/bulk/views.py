"""Pages of bulk orders: send a file, see what is wrong with it, begin, follow, take the results."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for

from core import audit, clock
from core.files import service as files
from core.i18n import gettext as _
from core.sheets import MAX_SIZE
from core.web.access import mandate, requires
from core.web.submitting import status_of, submitted
from orders import queries as order_queries
from orders.bulk import queries, reading, service, sheets
from orders.bulk.forms import BulkForm
from orders.bulk.models import BULK_LINE_STATE_TITLES, BULK_STATE_TITLES, BulkFile, BulkLineState, BulkState
from orders.bulk.policy import Permission
from orders.groups import queries as group_queries
from orders.groups.service.queueing import takes_people
from orders.money.sheets import answer

bp = Blueprint("bulk", __name__)

#: How often a page of a file under way loads itself anew, in seconds.
RELOAD = 5
TONES = {
    BulkState.CHECKED: "waiting",
    BulkState.RUNNING: "go",
    BulkState.DONE: "ok",
    BulkState.DROPPED: "paused",
}
LINE_TONES = {
    BulkLineState.WAITING: "waiting",
    BulkLineState.ORDERED: "ok",
    BulkLineState.LINKED: "go",
    BulkLineState.QUEUED: "go",
    BulkLineState.FAILED: "stop",
}


@bp.get("/expert/bulk")
@requires(Permission.BULK_LIST)
def bulk_files() -> Any:
    """The authority's bulk files, newest first."""
    rows = queries.files_page(mandate().organisation_id, request.args.get("after", type=uuid.UUID))
    shown = rows[: queries.PAGE_SIZE]
    more = shown[-1].id if len(rows) > queries.PAGE_SIZE else None
    return render_template("bulk/files.html", files=shown, more=more, states=BULK_STATE_TITLES, tones=TONES)


def _take(form: BulkForm) -> BulkFile:
    content = files.read_limited(form.file.data.stream, limit=MAX_SIZE, field="file")
    wanted = uuid.UUID(form.category.data)
    category = next(
        each for each in order_queries.categories_to_order_from(mandate().organisation_id) if each.id == wanted
    )
    group = group_queries.group(uuid.UUID(form.group.data)) if form.group.data else None
    return service.take_file(category, content, group=group, by=mandate())


@bp.route("/expert/bulk/new", methods=["GET", "POST"])
@requires(Permission.BULK_TAKE)
def new_bulk() -> Any:
    """Send a file; what is wrong with it is listed line by line, and nothing of it is done."""
    actor = mandate()
    rows = group_queries.groups_page(group_queries.groups_seen_by(actor), None)
    groups = [each for each in rows if takes_people(each) and each.authority_id == actor.organisation_id]
    form = BulkForm().offer_choices(order_queries.categories_to_order_from(actor.organisation_id), groups)
    if done := submitted(form, lambda: _take(form)):
        return redirect(url_for(".bulk_file", bulk_id=done.id))
    refusal = g.get("refusal")
    problems = refusal.data.get("problems", []) if refusal is not None else []
    page = render_template("bulk/new.html", form=form, problems=problems, columns=reading.COLUMNS)
    return page, status_of(form)


@bp.get("/expert/bulk/example.csv")
@requires(Permission.BULK_LIST)
def example() -> Response:
    """A file to begin with."""
    return answer("bulk-example.csv", reading.SHEET.example())


@bp.get("/expert/bulk/<uuid:bulk_id>")
@requires(Permission.BULK_READ, on=queries.file)
def bulk_file(file: BulkFile) -> Any:
    """How far a file is, and what came of each line."""
    audit.saw("bulk.customer_references", file, actor=mandate())
    counts = queries.counts(file.id)
    done = file.size - counts.get(BulkLineState.WAITING, 0)
    page = render_template(
        "bulk/file.html",
        file=file,
        counts=counts,
        done=done,
        share=100 * done / file.size,
        lines=queries.lines_of(file.id),
        why=sheets.why,
        now=clock.now(),
        states=BULK_STATE_TITLES,
        tones=TONES,
        line_states=BULK_LINE_STATE_TITLES,
        line_tones=LINE_TONES,
    )
    response = Response(page)
    if file.state is BulkState.RUNNING:
        response.headers["Refresh"] = str(RELOAD)
    return response


@bp.get("/expert/bulk/<uuid:bulk_id>/results.csv")
@requires(Permission.BULK_READ, on=queries.file)
def results(file: BulkFile) -> Response:
    """The result list, with the customers' links."""
    audit.saw("bulk.customer_references", file, actor=mandate())
    return answer(f"bulk-{file.number}.csv", sheets.results(file))


@bp.post("/expert/bulk/<uuid:bulk_id>/begin")
@requires(Permission.BULK_CHANGE, on=queries.file)
def begin(file: BulkFile) -> Any:
    """Let the lines be done."""
    service.begin(file, by=mandate())
    flash(_("The lines are being done. You can leave this page."), "success")
    return redirect(url_for(".bulk_file", bulk_id=file.id))


@bp.post("/expert/bulk/<uuid:bulk_id>/drop")
@requires(Permission.BULK_CHANGE, on=queries.file)
def drop(file: BulkFile) -> Any:
    """Do nothing of the file."""
    service.drop(file, by=mandate())
    flash(_("Nothing of the file is done."), "success")
    return redirect(url_for(".bulk_files"))
