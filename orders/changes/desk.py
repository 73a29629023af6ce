"""Proposals that wait for an answer, on the desks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from flask import url_for

from core import clock
from core.i18n import gettext as _
from core.identity.mandates import Mandate
from core.web.desk import Act, Due
from orders.changes import queries, service
from orders.changes.models import KIND_TITLES


def to_answer(mandate: Mandate, today: date) -> Iterator[Act]:
    """Changes the other side proposes, each with its last day."""
    for change in queries.waiting_for(mandate, clock.now()):
        day = clock.helsinki_date(change.answer_by)
        left = clock.working_days_between(today, day, clock.supplier_days)
        number = change.order.reference
        yield Act(
            title=_("Order %(number)s: a change is proposed", number=number),
            text=str(KIND_TITLES[change.kind]),
            href=url_for(f"changes.{service.side_of(mandate)}_changes", order_id=change.order_id),
            due_on=day,
            due=Due.in_working_days(left, limit=max(1, left + 1)),
            button_label=_("Write the answer"),
            aria_label=_("Answer the proposed change of the order %(number)s", number=number),
        )
