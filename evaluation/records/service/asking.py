"""A computation in the background: asked for, told how far it is, ended."""

from __future__ import annotations

import uuid
from decimal import Decimal

from sqlalchemy import update

from core import audit, clock, jobs
from core.db import db, new_id, transaction
from core.errors import WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from evaluation.records import queries
from evaluation.records.models import ReleaseRun, ReleaseState, RunKind

ASKED = audit.declare("release_run.asked")
ENDED = audit.declare("release_run.ended", "release")
JOB = "evaluation.freeze"


@transaction
def ask(*, by: Mandate | None = None) -> ReleaseRun:
    """Ask for a new release.

    :raises WrongState: one is being computed, or one is in its preview and no fact of it was put right
    """
    if queries.unfinished_run() is not None:
        raise WrongState(
            _l("A release is being computed already."),
            rule="evaluation-release",
            next_step=_l("Wait until it is done."),
        )
    preview = queries.release_in(ReleaseState.PREVIEW)
    if preview is not None and not queries.has_accepted_corrections(preview):
        raise WrongState(
            _l("Suppliers are looking at a release now, and no fact of it was put right."),
            rule="evaluation-preview",
            next_step=_l("Wait until it is published."),
        )
    now = clock.now()
    run = ReleaseRun(id=new_id(), kind=RunKind.FREEZE, asked_by=by.person_id if by else None, asked_at=now)
    db.session.add(run)
    db.session.flush()
    jobs.add(JOB, at=now, key=f"{JOB}:{run.id}", run_id=run.id)
    audit.record(ASKED, subject=run, actor=by, at=now)
    return run


def tell_progress(run_id: uuid.UUID, share: float, doing: str) -> None:
    """Write down how far a computation is, at once and outside its transaction: others look at it meanwhile."""
    statement = update(ReleaseRun).where(ReleaseRun.id == run_id).values(share=Decimal(f"{share:.3f}"), doing=doing)
    with db.engine.begin() as connection:
        connection.execute(statement)


@transaction
def end(run: ReleaseRun, release_id: uuid.UUID | None, failed: str | None = None) -> None:
    """Write down how a computation ended."""
    now = clock.now()
    run.finished_at, run.release_id, run.failed = now, release_id, failed
    run.share = Decimal(1) if release_id else run.share
    db.session.flush()
    audit.record(ENDED, subject=run, actor=None, at=now, release=release_id)
