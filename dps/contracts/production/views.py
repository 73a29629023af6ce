"""Pages of agreements on own and partners' production."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from core import clock
from core.i18n import gettext as _
from core.web.access import mandate, requires
from core.web.submitting import status_of, submitted
from dps.contracts.models import (
    CONTRACT_STATE_TITLES,
    PRODUCTION_STATE_TITLES,
    ProductionAgreement,
    ProductionState,
)
from dps.contracts.production import queries, service
from dps.contracts.production.forms import DecisionForm, FactsForm, agreement_form
from dps.contracts.production.policy import Permission
from dps.contracts.views import TAGS as CONTRACT_TAGS
from dps.systems.forms import ReasonForm
from dps.systems.production import PRODUCTION_TITLES

bp = Blueprint("production", __name__)

TONES = {
    ProductionState.PREPARED: "go",
    ProductionState.IN_FORCE: "ok",
    ProductionState.ENDED: "paused",
    ProductionState.DROPPED: "paused",
}


def _words() -> dict[str, Any]:
    return {
        "today": clock.helsinki_date(clock.now()),
        "kinds": PRODUCTION_TITLES,
        "states": PRODUCTION_STATE_TITLES,
        "tones": TONES,
        "Permission": Permission,
    }


@bp.get("/procurement/production")
@requires(Permission.PRODUCTION_LIST)
def index() -> Any:
    """The authority's agreements, and those of others that let it order."""
    rows = queries.page_of(mandate(), request.args.get("after", type=uuid.UUID))
    shown = rows[: queries.PAGE_SIZE]
    more = shown[-1].id if len(rows) > queries.PAGE_SIZE else None
    return render_template("production/index.html", rows=shown, more=more, **_words())


@bp.route("/procurement/production/new", methods=["GET", "POST"])
@requires(Permission.PRODUCTION_PREPARE)
def new() -> Any:
    """Prepare an agreement for the decision maker."""
    actor, today = mandate(), clock.helsinki_date(clock.now())
    categories = queries.categories_to_agree_on(actor.organisation_id, today)
    form = agreement_form(categories, queries.partners_of(actor.organisation_id), starts_on=today)
    if done := submitted(form, lambda: service.prepare(form.details(), by=actor)):
        flash(_("The agreement waits for a decision maker."), "success")
        return redirect(url_for(".show", production_id=done.id))
    return render_template("production/new.html", form=form, categories=categories), status_of(form)


@bp.get("/procurement/production/<uuid:production_id>")
@requires(Permission.PRODUCTION_READ, on=queries.agreement)
def show(agreement: ProductionAgreement) -> Any:
    """One agreement: its ground, its services and prices, who may order."""
    return _show(agreement)


def _show(agreement: ProductionAgreement, decision: Any = None) -> str:
    return render_template(
        "production/show.html",
        agreement=agreement,
        contracts=queries.contracts_of(agreement.id),
        contract_tags=CONTRACT_TAGS,
        contract_titles=CONTRACT_STATE_TITLES,
        decision_form=decision or DecisionForm(formdata=None),
        **_words(),
    )


@bp.post("/procurement/production/<uuid:production_id>/approve")
@requires(Permission.PRODUCTION_DECIDE, on=queries.agreement)
def approve(agreement: ProductionAgreement) -> Any:
    """Decide on the agreement."""
    form = DecisionForm()
    if submitted(form, lambda: service.approve(agreement, form.decision_number.data, by=mandate()) or True):
        flash(_("The agreement is in force. Its contracts wait for the unit's signature."), "success")
        return redirect(url_for(".show", production_id=agreement.id))
    return _show(agreement, form), 422


@bp.route("/procurement/production/<uuid:production_id>/confirm", methods=["GET", "POST"])
@requires(Permission.PRODUCTION_KEEP, on=queries.agreement)
def confirm(agreement: ProductionAgreement) -> Any:
    """Confirm for a year more that the ground holds."""
    form = FactsForm(obj=agreement.facts[-1])
    if submitted(form, lambda: service.confirm(agreement, form.facts(), by=mandate())):
        flash(_("The ground is confirmed. Orders can go on."), "success")
        return redirect(url_for(".show", production_id=agreement.id))
    return render_template("production/confirm.html", form=form, agreement=agreement, **_words()), status_of(form)


@bp.route("/procurement/production/<uuid:production_id>/drop", methods=["GET", "POST"])
@requires(Permission.PRODUCTION_KEEP, on=queries.agreement)
def drop(agreement: ProductionAgreement) -> Any:
    """Drop what waits for its decision."""
    form = ReasonForm()
    if submitted(form, lambda: service.drop(agreement, form.reason.data, by=mandate()) or True):
        flash(_("The agreement is dropped."), "success")
        return redirect(url_for(".show", production_id=agreement.id))
    return _closing(agreement, form, _("Drop the agreement"))


@bp.route("/procurement/production/<uuid:production_id>/end", methods=["GET", "POST"])
@requires(Permission.PRODUCTION_DECIDE, on=queries.agreement)
def end(agreement: ProductionAgreement) -> Any:
    """End an agreement in force with a reason."""
    form = ReasonForm()
    if submitted(form, lambda: service.end(agreement, form.reason.data, by=mandate()) or True):
        flash(_("The agreement has ended. Orders already placed go on."), "success")
        return redirect(url_for(".show", production_id=agreement.id))
    return _closing(agreement, form, _("End the agreement"))


def _closing(agreement: ProductionAgreement, form: ReasonForm, act: str) -> Any:
    return render_template("production/close.html", form=form, agreement=agreement, act=act), status_of(form)
