"""JSON of joint procurements: the same verbs as the pages."""

from __future__ import annotations

import uuid
from typing import Any

from core import policy
from core.db import db
from core.errors import RuleBroken
from core.i18n import lazy_gettext as _l
from core.identity import queries as identity
from core.web.access import mandate, requires
from core.web.api import PageQuery, api_blueprint, page
from dps.joint.agreements import queries as agreements
from dps.joint.procurements import queries, queries_meetings, rules, service
from dps.joint.procurements.models import JointMeeting, JointProcurement, Participation, VolumeTransfer
from dps.joint.procurements.policy import Permission
from dps.joint.procurements.schemas import (
    Effects,
    JointApprovalOut,
    JointApproveIn,
    JointLeadIn,
    JointLeaveIn,
    JointListQuery,
    JointMeetingIn,
    JointMeetingOut,
    JointMeetingPage,
    JointNeedIn,
    JointProcurementIn,
    JointProcurementOut,
    JointProcurementPage,
    JointProcurementWhole,
    JointProposalIn,
    JointSetUpIn,
    JointTransferIn,
    JointTransferOut,
    JointTransfers,
    JointWithdrawIn,
    JointWordsIn,
    ParticipationOut,
)
from dps.joint.procurements.service import Item, NeedDetails, ProcurementDetails, Volume

blp = api_blueprint("joint-procurements", __name__, "Procurements of several authorities, through their stages")
OF_ONE = "/joint-procurements/<uuid:procurement_id>"
OF_PARTY = "/joint-participations/<uuid:participation_id>"


def _given(row: Any, field: str) -> Any:
    if row is None:
        raise RuleBroken(
            _l("There is no such page or record."), rule="not-found", field=field, next_step=_l("Check the address.")
        )
    return row


@blp.get("/joint-procurements")
@requires(Permission.PROCUREMENT_LIST)
@blp.arguments(JointListQuery, location="query")
@blp.response(200, JointProcurementPage)
def list_procurements(query: dict[str, Any]) -> Any:
    """The joint procurements that the authority takes or took part in, the newest first."""
    rows = queries.procurements_seen_by(mandate())
    if stage := query.get("stage"):
        rows = rows.where(JointProcurement.stage == stage)
    return page(rows, JointProcurement, cursor=query.get("cursor"), limit=query["limit"])


@blp.post("/joint-procurements")
@requires(Permission.PROCUREMENT_BEGIN)
@blp.arguments(JointProcurementIn)
@blp.response(201, JointProcurementOut)
def begin(data: dict[str, Any]) -> Any:
    """Begin one under an agreement in force."""
    agreement = _given(agreements.agreement(data.pop("agreement_id")), "agreement_id")
    return service.begin(agreement, ProcurementDetails(**data), by=mandate())


@blp.get(OF_ONE)
@requires(Permission.PROCUREMENT_READ, on=queries.procurement)
@blp.response(200, JointProcurementWhole)
def show_procurement(row: JointProcurement) -> Any:
    """One joint procurement with its stages, parties, approvals and shares."""
    participations = queries.participations_of(row.id)
    volumes = rules.announced(participations, queries.transfers_of(row.id))
    whole = {name: getattr(row, name) for name in JointProcurementOut().fields}
    return whole | {
        "stages": list(queries.stages_of(row.id).values()),
        "participations": participations,
        "approvals": queries.approvals_of(row.id),
        "portions": rules.portions(participations, volumes),
    }


@blp.post(f"{OF_PARTY}/state-need")
@requires(Permission.NEED_STATE, on=queries.participation)
@blp.arguments(JointNeedIn)
@blp.response(200, ParticipationOut)
def state_need(row: Participation, data: dict[str, Any]) -> Any:
    """State a party's need, or state it anew."""
    volumes = [Volume(**each) for each in data.pop("volumes")]
    service.state_need(row, NeedDetails(**data, volumes=volumes), by=mandate())
    db.session.refresh(row, ["volumes"])
    return row


@blp.post(f"{OF_ONE}/propose")
@requires(Permission.PROCUREMENT_LEAD, on=queries.procurement)
@blp.arguments(JointProposalIn)
@blp.response(200, JointProcurementOut)
def propose(row: JointProcurement, data: dict[str, Any]) -> Any:
    """Write the proposal of the lead."""
    service.propose(row, data["text"], by=mandate())
    return row


@blp.post(f"{OF_ONE}/approve")
@requires(Permission.STAGE_APPROVE, on=queries.procurement)
@blp.arguments(JointApproveIn)
@blp.response(201, JointApprovalOut)
def approve(row: JointProcurement, data: dict[str, Any]) -> Any:
    """Approve the present stage in the name of one's own authority."""
    return service.approve(row, decision=data["decision"], note=data["note"], by=mandate())


@blp.get(f"{OF_PARTY}/effect-of-leaving")
@requires(Permission.PARTY_DECIDE, on=queries.participation)
@blp.response(200, Effects)
def effect(row: Participation) -> Any:
    """What happens to the volumes, money and shares of all when the party stays out."""
    return {"items": rules.effect_of_leaving(row, queries.participations_of(row.procurement_id))}


@blp.post(f"{OF_PARTY}/leave")
@requires(Permission.PARTY_DECIDE, on=queries.participation)
@blp.arguments(JointLeaveIn)
@blp.response(200, ParticipationOut)
def leave(row: Participation, data: dict[str, Any]) -> Any:
    """Stay out by the party's own decision; the others decide on the new calculation."""
    service.leave(row, data["reason"], data["decision"], by=mandate())
    return row


@blp.post(f"{OF_PARTY}/withdraw")
@requires(Permission.PARTY_DECIDE, on=queries.participation)
@blp.arguments(JointWithdrawIn)
@blp.response(200, ParticipationOut)
def withdraw(row: Participation, data: dict[str, Any]) -> Any:
    """Withdraw from what is bought, as the agreement says."""
    service.withdraw(row, data["last_day"], data["reason"], data["decision"], by=mandate())
    return row


@blp.post(f"{OF_ONE}/set-up")
@requires(Permission.PROCUREMENT_LEAD, on=queries.procurement)
@blp.arguments(JointSetUpIn)
@blp.response(200, JointProcurementOut)
def set_up(row: JointProcurement, data: dict[str, Any]) -> Any:
    """Set up what is bought for all who stayed."""
    service.set_up(row, data["way"], data["chosen_id"], by=mandate())
    return row


@blp.post(f"{OF_ONE}/move-on")
@requires(Permission.PROCUREMENT_LEAD, on=queries.procurement)
@blp.response(200, JointProcurementOut)
def move_on(row: JointProcurement) -> Any:
    """Go on to the next stage when what it needs has come about."""
    service.move_on(row, by=mandate())
    return row


@blp.post(f"{OF_ONE}/abandon")
@requires(Permission.PROCUREMENT_LEAD, on=queries.procurement)
@blp.arguments(JointWordsIn)
@blp.response(200, JointProcurementOut)
def abandon(row: JointProcurement, data: dict[str, Any]) -> Any:
    """Give it up before anything is bought."""
    service.abandon(row, data["text"], by=mandate())
    return row


@blp.post(f"{OF_ONE}/end")
@requires(Permission.PROCUREMENT_LEAD, on=queries.procurement)
@blp.arguments(JointWordsIn)
@blp.response(200, JointProcurementOut)
def end(row: JointProcurement, data: dict[str, Any]) -> Any:
    """Close the follow-up with what came of it."""
    service.end(row, data["text"], by=mandate())
    return row


@blp.post(f"{OF_ONE}/answer-alarm")
@requires(Permission.PROCUREMENT_LEAD, on=queries.procurement)
@blp.arguments(JointWordsIn)
@blp.response(200, JointProcurementOut)
def answer_alarm(row: JointProcurement, data: dict[str, Any]) -> Any:
    """Say what is done before the estimate is full."""
    service.answer_alarm(row, data["text"], by=mandate())
    return row


@blp.post(f"{OF_ONE}/hand-over")
@requires(Permission.PROCUREMENT_LEAD, on=queries.procurement)
@blp.arguments(JointLeadIn)
@blp.response(200, JointProcurementOut)
def hand_over(row: JointProcurement, data: dict[str, Any]) -> Any:
    """Hand the lead over to another authority that takes part."""
    service.hand_over(row, _given(identity.authority(data["lead_id"]), "lead_id"), by=mandate())
    return row


@blp.get(f"{OF_ONE}/transfers")
@requires(Permission.PROCUREMENT_READ, on=queries.procurement)
@blp.response(200, JointTransfers)
def list_transfers(row: JointProcurement) -> Any:
    """Volume that passes from party to party."""
    return {"items": queries.transfers_of(row.id)}


@blp.post(f"{OF_PARTY}/transfer")
@requires(Permission.NEED_STATE, on=queries.participation)
@blp.arguments(JointTransferIn)
@blp.response(201, JointTransferOut)
def propose_transfer(row: Participation, data: dict[str, Any]) -> Any:
    """Offer announced volume to another party."""
    taker: Participation = _given(queries.participation(data.pop("taker_id")), "taker_id")
    return service.propose_transfer(row, taker, by=mandate(), **data)


@blp.post("/joint-transfers/<uuid:transfer_id>/agree")
@requires(Permission.TRANSFER_ANSWER, on=queries.transfer)
@blp.response(200, JointTransferOut)
def agree_transfer(row: VolumeTransfer) -> Any:
    """Take the volume."""
    service.agree_transfer(row, by=mandate())
    return row


@blp.post("/joint-transfers/<uuid:transfer_id>/refuse")
@requires(Permission.TRANSFER_ANSWER, on=queries.transfer)
@blp.response(200, JointTransferOut)
def refuse_transfer(row: VolumeTransfer) -> Any:
    """Leave the volume where it was."""
    service.refuse_transfer(row, by=mandate())
    return row


@blp.get("/joint-meetings")
@requires(Permission.MEETING_LIST)
@blp.arguments(PageQuery, location="query")
@blp.response(200, JointMeetingPage)
def list_meetings(query: dict[str, Any]) -> Any:
    """The meetings of the groups of one's agreements, the newest first."""
    rows = queries_meetings.meetings_seen_by(mandate())
    return page(rows, JointMeeting, cursor=query.get("cursor"), limit=query["limit"])


@blp.post("/joint-meetings")
@requires(Permission.MEETING_LIST)
@blp.arguments(JointMeetingIn)
@blp.response(201, JointMeetingOut)
def record_meeting(data: dict[str, Any]) -> Any:
    """Write a meeting down; its minutes are made in the background."""
    agreement = _given(agreements.agreement(data["agreement_id"]), "agreement_id")
    policy.check(mandate(), Permission.MEETING_RECORD, agreement)
    items = [Item(**each) for each in data["items"]]
    present: list[uuid.UUID] = data["present"]
    return service.record_meeting(agreement, data["group"], data["held_on"], present, items, by=mandate())
