"""What is forgotten by itself after an order's end."""

from __future__ import annotations

import uuid
from datetime import timedelta

from core import clock, jobs
from core.db import transaction
from orders import queries as orders
from orders.meeting import queries, service

ERASE_ONE, ERASE_WORDS = "meeting.erase_one", "meeting.erase_words"


@jobs.periodic("meeting.erase", every=timedelta(hours=6))
@transaction
def promise_erasing() -> None:
    """Promise a job for each ended order whose customer is still known, and each quiet need with words kept (R113)."""
    now = clock.now()
    for order_id in queries.orders_to_erase(now):
        jobs.add(ERASE_ONE, at=now, key=f"{ERASE_ONE}:{order_id}:{now.date()}", order_id=order_id)

    for need_id in queries.needs_to_erase(now):
        jobs.add(ERASE_WORDS, at=now, key=f"{ERASE_WORDS}:{need_id}:{now.date()}", need_id=need_id)


@jobs.job(ERASE_WORDS)
def erase_words(need_id: str) -> None:
    """Forget what the customer told for a need; a second run finds nothing."""
    need = orders.need(uuid.UUID(need_id))
    if need is not None:
        service.erase_words(need)


@jobs.job(ERASE_ONE)
def erase_one(order_id: str) -> None:
    """Forget who the customer was; a second run finds nothing."""
    order = orders.order(uuid.UUID(order_id))
    if order is not None:
        service.erase_contact(order)
