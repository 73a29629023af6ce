"""Pages of the people who set systems up and approve them."""

from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from core import clock
from core.i18n import gettext as _
from core.web.access import mandate, requires
from core.web.api import PAGE_SIZE, page
from core.web.submitting import status_of, submitted
from dps.systems import content, editing, parts, queries, rules, service, wording
from dps.systems.forms import ReasonForm, SystemForm
from dps.systems.models import (
    AWARD_NOTICE_METHOD_TITLES,
    CHANGE_KIND_TITLES,
    LEGAL_MODE_TITLES,
    LegalMode,
    PurchasingSystem,
)
from dps.systems.policy import Permission
from dps.systems.views.blueprint import bp


@bp.get("/procurement/systems")
@requires(Permission.SYSTEM_LIST)
def index() -> Any:
    """The authority's systems in every state."""
    authority_id = mandate().organisation_id
    found = page(
        queries.systems_of(authority_id),
        PurchasingSystem,
        cursor=request.args.get("after", type=uuid.UUID),
        limit=PAGE_SIZE,
    )
    return render_template(
        "systems/index.html", systems=found["items"], next_after=found["next_cursor"], tags=wording.SYSTEM_TAGS
    )


@bp.route("/procurement/systems/new", methods=["GET", "POST"])
@requires(Permission.SYSTEM_CREATE)
def new() -> Any:
    """Begin a system."""
    form = SystemForm()
    if done := submitted(form, lambda: service.create_system(form.details(), by=mandate())):
        return redirect(url_for(".show", system_id=done.id))
    return render_template("systems/system_form.html", form=form, system=None), status_of(form)


def _small_purchases(system: PurchasingSystem, today: date) -> dict[uuid.UUID, list[Decimal]]:
    """For each small-purchase category the values of the authority's small purchases of its kind (R9)."""
    since = rules.splitting_window_start(today)
    return {
        category.id: queries.small_purchase_values(system.authority_id, category.service_type, since)
        for category in system.categories
        if category.legal_mode is LegalMode.SMALL_PURCHASE
    }


@bp.get("/procurement/systems/<uuid:system_id>")
@requires(Permission.SYSTEM_READ, on=queries.full_system)
def show(system: PurchasingSystem) -> Any:
    """Facts, categories, stages and what is missing."""
    today = clock.helsinki_date(clock.now())
    whole = content.content_of_system(system)
    found = rules.obstacles(whole, today) if system.state == "draft" else []
    small = _small_purchases(system, today)
    sections = parts.working_parts(system, today)
    return render_template(
        "systems/show.html",
        system=system,
        award_notice_titles=AWARD_NOTICE_METHOD_TITLES,
        tags=wording.SYSTEM_TAGS,
        track=wording.track(system, [step for each in sections for step in each.steps]),
        obstacles=[(each, editing.mend(each, system)) for each in found],
        warnings=[(each, "") for each in rules.warnings(system, whole, today, small_purchases=small)],
        parts=sections,
        changes=queries.changes_of(system.id) if system.opened_at else [],
        change_tags=wording.CHANGE_TAGS,
        change_kinds=CHANGE_KIND_TITLES,
        modes=LEGAL_MODE_TITLES,
        Permission=Permission,
    )


@bp.route("/procurement/systems/<uuid:system_id>/edit", methods=["GET", "POST"])
@requires(Permission.SYSTEM_PREPARE, on=queries.system)
def edit(system: PurchasingSystem) -> Any:
    """Change a draft."""
    form = SystemForm(obj=system)
    if submitted(form, lambda: service.change_system(system, form.details(), by=mandate())):
        flash(_("The changes are saved."), "success")
        return redirect(url_for(".show", system_id=system.id))
    return render_template("systems/system_form.html", form=form, system=system), status_of(form)


def _done(system: PurchasingSystem, text: str) -> Any:
    flash(text, "success")
    return redirect(url_for(".show", system_id=system.id))


@bp.post("/procurement/systems/<uuid:system_id>/submit")
@requires(Permission.SYSTEM_PREPARE, on=queries.full_system)
def submit(system: PurchasingSystem) -> Any:
    """Send for approval."""
    service.submit(system, by=mandate())
    return _done(system, _("The system was sent for approval."))


@bp.post("/procurement/systems/<uuid:system_id>/approve")
@requires(Permission.SYSTEM_APPROVE, on=queries.full_system)
def approve(system: PurchasingSystem) -> Any:
    """Approve, so that the notice can be sent."""
    service.approve(system, by=mandate())
    return _done(system, _("The system is approved. The notice can be sent."))


@bp.route("/procurement/systems/<uuid:system_id>/return", methods=["GET", "POST"])
@requires(Permission.SYSTEM_APPROVE, on=queries.full_system)
def return_to_preparer(system: PurchasingSystem) -> Any:
    """Send back with a reason."""
    form = ReasonForm()
    if submitted(form, lambda: service.return_to_preparer(system, form.reason.data, by=mandate())):
        return _done(system, _("The system was returned to its preparer."))
    return render_template("systems/return.html", form=form, system=system), status_of(form)


@bp.post("/procurement/systems/<uuid:system_id>/close")
@requires(Permission.SYSTEM_CLOSE, on=queries.full_system)
def close(system: PurchasingSystem) -> Any:
    """Close for a while."""
    service.close(system, by=mandate())
    return _done(system, _("The system is closed. Applications can be sent, orders cannot be made."))


@bp.post("/procurement/systems/<uuid:system_id>/reopen")
@requires(Permission.SYSTEM_CLOSE, on=queries.full_system)
def reopen(system: PurchasingSystem) -> Any:
    """Open again."""
    service.reopen(system, by=mandate())
    return _done(system, _("The system is open again."))


@bp.route("/procurement/systems/<uuid:system_id>/end", methods=["GET", "POST"])
@requires(Permission.SYSTEM_APPROVE, on=queries.full_system)
def end(system: PurchasingSystem) -> Any:
    """End for good, on a page of its own."""
    if request.method == "POST":
        service.end_system(system, by=mandate())
        return _done(system, _("The system has ended. An award notice is due."))
    return render_template("systems/end.html", system=system)
