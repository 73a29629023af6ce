"""What the clock does to money: silent disputes, lapsed results and requests, orders paid for. Each in a transaction
of its own, each harmless when run twice."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import timedelta

from core import clock, jobs
from core.db import db, transaction
from orders.models import Dispute, Order
from orders.money import queries, service
from orders.money.models import OutcomePayment, OverBudgetRequest

LET_STAND = "money.let_proposal_stand"
LAPSE_OUTCOME = "money.lapse_outcome"
LAPSE_REQUEST = "money.lapse_request"
CLOSE_ORDER = "money.close_order"


def _promise(name: str, ids: Iterable[uuid.UUID]) -> None:
    now = clock.now()
    for each in ids:
        jobs.add(name, at=now, key=f"{name}:{each}@{clock.helsinki_date(now)}", row_id=each)


@jobs.periodic("money.look", every=timedelta(hours=1))
@transaction
def look() -> None:
    """Promise a job for everything whose time is over."""
    now = clock.now()
    today = clock.helsinki_date(now)
    _promise(LET_STAND, queries.silent_disputes(now))
    _promise(LAPSE_OUTCOME, queries.lapsed_outcomes(today))
    _promise(LAPSE_REQUEST, queries.lapsed_over_budget(today))
    _promise(CLOSE_ORDER, queries.orders_to_close(now - service.invoicing.CLOSE_AFTER))


@jobs.job(LET_STAND)
def let_stand(row_id: str) -> None:
    """The provider was silent: the expert's proposal stands."""
    if row := db.session.get(Dispute, uuid.UUID(row_id)):
        service.let_proposal_stand(row)


@jobs.job(LAPSE_OUTCOME)
def lapse_outcome(row_id: str) -> None:
    """Nobody claimed the result in time: its money is free."""
    if row := db.session.get(OutcomePayment, uuid.UUID(row_id)):
        service.lapse_outcome(row)


@jobs.job(LAPSE_REQUEST)
def lapse_request(row_id: str) -> None:
    """The start came before the decision."""
    if row := db.session.get(OverBudgetRequest, uuid.UUID(row_id)):
        service.lapse_request(row)


@jobs.job(CLOSE_ORDER)
def close_order(row_id: str) -> None:
    """Everything is invoiced and no result is open."""
    if row := db.session.get(Order, uuid.UUID(row_id)):
        service.close_paid_order(row)
