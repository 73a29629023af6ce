"""What the page of an order tells beside the order itself, in one question to the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from sqlalchemy import func, select

from core import clock
from core.db import db
from orders import life
from orders.changes.models import ChangeState, OrderChange
from orders.life import Side
from orders.meeting.models import ContactRelease, OrderStaff
from orders.messages.models import OrderMessage
from orders.messages.service import may_write
from orders.models import InterimReport, Order, OrderState, WorkTrial
from orders.service.following import interim_due_on, next_review


@dataclass(frozen=True)
class Overview:
    """Numbers and days beside an order."""

    unread: int
    messages: int
    #: A proposal that waits, and whether it waits for the reader.
    change_waits: bool
    change_is_ours_to_answer: bool
    changes: int
    released: bool
    staff: int
    trial_agreed: bool
    trial_insured: bool
    review_on: date | None
    interim_due_on: date | None
    interim_given: bool
    wait: life.Wait | None
    due_on: date | None
    is_late: bool
    starts_late: bool
    rests: Any
    can_write: bool


def of_order(order: Order, side: Side) -> Overview:
    """Everything beside the order, for one side of it."""
    today = clock.helsinki_date(clock.now())
    review = next_review(order, today)
    messages = select(func.count()).select_from(OrderMessage).where(OrderMessage.order_id == order.id)
    changes = select(func.count()).select_from(OrderChange).where(OrderChange.order_id == order.id)
    open_change = select(OrderChange.proposed_side).where(
        OrderChange.order_id == order.id, OrderChange.state == ChangeState.PROPOSED
    )
    trial = select(func.count()).select_from(WorkTrial).where(WorkTrial.order_id == order.id)
    row = db.session.execute(
        select(
            messages.scalar_subquery().label("messages"),
            messages.where(OrderMessage.read_at.is_(None), OrderMessage.from_side != side)
            .scalar_subquery()
            .label("unread"),
            changes.scalar_subquery().label("changes"),
            open_change.scalar_subquery().label("open_change"),
            select(func.count())
            .select_from(ContactRelease)
            .where(ContactRelease.order_id == order.id, ContactRelease.erased_at.is_(None))
            .scalar_subquery()
            .label("released"),
            select(func.count())
            .select_from(OrderStaff)
            .where(OrderStaff.order_id == order.id, OrderStaff.ended_at.is_(None))
            .scalar_subquery()
            .label("staff"),
            trial.scalar_subquery().label("agreed"),
            trial.where(WorkTrial.insured_at.is_not(None)).scalar_subquery().label("insured"),
            select(func.count())
            .select_from(InterimReport)
            .where(InterimReport.order_id == order.id, InterimReport.review_on == review)
            .scalar_subquery()
            .label("interim"),
        )
    ).one()
    return Overview(
        unread=row.unread,
        messages=row.messages,
        change_waits=row.open_change is not None,
        change_is_ours_to_answer=row.open_change is not None and row.open_change is not side,
        changes=row.changes,
        released=bool(row.released),
        staff=row.staff,
        trial_agreed=bool(row.agreed),
        trial_insured=bool(row.insured),
        review_on=review,
        interim_due_on=interim_due_on(order, today),
        interim_given=bool(row.interim),
        wait=life.wait_of(order),
        due_on=life.due_on(order),
        is_late=life.is_late(order, today),
        starts_late=order.accepted_at is not None
        and order.state is not OrderState.CANCELLED
        and life.starts_late(order),
        rests=life.RESTS.get(order.state),
        can_write=may_write(order),
    )


def links(order: Order, side: Side) -> dict[str, str]:
    """The addresses of what belongs to an order, for one side."""
    return {
        "messages": url_for(f"messages.{side}_messages", order_id=order.id),
        "changes": url_for(f"changes.{side}_changes", order_id=order.id),
        "customer": url_for(f"meeting.{side}_customer", order_id=order.id),
    }
