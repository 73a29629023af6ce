"""The provider's own quality, its comments and claims; the coordinator's releases and answers."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from core import clock, policy
from core.i18n import gettext as _
from core.identity.forms import EmptyForm
from core.web import nav
from core.web.access import mandate, requires
from core.web.submitting import status_of, submitted
from evaluation.records import models, pictures, queries, service
from evaluation.records.forms import AnswerForm, ClaimForm, CommentForm
from evaluation.records.models import Correction, FactKind, ReleaseRecord, ReleaseState
from evaluation.records.policy import Permission
from orders import queries as order_queries
from orders.models import Order

bp = Blueprint("quality", __name__)


@bp.get("/provider/quality")
@requires(Permission.QUALITY_OWN)
def own_quality() -> Any:
    """The supplier's own figures: those before publication first, then those that everybody sees."""
    actor = mandate()
    states = (ReleaseState.PREVIEW, ReleaseState.PUBLISHED)
    found = {state.value: queries.release_in(state) for state in states}
    releases = {name: row for name, row in found.items() if row is not None}
    return render_template(
        "records/own.html",
        releases=releases,
        records={name: queries.records_of_supplier(actor.organisation_id, row.id) for name, row in releases.items()},
        comments={
            (row.release_id, row.category_id): row.text
            for row in queries.comments_of_supplier(actor.organisation_id, [each.id for each in releases.values()])
        },
        today=clock.helsinki_date(clock.now()),
        name=actor.organisation_name,
        pictures=pictures,
        more=nav.under("quality.own_quality", actor),
    )


@bp.route("/provider/quality/records/<uuid:record_id>/comment", methods=["GET", "POST"])
@requires(Permission.RECORD_COMMENT, on=queries.record)
def comment(record: ReleaseRecord) -> Any:
    """What is published beside one's figures."""
    written = queries.comment_of(record.release_id, record.supplier_id, record.category_id)
    form = CommentForm(obj=written)
    if submitted(form, lambda: service.comment(record, form.text.data or "", by=mandate())):
        flash(_("Your comment is saved. It is published with the figures."), "success")
        return redirect(url_for(".own_quality"))
    return render_template("records/comment.html", form=form, record=record, pictures=pictures), status_of(form)


@bp.get("/provider/quality/cases")
@requires(Permission.QUALITY_OWN)
def cases() -> Any:
    """The facts of one's own cases that the coming release counts; no outcome and no answer of a single customer."""
    release = queries.release_in(ReleaseState.PREVIEW)
    if release is None:
        return render_template("records/cases.html", release=None, rows=[], more=None)
    actor = mandate()
    rows = queries.cases_of(release, actor.organisation_id, request.args.get("after", type=uuid.UUID))
    shown = rows[: queries.PAGE_SIZE]
    return render_template(
        "records/cases.html",
        release=release,
        rows=shown,
        corrections={
            (row.order_id, row.fact): row for row in queries.corrections_of_supplier(actor.organisation_id, release.id)
        },
        models=models,
        more=shown[-1].Order.id if len(rows) > queries.PAGE_SIZE else None,
        today=clock.helsinki_date(clock.now()),
    )


@bp.route("/provider/orders/<uuid:order_id>/correction", methods=["GET", "POST"])
@requires(Permission.CORRECTION_CLAIM, on=order_queries.order)
def claim(order: Order) -> Any:
    """Say that a fact of a case is wrong, before it is published."""
    form = ClaimForm()
    if submitted(form, lambda: _claim(order, form)):
        flash(_("The authority looks at it and answers before the figures are published."), "success")
        return redirect(url_for(".cases"))
    return render_template("records/claim.html", form=form, order=order), status_of(form)


def _claim(order: Order, form: ClaimForm) -> Correction:
    release = service.release_in_preview()
    return service.claim(release, order, FactKind(form.fact.data), form.claim.data or "", by=mandate())


@bp.get("/procurement/evaluation/releases")
@requires(Permission.RELEASE_LIST)
def releases() -> Any:
    """The releases of the quality records, how far a computation is, and what suppliers say is wrong."""
    actor = mandate()
    preview = queries.release_in(ReleaseState.PREVIEW)
    return render_template(
        "records/releases.html",
        rows=queries.releases(),
        preview=preview,
        run=queries.last_run(),
        corrections=queries.page_of_corrections(actor.organisation_id),
        models=models,
        may_compute=policy.is_allowed(actor, Permission.RELEASE_COMPUTE),
        may_compute_again=preview is not None and queries.has_accepted_corrections(preview),
        form=EmptyForm(),
    )


@bp.post("/procurement/evaluation/releases")
@requires(Permission.RELEASE_COMPUTE)
def compute() -> Any:
    """Ask for a new release; it is computed in the background."""
    form = EmptyForm()
    if submitted(form, lambda: service.ask(by=mandate())):
        flash(_("The figures are being computed. This page shows how far it is."), "success")
    else:
        for words in form.form_errors:
            flash(words, "error")
    return redirect(url_for(".releases"))


@bp.route("/procurement/evaluation/corrections/<uuid:correction_id>", methods=["GET", "POST"])
@requires(Permission.CORRECTION_ANSWER, on=queries.correction)
def answer(correction: Correction) -> Any:
    """Whether a fact is put right, with reasons."""
    form = AnswerForm()
    if submitted(
        form,
        lambda: service.answer(correction, accept=form.accept.data == "yes", text=form.answer.data or "", by=mandate()),
    ):
        flash(_("The supplier sees your answer."), "success")
        return redirect(url_for(".releases"))
    return render_template("records/answer.html", form=form, correction=correction, models=models), status_of(form)
