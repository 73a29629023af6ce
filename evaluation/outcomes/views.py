"""Pages of outcomes: where customers are now, what each source says, what contradicts, what a provider reports."""

from __future__ import annotations

import uuid
from io import BytesIO
from typing import Any

from flask import Blueprint, Response, abort, flash, g, redirect, render_template, request, send_file, url_for

from core import audit
from core.files import service as files
from core.i18n import gettext as _
from core.i18n import ngettext
from core.identity.forms import EmptyForm
from core.identity.models import Role
from core.sheets import MAX_SIZE
from core.web.access import mandate, requires
from core.web.submitting import status_of, submitted
from evaluation.outcomes import forms, import_queries, models, queries, reading, rules, service
from evaluation.outcomes.forms import ExcludeForm, ImportForm, OutcomeForm, ReasonForm, ReportForm, SettleForm
from evaluation.outcomes.models import Ground, Outcome, OutcomeContradiction, OutcomeImport, OutcomeReport, Source
from evaluation.outcomes.policy import Permission
from evaluation.outcomes.queries import DueOutcome
from evaluation.outcomes.service import importing
from evaluation.outcomes.service.many import Told, record_many, today_of
from orders import attachments
from orders import queries as order_queries
from orders.models import BEGUN, Order
from orders.money.sheets import answer

bp = Blueprint("outcomes", __name__)
#: A preview shows so many lines; the counts are of all.
SHOWN = 200


def _after() -> uuid.UUID | None:
    return request.args.get("after", type=uuid.UUID)


def _cut(rows: Any) -> dict[str, Any]:
    """One page of rows, and where the next begins."""
    shown = rows[: queries.PAGE_SIZE]
    return {"rows": shown, "more": shown[-1].id if len(rows) > queries.PAGE_SIZE else None}


# ---- where are they now ----


def _asked(keys: list[forms.Key]) -> list[DueOutcome]:
    """The rows a sent form names, as far as they are the authority's; else what is due."""
    if not keys:
        return queries.outcomes_due(mandate().person_id, today_of(), limit=queries.ROWS)
    found = {row.id: row for row in queries.orders_by_id([key[0] for key in keys[: queries.ROWS]])}
    mine = [(found[order_id], months) for order_id, months in keys[: queries.ROWS] if order_id in found]
    return [
        DueOutcome(order, months, rules.window_day(order.planned_end_on, months))
        for order, months in mine
        if order.authority_id == mandate().organisation_id
    ]


@bp.route("/expert/outcomes", methods=["GET", "POST"])
@requires(Permission.OUTCOME_RECORD)
def where_now() -> Any:
    """Where are they now: twenty customers in one form, sent once."""
    asked = _asked(forms.keys_in(request.form) if request.method == "POST" else [])
    form = forms.rows_form((each.order.id, each.months) for each in asked)
    rows = [(each, form[forms.name_of((each.order.id, each.months))]) for each in asked]
    told: list[Told] = []
    if request.method == "POST":
        told = [(each.order, each.months, row.form.told(), row.form.details()) for each, row in rows if row.state.data]
    if done := submitted(form, lambda: record_many(told, by=mandate())):
        saved = len(done) if isinstance(done, list) else 0
        flash(ngettext("%(num)s result is saved.", "%(num)s results are saved.", saved), "success")
        return redirect(url_for(".where_now"))
    if request.method == "POST" and not told:
        return redirect(url_for(".where_now"))
    _show_refusals(rows)
    return render_template("outcomes/where_now.html", form=form, rows=rows), status_of(form)


def _show_refusals(rows: list[tuple[DueOutcome, Any]]) -> None:
    """Each refused row tells at its own field what is wrong."""
    refusal = g.get("refusal")
    refusals = refusal.data.get("refusals", {}) if refusal is not None else {}
    for each, row in rows:
        if error := refusals.get((each.order.id, each.months)):
            field = row.form._fields.get(error.field) or row.form.state
            field.errors = [*field.errors, f"{error.message} {error.next_step or ''}".strip()]


# ---- one order ----


def _open_windows(order: Order, said: list[Outcome]) -> list[int]:
    """The windows that are over and of which the expert has told nothing."""
    told = {row.months for row in said if row.source is Source.EXPERT}
    today = today_of()
    return [
        months
        for months in models.WINDOWS
        if months not in told and rules.window_day(order.planned_end_on, months) <= today
    ]


def _page(order: Order, **given: Any) -> str:
    said = queries.of_order(order.id)
    audit.saw("outcome.of_order", order, actor=mandate())
    exclusion, reports = queries.exclusion_of(order.id), queries.reports_of(order.id)
    is_known = any(row.is_known for row in said) or any(row.state is models.ReportState.WAITING for row in reports)
    return render_template(
        "outcomes/order.html",
        order=order,
        said={months: [row for row in said if row.months == months] for months in models.WINDOWS},
        days={months: rules.window_day(order.planned_end_on, months) for months in models.WINDOWS},
        today=today_of(),
        earlier=queries.corrections_of(order.id),
        reports=reports,
        exclusion=exclusion,
        form=(given.get("form") or OutcomeForm()).offer_windows(_open_windows(order, said) if not exclusion else []),
        exclude_form=given.get("exclude_form") or ExcludeForm(),
        models=models,
        may_record=mandate().role is Role.EXPERT,
        may_exclude=not exclusion and not is_known and order.state in BEGUN,
    )


@bp.get("/expert/orders/<uuid:order_id>/outcomes")
@requires(Permission.OUTCOME_READ, on=order_queries.order)
def order_outcomes(order: Order) -> Any:
    """What each source says of an order's customer in each window."""
    return _page(order)


@bp.post("/expert/orders/<uuid:order_id>/outcomes")
@requires(Permission.OUTCOME_OF_ORDER, on=order_queries.order)
def record(order: Order) -> Any:
    """Where the customer is some months after the planned end."""
    form = OutcomeForm()
    if submitted(
        form,
        lambda: service.record_outcome(order, form.told(), form.details(), months=int(form.months.data), by=mandate()),
    ):
        flash(_("The result is saved."), "success")
        return redirect(url_for(".order_outcomes", order_id=order.id))
    return _page(order, form=form), 422


@bp.post("/expert/orders/<uuid:order_id>/exclude-outcome")
@requires(Permission.OUTCOME_EXCLUDE, on=order_queries.order)
def exclude(order: Order) -> Any:
    """The service does not count: a neutral fact, before a result is known."""
    form = ExcludeForm()
    if submitted(form, lambda: service.exclude(order, Ground(form.ground.data), by=mandate())):
        flash(_("The service does not count."), "success")
        return redirect(url_for(".order_outcomes", order_id=order.id))
    return _page(order, exclude_form=form), 422


@bp.route("/expert/outcomes/<uuid:outcome_id>/correct", methods=["GET", "POST"])
@requires(Permission.OUTCOME_CORRECT, on=queries.outcome)
def correct(outcome: Outcome) -> Any:
    """Correct what a source said; the old version is kept."""
    form = forms.correct_form(outcome)
    if submitted(
        form,
        lambda: service.correct_outcome(outcome, form.told(), form.details(), form.reason.data or "", by=mandate()),
    ):
        flash(_("The correction is saved, and the old version kept."), "success")
        return redirect(url_for(".order_outcomes", order_id=outcome.order_id))
    return render_template("outcomes/correct.html", row=outcome, form=form, models=models), status_of(form)


# ---- contradictions ----


@bp.get("/outcome-contradictions")
@requires(Permission.CONTRADICTION_LIST)
def contradictions() -> Any:
    """Results on which two sources do not agree, newest first."""
    rows = queries.contradictions_page(mandate(), _after())
    return render_template("outcomes/contradictions.html", models=models, **_cut(rows))


@bp.route("/outcome-contradictions/<uuid:contradiction_id>", methods=["GET", "POST"])
@requires(Permission.CONTRADICTION_SETTLE, on=queries.contradiction)
def contradiction(row: OutcomeContradiction) -> Any:
    """Both sources side by side, and who is right."""
    said = [each for each in queries.of_order(row.order_id) if each.months == row.months]
    form = SettleForm().offer_choices([each for each in said if each.is_known])
    if submitted(form, lambda: service.settle(row, Source(form.source.data), form.reason.data or "", by=mandate())):
        flash(_("The result is settled."), "success")
        return redirect(url_for(".contradictions"))
    audit.saw("outcome.of_order", row.order, actor=mandate())
    earlier = queries.corrections_of(row.order_id)
    page = render_template("outcomes/contradiction.html", row=row, said=said, earlier=earlier, form=form, models=models)
    return page, status_of(form)


# ---- reports of providers ----


@bp.get("/provider/outcomes")
@requires(Permission.REPORT_LIST_OWN)
def own_reports() -> Any:
    """The provider's own reports, and the services of which it may report now."""
    rows = queries.reports_page(mandate(), _after())
    to_report = queries.orders_to_report(mandate().organisation_id, today_of())
    return render_template("outcomes/own_reports.html", to_report=to_report, models=models, **_cut(rows))


def _report(order: Order, form: ReportForm) -> Any:
    upload = form.file.data
    content = files.read_limited(upload.stream, limit=attachments.LARGEST, field="file") if upload else None
    evidence = service.Evidence(text=form.text.data or "", content=content, file_name=upload.filename if upload else "")
    return service.report_outcome(order, int(form.months.data), form.told(), form.details(), evidence, by=mandate())


@bp.route("/provider/orders/<uuid:order_id>/outcome-report", methods=["GET", "POST"])
@requires(Permission.REPORT_MAKE, on=order_queries.order)
def make_report(order: Order) -> Any:
    """The provider reports where its customer is, with evidence."""
    form = ReportForm(months=request.args.get("months", "3"))
    if submitted(form, lambda: _report(order, form)):
        flash(_("The report is sent to the expert. It counts once it is confirmed."), "success")
        return redirect(url_for(".own_reports"))
    return render_template("outcomes/make_report.html", order=order, form=form), status_of(form)


def _report_page(row: OutcomeReport, form: ReasonForm | None = None) -> str:
    audit.saw("outcome_report.evidence", row, actor=mandate())
    return render_template(
        "outcomes/report.html",
        row=row,
        evidence=service.evidence_of(row),
        form=form or ReasonForm(),
        models=models,
        may_answer=mandate().organisation_id == row.authority_id and row.state is models.ReportState.WAITING,
    )


@bp.get("/outcome-reports/<uuid:report_id>")
@requires(Permission.REPORT_READ, on=queries.report)
def report(row: OutcomeReport) -> Any:
    """One report with its evidence."""
    return _report_page(row)


@bp.get("/outcome-reports/<uuid:report_id>/file")
@requires(Permission.REPORT_READ, on=queries.report)
def report_file(row: OutcomeReport) -> Response:
    """The file of the evidence; the reading is recorded."""
    if row.file is None:
        abort(404)
    audit.saw("outcome_report.evidence", row, actor=mandate())
    content = BytesIO(files.content_of(row.file))
    return send_file(content, mimetype=row.file.media_type, as_attachment=True, download_name=row.file.name)


@bp.post("/outcome-reports/<uuid:report_id>/confirm")
@requires(Permission.REPORT_ANSWER, on=queries.report)
def confirm_report(row: OutcomeReport) -> Any:
    """From now on the report counts."""
    service.confirm_report(row, by=mandate())
    flash(_("The report is confirmed and counts."), "success")
    return redirect(url_for(".report", report_id=row.id))


@bp.post("/outcome-reports/<uuid:report_id>/refuse")
@requires(Permission.REPORT_ANSWER, on=queries.report)
def refuse_report(row: OutcomeReport) -> Any:
    """The evidence is not enough, and why."""
    form = ReasonForm()
    if submitted(form, lambda: service.refuse_report(row, form.reason.data or "", by=mandate())):
        flash(_("The report is refused, and the provider told why."), "success")
        return redirect(url_for(".report", report_id=row.id))
    return _report_page(row, form), 422


# ---- files of the customer system ----


@bp.get("/procurement/outcome-imports")
@requires(Permission.IMPORT_MAKE)
def imports() -> Any:
    """The authority's files, newest first."""
    rows = import_queries.imports_page(mandate().organisation_id, _after())
    return render_template("outcomes/imports.html", models=models, **_cut(rows))


@bp.route("/procurement/outcome-imports/new", methods=["GET", "POST"])
@requires(Permission.IMPORT_MAKE)
def new_import() -> Any:
    """Send a file; what is wrong with it is listed line by line, and nothing of it is kept."""
    form = ImportForm()

    def take() -> OutcomeImport:
        content = files.read_limited(form.file.data.stream, limit=MAX_SIZE, field="file")
        return importing.take_file(content, by=mandate())

    if done := submitted(form, take):
        return redirect(url_for(".show_import", import_id=done.id))
    refusal = g.get("refusal")
    problems = refusal.data.get("problems", []) if refusal is not None else []
    page = render_template("outcomes/new_import.html", form=form, problems=problems, columns=reading.COLUMNS)
    return page, status_of(form)


@bp.get("/procurement/outcome-imports/example.csv")
@requires(Permission.IMPORT_MAKE)
def import_example() -> Response:
    """A file to begin with."""
    return answer("results-example.csv", reading.SHEET.example())


def _import_page(row: OutcomeImport, problems: Any = ()) -> str:
    judged = importing.preview(row) if row.lines else []
    return render_template(
        "outcomes/import.html",
        row=row,
        judged=judged[:SHOWN],
        hidden=max(0, len(judged) - SHOWN),
        counts=importing.counts(judged) if judged else row.counts,
        happens=importing.HAPPENS_TITLES,
        problems=problems,
        models=models,
    )


@bp.get("/procurement/outcome-imports/<uuid:import_id>")
@requires(Permission.IMPORT_READ, on=import_queries.outcome_import)
def show_import(row: OutcomeImport) -> Any:
    """What would happen, line by line; or what came of it."""
    audit.saw("outcome_import.lines", row, actor=mandate())
    return _import_page(row)


@bp.post("/procurement/outcome-imports/<uuid:import_id>/commit")
@requires(Permission.IMPORT_READ, on=import_queries.outcome_import)
def commit_import(row: OutcomeImport) -> Any:
    """Save the whole file."""
    form = EmptyForm()
    if submitted(form, lambda: importing.commit(row, by=mandate())):
        flash(_("The results of the file are saved."), "success")
        return redirect(url_for(".show_import", import_id=row.id))
    return _import_page(row, g.refusal.data.get("problems", [])), 422


@bp.post("/procurement/outcome-imports/<uuid:import_id>/drop")
@requires(Permission.IMPORT_READ, on=import_queries.outcome_import)
def drop_import(row: OutcomeImport) -> Any:
    """Save nothing of the file."""
    importing.drop(row, by=mandate())
    flash(_("Nothing of the file is saved."), "success")
    return redirect(url_for(".imports"))


@bp.get("/procurement/outcome-exclusions")
@requires(Permission.EXCLUSION_LIST)
def exclusions() -> Any:
    """How many services of each provider do not count."""
    return render_template("outcomes/exclusions.html", rows=queries.exclusions(mandate().organisation_id))
