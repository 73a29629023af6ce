"""What is asked and answered of services: every SELECT of collecting."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, cast, false, func, or_, select, update
from sqlalchemy.orm import joinedload, lazyload, undefer

from core import clock
from core.db import db
from core.identity.mandates import Mandate
from core.identity.models import Person, Role, RoleHolding
from core.identity.passwords import hash_token
from dps.systems.models import Category, PurchasingSystem
from evaluation.collecting.models import (
    CustomerFeedback,
    ExpertFeedback,
    FeedbackAlert,
    FeedbackPlan,
    FeedbackPoint,
    FeedbackRequest,
    PointAnswer,
    ProviderFeedback,
    ServicePoint,
)
from orders.meeting.models import OrderStaff
from orders.models import BEGUN, Order

PAGE_SIZE = 50


# ---- asking ----


def plan_of(category_id: uuid.UUID) -> FeedbackPlan | None:
    return db.session.scalars(select(FeedbackPlan).where(FeedbackPlan.category_id == category_id)).one_or_none()


def category(category_id: uuid.UUID) -> Category | None:
    return db.session.get(Category, category_id)


def plans_of(authority_id: uuid.UUID) -> list[tuple[Category, list[FeedbackPoint]]]:
    """The categories of an authority, each with the points it asks at."""
    rows = db.session.execute(
        select(Category, FeedbackPlan)
        .join(PurchasingSystem, PurchasingSystem.id == Category.system_id)
        .outerjoin(FeedbackPlan, FeedbackPlan.category_id == Category.id)
        .where(PurchasingSystem.authority_id == authority_id)
        .order_by(Category.system_id.desc(), Category.position)
        .limit(200)
    ).all()
    return [
        (category, [FeedbackPoint(each) for each in plan.points] if plan else [FeedbackPoint.END])
        for category, plan in rows
    ]


def request_of_token(token: str) -> FeedbackRequest | None:
    return db.session.scalars(
        select(FeedbackRequest).where(FeedbackRequest.token_hash == hash_token(token))
    ).one_or_none()


def request_of(order_id: uuid.UUID, point: FeedbackPoint = FeedbackPoint.END) -> FeedbackRequest | None:
    return db.session.scalars(
        select(FeedbackRequest).where(FeedbackRequest.order_id == order_id, FeedbackRequest.point == point)
    ).one_or_none()


def requests_of(order_id: uuid.UUID) -> dict[FeedbackPoint, FeedbackRequest]:
    """What the customer of an order was asked, by point."""
    rows = db.session.scalars(
        select(FeedbackRequest).options(lazyload("*")).where(FeedbackRequest.order_id == order_id)
    )
    return {row.point: row for row in rows}


def to_be_asked(expert_id: uuid.UUID, today: date, limit: int = 30) -> Sequence[tuple[Order, str]]:
    """The expert's services under way whose customers were not asked yet at the start or in the middle.

    Who was not asked how it began is asked in the middle how it goes, and at the end by the link that is made then.
    """
    points = func.jsonb_array_elements_text(FeedbackPlan.points).table_valued("value").lateral("point")
    asked = (
        select(FeedbackRequest.id)
        .where(FeedbackRequest.order_id == Order.id, FeedbackRequest.point == points.c.value)
        .exists()
    )
    half = Order.started_on + cast(Order.planned_end_on - Order.started_on, Integer) // 2
    rows = db.session.execute(
        select(Order, points.c.value)
        .options(lazyload("*"))
        .join(FeedbackPlan, FeedbackPlan.category_id == Order.category_id)
        .join(points, points.c.value != FeedbackPoint.END.value)
        .where(
            Order.expert_id == expert_id,
            Order.state.in_(BEGUN),
            Order.completed_at.is_(None),
            or_(
                and_(points.c.value == FeedbackPoint.START.value, half >= today),
                and_(points.c.value == FeedbackPoint.MIDDLE.value, half <= today, Order.planned_end_on >= today),
            ),
            ~asked,
        )
        .order_by(Order.started_on)
        .limit(limit)
    ).all()
    return [(order, point) for order, point in rows]


def counted_answer() -> ColumnElement[bool]:
    """The answer that is compared among providers: everybody is asked the same at the end (EVALUATION §6)."""
    return and_(CustomerFeedback.order_id == Order.id, CustomerFeedback.point == FeedbackPoint.END)


def counted_grades() -> ColumnElement[bool]:
    """The grades that count: not those of an expert with a declared conflict of interest."""
    return and_(ExpertFeedback.order_id == Order.id, ExpertFeedback.has_conflict.is_(False))


# ---- answers ----


def expert_feedback_of(order_id: uuid.UUID) -> ExpertFeedback | None:
    return db.session.scalars(select(ExpertFeedback).where(ExpertFeedback.order_id == order_id)).one_or_none()


def provider_feedback_of(order_id: uuid.UUID) -> ProviderFeedback | None:
    return db.session.scalars(select(ProviderFeedback).where(ProviderFeedback.order_id == order_id)).one_or_none()


def alert(alert_id: uuid.UUID) -> FeedbackAlert | None:
    return db.session.get(FeedbackAlert, alert_id)


def alert_of(feedback_id: uuid.UUID) -> FeedbackAlert | None:
    return db.session.scalars(
        select(FeedbackAlert)
        .options(lazyload("*"), undefer(FeedbackAlert.sealed_note))
        .where(FeedbackAlert.feedback_id == feedback_id)
    ).one_or_none()


def alerts_of_order(order_id: uuid.UUID) -> Sequence[FeedbackAlert]:
    return db.session.scalars(
        select(FeedbackAlert)
        .options(
            undefer(FeedbackAlert.sealed_note),
            joinedload(FeedbackAlert.feedback).options(lazyload("*"), undefer(CustomerFeedback.sealed_words)),
        )
        .where(FeedbackAlert.order_id == order_id)
        .order_by(FeedbackAlert.id)
    ).all()


def open_alerts(expert_id: uuid.UUID, limit: int = 50) -> Sequence[FeedbackAlert]:
    """Customers of the expert who are not satisfied and whom nobody has called yet."""
    return db.session.scalars(
        select(FeedbackAlert)
        .join(Order, Order.id == FeedbackAlert.order_id)
        .options(joinedload(FeedbackAlert.order).options(lazyload("*")))
        .where(Order.expert_id == expert_id, FeedbackAlert.handled_at.is_(None))
        .order_by(FeedbackAlert.raised_at)
        .limit(limit)
    ).all()


def alerts_seen_by(mandate: Mandate) -> Select[FeedbackAlert]:
    """The alerts of the orders of an expert's authority."""
    query = (
        select(FeedbackAlert)
        .join(Order, Order.id == FeedbackAlert.order_id)
        .options(joinedload(FeedbackAlert.order).options(lazyload("*")))
    )
    if mandate.role is not Role.EXPERT:
        return query.where(false())
    return query.where(Order.authority_id == mandate.organisation_id)


# ---- service points ----


def point(service_point_id: uuid.UUID) -> ServicePoint | None:
    return db.session.get(ServicePoint, service_point_id)


def point_named(authority_id: uuid.UUID, name: str) -> ServicePoint | None:
    return db.session.scalars(
        select(ServicePoint).where(ServicePoint.authority_id == authority_id, ServicePoint.name == name)
    ).one_or_none()


def point_of_token(token: str) -> ServicePoint | None:
    return db.session.scalars(select(ServicePoint).where(ServicePoint.token_hash == hash_token(token))).one_or_none()


def points_of(mandate: Mandate) -> Select[ServicePoint]:
    """The service points of an authority."""
    query = select(ServicePoint)
    if mandate.role is not Role.COORDINATOR:
        return query.where(false())
    return query.where(ServicePoint.authority_id == mandate.organisation_id)


def points_by_name(mandate: Mandate) -> Sequence[ServicePoint]:
    """The service points of an authority, for its page."""
    return db.session.scalars(points_of(mandate).order_by(ServicePoint.name).limit(200)).all()


def answer_sent(point_id: uuid.UUID, sent_id: uuid.UUID) -> PointAnswer | None:
    return db.session.scalars(
        select(PointAnswer).where(PointAnswer.service_point_id == point_id, PointAnswer.sent_id == sent_id)
    ).one_or_none()


# ---- words ----


def feedback(feedback_id: uuid.UUID) -> CustomerFeedback | None:
    return db.session.get(CustomerFeedback, feedback_id, options=[undefer(CustomerFeedback.sealed_words)])


def point_answer(answer_id: uuid.UUID) -> PointAnswer | None:
    return db.session.get(PointAnswer, answer_id, options=[undefer(PointAnswer.sealed_words)])


def answer_with_words(answer_id: uuid.UUID) -> CustomerFeedback | PointAnswer | None:
    """An answer of an order or of a service point."""
    return feedback(answer_id) or point_answer(answer_id)


def words_to_check(authority_id: uuid.UUID, limit: int = PAGE_SIZE) -> list[CustomerFeedback | PointAnswer]:
    """Words that nobody has read yet, the oldest first."""
    of_orders = db.session.scalars(
        select(CustomerFeedback)
        .join(Order, Order.id == CustomerFeedback.order_id)
        .options(
            undefer(CustomerFeedback.sealed_words),
            joinedload(CustomerFeedback.order).options(lazyload("*"), joinedload(Order.category)),
        )
        .where(
            Order.authority_id == authority_id,
            CustomerFeedback.sealed_words.is_not(None),
            CustomerFeedback.words_state.is_(None),
        )
        .order_by(CustomerFeedback.id)
        .limit(limit)
    ).all()
    of_points = db.session.scalars(
        select(PointAnswer)
        .join(ServicePoint, ServicePoint.id == PointAnswer.service_point_id)
        .options(undefer(PointAnswer.sealed_words), joinedload(PointAnswer.service_point))
        .where(
            ServicePoint.authority_id == authority_id,
            PointAnswer.sealed_words.is_not(None),
            PointAnswer.words_state.is_(None),
        )
        .order_by(PointAnswer.id)
        .limit(limit)
    ).all()
    found: list[CustomerFeedback | PointAnswer] = [*of_orders, *of_points]
    return sorted(found, key=lambda row: row.id)[:limit]


def names_around(order_id: uuid.UUID) -> list[str]:
    """Who works with the customer of an order: its expert, the provider's named people and all who act for it."""
    ids = select(Order.expert_id).where(Order.id == order_id)
    staff = select(OrderStaff.person_id).where(OrderStaff.order_id == order_id)
    acting = (
        select(RoleHolding.person_id)
        .join(Order, Order.supplier_id == RoleHolding.organisation_id)
        .where(Order.id == order_id)
    )
    return list(db.session.scalars(select(Person.name).where(Person.id.in_(ids.union(staff, acting)))))


def words_to_erase(before: date, limit: int = 500) -> Sequence[uuid.UUID]:
    """Answers whose service was to end before a day, and whose words or notes are still kept (R112)."""
    noted = (
        select(FeedbackAlert.id)
        .where(FeedbackAlert.feedback_id == CustomerFeedback.id, FeedbackAlert.sealed_note.is_not(None))
        .exists()
    )
    kept = or_(CustomerFeedback.sealed_words.is_not(None), CustomerFeedback.sealed_released.is_not(None), noted)
    of_orders = (
        select(CustomerFeedback.id)
        .join(Order, Order.id == CustomerFeedback.order_id)
        .where(Order.planned_end_on < before, kept)
    )
    of_points = select(PointAnswer.id).where(PointAnswer.week_on < before, PointAnswer.sealed_words.is_not(None))
    return db.session.scalars(of_orders.union_all(of_points).limit(limit)).all()


def forget_places(before: date) -> None:
    """Forget from where answers of an earlier day came."""
    start = clock.start_of_day(before)
    db.session.execute(
        update(CustomerFeedback)
        .where(CustomerFeedback.place_hash.is_not(None), CustomerFeedback.given_at < start)
        .values(place_hash=None)
    )
    db.session.execute(
        update(PointAnswer)
        .where(PointAnswer.place_hash.is_not(None), PointAnswer.week_on < before)
        .values(place_hash=None)
    )


# ---- counts ----


def feedback_counts(mandate: Mandate, before: datetime | None) -> Sequence[Any]:
    """Per category of one's own orders: how many customers were asked at the end, how many answered, until then."""
    own = Order.supplier_id if mandate.role is Role.PROVIDER else Order.authority_id
    asked = and_(FeedbackRequest.order_id == Order.id, FeedbackRequest.point == FeedbackPoint.END)
    answered = counted_answer()
    if before is not None:
        asked = and_(asked, FeedbackRequest.made_at < before)
        answered = and_(answered, CustomerFeedback.given_at < before)
    return db.session.execute(
        select(
            Order.category_id,
            func.count(FeedbackRequest.id).label("asked"),
            func.count(CustomerFeedback.id).label("answered"),
        )
        .join(FeedbackRequest, asked)
        .outerjoin(CustomerFeedback, answered)
        .where(own == mandate.organisation_id)
        .group_by(Order.category_id)
        .order_by(Order.category_id)
    ).all()
