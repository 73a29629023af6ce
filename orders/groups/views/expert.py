"""The expert's pages of groups: find one, join its queue, take a seat, decide on students."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, redirect, request, url_for

from core import policy
from core.errors import RuleBroken
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.identity.forms import EmptyForm
from core.web.access import mandate, requires
from core.web.submitting import submitted
from orders import queries as order_queries
from orders.groups import queries, service
from orders.groups.forms import JoinForm, SelectionForm, TakeSeatForm
from orders.groups.models import Group, LeaveReason, QueueEntry
from orders.groups.policy import Permission
from orders.groups.views import bp
from orders.groups.views.buyer import group_page, home, list_of_groups
from orders.models import Need


@bp.get("/expert/groups")
@requires(Permission.GROUP_LIST_AS_EXPERT)
def expert_groups() -> Any:
    """The groups of the expert's authority and the shared ones of its partners, with their free seats."""
    return list_of_groups("groups.expert_group")


@bp.get("/expert/groups/<uuid:group_id>")
@requires(Permission.GROUP_READ_AS_EXPERT, on=queries.group)
def expert_group(group: Group) -> Any:
    """One group, for the expert."""
    return group_page(group)


@bp.post("/expert/groups/<uuid:group_id>/join")
@requires(Permission.GROUP_READ_AS_EXPERT, on=queries.group)
def join(group: Group) -> Any:
    """Put one of the expert's customers into the queue."""
    form = JoinForm().offer_choices(queries.open_needs_for(mandate(), group))
    if submitted(form, lambda: service.join(_need(form), group, by=mandate())):
        flash(_("The customer is in the queue. You get a message when a seat is kept."), "success")
        return redirect(home(group))
    return group_page(group, join_form=form), 422


def _need(form: JoinForm) -> Need:
    """The chosen need, of the expert's authority."""
    need = order_queries.need(form.need_id)
    if need is None:
        raise RuleBroken(_l("There is no such need."), rule="not-found", field="need", next_step=_l("Choose the need"))
    policy.check(mandate(), Permission.QUEUE_JOIN, need)
    return need


@bp.post("/expert/needs/<uuid:need_id>/queue")
@requires(Permission.QUEUE_JOIN, on=order_queries.need)
def join_any(need: Need) -> Any:
    """Put a customer into the queue to any group of the need's category."""
    form = EmptyForm()
    if submitted(form, lambda: service.join(need, None, by=mandate())):
        flash(_("The customer is in the queue. You get a message when a seat is kept."), "success")
    else:
        flash(" ".join(form.form_errors), "error")
    return redirect(url_for("orders.need", need_id=need.id))


def _wanted(entry: QueueEntry) -> Group | None:
    """The group of the page on which the act was done, if its queue is the entry's; the verbs ask the rest."""
    found = queries.group(request.form.get("group", type=uuid.UUID) or uuid.UUID(int=0))
    return found if found is not None and found.category_id == entry.category_id else entry.group or entry.offer


@bp.post("/expert/queue-entries/<uuid:entry_id>/take-seat")
@requires(Permission.QUEUE_CHANGE, on=queries.entry)
def take_seat(entry: QueueEntry) -> Any:
    """Order the seat for the customer."""
    form, group = TakeSeatForm(prefix=entry.id.hex), _wanted(entry)
    agrees = bool(form.customer_agrees.data)
    order = submitted(form, lambda: service.take_seat(entry, customer_agrees=agrees, by=mandate(), wanted=group))
    if order:
        flash(_("The order is sent to the provider."), "success")
        return redirect(url_for("orders.expert_order", order_id=order.id))
    return _back(entry, group, form, seat_forms={entry.id: form})


def _back(entry: QueueEntry, group: Group | None, refused: Any, **forms: Any) -> Any:
    if group is None:
        flash(" ".join(refused.form_errors), "error")
        return redirect(url_for("orders.need", need_id=entry.need_id))
    return group_page(group, **forms), 422


@bp.post("/expert/queue-entries/<uuid:entry_id>/leave")
@requires(Permission.QUEUE_CHANGE, on=queries.entry)
def leave(entry: QueueEntry) -> Any:
    """The customer waits no more."""
    form, group = EmptyForm(), _wanted(entry)
    if submitted(form, lambda: service.leave_queue(entry, LeaveReason.CUSTOMER_WITHDREW, by=mandate())):
        flash(_("The customer has left the queue."), "success")
        return redirect(home(group) if group else url_for("orders.need", need_id=entry.need_id))
    return _back(entry, group, form, form=form)


@bp.post("/expert/queue-entries/<uuid:entry_id>/select")
@requires(Permission.STUDENT_SELECT, on=queries.entry)
def select(entry: QueueEntry) -> Any:
    """The authority decides on a student."""
    form, group = SelectionForm(prefix=entry.id.hex), _wanted(entry)
    chosen = form.is_chosen.data == "yes"
    if submitted(form, lambda: service.decide_selection(entry, chosen, form.reasons.data, by=mandate(), wanted=group)):
        flash(_("The decision on the student is saved."), "success")
        return redirect(home(group) if group else url_for("orders.need", need_id=entry.need_id))
    return _back(entry, group, form, selection_forms={entry.id: form})
