"""The provider's pages of orders: nothing of the customer beyond what the service needs (R109)."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for

from core import audit, clock
from core.i18n import gettext as _
from core.identity.forms import EmptyForm
from core.web.access import mandate, requires
from core.web.submitting import submitted
from dps.contracts import gates
from dps.systems.models import DeclineReason
from orders import queries, rules, service, titles
from orders.forms import DeclineForm, ReportForm, StartForm
from orders.models import ORDER_STATE_TITLES, Order
from orders.policy import Permission
from orders.service.delivering import report_due_on
from orders.views import bp
from orders.views.expert import list_of_orders, report_text


@bp.get("/provider/orders")
@requires(Permission.ORDER_LIST_AS_PROVIDER)
def provider_orders() -> Any:
    """The supplier's orders, newest first."""
    return list_of_orders("orders/provider_orders.html")


def customer_reference(order: Order) -> str | None:
    """The customer's reference, once the order is accepted, for a user who has promised secrecy (R109, R118)."""
    is_bound = gates.has_undertaken(mandate(), order.supplier_id, order.authority_id)
    return order.need.customer_reference if order.accepted_at and is_bound else None


def _page(order: Order, **forms: Any) -> str:
    reference = customer_reference(order)
    if reference:
        audit.saw("need.customer_reference", order.need, actor=mandate())
    now = clock.now()
    return render_template(
        "orders/provider_order.html",
        order=order,
        reference=reference,
        now=now,
        has_lapsed=rules.has_lapsed(order.accept_by, now),
        report=report_text(order),
        report_due_on=report_due_on(order),
        with_tax=rules.price_with_tax(order.price, order.vat_rate),
        decline_form=forms.get("decline_form") or DeclineForm().offer_choices(order),
        start_form=forms.get("start_form") or StartForm(started_on=order.planned_start_on),
        report_form=forms.get("report_form") or ReportForm(ended_on=order.planned_end_on, amount=order.price),
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
    form = ReportForm()
    if submitted(form, lambda: service.report_delivery(order, form.report(), by=mandate())):
        return _done(order, _("The report is sent to the expert."))
    return _page(order, report_form=form), 422
