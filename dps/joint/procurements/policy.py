"""Who may do what with joint procurements: the people of the authorities behind their parties, and nobody else."""

from __future__ import annotations

import uuid
from enum import StrEnum
from typing import Any

from core.identity.mandates import Mandate
from core.identity.models import Role
from core.policy import holds
from dps.joint.agreements.policy import JOINT_ROLES, sees_agreement
from dps.joint.procurements import queries, queries_meetings
from dps.joint.procurements.models import JointMeeting, JointProcurement, Participation, VolumeTransfer


class Permission(StrEnum):
    """What can be done with joint procurements."""

    PROCUREMENT_LIST = "joint-procurement:list"
    PROCUREMENT_READ = "joint-procurement:read"
    #: Begin one; that the authority is a party is asked in the verb, of the chosen agreement.
    PROCUREMENT_BEGIN = "joint-procurement:begin"
    #: What the lead party does in the name of all (R103).
    PROCUREMENT_LEAD = "joint-procurement:lead"
    #: Approve a stage in the name of one's own authority; the seat in the group is asked in the verb.
    STAGE_APPROVE = "joint-procurement:approve"
    #: Write a party's need; propose transfers of its volumes.
    NEED_STATE = "joint-participation:state-need"
    #: Leave or withdraw, by a decision of the party's own authority.
    PARTY_DECIDE = "joint-participation:decide"
    TRANSFER_ANSWER = "joint-transfer:answer"
    MEETING_LIST = "joint-meeting:list"
    MEETING_READ = "joint-meeting:read"
    #: Of an agreement of one's authority; the seat in the group is asked in the verb.
    MEETING_RECORD = "joint-meeting:record"


_joint = holds(*JOINT_ROLES)


def takes_part(mandate: Mandate, row: JointProcurement) -> bool:
    """Somebody of an authority with a party in it."""
    return _joint(mandate, row) and queries.is_party(mandate.authority_id, row.id)


def leads(mandate: Mandate, row: JointProcurement) -> bool:
    """A coordinator of the lead party's authority."""
    return mandate.role is Role.COORDINATOR and mandate.authority_id == row.lead_id


def _acts_for(mandate: Mandate, authority_id: uuid.UUID, role: Role) -> bool:
    return mandate.role is role and mandate.authority_id == authority_id


def coordinates_party(mandate: Mandate, row: Participation) -> bool:
    return _acts_for(mandate, row.party.authority_id, Role.COORDINATOR)


def decides_for_party(mandate: Mandate, row: Participation) -> bool:
    return _acts_for(mandate, row.party.authority_id, Role.DECIDER)


def coordinates_taker(mandate: Mandate, row: VolumeTransfer) -> bool:
    return coordinates_party(mandate, row.taker)


def sees_meeting(mandate: Mandate, row: JointMeeting) -> bool:
    """Somebody of a party of the agreement, by the same rule as the list."""
    return _joint(mandate, row) and queries_meetings.sees_meeting(mandate, row.id)


RULES: dict[Permission, Any] = {
    Permission.PROCUREMENT_LIST: _joint,
    Permission.PROCUREMENT_READ: takes_part,
    Permission.PROCUREMENT_BEGIN: holds(Role.COORDINATOR),
    Permission.PROCUREMENT_LEAD: leads,
    Permission.STAGE_APPROVE: takes_part,
    Permission.NEED_STATE: coordinates_party,
    Permission.PARTY_DECIDE: decides_for_party,
    Permission.TRANSFER_ANSWER: coordinates_taker,
    Permission.MEETING_LIST: _joint,
    Permission.MEETING_READ: sees_meeting,
    Permission.MEETING_RECORD: sees_agreement,
}
