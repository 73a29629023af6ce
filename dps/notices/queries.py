"""Every SELECT about notices, named by what it answers."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import Select, select

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


def sent_notices_of(authority_id: uuid.UUID) -> Sequence[Notice]:
    """Notices that were sent and whose publication has not been recorded, the oldest first."""
    return db.session.scalars(
        select(Notice)
        .join(Notice.system)
        .where(PurchasingSystem.authority_id == authority_id, Notice.state == NoticeState.SENT)
        .order_by(Notice.sent_at)
        .limit(50)
    ).all()


def ended_without_award_notice(authority_id: uuid.UUID) -> Sequence[PurchasingSystem]:
    """Ended systems about whose end nothing has been sent, the oldest end first (R18)."""
    sent = select(Notice.system_id).where(Notice.kind == NoticeKind.AWARD_NOTICE)
    return db.session.scalars(
        select(PurchasingSystem)
        .where(
            PurchasingSystem.authority_id == authority_id,
            PurchasingSystem.state == SystemState.ENDED,
            PurchasingSystem.id.not_in(sent),
        )
        .order_by(PurchasingSystem.ended_at)
        .limit(50)
    ).all()


def number_is_taken(number: str) -> bool:
    """Whether a notice with this number is recorded."""
    return db.session.scalar(select(Notice.id).where(Notice.number == number)) is not None
