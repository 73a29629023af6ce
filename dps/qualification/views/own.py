"""The provider's pages: apply, and see where an application stands."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from core.i18n import gettext as _
from core.web.access import mandate, requires
from core.web.api import PAGE_SIZE, page
from core.web.submitting import status_of, submitted
from dps.qualification import queries, service, wording
from dps.qualification.forms import answers_of, application_form
from dps.qualification.models import Application
from dps.qualification.policy import Permission
from dps.qualification.views import bp
from dps.systems import queries as systems
from dps.systems.models import Category
from suppliers import criteria
from suppliers import queries as suppliers


@bp.route("/provider/apply/<uuid:category_id>", methods=["GET", "POST"])
@requires(Permission.APPLICATION_SEND, on=systems.public_category)
def apply(category: Category) -> Any:
    """What is asked, what is missing, and sending; all on one page."""
    actor = mandate()
    declaration = suppliers.confirmed_declaration(actor.organisation_id)
    form = application_form(category.requirements)
    missing = wording.missing_before_sending(category, actor, declaration)

    def send() -> Application:
        assert declaration is not None
        return service.send_application(category, actor.organisation_id, declaration, answers_of(form), by=actor)

    if not missing and (done := submitted(form, send)):
        flash(_("The application has been sent."), "success")
        return redirect(url_for(".own_application", application_id=done.id))
    return (
        render_template(
            "qualification/apply.html",
            category=category,
            form=form,
            declaration=declaration,
            missing=missing,
            criteria=criteria.ALL,
        ),
        status_of(form),
    )


@bp.get("/provider/applications")
@requires(Permission.APPLICATION_OWN_LIST)
def own() -> Any:
    """The provider's applications."""
    found = page(
        queries.applications_of(mandate().organisation_id),
        Application,
        cursor=request.args.get("after", type=uuid.UUID),
        limit=PAGE_SIZE,
    )
    return render_template(
        "qualification/own.html",
        applications=found["items"],
        next_after=found["next_cursor"],
        tags=wording.TAGS,
        open_categories=systems.categories_open_for_application(),
    )


@bp.get("/provider/applications/<uuid:application_id>")
@requires(Permission.APPLICATION_OWN_READ, on=queries.full_application)
def own_application(application: Application) -> Any:
    """Where an application stands, in plain words."""
    return render_template(
        "qualification/own_application.html",
        application=application,
        tags=wording.TAGS,
        standing=wording.standing(application),
        track=wording.track(application),
        is_live=application.state in queries.LIVE,
    )


@bp.post("/provider/applications/<uuid:application_id>/withdraw")
@requires(Permission.APPLICATION_WITHDRAW, on=queries.full_application)
def withdraw(application: Application) -> Any:
    """Take the application back."""
    service.withdraw_application(application, by=mandate())
    flash(_("The application was withdrawn. You may apply again at any time."), "success")
    return redirect(url_for(".own_application", application_id=application.id))
