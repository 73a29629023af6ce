"""What ordering puts on the desks: a handful of queries, whatever the number of rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from flask import url_for

from core import clock
from core.i18n import gettext as _
from core.i18n import localized
from core.identity.mandates import Mandate
from core.web.desk import Act, Due
from core.web.formatting import at_time, language_name, listing
from core.web.formatting import date as date_words
from orders import queries, titles
from orders.models import Choice, Need, Order, OrderState
from orders.service.delivering import report_due_on

#: A returned or new report should be looked at within this many days.
READ_REPORT_WITHIN = 5


def _due_on(day: date, today: date) -> Due:
    """How much time is left, in the supplier's working days."""
    left = clock.working_days_between(today, day, clock.supplier_days)
    return Due.in_working_days(left, limit=max(1, left + 1))


def for_expert(mandate: Mandate, today: date) -> Iterator[Act]:
    """Answers of customers, orders that were not taken, reports to accept."""
    for need, choice, order in queries.open_needs(mandate.person_id):
        act = _need_act(need, choice, order, today)
        if act:
            yield act
    for order in queries.reports_to_accept(mandate.person_id):
        assert order.delivery is not None
        due_on = clock.helsinki_date(order.delivery.reported_at) + timedelta(days=READ_REPORT_WITHIN)
        yield Act(
            title=_("Order %(number)s: report to be accepted", number=order.reference),
            text=f"{localized(order.category, 'name')}, {order.supplier.name}",
            href=url_for("orders.expert_order", order_id=order.id),
            due_on=due_on,
            due=_due_on(due_on, today),
            button_label=_("Read"),
            aria_label=_("Read the report of order %(number)s", number=order.reference),
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
    if choice is not None and choice.answer is not None and choice.answered_at is not None:
        title = _("Need %(number)s: %(answer)s", number=need.reference, answer=titles.ANSWER_TITLES[choice.answer])
        return Act(title=title, due_on=clock.helsinki_date(choice.answered_at), **shared)
    if choice is None and order is None:
        title = _("Need %(number)s: choose services for the customer", number=need.reference)
        return Act(title=title, due_on=max(today, clock.helsinki_date(need.made_at)), **shared)
    return None


def for_provider(mandate: Mandate, today: date) -> Iterator[Act]:
    """Orders to answer with the time left, starts, reports due."""
    now = clock.now()
    for order in queries.due_of_supplier(mandate.organisation_id):
        if order.state is OrderState.PLACED and order.accept_by >= now:
            yield _to_answer(order, today)
        elif order.state is OrderState.ACCEPTED:
            yield _act(
                order, order.planned_start_on, today, _("Order %(number)s: the service starts", number=order.reference)
            )
        elif order.state is OrderState.STARTED:
            yield _act(order, report_due_on(order), today, _("Order %(number)s: final report", number=order.reference))


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
