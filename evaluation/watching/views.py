"""Pages of watching: the flags with their numbers, hearing the provider, closing with a reason."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from core import clock
from core.i18n import gettext as _
from core.identity.models import Role
from core.web.access import mandate, requires
from core.web.submitting import status_of, submitted
from evaluation.watching import models, queries, rules, service
from evaluation.watching.forms import AnswerForm, AskForm, CloseForm
from evaluation.watching.models import WatchFlag
from evaluation.watching.policy import Permission

bp = Blueprint("watching", __name__)


@bp.get("/procurement/watching")
@requires(Permission.FLAG_LIST)
def flags() -> Any:
    """The authority's flags, newest first."""
    rows = queries.flags_page(mandate(), request.args.get("after", type=uuid.UUID))
    shown = rows[: queries.PAGE_SIZE]
    return render_template(
        "watching/flags.html",
        rows=shown,
        more=shown[-1].id if len(rows) > queries.PAGE_SIZE else None,
        models=models,
        may_look=mandate().role is Role.COORDINATOR,
    )


@bp.post("/procurement/watching/look")
@requires(Permission.FLAG_LOOK)
def look() -> Any:
    """Look at the authority's categories now."""
    key = f"{mandate().person_id}:{clock.now().isoformat(timespec='minutes')}"
    service.promise_looks(mandate().organisation_id, key=key)
    flash(_("The figures are being looked at. What is found is shown here in a few minutes."), "success")
    return redirect(url_for(".flags"))


def _page(flag: WatchFlag, **forms: Any) -> str:
    return render_template(
        "watching/flag.html",
        flag=flag,
        limits=service.thresholds(flag.until_on),
        models=models,
        may_handle=mandate().role is Role.COORDINATOR,
        ask_form=forms.get("ask_form") or AskForm(formdata=None),
        close_form=forms.get("close_form") or CloseForm(formdata=None),
    )


@bp.get("/procurement/watching/<uuid:flag_id>")
@requires(Permission.FLAG_READ, on=queries.flag)
def flag(row: WatchFlag) -> Any:
    """One flag with its numbers."""
    return _page(row)


@bp.post("/procurement/watching/<uuid:flag_id>/ask")
@requires(Permission.FLAG_HANDLE, on=queries.flag)
def ask(row: WatchFlag) -> Any:
    """Ask the provider for an explanation."""
    form = AskForm()
    if submitted(form, lambda: service.ask(row, form.question.data or "", by=mandate())):
        flash(_("The provider is asked."), "success")
        return redirect(url_for(".flag", flag_id=row.id))
    return _page(row, ask_form=form), 422


@bp.post("/procurement/watching/<uuid:flag_id>/explain")
@requires(Permission.FLAG_HANDLE, on=queries.flag)
def explain(row: WatchFlag) -> Any:
    """There is an honest explanation."""
    form = CloseForm()
    if submitted(form, lambda: service.explain(row, form.reason.data or "", by=mandate())):
        flash(_("The flag is closed."), "success")
        return redirect(url_for(".flags"))
    return _page(row, close_form=form), 422


@bp.post("/procurement/watching/<uuid:flag_id>/act")
@requires(Permission.FLAG_HANDLE, on=queries.flag)
def act(row: WatchFlag) -> Any:
    """Something is done about it elsewhere."""
    form = CloseForm()
    if submitted(form, lambda: service.act(row, form.reason.data or "", by=mandate())):
        flash(_("The flag is closed."), "success")
        return redirect(url_for(".flags"))
    return _page(row, close_form=form), 422


@bp.route("/provider/questions/<uuid:flag_id>", methods=["GET", "POST"])
@requires(Permission.FLAG_ANSWER, on=queries.flag)
def answer(row: WatchFlag) -> Any:
    """What the provider is asked, and its explanation."""
    form = AnswerForm()
    if submitted(form, lambda: service.answer(row, form.answer.data or "", by=mandate())):
        flash(_("Your explanation is sent."), "success")
        return redirect(url_for(".answer", flag_id=row.id))
    page = render_template(
        "watching/answer.html", flag=row, form=form, rows=rules.shown_to_provider(row.kind, row.evidence), models=models
    )
    return page, status_of(form)
