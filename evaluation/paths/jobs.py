"""Counting in the background: each week, and when a coordinator asks."""

from __future__ import annotations

import uuid
from datetime import timedelta

from core import jobs
from core.db import transaction
from evaluation.paths import queries, service


def _give_up(run_id: str) -> None:
    if run := queries.run(uuid.UUID(run_id)):
        service.give_up(run, "job-failed")


@jobs.job(service.COUNT, given_up=_give_up)
def count(run_id: str) -> None:
    """Count the paths of a run."""
    if run := queries.run(uuid.UUID(run_id)):
        service.count(run)


@jobs.periodic("paths.weekly", every=timedelta(days=7))
@transaction
def weekly() -> None:
    """Promise this week's count, unless one is under way."""
    if queries.running() is None:
        service.ask(by=None)
