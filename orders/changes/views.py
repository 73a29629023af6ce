"""Pages of amendments, one for each side of an order."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for

from core import clock
from core.i18n import gettext as _
from core.identity.forms import EmptyForm
from core.web.access import mandate, requires
from core.web.submitting import status_of, submitted
from orders import queries as orders
from orders.changes import limits, queries, service
from orders.changes.forms import ChangeForm
from orders.changes.models import KIND_TITLES, REASON_TITLES, STATE_TITLES, STATE_TONES, OrderChange
from orders.changes.policy import Permission
from orders.models import Order

bp = Blueprint("changes", __name__)


def _page(order: Order, form: Any = None, answer: Any = None) -> Any:
    side = service.side_of(mandate())
    form = form or ChangeForm(formdata=None).offer_choices(order)
    return render_template(
        "changes/changes.html",
        order=order,
        side=side,
        form=form,
        answer=answer,
        now=clock.now(),
        changes=queries.changes_of(order.id),
        can_propose=bool(limits.possible(order)),
        kinds=KIND_TITLES,
        reasons=REASON_TITLES,
        states=STATE_TITLES,
        tones=STATE_TONES,
    )


def _back(order: Order) -> Any:
    return redirect(url_for(f".{service.side_of(mandate())}_changes", order_id=order.id))


def _propose(order: Order) -> Any:
    form = ChangeForm().offer_choices(order)
    if submitted(form, lambda: service.propose(order, form.proposal(), by=mandate())):
        flash(_("The proposal is sent. Nothing changes before the other side agrees."), "success")
        return _back(order)
    return _page(order, form), status_of(form)


def _answer(change: OrderChange, verb: Any, done: str) -> Any:
    form = EmptyForm()
    if submitted(form, lambda: verb(change, by=mandate())):
        flash(done, "success")
        return _back(change.order)
    return _page(change.order, answer=form), 422


@bp.route("/expert/orders/<uuid:order_id>/changes", methods=["GET", "POST"])
@requires(Permission.CHANGE_AS_EXPERT, on=orders.order)
def expert_changes(order: Order) -> Any:
    """The amendments of an order, and proposing one."""
    return _propose(order)


@bp.route("/provider/orders/<uuid:order_id>/changes", methods=["GET", "POST"])
@requires(Permission.CHANGE_AS_PROVIDER, on=orders.order)
def provider_changes(order: Order) -> Any:
    """The amendments of an order, and proposing one."""
    return _propose(order)


@bp.post("/order-changes/<uuid:order_change_id>/agree")
@requires(Permission.CHANGE_TAKE_PART, on=queries.change)
def agree(change: OrderChange) -> Any:
    """Consent: now the order changes."""
    return _answer(change, service.agree, _("The change is agreed. The order is as agreed from now on."))


@bp.post("/order-changes/<uuid:order_change_id>/refuse")
@requires(Permission.CHANGE_TAKE_PART, on=queries.change)
def refuse(change: OrderChange) -> Any:
    """Do not consent: nothing changes."""
    return _answer(change, service.refuse, _("The change is refused. The order stays as it is."))


@bp.post("/order-changes/<uuid:order_change_id>/withdraw")
@requires(Permission.CHANGE_TAKE_PART, on=queries.change)
def withdraw(change: OrderChange) -> Any:
    """Take one's own proposal back."""
    return _answer(change, service.withdraw, _("The proposal is taken back."))
