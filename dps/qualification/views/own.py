"""The provider's pages: apply with save-as-you-go, see where an application stands, answer questions."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm

from core import clock
from core.i18n import gettext as _
from core.web.access import mandate, requires
from core.web.api import PAGE_SIZE, page
from core.web.submitting import status_of, submitted
from dps.qualification import queries, service, wording
from dps.qualification.forms import ApplicationForm, application_form
from dps.qualification.models import (
    CLARIFICATION_KIND_TITLES,
    PARTY_ROLE_TITLES,
    Application,
    ApplicationDraft,
)
from dps.qualification.policy import Permission
from dps.qualification.service import drafting
from dps.qualification.service.applying import carried_over
from dps.qualification.service.drafting import Content, Earlier
from dps.qualification.views import bp
from dps.systems import queries as systems
from dps.systems.models import Category
from suppliers import criteria
from suppliers import queries as suppliers
from suppliers.models import Document


def _choosable(supplier_id: uuid.UUID, content: Content, today: date) -> Sequence[Document]:
    """The documents that can be attached: what is good today, and what the draft already holds."""
    chosen = {key for keys in content.documents.values() for key in keys}
    return [each for each in suppliers.documents_of(supplier_id) if each.is_good(today) or str(each.id) in chosen]


def _written(form: ApplicationForm, content: Content, vault: Sequence[Document]) -> Content:
    """What stands in a sent form, with the parties of the draft."""
    documents = {code: [str(each.id) for each in chosen] for code, chosen in form.documents(vault).items()}
    return replace(content, answers=form.answers(), secrets=form.secrets(), documents=documents)


@bp.route("/provider/apply/<uuid:category_id>", methods=["GET", "POST"])
@requires(Permission.APPLICATION_SEND, on=systems.public_category)
def apply(category: Category) -> Any:
    """What is asked, what is missing, and sending; all on one page."""
    actor = mandate()
    earlier = Earlier.of(actor.organisation_id)
    declaration = earlier.declaration
    content = drafting.content_of(category, actor.organisation_id, earlier)
    vault = _choosable(actor.organisation_id, content, earlier.today)
    form = application_form(category, content, vault)
    blocking = wording.missing_before_sending(category, actor, declaration)

    def send() -> Application:
        assert declaration is not None
        enclosures = service.Enclosures(
            documents=form.documents(vault),
            parties=content.parties,
            secrets=form.secrets(),
            confirmed=bool(form.confirmed.data),
        )
        return service.send_application(
            category, actor.organisation_id, declaration, form.answers(), enclosures, by=actor
        )

    if not blocking and (done := submitted(form, send)):
        flash(_("The application has been sent."), "success")
        return redirect(url_for(".own_application", application_id=done.id))
    shown = _written(form, content, vault) if form.is_submitted() else content
    return _apply_page(category, form, shown, vault, earlier, blocking), status_of(form)


def _apply_page(
    category: Category,
    form: FlaskForm,
    content: Content,
    vault: Sequence[Document],
    earlier: Earlier,
    blocking: list[wording.Missing],
) -> str:
    declaration, last = earlier.declaration, earlier.application
    old = carried_over(last, declaration, content.answers, content.parties) if declaration else []
    return render_template(
        "qualification/apply.html",
        category=category,
        form=form,
        content=content,
        declaration=declaration,
        blocking=blocking,
        missing=list(wording.missing_in_content(category, content, vault, earlier.today)),
        without_document=wording.without_document(category, content),
        is_taken_over=bool(old),
        vault=vault,
        criteria=criteria.ALL,
        roles=PARTY_ROLE_TITLES,
    )


@bp.post("/provider/apply/<uuid:category_id>/draft")
@requires(Permission.APPLICATION_SEND, on=systems.public_category)
def save_draft(category: Category) -> Any:
    """Keep what is written; asked for by the button, and by the page itself when a field was left."""
    actor = mandate()
    earlier = Earlier.of(actor.organisation_id)
    content = drafting.content_of(category, actor.organisation_id, earlier)
    vault = _choosable(actor.organisation_id, content, earlier.today)
    form = application_form(category, content, vault, is_draft=True)

    def save() -> ApplicationDraft:
        draft = service.save_draft(
            category, actor.organisation_id, form.answers(), form.documents(vault), form.secrets(), by=actor
        )
        place = request.form.get("remove", type=int)
        return draft if place is None else service.remove_party(category, actor.organisation_id, place, by=actor)

    done = submitted(form, save)
    if request.headers.get("HX-Request"):
        return render_template("qualification/_saved.html", saved_at=done.saved_at if done else None), 200
    if done and request.form.get("next") == "party":
        return redirect(url_for(".add_party", category_id=category.id))
    if done:
        flash(_("The draft is saved. The application has not been sent yet."), "success")
        return redirect(url_for(".apply", category_id=category.id))
    blocking = wording.missing_before_sending(category, actor, earlier.declaration)
    return _apply_page(category, form, _written(form, content, vault), vault, earlier, blocking), 422


@bp.get("/provider/applications")
@requires(Permission.APPLICATION_OWN_LIST)
def own() -> Any:
    """The provider's applications."""
    supplier_id = mandate().organisation_id
    found = page(
        queries.applications_of(supplier_id),
        Application,
        cursor=request.args.get("after", type=uuid.UUID),
        limit=PAGE_SIZE,
    )
    return render_template(
        "qualification/own.html",
        applications=found["items"],
        next_after=found["next_cursor"],
        tags=wording.TAGS,
        drafts=queries.drafts_of(supplier_id),
        questions=queries.questions_to(supplier_id),
        kinds=CLARIFICATION_KIND_TITLES,
        open_categories=systems.categories_open_for_application(),
    )


@bp.get("/provider/applications/<uuid:application_id>")
@requires(Permission.APPLICATION_OWN_READ, on=queries.full_application)
def own_application(application: Application) -> Any:
    """Where an application stands, in plain words."""
    now = clock.now()
    return render_template(
        "qualification/own_application.html",
        application=application,
        tags=wording.TAGS,
        standing=wording.standing(application),
        track=wording.track(application),
        is_live=application.state in queries.LIVE,
        questions=[(each, *wording.question_tag(each, now)) for each in application.clarifications],
        kinds=CLARIFICATION_KIND_TITLES,
        roles=PARTY_ROLE_TITLES,
        now=now,
    )


@bp.post("/provider/applications/<uuid:application_id>/withdraw")
@requires(Permission.APPLICATION_WITHDRAW, on=queries.full_application)
def withdraw(application: Application) -> Any:
    """Take the application back."""
    service.withdraw_application(application, by=mandate())
    flash(_("The application was withdrawn. You may apply again at any time."), "success")
    return redirect(url_for(".own_application", application_id=application.id))
