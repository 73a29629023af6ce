"""Pages of a category: written in steps while its system is a draft, shown afterwards."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from core import clock
from core.i18n import gettext as _
from core.i18n import localized
from core.web.access import mandate, requires
from core.web.options import options
from core.web.submitting import status_of, submitted
from dps.systems import content as contents
from dps.systems import cpv, editing, legal_mode, queries, rules, service, wording
from dps.systems.editing import Editing
from dps.systems.forms import CopyForm, WhatForm
from dps.systems.models import (
    CRITERION_KIND_TITLES,
    LEGAL_MODE_TITLES,
    ORDERING_RULE_TITLES,
    PAYMENT_KIND_TITLES,
    PRICE_UNIT_TITLES,
    SERVICE_TYPE_TITLES,
    Category,
    PurchasingSystem,
)
from dps.systems.policy import Permission
from dps.systems.views import steps
from dps.systems.views.blueprint import bp
from suppliers import criteria


@bp.route("/procurement/systems/<uuid:system_id>/categories/new", methods=["GET", "POST"])
@requires(Permission.SYSTEM_PREPARE, on=queries.full_system)
def new_category(system: PurchasingSystem) -> Any:
    """Begin a category with what is bought and where."""
    form = WhatForm()
    if request.method == "GET" and cpv.is_well_formed(request.args.get("cpv", "")):
        form.cpv.data = request.args["cpv"]
    today = clock.helsinki_date(clock.now())

    def add() -> Category:
        return service.add_category(system, form.new(system.estimated_value, today), by=mandate())

    if done := submitted(form, add):
        return redirect(Editing(done).step("requirements"))
    return render_template(
        "systems/category_new.html", form=form, system=system, codes=cpv.table(), reason=False
    ), status_of(form)


@bp.route("/procurement/systems/<uuid:system_id>/categories/copy", methods=["GET", "POST"])
@requires(Permission.SYSTEM_PREPARE, on=queries.full_system)
def copy_category(system: PurchasingSystem) -> Any:
    """Begin a category with everything another one of the authority says."""
    form = CopyForm()
    found = {str(each.id): each for each in queries.categories_to_copy(system.authority_id)}
    form.category_id.choices = options(
        (key, f"{localized(each, 'name')} – {localized(each.system, 'name')}") for key, each in found.items()
    )
    if done := submitted(form, lambda: service.copy_category(system, found[form.category_id.data], by=mandate())):
        return redirect(Editing(done).step("what"))
    return render_template("systems/copy.html", form=form, system=system), status_of(form)


@bp.get("/procurement/categories/<uuid:category_id>")
@requires(Permission.SYSTEM_READ, on=queries.category)
def show_category(category: Category) -> Any:
    """Everything about a category, and what is missing."""
    today = clock.helsinki_date(clock.now())
    edited = Editing(category)
    found = []
    if edited.is_editable and (system := queries.full_system(category.system_id)):
        found = list(rules.category_obstacles(edited.content, contents.content_of_system(system), today))
    content = edited.content
    return render_template(
        "systems/category.html",
        category=category,
        system=category.system,
        edited=edited,
        content=content,
        obstacles=[(each, editing.mend(each, category.system)) for each in found],
        warnings=[(each, "") for each in rules.category_warnings(content)],
        threshold=legal_mode.national_threshold(category.cpv, today),
        suggested=legal_mode.suggested_mode(category.cpv, category.system.estimated_value, today),
        **facts(category),
    )


def facts(category: Any) -> dict[str, Any]:
    """What a page that shows a category, or a proposed one, needs beside it."""
    return {
        "point": legal_mode.annex_e_point(category.cpv),
        "kinds": SERVICE_TYPE_TITLES,
        "ordering_titles": ORDERING_RULE_TITLES,
        "modes": LEGAL_MODE_TITLES,
        "units": PRICE_UNIT_TITLES,
        "payment_kinds": PAYMENT_KIND_TITLES,
        "criterion_kinds": CRITERION_KIND_TITLES,
        "ordering_text": wording.ordering_rule(category),
        "criteria": criteria.ALL,
        "Permission": Permission,
    }


@bp.post("/procurement/categories/<uuid:category_id>/remove")
@requires(Permission.SYSTEM_PREPARE, on=queries.category)
def remove_category(category: Category) -> Any:
    """Take a category out of a draft."""
    system_id = category.system_id
    service.remove_category(category, by=mandate())
    flash(_("The category was removed."), "success")
    return redirect(url_for(".show", system_id=system_id))


def _of(category_id: uuid.UUID, **_words: str) -> Category | None:
    return queries.category(category_id)


@bp.route(f"/procurement/categories/<uuid:category_id>/{steps.STEP}", methods=["GET", "POST"])
@requires(Permission.SYSTEM_PREPARE, on=_of)
def category_step(category: Category) -> Any:
    """One step of a category of a draft."""
    return steps.edit_step(Editing(category), steps.word("step"))


@bp.post(f"/procurement/categories/<uuid:category_id>/items/{steps.PART}")
@requires(Permission.SYSTEM_PREPARE, on=_of)
def category_add_item(category: Category) -> Any:
    """Add a requirement, module, payment or award criterion."""
    return steps.add_item(Editing(category), steps.word("part"))


@bp.route(f"/procurement/categories/<uuid:category_id>/items/{steps.PART}/<item>", methods=["GET", "POST"])
@requires(Permission.SYSTEM_PREPARE, on=_of)
def category_item(category: Category) -> Any:
    """Change one of them."""
    return steps.edit_item(Editing(category), steps.word("part"), steps.word("item"))


@bp.post(f"/procurement/categories/<uuid:category_id>/items/{steps.PART}/<item>/remove")
@requires(Permission.SYSTEM_PREPARE, on=_of)
def category_remove_item(category: Category) -> Any:
    """Take one of them out."""
    return steps.remove_item(Editing(category), steps.word("part"), steps.word("item"))


@bp.post("/procurement/categories/<uuid:category_id>/terms-file")
@requires(Permission.SYSTEM_PREPARE, on=_of)
def category_terms_file(category: Category) -> Any:
    """The contract terms as a document."""
    return steps.set_terms_file(Editing(category))


@bp.get("/procurement/categories/<uuid:category_id>/terms-file/read")
@requires(Permission.SYSTEM_READ, on=_of)
def category_read_terms_file(category: Category) -> Any:
    """Read the document before it is published."""
    return steps.send(category.terms_file)
