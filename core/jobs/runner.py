"""Running promised jobs: the job's effect and its being done are one transaction (I6)."""

from __future__ import annotations

import importlib
import os
import signal
import time
import uuid
from datetime import timedelta
from types import FrameType

import structlog
from flask import Flask
from redis.exceptions import RedisError
from rq import SimpleWorker
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from core import clock
from core.db import db, transaction, unit_of_work
from core.jobs import outbox
from core.jobs.models import EntryState, OutboxEntry
from core.jobs.registry import handler_of, when_given_up

log = structlog.get_logger()

MAX_ATTEMPTS = 8
_app: Flask | None = None


def _application() -> Flask:
    """The application of this process; made once (rooms sit above core, so it is found by name)."""
    global _app
    if _app is None:
        _app = importlib.import_module("app").create_app()
    return _app


def perform(entry_id: str) -> None:
    """Entry point of RQ: run one outbox entry in an application context of its own."""
    with _application().app_context():
        run_entry(uuid.UUID(entry_id))


def run_entry(entry_id: uuid.UUID) -> None:
    """Run one promise, unless it is done already or another worker has it.

    A failure is noted with the time of the next try and raised, so that RQ records it.
    """
    try:
        with unit_of_work():
            entry = db.session.scalars(
                select(OutboxEntry).where(OutboxEntry.id == entry_id).with_for_update(skip_locked=True)
            ).one_or_none()
            if entry is None or entry.state is not EntryState.PENDING:
                return
            handler_of(entry.job)(**entry.arguments)
            done_at = clock.now()
            entry.state, entry.done_at = EntryState.DONE, done_at
    except Exception as error:
        _note_failure(entry_id, error)
        raise


@transaction
def _note_failure(entry_id: uuid.UUID, error: Exception) -> None:
    entry = db.session.scalars(select(OutboxEntry).where(OutboxEntry.id == entry_id).with_for_update()).one()
    entry.attempts += 1
    entry.last_error = type(error).__name__
    entry.enqueued_at = None
    if entry.attempts >= MAX_ATTEMPTS:
        entry.state = EntryState.FAILED
        if (tell := when_given_up(entry.job)) is not None:
            tell(**entry.arguments)
    else:
        entry.due_at = clock.now() + timedelta(seconds=5 * 2**entry.attempts)


def worker_main() -> None:
    """Work until told to stop: one RQ worker in this process."""
    app = _application()
    with app.app_context():
        SimpleWorker([outbox.queue()], connection=outbox.queue().connection).work(with_scheduler=False)


def cron_main(pause: float = 1.0) -> None:
    """Relay the outbox and promise what comes round, until told to stop."""
    app = _application()
    stopped = False

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal stopped
        stopped = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    parent = os.getppid()
    while not stopped and os.getppid() == parent:
        with app.app_context():
            try:
                outbox.promise_periodic()
                outbox.relay()
            except (OperationalError, RedisError) as error:
                log.warning("cron_waits", error=type(error).__name__)
        time.sleep(pause)
