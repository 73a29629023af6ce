"""Pages of decisions: to sign, signed, and as their addressee reads them."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from core import clock
from core.i18n import gettext as _
from core.identity.forms import EmptyForm
from core.web.access import mandate, requires
from core.web.api import PAGE_SIZE, page
from core.web.submitting import status_of, submitted
from dps.decisions import letters, queries, service
from dps.decisions.models import DECISION_KIND_TITLES, DECISION_STATE_TITLES, Decision, DecisionState
from dps.decisions.policy import Permission
from dps.systems.forms import ReasonForm

bp = Blueprint("decisions", __name__)

#: State → the kind of ``status_tag`` and its words.
TAGS = {
    state: (kind, DECISION_STATE_TITLES[state])
    for state, kind in {
        DecisionState.PREPARED: "waiting",
        DecisionState.RETURNED: "warn",
        DecisionState.SIGNED: "ok",
    }.items()
}


def _paper(decision: Decision) -> dict[str, Any]:
    """The text as it will be or was served."""
    today = clock.helsinki_date(clock.now())
    return {
        "text": letters.decision_text(decision, today),
        "instructions": letters.instruction_text(decision, today),
        "matter": letters.matter_of(decision),
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
    )


@bp.get("/procurement/decisions/<uuid:decision_id>")
@requires(Permission.DECISION_READ, on=queries.decision)
def show(decision: Decision) -> Any:
    """Evidence, reasons and the text as it is served."""
    return render_template("decisions/show.html", decision=decision, **_paper(decision))


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
@requires(Permission.DECISION_SIGN, on=queries.decision)
def return_decision(decision: Decision) -> Any:
    """Send back to the preparer with a reason."""
    form = ReasonForm()
    if submitted(form, lambda: service.return_decision(decision, form.reason.data, by=mandate())):
        flash(_("The decision was returned to its preparer."), "success")
        return redirect(url_for(".index"))
    return (
        render_template("decisions/return.html", form=form, decision=decision, matter=letters.matter_of(decision)),
        status_of(form),
    )


@bp.get("/provider/decisions/<uuid:decision_id>")
@requires(Permission.DECISION_RECEIVE, on=queries.decision)
def received(decision: Decision) -> Any:
    """The decision on the pages of its addressee."""
    return render_template("decisions/received.html", decision=decision, **_paper(decision))
