"""Pages of the officials who handle applications."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from core import audit, clock
from core.i18n import gettext as _
from core.web.access import mandate, requires
from core.web.api import PAGE_SIZE, page
from core.web.submitting import status_of, submitted
from dps.qualification import queries, rules, service, wording
from dps.qualification.forms import ProposalForm, checks_form
from dps.qualification.models import APPLICATION_STATE_TITLES, Application, ApplicationState
from dps.qualification.policy import Permission
from dps.qualification.views import bp
from dps.systems.forms import ReasonForm
from suppliers import criteria


@bp.get("/procurement/applications")
@requires(Permission.APPLICATION_LIST)
def index() -> Any:
    """The authority's applications, by state."""
    asked = request.args.get("state", "")
    state = ApplicationState(asked) if asked in set(ApplicationState) else None
    found = page(
        queries.applications_of_authority(mandate().organisation_id, state),
        Application,
        cursor=request.args.get("after", type=uuid.UUID),
        limit=PAGE_SIZE,
    )
    return render_template(
        "qualification/index.html",
        applications=found["items"],
        next_after=found["next_cursor"],
        state=state,
        states=APPLICATION_STATE_TITLES,
        tags=wording.TAGS,
        due_of=wording.due,
        today=clock.helsinki_date(clock.now()),
    )


def _page(application: Application, checks: Any, proposal: ProposalForm) -> str:
    audit.saw("application", application, actor=mandate())
    today = clock.helsinki_date(clock.now())
    return render_template(
        "qualification/show.html",
        application=application,
        checks_form=checks,
        proposal_form=proposal,
        evidence=[wording.evidence(application, each) for each in application.category.requirements],
        unchecked=rules.unchecked(application.category.requirements, application.checks),
        failed=rules.failed(application.checks),
        tags=wording.TAGS,
        track=wording.track(application),
        due=wording.due(application, today),
        criteria=criteria.ALL,
        Permission=Permission,
    )


def _checks(application: Application) -> Any:
    return checks_form(application.category.requirements, application.checks)


@bp.get("/procurement/applications/<uuid:application_id>")
@requires(Permission.APPLICATION_READ, on=queries.full_application)
def show(application: Application) -> Any:
    """The declaration beside each requirement, the findings and the proposal."""
    return _page(application, _checks(application), ProposalForm())


@bp.post("/procurement/applications/<uuid:application_id>/checks")
@requires(Permission.APPLICATION_HANDLE, on=queries.full_application)
def check(application: Application) -> Any:
    """Keep the findings."""
    form = _checks(application)
    if submitted(form, lambda: service.record_findings(application, form.findings(), by=mandate())):
        flash(_("The findings are saved."), "success")
        return redirect(url_for(".show", application_id=application.id))
    return _page(application, form, ProposalForm(formdata=None)), 422


@bp.post("/procurement/applications/<uuid:application_id>/propose")
@requires(Permission.APPLICATION_HANDLE, on=queries.full_application)
def propose(application: Application) -> Any:
    """Send the proposal to the decision maker."""
    form = ProposalForm()
    if submitted(form, lambda: service.propose(application, form.summary.data, by=mandate())):
        flash(_("The proposal was sent to the decision maker."), "success")
        return redirect(url_for(".show", application_id=application.id))
    return _page(application, _checks(application), form), 422


@bp.route("/procurement/applications/<uuid:application_id>/extend", methods=["GET", "POST"])
@requires(Permission.APPLICATION_HANDLE, on=queries.full_application)
def extend(application: Application) -> Any:
    """Extend the time to 15 working days in total."""
    form = ReasonForm()
    if submitted(form, lambda: service.extend(application, form.reason.data, by=mandate())):
        flash(_("The time to decide was extended."), "success")
        return redirect(url_for(".show", application_id=application.id))
    new_due = rules.extended_due(application.decision_due_on) if application.decision_due_on else None
    return (
        render_template("qualification/extend.html", form=form, application=application, new_due=new_due),
        status_of(form),
    )
