"""What money puts on the desks: one question each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from flask import url_for

from core import clock
from core.i18n import gettext as _
from core.i18n import localized
from core.identity.mandates import Mandate
from core.web.desk import Act, Due
from core.web.formatting import money
from orders.money import queries

#: Evidence and parts of a price are looked at within so many days.
READ_WITHIN = timedelta(days=14)
#: A payment for a result is on the provider's desk this long before it lapses.
CLAIM_SOON = timedelta(days=60)


def _due(day: date, today: date) -> Due:
    left = clock.working_days_between(today, day, clock.authority_days)
    return Due.in_working_days(left, limit=max(1, left + 1))


def parts_for_expert(mandate: Mandate, today: date) -> Iterator[Act]:
    """Start fees and milestones reported while the service goes on."""
    for line in queries.parts_to_accept(mandate.person_id):
        due_on = clock.helsinki_date(line.reported_at) + READ_WITHIN
        yield Act(
            title=_("Order %(number)s: a part to be accepted", number=line.order.reference),
            text=f"{localized(line.order.category, 'name')}, {money(line.amount)}",
            href=url_for("orders.expert_order", order_id=line.order_id),
            due_on=due_on,
            due=_due(due_on, today),
            button_label=_("Open"),
            aria_label=_("Open the order %(number)s", number=line.order.reference),
        )


def results_for_expert(mandate: Mandate, today: date) -> Iterator[Act]:
    """Results claimed with evidence."""
    for payment in queries.outcomes_to_confirm(mandate.person_id):
        assert payment.claimed_at is not None
        due_on = clock.helsinki_date(payment.claimed_at) + READ_WITHIN
        yield Act(
            title=_("Order %(number)s: evidence of a result", number=payment.order.reference),
            text=f"{localized(payment.order.category, 'name')}, {money(payment.amount)}",
            href=url_for("orders.expert_order", order_id=payment.order_id),
            due_on=due_on,
            due=_due(due_on, today),
            button_label=_("Read"),
            aria_label=_("Read the evidence of order %(number)s", number=payment.order.reference),
        )


def disputes_for_provider(mandate: Mandate, today: date) -> Iterator[Act]:
    """Disputed reports that wait for an answer."""
    for dispute in queries.disputes_of_supplier(mandate.organisation_id):
        due_on = clock.helsinki_date(dispute.answer_by)
        yield Act(
            title=_("Order %(number)s: answer the dispute", number=dispute.order.reference),
            text=localized(dispute.order.category, "name"),
            href=url_for("money.provider_order", order_id=dispute.order_id),
            due_on=due_on,
            due=_due(due_on, today),
            button_label=_("Answer"),
            aria_label=_("Answer the dispute of order %(number)s", number=dispute.order.reference),
        )


def results_for_provider(mandate: Mandate, today: date) -> Iterator[Act]:
    """Payments for results that lapse soon."""
    for payment in queries.outcomes_to_claim(mandate.organisation_id, today + CLAIM_SOON):
        yield Act(
            title=_("Order %(number)s: claim the payment for the result", number=payment.order.reference),
            text=f"{localized(payment.order.category, 'name')}, {money(payment.amount)}",
            href=url_for("money.provider_order", order_id=payment.order_id),
            due_on=payment.claim_by,
            due=_due(payment.claim_by, today),
            button_label=_("Open"),
            aria_label=_("Open the order %(number)s", number=payment.order.reference),
        )


def requests_for_decider(mandate: Mandate, today: date) -> Iterator[Act]:
    """Orders beyond the budget that wait for a decision."""
    for wish in queries.waiting_over_budget(mandate.organisation_id):
        due_on = wish.decide_by - timedelta(days=1)
        yield Act(
            title=_("Need %(number)s: an order beyond the budget", number=wish.need.reference),
            text=f"{localized(wish.need.category, 'name')}, {money(wish.price)}",
            href=url_for("money.over_budget", over_budget_id=wish.id),
            due_on=due_on,
            due=_due(due_on, today),
            button_label=_("Decide"),
            aria_label=_("Decide on the need %(number)s", number=wish.need.reference),
        )


def disputes_for_coordinator(mandate: Mandate, today: date) -> Iterator[Act]:
    """Disputes the expert has left unsettled beyond their time."""
    for dispute in queries.late_disputes(mandate.organisation_id, today):
        assert dispute.settle_by is not None
        yield Act(
            title=_("Order %(number)s: a dispute nobody has settled", number=dispute.order.reference),
            text=f"{localized(dispute.order.category, 'name')}, {dispute.order.supplier.name}",
            href=url_for("orders.procurement_orders"),
            due_on=dispute.settle_by,
            due=_due(dispute.settle_by, today),
        )
