"""Promising work inside a verb, and handing what is due to RQ."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

import structlog
from flask import current_app
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core import clock
from core.db import db, new_id, on_commit, transaction
from core.jobs.models import EntryState, OutboxEntry
from core.jobs.registry import periodic_jobs

log = structlog.get_logger()

QUEUE = "default"
#: An entry handed to RQ this long ago and still pending is handed over again: Redis may have lost it.
LOST_AFTER = timedelta(seconds=60)
_FRESH = "outbox_fresh"


def add(job: str, *, at: datetime, key: str | None = None, due_at: datetime | None = None, **arguments: Any) -> None:
    """Promise a job in the current transaction; ``arguments`` are ids and plain values.

    A ``key`` that was promised before makes this one nothing.
    """
    entry_id = new_id()
    statement = (
        insert(OutboxEntry)
        .values(
            id=entry_id,
            job=job,
            arguments={name: str(value) for name, value in arguments.items()},
            key=key,
            due_at=due_at or at,
        )
        .on_conflict_do_nothing(index_elements=["key"])
    )
    db.session.execute(statement)
    if due_at is None or due_at <= at:
        db.session().info.setdefault(_FRESH, []).append(entry_id)


def queue() -> Queue:
    """The RQ queue of this deployment."""
    connection: Redis | None = current_app.extensions.get("redis")
    if connection is None:
        connection = Redis.from_url(
            current_app.config["REDIS_URL"], socket_connect_timeout=1, retry=Retry(NoBackoff(), 0)
        )
        current_app.extensions["redis"] = connection
    return Queue(QUEUE, connection=connection)


def _hand_over(entry_ids: list[uuid.UUID]) -> None:
    line = queue()
    for entry_id in entry_ids:
        line.enqueue("core.jobs.runner.perform", str(entry_id), result_ttl=0, failure_ttl=86_400)


def hand_over_fresh(session: Session) -> None:
    """Right after the commit: try at once; the relay takes what this misses."""
    fresh: list[uuid.UUID] = session.info.pop(_FRESH, [])
    if fresh and current_app.config.get("HAND_OVER_AT_ONCE", True):
        try:
            _hand_over(fresh)
        except RedisError as error:
            log.warning("queue_unreachable", waiting=len(fresh), error=type(error).__name__)


def forget_fresh(session: Session, error: BaseException) -> None:
    session.info.pop(_FRESH, None)


@transaction
def relay(limit: int = 500) -> int:
    """Hand over what is due and was not handed over lately; returns how many."""
    now = clock.now()
    due = db.session.scalars(
        select(OutboxEntry.id)
        .where(
            OutboxEntry.state == EntryState.PENDING,
            OutboxEntry.due_at <= now,
            (OutboxEntry.enqueued_at.is_(None)) | (OutboxEntry.enqueued_at < now - LOST_AFTER),
        )
        .order_by(OutboxEntry.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    if due:
        _hand_over(list(due))
        db.session.execute(update(OutboxEntry).where(OutboxEntry.id.in_(due)).values(enqueued_at=now))
    return len(due)


@transaction
def promise_periodic() -> None:
    """Promise every periodic job once for the present slot; the key keeps several schedulers from doubling it."""
    now = clock.now()
    for each in periodic_jobs():
        slot = int(now.timestamp() // each.every.total_seconds())
        add(each.name, at=now, key=f"{each.name}@{slot}")


on_commit(after=hand_over_fresh, rolled_back=forget_fresh)
