"""What the clock does to deviations."""

from __future__ import annotations

import uuid
from datetime import timedelta

from core import clock, jobs
from core.db import transaction
from orders.deviations import queries, service

LAPSE_ONE = "deviations.lapse_one"


@jobs.periodic("deviations.lapse", every=timedelta(hours=1))
@transaction
def promise_lapsing() -> None:
    """Promise one job for each deviation that nobody answered in time."""
    now = clock.now()
    for deviation_id in queries.lapsed(now):
        jobs.add(LAPSE_ONE, at=now, key=f"{LAPSE_ONE}:{deviation_id}", deviation_id=deviation_id)


@jobs.job(LAPSE_ONE)
def lapse_one(deviation_id: str) -> None:
    """Move one on; a second run finds nothing to do."""
    deviation = queries.deviation(uuid.UUID(deviation_id))
    if deviation is not None:
        service.lapse(deviation)
