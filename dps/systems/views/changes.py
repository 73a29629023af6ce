"""Pages of changes after the opening: prepared by a coordinator, approved by a decision maker (R18)."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from core import clock
from core.db import db
from core.files.models import StoredFile
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.web.access import mandate, requires
from core.web.submitting import status_of, submitted
from dps.systems import compared, cpv, editing, queries, rules, service, wording
from dps.systems import content as contents
from dps.systems.details import SystemDetails
from dps.systems.editing import Editing
from dps.systems.forms import ChangeReasonForm, ReasonForm, SystemChangeForm, ValidityForm, WhatForm
from dps.systems.models import CHANGE_KIND_TITLES, Category, ChangeState, PurchasingSystem, SystemChange
from dps.systems.policy import Permission
from dps.systems.views import steps
from dps.systems.views.blueprint import bp

_CHANGES = "/procurement/system-changes/<uuid:change_id>"


def _to(change: SystemChange, text: str) -> Any:
    flash(text, "success")
    return redirect(url_for(".show_change", change_id=change.id))


def change_lines(change: SystemChange) -> list[compared.Line]:
    """What a change changes, in words; of one in force, what it changed."""
    if change.state is ChangeState.IN_FORCE:
        before, after = contents.around(change)
    else:
        before, after = contents.content_of_system(change.system), contents.content_after(change)
    return compared.lines(contents.differences(before, after), before, after)


@bp.get(_CHANGES)
@requires(Permission.SYSTEM_READ, on=queries.full_change)
def show_change(change: SystemChange) -> Any:
    """What is changed and why, what is missing, and what comes next."""
    edited = Editing(change)
    found = []
    if change.state is ChangeState.DRAFT:
        today = clock.helsinki_date(clock.now())
        found = rules.obstacles(contents.content_after(change), today)
    return render_template(
        "systems/change.html",
        change=change,
        system=change.system,
        edited=edited,
        lines=change_lines(change),
        obstacles=[(each, editing.mend(each, change.system, change)) for each in found],
        kinds=CHANGE_KIND_TITLES,
        tags=wording.CHANGE_TAGS,
        terms_file_id=change.proposed.get("terms_file_id"),
        Permission=Permission,
    )


@bp.route("/procurement/systems/<uuid:system_id>/changes/category", methods=["GET", "POST"])
@requires(Permission.SYSTEM_PREPARE, on=queries.full_system)
def new_category_change(system: PurchasingSystem) -> Any:
    """Begin to add a category to an open system."""

    class Form(WhatForm, ChangeReasonForm):
        """What and where, and why."""

    form = Form()
    form.reason.label.text = _("Why the category is added")
    if request.method == "GET" and cpv.is_well_formed(request.args.get("cpv", "")):
        form.cpv.data = request.args["cpv"]
    today = clock.helsinki_date(clock.now())

    def begin() -> SystemChange:
        details = form.new(system.estimated_value, today)
        return service.propose_category(system, details, form.reason.data, by=mandate())

    if done := submitted(form, begin):
        return redirect(Editing(done).step("requirements"))
    return render_template(
        "systems/category_new.html", form=form, system=system, codes=cpv.table(), reason=True
    ), status_of(form)


@bp.route("/procurement/categories/<uuid:category_id>/change", methods=["GET", "POST"])
@requires(Permission.SYSTEM_PREPARE, on=queries.category)
def begin_category_change(category: Category) -> Any:
    """Begin to change a published category."""
    form = ChangeReasonForm()
    if done := submitted(form, lambda: service.propose_category_change(category, form.reason.data, by=mandate())):
        return redirect(Editing(done).step("what"))
    return _reason_page(
        form,
        category,
        _("Change the category"),
        _("Continue"),
        _l(
            "First say why. Then you change what is needed, step by step. What is in force now stays in force until "
            "the notice of the change has been published."
        ),
    )


@bp.route("/procurement/categories/<uuid:category_id>/end", methods=["GET", "POST"])
@requires(Permission.SYSTEM_PREPARE, on=queries.category)
def begin_category_end(category: Category) -> Any:
    """Begin to end a category."""
    form = ChangeReasonForm()
    if done := submitted(form, lambda: service.propose_category_end(category, form.reason.data, by=mandate())):
        return _to(done, _("The end of the category is prepared. Send it for approval."))
    return _reason_page(
        form,
        category,
        _("End the category"),
        _("Prepare the end"),
        _l(
            "After the notice has been published, applications and orders are not taken. Orders and contracts that are "
            "running go to their end."
        ),
    )


def _reason_page(form: ChangeReasonForm, category: Category, title: str, button: str, lead: Any) -> Any:
    return (
        render_template(
            "systems/change_reason.html",
            form=form,
            system=category.system,
            title=title,
            lead=lead,
            button_label=button,
            back=url_for(".show_category", category_id=category.id),
        ),
        status_of(form),
    )


@bp.route("/procurement/systems/<uuid:system_id>/changes/validity", methods=["GET", "POST"])
@requires(Permission.SYSTEM_PREPARE, on=queries.full_system)
def change_validity(system: PurchasingSystem) -> Any:
    """Begin to change the last day."""
    form = ValidityForm(data={"ends_on": system.ends_on, "estimated_value": system.estimated_value})

    def begin() -> SystemChange:
        return service.propose_validity(
            system, form.ends_on.data, form.estimated_value.data, form.reason.data, by=mandate()
        )

    if done := submitted(form, begin):
        return _to(done, _("The change is prepared. Send it for approval."))
    return _system_page(
        form,
        system,
        _("Change the validity"),
        _l(
            "A changed last day needs a new contract notice. "
            "The old last day stays in force until it has been published."
        ),
    )


@bp.route("/procurement/systems/<uuid:system_id>/changes/facts", methods=["GET", "POST"])
@requires(Permission.SYSTEM_PREPARE, on=queries.full_system)
def change_facts(system: PurchasingSystem) -> Any:
    """Begin to change what is said about the system."""
    form = SystemChangeForm(obj=system)

    def begin() -> SystemChange:
        details = replace(contents.read(SystemDetails, system), **form.values())
        return service.propose_system_change(system, details, form.reason.data, by=mandate())

    if done := submitted(form, begin):
        return _to(done, _("The change is prepared. Send it for approval."))
    return _system_page(
        form,
        system,
        _("Change the facts of the system"),
        _l("What is in force now stays in force until the notice of the change has been published."),
    )


def _system_page(form: Any, system: PurchasingSystem, title: str, lead: Any) -> Any:
    return (
        render_template(
            "systems/change_reason.html",
            form=form,
            system=system,
            title=title,
            lead=lead,
            button_label=_("Prepare the change"),
            back=url_for(".show", system_id=system.id),
        ),
        status_of(form),
    )


# ---- stages ----


@bp.post(f"{_CHANGES}/submit")
@requires(Permission.SYSTEM_PREPARE, on=queries.change)
def submit_change(change: SystemChange) -> Any:
    """Send for approval."""
    service.submit_change(change, by=mandate())
    return _to(change, _("The change was sent for approval."))


@bp.post(f"{_CHANGES}/approve")
@requires(Permission.SYSTEM_APPROVE, on=queries.change)
def approve_change(change: SystemChange) -> Any:
    """Approve, so that the notice can be sent."""
    service.approve_change(change, by=mandate())
    return _to(change, _("The change is approved. Its notice can be sent."))


@bp.route(f"{_CHANGES}/return", methods=["GET", "POST"])
@requires(Permission.SYSTEM_APPROVE, on=queries.change)
def return_change(change: SystemChange) -> Any:
    """Send back with a reason."""
    form = ReasonForm()
    if submitted(form, lambda: service.return_change(change, form.reason.data, by=mandate())):
        return _to(change, _("The change was returned to its preparer."))
    return _stage_page(form, change, _("Return to the preparer"), _l("The preparer sees this text."))


@bp.route(f"{_CHANGES}/drop", methods=["GET", "POST"])
@requires(Permission.SYSTEM_PREPARE, on=queries.change)
def drop_change(change: SystemChange) -> Any:
    """Give the change up."""
    form = ReasonForm()
    if submitted(form, lambda: service.drop_change(change, form.reason.data, by=mandate())):
        return _to(change, _("The change was dropped."))
    return _stage_page(form, change, _("Drop the change"), _l("Nothing is changed. What is in force stays in force."))


def _stage_page(form: ReasonForm, change: SystemChange, title: str, lead: Any) -> Any:
    return (
        render_template(
            "systems/change_reason.html",
            form=form,
            system=change.system,
            title=title,
            lead=lead,
            button_label=title,
            back=url_for(".show_change", change_id=change.id),
        ),
        status_of(form),
    )


# ---- the steps of a proposed category ----


def _of(change_id: uuid.UUID, **_words: str) -> SystemChange | None:
    return queries.change(change_id)


@bp.route(f"{_CHANGES}/{steps.STEP}", methods=["GET", "POST"])
@requires(Permission.SYSTEM_PREPARE, on=_of)
def change_step(change: SystemChange) -> Any:
    """One step of the proposed category."""
    return steps.edit_step(Editing(change), steps.word("step"))


@bp.post(f"{_CHANGES}/items/{steps.PART}")
@requires(Permission.SYSTEM_PREPARE, on=_of)
def change_add_item(change: SystemChange) -> Any:
    """Add a requirement, module, payment or award criterion."""
    return steps.add_item(Editing(change), steps.word("part"))


@bp.route(f"{_CHANGES}/items/{steps.PART}/<item>", methods=["GET", "POST"])
@requires(Permission.SYSTEM_PREPARE, on=_of)
def change_item(change: SystemChange) -> Any:
    """Change one of them."""
    return steps.edit_item(Editing(change), steps.word("part"), steps.word("item"))


@bp.post(f"{_CHANGES}/items/{steps.PART}/<item>/remove")
@requires(Permission.SYSTEM_PREPARE, on=_of)
def change_remove_item(change: SystemChange) -> Any:
    """Take one of them out."""
    return steps.remove_item(Editing(change), steps.word("part"), steps.word("item"))


@bp.post(f"{_CHANGES}/terms-file")
@requires(Permission.SYSTEM_PREPARE, on=_of)
def change_terms_file(change: SystemChange) -> Any:
    """The proposed contract terms as a document."""
    return steps.set_terms_file(Editing(change))


@bp.get(f"{_CHANGES}/terms-file/read")
@requires(Permission.SYSTEM_READ, on=_of)
def change_read_terms_file(change: SystemChange) -> Any:
    """Read the proposed document before it is published."""
    key = change.proposed.get("terms_file_id")
    return steps.send(db.session.get(StoredFile, uuid.UUID(key)) if key else None)
