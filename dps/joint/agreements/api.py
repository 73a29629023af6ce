"""Agreements, their versions and groups as JSON: the same verbs as the pages."""

from __future__ import annotations

from typing import Any

from core import clock
from core.errors import RuleBroken
from core.i18n import lazy_gettext as _l
from core.identity import queries as identity
from core.web.access import mandate, requires
from core.web.api import PageQuery, api_blueprint, page
from dps.joint.agreements import queries, seating, service
from dps.joint.agreements.details import AgreementDetails, of_version
from dps.joint.agreements.models import AgreementVersion, CooperationAgreement, GroupMember
from dps.joint.agreements.policy import Permission
from dps.joint.agreements.schemas import (
    AgreementIn,
    AgreementMemberIn,
    AgreementMemberOut,
    AgreementPage,
    AgreementVersionOut,
    AgreementWithVersionsOut,
    ApproveAgreementIn,
    EndMembershipIn,
    ReturnAgreementIn,
)

blp = api_blueprint("cooperation-agreements", __name__, "Agreements between authorities, their versions and groups")


def _shown(version: AgreementVersion) -> dict[str, Any]:
    given = queries.approvals_of([version.id])[version.id]
    names = ("id", "agreement_id", "number", "state", "author_id", "proposed_at", "in_force_at", "return_reason")
    return {
        **{name: getattr(version, name) for name in (*names, "version")},
        "content": of_version(version),
        "approvals": given,
        "waits_for": [
            each.id for each in queries.voices(version) if each.id not in {row.authority_id for row in given}
        ],
    }


@blp.get("/cooperation-agreements")
@requires(Permission.AGREEMENT_LIST)
@blp.arguments(PageQuery, location="query")
@blp.response(200, AgreementPage)
def list_agreements(query: dict[str, Any]) -> Any:
    """The agreements that the caller's authority wrote, or is or was a party of."""
    rows = queries.agreements_seen_by(mandate())
    return page(rows, CooperationAgreement, cursor=query.get("cursor"), limit=query["limit"])


@blp.post("/cooperation-agreements")
@requires(Permission.AGREEMENT_BEGIN)
@blp.arguments(AgreementIn)
@blp.response(201, AgreementVersionOut)
def write(details: AgreementDetails) -> Any:
    """Write the first draft of a new agreement."""
    return _shown(service.write(details, by=mandate()))


@blp.get("/cooperation-agreements/<uuid:agreement_id>")
@requires(Permission.AGREEMENT_READ, on=queries.agreement)
@blp.response(200, AgreementWithVersionsOut)
def show_agreement(agreement: CooperationAgreement) -> Any:
    """An agreement with the version that applies today and the ids of all."""
    standing = queries.version_in_force(agreement.id, clock.helsinki_date(clock.now()))
    names = ("id", "reference", "name_fi", "name_sv", "name_en", "keeper_id", "version")
    return {
        **{name: getattr(agreement, name) for name in names},
        "in_force_id": standing.id if standing is not None else None,
        "version_ids": [each.id for each in queries.versions_of(agreement.id)],
    }


@blp.post("/cooperation-agreements/<uuid:agreement_id>/start-version")
@requires(Permission.AGREEMENT_RENEW, on=queries.agreement)
@blp.response(201, AgreementVersionOut)
def start_version(agreement: CooperationAgreement) -> Any:
    """Begin a new version as a copy of the one in force."""
    return _shown(service.start_version(agreement, by=mandate()))


@blp.get("/cooperation-agreements/versions/<uuid:version_id>")
@requires(Permission.VERSION_READ, on=queries.version)
@blp.response(200, AgreementVersionOut)
def show_version(version: AgreementVersion) -> Any:
    """What a version says, who has approved it, and whose approval is missing."""
    return _shown(version)


@blp.post("/cooperation-agreements/versions/<uuid:version_id>/change")
@requires(Permission.VERSION_WRITE, on=queries.version)
@blp.arguments(AgreementIn)
@blp.response(200, AgreementVersionOut)
def change(version: AgreementVersion, details: AgreementDetails) -> Any:
    """Write the whole draft anew."""
    return _shown(service.change(version, details, by=mandate()))


@blp.post("/cooperation-agreements/versions/<uuid:version_id>/propose")
@requires(Permission.VERSION_WRITE, on=queries.version)
@blp.response(200, AgreementVersionOut)
def propose(version: AgreementVersion) -> Any:
    """Send the draft to all parties."""
    service.propose(version, by=mandate())
    return _shown(version)


@blp.post("/cooperation-agreements/versions/<uuid:version_id>/withdraw")
@requires(Permission.VERSION_WRITE, on=queries.version)
@blp.response(200, AgreementVersionOut)
def withdraw(version: AgreementVersion) -> Any:
    """Give a draft or a proposal up."""
    service.withdraw(version, by=mandate())
    return _shown(version)


@blp.post("/cooperation-agreements/versions/<uuid:version_id>/approve")
@requires(Permission.VERSION_DECIDE, on=queries.version)
@blp.arguments(ApproveAgreementIn)
@blp.response(200, AgreementVersionOut)
def approve(version: AgreementVersion, data: dict[str, Any]) -> Any:
    """Approve in the name of the caller's authority; the last approval brings the version in force."""
    service.approve(version, data["decision"], by=mandate())
    return _shown(version)


@blp.post("/cooperation-agreements/versions/<uuid:version_id>/return")
@requires(Permission.VERSION_DECIDE, on=queries.version)
@blp.arguments(ReturnAgreementIn)
@blp.response(200, AgreementVersionOut)
def return_version(version: AgreementVersion, data: dict[str, Any]) -> Any:
    """Send it back to its writer; approvals given so far do not count any more."""
    service.return_version(version, data["reason"], by=mandate())
    return _shown(version)


@blp.get("/cooperation-agreements/<uuid:agreement_id>/members")
@requires(Permission.AGREEMENT_READ, on=queries.agreement)
@blp.response(200, AgreementMemberOut(many=True))
def list_members(agreement: CooperationAgreement) -> Any:
    """Who sits in the groups today or will later."""
    return queries.members_of(agreement.id, clock.helsinki_date(clock.now()))


@blp.post("/cooperation-agreements/<uuid:agreement_id>/name-member")
@requires(Permission.MEMBER_NAME, on=queries.agreement)
@blp.arguments(AgreementMemberIn)
@blp.response(201, AgreementMemberOut)
def name_member(agreement: CooperationAgreement, data: dict[str, Any]) -> Any:
    """Name somebody of the caller's own authority."""
    person = identity.person(data["person_id"])
    seat = queries.member(data["substitutes_id"]) if data["substitutes_id"] else None
    if person is None or (data["substitutes_id"] and seat is None):
        field = "person_id" if person is None else "substitutes_id"
        raise RuleBroken(_l("There is no such thing."), rule="not-found", field=field, next_step=_l("Check the ids."))
    return seating.name_member(agreement, data["group"], person, data["starts_on"], by=mandate(), substitutes=seat)


@blp.post("/cooperation-agreements/members/<uuid:membership_id>/end")
@requires(Permission.MEMBER_END, on=queries.member)
@blp.arguments(EndMembershipIn)
@blp.response(200, AgreementMemberOut)
def end_membership(member: GroupMember, data: dict[str, Any]) -> Any:
    """The last day of a member, and of those who substitute for it."""
    seating.end_membership(member, data["ends_on"], by=mandate())
    return member
