"""Working through bulk files: needs first, then one job a line; what a kill has left over is promised again."""

from __future__ import annotations

import uuid
from datetime import timedelta

from core import clock, jobs
from core.db import transaction
from orders.bulk import queries, service

#: Lines that still wait are promised again this often.
AGAIN = timedelta(minutes=5)


@jobs.job(service.STATE_NEEDS)
def state_needs(file_id: str) -> None:
    """State the needs of a file's lines."""
    if file := queries.file(uuid.UUID(file_id)):
        service.state_needs(file)


@jobs.job(service.DO_LINE)
def do_line(line_id: str) -> None:
    """Do one line; a second run finds it done."""
    if line := queries.line(uuid.UUID(line_id)):
        service.do_line(line)


@jobs.periodic("bulk.look", every=timedelta(minutes=1))
@transaction
def look() -> None:
    """Finish what is done, and promise again what has been waiting for long."""
    now = clock.now()
    slot = int(now.timestamp() // AGAIN.total_seconds())
    for file_id in queries.running_files():
        file = queries.file(file_id)
        assert file is not None
        if not service.finish(file) and file.begun_at is not None and file.begun_at < now - AGAIN:
            jobs.add(service.STATE_NEEDS, at=now, key=f"{service.STATE_NEEDS}:{file.id}:{slot}", file_id=file.id)
            service.promise_lines(file, str(slot))
