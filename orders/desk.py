"""What ordering puts on the desks: a handful of queries, whatever the number of rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from flask import url_for

from core import clock
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.i18n import localized
from core.identity.mandates import Mandate
from core.web.desk import Act, Due
from core.web.formatting import at_time, language_name, listing
from core.web.formatting import date as date_words
from orders import life, queries, titles
from orders.models import Choice, Need, Order, OrderState
from orders.service.following import interim_due_on, next_review

#: A review of the plan is shown so many days ahead.
REVIEW_SOON = timedelta(days=14)


def _due_on(day: date, today: date) -> Due:
    """How much time is left, in the supplier's working days."""
    left = clock.working_days_between(today, day, clock.supplier_days)
    return Due.in_working_days(left, limit=max(1, left + 1))


def for_expert(mandate: Mandate, today: date) -> Iterator[Act]:
    """Answers of customers, orders that were not taken or came to nothing, what is late, reports, plans to review."""
    for need, choice, order in queries.open_needs(mandate.person_id):
        act = _need_act(need, choice, order, today)
        if act:
            yield act
    for order in queries.due_of_expert(mandate.person_id, today):
        act = _order_act(order, today)
        if act:
            yield act


def _order_act(order: Order, today: date) -> Act | None:
    """The one thing to do about an order, if it waits for the expert."""
    due_on = life.due_on(order)
    assert due_on is not None
    number = order.reference
    if order.state is OrderState.REPORTED:
        return _for_expert(
            order,
            due_on,
            today,
            _("Order %(number)s: report to be accepted", number=number),
            button_label=_("Read"),
            aria_label=_("Read the report of order %(number)s", number=number),
        )
    if order.state is OrderState.DISPUTED:
        return _for_expert(order, due_on, today, _("Order %(number)s: a dispute to settle", number=number))
    if due_on < today and order.state in _LATE_WORDS:
        return _for_expert(order, due_on, today, str(_LATE_WORDS[order.state]) % {"number": number})
    review = next_review(order, today)
    if review is not None and review <= today + REVIEW_SOON:
        return _for_expert(order, review, today, _("Order %(number)s: the customer's plan is reviewed", number=number))
    is_near = today <= order.planned_end_on <= today + timedelta(days=queries.ENDS_SOON)
    if is_near and order.state in (OrderState.STARTED, OrderState.PAUSED):
        return _for_expert(order, order.planned_end_on, today, _("Order %(number)s ends soon", number=number))
    return None


_LATE_WORDS = {
    OrderState.ACCEPTED: _l("Order %(number)s: no first meeting has been agreed"),
    OrderState.SCHEDULED: _l("Order %(number)s: no start has been told"),
    OrderState.STARTED: _l("Order %(number)s: the final report is late"),
}


def _for_expert(order: Order, due_on: date, today: date, title: str, **words: Any) -> Act:
    shown = {
        "button_label": _("Open"),
        "aria_label": _("Open the order %(number)s", number=order.reference),
        **words,
    }
    return Act(
        title=title,
        text=f"{localized(order.category, 'name')}, {order.supplier.name}",
        href=url_for("orders.expert_order", order_id=order.id),
        due_on=due_on,
        due=_due_on(due_on, today),
        **shown,
    )


def _need_act(need: Need, choice: Choice | None, order: Order | None, today: date) -> Act | None:
    """The one thing to do about a need that is not ordered, if it waits for the expert."""
    shared: dict[str, Any] = {
        "href": url_for("orders.need", need_id=need.id),
        "text": localized(need.category, "name"),
        "button_label": _("Open"),
        "aria_label": _("Open the need %(number)s", number=need.reference),
    }
    newest_is_order = order is not None and (choice is None or choice.made_at < order.placed_at)
    if newest_is_order and order is not None and order.state in (OrderState.DECLINED, OrderState.EXPIRED):
        assert order.closed_at is not None
        title = _(
            "Need %(number)s: %(supplier)s could not take the order",
            number=need.reference,
            supplier=order.supplier.name,
        )
        return Act(title=title, due_on=clock.helsinki_date(order.closed_at), **shared)
    if newest_is_order and order is not None and order.state is OrderState.NO_SHOW:
        assert order.closed_at is not None
        title = _("Need %(number)s: the customer did not come", number=need.reference)
        return Act(title=title, due_on=clock.helsinki_date(order.closed_at), **shared)
    if choice is not None and choice.answer is not None and choice.answered_at is not None:
        title = _("Need %(number)s: %(answer)s", number=need.reference, answer=titles.ANSWER_TITLES[choice.answer])
        return Act(title=title, due_on=clock.helsinki_date(choice.answered_at), **shared)
    if choice is None and order is None:
        title = _("Need %(number)s: choose services for the customer", number=need.reference)
        return Act(title=title, due_on=max(today, clock.helsinki_date(need.made_at)), **shared)
    return None


def for_provider(mandate: Mandate, today: date) -> Iterator[Act]:
    """Orders to answer with the time left, meetings to agree, starts, interim and final reports due."""
    now = clock.now()
    orders = queries.due_of_supplier(mandate.organisation_id)
    told = queries.interim_told([order.id for order in orders if order.state is OrderState.STARTED])
    for order in orders:
        number = order.reference
        if order.state is OrderState.PLACED and order.accept_by >= now:
            yield _to_answer(order, today)
        elif order.state is OrderState.ACCEPTED:
            due_on = life.WAITS[order.state].due_on(order)
            yield _act(order, due_on, today, _("Order %(number)s: agree the first meeting", number=number))
        elif order.state is OrderState.SCHEDULED:
            yield _act(order, life.first_day(order), today, _("Order %(number)s: the service starts", number=number))
        elif order.state is OrderState.STARTED:
            interim = interim_due_on(order, today)
            if interim is not None and (order.id, next_review(order, today)) not in told:
                yield _act(order, interim, today, _("Order %(number)s: interim report", number=number))
            else:
                due_on = life.report_due_on(order)
                yield _act(order, due_on, today, _("Order %(number)s: final report", number=number))


def _words(order: Order) -> str:
    """Service, place, language and start of an order in one line."""
    place = order.need.place or _("remote")
    languages = listing([language_name(code) for code in order.need.languages])
    start = _("start %(date)s", date=date_words(order.planned_start_on))
    return " · ".join([localized(order.category, "name"), place, languages, start])


def _to_answer(order: Order, today: date) -> Act:
    day = clock.helsinki_date(order.accept_by)
    return Act(
        title=_("Order %(number)s waits for your answer", number=order.reference),
        text=_words(order),
        href=url_for("orders.provider_order", order_id=order.id),
        due_on=day,
        due=Due(bold=at_time(order.accept_by), tone="soon", share=96) if day == today else _due_on(day, today),
        button_label=_("Write the answer"),
        aria_label=_("Answer the order %(number)s", number=order.reference),
    )


def _act(order: Order, due_on: date, today: date, title: str) -> Act:
    return Act(
        title=title,
        text=_words(order),
        href=url_for("orders.provider_order", order_id=order.id),
        due_on=due_on,
        due=_due_on(due_on, today),
        button_label=_("Open"),
        aria_label=_("Open the order %(number)s", number=order.reference),
    )
