"""Every SELECT about quality talks, the facts of service quality, and what goes with the results."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Date, Select, and_, case, cast, false, func, or_, select, true
from sqlalchemy.orm import aliased, joinedload, lazyload

from core import clock, law
from core.db import db
from core.identity.mandates import Mandate
from core.identity.models import Authority, Role
from dps.qualification.models import Qualification
from dps.systems.models import Category, PurchasingSystem, SystemState
from evaluation.improving import rules
from evaluation.improving.models import LIVE, QualityTalk, TalkAction
from evaluation.records.models import ALL_YEARS, Release, ReleaseRecord, ReleaseState
from orders.deviations import queries as deviation_queries
from orders.deviations.models import Consequence, Deviation, DeviationState, Severity
from orders.models import (
    BEGUN,
    Delivery,
    EndKind,
    InterruptionReason,
    Order,
    OrderState,
    PublishedRecord,
)

PAGE_SIZE = 50
#: Confirmed deviations of so many days are weighed.
YEAR = timedelta(days=365)


# ---- talks ----


def talk(talk_id: uuid.UUID) -> QualityTalk | None:
    return db.session.get(QualityTalk, talk_id)


def action(action_id: uuid.UUID) -> TalkAction | None:
    return db.session.get(TalkAction, action_id)


def next_number(authority_id: uuid.UUID) -> int:
    """The next running number of the authority's talks, held until the end of the transaction."""
    db.session.execute(
        select(Authority.id).options(lazyload("*")).where(Authority.id == authority_id).with_for_update(key_share=True)
    )
    return (
        db.session.scalar(select(func.max(QualityTalk.number)).where(QualityTalk.authority_id == authority_id)) or 0
    ) + 1


def live_talk(qualification_id: uuid.UUID) -> QualityTalk | None:
    """The talk about an admission in which something is still to be done."""
    return db.session.scalars(
        select(QualityTalk).where(QualityTalk.qualification_id == qualification_id, QualityTalk.state.in_(LIVE))
    ).one_or_none()


def talks_seen_by(mandate: Mandate) -> Select[QualityTalk]:
    """By the same rule as ``Permission.TALK_READ``."""
    query = select(QualityTalk)
    if mandate.role is Role.PROVIDER:
        return query.where(QualityTalk.supplier_id == mandate.organisation_id)
    if mandate.role in (Role.COORDINATOR, Role.DECIDER):
        return query.where(QualityTalk.authority_id == mandate.organisation_id)
    return query.where(false())


def page_of(query: Select[QualityTalk], after: uuid.UUID | None) -> Sequence[QualityTalk]:
    """One page and one more, newest first."""
    if after:
        query = query.where(QualityTalk.id < after)
    return db.session.scalars(query.order_by(QualityTalk.id.desc()).limit(PAGE_SIZE + 1)).all()


def due_talks(mandate: Mandate, limit: int = 60) -> Sequence[tuple[QualityTalk, TalkAction | None]]:
    """The talks with something to do, each with the earliest action of the reader's side that is not done."""
    side = "provider" if mandate.role is Role.PROVIDER else "authority"
    mine = aliased(TalkAction)
    first = (
        select(mine.id)
        .where(mine.talk_id == QualityTalk.id, mine.owner == side, mine.done_at.is_(None))
        .order_by(mine.due_on, mine.position)
        .limit(1)
        .correlate(QualityTalk)
        .scalar_subquery()
    )
    rows = db.session.execute(
        talks_seen_by(mandate)
        .add_columns(TalkAction)
        .outerjoin(TalkAction, and_(TalkAction.talk_id == QualityTalk.id, TalkAction.id == first))
        .options(lazyload(TalkAction.talk))
        .where(QualityTalk.state.in_(LIVE))
        .order_by(QualityTalk.id)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in rows]


@dataclass(frozen=True)
class Offer:
    """An admission for which a talk is offered, and why: the published class, or confirmed deviations."""

    qualification: Qualification
    record: PublishedRecord | None
    deviations: int
    talk: QualityTalk | None


def deviation_limit(on: date) -> int:
    """Confirmed deviations of a year that weigh more than this are talked about."""
    return int(law.number("R105.talk_deviations", on))


def offers(authority_id: uuid.UUID, today: date) -> list[Offer]:
    """The admissions for which a talk is offered: only in categories whose published terms say so (R3)."""
    weight = func.coalesce(func.sum(_weights()), 0).label("weight")
    confirmed = (
        select(Deviation.supplier_id, Deviation.category_id, weight)
        .where(Deviation.authority_id == authority_id, Deviation.confirmed_at >= clock.start_of_day(today - YEAR))
        .group_by(Deviation.supplier_id, Deviation.category_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Qualification, PublishedRecord, func.coalesce(confirmed.c.weight, 0), QualityTalk)
        .join(Category, Category.id == Qualification.category_id)
        .join(PurchasingSystem, PurchasingSystem.id == Category.system_id)
        .outerjoin(
            PublishedRecord,
            and_(
                PublishedRecord.supplier_id == Qualification.supplier_id,
                PublishedRecord.category_id == Qualification.category_id,
            ),
        )
        .outerjoin(
            confirmed,
            and_(
                confirmed.c.supplier_id == Qualification.supplier_id,
                confirmed.c.category_id == Qualification.category_id,
            ),
        )
        .outerjoin(QualityTalk, and_(QualityTalk.qualification_id == Qualification.id, QualityTalk.state.in_(LIVE)))
        .options(
            joinedload(Qualification.supplier),
            joinedload(Qualification.category),
            lazyload(QualityTalk.qualification),
        )
        .where(
            PurchasingSystem.authority_id == authority_id,
            Qualification.ended_at.is_(None),
            Category.record_uses.contains(["talk"]),
            or_(
                PublishedRecord.quality_class == "below",
                func.coalesce(confirmed.c.weight, 0) > deviation_limit(today),
            ),
        )
        .order_by(Qualification.id)
        .limit(PAGE_SIZE)
    ).unique()
    return [Offer(row[0], row[1], int(row[2]), row[3]) for row in rows]


def _weights() -> Any:
    return case({each.value: weight for each, weight in deviation_queries.WEIGHTS.items()}, value=Deviation.severity)


def published_record(supplier_id: uuid.UUID, category_id: uuid.UUID) -> PublishedRecord | None:
    return db.session.scalars(
        select(PublishedRecord).where(
            PublishedRecord.supplier_id == supplier_id, PublishedRecord.category_id == category_id
        )
    ).one_or_none()


def grave_deviations(qualification: Qualification, since: date) -> Sequence[Deviation]:
    """What a pause may rest on: confirmed after the hearing, and serious, severe or with an end proposed."""
    return db.session.scalars(
        select(Deviation)
        .where(
            Deviation.authority_id == qualification.authority_id,
            Deviation.supplier_id == qualification.supplier_id,
            Deviation.category_id == qualification.category_id,
            Deviation.confirmed_at >= clock.start_of_day(since),
            or_(
                Deviation.severity.in_((Severity.SERIOUS, Severity.SEVERE)),
                Deviation.consequence == Consequence.TERMINATION_PROPOSED,
            ),
        )
        .order_by(Deviation.id)
        .limit(PAGE_SIZE)
    ).all()


# ---- facts of service quality ----


@dataclass(frozen=True)
class Punctuality:
    """How many of how many were in time."""

    in_time: int
    n: int


@dataclass(frozen=True)
class ServiceQuality:
    """The facts of a supplier's services in a category: nothing adjusted, nothing scored."""

    accepted: Punctuality
    started: Punctuality
    reported: Punctuality
    begun: int
    ended: int
    finished: int
    drop_outs: Mapping[InterruptionReason, int]
    open_deviations: int
    confirmed: Mapping[Severity, int]


def _helsinki(moment: Any) -> Any:
    return cast(func.timezone("Europe/Helsinki", moment), Date)


def service_quality(
    supplier_id: uuid.UUID, category: Category, *, authority_id: uuid.UUID | None, today: date
) -> ServiceQuality:
    """The orders of the last year; an authority sees its own, the supplier all of its own."""
    since = clock.start_of_day(today - YEAR)
    asked = Order.state.in_((OrderState.DECLINED, OrderState.EXPIRED)) | Order.accepted_at.is_not(None)
    begun = Order.state.in_(BEGUN)
    began_in_time = Order.started_on - _helsinki(Order.placed_at) <= category.start_within_days
    told = Delivery.reported_at.is_not(None)
    told_in_time = _helsinki(Delivery.reported_at) - Delivery.ended_on <= category.report_within_days
    mine = and_(
        Order.supplier_id == supplier_id,
        Order.category_id == category.id,
        Order.placed_at >= since,
        Order.authority_id == authority_id if authority_id else true(),
    )
    counts = db.session.execute(
        select(
            func.count().filter(asked),
            func.count().filter(asked, Order.accepted_at <= Order.accept_by),
            func.count().filter(begun),
            func.count().filter(begun, began_in_time),
            func.count().filter(told),
            func.count().filter(told, told_in_time),
            func.count().filter(Delivery.end_kind == EndKind.FINISHED),
            *(func.count().filter(Delivery.interruption_reason == reason) for reason in InterruptionReason),
        )
        .select_from(Order)
        .outerjoin(Delivery, Delivery.order_id == Order.id)
        .where(mine)
    ).one()
    about = and_(
        Deviation.supplier_id == supplier_id,
        Deviation.category_id == category.id,
        Deviation.authority_id == authority_id if authority_id else true(),
    )
    unsettled = Deviation.state.not_in((DeviationState.WITHDRAWN, DeviationState.CLOSED, DeviationState.CONFIRMED))
    deviations = db.session.execute(
        select(
            func.count().filter(unsettled),
            *(
                func.count().filter(Deviation.severity == severity, Deviation.confirmed_at >= since)
                for severity in Severity
            ),
        ).where(about)
    ).one()
    return ServiceQuality(
        accepted=Punctuality(counts[1], counts[0]),
        started=Punctuality(counts[3], counts[2]),
        reported=Punctuality(counts[5], counts[4]),
        begun=counts[2],
        ended=counts[4],
        finished=counts[6],
        drop_outs=dict(zip(InterruptionReason, counts[7:], strict=True)),
        open_deviations=deviations[0],
        confirmed=dict(zip(Severity, deviations[1:], strict=True)),
    )


def admissions_seen_by(mandate: Mandate) -> Select[Qualification]:
    """The admissions whose facts a mandate may read, by the same rule as ``Permission.SERVICE_QUALITY_READ``."""
    query = (
        select(Qualification)
        .options(joinedload(Qualification.supplier), joinedload(Qualification.category))
        .where(Qualification.ended_at.is_(None))
    )
    if mandate.role is Role.PROVIDER:
        return query.where(Qualification.supplier_id == mandate.organisation_id)
    if mandate.role in (Role.COORDINATOR, Role.DECIDER):
        return (
            query.join(Category, Category.id == Qualification.category_id)
            .join(PurchasingSystem, PurchasingSystem.id == Category.system_id)
            .where(PurchasingSystem.authority_id == mandate.organisation_id)
        )
    return query.where(false())


def admissions_page(mandate: Mandate, after: uuid.UUID | None) -> Sequence[Qualification]:
    """One page and one more."""
    query = admissions_seen_by(mandate)
    if after:
        query = query.where(Qualification.id > after)
    return db.session.scalars(query.order_by(Qualification.id).limit(PAGE_SIZE + 1)).unique().all()


# ---- what goes with the results ----


def published_release() -> Release | None:
    """The release whose figures stand on the pages."""
    return db.session.scalars(select(Release).where(Release.state == ReleaseState.PUBLISHED)).one_or_none()


def release(release_id: uuid.UUID) -> Release | None:
    return db.session.get(Release, release_id)


def links(release_id: uuid.UUID, category_id: uuid.UUID, components: Sequence[str]) -> list[rules.Link]:
    """Each component beside the outcome, among the category's providers that have both."""
    rows = db.session.scalars(
        select(ReleaseRecord.components).where(
            ReleaseRecord.release_id == release_id,
            ReleaseRecord.category_id == category_id,
            ReleaseRecord.period == ALL_YEARS,
        )
    ).all()
    return [
        rules.link(
            name,
            [
                (value, outcome)
                for row in rows
                if (value := _points(row, name)) is not None and (outcome := _points(row, "outcome")) is not None
            ],
        )
        for name in components
    ]


def _points(components: Mapping[str, Any], name: str) -> float | None:
    """The points of a component, if anything was measured of it."""
    found = components.get(name)
    return float(found["points"]) if found and found.get("n") and found.get("points") is not None else None


def categories_of(authority_id: uuid.UUID) -> Sequence[Category]:
    """The authority's categories that have been in use."""
    return db.session.scalars(
        select(Category)
        .join(PurchasingSystem, PurchasingSystem.id == Category.system_id)
        .where(PurchasingSystem.authority_id == authority_id, PurchasingSystem.opened_at.is_not(None))
        .order_by(Category.system_id, Category.position)
        .limit(200)
    ).all()


def draft_categories(authority_id: uuid.UUID) -> Sequence[Category]:
    """Where weights may be copied to: categories of drafts."""
    return db.session.scalars(
        select(Category)
        .join(PurchasingSystem, PurchasingSystem.id == Category.system_id)
        .where(PurchasingSystem.authority_id == authority_id, PurchasingSystem.state == SystemState.DRAFT)
        .order_by(Category.id)
        .limit(200)
    ).all()
