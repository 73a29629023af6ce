"""Announced volume passes from one party to another: proposed by the giver, agreed by the taker."""

from __future__ import annotations

from datetime import date

from core import audit, clock
from core.db import db, lock, new_id, transaction
from core.errors import RuleBroken
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.quarters import quarter_of
from core.states import move
from dps.joint.procurements import parts, queries, rules
from dps.joint.procurements.models import (
    TRANSFER_TRANSITIONS,
    InNameOf,
    JointProcurement,
    Participation,
    ParticipationState,
    TransferState,
    VolumeTransfer,
)
from dps.joint.procurements.service import steps

PROPOSED = audit.declare("joint_transfer.proposed", "giver", "taker", "quarter", "amount", "in_name_of")
AGREED = audit.declare("joint_transfer.agreed", "before", "after", "in_name_of")
REFUSED = audit.declare("joint_transfer.refused", "before", "after", "in_name_of")


@transaction
def propose_transfer(
    giver: Participation, taker: Participation, quarter: date, amount: int, reason: str, *, by: Mandate
) -> VolumeTransfer:
    """Offer announced volume of a quarter to another party.

    :raises RuleBroken: less would be left than has been used, the quarter is over, or the taker takes no part
    """
    procurement = giver.procurement
    now = steps.taken(procurement)
    steps.in_stage(procurement, *rules.BOUGHT_STAGES)
    _check_taker(procurement, giver, taker)
    if amount <= 0:
        raise RuleBroken(_l("Enter how many."), rule="I10", field="amount", next_step=_l("Enter a whole number."))
    _check_quarter(quarter, clock.helsinki_date(now))
    _check_left(procurement, giver, quarter, amount)
    row = VolumeTransfer(
        id=new_id(),
        procurement=procurement,
        giver=giver,
        taker=taker,
        quarter=quarter,
        amount=amount,
        reason=steps.written(reason, "reason", _l("Write why.")),
        proposed_by=by.person_id,
        proposed_at=now,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(
        PROPOSED,
        subject=row,
        actor=by,
        at=now,
        giver=giver.id,
        taker=taker.id,
        quarter=quarter,
        amount=amount,
        in_name_of=InNameOf.OWN,
    )
    return row


def _check_taker(procurement: JointProcurement, giver: Participation, taker: Participation) -> None:
    """:raises RuleBroken: the other side takes no part, or is the same party"""
    if taker.procurement_id != procurement.id or taker.id == giver.id or taker.state is not ParticipationState.IN:
        raise RuleBroken(
            _l("This party cannot take volume."),
            rule="R103",
            field="taker",
            next_step=_l("Choose another party that takes part."),
        )


def _check_quarter(quarter: date, today: date) -> None:
    """:raises RuleBroken: what was announced for a quarter that is over stays as its use is compared with it"""
    if quarter < quarter_of(today):
        raise RuleBroken(
            _l("The quarter %(quarter)s is over.", quarter=rules.quarter_name(quarter)),
            rule="R103",
            field="quarter",
            next_step=_l("Choose this quarter or a later one."),
        )


def _check_left(procurement: JointProcurement, giver: Participation, quarter: date, amount: int) -> None:
    """:raises RuleBroken: the giver would keep less than it has used, or less than nothing"""
    has = queries.announced(procurement.id).get(giver.party_id, {}).get(quarter, 0)
    used = parts.used(procurement).get(giver.party_id, {}).get(quarter, 0)
    if amount > has - used:
        raise RuleBroken(
            _l("Of %(has)s announced services %(used)s have been used in the quarter.", has=has, used=used),
            rule="I7",
            field="amount",
            next_step=_l("Enter %(left)s at most.", left=max(0, has - used)),
        )


@transaction
def agree_transfer(transfer: VolumeTransfer, *, by: Mandate) -> None:
    """Take the volume; asked again whether the giver still has it.

    :raises RuleBroken: the one who proposed it agrees to it, or the volume has been used meanwhile
    """
    procurement = transfer.procurement
    now = steps.taken(procurement)
    lock(transfer)
    steps.in_stage(procurement, *rules.BOUGHT_STAGES)
    if by.person_id == transfer.proposed_by:
        raise RuleBroken(
            _l("You proposed this yourself: another person agrees to it."),
            rule="four-eyes",
            next_step=_l("Ask another coordinator of the party that takes the volume."),
        )
    before = transfer.state
    if before is TransferState.PROPOSED:
        _check_taker(procurement, transfer.giver, transfer.taker)
        _check_quarter(transfer.quarter, clock.helsinki_date(now))
        _check_left(procurement, transfer.giver, transfer.quarter, transfer.amount)
    move(transfer, TRANSFER_TRANSITIONS, "agree")
    transfer.answered_by, transfer.answered_at = by.person_id, now
    db.session.flush()
    audit.record(
        AGREED, subject=transfer, actor=by, at=now, before=before, after=transfer.state, in_name_of=InNameOf.OWN
    )


@transaction
def refuse_transfer(transfer: VolumeTransfer, *, by: Mandate) -> None:
    """The volume stays where it was."""
    now = steps.taken(transfer.procurement)
    lock(transfer)
    before = transfer.state
    move(transfer, TRANSFER_TRANSITIONS, "refuse")
    transfer.answered_by, transfer.answered_at = by.person_id, now
    db.session.flush()
    audit.record(
        REFUSED, subject=transfer, actor=by, at=now, before=before, after=transfer.state, in_name_of=InNameOf.OWN
    )
