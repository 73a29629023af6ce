"""What customers said of a provider's services, and what the provider says of the authority."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for

from core import clock
from core.i18n import gettext as _
from core.web.access import mandate, requires
from core.web.submitting import status_of, submitted
from evaluation.collecting import queries, service, totals
from evaluation.collecting.forms import HELP_TITLES, ProviderFeedbackForm
from evaluation.collecting.policy import Permission
from evaluation.collecting.views import bp
from orders import queries as order_queries
from orders.models import DELIVERED, Order


@bp.get("/provider/feedback")
@requires(Permission.FEEDBACK_OWN)
def own() -> Any:
    """The provider's own totals by category, as of the last release date, with released words."""
    today = clock.helsinki_date(clock.now())
    rows = totals.of_supplier(mandate().organisation_id, today)
    return render_template("collecting/own.html", rows=rows, help_titles=HELP_TITLES)


@bp.route("/provider/orders/<uuid:order_id>/feedback", methods=["GET", "POST"])
@requires(Permission.FEEDBACK_ON_AUTHORITY, on=order_queries.order)
def on_authority(order: Order) -> Any:
    """How it was to work with the authority on one order."""
    form = ProviderFeedbackForm()
    if submitted(form, lambda: _give(order, form)):
        flash(_("Thank you. The authority sees your answer only together with those of others."), "success")
        return redirect(url_for(".on_authority", order_id=order.id))
    page = render_template(
        "collecting/on_authority.html",
        order=order,
        form=form,
        given=queries.provider_feedback_of(order.id),
        is_delivered=order.state in DELIVERED,
    )
    return page, status_of(form)


def _give(order: Order, form: ProviderFeedbackForm) -> None:
    grades = {name: int(form[name].data) for name in totals.GRADES}
    service.give_provider_feedback(order, **grades, words=(form.words.data or "").strip(), by=mandate())
