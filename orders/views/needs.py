"""The expert's pages of needs: state one, see what fits, let the customer choose or order by rule."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from core import audit, clock, policy
from core.errors import NotFound
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.identity.forms import EmptyForm
from core.web.access import mandate, requires
from core.web.submitting import status_of, submitted
from dps.offerings import queries as offering_queries
from dps.offerings.models import SERVICE_FORM_TITLES
from dps.systems.models import Category, OrderingRule
from dps.systems.production import PRODUCTION_TITLES
from orders import choice_panel, explained, goals, panels, pictures, queries, search, service, titles
from orders.fitting import Filters, Wish
from orders.forms import FilterForm, NeedForm, OrderForm, WishForm
from orders.models import ORDER_STATE_TITLES, ChoiceAnswer, ChosenBy, Goal, Need, NeedState, Order
from orders.policy import Permission
from orders.preparing import queries as preparing_queries
from orders.preparing import service as preparing
from orders.preparing.models import PreparedAnswers
from orders.preparing.policy import Permission as PreparingPermission
from orders.service.placing import BY_RULE
from orders.views import bp

#: Side by side on one screen (LOOK.md §4).
MOST_COMPARED = 4
#: So far ahead one looks who does not know yet what to look for, in days.
LOOK_AHEAD = 60


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


#: What pages before a new need may know already, and hand on in the address.
KNOWN = ("place", "goal", "form", "customer_reference", "languages", "latest_start", "is_remote", "prepared")


def _handed_on() -> dict[str, list[str]]:
    return {name: values for name, values in request.args.lists() if name in KNOWN}


def _prepared() -> PreparedAnswers | None:
    """What the customer wrote before the meeting, if the address names it and the expert may read it."""
    prepared_id = request.args.get("prepared", type=uuid.UUID)
    found = preparing_queries.prepared(prepared_id) if prepared_id else None
    if found is not None:
        policy.check(mandate(), PreparingPermission.PREPARE_READ, found)
        audit.saw("prepared_answers.answers", found, actor=mandate())
    return found


def _known(prepared: PreparedAnswers | None) -> dict[str, Any]:
    """The fields of a new need that are known: from the customer's answers, and from the address."""
    given = {name: request.args.get(name) for name in ("place", "goal", "form", "customer_reference")}
    known: dict[str, Any] = preparing.prefill(prepared) if prepared is not None else {}
    known |= {name: value for name, value in given.items() if value}
    if languages := request.args.getlist("languages"):
        known["languages"] = languages
    if latest := request.args.get("latest_start", type=date.fromisoformat):
        known["latest_start"] = latest
    return known | ({"is_remote": True} if request.args.get("is_remote") else {})


@bp.route("/expert/needs/new", methods=["GET", "POST"])
@requires(Permission.NEED_STATE)
def new_need() -> Any:
    """State what a customer needs, on one screen; what the customer prepared stands there already."""
    category, prepared = _asked_category(), _prepared()
    if category is None:
        rows = queries.categories_to_order_from(mandate().organisation_id)
        return render_template("orders/need_category.html", categories=rows, given=_handed_on())
    start = clock.helsinki_date(clock.now()) + timedelta(days=category.start_within_days)
    form = NeedForm(**({"latest_start": start, "languages": ["fi"]} | _known(prepared))).offer_choices(category)
    done = submitted(form, lambda: _state(category, form, prepared))
    if done:
        return redirect(url_for(".need", need_id=done.id))
    given = _handed_on() | {"category": [str(category.id)]}
    return render_template("orders/need_new.html", form=form, category=category, given=given), status_of(form)


def _state(category: Category, form: NeedForm, prepared: PreparedAnswers | None) -> Need:
    need = service.state_need(category, form.details(), by=mandate())
    if prepared is not None and prepared.customer_reference == need.customer_reference:
        preparing.use(prepared, need, by=mandate())
    return need


@bp.get("/expert/needs/what-fits")
@requires(Permission.NEED_STATE)
def what_fits() -> Any:
    """For a customer who does not know which service: what each fitting category has; the answer has an address."""
    categories = queries.categories_to_order_from(mandate().organisation_id)
    latest = clock.helsinki_date(clock.now()) + timedelta(days=LOOK_AHEAD)
    asks = "goal" in request.args
    known = {"latest_start": latest, "languages": ["fi"]} | _known(_prepared())
    form = WishForm(request.args if asks else None, **known).offer_choices(categories)
    found = search.summaries(list(_wishes(form, categories))) if asks and form.validate() else None
    return render_template("orders/what_fits.html", form=form, found=found, given=_handed_on())


def _wishes(form: WishForm, categories: Sequence[Category]) -> Iterator[Wish]:
    """The wish in each category that serves the goal; a place or a language it is not bought in fits nothing there."""
    for each in categories:
        if each.service_type in goals.SERVICES[Goal(form.goal.data)]:
            yield Wish(
                category=each,
                languages=form.languages.data or [],
                place=form.place.data or None,
                is_remote=form.is_remote.data or not form.place.data,
                latest_start=form.latest_start.data,
            )


def _screen(need: Need, today: date, filters: Filters, first: int) -> search.Result:
    return search.fitting(need, on=today, filters=filters, first=first, limit=search.PAGE_SIZE)


def _count(need: Need, today: date, filters: Filters, first: int, found: search.Result) -> int:
    """Asked only where the list goes on: a list that ends here counts itself."""
    if found.has_more or not found.hits:
        return search.count(need, on=today, filters=filters) if found.has_more or first else 0
    return first + len(found.hits)


def _need_page(need: Need, form: Any = None) -> str:
    audit.saw("need.customer_reference", need, actor=mandate())
    is_open = need.state is NeedState.OPEN
    now = clock.now()
    filter_form = FilterForm(request.args).offer_choices(need.category)
    filters = filter_form.filters() if is_open else Filters()
    first = max(0, request.args.get("first", 0, type=int) or 0)
    today = clock.helsinki_date(now)
    found = _screen(need, today, filters, first) if is_open else search.Result([])
    apart = search.apart(need, on=today, filters=filters) if is_open and not first else []
    customer = choice_panel.of_need(need)
    return render_template(
        "orders/need.html",
        need=need,
        count=_count(need, today, filters, first, found) if is_open else 0,
        counted=search.COUNTED,
        hits=search.shown(need, found.hits) if found.hits else [],
        apart=search.shown(need, apart) if apart else [],
        productions=PRODUCTION_TITLES,
        first=first,
        following=first + search.PAGE_SIZE if found.has_more else None,
        filter_form=filter_form,
        filters=filters,
        form=form,
        panels=panels.of_need(need, mandate()),
        order_form=form if isinstance(form, OrderForm) else OrderForm(),
        customer=customer,
        orders=queries.orders_of_need(need.id),
        budget=queries.budget(need.authority_id, need.category_id, need.latest_start.year),
        now=now,
        pictures=pictures,
        explained=explained.why_this_order(need.category, need.seed),
        customer_chooses=need.category.ordering_rule is OrderingRule.CUSTOMER_CHOICE,
        by_rule=need.category.ordering_rule in BY_RULE,
        is_ranking=need.category.ordering_rule is OrderingRule.RANKING,
        titles=titles,
        form_titles=SERVICE_FORM_TITLES,
        part_titles=titles.PART_TITLES,
        order_titles=ORDER_STATE_TITLES,
        most=service.choices.MOST_OPTIONS,
    )


@bp.get("/expert/needs/<uuid:need_id>")
@requires(Permission.NEED_READ, on=queries.need)
def need(need: Need) -> Any:
    """What fits, in the published order; what the customer answered; the order."""
    return _need_page(need)


@bp.get("/expert/needs/<uuid:need_id>/why-not")
@requires(Permission.NEED_READ, on=queries.need)
def why_not(need: Need) -> Any:
    """The services of the category that do not fit the need, counted by why."""
    return render_template("orders/why_not.html", need=need, misfits=search.misfits(need), titles=titles)


@bp.post("/expert/needs/<uuid:need_id>/compare")
@requires(Permission.NEED_READ, on=queries.need)
def pick_to_compare(need: Need) -> Any:
    """From the ticked services to the address of their comparison."""
    picked = request.form.getlist("offerings")[:MOST_COMPARED]
    return redirect(url_for(".compare", need_id=need.id, offering=picked))


@bp.get("/expert/needs/<uuid:need_id>/compare")
@requires(Permission.NEED_READ, on=queries.need)
def compare(need: Need) -> Any:
    """Up to four services side by side, also on paper; those that fit no longer are left out."""
    asked = request.args.getlist("offering", type=uuid.UUID)[:MOST_COMPARED]
    hits = [hit for each in dict.fromkeys(asked) if (hit := search.hit_of(need, each)) is not None]
    return render_template(
        "orders/compare.html",
        need=need,
        shown=search.shown(need, hits) if hits else [],
        gone=len(asked) - len(hits),
        pictures=pictures,
        promised=need.category.start_within_days,
        form_titles=SERVICE_FORM_TITLES,
        part_titles=titles.PART_TITLES,
        productions=PRODUCTION_TITLES,
        customer_chooses=need.category.ordering_rule is OrderingRule.CUSTOMER_CHOICE,
    )


@bp.post("/expert/needs/<uuid:need_id>/order")
@requires(Permission.NEED_CHANGE, on=queries.need)
def order_first(need: Need) -> Any:
    """Order what stands first by the rule, another one of a ranking with a reason, or what the customer chose."""
    form = OrderForm()
    done = submitted(form, lambda: _order(need, form))
    if done:
        flash(_("The order is sent to the provider."), "success")
        return redirect(url_for(".expert_order", order_id=done.id))
    return _need_page(need, form), 422


def _order(need: Need, form: OrderForm) -> Order:
    customer_chooses = need.category.ordering_rule is OrderingRule.CUSTOMER_CHOICE
    choice = queries.newest_choice(need.id) if customer_chooses else None
    reason = (form.deviation_reason.data or "").strip() or None
    if choice is not None and choice.answer is ChoiceAnswer.CHOSEN and choice.offering_id and choice.start_id:
        offering = offering_queries.offering_to_order(choice.offering_id)
        start = offering_queries.start(choice.start_id)
        chosen_by = ChosenBy.CUSTOMER
    else:
        hit = _hit_to_order(need, form.offering.data if reason else None)
        offering, start = offering_queries.offering_to_order(hit.offering_id), offering_queries.start(hit.start_id)
        choice, chosen_by = None, ChosenBy.RULE
    assert offering is not None
    assert start is not None
    return service.place_order(
        need, offering, start, chosen_by=chosen_by, by=mandate(), choice=choice, deviation_reason=reason
    )


@bp.post("/expert/needs/<uuid:need_id>/order-under-agreement")
@requires(Permission.NEED_CHANGE, on=queries.need)
def order_under_agreement(need: Need) -> Any:
    """Order own production or a partner's service directly, beside the published order."""
    form = OrderForm()
    done = submitted(form, lambda: _order_apart(need, form.offering.data))
    if done:
        flash(_("The order is sent to the provider."), "success")
        return redirect(url_for(".expert_order", order_id=done.id))
    return _need_page(need, form), 422


def _order_apart(need: Need, offering_id: uuid.UUID) -> Order:
    hit = _hit_to_order(need, offering_id)
    offering, start = offering_queries.offering_to_order(hit.offering_id), offering_queries.start(hit.start_id)
    assert offering is not None
    assert start is not None
    return service.place_order(need, offering, start, chosen_by=ChosenBy.AGREEMENT, by=mandate())


def _hit_to_order(need: Need, offering_id: uuid.UUID | None) -> search.Hit:
    """The first of the published order, or the one that is asked for instead of it."""
    if offering_id is not None:
        hit = search.hit_of(need, offering_id)
    else:
        hit = next(iter(search.fitting(need, limit=1).hits), None)
    if hit is None:
        raise NotFound(
            _l("No service fits this need."),
            rule="not-found",
            next_step=_l("Change the need or wait for new services."),
        )
    return hit


@bp.post("/expert/needs/<uuid:need_id>/close")
@requires(Permission.NEED_CHANGE, on=queries.need)
def close_need(need: Need) -> Any:
    """Close a need that is not ordered after all."""
    form = EmptyForm()
    if submitted(form, lambda: service.close_need(need, by=mandate())):
        flash(_("The need is closed."), "success")
        return redirect(url_for(".needs"))
    return _need_page(need, form), 422


@bp.get("/procurement/orders/deviations")
@requires(Permission.ORDER_LIST_AS_BUYER)
def departures() -> Any:
    """Where a published order of preference was departed from, and why (R3)."""
    rows = queries.departures_page(mandate().organisation_id, request.args.get("after", type=uuid.UUID))
    shown = rows[: queries.PAGE_SIZE]
    more = shown[-1].id if len(rows) > queries.PAGE_SIZE else None
    return render_template("orders/departures.html", orders=shown, more=more)
