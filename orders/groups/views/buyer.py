"""Pages of groups for who arranges them: set up, fill, cancel."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from core import clock
from core.i18n import gettext as _
from core.identity.forms import EmptyForm
from core.identity.models import Role
from core.web import nav
from core.web.access import mandate, requires
from core.web.formatting import listing
from core.web.submitting import status_of, submitted
from dps.offerings.models import OfferingStart
from orders import queries as order_queries
from orders import titles as order_titles
from orders.groups import lines, queries, service, titles
from orders.groups.forms import CancelGroupForm, GroupFilterForm, GroupForm, JoinForm, SelectionForm, TakeSeatForm
from orders.groups.models import Group, GroupState
from orders.groups.policy import Permission
from orders.groups.service import plans
from orders.groups.service.living import cancelling_costs
from orders.groups.service.queueing import takes_people
from orders.groups.views import bp
from orders.models import ORDER_STATE_TITLES

#: The bands a group may be meant for, and what they are called.
BANDS: dict[str, Any] = {
    "age_bands": order_titles.AGE_TITLES,
    "unemployment_bands": order_titles.UNEMPLOYMENT_TITLES,
    "education_bands": order_titles.EDUCATION_TITLES,
}


def list_of_groups(page: str) -> str:
    """The groups of the authority, and for experts the shared ones of partners, narrowed by the filters."""
    actor = mandate()
    form = GroupFilterForm(request.args).offer_choices(order_queries.categories_of(actor.organisation_id))
    rows = queries.groups_page(
        queries.narrowed(queries.groups_seen_by(actor), form.wanted()), request.args.get("after", type=uuid.UUID)
    )
    shown = rows[: queries.PAGE_SIZE]
    ids = [each.id for each in shown]
    offered = queries.offered_counts(ids)
    return render_template(
        "groups/list.html",
        form=form,
        groups=shown,
        page=page,
        waiting=queries.waiting_counts(ids),
        now=clock.now(),
        reader_id=actor.organisation_id,
        below=nav.under("groups.expert_groups", actor),
        free={each.id: each.seats_empty - offered.get(each.id, 0) for each in shown},
        given={name: value for name, value in request.args.items() if name != "after"},
        more=shown[-1].id if len(rows) > queries.PAGE_SIZE else None,
        titles=titles,
    )


@bp.get("/procurement/groups")
@requires(Permission.GROUP_LIST_AS_BUYER)
def procurement_groups() -> Any:
    """The groups of the authority."""
    return list_of_groups("groups.procurement_group")


def group_page(group: Group, **forms: Any) -> str:
    """One group: the course, its seats and money, the queue and the orders; to a partner its own customers only."""
    actor = mandate()
    now = clock.now()
    is_expert = actor.role is Role.EXPERT
    is_own = actor.organisation_id == group.authority_id
    queue = lines.queue_rows(group, actor.organisation_id)
    own = [row.entry for row in queue if row.entry]
    return render_template(
        "groups/group.html" if is_own else "groups/shared.html",
        group=group,
        queue=queue,
        selections=queries.selections_of(group.id),
        seats=lines.seat_rows(group, actor.organisation_id),
        municipalities=queries.seats_by_municipality(group.id, actor.organisation_id),
        free=queries.seats_free(group),
        takes_people=takes_people(group),
        costs=cancelling_costs(group, clock.helsinki_date(now)) if is_own and takes_people(group) else 0,
        may_swap=is_expert and group.state is GroupState.OPEN and len(group.category.system.all_buyers) > 1,
        is_open_to_partners=now > group.own_until,
        today=clock.helsinki_date(now),
        is_expert=is_expert,
        may_run=actor.role in (Role.EXPERT, Role.COORDINATOR),
        bands={
            name: listing(names[kind] for kind in names if kind.value in getattr(group, name)) or None
            for name, names in BANDS.items()
        },
        join_form=forms.get("join_form")
        or JoinForm().offer_choices(queries.open_needs_for(actor, group) if is_expert else []),
        seat_forms={each.id: TakeSeatForm(prefix=each.id.hex) for each in own} | forms.get("seat_forms", {}),
        selection_forms={each.id: SelectionForm(prefix=each.id.hex) for each in own} | forms.get("selection_forms", {}),
        cancel_form=forms.get("cancel_form") or CancelGroupForm(),
        form=forms.get("form"),
        titles=titles,
        order_titles=order_titles,
        order_states=ORDER_STATE_TITLES,
    )


def home(group: Group) -> str:
    """The group's own page, of the reader."""
    endpoint = ".expert_group" if mandate().role is Role.EXPERT else ".procurement_group"
    return url_for(endpoint, group_id=group.id)


@bp.get("/procurement/groups/<uuid:group_id>")
@requires(Permission.GROUP_READ_AS_BUYER, on=queries.group)
def procurement_group(group: Group) -> Any:
    """One group, for the coordinator."""
    return group_page(group)


@bp.get("/procurement/groups/new")
@requires(Permission.GROUP_PLAN)
def new_group() -> Any:
    """Choose the start whose seats are ordered."""
    today = clock.helsinki_date(clock.now())
    return render_template("groups/starts.html", starts=queries.starts_to_buy(mandate().organisation_id, today))


@bp.route("/procurement/groups/new/<uuid:start_id>", methods=["GET", "POST"])
@requires(Permission.GROUP_SET_UP, on=queries.start)
def set_up(start: OfferingStart) -> Any:
    """Order seats of a start for a group."""
    first, today = start.starts_on, clock.helsinki_date(clock.now())
    release_on = max(today, first - timedelta(days=3))
    form = GroupForm(
        seats_min=1,
        seats_max=start.seats_left,
        last_day=first + timedelta(days=start.offering.duration_days - 1),
        days=["0", "1", "2", "3", "4"],
        languages=start.offering.languages[:1],
        place=next(iter(start.offering.places), ""),
        is_remote=not start.offering.places,
        own_until=plans.own_until(start, release_on, today),
        release_on=release_on,
    ).offer_choices(start)
    if done := submitted(form, lambda: service.set_up(start, form.details(), by=mandate())):
        flash(
            _("The group is set up. Its seats and money are held. Open it when the queue may have the seats."),
            "success",
        )
        return redirect(home(done))
    return render_template("groups/set_up.html", form=form, start=start), status_of(form)


def _act(group: Group, verb: Any, done: str) -> Any:
    form = EmptyForm()
    if submitted(form, lambda: verb(group, by=mandate())) is not None:
        flash(done, "success")
        return redirect(home(group))
    return group_page(group, form=form), 422


@bp.post("/procurement/groups/<uuid:group_id>/open")
@requires(Permission.GROUP_RUN, on=queries.group)
def open_group(group: Group) -> Any:
    """Let the queue have the seats."""
    return _act(group, service.open_group, _("The group is open. Free seats are kept for those next in line."))


@bp.post("/procurement/groups/<uuid:group_id>/offer-seats")
@requires(Permission.GROUP_RUN, on=queries.group)
def offer_seats(group: Group) -> Any:
    """Keep free seats for the next in line."""
    return _act(
        group,
        lambda group, by: service.offer_seats(group, by=by) or True,
        _("Free seats are kept for those next in line."),
    )


@bp.post("/procurement/groups/<uuid:group_id>/begin")
@requires(Permission.GROUP_RUN, on=queries.group)
def begin(group: Group) -> Any:
    """The course begins."""
    return _act(group, service.begin, _("The course has begun."))


@bp.post("/procurement/groups/<uuid:group_id>/end")
@requires(Permission.GROUP_RUN, on=queries.group)
def end(group: Group) -> Any:
    """The course is over."""
    return _act(group, service.end, _("The course is over."))


@bp.post("/procurement/groups/<uuid:group_id>/cancel")
@requires(Permission.GROUP_RUN, on=queries.group)
def cancel(group: Group) -> Any:
    """Give the group up before it begins."""
    form = CancelGroupForm()
    if submitted(form, lambda: service.cancel_group(group, form.reason.data, by=mandate(), fee=form.agreed())):
        flash(_("The group is cancelled. Everybody gets a message."), "success")
        return redirect(home(group))
    return group_page(group, cancel_form=form), 422
