"""Opening the outcomes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from flask import Flask, url_for

from core import policy
from core.i18n import gettext as _
from core.i18n import localized
from core.identity.mandates import Mandate
from core.identity.models import Role
from core.web import workspaces
from core.web.desk import Act
from evaluation import measures
from evaluation.outcomes import queries
from evaluation.outcomes.api import outcomes
from evaluation.outcomes.policy import RULES
from evaluation.outcomes.service import WINDOW_MONTHS


def for_expert(mandate: Mandate, today: date) -> Iterator[Act]:
    """Results to be recorded three months after the planned end."""
    for order in queries.outcomes_due(mandate.person_id, today):
        yield Act(
            title=_("Order %(number)s: where is the customer now?", number=order.reference),
            text=f"{localized(order.category, 'name')}, {order.supplier.name}",
            href=url_for("evaluation.order_evaluation", order_id=order.id),
            due_on=measures.months_after(order.planned_end_on, WINDOW_MONTHS),
            button_label=_("Record"),
            aria_label=_("Record the result of order %(number)s", number=order.reference),
        )


def init_app(app: Flask, register_api: Callable[[Any], None]) -> None:
    """Permissions, operations, desk."""
    policy.merge(RULES)
    register_api(outcomes)
    workspaces.contribute(for_expert, Role.EXPERT)
