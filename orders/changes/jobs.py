"""What the clock does to amendments."""

from __future__ import annotations

import uuid
from datetime import timedelta

from core import clock, jobs
from core.db import transaction
from orders.changes import queries, service

LAPSE_ONE = "changes.lapse_one"
BEGIN_PAUSE = "changes.begin_pause"


@jobs.periodic("changes.follow", every=timedelta(minutes=30))
@transaction
def promise_following() -> None:
    """Promise a job for each proposal nobody answered, and each agreed pause whose day has come."""
    now = clock.now()
    for change_id in queries.lapsed(now):
        jobs.add(LAPSE_ONE, at=now, key=f"{LAPSE_ONE}:{change_id}", change_id=change_id)
    for change_id in queries.pauses_to_begin(clock.helsinki_date(now)):
        jobs.add(BEGIN_PAUSE, at=now, key=f"{BEGIN_PAUSE}:{change_id}", change_id=change_id)


@jobs.job(LAPSE_ONE)
def lapse_one(change_id: str) -> None:
    """Close a proposal that nobody answered; a second run finds nothing to do."""
    change = queries.change(uuid.UUID(change_id))
    if change is not None:
        service.lapse(change)


@jobs.job(BEGIN_PAUSE)
def begin_pause(change_id: str) -> None:
    """Begin an agreed pause; a second run finds nothing to do."""
    change = queries.change(uuid.UUID(change_id))
    if change is not None:
        service.begin_pause(change)
