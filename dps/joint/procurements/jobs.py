"""What happens by itself: minutes, new versions that bind, the alarm about the estimate."""

from __future__ import annotations

import uuid
from datetime import timedelta

from core import clock, jobs
from dps.joint.procurements import parts, queries_due, queries_meetings, service
from dps.joint.procurements.service import meeting


@jobs.job(meeting.MAKE)
def make_minutes(meeting_id: str) -> None:
    """Make the minutes of a meeting."""
    if row := queries_meetings.meeting(uuid.UUID(meeting_id)):
        service.keep_minutes(row)


@jobs.periodic("joint.bind_running", every=timedelta(days=1))
def bind_running() -> None:
    """Versions that bind running procurements do so from their first day on."""
    for row in queries_due.bound_by_older(clock.helsinki_date(clock.now())):
        service.bind(row)


@jobs.periodic("joint.watch_estimates", every=timedelta(days=1))
def watch_estimates() -> None:
    """Raise the alarm where the orders have come near the published estimate."""
    rows = queries_due.watched()
    ordered = parts.ordered(rows)
    for row in rows:
        if row.id in ordered:
            service.raise_alarm(row, ordered[row.id])
