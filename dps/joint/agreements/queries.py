"""Every SELECT about agreements, named by what it answers."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, Text, column, func, or_, select, true
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import selectinload

from core.db import db
from core.identity.mandates import Mandate
from core.identity.models import Authority, Person, Role, RoleHolding
from dps.joint.agreements.models import (
    AgreementParty,
    AgreementVersion,
    CooperationAgreement,
    GroupMember,
    VersionApproval,
    VersionState,
)
from dps.joint.stages import Group

PAGE_SIZE = 25
#: A desk asks for no more.
DESK_ROWS = 60

#: What has been agreed: also a version that a newer one replaces from its first day on.
AGREED = (VersionState.IN_FORCE, VersionState.SUPERSEDED)
#: A version is being prepared.
OPEN = (VersionState.DRAFT, VersionState.PROPOSED)
_CONTENT = (
    selectinload(AgreementVersion.parties),
    selectinload(AgreementVersion.tasks),
    selectinload(AgreementVersion.stages),
    selectinload(AgreementVersion.costs),
)


def agreement(agreement_id: uuid.UUID) -> CooperationAgreement | None:
    return db.session.get(CooperationAgreement, agreement_id)


def version(version_id: uuid.UUID) -> AgreementVersion | None:
    return db.session.get(AgreementVersion, version_id)


def member(membership_id: uuid.UUID) -> GroupMember | None:
    return db.session.get(GroupMember, membership_id)


def next_number() -> int:
    """The running number of a new agreement; the second of two at once waits for the first."""
    db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended("cooperation_agreement", 0))))
    return (db.session.scalar(select(func.max(CooperationAgreement.number))) or 0) + 1


def next_version_number(agreement_id: uuid.UUID) -> int:
    """Counted under the lock of the agreement."""
    last = db.session.scalar(
        select(func.max(AgreementVersion.number)).where(AgreementVersion.agreement_id == agreement_id)
    )
    return (last or 0) + 1


# ---- versions ----


def version_in_force(agreement_id: uuid.UUID, on: date) -> AgreementVersion | None:
    """What is agreed on a day: the newest approved version that has begun, unless it has ended."""
    found = db.session.scalars(
        select(AgreementVersion)
        .where(
            AgreementVersion.agreement_id == agreement_id,
            AgreementVersion.state.in_(AGREED),
            AgreementVersion.starts_on <= on,
        )
        .order_by(AgreementVersion.number.desc())
        .limit(1)
        .options(selectinload(AgreementVersion.parties))
    ).one_or_none()
    return found if found is not None and (found.ends_on is None or found.ends_on >= on) else None


def approved_version(agreement_id: uuid.UUID) -> AgreementVersion | None:
    """The version that all have approved last, whether or not it has begun."""
    return db.session.scalars(
        select(AgreementVersion).where(
            AgreementVersion.agreement_id == agreement_id, AgreementVersion.state == VersionState.IN_FORCE
        )
    ).one_or_none()


def open_version(agreement_id: uuid.UUID) -> AgreementVersion | None:
    """The draft or proposal under way, if there is one."""
    return db.session.scalars(
        select(AgreementVersion).where(AgreementVersion.agreement_id == agreement_id, AgreementVersion.state.in_(OPEN))
    ).one_or_none()


def newest_version(agreement_id: uuid.UUID) -> AgreementVersion | None:
    return db.session.scalars(
        select(AgreementVersion)
        .where(AgreementVersion.agreement_id == agreement_id)
        .order_by(AgreementVersion.number.desc())
        .limit(1)
    ).one_or_none()


def versions_of(agreement_id: uuid.UUID) -> Sequence[AgreementVersion]:
    """The newest first, with what they say."""
    return db.session.scalars(
        select(AgreementVersion)
        .where(AgreementVersion.agreement_id == agreement_id)
        .order_by(AgreementVersion.number.desc())
        .options(*_CONTENT)
        .limit(100)
    ).all()


def voices(version: AgreementVersion) -> list[Authority]:
    """Whose approval a version needs: its parties' authorities, and those of the version in force: nobody is put out
    of an agreement, or under other shares, without their own approval (R103)."""
    return voices_beside(version, approved_version(version.agreement_id))


def voices_beside(version: AgreementVersion, standing: AgreementVersion | None) -> list[Authority]:
    """The same, where the version in force is known already."""
    former = standing.authorities if standing is not None and standing is not version else []
    return list({each.id: each for each in [*version.authorities, *former]}.values())


def approvals_of(version_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, list[VersionApproval]]:
    """The approvals of versions, in the order they were given."""
    found: dict[uuid.UUID, list[VersionApproval]] = {each: [] for each in version_ids}
    rows = select(VersionApproval).where(VersionApproval.version_id.in_(version_ids)).order_by(VersionApproval.id)
    for row in db.session.scalars(rows):
        found[row.version_id].append(row)
    return found


# ---- who sees what ----


def _of_authority(authority_id: uuid.UUID | None, *states: VersionState) -> Select[Any]:
    """Agreements with a version that the authority wrote or is a party of."""
    rows = (
        select(AgreementVersion.agreement_id)
        .outerjoin(AgreementParty, AgreementParty.version_id == AgreementVersion.id)
        .where(or_(AgreementParty.authority_id == authority_id, AgreementVersion.author_id == authority_id))
    )
    return rows.where(AgreementVersion.state.in_(states)) if states else rows


def agreements_seen_by(mandate: Mandate) -> Select[Any]:
    """Agreements of the mandate's authority: those it wrote, and those it is or was a party of."""
    return select(CooperationAgreement).where(CooperationAgreement.id.in_(_of_authority(mandate.authority_id)))


def sees(authority_id: uuid.UUID | None, agreement_id: uuid.UUID) -> bool:
    """Whether the agreement is one of the authority's, by the same rule as the list."""
    rows = _of_authority(authority_id).where(AgreementVersion.agreement_id == agreement_id)
    return authority_id is not None and db.session.scalar(rows.limit(1)) is not None


def is_party(authority_id: uuid.UUID | None, agreement_id: uuid.UUID) -> bool:
    """Whether the authority is a party of the approved version; before there is one, of the newest."""
    standing = approved_version(agreement_id) or newest_version(agreement_id)
    return standing is not None and authority_id in {each.id for each in standing.authorities}


def page_of(rows: Select[Any], after: uuid.UUID | None) -> Sequence[CooperationAgreement]:
    """One page and one more, the newest first."""
    if after is not None:
        rows = rows.where(CooperationAgreement.id < after)
    return db.session.scalars(rows.order_by(CooperationAgreement.id.desc()).limit(PAGE_SIZE + 1)).all()


def current_versions(agreement_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, AgreementVersion]:
    """For each agreement what its row shows: the approved version, else the newest."""
    rows = db.session.scalars(
        select(AgreementVersion)
        .where(AgreementVersion.agreement_id.in_(list(agreement_ids)))
        .order_by(AgreementVersion.number)
        .options(selectinload(AgreementVersion.parties))
    ).all()
    newest = {row.agreement_id: row for row in rows}
    return newest | {row.agreement_id: row for row in rows if row.state is VersionState.IN_FORCE}


# ---- the groups ----


def _on(day: date) -> Select[Any]:
    return select(GroupMember).where(
        GroupMember.starts_on <= day, or_(GroupMember.ends_on.is_(None), GroupMember.ends_on >= day)
    )


def membership(agreement_id: uuid.UUID, group: Group, person_id: uuid.UUID, on: date) -> GroupMember | None:
    """In which seat of a group a person sits on a day; a member's own before a substitute's."""
    return db.session.scalars(
        _on(on)
        .where(GroupMember.agreement_id == agreement_id, GroupMember.group == group, GroupMember.person_id == person_id)
        .order_by(GroupMember.substitutes_id.is_not(None), GroupMember.id)
        .limit(1)
    ).one_or_none()


def members_of(agreement_id: uuid.UUID, on: date) -> Sequence[GroupMember]:
    """Who sits in the groups on a day or will later, in the order they were named."""
    return db.session.scalars(
        select(GroupMember)
        .where(GroupMember.agreement_id == agreement_id, or_(GroupMember.ends_on.is_(None), GroupMember.ends_on >= on))
        .order_by(GroupMember.id)
        .limit(400)
    ).all()


def overlapping(agreement_id: uuid.UUID, group: Group, person_id: uuid.UUID, starts_on: date) -> GroupMember | None:
    """A seat that the person still has on the day or later."""
    return db.session.scalars(
        select(GroupMember)
        .where(
            GroupMember.agreement_id == agreement_id,
            GroupMember.group == group,
            GroupMember.person_id == person_id,
            or_(GroupMember.ends_on.is_(None), GroupMember.ends_on >= starts_on),
        )
        .limit(1)
    ).one_or_none()


def substitutes_of(member_id: uuid.UUID, on: date) -> Sequence[GroupMember]:
    """Who acts in a member's place on a day or later."""
    return db.session.scalars(
        select(GroupMember)
        .where(GroupMember.substitutes_id == member_id, or_(GroupMember.ends_on.is_(None), GroupMember.ends_on >= on))
        .with_for_update(of=GroupMember)
    ).all()


def holds_role(person_id: uuid.UUID, authority_id: uuid.UUID, on: date, *roles: Role) -> bool:
    """Whether somebody holds one of the roles in an authority on a day."""
    return db.session.scalar(_held(on, [authority_id], roles).where(Person.id == person_id).limit(1)) is not None


def staff_of(authority_ids: Collection[uuid.UUID], on: date, *roles: Role) -> Sequence[Person]:
    """The people who hold one of the roles (any, without one) in the authorities on a day, by name."""
    ids = _held(on, authority_ids, roles).with_only_columns(Person.id)
    return db.session.scalars(select(Person).where(Person.id.in_(ids)).order_by(Person.name, Person.id)).all()


def _held(on: date, authority_ids: Collection[uuid.UUID], roles: Collection[Role]) -> Select[Any]:
    rows = (
        select(Person)
        .join(RoleHolding, RoleHolding.person_id == Person.id)
        .where(
            RoleHolding.organisation_id.in_(authority_ids),
            RoleHolding.starts_on <= on,
            or_(RoleHolding.ends_on.is_(None), RoleHolding.ends_on >= on),
            Person.is_active,
        )
    )
    return rows.where(RoleHolding.role.in_(roles)) if roles else rows


# ---- desks ----


def waiting_for(authority_id: uuid.UUID) -> Sequence[AgreementVersion]:
    """Proposed versions that the authority has not approved yet: as a party of it, or of the one in force."""
    standing = (
        select(AgreementVersion.agreement_id)
        .join(AgreementParty, AgreementParty.version_id == AgreementVersion.id)
        .where(AgreementVersion.state == VersionState.IN_FORCE, AgreementParty.authority_id == authority_id)
    )
    own = select(AgreementParty.version_id).where(AgreementParty.authority_id == authority_id)
    given = select(VersionApproval.version_id).where(VersionApproval.authority_id == authority_id)
    return db.session.scalars(
        select(AgreementVersion)
        .where(
            AgreementVersion.state == VersionState.PROPOSED,
            or_(AgreementVersion.id.in_(own), AgreementVersion.agreement_id.in_(standing)),
            AgreementVersion.id.not_in(given),
        )
        .order_by(AgreementVersion.proposed_at)
        .limit(DESK_ROWS)
    ).all()


def returned_to(authority_id: uuid.UUID) -> Sequence[AgreementVersion]:
    """Drafts of the authority that a party has returned."""
    return db.session.scalars(
        select(AgreementVersion)
        .where(
            AgreementVersion.state == VersionState.DRAFT,
            AgreementVersion.author_id == authority_id,
            AgreementVersion.return_reason.is_not(None),
        )
        .order_by(AgreementVersion.id)
        .limit(DESK_ROWS)
    ).all()


def empty_groups(authority_id: uuid.UUID, on: date) -> Sequence[tuple[AgreementVersion, Group]]:
    """Approved versions with a group in which the authority has nobody."""
    every_group = func.unnest(array([each.value for each in Group]))
    groups = every_group.table_valued(column("group", Text), name="groups").render_derived()
    seated = _on(on).where(
        GroupMember.agreement_id == AgreementVersion.agreement_id,
        GroupMember.authority_id == authority_id,
        GroupMember.group == groups.c.group,
    )
    mine = select(AgreementParty.version_id).where(AgreementParty.authority_id == authority_id)
    rows = db.session.execute(
        select(AgreementVersion, groups.c.group)
        .join(groups, true())
        .where(
            AgreementVersion.state == VersionState.IN_FORCE,
            or_(AgreementVersion.ends_on.is_(None), AgreementVersion.ends_on >= on),
            AgreementVersion.id.in_(mine),
            ~seated.with_only_columns(GroupMember.id).exists(),
        )
        .order_by(AgreementVersion.id)
        .limit(DESK_ROWS)
    )
    return [(row[0], Group(row[1])) for row in rows]
