"""Every SELECT about notices, named by what it answers."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import Select, select

from core.db import db
from core.identity.mandates import Mandate
from dps.notices.models import Notice, NoticeState
from dps.systems.models import PurchasingSystem


def notice(notice_id: uuid.UUID) -> Notice | None:
    return db.session.get(Notice, notice_id)


def notices_of(system_id: uuid.UUID) -> Sequence[Notice]:
    """The notices of a system, the oldest first."""
    return db.session.scalars(select(Notice).where(Notice.system_id == system_id).order_by(Notice.id)).all()


def published_notices_of(system_id: uuid.UUID) -> Sequence[Notice]:
    """What everybody may see: number and time are recorded."""
    return db.session.scalars(
        select(Notice)
        .where(Notice.system_id == system_id, Notice.state == NoticeState.PUBLISHED)
        .order_by(Notice.published_at)
    ).all()


def notices_of_authority(mandate: Mandate) -> Select[Notice]:
    """The notices of the mandate's authority, to be paged."""
    return select(Notice).join(Notice.system).where(PurchasingSystem.authority_id == mandate.authority_id)


def number_is_taken(number: str) -> bool:
    """Whether a notice with this number is recorded."""
    return db.session.scalar(select(Notice.id).where(Notice.number == number)) is not None
