"""Approving a stage: each authority once, by the person who may, for the calculation that is valid now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from core import audit, clock
from core.db import db, new_id, transaction
from core.errors import NotAllowed, RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.identity.models import Role
from dps.joint.agreements import queries as agreements
from dps.joint.agreements.models import AgreementStage, GroupMember
from dps.joint.agreements.rules import ROLES_OF_GROUP
from dps.joint.procurements import queries, rules
from dps.joint.procurements.models import InNameOf, JointApproval, JointProcurement, Participation, ProcurementState
from dps.joint.procurements.service import stating, steps
from dps.joint.stages import APPROVED_STAGES, ApprovalRule, Group, Stage

APPROVED = audit.declare(
    "joint_procurement.approved", "stage", "round", "authority", "member", "decision", "in_name_of"
)

#: Whose member endorses the proposal, and whose approves in steering.
GROUPS = {Stage.PROPOSAL: Group.COORDINATION, Stage.STEERING: Group.STEERING}
#: Who acts for the authority where the stage is no group's.
ROLES = {Stage.NEED: Role.COORDINATOR, Stage.DECISIONS: Role.DECIDER}


@transaction
def approve(
    procurement: JointProcurement, *, decision: str = "", note: str = "", seen: str | None = None, by: Mandate
) -> JointApproval:
    """Approve the present stage in the name of one's own authority (R103).

    :param decision: the number of the authority's own decision, in the stage of decisions
    :param seen: what the person was shown (``shown_as``), where it was a page
    :raises NotAllowed: the person has no mandate for it
    :raises WrongState: the authority has approved it already, the stage is not one that is approved, or another stage
        or calculation has come since the person looked
    :raises RuleBroken: something the stage needs is missing
    """
    now = steps.taken(procurement)
    steps.in_stage(procurement, *APPROVED_STAGES)
    stage = procurement.stage
    agreed = queries.agreed_stage(procurement, stage)
    participations = queries.participations_of(procurement.id)
    member = check_mandate(procurement, participations, agreed, by, clock.helsinki_date(now))
    if seen is not None and seen != shown_as(procurement):
        raise WrongState(
            _l("Another stage or calculation is to be approved now than the one you looked at."),
            rule="joint-approval",
            next_step=_l("Look at what stands here now, and approve it if you agree."),
        )
    if stating.has_approved(procurement, by.authority_id):
        raise WrongState(
            _l("Your authority has approved this already."),
            rule="joint-approval",
            next_step=_l("Open the page of the joint procurement: it shows who did it and when."),
        )
    _check_ready(procurement, by)
    number = decision.strip()
    if stage is Stage.DECISIONS:
        number = steps.written(decision, "decision", _l("Write the number of your authority's decision."))
    row = JointApproval(
        id=new_id(),
        procurement_id=procurement.id,
        stage=stage,
        round=rules.round_of(procurement, stage),
        authority_id=by.authority_id,
        person_id=by.person_id,
        member_id=member.id if member else None,
        decision=number,
        note=steps.written(note, "note", "") if note.strip() else "",
        approved_at=now,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(
        APPROVED,
        subject=procurement,
        actor=by,
        at=now,
        stage=stage,
        round=row.round,
        authority=row.authority_id,
        member=row.member_id,
        decision=number,
        in_name_of=InNameOf.OWN,
    )
    steps.advance_if_approved(procurement, by=by, at=now)
    return row


def shown_as(procurement: JointProcurement) -> str:
    """What is up for approval: the stage and the calculation."""
    return f"{procurement.stage}-{procurement.round}"


def check_mandate(
    procurement: JointProcurement,
    participations: Sequence[Participation],
    agreed: AgreementStage | None,
    by: Mandate,
    today: date,
) -> GroupMember | None:
    """The seat by which the person approves the present stage; none where it is a role's or a named person's.

    :raises NotAllowed: nobody gave them the mandate (R103)
    """
    stage = procurement.stage
    if by.authority_id not in rules.voices(participations):
        raise _without_mandate(_l("Your authority does not take part in this joint procurement any more."))
    if agreed is not None and rules.binding_rule(agreed, stage) is ApprovalRule.NAMED:
        if by.person_id != agreed.named_person_id:
            raise _without_mandate(_l("The agreement names another person who approves this stage."))
        return None
    if stage in ROLES:
        if by.role is not ROLES[stage]:
            raise _without_mandate(_l("Your role does not approve this stage for your authority."))
        return None
    seat = agreements.membership(procurement.agreement_id, GROUPS[stage], by.person_id, today)
    if seat is None or seat.authority_id != by.authority_id or by.role not in ROLES_OF_GROUP[seat.group]:
        raise _without_mandate(_l("You are not a member of the group that approves this stage, nor a substitute."))
    return seat


def may_approve(
    procurement: JointProcurement,
    by: Mandate,
    today: date,
    *,
    participations: Sequence[Participation],
    agreed: AgreementStage | None,
    approvals: Sequence[JointApproval],
) -> bool:
    """Whether the present stage waits for the approval that this person can give.

    :param agreed: what the agreement says of the present stage
    """
    if procurement.state is not ProcurementState.RUNNING or procurement.stage not in APPROVED_STAGES:
        return False
    try:
        check_mandate(procurement, participations, agreed, by, today)
    except NotAllowed:
        return False
    return not rules.has_approved(approvals, procurement, by.authority_id)


def _without_mandate(message: Any) -> NotAllowed:
    return NotAllowed(
        message,
        rule="R103",
        next_step=_l("Ask a coordinator of your authority who may: the agreement and its groups say it."),
    )


def _check_ready(procurement: JointProcurement, by: Mandate) -> None:
    """What must be there before anybody approves it."""
    if procurement.stage is Stage.NEED:
        participations = queries.participations_of(procurement.id)
        missing = [
            each.party for each in participations if each.party.authority_id == by.authority_id and not each.stated_at
        ]
        if missing:
            raise RuleBroken(
                _l("The need of %(party)s has not been stated.", party=missing[0].name_fi),
                rule="R103",
                field="need",
                next_step=_l("State the need first, also when it is nothing."),
            )
    if procurement.stage is Stage.PROPOSAL and procurement.proposal is None:
        raise RuleBroken(
            _l("The proposal has not been written."),
            rule="R103",
            field="proposal",
            next_step=_l("A coordinator of the lead party writes it first."),
        )
