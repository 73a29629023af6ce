"""What the clock does to orders."""

from __future__ import annotations

import uuid
from datetime import timedelta

from core import clock, jobs
from core.db import transaction
from orders import queries, service
from orders.service.placing import OFFER_NEXT

EXPIRE_ONE = "orders.expire_one"
REMIND_ONE = "orders.remind_one"
END_PAUSE = "orders.end_pause"


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


@jobs.periodic("orders.follow", every=timedelta(minutes=30))
@transaction
def promise_following() -> None:
    """Promise a job for each order whose time for the next step is over, and for each pause that is over."""
    now = clock.now()
    for order_id, state in queries.overdue_orders(now):
        jobs.add(REMIND_ONE, at=now, key=f"{REMIND_ONE}:{order_id}:{state}:{now.date()}", order_id=order_id)
    for order_id in queries.pauses_over(clock.helsinki_date(now)):
        jobs.add(END_PAUSE, at=now, key=f"{END_PAUSE}:{order_id}:{now.date()}", order_id=order_id)


@jobs.job(REMIND_ONE)
def remind_one(order_id: str) -> None:
    """Remind both sides once; a second run finds nothing to do."""
    order = queries.order(uuid.UUID(order_id))
    if order is not None:
        service.remind(order)


@jobs.job(END_PAUSE)
def end_pause(order_id: str) -> None:
    """Let a service go on after its pause; a second run finds nothing to do."""
    order = queries.order(uuid.UUID(order_id))
    if order is not None:
        service.end_pause(order)
