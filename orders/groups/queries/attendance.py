"""Who was there, and the absences the authority handles."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, false, func, select
from sqlalchemy.orm import joinedload, lazyload

from core.db import db
from core.identity.mandates import Mandate
from core.identity.models import Role
from orders.groups.models import (
    LIVE,
    AbsenceKind,
    AbsenceNotice,
    Attendance,
    AttendanceKind,
    Group,
    NoticeState,
)
from orders.groups.queries.common import PAGE_SIZE, TAKING_PART
from orders.models import Order, OrderState


def marks_of(order_id: uuid.UUID) -> dict[date, AttendanceKind]:
    """What was told of each day of an order."""
    rows = db.session.execute(select(Attendance.day, Attendance.kind).where(Attendance.order_id == order_id))
    return {row.day: row.kind for row in rows}


def attendance_on(order_id: uuid.UUID, day: date) -> Attendance | None:
    return db.session.scalars(
        select(Attendance).where(Attendance.order_id == order_id, Attendance.day == day)
    ).one_or_none()


def marks_on(order_ids: Sequence[uuid.UUID], day: date) -> dict[uuid.UUID, AttendanceKind]:
    """What was told of one day, by order."""
    rows = db.session.execute(
        select(Attendance.order_id, Attendance.kind).where(Attendance.order_id.in_(order_ids), Attendance.day == day)
    )
    return {row.order_id: row.kind for row in rows}


def participants(group_id: uuid.UUID) -> Sequence[Order]:
    """The orders whose customers take part in a course now."""
    return db.session.scalars(
        select(Order).where(Order.group_id == group_id, Order.state.in_(TAKING_PART)).order_by(Order.number).limit(500)
    ).all()


def groups_on(supplier_id: uuid.UUID, day: date) -> Sequence[tuple[Group, int, int]]:
    """The supplier's groups with a course day on this day: how many take part, and of how many it is told."""
    taking_part = (
        select(func.count())
        .where(Order.group_id == Group.id, Order.state.in_(TAKING_PART))
        .correlate(Group)
        .scalar_subquery()
    )
    told = (
        select(func.count())
        .select_from(Attendance)
        .join(Order, Order.id == Attendance.order_id)
        .where(Order.group_id == Group.id, Order.state.in_(TAKING_PART), Attendance.day == day)
        .correlate(Group)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Group, taking_part, told)
        .options(joinedload(Group.offering).options(lazyload("*")))
        .where(Group.supplier_id == supplier_id, Group.state.in_(LIVE), Group.days.contains([day.isoformat()]))
        .order_by(Group.id)
        .limit(PAGE_SIZE)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def groups_to_come(supplier_id: uuid.UUID, today: date) -> Sequence[Group]:
    """The supplier's groups that run or are to come."""
    return db.session.scalars(
        groups_seen_by_supplier(supplier_id)
        .where(Group.state.in_(LIVE), Group.last_day >= today)
        .order_by(Group.first_day, Group.id)
        .limit(PAGE_SIZE)
    ).all()


def groups_seen_by_supplier(supplier_id: uuid.UUID) -> Select[Group]:
    return (
        select(Group).options(joinedload(Group.offering).options(lazyload("*"))).where(Group.supplier_id == supplier_id)
    )


def single_orders(supplier_id: uuid.UUID) -> Sequence[Order]:
    """Services for one customer that are under way."""
    return db.session.scalars(
        select(Order)
        .where(Order.supplier_id == supplier_id, Order.group_id.is_(None), Order.state == OrderState.STARTED)
        .order_by(Order.number)
        .limit(PAGE_SIZE)
    ).all()


def notice(absence_id: uuid.UUID) -> AbsenceNotice | None:
    return db.session.get(AbsenceNotice, absence_id)


def notices_of(order_id: uuid.UUID) -> Sequence[AbsenceNotice]:
    """The notices of an order that stand, oldest first."""
    return db.session.scalars(
        select(AbsenceNotice)
        .where(AbsenceNotice.order_id == order_id, AbsenceNotice.state != NoticeState.WITHDRAWN)
        .order_by(AbsenceNotice.id)
    ).all()


def runs_told(order_id: uuid.UUID) -> Sequence[AbsenceNotice]:
    """The notices of days in a row that stand."""
    return [each for each in notices_of(order_id) if each.kind is AbsenceKind.FIVE_DAYS]


def notices_seen_by(mandate: Mandate) -> Select[AbsenceNotice]:
    """The notices a mandate may list: of its authority's customers."""
    query = select(AbsenceNotice).join(Order, Order.id == AbsenceNotice.order_id)
    if mandate.role is not Role.EXPERT:
        return query.where(false())
    return query.where(Order.authority_id == mandate.organisation_id)
