"""Pages on which officials ask the applicant, and note what registers and extracts say."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from core import clock
from core.i18n import gettext as _
from core.web.access import mandate, requires
from core.web.submitting import status_of, submitted
from dps.qualification import queries, registers, rules, service
from dps.qualification.handling_forms import ExtractForm, QuestionForm, question_form, record_form
from dps.qualification.models import Application, ClarificationKind
from dps.qualification.policy import Permission
from dps.qualification.views import bp


def _question(application: Application, form: QuestionForm) -> service.Question:
    slot = next(slot for slot in rules.slots(application) if slot.key == form.about.data)
    return service.Question(
        kind=ClarificationKind(form.kind.data),
        requirements=[slot.requirement],
        party=slot.party,
        text=form.question.data or "",
        due_on=form.due_on.data,
    )


@bp.route("/procurement/applications/<uuid:application_id>/ask", methods=["GET", "POST"])
@requires(Permission.APPLICATION_HANDLE, on=queries.full_application)
def ask(application: Application) -> Any:
    """Ask to complete or clarify, hear about a ground, or ask to replace an operator."""
    form = question_form(application, request.args.get("about", ""))
    if request.method == "GET" and request.args.get("kind") in set(ClarificationKind):
        form.kind.data = request.args["kind"]
    if submitted(form, lambda: service.ask(application, _question(application, form), by=mandate())):
        flash(_("The question was sent to the provider."), "success")
        return redirect(url_for(".show", application_id=application.id))
    today = clock.helsinki_date(clock.now())
    current = [each for each in queries.extracts_of(application) if registers.is_current(each.issued_on, today)]
    return (
        render_template(
            "qualification/ask.html",
            form=form,
            application=application,
            earliest=rules.earliest_answer(today),
            current=current,
        ),
        status_of(form),
    )


@bp.route("/procurement/applications/<uuid:application_id>/register-extract", methods=["GET", "POST"])
@requires(Permission.APPLICATION_HANDLE, on=queries.full_application)
def record_extract(application: Application) -> Any:
    """Note what a register says of the applicant."""
    form = ExtractForm()
    if submitted(form, lambda: service.record_extract(application, form.register(), form.typed(), by=mandate())):
        flash(_("The extract is noted. It serves every application of the provider while it is current."), "success")
        return redirect(url_for(".show", application_id=application.id))
    return render_template("qualification/extract.html", form=form, application=application), status_of(form)


@bp.route("/procurement/applications/<uuid:application_id>/criminal-record", methods=["GET", "POST"])
@requires(Permission.APPLICATION_HANDLE, on=queries.full_application)
def record_criminal_check(application: Application) -> Any:
    """Note that an extract was looked at; nothing of it is kept (R67)."""
    form = record_form(application)

    def note() -> Any:
        party = next((each for each in application.present_parties if str(each.id) == form.about.data), None)
        return service.record_criminal_check(application, form.seen(), party=party, by=mandate())

    if submitted(form, note):
        flash(_("The check is noted. Give the extract back or destroy it."), "success")
        return redirect(url_for(".show", application_id=application.id))
    return render_template("qualification/record.html", form=form, application=application), status_of(form)
