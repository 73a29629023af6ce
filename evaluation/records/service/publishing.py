"""A release becomes public: what it tells goes to the pages and to search, the one before it steps back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from core import audit, clock
from core.db import db, lock, transaction
from core.errors import WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.states import move
from evaluation.records import queries
from evaluation.records.models import ALL_YEARS, RELEASE_TRANSITIONS, Release, ReleaseRecord, ReleaseState
from evaluation.records.shown import INDEX
from orders import service as orders
from orders.models import QualityClass
from orders.service import Measured

PUBLISHED = audit.declare("release.published", "method", "inputs", "records")
SUPERSEDED = audit.declare("release.superseded", "by")
WITHDRAWN = audit.declare("release.withdrawn", "reason")


def measured(record: Any) -> Measured:
    """What search reads of a record: only what is told to anybody."""
    shown: dict[str, Any] = record.shown
    return Measured(
        supplier_id=record.supplier_id,
        category_id=record.category_id,
        orders_count=shown["customers"],
        completion=shown["completion"],
        employment=shown["outcome_3"],
        recommendation=shown["recommendation"],
        index=shown[INDEX],
        quality_class=QualityClass(shown["class"]) if shown["class"] else None,
    )


@transaction
def publish(release: Release, *, by: Mandate | None = None) -> None:
    """Publish a release whose preview is over.

    :raises WrongState: suppliers still have time to comment and correct, or wait for an answer, or facts were put right
    """
    lock(release)
    now = clock.now()
    today = clock.helsinki_date(now)
    if release.preview_until is not None and today <= release.preview_until:
        raise WrongState(
            _l("Suppliers have time to comment and correct until %(date)s.", date=_day(release.preview_until)),
            rule="evaluation-preview",
            next_step=_l("The release is published by itself when the time is over."),
        )
    if queries.has_open_corrections():
        raise WrongState(
            _l("Suppliers wait for answers to what they say is wrong."),
            rule="evaluation-preview",
            next_step=_l("Answer them first."),
        )
    if queries.has_accepted_corrections(release):
        raise WrongState(
            _l("Facts of this release were put right."),
            rule="evaluation-preview",
            next_step=_l("Compute the figures again first."),
        )
    previous = queries.release_in(ReleaseState.PUBLISHED)
    if previous is not None:
        move(previous, RELEASE_TRANSITIONS, "supersede")
        db.session.flush()
        audit.record(SUPERSEDED, subject=previous, actor=by, at=now, by=release.id)
    move(release, RELEASE_TRANSITIONS, "publish")
    release.published_at = now
    db.session.flush()
    rows = db.session.execute(
        select(ReleaseRecord.supplier_id, ReleaseRecord.category_id, ReleaseRecord.shown).where(
            ReleaseRecord.release_id == release.id,
            ReleaseRecord.period == ALL_YEARS,
            ReleaseRecord.shown.is_not(None),
        )
    )
    published = [measured(row) for row in rows]
    orders.store_records(published, release_id=release.id, at=now, by=by)
    audit.record(
        PUBLISHED,
        subject=release,
        actor=by,
        at=now,
        method=release.method,
        inputs=release.inputs_sha256,
        records=len(published),
    )


@transaction
def withdraw(release: Release, reason: str, *, by: Mandate | None = None) -> None:
    """Take a release out of its preview: it is computed again."""
    lock(release)
    now = clock.now()
    move(release, RELEASE_TRANSITIONS, "withdraw")
    db.session.flush()
    audit.record(WITHDRAWN, subject=release, actor=by, at=now, reason=reason)


def _day(day: Any) -> str:
    return f"{day.day}.{day.month}.{day.year}"
