"""The verbs of groups, queues and attendance: the only writers of this room."""

from orders.groups.service.attending import record_day, record_group_day
from orders.groups.service.filling import take_seat
from orders.groups.service.living import begin, cancel_group, end, open_group, release
from orders.groups.service.noticing import decide, hear, report_absences
from orders.groups.service.plans import Employer, GroupDetails
from orders.groups.service.queueing import join, lapse_offer, leave_queue, offer_seats
from orders.groups.service.selecting import decide_selection
from orders.groups.service.setting_up import set_up
from orders.groups.service.swapping import agree_to_swap, lapse_swap, propose_swap, refuse_swap

__all__ = [
    "Employer",
    "GroupDetails",
    "agree_to_swap",
    "begin",
    "cancel_group",
    "decide",
    "decide_selection",
    "end",
    "hear",
    "join",
    "lapse_offer",
    "lapse_swap",
    "leave_queue",
    "offer_seats",
    "open_group",
    "propose_swap",
    "record_day",
    "record_group_day",
    "refuse_swap",
    "release",
    "report_absences",
    "set_up",
    "take_seat",
]
