"""Pages of the officials who handle applications."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from core import audit, clock
from core.errors import NotFound
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.identity import queries as people
from core.identity.models import Role
from core.web.access import mandate, requires
from core.web.api import PAGE_SIZE, page
from core.web.submitting import status_of, submitted
from dps.qualification import queries, rules, service, wording
from dps.qualification.forms import ProposalForm
from dps.qualification.handling_forms import checks_form
from dps.qualification.models import (
    APPLICATION_STATE_TITLES,
    CHECK_RESULT_TITLES,
    CLARIFICATION_KIND_TITLES,
    EXTRACT_RESULT_TITLES,
    PARTY_ROLE_TITLES,
    REGISTER_KIND_TITLES,
    Application,
    ApplicationState,
)
from dps.qualification.policy import Permission
from dps.qualification.queries import DueFilter, Filters
from dps.qualification.views import bp
from dps.systems.forms import ReasonForm
from suppliers import criteria

DUE_TITLES = {
    DueFilter.LATE: _l("Late"),
    DueFilter.TODAY: _l("Today"),
    DueFilter.WEEK: _l("This week"),
}
HANDLERS = {"me": _l("My own"), "none": _l("Nobody's")}


def _handlers(today: date) -> dict[str, Any]:
    """One's own, nobody's, and each colleague's."""
    actor = mandate()
    colleagues = people.holders(actor.organisation_id, today, Role.COORDINATOR)
    return {**HANDLERS, **{str(each.id): each.name for each in colleagues if each.id != actor.person_id}}


def _filters() -> tuple[Filters, dict[str, str]]:
    """What the list shows, and the words of the address that say so."""
    asked = {name: request.args.get(name, "") for name in ("state", "system", "handler", "due")}
    filters = Filters(
        state=ApplicationState(asked["state"]) if asked["state"] in set(ApplicationState) else None,
        system_id=request.args.get("system", type=uuid.UUID),
        handler_id=mandate().person_id if asked["handler"] == "me" else request.args.get("handler", type=uuid.UUID),
        is_unassigned=asked["handler"] == "none",
        due=DueFilter(asked["due"]) if asked["due"] in set(DueFilter) else None,
    )
    return filters, {name: value for name, value in asked.items() if value}


@bp.get("/procurement/applications")
@requires(Permission.APPLICATION_LIST)
def index() -> Any:
    """The authority's applications, by state, system, handler and due day."""
    filters, asked = _filters()
    today = clock.helsinki_date(clock.now())
    found = page(
        queries.filtered_applications(mandate().organisation_id, filters, today),
        Application,
        cursor=request.args.get("after", type=uuid.UUID),
        limit=PAGE_SIZE,
    )
    return render_template(
        "qualification/index.html",
        applications=found["items"],
        next_after=found["next_cursor"],
        asked=asked,
        states=APPLICATION_STATE_TITLES,
        systems=queries.systems_of(mandate().organisation_id),
        handlers=_handlers(today),
        dues=DUE_TITLES,
        tags=wording.TAGS,
        due_of=wording.due,
        today=today,
        Permission=Permission,
    )


@bp.post("/procurement/applications/many")
@requires(Permission.APPLICATION_HANDLE_MANY)
def many() -> Any:
    """Take, or propose the admission of, everything ticked; then tell what was done and what not."""
    chosen = request.form.getlist("application", type=uuid.UUID)[:PAGE_SIZE]
    if not chosen:
        flash(_("Tick at least one application."), "warning")
        return redirect(url_for(".index"))
    verb = service.propose_many if "propose" in request.form else service.take_many
    outcomes = verb(chosen, by=mandate())
    return render_template(
        "qualification/many.html",
        outcomes=outcomes,
        done=sum(not each.problem for each in outcomes),
        is_proposal="propose" in request.form,
    )


def _page(application: Application, checks: Any, proposal: ProposalForm) -> str:
    audit.saw("application", application, actor=mandate())
    now = clock.now()
    today = clock.helsinki_date(now)
    extracts = queries.extracts_of(application)
    return render_template(
        "qualification/show.html",
        application=application,
        checks_form=checks,
        proposal_form=proposal,
        groups=wording.groups(wording.evidence(application, extracts, today)),
        unchecked=rules.unchecked(application),
        failed=rules.failed(application),
        extracts=extracts,
        records=queries.criminal_checks_of(application),
        questions=[(each, *wording.question_tag(each, now)) for each in application.clarifications],
        tags=wording.TAGS,
        track=wording.track(application),
        due=wording.due(application, today),
        criteria=criteria.ALL,
        roles=PARTY_ROLE_TITLES,
        kinds=CLARIFICATION_KIND_TITLES,
        results=CHECK_RESULT_TITLES,
        registers=REGISTER_KIND_TITLES,
        extract_results=EXTRACT_RESULT_TITLES,
        question_tag=lambda each: wording.question_tag(each, now),
        me=mandate().person_id,
        Permission=Permission,
    )


@bp.get("/procurement/applications/<uuid:application_id>")
@requires(Permission.APPLICATION_READ, on=queries.full_application)
def show(application: Application) -> Any:
    """What is declared beside each requirement, the findings, the questions and the proposal."""
    return _page(application, checks_form(application), ProposalForm())


@bp.post("/procurement/applications/<uuid:application_id>/checks")
@requires(Permission.APPLICATION_HANDLE, on=queries.full_application)
def check(application: Application) -> Any:
    """Keep the findings, and find at once that no other ground applies to somebody if that was asked for."""
    form = checks_form(application)

    def keep() -> None:
        service.record_findings(application, form.findings(), by=mandate())
        if (whom := request.form.get("clear")) is not None:
            party = next((each for each in application.present_parties if str(each.id) == whom), None)
            service.clear_grounds(application, party, by=mandate())

    if submitted(form, keep):
        flash(_("The findings are saved."), "success")
        return redirect(url_for(".show", application_id=application.id))
    return _page(_again(application), form, ProposalForm(formdata=None)), 422


def _again(application: Application) -> Application:
    """The application as it is stored, after a refusal undid what was tried."""
    found = queries.full_application(application.id)
    if found is None:
        raise NotFound(_l("There is no such page or record."), rule="not-found")
    return found


@bp.post("/procurement/applications/<uuid:application_id>/propose")
@requires(Permission.APPLICATION_HANDLE, on=queries.full_application)
def propose(application: Application) -> Any:
    """Send the proposal to the decision maker."""
    form = ProposalForm()
    if submitted(form, lambda: service.propose(application, form.summary.data, by=mandate())):
        flash(_("The proposal was sent to the decision maker."), "success")
        return redirect(url_for(".show", application_id=application.id))
    return _page(_again(application), checks_form(application), form), 422


@bp.post("/procurement/applications/<uuid:application_id>/take")
@requires(Permission.APPLICATION_HANDLE, on=queries.full_application)
def take(application: Application) -> Any:
    """Take the application, or take it over from a colleague."""
    verb = service.take_over if "over" in request.form else service.take
    verb(application, by=mandate())
    flash(_("You handle the application now."), "success")
    return redirect(url_for(".show", application_id=application.id))


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
