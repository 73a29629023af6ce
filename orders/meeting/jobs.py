"""What is forgotten by itself after an order's end."""

from __future__ import annotations

import uuid
from datetime import timedelta

from core import clock, jobs
from core.db import transaction
from orders import queries as orders
from orders.meeting import queries, service

ERASE_ONE = "meeting.erase_one"


@jobs.periodic("meeting.erase", every=timedelta(hours=6))
@transaction
def promise_erasing() -> None:
    """Promise a job for each ended order whose customer is still known (R113)."""
    now = clock.now()
    for order_id in queries.orders_to_erase(now):
        jobs.add(ERASE_ONE, at=now, key=f"{ERASE_ONE}:{order_id}:{now.date()}", order_id=order_id)


@jobs.job(ERASE_ONE)
def erase_one(order_id: str) -> None:
    """Forget who the customer was; a second run finds nothing."""
    order = orders.order(uuid.UUID(order_id))
    if order is not None:
        service.erase_contact(order)
