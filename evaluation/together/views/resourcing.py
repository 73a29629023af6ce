"""Person-years against the agreement: the page, its history, reporting."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from core.errors import NotFound
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.web.access import mandate, requires
from core.web.submitting import status_of, submitted
from evaluation.together import followed as following
from evaluation.together import forms, queries, rules, service
from evaluation.together import resourcing as standing
from evaluation.together.followed import Followed
from evaluation.together.policy import Permission
from evaluation.together.views.blueprint import Agreements, bp, shown, shown_first, today


def _resourcing(found: Followed, agreements: Agreements) -> str:
    halves = standing.halves(found)
    asked = request.args.get("half", "")
    chosen = next((each for each in halves if each.period_on.isoformat() == asked), halves[0] if halves else None)
    return render_template(
        "together/resourcing.html",
        followed=found,
        agreements=agreements,
        halves=halves,
        chosen=chosen,
        revisions=queries.revisions(found.id, chosen.period_on) if chosen else [],
        own=mandate().organisation_id,
        may_report=Permission.RESOURCING_REPORT,
        today=today(),
    )


@bp.get("/joint/resourcing")
@requires(Permission.FOLLOWING_LIST)
def resourcing() -> Any:
    """The person-years of the newest agreement."""
    return shown_first(_resourcing, _("Resourcing"))


@bp.get("/joint/resourcing/<uuid:agreement_id>")
@requires(Permission.FOLLOWING_READ, on=following.of_agreement)
def resourcing_of(found: Followed) -> Any:
    """Person-years of each party against what was agreed, half-year by half-year."""
    return shown(_resourcing, found)


def _of_half(agreement_id: uuid.UUID, **_rest: Any) -> Followed | None:
    return following.of_agreement(agreement_id)


def _period(found: Followed) -> date:
    """The half-year of the address.

    :raises NotFound: the agreement has none such that is over
    """
    words = request.view_args or {}
    year, half = words["year"], words["half"]
    known = rules.halves(found.version.starts_on, found.version.ends_on, today())
    for period_on in known:
        if (period_on.year, rules.number_of(period_on)) == (year, half):
            return period_on
    raise NotFound(
        _l("This half-year is not over, or the agreement was not in force in it."),
        rule="not-found",
        next_step=_l("Choose a half-year of the agreement that is over."),
    )


@bp.route("/joint/resourcing/<uuid:agreement_id>/<int:year>/<int:half>", methods=["GET", "POST"])
@requires(Permission.RESOURCING_REPORT, on=_of_half)
def resourcing_report(found: Followed) -> Any:
    """Report the person-years of one's own parties, or correct them."""
    period_on, actor = _period(found), mandate()
    own = found.keys_of(actor.authority_id)
    before = queries.standing_report(found.id, actor.organisation_id, period_on)
    form = forms.resourcing_form(found, own, before)

    def report() -> Any:
        years = forms.person_years(form, found, own)
        return service.report_resourcing(found, period_on, years, form.reason.data or "", by=actor)

    if submitted(form, report):
        flash(_("The person-years are reported."), "success")
        return redirect(url_for(".resourcing_of", agreement_id=found.id, half=period_on.isoformat()))
    return render_template(
        "together/resourcing_report.html",
        followed=found,
        form=form,
        name_of=forms.field_name,
        own=[party for party in found.parties if party.key in own],
        before=before,
        period_on=period_on,
        half=rules.number_of(period_on),
    ), status_of(form)
