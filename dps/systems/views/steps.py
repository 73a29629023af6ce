"""What the pages of a draft category and of a proposed change share: steps, items, the terms document."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, request

from core.errors import NotFound
from core.files import service as files
from core.files.models import StoredFile
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.web.access import mandate
from core.web.submitting import status_of, submitted
from dps.systems import cpv, editing, service
from dps.systems.editing import PART_WORDS, STEPS, Editing
from dps.systems.forms import TermsFileForm, item_form
from dps.systems.models import CRITERION_KIND_TITLES, PAYMENT_KIND_TITLES
from dps.systems.service.drafting import TERMS_LIMIT
from suppliers import criteria

#: The words of addresses.
STEP = "<any(what,requirements,prices,ordering,terms):step>"
PART = "<any(requirements,modules,'award-criteria',payments):part>"


def word(name: str) -> str:
    """A word of the address that the loader of the object left aside."""
    assert request.view_args is not None
    return str(request.view_args[name])


def _prefix(part: str) -> str:
    """Before the names of an item's fields, so that several forms fit on a page: ``requirement-``."""
    return {"requirements": "requirement", "modules": "module", "award_criteria": "criterion", "payments": "payment"}[
        part
    ]


def render(edited: Editing, step: str, form: Any, **filled: Any) -> Any:
    """One step; ``filled`` holds the item forms that came back with errors, by list."""
    row = STEPS[step]
    lists = [
        {
            "name": part,
            "title": PART_WORDS[part][0],
            "add": PART_WORDS[part][1],
            "empty": PART_WORDS[part][2],
            "items": edited.content.part(part),
            "form": filled.get(part) or item_form(part, formdata=None, prefix=_prefix(part)),
        }
        for part in row.parts
    ]
    return render_template(
        "systems/step.html",
        edited=edited,
        system=edited.system,
        content=edited.content,
        step=step,
        row=row,
        current=list(STEPS).index(step) + 1,
        form=form,
        lists=lists,
        file_form=filled.get("terms_file") or (TermsFileForm(formdata=None) if step == "terms" else None),
        codes=cpv.table() if step == "what" else (),
        criteria=criteria.ALL,
        kinds={**CRITERION_KIND_TITLES, **PAYMENT_KIND_TITLES},
    )


def edit_step(edited: Editing, step: str) -> Any:
    """Show and save one step, then go on to the next."""
    if not edited.is_editable:
        return redirect(edited.home)
    form = STEPS[step].form()
    if request.method == "GET":
        form.show(edited.content.details)
        if step == "what" and cpv.is_well_formed(request.args.get("cpv", "")):
            form.cpv.data = request.args["cpv"]
    details = edited.content.details
    if submitted(form, lambda: service.save_details(edited.thing, form.applied(details), by=mandate())):
        flash(_("Saved."), "success")
        following = editing.after(step)
        stays = request.form.get("then") == "stay"
        return redirect(edited.step(step) if stays else edited.step(following) if following else edited.home)
    return render(edited, step, form), status_of(form)


def _step_of(part: str) -> str:
    return next(name for name, step in STEPS.items() if part in step.parts)


def _filled_step(edited: Editing, step: str) -> Any:
    form = STEPS[step].form(formdata=None)
    form.show(edited.content.details)
    return form


def add_item(edited: Editing, part: str) -> Any:
    """Add to a list."""
    name = part.replace("-", "_")
    form = item_form(name, prefix=_prefix(name))
    if submitted(form, lambda: service.put_item(edited.thing, name, form.details(), by=mandate())):
        flash(_("Added."), "success")
        return redirect(edited.step(_step_of(name)) + f"#h-{name}")
    step = _step_of(name)
    return render(edited, step, _filled_step(edited, step), **{name: form}), 422


def edit_item(edited: Editing, part: str, code: str) -> Any:
    """Change an item, on a page of its own.

    :raises NotFound: the list has no such item
    """
    name = part.replace("-", "_")
    item = edited.content.item(name, code)
    if item is None:
        raise NotFound(
            _l("There is no such page or record."), rule="not-found", next_step=_l("Go back to the category.")
        )
    if not edited.is_editable:
        return redirect(edited.home)
    form = item_form(name, item)
    if submitted(form, lambda: service.put_item(edited.thing, name, form.details(), replacing=code, by=mandate())):
        flash(_("Saved."), "success")
        return redirect(edited.step(_step_of(name)) + f"#h-{name}")
    page = render_template(
        "systems/item.html",
        edited=edited,
        system=edited.system,
        content=edited.content,
        form=form,
        back=edited.step(_step_of(name)),
        title=PART_WORDS[name][0],
    )
    return page, status_of(form)


def remove_item(edited: Editing, part: str, code: str) -> Any:
    """Take an item out."""
    name = part.replace("-", "_")
    service.remove_item(edited.thing, name, code, by=mandate())
    flash(_("Removed."), "success")
    return redirect(edited.step(_step_of(name)) + f"#h-{name}")


def set_terms_file(edited: Editing) -> Any:
    """Add the terms as a document, or take the document away."""
    if request.form.get("remove"):
        service.set_terms_file(edited.thing, None, "", by=mandate())
        flash(_("The document was removed."), "success")
        return redirect(edited.step("terms"))
    form = TermsFileForm()

    def store() -> None:
        sent = form.terms_file.data
        content = files.read_limited(sent.stream, limit=TERMS_LIMIT, field="terms_file")
        service.set_terms_file(edited.thing, content, sent.filename or "", by=mandate())

    if submitted(form, store):
        flash(_("The document was added."), "success")
        return redirect(edited.step("terms"))
    return render(edited, "terms", _filled_step(edited, "terms"), terms_file=form), 422


def send(row: StoredFile | None) -> Response:
    """A published document for everybody to keep.

    :raises NotFound: there is none
    """
    if row is None:
        raise NotFound(_l("There is no such page or record."), rule="not-found", next_step=_l("Check the address."))
    answer = Response(files.content_of(row), mimetype=row.media_type)
    answer.headers.set("Content-Disposition", "attachment", filename=row.name)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
