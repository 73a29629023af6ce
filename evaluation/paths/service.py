"""The verbs of paths: ask for a count, count, publish what may be told to everybody."""

from __future__ import annotations

import uuid
from datetime import datetime
from decimal import Decimal
from functools import partial

from sqlalchemy import update

from core import audit, clock, jobs, law
from core.db import db, new_id, transaction
from core.errors import WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from evaluation import gates
from evaluation.paths import counting, queries, rules
from evaluation.paths.models import PathRun, PublishedPath

ASKED = audit.declare("path_run.asked", "frozen_on")
COUNTED = audit.declare("path_run.counted", "customers")
FAILED = audit.declare("path_run.failed", "reason")
PUBLISHED = audit.declare("path_run.published", "months", "ways")
COUNT = "paths.count"


@transaction
def ask(*, by: Mandate | None) -> PathRun:
    """Have the paths counted in the background.

    :raises WrongState: a count is under way
    """
    now = clock.now()
    if queries.running() is not None:
        raise WrongState(
            _l("The paths are being counted already."),
            rule="path-state",
            next_step=_l("Wait until the count is ready."),
        )
    run = PathRun(
        id=new_id(), asked_by=by.person_id if by else None, asked_at=now, frozen_on=clock.helsinki_date(now), doing=""
    )
    db.session.add(run)
    db.session.flush()
    audit.record(ASKED, subject=run, actor=by, at=now, frozen_on=run.frozen_on)
    jobs.add(COUNT, at=now, key=f"{COUNT}:{run.id}", run_id=run.id)
    return run


def tell_progress(run_id: uuid.UUID, share: float, doing: str) -> None:
    """Write down how far a count is, at once and outside its transaction: others look at it meanwhile."""
    statement = update(PathRun).where(PathRun.id == run_id).values(share=Decimal(f"{share:.3f}"), doing=doing)
    with db.engine.begin() as connection:
        connection.execute(statement)


@transaction
def count(run: PathRun) -> None:
    """Count; a second run of the job finds it done."""
    if run.finished_at is not None:
        return
    smallest = int(law.number("R119.smallest_cell", run.frozen_on))
    run.customers = counting.count(run.id, run.frozen_on, smallest, partial(tell_progress, run.id))
    run.share, run.doing, run.finished_at = Decimal(1), "", clock.now()
    queries.drop_rows(run.id)
    db.session.flush()
    audit.record(COUNTED, subject=run, actor=None, at=run.finished_at, customers=run.customers)
    publish(run, smallest)


@transaction
def give_up(run: PathRun, reason: str) -> None:
    """The last try has failed: the next count may begin."""
    if run.finished_at is not None:
        return
    run.finished_at, run.failed = clock.now(), reason
    audit.record(FAILED, subject=run, actor=None, at=run.finished_at, reason=reason)


def is_release_due(last: datetime | None, run: PathRun) -> bool:
    """Whether a release day has passed since the public figures changed last (R119)."""
    day = gates.release_day(run.frozen_on, int(law.number("R119.release_months", run.frozen_on)))
    return last is None or clock.helsinki_date(last) < day


@transaction
def publish(run: PathRun, smallest: int) -> None:
    """Put what everybody may read in the place of the old, on release days and in steps of the gate (R119)."""
    now = clock.now()
    if not is_release_due(queries.last_published(), run):
        return
    for months in rules.WINDOWS:
        before = {each.way: each for each in queries.published(months)}
        fresh = rules.of_all(queries.ways(run.id, None, months, None), smallest)
        told = rules.in_steps(
            {(tuple(each.steps), each.end): each.people for each in before.values()},
            [(way, each.customers) for way, each in fresh.items()],
            smallest,
        )
        for way, people in told.items():
            name = "/".join([*way[0], way[1]])
            row = before.get(name)
            if row is None:
                row = PublishedPath(months=months, way=name, steps=list(way[0]), end=way[1])
                db.session.add(row)
            row.people, row.published_at = people, now
        db.session.flush()
        audit.record(PUBLISHED, subject=run, actor=None, at=now, months=months, ways=len(told))
