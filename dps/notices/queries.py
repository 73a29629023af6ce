"""Every SELECT about notices, named by what it answers."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import Select, Text, and_, case, cast, func, select

from core.db import db
from core.identity.mandates import Mandate
from dps.notices.models import Notice, NoticeKind, NoticeState
from dps.systems.models import PurchasingSystem, SystemState


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


def establishing(system_id: uuid.UUID) -> Notice | None:
    """The contract notice that set the system up."""
    return db.session.scalars(
        select(Notice)
        .where(Notice.system_id == system_id, Notice.kind == NoticeKind.CONTRACT_NOTICE, Notice.change_id.is_(None))
        .limit(1)
    ).one_or_none()


def award_notice(system_id: uuid.UUID) -> Notice | None:
    """The award notice of an ended system."""
    return db.session.scalars(
        select(Notice).where(Notice.system_id == system_id, Notice.kind == NoticeKind.AWARD_NOTICE).limit(1)
    ).one_or_none()


def systems_that_wait_for_a_notice(authority_id: uuid.UUID) -> Sequence[tuple[PurchasingSystem, NoticeState | None]]:
    """Approved systems, and ended ones whose end has not been published; with the state of that notice (R17, R18)."""
    kind = case(
        (PurchasingSystem.state == SystemState.ENDED, NoticeKind.AWARD_NOTICE.value),
        else_=NoticeKind.CONTRACT_NOTICE.value,
    )
    about = and_(Notice.system_id == PurchasingSystem.id, Notice.change_id.is_(None), cast(Notice.kind, Text) == kind)
    rows = db.session.execute(
        select(PurchasingSystem, Notice.state)
        .outerjoin(Notice, about)
        .where(
            PurchasingSystem.authority_id == authority_id,
            PurchasingSystem.state.in_((SystemState.APPROVED, SystemState.ENDED)),
            Notice.published_at.is_(None),
        )
        .order_by(func.coalesce(PurchasingSystem.ended_at, PurchasingSystem.approved_at))
        .limit(50)
    )
    return [(row[0], row[1]) for row in rows]


def number_is_taken(number: str) -> bool:
    """Whether a notice with this number is recorded."""
    return db.session.scalar(select(Notice.id).where(Notice.number == number)) is not None
