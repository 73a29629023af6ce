"""Whose turn it is and how long one waits: a projection of the orders, written in the transaction of the order.

Its rows are locked after the budget and before the audit chain, one supplier at a time.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from core import clock
from core.db import db, new_id
from dps.systems.production import Production, stands_apart
from orders.models import Order, OrderState, Standing


def _add(order: Order, **counts: Any) -> None:
    """Insert the row of the order's supplier and category, or change the one that is there."""
    statement = insert(Standing).values(
        {
            "id": new_id(),
            "version": 1,
            "supplier_id": order.supplier_id,
            "category_id": order.category_id,
            "begun": 0,
            "begun_in_time": 0,
            "days_waited": 0,
            **counts,
        }
    )
    fresh = statement.excluded
    db.session.execute(
        statement.on_conflict_do_update(
            index_elements=["supplier_id", "category_id"],
            set_={
                "last_ordered_at": func.greatest(Standing.last_ordered_at, fresh.last_ordered_at),
                "begun": Standing.begun + fresh.begun,
                "begun_in_time": Standing.begun_in_time + fresh.begun_in_time,
                "days_waited": Standing.days_waited + fresh.days_waited,
            },
        )
    )


def given(order: Order) -> None:
    """An order was given to the supplier: it goes to the end of the row.

    One under an agreement on own or partners' production takes nobody's turn, not even the unit's own (I5).
    """
    if stands_apart(order.production):
        return
    _add(order, last_ordered_at=order.placed_at)


def taken_back(order: Order) -> None:
    """The order was cancelled by the city, and does not count as given: the turn is as it was before.

    Nothing where the order took no turn. The row is locked first, so that an order given at the same time is seen or
    waits.
    """
    if stands_apart(order.production):
        return
    of_both = (Standing.supplier_id == order.supplier_id, Standing.category_id == order.category_id)
    db.session.execute(select(Standing.id).where(*of_both).with_for_update())
    last = (
        select(func.max(Order.placed_at))
        .where(
            Order.supplier_id == order.supplier_id,
            Order.category_id == order.category_id,
            Order.state != OrderState.CANCELLED,
            Order.production == Production.PURCHASED,
            Order.id != order.id,
        )
        .scalar_subquery()
    )
    db.session.execute(update(Standing).where(*of_both).values(last_ordered_at=last))


def begun(order: Order, started_on: date) -> None:
    """The service began: how long the customer waited, and whether that kept the published days."""
    waited = max(0, (started_on - clock.helsinki_date(order.placed_at)).days)
    in_time = waited <= order.category.start_within_days
    _add(order, begun=1, begun_in_time=int(in_time), days_waited=waited)
