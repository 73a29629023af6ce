"""Asking customers: at which points, and by which link."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from core import audit, clock
from core.db import db, lock, new_id, transaction
from core.errors import RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.identity.passwords import hash_token, new_token
from dps.systems.models import Category
from evaluation.collecting import queries
from evaluation.collecting.models import FeedbackPlan, FeedbackPoint, FeedbackRequest
from orders.models import BEGUN, DELIVERED, Order
from orders.signals import Delivered

REQUESTED = audit.declare("feedback.requested", "order")
LINK_RENEWED = audit.declare("feedback.link_renewed", "order")
POINTS_SET = audit.declare("feedback_plan.set", "category", "before", "after")
#: Two months: people answer late, but what they remember later is another service.
LINK_LENGTH = timedelta(days=60)


@transaction
def set_points(category: Category, points: Collection[FeedbackPoint], *, by: Mandate) -> FeedbackPlan:
    """Say at which points the customers of a category are asked.

    :raises RuleBroken: at none, or not at the end - the record compares what is asked of everybody at the same time
    """
    lock(category)
    now = clock.now()
    if FeedbackPoint.END not in points:
        raise RuleBroken(
            _l("Customers are always asked at the end: that answer is the one that is compared."),
            rule="feedback-points",
            field="points",
            next_step=_l("Choose the end, and what you like besides."),
        )
    plan = queries.plan_of(category.id)
    before = list(plan.points) if plan else [FeedbackPoint.END.value]
    plan = plan or FeedbackPlan(id=new_id(), category_id=category.id)
    plan.points = [point.value for point in FeedbackPoint if point in points]
    plan.set_by, plan.set_at = by.person_id, now
    db.session.add(plan)
    db.session.flush()
    audit.record(POINTS_SET, subject=plan, actor=by, at=now, category=category.id, before=before, after=plan.points)
    return plan


def middle_of(order: Order) -> date:
    """The day from which the middle of a service is asked about."""
    start = order.started_on or order.planned_start_on
    return start + (order.planned_end_on - start) / 2


def has_come(order: Order, point: FeedbackPoint, today: date) -> bool:
    """Whether a customer can be asked now: the service runs, is half over, is delivered."""
    if point is FeedbackPoint.END:
        return order.state in DELIVERED
    if order.state not in BEGUN or order.state in DELIVERED:
        return False
    return point is FeedbackPoint.START or middle_of(order) <= today


def points_to_ask(order: Order, today: date) -> list[FeedbackPoint]:
    """The points at which the customer of an order can be asked today."""
    plan = queries.plan_of(order.category_id)
    chosen = plan.points if plan else [FeedbackPoint.END.value]
    return [point for point in FeedbackPoint if point.value in chosen and has_come(order, point, today)]


@transaction
def request_feedback(order: Order, at: datetime, point: FeedbackPoint = FeedbackPoint.END) -> FeedbackRequest:
    """Prepare a customer's link; nobody knows its token until the expert asks for one."""
    request = FeedbackRequest(
        id=new_id(),
        order_id=order.id,
        point=point,
        token_hash=hash_token(new_token()),
        made_at=at,
        expires_at=at + LINK_LENGTH,
    )
    db.session.add(request)
    db.session.flush()
    audit.record(REQUESTED, subject=request, actor=None, at=at, order=order.id)
    return request


def on_delivered(signal: Delivered) -> None:
    """A delivered service is followed by the customer's feedback."""
    order = db.session.get(Order, signal.order_id)
    assert order is not None
    request_feedback(order, signal.at)


@transaction
def renew_feedback_link(order: Order, *, by: Mandate, point: FeedbackPoint = FeedbackPoint.END) -> str:
    """A fresh token for the customer's link of a point; one shown before stops working.

    :raises RuleBroken: the category does not ask at this point
    :raises WrongState: its time has not come, or the customer has answered
    """
    lock(order)
    now = clock.now()
    plan = queries.plan_of(order.category_id)
    if point is not FeedbackPoint.END and (plan is None or point.value not in plan.points):
        raise RuleBroken(
            _l("Customers of this category are not asked at this point."),
            rule="feedback-points",
            field="point",
            next_step=_l("Choose another point, or ask the coordinator to add it."),
        )
    request = queries.request_of(order.id, point)
    if request is None and not has_come(order, point, clock.helsinki_date(now)):
        raise WrongState(
            _l("It is too early to ask the customer."),
            rule="feedback-state",
            field="point",
            next_step=_l(
                "The end is asked about when the delivered service is accepted, the middle when half is over."
            ),
        )
    request = request or request_feedback(order, now, point)
    lock(request)
    if request.used_at is not None:
        raise WrongState(
            _l("The customer has answered already."),
            rule="feedback-state",
            next_step=_l("There is nothing more to do."),
        )
    token = new_token()
    request.token_hash, request.expires_at = hash_token(token), now + LINK_LENGTH
    audit.record(LINK_RENEWED, subject=request, actor=by, at=now, order=order.id)
    return token
