"""Pages of decisions: to sign, signed, and as their addressee reads them."""

from __future__ import annotations

import uuid
from io import BytesIO
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, send_file, url_for

from core import audit, clock, mail, policy
from core.files import service as files
from core.i18n import gettext as _
from core.i18n import ngettext
from core.identity.forms import EmptyForm
from core.web.access import mandate, requires
from core.web.api import PAGE_SIZE, page
from core.web.submitting import status_of, submitted
from dps.decisions import archive, letters, queries, service
from dps.decisions.models import (
    DECISION_KIND_TITLES,
    DECISION_STATE_TITLES,
    REMEDY_KIND_TITLES,
    REMEDY_OUTCOME_TITLES,
    Decision,
    DecisionAddressee,
    DecisionState,
)
from dps.decisions.parties import Party, addressee_of, party_of
from dps.decisions.policy import Permission
from dps.decisions.views import bp
from dps.systems.forms import ReasonForm

#: State → the kind of ``status_tag`` and its words.
TAGS = {
    state: (kind, DECISION_STATE_TITLES[state])
    for state, kind in {
        DecisionState.PREPARED: "waiting",
        DecisionState.RETURNED: "warn",
        DecisionState.SIGNED: "ok",
    }.items()
}


def _paper(decision: Decision, party: Party | None = None) -> dict[str, Any]:
    """The text as it will be or was served, to one of many parties with its own part."""
    today = clock.helsinki_date(clock.now())
    language = party.language if party else decision.language
    return {
        "party": party,
        "language": language,
        "text": letters.decision_text(decision, today, party),
        "instructions": letters.instruction_text(decision, today, party),
        "matter": letters.matter_of(decision, language),
        "mark": letters.mark_of(decision, language),
        "headline": letters.headline,
        "kinds": DECISION_KIND_TITLES,
        "tags": TAGS,
        "Permission": Permission,
    }


@bp.get("/procurement/decisions")
@requires(Permission.DECISION_LIST)
def index() -> Any:
    """What waits for a signature, then every decision."""
    authority_id = mandate().organisation_id
    after = request.args.get("after", type=uuid.UUID)
    found = page(queries.decisions_of_authority(authority_id), Decision, cursor=after, limit=PAGE_SIZE)
    waiting = queries.waiting_for_signature(authority_id) if after is None else []
    return render_template(
        "decisions/index.html",
        decisions=found["items"],
        waiting=waiting,
        next_after=found["next_cursor"],
        tags=TAGS,
        kinds=DECISION_KIND_TITLES,
        matter_of=letters.matter_of,
        headline=letters.headline,
        Permission=Permission,
    )


@bp.get("/procurement/decisions/<uuid:decision_id>")
@requires(Permission.DECISION_READ, on=queries.decision)
def show(decision: Decision) -> Any:
    """Evidence, reasons, the text as it is served, its delivery, and what is done against it."""
    return render_template(
        "decisions/show.html",
        decision=decision,
        mails=mail.mails_about(decision.id),
        remedies=queries.remedies_of(decision.id),
        explanations=queries.explanations_of(decision.id),
        correction=queries.correction_of(decision.id),
        remedy_kinds=REMEDY_KIND_TITLES,
        outcomes=REMEDY_OUTCOME_TITLES,
        **_paper(decision),
    )


@bp.post("/procurement/decisions/sign-many")
@requires(Permission.DECISION_LIST)
def sign_many() -> Any:
    """Sign the chosen ones, after a page that repeats them; what one lacks does not hold up the others."""
    chosen = [
        found for each in request.form.getlist("chosen") if (found := queries.decision_by_words(each)) is not None
    ]
    for each in chosen:
        policy.check(mandate(), Permission.DECISION_SIGN, each)
    if not chosen:
        flash(_("Choose at least one decision."), "warning")
        return redirect(url_for(".index"))
    form = EmptyForm()
    if "confirm" not in request.form:
        return render_template(
            "decisions/sign_many.html",
            form=form,
            chosen=chosen,
            kinds=DECISION_KIND_TITLES,
            matter_of=letters.matter_of,
            headline=letters.headline,
        )
    results = service.sign_many(chosen, by=mandate())
    signed = sum(refusal is None for _decision, refusal in results)
    flash(
        ngettext("%(num)s decision was signed and sent.", "%(num)s decisions were signed and sent.", signed), "success"
    )
    for decision, refusal in results:
        if refusal is not None:
            flash(
                _("Not signed: %(supplier)s. %(reason)s", supplier=letters.headline(decision), reason=refusal.message),
                "warning",
            )
    return redirect(url_for(".index"))


@bp.get("/procurement/decisions/<uuid:decision_id>/letter.pdf")
@requires(Permission.DECISION_READ, on=queries.decision)
def letter(decision: Decision) -> Response:
    """The letter as it was made after the signature."""
    return _letter(decision)


@bp.get("/provider/decisions/<uuid:decision_id>/letter.pdf")
@requires(Permission.DECISION_RECEIVE, on=queries.decision)
def received_letter(decision: Decision) -> Response:
    """The letter, for its addressee: one of many gets its own."""
    return _letter(addressee_of(decision, mandate().supplier_id) or decision)


@bp.get("/procurement/decision-addressees/<uuid:addressee_id>/letter.pdf")
@requires(Permission.DECISION_READ, on=queries.addressee)
def addressee_letter(addressee: DecisionAddressee) -> Response:
    """The letter to one of many parties."""
    return _letter(addressee)


def _letter(row: Decision | DecisionAddressee) -> Response:
    if row.letter is None:
        abort(404)
    return send_file(
        BytesIO(files.content_of(row.letter)), mimetype=row.letter.media_type, download_name=row.letter.name
    )


@bp.get("/procurement/decisions/<uuid:decision_id>/archive.zip")
@requires(Permission.DECISION_ARCHIVE, on=queries.decision)
def archive_package(decision: Decision) -> Response:
    """The case packed for the archive; that it was taken out is recorded."""
    audit.saw("decision.archive", decision, actor=mandate())
    name = f"{decision.case_year}-{decision.case_number}.zip"
    return send_file(
        BytesIO(archive.package(decision)), mimetype="application/zip", as_attachment=True, download_name=name
    )


@bp.route("/procurement/decisions/<uuid:decision_id>/sign", methods=["GET", "POST"])
@requires(Permission.DECISION_SIGN, on=queries.decision)
def sign(decision: Decision) -> Any:
    """Sign, on a page that repeats what is signed."""
    form = EmptyForm()
    if submitted(form, lambda: service.sign(decision, by=mandate())):
        flash(_("The decision is signed. It was sent to the provider today."), "success")
        return redirect(url_for(".show", decision_id=decision.id))
    return render_template("decisions/sign.html", form=form, decision=decision, **_paper(decision)), status_of(form)


@bp.route("/procurement/decisions/<uuid:decision_id>/return", methods=["GET", "POST"])
@requires(Permission.DECISION_RETURN, on=queries.decision)
def return_decision(decision: Decision) -> Any:
    """Send back to the preparer with a reason."""
    form = ReasonForm()
    if submitted(form, lambda: service.return_decision(decision, form.reason.data, by=mandate())):
        flash(_("The decision was returned to its preparer."), "success")
        return redirect(url_for(".index"))
    return (
        render_template("decisions/return.html", form=form, decision=decision, headline=letters.headline),
        status_of(form),
    )


@bp.get("/provider/decisions")
@requires(Permission.DECISION_OWN_LIST)
def own() -> Any:
    """Every decision that the provider is a party of, the newest first."""
    found = page(
        queries.received_decisions(mandate().organisation_id),
        Decision,
        cursor=request.args.get("after", type=uuid.UUID),
        limit=PAGE_SIZE,
    )
    return render_template(
        "decisions/own.html",
        decisions=found["items"],
        next_after=found["next_cursor"],
        kinds=DECISION_KIND_TITLES,
        matter_of=letters.matter_of,
    )


@bp.get("/provider/decisions/<uuid:decision_id>")
@requires(Permission.DECISION_RECEIVE, on=queries.decision)
def received(decision: Decision) -> Any:
    """The decision on the pages of its addressee: its own text, not that of another party (I4)."""
    supplier_id = mandate().supplier_id
    addressee = addressee_of(decision, supplier_id)
    return render_template(
        "decisions/received.html",
        decision=decision,
        letter_id=addressee.letter_id if addressee else decision.letter_id,
        remedies=queries.remedies_of(decision.id),
        explanations=queries.explanations_of(decision.id, supplier_id),
        remedy_kinds=REMEDY_KIND_TITLES,
        outcomes=REMEDY_OUTCOME_TITLES,
        **_paper(decision, party_of(decision, supplier_id)),
    )
