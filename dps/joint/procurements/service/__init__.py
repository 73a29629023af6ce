"""The verbs of joint procurements: the only writers of this room."""

from dps.joint.procurements.service.approving import approve
from dps.joint.procurements.service.beginning import (
    ProcurementDetails,
    abandon,
    begin,
    bind,
    end,
    hand_over,
    on_version_in_force,
)
from dps.joint.procurements.service.buying import (
    move_on,
    on_system_opened,
    set_up,
    set_up_category,
    set_up_competition,
    set_up_system,
)
from dps.joint.procurements.service.leaving import leave, withdraw
from dps.joint.procurements.service.meeting import Item, keep_minutes, record_meeting
from dps.joint.procurements.service.stating import NeedDetails, Volume, propose, state_need
from dps.joint.procurements.service.transferring import agree_transfer, propose_transfer, refuse_transfer
from dps.joint.procurements.service.watching import answer_alarm, raise_alarm

__all__ = [
    "Item",
    "NeedDetails",
    "ProcurementDetails",
    "Volume",
    "abandon",
    "agree_transfer",
    "answer_alarm",
    "approve",
    "begin",
    "bind",
    "end",
    "hand_over",
    "keep_minutes",
    "leave",
    "move_on",
    "on_system_opened",
    "on_version_in_force",
    "propose",
    "propose_transfer",
    "raise_alarm",
    "record_meeting",
    "refuse_transfer",
    "set_up",
    "set_up_category",
    "set_up_competition",
    "set_up_system",
    "state_need",
    "withdraw",
]
