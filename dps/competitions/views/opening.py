"""The committee's pages: one's key, the opening, and its record."""

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
from dps.competitions import queries, records
from dps.competitions.forms.tendering import OpenTendersForm
from dps.competitions.models import Competition, CompetitionState
from dps.competitions.policy import Permission
from dps.competitions.service import opening

bp = Blueprint("openings", __name__)


@bp.route("/procurement/competitions/<uuid:competition_id>/opening", methods=["GET", "POST"])
@requires(Permission.COMPETITION_OPEN, on=queries.competition)
def open_tenders(competition: Competition) -> Any:
    """Who has confirmed, and one's own word; with the second one the tenders are opened."""
    actor = mandate()
    form = OpenTendersForm()

    def confirm() -> bool:
        return opening.confirm_opening(competition, key_code=form.key_code.data or "", by=actor)

    if (done := submitted(form, lambda: {"opened": confirm()})) is not None:
        if done["opened"]:
            flash(_("The tenders have been opened."), "success")
            return redirect(url_for(".record", competition_id=competition.id))
        flash(_("You have confirmed the opening. Another member confirms next."), "success")
        return redirect(url_for(".open_tenders", competition_id=competition.id))
    now = clock.now()
    waiting = {each.person_id: each for each in opening.waiting_opener(competition, now)}
    return render_template(
        "competitions/opening.html",
        competition=competition,
        form=form,
        me=queries.member_of(competition.id, actor.person_id),
        openers=[each for each in competition.committee if each.opens and each.removed_at is None],
        waiting=waiting if competition.state is CompetitionState.SENT else {},
        window=opening.window(now),
        is_over=competition.tenders_due_at is not None and not competition.takes_tenders(now),
        is_sent=competition.state is CompetitionState.SENT,
    ), status_of(form)


@bp.post("/procurement/competitions/<uuid:competition_id>/committee-key")
@requires(Permission.COMPETITION_OPEN, on=queries.competition)
def make_key(competition: Competition) -> Response:
    """Make one's own key; it is in the answer and nowhere else."""
    code = opening.make_key(competition, by=mandate())
    words = _("Key of a committee member\nCompetition: %(name)s\nKeep it safe. Two of three keys open the tenders.")
    text = words % {"name": competition.name_fi} + f"\n\n{code}\n"
    return send_file(
        BytesIO(text.encode()),
        mimetype="text/plain",
        as_attachment=True,
        download_name=f"avoin-key-{str(competition.id)[-8:]}.txt",
        max_age=0,
    )


@bp.get("/procurement/competitions/<uuid:competition_id>/opening-record")
@requires(Permission.TENDER_READ, on=queries.competition)
def record(competition: Competition) -> Any:
    """Who opened what, when: receipts, times, names."""
    return render_template(
        "competitions/opening_record.html",
        competition=competition,
        tenders=queries.opened_tenders(competition.id),
        lapsed=records.lapsed_receipts(competition.id),
    )


@bp.get("/procurement/competitions/<uuid:competition_id>/opening-record.pdf")
@requires(Permission.TENDER_READ, on=queries.competition)
def record_file(competition: Competition) -> Response:
    """The record as PDF, once it has been made."""
    if competition.record is None:
        abort(404)
    return send_file(
        BytesIO(files.content_of(competition.record)),
        mimetype="application/pdf",
        as_attachment=True,
        download_name=competition.record.name,
    )
