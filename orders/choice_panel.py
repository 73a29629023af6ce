"""The customer's part on the expert's page of a need: what the link opened with, questions, a new link in one act."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from core import clock
from core.db import db
from dps.offerings.models import Offering
from dps.systems.models import OrderingRule
from orders import titles
from orders.models import Choice, CustomerQuestion, Need, NeedState
from suppliers.models import Supplier


def of_need(need: Need) -> dict[str, Any] | None:
    """Where the customer chooses: one question to the database.

    The last ``choice`` made for the need, the name of the ``supplier`` the customer chose with it, and what the part
    of the page shows beside them; ``None`` under another ordering rule.
    """
    if need.category.ordering_rule is not OrderingRule.CUSTOMER_CHOICE:
        return None
    asked = select(func.count()).where(CustomerQuestion.need_id == need.id)
    row = db.session.execute(
        select(
            Choice,
            Supplier.name,
            asked.scalar_subquery(),
            asked.where(CustomerQuestion.handled_at.is_(None)).scalar_subquery(),
            func.jsonb_array_length(Choice.options),
        )
        .outerjoin(Offering, Offering.id == Choice.offering_id)
        .outerjoin(Supplier, Supplier.id == Offering.supplier_id)
        .where(Choice.need_id == need.id)
        .order_by(Choice.id.desc())
        .limit(1)
    ).one_or_none()
    choice, supplier, questions, waiting, shown = row if row is not None else (None, None, 0, 0, 0)
    is_over = choice is not None and (choice.cancelled_at is not None or choice.expires_at <= clock.now())
    return {
        "need": need,
        "choice": choice,
        "supplier": supplier,
        "questions": questions,
        "waiting": waiting,
        "shown": shown,
        "is_open": need.state is NeedState.OPEN,
        "may_renew": choice is not None and (choice.answer is not None or is_over),
        "reasons": [titles.NONE_REASON_TITLES[each] for each in (choice.none_reasons if choice else [])],
    }
