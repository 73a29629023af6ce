"""What groups put on the desks."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload, lazyload

from core.db import db
from orders.groups.models import (
    AbsenceNotice,
    EntryState,
    Group,
    GroupState,
    NoticeState,
    QueueEntry,
)
from orders.models import Need, Order


def offers_for(expert_id: uuid.UUID, now: datetime, limit: int = 60) -> Sequence[QueueEntry]:
    """Seats kept for the expert's customers, the most urgent first."""
    return db.session.scalars(
        select(QueueEntry)
        .join(QueueEntry.need)
        .options(
            contains_eager(QueueEntry.need).options(lazyload("*")), joinedload(QueueEntry.offer).options(lazyload("*"))
        )
        .where(Need.expert_id == expert_id, QueueEntry.state == EntryState.OFFERED, QueueEntry.offered_until >= now)
        .order_by(QueueEntry.offered_until)
        .limit(limit)
    ).all()


def notices_for(expert_id: uuid.UUID, limit: int = 60) -> Sequence[AbsenceNotice]:
    """Absences that the expert must do something about."""
    return db.session.scalars(
        select(AbsenceNotice)
        .join(AbsenceNotice.order)
        .options(contains_eager(AbsenceNotice.order).options(lazyload("*")))
        .where(Order.expert_id == expert_id, AbsenceNotice.state.in_((NoticeState.OPEN, NoticeState.HEARD)))
        .order_by(AbsenceNotice.id)
        .limit(limit)
    ).all()


def soon_with_empty_seats(authority_id: uuid.UUID, today: date, until: date, limit: int = 60) -> Sequence[Group]:
    """Groups that start soon and have seats that are nobody's."""
    return db.session.scalars(
        select(Group)
        .options(joinedload(Group.offering).options(lazyload("*")))
        .where(
            Group.authority_id == authority_id,
            Group.state.in_((GroupState.PLANNED, GroupState.OPEN)),
            Group.first_day.between(today, until),
            Group.seats_filled < Group.seats_held,
        )
        .order_by(Group.first_day)
        .limit(limit)
    ).all()
