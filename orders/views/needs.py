"""The expert's pages of needs: state one, see what fits, let the customer choose or order by rule."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, request, session, url_for

from core import audit, clock
from core.errors import NotFound
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.identity.forms import EmptyForm
from core.web.access import mandate, requires
from core.web.submitting import status_of, submitted
from dps.offerings import queries as offering_queries
from dps.systems.models import Category, OrderingRule
from orders import links, pictures, queries, search, service, titles
from orders.forms import NeedForm, PickForm
from orders.models import ORDER_STATE_TITLES, ChoiceAnswer, ChosenBy, Need, NeedState, Order
from orders.policy import Permission
from orders.service.placing import BY_RULE
from orders.views import bp

#: Where the browser keeps a fresh link until the next page has shown it once.
FRESH_LINK = "fresh_choice_link"


def _asked_category() -> Category | None:
    """The category of the address, one of the authority's own."""
    wish = request.args.get("category", type=uuid.UUID)
    rows = queries.categories_to_order_from(mandate().organisation_id)
    return next((row for row in rows if row.id == wish), rows[0] if len(rows) == 1 else None)


@bp.get("/expert/needs")
@requires(Permission.NEED_LIST)
def needs() -> Any:
    """The expert's own needs, newest first."""
    rows = queries.needs_page(mandate(), request.args.get("after", type=uuid.UUID))
    shown = rows[: queries.PAGE_SIZE]
    return render_template(
        "orders/needs.html",
        needs=shown,
        choices=queries.newest_choices([each.id for each in shown]),
        more=shown[-1].id if len(rows) > queries.PAGE_SIZE else None,
        titles=titles,
    )


@bp.route("/expert/needs/new", methods=["GET", "POST"])
@requires(Permission.NEED_STATE)
def new_need() -> Any:
    """State what a customer needs, on one screen."""
    category = _asked_category()
    if category is None:
        rows = queries.categories_to_order_from(mandate().organisation_id)
        return render_template("orders/need_category.html", categories=rows)
    start = clock.helsinki_date(clock.now()) + timedelta(days=category.start_within_days)
    form = NeedForm(latest_start=start, languages=["fi"]).offer_choices(category)
    done = submitted(form, lambda: service.state_need(category, form.details(), by=mandate()))
    if done:
        return redirect(url_for(".need", need_id=done.id))
    return render_template("orders/need_new.html", form=form, category=category), status_of(form)


def _need_page(need: Need, form: Any = None) -> str:
    audit.saw("need.customer_reference", need, actor=mandate())
    is_open = need.state is NeedState.OPEN
    now = clock.now()
    result = search.fitting(need, on=clock.helsinki_date(now)) if is_open else search.Result(hits=[])
    choice, chosen = queries.newest_choice_and_supplier(need.id)
    return render_template(
        "orders/need.html",
        need=need,
        result=result,
        form=form,
        choice=choice,
        chosen=chosen,
        orders=queries.orders_of_need(need.id),
        budget=queries.budget(need.authority_id, need.category_id, need.latest_start.year),
        now=now,
        picture_of=pictures.employment,
        customer_chooses=need.category.ordering_rule is OrderingRule.CUSTOMER_CHOICE,
        by_rule=need.category.ordering_rule in BY_RULE,
        titles=titles,
        order_titles=ORDER_STATE_TITLES,
        most=service.choices.MOST_OPTIONS,
    )


@bp.get("/expert/needs/<uuid:need_id>")
@requires(Permission.NEED_READ, on=queries.need)
def need(need: Need) -> Any:
    """What fits, in the published order; what the customer answered; the order."""
    return _need_page(need)


@bp.post("/expert/needs/<uuid:need_id>/choice")
@requires(Permission.NEED_CHANGE, on=queries.need)
def make_choice(need: Need) -> Any:
    """Make the customer's link."""
    form = PickForm()
    made = submitted(form, lambda: service.offer_choice(need, _picked(form), by=mandate()))
    if made:
        session[FRESH_LINK] = [str(need.id), made.token]
        return redirect(url_for(".show_choice", need_id=need.id))
    return _need_page(need, form), 422


def _picked(form: PickForm) -> list[uuid.UUID]:
    picked = []
    for text in form.offerings.data:
        try:
            picked.append(uuid.UUID(text))
        except ValueError:
            raise NotFound(
                _l("There is no such service."), rule="not-found", next_step=_l("Look at the list anew and pick again.")
            ) from None
    return picked


@bp.get("/expert/needs/<uuid:need_id>/choice")
@requires(Permission.NEED_READ, on=queries.need)
def show_choice(need: Need) -> Any:
    """The fresh link with its QR code, shown once."""
    fresh = session.pop(FRESH_LINK, None)
    token = fresh[1] if fresh and fresh[0] == str(need.id) else None
    address = links.address("choose", token) if token else None
    picture = links.qr_code(address) if address else None
    return render_template(
        "orders/choice_link.html", need=need, choice=queries.newest_choice(need.id), address=address, picture=picture
    )


@bp.post("/expert/needs/<uuid:need_id>/order")
@requires(Permission.NEED_CHANGE, on=queries.need)
def order_first(need: Need) -> Any:
    """Order what stands first by the rule, or what the customer chose while money was short."""
    form = EmptyForm()
    done = submitted(form, lambda: _order(need))
    if done:
        flash(_("The order is sent to the provider."), "success")
        return redirect(url_for(".expert_order", order_id=done.id))
    return _need_page(need, form), 422


def _order(need: Need) -> Order:
    choice = queries.newest_choice(need.id)
    if choice is not None and choice.answer is ChoiceAnswer.CHOSEN and choice.offering_id and choice.start_id:
        offering, start = offering_queries.offering(choice.offering_id), offering_queries.start(choice.start_id)
        chosen_by = ChosenBy.CUSTOMER
    else:
        hits = search.fitting(need).hits
        if not hits:
            raise NotFound(
                _l("No service fits this need."),
                rule="not-found",
                next_step=_l("Change the need or wait for new services."),
            )
        offering, start = offering_queries.offering(hits[0].offering_id), offering_queries.start(hits[0].start_id)
        choice, chosen_by = None, ChosenBy.RULE
    assert offering is not None
    assert start is not None
    return service.place_order(need, offering, start, chosen_by=chosen_by, by=mandate(), choice=choice)


@bp.post("/expert/needs/<uuid:need_id>/close")
@requires(Permission.NEED_CHANGE, on=queries.need)
def close_need(need: Need) -> Any:
    """Close a need that is not ordered after all."""
    form = EmptyForm()
    if submitted(form, lambda: service.close_need(need, by=mandate())):
        flash(_("The need is closed."), "success")
        return redirect(url_for(".needs"))
    return _need_page(need, form), 422
