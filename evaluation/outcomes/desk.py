"""What outcomes put on the desks: one question each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from flask import url_for

from core import clock
from core.i18n import gettext as _
from core.i18n import localized, ngettext
from core.identity.mandates import Mandate
from core.web.desk import Act
from evaluation.outcomes import queries
from evaluation.outcomes.models import OutcomeContradiction
from orders.models import Order

#: So many results stand on the desk one by one; more of them are one act that leads to the fast page.
ONE_BY_ONE = 3
#: A report is answered, and a contradiction settled, within so many days.
ANSWER_WITHIN = timedelta(days=14)


def due_for_expert(mandate: Mandate, today: date) -> Iterator[Act]:
    """Results to be recorded 3, 6 and 12 months after the planned end."""
    due = queries.outcomes_due(mandate.person_id, today)
    if len(due) > ONE_BY_ONE:
        more = due[ONE_BY_ONE:]
        yield Act(
            title=ngettext(
                "Where are they now? %(num)s more result to record",
                "Where are they now? %(num)s more results to record",
                len(more),
            ),
            text=_("3, 6 and 12 months after the planned end"),
            href=url_for("outcomes.where_now"),
            due_on=more[0].due_on,
            button_label=_("Record"),
            aria_label=_("Record where your customers are now"),
        )
    for each in due[:ONE_BY_ONE]:
        order = each.order
        yield Act(
            title=_("Order %(number)s: where is the customer now?", number=order.reference),
            text=f"{localized(order.category, 'name')}, {order.supplier.name}",
            href=url_for("outcomes.order_outcomes", order_id=order.id),
            due_on=each.due_on,
            button_label=_("Record"),
            aria_label=_("Record the result of order %(number)s", number=order.reference),
        )


def reports_for_expert(mandate: Mandate, today: date) -> Iterator[Act]:
    """Providers' reports to be confirmed or refused."""
    for row in queries.reports_to_answer(mandate.person_id):
        yield Act(
            title=_("Order %(number)s: the provider reports a result", number=row.order.reference),
            text=f"{localized(row.order.category, 'name')}, {row.order.supplier.name}",
            href=url_for("outcomes.report", report_id=row.id),
            due_on=clock.helsinki_date(row.reported_at) + ANSWER_WITHIN,
            button_label=_("Read"),
            aria_label=_("Read the reported result of order %(number)s", number=row.order.reference),
        )


def _contradiction(row: OutcomeContradiction) -> Act:
    return Act(
        title=_("Order %(number)s: two sources do not agree on the result", number=row.order.reference),
        text=f"{localized(row.order.category, 'name')}, {row.order.supplier.name}",
        href=url_for("outcomes.contradiction", contradiction_id=row.id),
        due_on=clock.helsinki_date(row.found_at) + ANSWER_WITHIN,
        button_label=_("Settle"),
        aria_label=_("Settle the result of order %(number)s", number=row.order.reference),
    )


def contradictions_for_expert(mandate: Mandate, today: date) -> Iterator[Act]:
    """Contradictions on the expert's own orders."""
    yield from map(_contradiction, queries.contradictions_to_settle(Order.expert_id == mandate.person_id))


def contradictions_for_coordinator(mandate: Mandate, today: date) -> Iterator[Act]:
    """All contradictions of the authority."""
    yield from map(_contradiction, queries.contradictions_to_settle(Order.authority_id == mandate.organisation_id))


def refused_for_provider(mandate: Mandate, today: date) -> Iterator[Act]:
    """Reports refused lately, to be mended."""
    since = clock.now() - ANSWER_WITHIN
    for row in queries.reports_refused(mandate.organisation_id, since):
        assert row.answered_at is not None
        yield Act(
            title=_("Order %(number)s: your report of the result was refused", number=row.order.reference),
            text=row.refusal_reason or "",
            href=url_for("outcomes.report", report_id=row.id),
            due_on=clock.helsinki_date(row.answered_at) + ANSWER_WITHIN,
            button_label=_("Open"),
            aria_label=_("Open the report of order %(number)s", number=row.order.reference),
        )
