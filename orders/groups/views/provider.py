"""The provider's pages of groups, for a phone: today's groups, and who is there."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from core import audit, clock
from core.i18n import gettext as _
from core.web.access import mandate, requires
from core.web.submitting import submitted
from dps.contracts import gates
from orders import queries as order_queries
from orders.groups import queries, service, titles
from orders.groups.forms import AbsencesForm, OneDayForm, day_form
from orders.groups.models import AttendanceKind, Group
from orders.groups.policy import Permission
from orders.groups.service.attending import days_of
from orders.groups.views import bp
from orders.models import Order


@bp.get("/provider/groups")
@requires(Permission.GROUP_LIST_AS_PROVIDER)
def provider_groups() -> Any:
    """Today's groups first, then the others and the services for one customer."""
    today = clock.helsinki_date(clock.now())
    supplier_id = mandate().organisation_id
    return render_template(
        "groups/provider_list.html",
        today=today,
        todays=queries.groups_on(supplier_id, today),
        groups=queries.groups_to_come(supplier_id, today),
        orders=queries.single_orders(supplier_id),
        titles=titles,
    )


def _asked_day(days: list[date], today: date) -> date:
    """The day of the address if it is one of the course, else today's or the last one before."""
    try:
        wish = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        wish = today
    past = [day for day in days if day <= today]
    return wish if wish in days else max(past, default=days[0])


def _names(orders: list[Order], group: Group) -> dict[uuid.UUID, str]:
    """How each participant is named: the order, and after the secrecy undertaking the reference (R109, R118)."""
    authorities = {order.authority_id for order in orders}
    bound = {each for each in authorities if gates.has_undertaken(mandate(), group.supplier_id, each)}
    known = [order for order in orders if order.authority_id in bound]
    for order in known:
        audit.saw("need.customer_reference", order.need, actor=mandate())
    named = {order.id: f"{order.reference} · {order.need.customer_reference}" for order in known}
    return {order.id: named.get(order.id, order.reference) for order in orders}


def _day_page(group: Group, day: date, form: Any = None) -> str:
    orders = list(queries.participants(group.id))
    told = queries.marks_on([each.id for each in orders], day)
    today = clock.helsinki_date(clock.now())
    days = group.course_days
    return render_template(
        "groups/provider_group.html",
        group=group,
        day=day,
        today=today,
        orders=orders,
        told=len(told),
        earlier=max((each for each in days if each < day), default=None),
        later=min((each for each in days if day < each <= today), default=None),
        form=form or day_form(orders, day, told, _names(orders, group)),
        titles=titles,
    )


@bp.get("/provider/groups/<uuid:group_id>")
@requires(Permission.ATTENDANCE_TELL, on=queries.group)
def provider_group(group: Group) -> Any:
    """One group on a day: everybody who takes part, one button for all."""
    return _day_page(group, _asked_day(group.course_days, clock.helsinki_date(clock.now())))


@bp.post("/provider/groups/<uuid:group_id>/attendance")
@requires(Permission.ATTENDANCE_TELL, on=queries.group)
def record_group_day(group: Group) -> Any:
    """Tell who was there."""
    orders = list(queries.participants(group.id))
    first = group.course_days[0]
    form = day_form(orders, first, {}, _names(orders, group))
    if submitted(form, lambda: service.record_group_day(group, form.day.data, form.marks(), by=mandate())):
        flash(_("The attendance is saved."), "success")
        return redirect(url_for(".provider_group", group_id=group.id, day=form.day.data.isoformat()))
    return _day_page(group, form.day.data or first, form), 422


def _order_page(order: Order, **forms: Any) -> str:
    marks = queries.marks_of(order.id)
    today = clock.helsinki_date(clock.now())
    return render_template(
        "groups/provider_order.html",
        order=order,
        days=[(day, marks.get(day)) for day in sorted(days_of(order), reverse=True) if day <= today][:30],
        notices=queries.notices_of(order.id),
        day_form=forms.get("day_form") or OneDayForm(day=today),
        absences_form=forms.get("absences_form") or AbsencesForm(),
        titles=titles,
    )


@bp.get("/provider/orders/<uuid:order_id>/attendance")
@requires(Permission.ATTENDANCE_TELL, on=order_queries.order)
def order_days(order: Order) -> Any:
    """The days of one customer."""
    return _order_page(order)


@bp.post("/provider/orders/<uuid:order_id>/attendance")
@requires(Permission.ATTENDANCE_TELL, on=order_queries.order)
def record_day(order: Order) -> Any:
    """Tell whether one customer was there on a day."""
    form = OneDayForm()
    if submitted(form, lambda: service.record_day(order, form.day.data, AttendanceKind(form.kind.data), by=mandate())):
        flash(_("The attendance is saved."), "success")
        return redirect(url_for(".order_days", order_id=order.id))
    return _order_page(order, day_form=form), 422


@bp.post("/provider/orders/<uuid:order_id>/absences")
@requires(Permission.ATTENDANCE_TELL, on=order_queries.order)
def report_absences(order: Order) -> Any:
    """Tell of absences that defeat the goals."""
    form = AbsencesForm()
    if submitted(form, lambda: service.report_absences(order, form.reason.data, by=mandate())):
        flash(_("The expert is told."), "success")
        return redirect(url_for(".order_days", order_id=order.id))
    return _order_page(order, absences_form=form), 422
