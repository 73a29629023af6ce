"""Every SELECT about notices, named by what it answers."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, Text, and_, case, cast, func, select
from sqlalchemy.orm import aliased, contains_eager

from core.db import db
from core.identity.mandates import Mandate
from dps.contracts.models import FrameContract
from dps.decisions.models import Decision, DecisionKind, DecisionState
from dps.notices.models import Notice, NoticeContract, NoticeKind, NoticeState
from dps.systems.models import Category, PurchasingSystem, SystemState


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


def _unannounced() -> Select[FrameContract]:
    """Contracts of competitions, made and announced by no notice yet (R80)."""
    return (
        select(FrameContract)
        .join(FrameContract.category)
        .where(
            FrameContract.award_decision_id.is_not(None),
            FrameContract.authority_signed_at.is_not(None),
            ~select(NoticeContract.id).where(NoticeContract.contract_id == FrameContract.id).exists(),
        )
        .order_by(FrameContract.authority_signed_at, FrameContract.id)
    )


def contracts_to_announce(system_id: uuid.UUID) -> Sequence[FrameContract]:
    """Those of a system, the oldest first."""
    return db.session.scalars(_unannounced().where(Category.system_id == system_id).limit(300)).all()


def contracts_of_authority_to_announce(authority_id: uuid.UUID, limit: int = 60) -> Sequence[FrameContract]:
    """Those of an authority, the oldest first."""
    return db.session.scalars(
        _unannounced().join(Category.system).where(PurchasingSystem.authority_id == authority_id).limit(limit)
    ).all()


def contracts_of_quarter(system_id: uuid.UUID, first: datetime, after: datetime) -> Sequence[FrameContract]:
    """Those of a system made from a moment on and before another one."""
    made = FrameContract.authority_signed_at
    return db.session.scalars(_unannounced().where(Category.system_id == system_id, made >= first, made < after)).all()


def is_announced(contract_id: uuid.UUID) -> bool:
    """Whether a notice announces the contract."""
    found = select(NoticeContract.id).where(NoticeContract.contract_id == contract_id)
    return db.session.scalar(found) is not None


def cancellation_notice(decision_id: uuid.UUID) -> Notice | None:
    """The notice of a cancellation."""
    return db.session.scalars(select(Notice).where(Notice.decision_id == decision_id)).one_or_none()


def _cancellations() -> Select[Decision]:
    """Signed cancellations that no notice tells of, and no later decision corrects (R49)."""
    later = aliased(Decision)
    return (
        select(Decision)
        .join(Decision.category)
        .options(contains_eager(Decision.category))
        .where(
            Decision.kind == DecisionKind.CANCELLATION,
            Decision.state == DecisionState.SIGNED,
            ~select(Notice.id).where(Notice.decision_id == Decision.id).exists(),
            ~select(later.id).where(later.corrects_id == Decision.id, later.state == DecisionState.SIGNED).exists(),
        )
        .order_by(Decision.signed_at, Decision.id)
    )


def cancellations_to_announce(system_id: uuid.UUID) -> Sequence[Decision]:
    """Those of a system, the oldest first."""
    return db.session.scalars(_cancellations().where(Category.system_id == system_id).limit(100)).all()


def cancellations_of_authority_to_announce(authority_id: uuid.UUID, limit: int = 60) -> Sequence[Decision]:
    """Those of an authority, the oldest first."""
    return db.session.scalars(_cancellations().where(Decision.authority_id == authority_id).limit(limit)).all()


def number_is_taken(number: str) -> bool:
    """Whether a notice with this number is recorded."""
    return db.session.scalar(select(Notice.id).where(Notice.number == number)) is not None
