"""What the clock does to orders."""

from __future__ import annotations

import uuid
from datetime import timedelta

from core import clock, jobs
from core.db import transaction
from orders import queries, service
from orders.service.placing import OFFER_NEXT

EXPIRE_ONE = "orders.expire_one"


@jobs.periodic("orders.expire", every=timedelta(minutes=5))
@transaction
def promise_expiry() -> None:
    """Promise one job for each order nobody answered in time; each locks in a transaction of its own."""
    now = clock.now()
    for order_id in queries.lapsed_orders(now):
        jobs.add(EXPIRE_ONE, at=now, key=f"{EXPIRE_ONE}:{order_id}", order_id=order_id)


@jobs.job(EXPIRE_ONE)
def expire_one(order_id: str) -> None:
    """Close an order that nobody answered; a second run finds nothing to do."""
    order = queries.order(uuid.UUID(order_id))
    if order is not None:
        service.expire(order)


@jobs.job(OFFER_NEXT)
def offer_next(need_id: str) -> None:
    """Offer a declined or lapsed need to the next; a second run finds it ordered."""
    need = queries.need(uuid.UUID(need_id))
    if need is not None:
        service.offer_next(need)
