"""Pages of the people who set systems up and approve them."""

from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from core import clock
from core.i18n import gettext as _
from core.web.access import mandate, requires
from core.web.api import PAGE_SIZE, page
from core.web.submitting import status_of, submitted
from dps.systems import legal_mode, parts, queries, rules, service, wording
from dps.systems.forms import CPV_SUGGESTIONS, CategoryForm, ModuleForm, ReasonForm, RequirementForm, SystemForm
from dps.systems.models import LEGAL_MODE_TITLES, Category, LegalMode, PurchasingSystem
from dps.systems.policy import Permission
from suppliers import criteria

bp = Blueprint("systems", __name__)


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
    return render_template(
        "systems/show.html",
        system=system,
        tags=wording.SYSTEM_TAGS,
        track=wording.track(system),
        obstacles=rules.obstacles(system, today) if system.state == "draft" else [],
        warnings=list(rules.warnings(system, today, small_purchases=_small_purchases(system, today))),
        parts=parts.working_parts(system),
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


@bp.route("/procurement/systems/<uuid:system_id>/categories/new", methods=["GET", "POST"])
@requires(Permission.SYSTEM_PREPARE, on=queries.full_system)
def new_category(system: PurchasingSystem) -> Any:
    """Add a category."""
    form = CategoryForm()
    if done := submitted(form, lambda: service.add_category(system, form.details(), by=mandate())):
        return redirect(url_for(".show_category", category_id=done.id))
    return _category_form(form, system, None)


@bp.route("/procurement/categories/<uuid:category_id>/edit", methods=["GET", "POST"])
@requires(Permission.SYSTEM_PREPARE, on=queries.category)
def edit_category(category: Category) -> Any:
    """Change a category of a draft."""
    form = CategoryForm(
        obj=category,
        data={"areas": ", ".join(category.areas), "newcomer_percent": int(category.newcomer_share * 100)},
    )
    if request.method == "GET":
        form.areas.data = ", ".join(category.areas)
        form.newcomer_percent.data = int(category.newcomer_share * 100)
    if submitted(form, lambda: service.change_category(category, form.details(), by=mandate())):
        flash(_("The changes are saved."), "success")
        return redirect(url_for(".show_category", category_id=category.id))
    return _category_form(form, category.system, category)


def _category_form(form: CategoryForm, system: PurchasingSystem, category: Category | None) -> Any:
    return (
        render_template(
            "systems/category_form.html", form=form, system=system, category=category, codes=CPV_SUGGESTIONS
        ),
        status_of(form),
    )


def _category_page(category: Category, *, module_form: ModuleForm, requirement_form: RequirementForm) -> str:
    today = clock.helsinki_date(clock.now())
    return render_template(
        "systems/category.html",
        category=category,
        system=category.system,
        module_form=module_form,
        requirement_form=requirement_form,
        obstacles=list(rules.category_obstacles(category, today)),
        threshold=legal_mode.national_threshold(category.cpv, today),
        point=legal_mode.annex_e_point(category.cpv),
        modes=LEGAL_MODE_TITLES,
        suggested=legal_mode.suggested_mode(category.cpv, category.system.estimated_value, today),
        ordering_text=wording.ordering_rule(category),
        criteria=criteria.ALL,
        Permission=Permission,
    )


@bp.get("/procurement/categories/<uuid:category_id>")
@requires(Permission.SYSTEM_READ, on=queries.category)
def show_category(category: Category) -> Any:
    """A category with its requirements and modules."""
    return _category_page(
        category,
        module_form=ModuleForm(prefix="module"),
        requirement_form=RequirementForm(prefix="requirement"),
    )


@bp.post("/procurement/categories/<uuid:category_id>/modules")
@requires(Permission.SYSTEM_PREPARE, on=queries.category)
def add_module(category: Category) -> Any:
    """Add a module."""
    form = ModuleForm(prefix="module")
    if submitted(form, lambda: service.add_module(category, form.details(), by=mandate())):
        return redirect(url_for(".show_category", category_id=category.id))
    return _category_page(
        category, module_form=form, requirement_form=RequirementForm(formdata=None, prefix="requirement")
    ), 422


@bp.post("/procurement/categories/<uuid:category_id>/requirements")
@requires(Permission.SYSTEM_PREPARE, on=queries.category)
def add_requirement(category: Category) -> Any:
    """Add a requirement."""
    form = RequirementForm(prefix="requirement")
    if submitted(form, lambda: service.add_requirement(category, form.details(), by=mandate())):
        return redirect(url_for(".show_category", category_id=category.id))
    other = ModuleForm(formdata=None, prefix="module")
    return _category_page(category, module_form=other, requirement_form=form), 422
