"""The customer's part on the expert's page of a need: what the link opened with, questions, a new link in one act."""

from __future__ import annotations

from sqlalchemy import func, select

from core import clock
from core.db import db
from core.identity.mandates import Mandate
from core.web.workspaces import SidePanel
from dps.systems.models import OrderingRule
from orders import titles
from orders.models import Choice, CustomerQuestion, Need, NeedState


def of_need(need: Need, mandate: Mandate) -> SidePanel | None:
    """Where the customer chooses: one question to the database."""
    if need.category.ordering_rule is not OrderingRule.CUSTOMER_CHOICE:
        return None
    asked = select(func.count()).where(CustomerQuestion.need_id == need.id)
    row = db.session.execute(
        select(
            Choice,
            asked.scalar_subquery(),
            asked.where(CustomerQuestion.handled_at.is_(None)).scalar_subquery(),
            func.jsonb_array_length(Choice.options),
        )
        .where(Choice.need_id == need.id)
        .order_by(Choice.id.desc())
        .limit(1)
    ).one_or_none()
    choice, questions, waiting, shown = row if row is not None else (None, 0, 0, 0)
    is_over = choice is not None and (choice.cancelled_at is not None or choice.expires_at <= clock.now())
    return SidePanel(
        "orders/_choice_panel.html",
        {
            "need": need,
            "choice": choice,
            "questions": questions,
            "waiting": waiting,
            "shown": shown,
            "is_open": need.state is NeedState.OPEN,
            "may_renew": choice is not None and (choice.answer is not None or is_over),
            "reasons": [titles.NONE_REASON_TITLES[each] for each in (choice.none_reasons if choice else [])],
        },
    )
