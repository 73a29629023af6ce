"""Erasing what customers wrote, some days after the meeting (R112)."""

from __future__ import annotations

import uuid
from datetime import timedelta

from core import clock, jobs
from core.db import transaction
from orders.preparing import queries, service

ERASE_ONE = "preparing.erase_one"


@jobs.periodic("preparing.erase", every=timedelta(hours=6))
@transaction
def promise_erasing() -> None:
    """Promise one job for each preparation that is old enough."""
    now = clock.now()
    for prepared_id in queries.to_erase(now - service.erased_after(clock.helsinki_date(now))):
        jobs.add(ERASE_ONE, at=now, key=f"{ERASE_ONE}:{prepared_id}", prepared_id=prepared_id)


@jobs.job(ERASE_ONE)
def erase_one(prepared_id: str) -> None:
    """Erase one; a second run finds nothing to do."""
    prepared = queries.prepared(uuid.UUID(prepared_id))
    if prepared is not None:
        service.erase(prepared)
