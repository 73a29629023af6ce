"""Is it alive, can it serve, what does it measure."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, Gauge, generate_latest
from redis.exceptions import RedisError
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError

from core.audit.models import AuditHead
from core.db import db
from core.jobs import outbox
from core.jobs.models import EntryState, OutboxEntry
from core.web.access import public

bp = Blueprint("health", __name__)

OUTBOX_PENDING = Gauge("avoin_outbox_pending", "Outbox entries not done yet")
OUTBOX_FAILED = Gauge("avoin_outbox_failed", "Outbox entries given up")
AUDIT_EVENTS = Gauge("avoin_audit_events", "Sequence number of the last audit event")


@bp.get("/healthz")
@public
def alive() -> Any:
    """The process answers."""
    return jsonify(status="ok")


@bp.get("/readyz")
@public
def ready() -> Any:
    """Database and queue answer; the queue may be away for a while without loss."""
    try:
        db.session.execute(text("SELECT seq FROM audit_head"))
    except OperationalError:
        return jsonify(status="no database"), 503
    try:
        outbox.queue().connection.ping()
    except RedisError:
        return jsonify(status="no queue"), 503
    return jsonify(status="ok")


@bp.get("/metrics")
@public
def metrics() -> Any:
    """Counts for the operator's monitoring; no name, no content."""
    counts: dict[EntryState, int] = dict(
        db.session.execute(
            select(OutboxEntry.state, func.count())
            .where(OutboxEntry.state != EntryState.DONE)
            .group_by(OutboxEntry.state)
        ).all()
    )
    OUTBOX_PENDING.set(counts.get(EntryState.PENDING, 0))
    OUTBOX_FAILED.set(counts.get(EntryState.FAILED, 0))
    AUDIT_EVENTS.set(db.session.scalar(select(AuditHead.seq)) or 0)
    return Response(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)
