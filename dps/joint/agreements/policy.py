"""Who may do what with agreements: each authority with its own voice, and nobody outside them anything."""

from __future__ import annotations

from enum import StrEnum

from core.identity.mandates import Mandate
from core.identity.models import Role
from core.policy import holds, holds_in_authority_of
from dps.joint.agreements import queries
from dps.joint.agreements.models import AgreementVersion, CooperationAgreement


class Permission(StrEnum):
    """What can be done with agreements."""

    JOINT_DESK = "joint-desk:read"
    AGREEMENT_LIST = "agreement:list"
    AGREEMENT_READ = "agreement:read"
    #: Write the first draft of a new agreement.
    AGREEMENT_BEGIN = "agreement:begin"
    #: Begin a new version.
    AGREEMENT_RENEW = "agreement:renew"
    VERSION_READ = "agreement-version:read"
    #: Change, propose or withdraw a draft.
    VERSION_WRITE = "agreement-version:write"
    #: Approve or return it in the name of one's authority.
    VERSION_DECIDE = "agreement-version:decide"
    #: Name people of one's own authority.
    MEMBER_NAME = "agreement-member:name"
    MEMBER_END = "agreement-member:end"


#: Who works under ``/joint``.
JOINT_ROLES = (Role.COORDINATOR, Role.DECIDER, Role.STEERING)

_joint = holds(*JOINT_ROLES)


def sees_agreement(mandate: Mandate, agreement: CooperationAgreement) -> bool:
    """Somebody of an authority that wrote it or is a party."""
    return _joint(mandate, agreement) and queries.sees(mandate.authority_id, agreement.id)


def sees_version(mandate: Mandate, version: AgreementVersion) -> bool:
    return sees_agreement(mandate, version.agreement)


def coordinates_party(mandate: Mandate, agreement: CooperationAgreement) -> bool:
    """A coordinator of an authority that is a party now."""
    return mandate.role is Role.COORDINATOR and queries.is_party(mandate.authority_id, agreement.id)


def holds_the_pen(mandate: Mandate, version: AgreementVersion) -> bool:
    """A coordinator of the authority that writes this version."""
    return mandate.role is Role.COORDINATOR and mandate.authority_id == version.author_id


def speaks_for_party(mandate: Mandate, version: AgreementVersion) -> bool:
    """A decision maker of an authority whose approval the version needs (R103)."""
    return mandate.role is Role.DECIDER and mandate.authority_id in {each.id for each in queries.voices(version)}


RULES = {
    Permission.JOINT_DESK: _joint,
    Permission.AGREEMENT_LIST: _joint,
    Permission.AGREEMENT_READ: sees_agreement,
    Permission.AGREEMENT_BEGIN: holds(Role.COORDINATOR),
    Permission.AGREEMENT_RENEW: coordinates_party,
    Permission.VERSION_READ: sees_version,
    Permission.VERSION_WRITE: holds_the_pen,
    Permission.VERSION_DECIDE: speaks_for_party,
    Permission.MEMBER_NAME: coordinates_party,
    Permission.MEMBER_END: holds_in_authority_of(Role.COORDINATOR),
}
