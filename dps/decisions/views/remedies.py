"""Pages of what is done against decisions: the register, one matter, and requests for reasons."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from core import clock
from core.i18n import current_language
from core.i18n import gettext as _
from core.web.access import mandate, requires
from core.web.api import PAGE_SIZE, page
from core.web.submitting import status_of, submitted
from dps.decisions import letters, queries, service
from dps.decisions.forms import CourtToldForm, OutcomeForm, RemedyForm, WordsForm, correction_form, outcome_form
from dps.decisions.models import (
    COMPETITION_KINDS,
    REMEDY_KIND_TITLES,
    REMEDY_OUTCOME_TITLES,
    Decision,
    ExplanationRequest,
    Remedy,
    RemedyKind,
    RemedyOutcome,
)
from dps.decisions.policy import Permission
from dps.decisions.views import bp


@bp.get("/procurement/remedies")
@requires(Permission.REMEDY_LIST)
def remedies() -> Any:
    """The register of appeals, demands and corrections."""
    found = page(
        queries.remedies_of_authority(mandate().organisation_id),
        Remedy,
        cursor=request.args.get("after", type=uuid.UUID),
        limit=PAGE_SIZE,
    )
    return render_template(
        "decisions/remedies.html",
        rows=found["items"],
        next_after=found["next_cursor"],
        kinds=REMEDY_KIND_TITLES,
        outcomes=REMEDY_OUTCOME_TITLES,
        matter_of=letters.matter_of,
        headline=letters.headline,
    )


@bp.route("/procurement/decisions/<uuid:decision_id>/remedy", methods=["GET", "POST"])
@requires(Permission.REMEDY_REGISTER, on=queries.decision)
def register_remedy(decision: Decision) -> Any:
    """Register an appeal, a demand or a correction of one's own."""
    form = RemedyForm(data={"received_on": clock.helsinki_date(clock.now())})

    def register() -> Remedy:
        details = service.RemedyDetails(
            kind=RemedyKind(form.kind.data),
            claims=form.claims.data,
            received_on=form.received_on.data,
            claimant=form.claimant.data or "",
        )
        return service.register_remedy(decision, details, by=mandate())

    if done := submitted(form, register):
        flash(_("It is registered and the party was told."), "success")
        return redirect(url_for(".remedy", remedy_id=done.id))
    return (
        render_template("decisions/register_remedy.html", form=form, decision=decision, headline=letters.headline),
        status_of(form),
    )


@bp.get("/procurement/remedies/<uuid:remedy_id>")
@requires(Permission.REMEDY_HANDLE, on=queries.remedy)
def remedy(remedy: Remedy) -> Any:
    """One matter: what is demanded, by when it could be, what is to be done."""
    return _remedy_page(remedy)


def _remedy_page(remedy: Remedy, *, court: CourtToldForm | None = None, outcome: OutcomeForm | None = None) -> str:
    is_correction = remedy.kind in (RemedyKind.CORRECTION_DEMAND, RemedyKind.OWN_CORRECTION)
    return render_template(
        "decisions/remedy.html",
        remedy=remedy,
        decision=remedy.decision,
        headline=letters.headline,
        matter=letters.matter_of(remedy.decision, current_language()),
        mark=letters.mark_of(remedy.decision),
        kinds=REMEDY_KIND_TITLES,
        outcomes=REMEDY_OUTCOME_TITLES,
        court_form=court or CourtToldForm(formdata=None, data={"on": clock.helsinki_date(clock.now())}),
        outcome_form=outcome or outcome_form(remedy.kind),
        correction=queries.correction_of(remedy.decision_id),
        can_correct=remedy.kind is not RemedyKind.APPEAL and remedy.decision.kind not in COMPETITION_KINDS,
        court_waits=is_correction and remedy.court_told_on is None and queries.appeal_is_pending(remedy.decision_id),
    )


@bp.post("/procurement/remedies/<uuid:remedy_id>/tell-court")
@requires(Permission.REMEDY_HANDLE, on=queries.remedy)
def tell_court(remedy: Remedy) -> Any:
    """Record that the Market Court was told."""
    form = CourtToldForm()
    if submitted(form, lambda: service.tell_court(remedy, form.on.data, by=mandate())):
        return redirect(url_for(".remedy", remedy_id=remedy.id))
    return _remedy_page(remedy, court=form), 422


@bp.route("/procurement/remedies/<uuid:remedy_id>/correction", methods=["GET", "POST"])
@requires(Permission.REMEDY_HANDLE, on=queries.remedy)
def prepare_correction(remedy: Remedy) -> Any:
    """Weigh every finding anew and lay the correcting decision before the decision maker."""
    form = correction_form(remedy.decision, current_language())
    if submitted(form, lambda: service.prepare_correction(remedy, form.findings(), form.summary.data, by=mandate())):
        flash(_("The correcting decision was sent to the decision maker."), "success")
        return redirect(url_for(".remedy", remedy_id=remedy.id))
    return (
        render_template(
            "decisions/correction.html",
            form=form,
            remedy=remedy,
            decision=remedy.decision,
            headline=letters.headline,
        ),
        status_of(form),
    )


@bp.post("/procurement/remedies/<uuid:remedy_id>/close")
@requires(Permission.REMEDY_HANDLE, on=queries.remedy)
def close_remedy(remedy: Remedy) -> Any:
    """Record how it ended."""
    form = outcome_form(remedy.kind)

    def close() -> None:
        service.close_remedy(remedy, RemedyOutcome(form.outcome.data), form.note.data, by=mandate())

    if submitted(form, close):
        flash(_("The outcome is recorded and the party was told."), "success")
        return redirect(url_for(".remedy", remedy_id=remedy.id))
    return _remedy_page(remedy, outcome=form), 422


@bp.route("/provider/decisions/<uuid:decision_id>/ask-reasons", methods=["GET", "POST"])
@requires(Permission.EXPLANATION_ASK, on=queries.decision)
def ask_reasons(decision: Decision) -> Any:
    """Ask for the reasons in writing (R73)."""
    form = WordsForm()
    form.text.label.text = _("What do you want to know?")
    if submitted(form, lambda: service.ask_explanation(decision, form.text.data, by=mandate())):
        flash(_("Your question was sent. The city answers within 15 days."), "success")
        return redirect(url_for(".received", decision_id=decision.id))
    lead = _("The city answers within 15 days. Asking does not stop the time limits of an appeal.")
    back = url_for(".received", decision_id=decision.id)
    return _words_page(_("Ask for the reasons"), lead, _("Send the question"), form, back), status_of(form)


@bp.route("/procurement/explanation-requests/<uuid:explanation_id>", methods=["GET", "POST"])
@requires(Permission.EXPLANATION_ANSWER, on=queries.explanation)
def answer_reasons(request_row: ExplanationRequest) -> Any:
    """Give the reasons asked for."""
    form = WordsForm()
    form.text.label.text = _("Answer")
    if submitted(form, lambda: service.answer_explanation(request_row, form.text.data, by=mandate())):
        flash(_("The answer was sent."), "success")
        return redirect(url_for(".show", decision_id=request_row.decision_id))
    back = url_for(".show", decision_id=request_row.decision_id)
    title = _("Request for reasons: %(supplier)s", supplier=request_row.supplier.name)
    return _words_page(title, request_row.question, _("Send the answer"), form, back), status_of(form)


def _words_page(title: str, lead: str, button: str, form: WordsForm, back: str) -> str:
    return render_template("decisions/words.html", title=title, lead=lead, button_label=button, form=form, back=back)
