"""The tenderer's pages: a draft that saves as one goes, a preview as the committee will see it, sending."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.helpers import send_file

from core import clock
from core.files import service as files
from core.i18n import gettext as _
from core.web.access import mandate, requires
from core.web.formatting import money
from core.web.submitting import status_of, submitted
from dps.competitions import content as contents
from dps.competitions import queries, tender_rules
from dps.competitions.content import TenderContent
from dps.competitions.forms.tendering import SendTenderForm, TenderFileForm, TenderForm, tender_form
from dps.competitions.models import Competition, Receipt
from dps.competitions.policy import Permission
from dps.competitions.service import tendering
from dps.systems.models import PRICE_UNIT_TITLES

bp = Blueprint("tenders", __name__)


@bp.app_template_filter("price_written")
def price_written(words: str | None) -> str:
    """A price as it stands in a tender: in euros, or as it was typed where that is no price."""
    if not words:
        return ""
    price = tender_rules.parsed_price(words)
    return words if price is None else money(price)


def totals_of(competition: Competition, content: TenderContent) -> dict[str, Any]:
    """The price of each offered lot as it will be scored; none where a price is missing or wrong."""
    return {
        lot.code: tender_rules.total_as_written(content, lot) for lot in competition.lots if lot.code in content["lots"]
    }


def _page(
    competition: Competition, form: TenderForm, content: TenderContent, file_form: TenderFileForm | None = None
) -> str:
    return render_template(
        "competitions/tender.html",
        competition=competition,
        form=form,
        file_form=file_form or TenderFileForm(formdata=None),
        content=content,
        tender=tendering.own_tender(competition, mandate()),
        totals=totals_of(competition, content),
        units=PRICE_UNIT_TITLES,
        takes=competition.takes_tenders(clock.now()),
        price_field=tender_rules.price_field,
        answer_field=tender_rules.answer_field,
    )


@bp.route("/provider/competitions/<uuid:competition_id>/tender", methods=["GET", "POST"])
@requires(Permission.TENDER_GIVE, on=queries.competition)
def tender(competition: Competition) -> Any:
    """Write the tender; both buttons save, one goes on to the preview."""
    actor = mandate()
    content = tendering.draft_content(competition, actor)
    form = tender_form(competition, content)

    def save() -> datetime:
        return tendering.save_draft(competition, form.written(), by=actor)

    done = submitted(form, save)
    if request.headers.get("HX-Request"):
        shown = tendering.draft_content(competition, actor) if done else content
        return render_template(
            "competitions/_saved.html",
            saved_at=done,
            competition=competition,
            totals=totals_of(competition, shown) if done else {},
        ), 200
    if done and request.form.get("next") == "preview":
        return redirect(url_for(".preview", competition_id=competition.id))
    if done:
        flash(_("The draft is saved. The tender has not been sent yet."), "success")
        return redirect(url_for(".tender", competition_id=competition.id))
    if form.is_submitted():
        content = {**content, **tender_rules.trimmed(form.written())}
    return _page(competition, form, content), status_of(form)


@bp.post("/provider/competitions/<uuid:competition_id>/tender/files")
@requires(Permission.TENDER_GIVE, on=queries.competition)
def add_file(competition: Competition) -> Any:
    """Add a file to the draft."""
    actor = mandate()
    form = TenderFileForm()

    def add() -> str:
        upload = form.file.data
        content = files.read_limited(upload.stream, limit=tendering.LARGEST_FILE, field="file")
        return tendering.add_file(competition, content, upload.filename or "", by=actor)

    if submitted(form, add):
        flash(_("The file is in the draft. The tender has not been sent yet."), "success")
        return redirect(url_for(".tender", competition_id=competition.id, _anchor="files"))
    content = tendering.draft_content(competition, actor)
    return _page(competition, tender_form(competition, content), content, form), 422


@bp.post("/provider/competitions/<uuid:competition_id>/tender/files/<file_id>/remove")
@requires(Permission.TENDER_GIVE, on=lambda competition_id, file_id: queries.competition(competition_id))
def remove_file(competition: Competition) -> Any:
    """Take a file out of the draft."""
    assert request.view_args is not None
    tendering.remove_file(competition, request.view_args["file_id"], by=mandate())
    flash(_("The file was removed from the draft."), "success")
    return redirect(url_for(".tender", competition_id=competition.id, _anchor="files"))


@bp.get("/provider/competitions/<uuid:competition_id>/tender/files/<file_id>")
@requires(Permission.TENDER_GIVE, on=lambda competition_id, file_id: queries.competition(competition_id))
def own_file(competition: Competition) -> Response:
    """A file of one's own draft."""
    assert request.view_args is not None
    entry, content = tendering.own_file(competition, request.view_args["file_id"], mandate())
    return send_file(BytesIO(content), mimetype=entry["media_type"], as_attachment=True, download_name=entry["name"])


@bp.route("/provider/competitions/<uuid:competition_id>/tender/preview", methods=["GET", "POST"])
@requires(Permission.TENDER_GIVE, on=queries.competition)
def preview(competition: Competition) -> Any:
    """What the committee will see, what is missing, and the button that sends."""
    actor = mandate()
    form = SendTenderForm()
    content = tender_rules.as_sent(competition, tendering.draft_content(competition, actor))

    def send() -> Receipt:
        return tendering.submit(competition, read=form.read.data or None, by=actor)

    if done := submitted(form, send):
        flash(_("The tender has been sent. The receipt proves it: keep its number."), "success")
        return redirect(url_for("receipts.receipt", number=done.number))
    return render_template(
        "competitions/tender_preview.html",
        competition=competition,
        form=form,
        content=content,
        digest=contents.digest(content),
        totals=totals_of(competition, content),
        obstacles=list(tender_rules.obstacles(competition, content)),
        tender=tendering.own_tender(competition, actor),
        takes=competition.takes_tenders(clock.now()),
    ), status_of(form)


@bp.get("/provider/competitions/<uuid:competition_id>/tender/copy")
@requires(Permission.TENDER_GIVE, on=queries.competition)
def copy(competition: Competition) -> Response:
    """One's own copy of the draft as it would be sent; its SHA-256 is the hash on the receipt."""
    content = tender_rules.as_sent(competition, tendering.draft_content(competition, mandate()))
    return send_file(
        BytesIO(contents.as_bytes(content)),
        mimetype="application/json",
        as_attachment=True,
        download_name=f"tender-{competition.id}.json",
    )


@bp.route("/provider/competitions/<uuid:competition_id>/tender/withdraw", methods=["GET", "POST"])
@requires(Permission.TENDER_GIVE, on=queries.competition)
def withdraw(competition: Competition) -> Any:
    """Take the tender back; asked once more before it is done."""
    if request.method == "POST":
        done = tendering.withdraw(competition, by=mandate())
        flash(_("The tender was withdrawn. You can send a new one until the deadline."), "success")
        return redirect(url_for("receipts.receipt", number=done.number))
    return render_template(
        "competitions/tender_withdraw.html",
        competition=competition,
        tender=tendering.own_tender(competition, mandate()),
    )


@bp.post("/provider/competitions/<uuid:competition_id>/tender/confirm")
@requires(Permission.TENDER_GIVE, on=queries.competition)
def confirm(competition: Competition) -> Any:
    """Say that the tender stands as it is after a change of the documents."""
    done = tendering.confirm(competition, by=mandate())
    flash(_("The tender is confirmed. It answers the newest documents."), "success")
    return redirect(url_for("receipts.receipt", number=done.number))
