"""Computing in the background; the modules with numpy are loaded by the job that needs them, never by a page."""

from __future__ import annotations

import uuid
from datetime import timedelta

from core import clock, jobs, law
from core.db import transaction
from evaluation.records import queries, service
from evaluation.records.models import ReleaseState
from evaluation.records.service import asking


@jobs.periodic("evaluation.refresh", every=timedelta(days=1))
def refresh_nightly() -> None:
    """Bring the running release up to date."""
    from evaluation.records.service import releasing

    releasing.refresh()


@jobs.periodic("evaluation.look", every=timedelta(days=1))
@transaction
def look() -> None:
    """Publish what everybody has seen, or compute it again where facts were put right; ask for one each quarter."""
    today = clock.helsinki_date(clock.now())
    if (release := queries.late_in_preview(today)) is not None:
        if not queries.has_accepted_corrections(release):
            service.publish(release)
        elif queries.unfinished_run() is None:
            asking.ask()
    if queries.unfinished_run() is None and queries.release_in(ReleaseState.PREVIEW) is None and is_due(today):
        asking.ask()


def is_due(today: clock.date) -> bool:
    """Whether no release was frozen since the last release date (R119: they are fixed)."""
    months = int(law.number("R119.release_months", today))
    first = today.replace(month=(today.month - 1) // months * months + 1, day=1)
    newest = queries.releases(limit=1)
    return not newest or newest[0].frozen_on is None or newest[0].frozen_on < first


def _give_up(run_id: str) -> None:
    run = queries.run(uuid.UUID(run_id))
    if run is not None and run.finished_at is None:
        asking.end(run, None, "gave up after several tries")


@jobs.job(asking.JOB, given_up=_give_up)
def freeze(run_id: str) -> None:
    """Freeze and compute a release that was asked for; a second run finds it done."""
    from evaluation.records.service import releasing

    run = queries.run(uuid.UUID(run_id))
    if run is None or run.finished_at is not None:
        return
    release = releasing.freeze(progress=lambda share, doing: asking.tell_progress(uuid.UUID(run_id), share, doing))
    asking.end(run, release.id)
