"""What lay-off plans put on the desks: one query each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from flask import url_for

from core import clock
from core.i18n import gettext as _
from core.identity.mandates import Mandate
from core.web.desk import Act
from orders.readiness import queries

#: A plan is answered within so many days: people are helped before they become job seekers.
ANSWER_WITHIN = timedelta(days=7)


def of_shares(mandate: Mandate, today: date) -> Iterator[Act]:
    """What others have shared with one's authority and wait for an answer to."""
    for share, plan in queries.shares_waiting(mandate.authority_id):
        assert plan.shared_at is not None
        yield Act(
            title=_("Answer lay-off plan %(number)s", number=plan.reference),
            text=_("%(employer)s: %(people)s people", employer=plan.employer, people=share.people),
            href=url_for("readiness.plan", plan_id=plan.id),
            due_on=clock.helsinki_date(plan.shared_at) + ANSWER_WITHIN,
            button_label=_("Answer"),
            aria_label=_("Answer lay-off plan %(number)s", number=plan.reference),
        )
