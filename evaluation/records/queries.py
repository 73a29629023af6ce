"""Every SELECT of quality records: releases, what they say, comments, corrections, cases."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, exists, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import joinedload, lazyload

from core.db import db
from evaluation.records.levels import TOLD
from evaluation.records.models import (
    ALL_YEARS,
    CaseMixModel,
    Correction,
    CorrectionState,
    FactKind,
    Release,
    ReleaseCategory,
    ReleaseComment,
    ReleaseRecord,
    ReleaseRun,
    ReleaseState,
)
from orders.models import BEGUN, Delivery, InterruptionReason, Order, PublishedRecord
from suppliers.models import Supplier

#: Ends that count as completed: as planned, or because the customer reached the goal before.
GOOD_ENDS = (InterruptionReason.FOUND_WORK, InterruptionReason.STUDIES)
PAGE_SIZE = 50


def release(release_id: uuid.UUID) -> Release | None:
    return db.session.get(Release, release_id)


def release_in(state: ReleaseState) -> Release | None:
    """The one release in a state of which there is one at most, or the newest of it."""
    return db.session.scalars(
        select(Release).where(Release.state == state).order_by(Release.computed_at.desc()).limit(1)
    ).one_or_none()


def releases(limit: int = 40) -> Sequence[Release]:
    """The frozen releases, newest first."""
    query = select(Release).where(Release.state != ReleaseState.RUNNING, Release.frozen_on.is_not(None))
    return db.session.scalars(query.order_by(Release.computed_at.desc()).limit(limit)).all()


def newest_case_mix(method: str) -> CaseMixModel | None:
    return db.session.scalars(
        select(CaseMixModel).where(CaseMixModel.method == method).order_by(CaseMixModel.frozen_on.desc()).limit(1)
    ).one_or_none()


def unfinished_run() -> ReleaseRun | None:
    return db.session.scalars(select(ReleaseRun).where(ReleaseRun.finished_at.is_(None))).one_or_none()


def last_run() -> ReleaseRun | None:
    return db.session.scalars(select(ReleaseRun).order_by(ReleaseRun.asked_at.desc()).limit(1)).one_or_none()


def run(run_id: uuid.UUID) -> ReleaseRun | None:
    return db.session.get(ReleaseRun, run_id)


# ---- records ----


def record(record_id: uuid.UUID) -> ReleaseRecord | None:
    return db.session.get(ReleaseRecord, record_id)


def records_of_supplier(supplier_id: uuid.UUID, release_id: uuid.UUID) -> Sequence[ReleaseRecord]:
    """A supplier's records of a release over all years, by category."""
    return db.session.scalars(
        select(ReleaseRecord)
        .options(joinedload(ReleaseRecord.category))
        .where(
            ReleaseRecord.supplier_id == supplier_id,
            ReleaseRecord.release_id == release_id,
            ReleaseRecord.period == ALL_YEARS,
        )
        .order_by(ReleaseRecord.category_id)
    ).all()


def last_told(until: datetime | None = None) -> dict[tuple[uuid.UUID, uuid.UUID], dict[str, Any]]:
    """What the last release told of each supplier and category, one computed again after its preview among them.

    Whoever saw it in the preview keeps it, and could subtract it from what is told next (R119).

    :param until: only releases computed before
    """
    query = (
        select(ReleaseRecord.supplier_id, ReleaseRecord.category_id, ReleaseRecord.shown)
        .join(Release, Release.id == ReleaseRecord.release_id)
        .where(
            Release.state != ReleaseState.RUNNING,
            ReleaseRecord.period == ALL_YEARS,
            ReleaseRecord.shown.is_not(None),
        )
        .ext(distinct_on(ReleaseRecord.supplier_id, ReleaseRecord.category_id))
        .order_by(ReleaseRecord.supplier_id, ReleaseRecord.category_id, Release.computed_at.desc())
    )
    if until is not None:
        query = query.where(Release.computed_at < until)
    return {(row.supplier_id, row.category_id): row.shown for row in db.session.execute(query)}


def last_levels(until: datetime) -> dict[uuid.UUID, dict[str, Any]]:
    """What the last release computed before a moment told of each category."""
    query = (
        select(ReleaseCategory.category_id, ReleaseCategory.windows[TOLD])
        .join(Release, Release.id == ReleaseCategory.release_id)
        .where(Release.state != ReleaseState.RUNNING, Release.computed_at < until)
        .where(ReleaseCategory.windows.has_key(TOLD))
        .ext(distinct_on(ReleaseCategory.category_id))
        .order_by(ReleaseCategory.category_id, Release.computed_at.desc())
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def suppliers_of(release_id: uuid.UUID) -> Sequence[Supplier]:
    """Who has a record in a release."""
    ids = select(ReleaseRecord.supplier_id).where(
        ReleaseRecord.release_id == release_id, ReleaseRecord.period == ALL_YEARS
    )
    return db.session.scalars(select(Supplier).where(Supplier.id.in_(ids)).order_by(Supplier.id)).all()


def published_records(category_id: uuid.UUID | None, supplier_id: uuid.UUID | None) -> Select[PublishedRecord]:
    query = select(PublishedRecord)
    if category_id:
        query = query.where(PublishedRecord.category_id == category_id)
    return query.where(PublishedRecord.supplier_id == supplier_id) if supplier_id else query


# ---- comments and corrections ----


def comment_of(release_id: uuid.UUID, supplier_id: uuid.UUID, category_id: uuid.UUID) -> ReleaseComment | None:
    return db.session.scalars(
        select(ReleaseComment).where(
            ReleaseComment.release_id == release_id,
            ReleaseComment.supplier_id == supplier_id,
            ReleaseComment.category_id == category_id,
        )
    ).one_or_none()


def comments_of(release_id: uuid.UUID) -> Sequence[ReleaseComment]:
    return db.session.scalars(
        select(ReleaseComment).where(ReleaseComment.release_id == release_id).order_by(ReleaseComment.id)
    ).all()


def comments_of_supplier(supplier_id: uuid.UUID, release_ids: Sequence[uuid.UUID]) -> Sequence[ReleaseComment]:
    return db.session.scalars(
        select(ReleaseComment).where(
            ReleaseComment.supplier_id == supplier_id, ReleaseComment.release_id.in_(release_ids)
        )
    ).all()


def correction(correction_id: uuid.UUID) -> Correction | None:
    return db.session.get(Correction, correction_id)


def open_correction_of(order_id: uuid.UUID, fact: FactKind) -> Correction | None:
    return db.session.scalars(
        select(Correction).where(
            Correction.order_id == order_id, Correction.fact == fact, Correction.state == CorrectionState.OPEN
        )
    ).one_or_none()


def has_open_corrections() -> bool:
    """Whether a supplier still waits for an answer, also to what it said of a release that was computed again since."""
    return bool(db.session.scalar(select(exists().where(Correction.state == CorrectionState.OPEN))))


def has_accepted_corrections(release: Release) -> bool:
    """Whether facts were put right since a release was computed, whichever release they were found in."""
    since = Correction.answered_at >= release.computed_at
    return bool(db.session.scalar(select(exists().where(since, Correction.state == CorrectionState.ACCEPTED))))


def corrections_seen_by_authority(authority_id: uuid.UUID, *, only_open: bool = False) -> Select[Correction]:
    """What suppliers say is wrong in an authority's orders, newest first."""
    query = (
        select(Correction)
        .join(Order, Order.id == Correction.order_id)
        .options(joinedload(Correction.order))
        .where(Order.authority_id == authority_id)
    )
    if only_open:
        query = query.where(Correction.state == CorrectionState.OPEN)
    return query.order_by(Correction.id.desc())


def corrections_of_supplier(supplier_id: uuid.UUID, release_id: uuid.UUID) -> Sequence[Correction]:
    return db.session.scalars(
        select(Correction).where(Correction.supplier_id == supplier_id, Correction.release_id == release_id)
    ).all()


# ---- cases ----


def _cases(release: Release, supplier_id: uuid.UUID) -> Select[Any, Any]:
    """The supplier's orders that a release counts, with what is known of them that is no outcome."""
    return (
        select(Order, Delivery)
        .outerjoin(Delivery, Delivery.order_id == Order.id)
        .options(lazyload("*"), joinedload(Order.category))
        .where(
            Order.supplier_id == supplier_id,
            Order.state.in_(BEGUN),
            Order.planned_end_on.between(release.period_begins_on, release.frozen_on),
        )
    )


def cases_of(release: Release, supplier_id: uuid.UUID, after: uuid.UUID | None) -> Sequence[Row[Any, Any]]:
    """A page of a supplier's cases, newest first, one row more where there are more."""
    query = _cases(release, supplier_id)
    if after:
        query = query.where(Order.id < after)
    return db.session.execute(query.order_by(Order.id.desc()).limit(PAGE_SIZE + 1)).all()


def is_case_of(release: Release, order: Order) -> bool:
    """Whether a release counts an order."""
    query = _cases(release, order.supplier_id).where(Order.id == order.id)
    return db.session.execute(query).first() is not None


def late_in_preview(today: date) -> Release | None:
    """A release whose preview is over, while nobody waits for an answer."""
    waiting = exists().where(Correction.state == CorrectionState.OPEN)
    return db.session.scalars(
        select(Release)
        .where(Release.state == ReleaseState.PREVIEW, Release.preview_until < today, ~waiting)
        .order_by(Release.computed_at)
        .limit(1)
    ).one_or_none()


def count_records(release_id: uuid.UUID) -> int:
    return (
        db.session.scalar(
            select(func.count())
            .select_from(ReleaseRecord)
            .where(ReleaseRecord.release_id == release_id, ReleaseRecord.period == ALL_YEARS)
        )
        or 0
    )


def page_of_corrections(authority_id: uuid.UUID, limit: int = PAGE_SIZE) -> Sequence[Correction]:
    """What suppliers say is wrong, those to be answered first."""
    query = corrections_seen_by_authority(authority_id).order_by(None)
    return db.session.scalars(
        query.order_by(Correction.state != CorrectionState.OPEN, Correction.id.desc()).limit(limit)
    ).all()


def open_corrections(authority_id: uuid.UUID, limit: int = 60) -> Sequence[Correction]:
    """For the desk: what waits for an answer, the oldest first."""
    query = corrections_seen_by_authority(authority_id, only_open=True).order_by(None)
    return db.session.scalars(query.order_by(Correction.id).limit(limit)).all()


def preview_with_record_of(supplier_id: uuid.UUID) -> Release | None:
    """The release in its preview, if the supplier has a record in it."""
    has_record = exists().where(ReleaseRecord.release_id == Release.id, ReleaseRecord.supplier_id == supplier_id)
    return db.session.scalars(
        select(Release).where(Release.state == ReleaseState.PREVIEW, has_record).limit(1)
    ).one_or_none()


def public_releases() -> Select[Release]:
    """The releases that were made public."""
    return select(Release).where(
        Release.state.in_((ReleaseState.PUBLISHED, ReleaseState.SUPERSEDED)), Release.frozen_on.is_not(None)
    )
