"""The expert's pages of swaps: offer a seat, answer an offer."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from core.db import db
from core.errors import RuleBroken
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.identity.forms import EmptyForm
from core.identity.models import Authority
from core.web.access import mandate, requires
from core.web.submitting import status_of, submitted
from orders import queries as order_queries
from orders.groups import lines, queries, service, titles
from orders.groups.forms import AgreeForm, SwapForm
from orders.groups.models import Group
from orders.groups.models_swaps import SeatSwap
from orders.groups.policy import Permission
from orders.groups.views import bp
from orders.models import Order


@bp.get("/expert/seat-swaps")
@requires(Permission.SWAP_LIST)
def swaps() -> Any:
    """The swaps that the expert's authority proposes or is asked."""
    actor = mandate()
    rows = queries.swaps_page(actor, request.args.get("after", type=uuid.UUID))
    shown = [lines.SwapSeen(each, actor.organisation_id) for each in rows[: queries.PAGE_SIZE]]
    more = shown[-1].swap.id if len(rows) > queries.PAGE_SIZE else None
    return render_template("groups/swaps.html", swaps=shown, more=more, titles=titles)


@bp.route("/expert/orders/<uuid:order_id>/swap", methods=["GET", "POST"])
@requires(Permission.SWAP_PROPOSE, on=order_queries.order)
def propose_swap(order: Order) -> Any:
    """Offer the seat of an order for one in another group."""
    own = queries.group(order.group_id or uuid.UUID(int=0))
    others = [each for each in order.category.system.all_buyers if each.id != order.authority_id]
    form = SwapForm().offer_choices(queries.groups_to_swap_into(order), others)
    if done := submitted(form, lambda: _proposed(order, form)):
        flash(_("The other authority is asked. You get a message when it has answered."), "success")
        return redirect(url_for(".swap", swap_id=done.id))
    return render_template("groups/swap_new.html", order=order, own=own, form=form), status_of(form)


def _proposed(order: Order, form: SwapForm) -> SeatSwap:
    wanted, asked = db.session.get_one(Group, form.group.data), db.session.get_one(Authority, form.asked.data)
    agrees = bool(form.customer_agrees.data)
    return service.propose_swap(order, wanted, asked, form.reason.data, customer_agrees=agrees, by=mandate())


def _page(swap: SeatSwap, form: AgreeForm | None = None, refused: Any = None) -> str:
    seen = lines.SwapSeen(swap, mandate().organisation_id)
    orders = queries.swappable_orders(swap.group_id, seen.reader) if seen.is_asked else []
    own = seen.own_new_order_id or seen.own_order_id
    return render_template(
        "groups/swap.html",
        swap=seen,
        own_order=order_queries.order(own) if own else None,
        form=form or AgreeForm().offer_choices(orders),
        refused=refused,
        titles=titles,
    )


@bp.get("/expert/seat-swaps/<uuid:swap_id>")
@requires(Permission.SWAP_READ, on=queries.swap)
def swap(swap: SeatSwap) -> Any:
    """One swap: which groups, by when to answer; the own order."""
    return _page(swap)


@bp.post("/expert/seat-swaps/<uuid:swap_id>/agree")
@requires(Permission.SWAP_ANSWER, on=queries.swap)
def agree_to_swap(swap: SeatSwap) -> Any:
    """Give an own seat for the offered one."""
    form = AgreeForm().offer_choices(queries.swappable_orders(swap.group_id, swap.asked_id))
    agrees = bool(form.customer_agrees.data)
    if submitted(form, lambda: service.agree_to_swap(swap, _taken(form), customer_agrees=agrees, by=mandate())):
        flash(_("The seats are swapped. The new orders are sent to the providers."), "success")
        return redirect(url_for(".swap", swap_id=swap.id))
    return _page(swap, form), 422


def _taken(form: AgreeForm) -> Order:
    found = order_queries.order(uuid.UUID(form.order.data))
    if found is None:
        raise RuleBroken(
            _l("There is no such order."), rule="not-found", field="order", next_step=_l("Choose the seat")
        )
    return found


@bp.post("/expert/seat-swaps/<uuid:swap_id>/refuse")
@requires(Permission.SWAP_ANSWER, on=queries.swap)
def refuse_swap(swap: SeatSwap) -> Any:
    """Keep the seats as they are."""
    form = EmptyForm()
    if submitted(form, lambda: service.refuse_swap(swap, by=mandate()) or True):
        flash(_("The swap is refused. The other authority gets a message."), "success")
        return redirect(url_for(".swap", swap_id=swap.id))
    return _page(swap, refused=form), 422
