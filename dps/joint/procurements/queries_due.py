"""What is due on whose desk, and what the jobs look at."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload

from core.db import db
from core.identity.mandates import Mandate
from dps.joint.agreements.models import AgreementParty, AgreementVersion, GroupMember
from dps.joint.procurements.models import (
    JointApproval,
    JointProcurement,
    Participation,
    ParticipationState,
    ProcurementState,
    StageEntry,
    TransferState,
    VolumeTransfer,
)
from dps.joint.procurements.queries import is_party_of
from dps.joint.stages import Group, Stage

#: A desk asks for no more.
DESK_ROWS = 60


def waiting_for(mandate: Mandate, today: date) -> Sequence[tuple[JointProcurement, StageEntry, bool, bool]]:
    """Running procurements of the mandate's authority: where each stands, whether the authority has approved that,
    and whether the mandate's own membership or name makes it theirs to approve."""
    given = (
        select(JointApproval.id)
        .where(
            JointApproval.procurement_id == JointProcurement.id,
            JointApproval.stage == JointProcurement.stage,
            JointApproval.round == JointProcurement.round,
            JointApproval.authority_id == mandate.authority_id,
        )
        .exists()
    )
    seat = (
        select(GroupMember.id)
        .where(
            GroupMember.agreement_id == JointProcurement.agreement_id,
            GroupMember.person_id == mandate.person_id,
            GroupMember.starts_on <= today,
            or_(GroupMember.ends_on.is_(None), GroupMember.ends_on >= today),
            or_(
                and_(JointProcurement.stage == Stage.PROPOSAL, GroupMember.group == Group.COORDINATION),
                and_(JointProcurement.stage == Stage.STEERING, GroupMember.group == Group.STEERING),
            ),
        )
        .exists()
    )
    taking_part = is_party_of(mandate.authority_id).where(Participation.state == ParticipationState.IN)
    rows = db.session.execute(
        select(JointProcurement, StageEntry, given, seat)
        .join(
            StageEntry,
            and_(StageEntry.procurement_id == JointProcurement.id, StageEntry.stage == JointProcurement.stage),
        )
        .where(JointProcurement.state == ProcurementState.RUNNING, JointProcurement.id.in_(taking_part))
        .order_by(StageEntry.due_on, JointProcurement.id)
        .limit(DESK_ROWS)
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def open_transfers_to(authority_id: uuid.UUID | None) -> Sequence[VolumeTransfer]:
    """Proposed transfers that the authority answers."""
    return db.session.scalars(
        select(VolumeTransfer)
        .join(Participation, Participation.id == VolumeTransfer.taker_id)
        .join(AgreementParty, AgreementParty.id == Participation.party_id)
        .options(joinedload(VolumeTransfer.procurement), joinedload(VolumeTransfer.giver))
        .where(VolumeTransfer.state == TransferState.PROPOSED, AgreementParty.authority_id == authority_id)
        .order_by(VolumeTransfer.id)
        .limit(DESK_ROWS)
    ).all()


def watched() -> Sequence[JointProcurement]:
    """Procurements with a system whose orders are held against the estimate, before the alarm."""
    return db.session.scalars(
        select(JointProcurement)
        .where(
            JointProcurement.state == ProcurementState.RUNNING,
            JointProcurement.stage.in_((Stage.CONTRACTS, Stage.USE, Stage.FOLLOW_UP)),
            JointProcurement.alarmed_at.is_(None),
        )
        .order_by(JointProcurement.id)
        .limit(1000)
    ).all()


def bound_by_older(today: date) -> Sequence[JointProcurement]:
    """Running procurements whose agreement has a newer version that binds them from a day that has come."""
    newer = (
        select(AgreementVersion.id)
        .where(
            AgreementVersion.agreement_id == JointProcurement.agreement_id,
            AgreementVersion.in_force_at.is_not(None),
            AgreementVersion.binds_running,
            AgreementVersion.starts_on <= today,
            AgreementVersion.id > JointProcurement.version_id,
        )
        .exists()
    )
    return db.session.scalars(
        select(JointProcurement)
        .where(JointProcurement.state == ProcurementState.RUNNING, newer)
        .order_by(JointProcurement.id)
        .limit(1000)
    ).all()
