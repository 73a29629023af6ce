"""The expert's pages of orders, and the buyer's list."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from core import audit, clock
from core.i18n import gettext as _
from core.identity.forms import EmptyForm
from core.sealing import unseal
from core.web.access import mandate, requires
from core.web.submitting import submitted
from orders import overview, panels, queries, rules, service, titles
from orders.forms import ReturnForm
from orders.life import Side
from orders.life_forms import CancelForm
from orders.models import ORDER_STATE_TITLES, Order
from orders.policy import Permission
from orders.service.delivering import report_purpose
from orders.service.following import interim_reports
from orders.views import bp


def list_of_orders(template: str) -> str:
    """The orders the mandate may list, a page at a time."""
    rows = queries.orders_page(queries.orders_seen_by(mandate()), request.args.get("after", type=uuid.UUID))
    shown = rows[: queries.PAGE_SIZE]
    return render_template(
        template,
        orders=shown,
        more=shown[-1].id if len(rows) > queries.PAGE_SIZE else None,
        order_titles=ORDER_STATE_TITLES,
        titles=titles,
    )


@bp.get("/expert/orders")
@requires(Permission.ORDER_LIST_AS_EXPERT)
def expert_orders() -> Any:
    """The orders of the expert's authority, newest first."""
    return list_of_orders("orders/expert_orders.html")


@bp.get("/procurement/orders")
@requires(Permission.ORDER_LIST_AS_BUYER)
def procurement_orders() -> Any:
    """The orders of the authority, without anything of the customers."""
    return list_of_orders("orders/procurement_orders.html")


def report_text(order: Order) -> str | None:
    """The words of the report, opened for who may read them."""
    if order.delivery is None:
        return None
    return unseal(order.delivery.sealed_report, report_purpose(order.delivery.id)).decode()


def _page(order: Order, **forms: Any) -> str:
    actor = mandate()
    audit.saw("need.customer_reference", order.need, actor=actor)
    now = clock.now()
    seen = overview.of_order(order, Side.EXPERT)
    return render_template(
        "orders/expert_order.html",
        order=order,
        now=now,
        seen=seen,
        links=overview.links(order, Side.EXPERT),
        terms=service.cancel_terms(order, clock.helsinki_date(now)),
        report=report_text(order),
        with_tax=rules.price_with_tax(order.price, order.vat_rate),
        return_form=forms.get("return_form") or ReturnForm(),
        form=forms.get("form"),
        panels=panels.of_order(order, actor),
        order_titles=ORDER_STATE_TITLES,
        titles=titles,
    )


@bp.get("/expert/orders/<uuid:order_id>")
@requires(Permission.ORDER_HANDLE, on=queries.order)
def expert_order(order: Order) -> Any:
    """One order: where it stands, and what the expert can do."""
    return _page(order)


def _act(order: Order, verb: Any, done: str) -> Any:
    form = EmptyForm()
    if submitted(form, lambda: verb(order, by=mandate())):
        flash(done, "success")
        return redirect(url_for(".expert_order", order_id=order.id))
    return _page(order, form=form), 422


@bp.post("/expert/orders/<uuid:order_id>/cancel")
@requires(Permission.ORDER_HANDLE, on=queries.order)
def cancel(order: Order) -> Any:
    """Cancel an order that has not begun, at the cost that was shown."""
    form = CancelForm()
    if submitted(form, lambda: service.cancel(order, by=mandate(), fee=form.fee.data or Decimal(0))):
        flash(_("The order is cancelled. The provider gets a message."), "success")
        return redirect(url_for(".expert_order", order_id=order.id))
    return _page(order, form=form), 422


@bp.post("/expert/orders/<uuid:order_id>/confirm-insurance")
@requires(Permission.ORDER_HANDLE, on=queries.order)
def confirm_insurance(order: Order) -> Any:
    """Confirm that the customer is insured at the workplace (R101)."""
    return _act(order, service.confirm_insurance, _("The insurance is confirmed."))


@bp.get("/expert/orders/<uuid:order_id>/interim-reports")
@requires(Permission.ORDER_HANDLE, on=queries.order)
def expert_interim_reports(order: Order) -> Any:
    """What the provider told while the service goes on, for the review of the plan."""
    audit.saw("order.interim_reports", order, actor=mandate())
    return render_template("orders/expert_interim.html", order=order, reports=interim_reports(order))


@bp.post("/expert/orders/<uuid:order_id>/accept-delivery")
@requires(Permission.ORDER_HANDLE, on=queries.order)
def accept_delivery(order: Order) -> Any:
    """Accept the delivered service."""
    return _act(order, service.accept_delivery, _("The delivered service is accepted. The provider can invoice it."))


@bp.post("/expert/orders/<uuid:order_id>/return-report")
@requires(Permission.ORDER_HANDLE, on=queries.order)
def return_report(order: Order) -> Any:
    """Send the report back."""
    form = ReturnForm()
    if submitted(form, lambda: service.return_report(order, form.reason.data.strip(), by=mandate())):
        flash(_("The report is sent back. The provider gets a message."), "success")
        return redirect(url_for(".expert_order", order_id=order.id))
    return _page(order, return_form=form), 422
