"""Publicity: tenders for the parties and the public, the register, business secrets, requests for documents, report."""

from __future__ import annotations

import uuid
from io import BytesIO
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.helpers import send_file

from core import audit
from core.errors import NotFound
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.web.access import current_mandate, mandate, public, requires
from core.web.submitting import status_of, submitted
from dps.competitions import award_text, content, publicity, queries, wording_judging
from dps.competitions import queries_judging as judged
from dps.competitions import report as reports
from dps.competitions.forms import judging as forms
from dps.competitions.models import EXCLUSION_GROUND_TITLES, RECEIPT_KIND_TITLES, Competition, DocumentRequest, Tender
from dps.competitions.policy import Permission
from dps.competitions.publicity import Kind, Viewer
from dps.competitions.service import publishing

bp = Blueprint("disclosures", __name__)


def _seen(competition: Competition, sight: publishing.Sight) -> dict[str, Any]:
    """The tenders and the comparison, as far as they are in sight."""
    return {
        "competition": competition,
        "seen": sight.tenders,
        "results": sight.results,
        "points": award_text.points_words,
        "grounds": EXCLUSION_GROUND_TITLES,
        "phase": sight.phase.name.lower(),
    }


# ---- parties ----


@bp.get("/provider/competitions/<uuid:competition_id>/tenders")
@requires(Permission.TENDER_PARTY_READ, on=judged.competition_to_compare)
def party_tenders(competition: Competition) -> Any:
    """A tenderer's access: its own tender, after the decision the others', their business secrets apart."""
    audit.saw("tenders", competition, actor=mandate())
    return _party_page(competition, forms.DocumentRequestForm(formdata=None)), 200


def _party_page(competition: Competition, form: forms.DocumentRequestForm) -> str:
    return render_template(
        "competitions/documents_party.html",
        **_seen(competition, publishing.sight_of(competition, mandate())),
        form=form,
        requests=judged.document_requests_of(competition.id, mandate().organisation_id),
        tag=wording_judging.document_tag,
    )


@bp.get("/provider/competitions/<uuid:competition_id>/tenders/<uuid:tender_id>/files/<uuid:file_id>")
@requires(
    Permission.TENDER_PARTY_READ,
    on=lambda competition_id, tender_id, file_id: _in(competition_id, tender_id),
)
def party_file(tender: Tender) -> Response:
    """A file of a tender, for the parties after the decision."""
    return _file(tender)


def _in(competition_id: uuid.UUID, tender_id: uuid.UUID) -> Tender | None:
    found = judged.opened_tender(tender_id)
    return found if found is not None and found.competition_id == competition_id else None


def _file(tender: Tender) -> Response:
    row, content = publishing.tender_file(tender, (request.view_args or {})["file_id"], current_mandate())
    audit.saw("tender_file", tender, actor=mandate())
    return send_file(BytesIO(content), mimetype=row.media_type, as_attachment=True, download_name=row.name)


@bp.post("/provider/competitions/<uuid:competition_id>/document-requests")
@requires(Permission.TENDER_PARTY_READ, on=queries.competition)
def ask_document(competition: Competition) -> Any:
    """Ask for a document that is not on the page."""
    form = forms.DocumentRequestForm()
    if submitted(form, lambda: publishing.ask_document(competition, form.text.data or "", by=mandate())):
        flash(_("Your request was sent. You get an answer within two weeks."), "success")
        return redirect(url_for(".party_tenders", competition_id=competition.id))
    return _party_page(competition, form), 422


@bp.post("/provider/document-requests/<uuid:document_request_id>/ask-decision")
@requires(Permission.DOCUMENT_REQUEST_INSIST, on=judged.document_request)
def ask_decision(row: DocumentRequest) -> Any:
    """The asker wants a formal decision."""
    publishing.ask_decision(row, by=mandate())
    flash(_("A formal decision is asked for."), "success")
    return redirect(url_for(".party_tenders", competition_id=row.competition_id))


# ---- everybody ----


@bp.get("/competitions/<uuid:competition_id>/tenders")
@public
def public_tenders(competition_id: uuid.UUID) -> Any:
    """What everybody may see: the signed decision, and after the contract the tenders."""
    competition = judged.competition_to_compare(competition_id)
    if competition is None or not publishing.sees(Kind.DOCUMENTS, competition, None):
        raise NotFound(_l("There is no such page or record."), rule="not-found", next_step=_l("Check the address."))
    return render_template("competitions/documents_public.html", **_public(competition))


def _public(competition: Competition) -> dict[str, Any]:
    """As somebody who has not logged in sees it, whoever looks."""
    sight = publishing.sight_of(competition, None)
    is_public = publicity.visible(Kind.DECISION, Viewer.PUBLIC, sight.phase)
    return {
        **_seen(competition, sight),
        "decision": reports.signed_decision(competition) if is_public else None,
    }


@bp.get("/competitions/<uuid:competition_id>/tenders/<uuid:tender_id>/files/<uuid:file_id>")
@public
def public_file(competition_id: uuid.UUID, tender_id: uuid.UUID, file_id: uuid.UUID) -> Response:
    """A file of a tender, for everybody after the contract."""
    tender = _in(competition_id, tender_id)
    if tender is None or not publishing.sees(Kind.CONTENT, tender.competition, None):
        raise NotFound(_l("There is no such page or record."), rule="not-found", next_step=_l("Check the address."))
    row, content = publishing.tender_file(tender, file_id, None)
    return send_file(BytesIO(content), mimetype=row.media_type, as_attachment=True, download_name=row.name)


# ---- the authority ----


def _register_page(competition: Competition, form: forms.WrittenRequestForm) -> str:
    decided = judged.secret_decisions_of(competition.id)
    return render_template(
        "competitions/documents_register.html",
        competition=competition,
        form=form,
        receipts=judged.receipts_of(competition.id),
        kinds=RECEIPT_KIND_TITLES,
        marks=[
            (tender, field, wording_judging.field_words(tender, field), why, decided.get((tender.id, field)))
            for tender in judged.opened_tenders(competition.id)
            for field, why in publicity.written_marks(tender.content or content.empty()).items()
        ],
        requests=judged.document_requests_of(competition.id),
        due_on=publishing.due_on,
        tag=wording_judging.document_tag,
        phase=publishing.phase_of(competition),
        Permission=Permission,
    )


@bp.get("/procurement/competitions/<uuid:competition_id>/publicity")
@requires(Permission.TENDER_READ, on=queries.competition)
def register(competition: Competition) -> Any:
    """The register of what arrived, marked business secrets, requests for documents."""
    return _register_page(competition, forms.WrittenRequestForm(formdata=None))


@bp.post("/procurement/competitions/<uuid:competition_id>/document-requests")
@requires(Permission.DOCUMENT_REQUEST_HANDLE, on=queries.competition)
def write_down(competition: Competition) -> Any:
    """Write down a request that came by e-mail."""
    form = forms.WrittenRequestForm()

    def put() -> Any:
        return publishing.ask_document(competition, form.text.data or "", by=mandate(), email=form.email.data)

    if submitted(form, put):
        flash(_("The request is written down."), "success")
        return redirect(url_for(".register", competition_id=competition.id))
    return _register_page(competition, form), 422


@bp.route("/procurement/tenders/<uuid:tender_id>/secrets/<field>", methods=["GET", "POST"])
@requires(Permission.TENDER_READ, on=lambda tender_id, field: judged.opened_tender(tender_id))
def decide_secret(tender: Tender) -> Any:
    """Decide on one marked field."""
    field = str((request.view_args or {})["field"])
    marks = publicity.written_marks(tender.content or content.empty())
    if field not in marks:
        raise NotFound(_l("This is not marked as a business secret."), rule="R86")
    form = forms.SecretForm()

    def put() -> Any:
        return publishing.decide_secret(
            tender, field, form.outcome.data == "secret", form.reason.data or "", by=mandate()
        )

    if submitted(form, put):
        flash(_("The decision on the business secret is noted."), "success")
        return redirect(url_for(".register", competition_id=tender.competition_id))
    return render_template(
        "competitions/documents_secret.html",
        form=form,
        tender=tender,
        competition=tender.competition,
        what=wording_judging.field_words(tender, field),
        why=marks[field],
        text=_text_of(tender, field),
    ), status_of(form)


def _text_of(tender: Tender, field: str) -> str:
    kind, _colon, rest = field.partition(":")
    lot, _colon, code = rest.partition(":")
    return str((tender.content or {})["lots"][lot]["answers"][code]) if kind == "answer" else ""


@bp.route("/procurement/document-requests/<uuid:document_request_id>/answer", methods=["GET", "POST"])
@requires(Permission.DOCUMENT_REQUEST_HANDLE, on=judged.document_request)
def answer_document(row: DocumentRequest) -> Any:
    """Give, or refuse with the reason and the way to a formal decision."""
    form = forms.DocumentAnswerForm()

    def put() -> None:
        verb = publishing.give_document if form.outcome.data == "give" else publishing.refuse_document
        verb(row, form.reason.data or "", by=mandate())

    if submitted(form, put):
        flash(_("The answer is sent."), "success")
        return redirect(url_for(".register", competition_id=row.competition_id))
    return _answer_page(row, form)


@bp.post("/procurement/document-requests/<uuid:document_request_id>/insist")
@requires(Permission.DOCUMENT_REQUEST_HANDLE, on=judged.document_request)
def write_insistence(row: DocumentRequest) -> Any:
    """Write down that one who asked by e-mail wants a formal decision."""
    publishing.ask_decision(row, by=mandate())
    flash(_("A formal decision is asked for."), "success")
    return redirect(url_for(".register", competition_id=row.competition_id))


@bp.route("/procurement/document-requests/<uuid:document_request_id>/decide", methods=["GET", "POST"])
@requires(Permission.DOCUMENT_REQUEST_DECIDE, on=judged.document_request)
def decide_document(row: DocumentRequest) -> Any:
    """The formal decision."""
    form = forms.DocumentDecisionForm()

    def put() -> None:
        publishing.decide_document(row, form.decision.data or "", gives=form.outcome.data == "give", by=mandate())

    if submitted(form, put):
        flash(_("The decision was sent."), "success")
        return redirect(url_for(".register", competition_id=row.competition_id))
    return _answer_page(row, form)


def _answer_page(row: DocumentRequest, form: Any) -> Any:
    return render_template(
        "competitions/documents_answer.html",
        form=form,
        row=row,
        competition=row.competition,
        tag=wording_judging.document_tag(row),
        due_on=publishing.due_on(row),
    ), status_of(form)


@bp.get("/procurement/competitions/<uuid:competition_id>/report")
@requires(Permission.TENDER_READ, on=judged.competition_to_judge)
def report(competition: Competition) -> Any:
    """The report on the procedure, made from what is stored (R82)."""
    return render_template(
        "competitions/documents_report.html", competition=competition, items=reports.report(competition)
    )
