"""Who sits in the groups of an agreement: named by the authority they work for, with substitutes."""

from __future__ import annotations

from datetime import date

from core import audit, clock
from core.db import db, lock, new_id, transaction
from core.errors import NotAllowed, RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.identity.models import Person, Role
from dps.joint.agreements import queries, rules
from dps.joint.agreements.models import CooperationAgreement, GroupMember
from dps.joint.stages import Group

NAMED = audit.declare("agreement_member.named", "agreement", "group", "authority", "person", "substitutes", "starts_on")
ENDED = audit.declare("agreement_member.ended", "agreement", "group", "authority", "person", "ends_on")


@transaction
def name_member(
    agreement: CooperationAgreement,
    group: Group,
    person: Person,
    starts_on: date,
    *,
    by: Mandate,
    substitutes: GroupMember | None = None,
) -> GroupMember:
    """Name somebody of one's own authority to a group, or as a member's substitute.

    :raises NotAllowed: who acts coordinates no party of the agreement
    :raises RuleBroken: the person has no fitting role there, sits there already, or the day or the member does not fit
    """
    lock(agreement)
    now = clock.now()
    if by.role is not Role.COORDINATOR or not queries.is_party(by.authority_id, agreement.id):
        raise NotAllowed(
            _l("People are named by a coordinator of the authority they work for."),
            rule="R103",
            next_step=_l("Ask the coordinator of that authority."),
        )
    today = clock.helsinki_date(now)
    if starts_on < today:
        raise RuleBroken(
            _l("The first day is past."),
            rule="agreement-group",
            field="starts_on",
            next_step=_l("Enter today or a later day: nobody acts for the days before."),
        )
    if not queries.holds_role(person.id, by.organisation_id, starts_on, *rules.ROLES_OF_GROUP[group]):
        raise RuleBroken(
            _l("The person has no role in your authority that fits this group."),
            rule="R103",
            field="person",
            next_step=_l("Choose somebody else, or ask the administrator to give the role."),
        )
    if queries.overlapping(agreement.id, group, person.id, starts_on) is not None:
        raise RuleBroken(
            _l("The person sits in this group already."),
            rule="agreement-group",
            field="person",
            next_step=_l("End the old membership first, or choose somebody else."),
        )
    if substitutes is not None:
        _refuse_wrong_seat(agreement, group, substitutes, starts_on, by)
    member = GroupMember(
        id=new_id(),
        agreement_id=agreement.id,
        group=group,
        authority_id=by.organisation_id,
        person_id=person.id,
        substitutes_id=substitutes.id if substitutes is not None else None,
        starts_on=starts_on,
        named_by=by.person_id,
        named_at=now,
    )
    db.session.add(member)
    db.session.flush()
    db.session.refresh(member)
    audit.record(
        NAMED,
        subject=member,
        actor=by,
        at=now,
        agreement=agreement.id,
        group=group.value,
        authority=member.authority_id,
        person=person.id,
        substitutes=member.substitutes_id,
        starts_on=starts_on,
    )
    return member


def _refuse_wrong_seat(
    agreement: CooperationAgreement, group: Group, seat: GroupMember, starts_on: date, by: Mandate
) -> None:
    """A substitute acts for a member of the same group and authority, not for a substitute."""
    fits = (
        seat.agreement_id == agreement.id
        and seat.group is group
        and seat.authority_id == by.authority_id
        and seat.substitutes_id is None
        and (seat.ends_on is None or seat.ends_on >= starts_on)
    )
    if not fits:
        raise RuleBroken(
            _l("A substitute acts for a member of your own authority in the same group."),
            rule="R103",
            field="substitutes",
            next_step=_l("Choose one of your authority's members, or nobody."),
        )


@transaction
def end_membership(member: GroupMember, ends_on: date, *, by: Mandate) -> None:
    """The last day of a member; the member's substitutes end with it.

    :raises NotAllowed: who acts is no coordinator of the member's authority
    :raises WrongState: it has an end already
    :raises RuleBroken: the day is past, or before the first
    """
    lock(member.agreement)
    lock(member)
    now = clock.now()
    if by.role is not Role.COORDINATOR or by.authority_id != member.authority_id:
        raise NotAllowed(
            _l("People are named by a coordinator of the authority they work for."),
            rule="R103",
            next_step=_l("Ask the coordinator of that authority."),
        )
    if member.ends_on is not None:
        raise WrongState(
            _l("The membership has a last day already."),
            rule="agreement-group",
            next_step=_l("Name the person again, if the membership goes on."),
        )
    if ends_on < max(clock.helsinki_date(now), member.starts_on):
        raise RuleBroken(
            _l("The last day is past, or before the first."),
            rule="agreement-group",
            field="ends_on",
            next_step=_l("Enter today or a later day."),
        )
    for each in [member, *queries.substitutes_of(member.id, ends_on)]:
        if each.starts_on > ends_on:  # a substitute who has not begun does not begin
            db.session.delete(each)
        else:
            each.ends_on = ends_on
        audit.record(
            ENDED,
            subject=each,
            actor=by,
            at=now,
            agreement=each.agreement_id,
            group=each.group.value,
            authority=each.authority_id,
            person=each.person_id,
            ends_on=ends_on,
        )
