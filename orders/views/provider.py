"""The provider's pages of orders: nothing of the customer beyond what the service needs (R109)."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for

from core import audit, clock
from core.i18n import gettext as _
from core.identity.forms import EmptyForm
from core.web.access import mandate, requires
from core.web.submitting import status_of, submitted
from dps.contracts import gates
from dps.systems.models import DeclineReason
from orders import life, overview, queries, rules, service, titles
from orders.forms import DeclineForm, StartForm, report_form
from orders.life import Side, report_due_on
from orders.life_forms import InterimForm, NoShowForm, ScheduleForm, TrialForm
from orders.models import NOT_BOUGHT, ORDER_STATE_TITLES, Order
from orders.policy import Permission
from orders.service.following import interim_reports, next_review
from orders.views import bp
from orders.views.expert import list_of_orders, report_text


@bp.get("/provider/orders")
@requires(Permission.ORDER_LIST_AS_PROVIDER)
def provider_orders() -> Any:
    """The supplier's orders, newest first."""
    return list_of_orders("orders/provider_orders.html")


def customer_reference(order: Order) -> str | None:
    """The customer's reference, while the order is accepted, for a user who has promised secrecy (R109, R118)."""
    if order.accepted_at is None or order.state in NOT_BOUGHT:
        return None
    is_bound = gates.has_undertaken(mandate(), order.supplier_id, order.authority_id)
    return order.need.customer_reference if is_bound else None


def _page(order: Order, **forms: Any) -> str:
    reference = customer_reference(order)
    if reference:
        audit.saw("need.customer_reference", order.need, actor=mandate())
    now = clock.now()
    return render_template(
        "orders/provider_order.html",
        order=order,
        seen=overview.of_order(order, Side.PROVIDER),
        links=overview.links(order, Side.PROVIDER),
        schedule_form=forms.get("schedule_form") or ScheduleForm(meeting_at=order.planned_start_on),
        no_show_form=forms.get("no_show_form") or NoShowForm(),
        no_show_until=life.no_show_until(order),
        can_tell_no_show=life.first_day(order) <= clock.helsinki_date(now) <= life.no_show_until(order),
        trial_form=forms.get("trial_form") or TrialForm(ends_on=order.planned_end_on),
        reference=reference,
        now=now,
        has_lapsed=rules.has_lapsed(order.accept_by, now),
        report=report_text(order),
        report_due_on=report_due_on(order),
        with_tax=rules.price_with_tax(order.price, order.vat_rate),
        decline_form=forms.get("decline_form") or DeclineForm().offer_choices(order),
        start_form=forms.get("start_form") or StartForm(started_on=order.planned_start_on),
        report_form=forms.get("report_form") or report_form(order, ended_on=order.planned_end_on),
        form=forms.get("form"),
        order_titles=ORDER_STATE_TITLES,
        titles=titles,
    )


@bp.get("/provider/orders/<uuid:order_id>")
@requires(Permission.ORDER_SERVE, on=queries.order)
def provider_order(order: Order) -> Any:
    """One order, and what the provider can do."""
    return _page(order)


def _done(order: Order, text: str) -> Any:
    flash(text, "success")
    return redirect(url_for(".provider_order", order_id=order.id))


@bp.post("/provider/orders/<uuid:order_id>/accept")
@requires(Permission.ORDER_SERVE, on=queries.order)
def accept(order: Order) -> Any:
    """Take the order."""
    form = EmptyForm()
    if submitted(form, lambda: service.accept(order, by=mandate())):
        return _done(order, _("The order is confirmed."))
    return _page(order, form=form), 422


@bp.post("/provider/orders/<uuid:order_id>/decline")
@requires(Permission.ORDER_SERVE, on=queries.order)
def decline(order: Order) -> Any:
    """Tell that the order cannot be taken, and why."""
    form = DeclineForm().offer_choices(order)
    if submitted(form, lambda: service.decline(order, DeclineReason(form.reason.data), by=mandate())):
        return _done(order, _("The city is told that you cannot take the order."))
    return _page(order, decline_form=form), 422


@bp.post("/provider/orders/<uuid:order_id>/schedule")
@requires(Permission.ORDER_SERVE, on=queries.order)
def schedule(order: Order) -> Any:
    """Tell when and where the first meeting is."""
    form = ScheduleForm()
    if submitted(form, lambda: service.schedule(order, form.moment(), form.place.data, by=mandate())):
        return _done(order, _("The first meeting is saved."))
    return _page(order, schedule_form=form), 422


@bp.post("/provider/orders/<uuid:order_id>/no-show")
@requires(Permission.ORDER_SERVE, on=queries.order)
def no_show(order: Order) -> Any:
    """Tell that the customer did not come."""
    form = NoShowForm()
    if submitted(form, lambda: service.report_no_show(order, form.days(), by=mandate())):
        return _done(order, _("The expert is told that the customer did not come."))
    return _page(order, no_show_form=form), 422


@bp.post("/provider/orders/<uuid:order_id>/work-trial")
@requires(Permission.ORDER_SERVE, on=queries.order)
def agree_trial(order: Order) -> Any:
    """Record the agreement with the workplace (R101)."""
    form = TrialForm()

    def agree() -> Any:
        return service.agree_trial(order, form.workplace.data, form.agreed_on.data, form.ends_on.data, by=mandate())

    if submitted(form, agree):
        return _done(order, _("The agreement is saved. The expert confirms the insurance."))
    return _page(order, trial_form=form), 422


@bp.route("/provider/orders/<uuid:order_id>/interim-report", methods=["GET", "POST"])
@requires(Permission.ORDER_SERVE, on=queries.order)
def interim_report(order: Order) -> Any:
    """Tell how the service goes, before the customer's plan is reviewed (R99)."""
    form = InterimForm()
    if submitted(form, lambda: service.report_interim(order, form.text.data.strip(), by=mandate())):
        return _done(order, _("The interim report is sent to the expert."))
    return (
        render_template(
            "orders/provider_interim.html",
            order=order,
            form=form,
            reports=interim_reports(order),
            review_on=next_review(order, clock.helsinki_date(clock.now())),
        ),
        status_of(form),
    )


@bp.post("/provider/orders/<uuid:order_id>/start")
@requires(Permission.ORDER_SERVE, on=queries.order)
def start(order: Order) -> Any:
    """Tell that the service began."""
    form = StartForm()
    if submitted(form, lambda: service.start_service(order, form.started_on.data, by=mandate())):
        return _done(order, _("The start is saved."))
    return _page(order, start_form=form), 422


@bp.post("/provider/orders/<uuid:order_id>/report")
@requires(Permission.ORDER_SERVE, on=queries.order)
def report(order: Order) -> Any:
    """Send the final report."""
    form = report_form(order)
    if submitted(form, lambda: service.report_delivery(order, form.report(), by=mandate())):
        return _done(order, _("The report is sent to the expert."))
    return _page(order, report_form=form), 422
