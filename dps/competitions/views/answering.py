"""Pages on which a tenderer answers what is asked about its opened tender."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from flask.helpers import send_file

from core import clock
from core.files import service as files
from core.i18n import gettext as _
from core.web.access import mandate, requires
from core.web.submitting import status_of, submitted
from dps.competitions import queries_judging as judged
from dps.competitions.forms.judging import AnswerForm
from dps.competitions.models import REQUEST_KIND_TITLES, CompetitionState, TenderRequest, TenderRequestState
from dps.competitions.policy import Permission
from dps.competitions.service import clarifying
from dps.competitions.wording_judging import request_tag

bp = Blueprint("answers", __name__)


def attached(form: AnswerForm) -> tuple[str, bytes] | None:
    """The file of the form, if one was chosen."""
    upload = form.file.data
    if not upload or not upload.filename:
        return None
    return upload.filename, files.read_limited(upload.stream, limit=clarifying.LARGEST, field="file")


@bp.route("/provider/tender-requests/<uuid:tender_request_id>", methods=["GET", "POST"])
@requires(Permission.TENDER_REQUEST_ANSWER, on=judged.tender_request)
def answer(row: TenderRequest) -> Any:
    """Read what is asked, and answer until the end of the time."""
    form = AnswerForm()
    if submitted(form, lambda: clarifying.answer(row, form.answer.data or "", attached(form), by=mandate())):
        flash(_("Your answer was sent."), "success")
        return redirect(url_for(".answer", tender_request_id=row.id))
    now = clock.now()
    return render_template(
        "competitions/request.html",
        form=form,
        row=row,
        competition=row.tender.competition,
        kind=REQUEST_KIND_TITLES[row.kind],
        tag=request_tag(row, now),
        is_open=row.state is TenderRequestState.ASKED
        and now < row.due_at
        and row.tender.competition.state is CompetitionState.OPENED,
    ), status_of(form)


@bp.get("/tender-requests/<uuid:tender_request_id>/file")
@requires(Permission.TENDER_REQUEST_FETCH, on=judged.tender_request)
def answer_file(row: TenderRequest) -> Response:
    """The file of an answer, for the tenderer and for those who judge."""
    if row.file is None:
        abort(404)
    return send_file(
        BytesIO(files.content_of(row.file)),
        mimetype=row.file.media_type,
        as_attachment=True,
        download_name=row.file.name,
    )
