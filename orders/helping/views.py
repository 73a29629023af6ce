"""Pages of who helps another authority by an access right."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from core import clock
from core.i18n import gettext as _
from core.identity.forms import EmptyForm
from core.identity.grants import queries as grant_queries
from core.identity.grants import scopes, using
from core.identity.grants.models import Task
from core.identity.grants.queries import GrantInForce
from core.web.access import mandate, requires
from core.web.submitting import submitted
from orders import titles as order_titles
from orders.groups import queries as groups
from orders.groups import service
from orders.groups import titles as group_titles
from orders.groups.forms import CancelGroupForm
from orders.groups.models import Group
from orders.groups.service.living import cancelling_costs
from orders.groups.service.queueing import takes_people
from orders.helping import queries, seen
from orders.helping.policy import Permission
from orders.models import ORDER_STATE_TITLES

bp = Blueprint("helping", __name__)


@bp.get("/joint/groups-to-fill")
@requires(Permission.GROUP_HELP_LIST)
def groups_to_fill() -> Any:
    """The groups of other authorities that one may run."""
    actor = mandate()
    given = queries.grants_for(actor, Task.FILL_GROUPS)
    rows = queries.groups_page(given, request.args.get("after", type=uuid.UUID))
    using.note(actor, given)
    shown = rows[: queries.PAGE_SIZE]
    ids = [each.id for each in shown]
    offered = groups.offered_counts(ids)
    return render_template(
        "helping/groups.html",
        groups=shown,
        free={each.id: each.seats_empty - offered.get(each.id, 0) for each in shown},
        more=shown[-1].id if len(rows) > queries.PAGE_SIZE else None,
        titles=group_titles,
    )


def _page(group: Group, **forms: Any) -> str:
    today = clock.helsinki_date(clock.now())
    takes = takes_people(group)
    return render_template(
        "helping/group.html",
        group=group,
        queue=seen.queue_of(group),
        free=groups.seats_free(group),
        takes_people=takes,
        costs=cancelling_costs(group, today) if takes else 0,
        today=today,
        cancel_form=forms.get("cancel_form") or CancelGroupForm(),
        form=forms.get("form"),
        titles=group_titles,
    )


@bp.get("/joint/groups-to-fill/<uuid:group_id>")
@requires(Permission.GROUP_HELP, on=groups.group)
def group(group: Group) -> Any:
    """Another authority's group: its seats, and its line without its customers."""
    return _page(group)


def _act(group: Group, verb: Any, done: str) -> Any:
    form = EmptyForm()
    if submitted(form, lambda: verb(group, by=mandate()) or True):
        flash(done, "success")
        return redirect(url_for(".group", group_id=group.id))
    return _page(group, form=form), 422


@bp.post("/joint/groups-to-fill/<uuid:group_id>/open")
@requires(Permission.GROUP_HELP, on=groups.group)
def open_group(group: Group) -> Any:
    """Let the queue have the seats."""
    return _act(group, service.open_group, _("The group is open. Free seats are kept for those next in line."))


@bp.post("/joint/groups-to-fill/<uuid:group_id>/offer-seats")
@requires(Permission.GROUP_HELP, on=groups.group)
def offer_seats(group: Group) -> Any:
    """Keep free seats for the next in line."""
    return _act(group, service.offer_seats, _("Free seats are kept for those next in line."))


@bp.post("/joint/groups-to-fill/<uuid:group_id>/begin")
@requires(Permission.GROUP_HELP, on=groups.group)
def begin(group: Group) -> Any:
    """The course begins."""
    return _act(group, service.begin, _("The course has begun."))


@bp.post("/joint/groups-to-fill/<uuid:group_id>/end")
@requires(Permission.GROUP_HELP, on=groups.group)
def end(group: Group) -> Any:
    """The course is over."""
    return _act(group, service.end, _("The course is over."))


@bp.post("/joint/groups-to-fill/<uuid:group_id>/cancel")
@requires(Permission.GROUP_HELP, on=groups.group)
def cancel(group: Group) -> Any:
    """Give the group up before it begins."""
    form = CancelGroupForm()
    if submitted(form, lambda: service.cancel_group(group, form.reason.data, by=mandate(), fee=form.agreed())):
        flash(_("The group is cancelled. Everybody gets a message."), "success")
        return redirect(url_for(".group", group_id=group.id))
    return _page(group, cancel_form=form), 422


@bp.get("/joint/orders")
@requires(Permission.JOINT_ORDER_LIST)
def orders() -> Any:
    """The orders that another authority lets one follow, of one access right at a time."""
    actor = mandate()
    given = queries.grants_for(actor, Task.FOLLOW_ORDERS)
    wanted = request.args.get("grant", type=uuid.UUID)
    chosen: GrantInForce | None = next((each for each in given if wanted in (None, each.id)), None)
    rows = queries.orders_by(chosen, request.args.get("after", type=uuid.UUID)) if chosen else []
    using.note(actor, [chosen] if chosen else [])
    named = grant_queries.named([each.id for each in given])
    return render_template(
        "helping/orders.html",
        orders=rows[: queries.PAGE_SIZE],
        grants=named,
        things=scopes.titles(named),
        chosen=next((each for each in named if chosen and each.id == chosen.id), None),
        more=rows[queries.PAGE_SIZE - 1].id if len(rows) > queries.PAGE_SIZE else None,
        states=ORDER_STATE_TITLES,
        titles=order_titles,
    )
