"""The committee's and the preparer's pages after the opening: tenders, requests, scores, comparison, decision."""

from __future__ import annotations

import uuid
from io import BytesIO
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.helpers import send_file

from core import audit, clock
from core.i18n import gettext as _
from core.web.access import mandate, requires
from core.web.submitting import status_of, submitted
from dps.competitions import award_text, missing, queries, results
from dps.competitions import queries_judging as judged
from dps.competitions.forms import judging as forms
from dps.competitions.models import (
    EXCLUSION_GROUND_TITLES,
    PRICE_FORMULA_TITLES,
    REQUEST_KIND_TITLES,
    TIE_RULE_TITLES,
    Competition,
    CompetitionLot,
    CompetitionState,
    RequestKind,
    Tender,
    TenderExclusion,
    TenderRequest,
)
from dps.competitions.policy import Permission
from dps.competitions.service import awarding, clarifying, excluding, judging, publishing
from dps.competitions.views.tendering import totals_of
from dps.competitions.wording_judging import request_tag
from dps.systems.forms import ReasonForm

bp = Blueprint("judging", __name__)

COMPETITION = "/procurement/competitions/<uuid:competition_id>"
TENDER = "/procurement/tenders/<uuid:tender_id>"


def _of_lot(tender_id: uuid.UUID, lot: str) -> Tender | None:
    """The tender of an address that names one of its lots, too."""
    found = judged.opened_tender(tender_id)
    return found if found is not None and any(each.code == lot for each in forms.lots_of(found)) else None


def _lot(tender: Tender, code: str | None = None) -> CompetitionLot | None:
    wanted = code if code is not None else str((request.view_args or {})["lot"])
    return next((each for each in forms.lots_of(tender) if each.code == wanted), None)


def _overview(competition: Competition) -> Any:
    return redirect(url_for("judging.overview", competition_id=competition.id))


def _tender(tender: Tender) -> Any:
    return redirect(url_for("judging.show_tender", tender_id=tender.id))


def _is_judged(competition: Competition) -> bool:
    return competition.state is CompetitionState.OPENED and not judging.decision_waits(competition)


@bp.get(f"{COMPETITION}/judging")
@requires(Permission.TENDER_READ, on=judged.competition_to_judge)
def overview(competition: Competition) -> Any:
    """What is missing, each tender, the comparison so far, and the way to a decision."""
    audit.saw("tenders", competition, actor=mandate())
    board = results.board_of(competition)
    found = results.results_of(board)
    me = next((each for each in board.evaluators if each.person_id == mandate().person_id), None)
    return render_template(
        "competitions/judging.html",
        competition=competition,
        board=board,
        results=found,
        lacks=missing.missing(board, found, clock.now()) if _is_judged(competition) else [],
        me=me,
        unscored=len(judging.unscored(competition, found, me.person_id)) if me and not me.scored_at else 0,
        is_judged=_is_judged(competition),
        waits=judging.decision_waits(competition),
        is_strange=not board.is_as_published,
        points=award_text.points_words,
        grounds=EXCLUSION_GROUND_TITLES,
        Permission=Permission,
    )


@bp.get(f"{COMPETITION}/comparison")
@requires(Permission.TENDER_READ, on=judged.competition_to_judge)
def compare(competition: Competition) -> Any:
    """Tenders side by side; nothing here can be changed, the weights least of all (R40)."""
    audit.saw("tenders", competition, actor=mandate())
    board = results.board_of(competition)
    return render_template(
        "competitions/compare.html",
        competition=competition,
        results=results.results_of(board),
        formula=PRICE_FORMULA_TITLES[competition.price_formula],
        formula_words=award_text.formula_words(competition),
        rounding=award_text.rounding_words(competition),
        tie_rule=TIE_RULE_TITLES[competition.tie_rule],
        points=award_text.points_words,
        grounds=EXCLUSION_GROUND_TITLES,
    )


@bp.get(TENDER)
@requires(Permission.TENDER_READ, on=judged.tender_to_judge)
def show_tender(tender: Tender) -> Any:
    """A tender as it was given, what was asked and answered, checks, exclusions and scores."""
    return _tender_page(tender, forms.CheckForm(formdata=None)), 200


def _tender_page(tender: Tender, form: forms.CheckForm) -> str:
    competition, now = tender.competition, clock.now()
    audit.saw("tender", tender, actor=mandate())
    board = results.board_of(competition)
    check = board.checks.get(tender.id)
    if not form.is_submitted() and check is not None:
        form.note.data = check.note
    return render_template(
        "competitions/judging_tender.html",
        competition=competition,
        tender=tender,
        form=form,
        check=check,
        totals=totals_of(competition, tender.content or {}),
        requests=[(each, request_tag(each, now)) for each in board.requests if each.tender_id == tender.id],
        exclusions=[each for each in board.exclusions if each.tender_id == tender.id],
        rows=[(each.lot, row) for each in results.results_of(board) if (row := each.row_of(tender)) is not None],
        scores=[each for each in judging.visible_scores(competition, mandate()) if each.tender_id == tender.id],
        points=award_text.points_words,
        grounds=EXCLUSION_GROUND_TITLES,
        kinds=REQUEST_KIND_TITLES,
        is_judged=_is_judged(competition),
        me=next((each for each in board.evaluators if each.person_id == mandate().person_id), None),
        all_finished=all(each.scored_at for each in board.evaluators),
        Permission=Permission,
    )


@bp.get(f"{TENDER}/files/<uuid:file_id>")
@requires(Permission.TENDER_READ, on=lambda tender_id, file_id: judged.opened_tender(tender_id))
def tender_file(tender: Tender) -> Response:
    """A file of an opened tender."""
    row, content = publishing.tender_file(tender, (request.view_args or {})["file_id"], mandate())
    audit.saw("tender_file", tender, actor=mandate())
    return send_file(BytesIO(content), mimetype=row.media_type, as_attachment=True, download_name=row.name)


@bp.post(f"{TENDER}/check")
@requires(Permission.TENDER_JUDGE, on=judged.opened_tender)
def check(tender: Tender) -> Any:
    """Note that the tender was looked through."""
    form = forms.CheckForm()
    if submitted(form, lambda: excluding.check_formally(tender, form.note.data or "", by=mandate())):
        flash(_("The formal check is noted."), "success")
        return _tender(tender)
    return _tender_page(tender, form), 422


@bp.route(f"{TENDER}/ask", methods=["GET", "POST"])
@requires(Permission.TENDER_JUDGE, on=judged.opened_tender)
def ask(tender: Tender) -> Any:
    """Ask to clarify or complete, or to explain a low price."""
    form = forms.ask_form(tender, request.args.get("lot", ""))
    if request.method == "GET" and request.args.get("kind") in set(RequestKind):
        form.kind.data = request.args["kind"]

    def put() -> Any:
        question = clarifying.TenderQuestion(
            kind=RequestKind(form.kind.data),
            text=form.question.data or "",
            lot=_lot(tender, form.lot.data) if form.lot.data else None,
            due_on=form.due_on.data,
        )
        return clarifying.ask(tender, question, by=mandate())

    if submitted(form, put):
        flash(_("The request was sent to the tenderer."), "success")
        return _tender(tender)
    earliest = clarifying.earliest_answer(clock.helsinki_date(clock.now()))
    return render_template(
        "competitions/judging_ask.html", form=form, tender=tender, competition=tender.competition, earliest=earliest
    ), status_of(form)


@bp.route("/procurement/tender-requests/<uuid:tender_request_id>/conclude", methods=["GET", "POST"])
@requires(Permission.TENDER_JUDGE, on=judged.tender_request)
def conclude(row: TenderRequest) -> Any:
    """Write what follows from the answer."""
    form = forms.conclude_form(row.kind, is_answered=row.answered_at is not None)
    chosen = form.outcome.data

    def put() -> Any:
        clarifying.conclude(
            row,
            form.conclusion.data or "",
            is_accepted=chosen == forms.ACCEPTED,
            is_unlawful=chosen == forms.UNLAWFUL,
            by=mandate(),
        )

    if submitted(form, put):
        flash(_("The conclusion is noted."), "success")
        return _tender(row.tender)
    return render_template(
        "competitions/judging_conclude.html",
        form=form,
        row=row,
        tender=row.tender,
        competition=row.tender.competition,
        kinds=REQUEST_KIND_TITLES,
    ), status_of(form)


@bp.route(f"{TENDER}/exclude", methods=["GET", "POST"])
@requires(Permission.TENDER_JUDGE, on=judged.opened_tender)
def exclude(tender: Tender) -> Any:
    """Leave the tender, or its part for a lot, out of the comparison."""
    form = forms.exclude_form(tender, request.args.get("lot", ""))

    def put() -> Any:
        lot = _lot(tender, form.lot.data) if form.lot.data else None
        return excluding.exclude(tender, lot, form.chosen_ground(), form.reason.data or "", by=mandate())

    if submitted(form, put):
        flash(_("The tender is excluded."), "success")
        return _tender(tender)
    return render_template(
        "competitions/judging_exclude.html", form=form, tender=tender, competition=tender.competition
    ), status_of(form)


@bp.route("/procurement/tender-exclusions/<uuid:exclusion_id>/revoke", methods=["GET", "POST"])
@requires(Permission.TENDER_JUDGE, on=judged.exclusion)
def revoke(exclusion: TenderExclusion) -> Any:
    """Take the tender back into the comparison."""
    form = ReasonForm()
    if submitted(form, lambda: excluding.revoke_exclusion(exclusion, form.reason.data or "", by=mandate())):
        flash(_("The exclusion is revoked."), "success")
        return _tender(exclusion.tender)
    return render_template(
        "competitions/judging_revoke.html",
        form=form,
        exclusion=exclusion,
        tender=exclusion.tender,
        competition=exclusion.tender.competition,
        grounds=EXCLUSION_GROUND_TITLES,
    ), status_of(form)


def _scores_page(tender: Tender, lot: CompetitionLot, form: forms.ScoresForm, *, is_joint: bool) -> Any:
    competition = tender.competition
    given = (tender.content or {})["lots"][lot.code]["answers"]
    shown = [
        each
        for each in judging.visible_scores(competition, mandate())
        if (each.tender_id, each.lot_id) == (tender.id, lot.id)
        and (is_joint or each.evaluator_id != mandate().person_id)
    ]
    return render_template(
        "competitions/judging_scores.html",
        form=form,
        tender=tender,
        lot=lot,
        competition=competition,
        questions=[
            (each, given.get(each.code, ""), [row for row in shown if row.criterion_id == each.id])
            for each in judged.quality_criteria(competition)
        ],
        is_joint=is_joint,
    ), status_of(form)


@bp.route(f"{TENDER}/lots/<lot>/score", methods=["GET", "POST"])
@requires(Permission.TENDER_JUDGE, on=_of_lot)
def score(tender: Tender) -> Any:
    """One's own points and reasons for each question."""
    lot = _lot(tender)
    assert lot is not None
    competition = tender.competition
    own = {
        each.criterion_id: judging.Given(points=each.points, reason=each.reason)
        for each in judged.scores_of(competition.id)
        if (each.tender_id, each.lot_id, each.evaluator_id) == (tender.id, lot.id, mandate().person_id)
    }
    form = forms.scores_form(judged.quality_criteria(competition), competition.scale_max, own, is_joint=False)
    if submitted(form, lambda: judging.save_scores(tender, lot, form.given(), by=mandate())):
        flash(_("Your points are saved. Nobody else sees them before you have finished."), "success")
        return _overview(competition)
    return _scores_page(tender, lot, form, is_joint=False)


@bp.route(f"{TENDER}/lots/<lot>/agree", methods=["GET", "POST"])
@requires(Permission.TENDER_JUDGE, on=_of_lot)
def agree(tender: Tender) -> Any:
    """The joint points and reasons; they begin from the median of the evaluators' own."""
    lot = _lot(tender)
    assert lot is not None
    competition = tender.competition
    begun = judging.suggested(judging.visible_scores(competition, mandate()), tender, lot)
    begun |= {
        each.criterion_id: judging.Given(points=each.points, reason=each.reason)
        for each in judged.joint_scores_of(competition.id)
        if (each.tender_id, each.lot_id) == (tender.id, lot.id)
    }
    form = forms.scores_form(judged.quality_criteria(competition), competition.scale_max, begun, is_joint=True)
    if submitted(form, lambda: judging.agree_scores(tender, lot, form.given(), by=mandate())):
        flash(_("The joint points are saved."), "success")
        return _overview(competition)
    return _scores_page(tender, lot, form, is_joint=True)


@bp.post(f"{COMPETITION}/finish-scoring")
@requires(Permission.TENDER_JUDGE, on=queries.competition)
def finish_scoring(competition: Competition) -> Any:
    """One's own points are ready."""
    judging.finish_scoring(competition, by=mandate())
    flash(_("Your scoring is finished. Now you see what the others gave."), "success")
    return _overview(competition)


@bp.route(f"{COMPETITION}/award", methods=["GET", "POST"])
@requires(Permission.DECISION_PREPARE, on=judged.competition_to_judge)
def award(competition: Competition) -> Any:
    """Lay the choice before the decision maker; the comparison goes with it."""
    form = forms.SummaryForm()
    if submitted(form, lambda: awarding.prepare_award(competition, form.summary.data or "", by=mandate())):
        flash(_("The proposal was sent to the decision maker."), "success")
        return redirect(url_for("decisions.show", decision_id=competition.decision_id))
    board = results.board_of(competition)
    found = results.results_of(board)
    return render_template(
        "competitions/award.html",
        form=form,
        competition=competition,
        results=found,
        lacks=missing.missing(board, found, clock.now()),
        sections=award_text.body(competition, found)[_language()],
        points=award_text.points_words,
    ), status_of(form)


def _language() -> str:
    language = mandate().language
    return language if language in award_text.LANGUAGES else "fi"


@bp.route(f"{COMPETITION}/cancel", methods=["GET", "POST"])
@requires(Permission.CANCELLATION_PREPARE, on=queries.competition)
def cancel(competition: Competition) -> Any:
    """Lay the cancellation before the decision maker."""
    form = ReasonForm()
    if submitted(form, lambda: awarding.prepare_cancellation(competition, form.reason.data or "", by=mandate())):
        flash(_("The proposal was sent to the decision maker."), "success")
        return redirect(url_for("decisions.show", decision_id=competition.decision_id))
    return render_template("competitions/award_cancel.html", form=form, competition=competition), status_of(form)


@bp.route(f"{COMPETITION}/reopen", methods=["GET", "POST"])
@requires(Permission.DECISION_PREPARE, on=queries.competition)
def reopen(competition: Competition) -> Any:
    """Weigh the tenders anew, since a correction is pending."""
    form = ReasonForm()
    if submitted(form, lambda: awarding.reopen(competition, form.reason.data or "", by=mandate())):
        flash(_("The tenders are weighed anew. The next decision corrects the old one."), "success")
        return _overview(competition)
    return render_template("competitions/award_reopen.html", form=form, competition=competition), status_of(form)
