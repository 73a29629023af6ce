"""Absences that an expert handles (R100)."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for

from core import clock
from core.i18n import gettext as _
from core.sealing import unseal
from core.web.access import mandate, requires
from core.web.submitting import submitted
from orders.groups import queries, service, titles
from orders.groups.forms import DecisionForm, HearingForm
from orders.groups.models import AbsenceNotice
from orders.groups.policy import Permission
from orders.groups.service.noticing import reason_purpose
from orders.groups.views import bp


def _page(notice: AbsenceNotice, **forms: Any) -> str:
    sealed = notice.sealed_reason
    return render_template(
        "groups/absence.html",
        notice=notice,
        reason=unseal(sealed, reason_purpose(notice.id)).decode() if sealed else None,
        marks=sorted(queries.marks_of(notice.order_id).items(), reverse=True)[:30],
        hearing_form=forms.get("hearing_form") or HearingForm(heard_on=clock.helsinki_date(clock.now())),
        decision_form=forms.get("decision_form") or DecisionForm(),
        titles=titles,
    )


@bp.get("/expert/absences/<uuid:absence_id>")
@requires(Permission.ABSENCE_HANDLE, on=queries.notice)
def absence(notice: AbsenceNotice) -> Any:
    """What the provider told, and what is done next."""
    return _page(notice)


@bp.post("/expert/absences/<uuid:absence_id>/hear")
@requires(Permission.ABSENCE_HANDLE, on=queries.notice)
def hear(notice: AbsenceNotice) -> Any:
    """The customer was heard."""
    form = HearingForm()
    if submitted(form, lambda: service.hear(notice, form.heard_on.data, by=mandate())):
        flash(_("The hearing is saved. Now decide."), "success")
        return redirect(url_for(".absence", absence_id=notice.id))
    return _page(notice, hearing_form=form), 422


@bp.post("/expert/absences/<uuid:absence_id>/decide")
@requires(Permission.ABSENCE_HANDLE, on=queries.notice)
def decide_absence(notice: AbsenceNotice) -> Any:
    """Whether the service goes on."""
    form = DecisionForm()
    if submitted(form, lambda: service.decide(notice, form.discontinues.data == "yes", by=mandate())):
        flash(_("The decision is saved."), "success")
        return redirect(url_for(".absence", absence_id=notice.id))
    return _page(notice, decision_form=form), 422
