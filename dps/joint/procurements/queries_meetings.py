"""Every SELECT about meetings of the groups."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, func, or_, select

from core.db import db
from core.identity.mandates import Mandate
from core.identity.models import Authority
from dps.joint.agreements.models import AgreementParty, AgreementVersion, GroupMember
from dps.joint.procurements.models import JointMeeting
from dps.joint.procurements.queries import PAGE_SIZE
from dps.joint.stages import Group


def meeting(meeting_id: uuid.UUID) -> JointMeeting | None:
    return db.session.get(JointMeeting, meeting_id)


def meetings_seen_by(mandate: Mandate) -> Select[JointMeeting]:
    """Meetings of the groups of the agreements that the mandate's authority is or was a party of."""
    versions = (
        select(AgreementVersion.agreement_id)
        .join(AgreementParty, AgreementParty.version_id == AgreementVersion.id)
        .where(AgreementParty.authority_id == mandate.authority_id, AgreementVersion.in_force_at.is_not(None))
    )
    return select(JointMeeting).where(JointMeeting.agreement_id.in_(versions))


def sees_meeting(mandate: Mandate, meeting_id: uuid.UUID) -> bool:
    return db.session.scalar(meetings_seen_by(mandate).where(JointMeeting.id == meeting_id)) is not None


def next_meeting_number(agreement_id: uuid.UUID, group: Group) -> int:
    last = db.session.scalar(
        select(func.max(JointMeeting.number)).where(
            JointMeeting.agreement_id == agreement_id, JointMeeting.group == group
        )
    )
    return (last or 0) + 1


def members_on(agreement_id: uuid.UUID, group: Group, day: date) -> Sequence[GroupMember]:
    """Who sat in a group on a day, substitutes too."""
    return db.session.scalars(
        select(GroupMember)
        .join(Authority, Authority.id == GroupMember.authority_id)
        .where(
            GroupMember.agreement_id == agreement_id,
            GroupMember.group == group,
            GroupMember.starts_on <= day,
            or_(GroupMember.ends_on.is_(None), GroupMember.ends_on >= day),
        )
        .order_by(Authority.name_fi, GroupMember.id)
        .limit(200)
    ).all()


def page_of(rows: Select[JointMeeting], after: uuid.UUID | None) -> Sequence[JointMeeting]:
    """One page and one more, the newest first."""
    if after is not None:
        rows = rows.where(JointMeeting.id < after)
    return db.session.scalars(rows.order_by(JointMeeting.id.desc()).limit(PAGE_SIZE + 1)).all()


def seats_of(person_id: uuid.UUID, day: date) -> Sequence[GroupMember]:
    """The groups in which a person sits on a day."""
    return db.session.scalars(
        select(GroupMember)
        .where(
            GroupMember.person_id == person_id,
            GroupMember.starts_on <= day,
            or_(GroupMember.ends_on.is_(None), GroupMember.ends_on >= day),
        )
        .order_by(GroupMember.id)
        .limit(20)
    ).all()
