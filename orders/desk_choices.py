"""Questions of customers on the expert's desk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from flask import url_for

from core import clock
from core.i18n import gettext as _
from core.i18n import localized
from core.identity.mandates import Mandate
from core.web.desk import Act
from orders import queries


def for_expert(mandate: Mandate, today: date) -> Iterator[Act]:
    """A question a need, the oldest first."""
    seen = set()
    for question in queries.waiting_questions(mandate.person_id):
        need = question.need
        if need.id not in seen:
            seen.add(need.id)
            yield Act(
                title=_("Need %(number)s: the customer asks you something", number=need.reference),
                text=localized(need.category, "name"),
                href=url_for("orders.questions", need_id=need.id),
                due_on=clock.helsinki_date(question.asked_at),
                button_label=_("Read"),
                aria_label=_("Read the question of need %(number)s", number=need.reference),
            )
