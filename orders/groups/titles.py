"""What the states and kinds of groups are called."""

from __future__ import annotations

from core.i18n import lazy_gettext as _l
from orders.groups.models import (
    AbsenceKind,
    AidBasis,
    AttendanceKind,
    EntryState,
    GroupState,
    LeaveReason,
    NoticeState,
)
from orders.groups.models_swaps import SwapState

GROUP_STATE_TITLES = {
    GroupState.PLANNED: _l("Planned"),
    GroupState.OPEN: _l("Being filled"),
    GroupState.RUNNING: _l("Under way"),
    GroupState.ENDED: _l("Ended"),
    GroupState.CANCELLED: _l("Cancelled"),
}
GROUP_TONES = {
    GroupState.PLANNED: "draft",
    GroupState.OPEN: "waiting",
    GroupState.RUNNING: "go",
    GroupState.ENDED: "ok",
    GroupState.CANCELLED: "paused",
}
ENTRY_STATE_TITLES = {
    EntryState.WAITING: _l("On the waiting list"),
    EntryState.OFFERED: _l("A seat is kept"),
    EntryState.PLACED: _l("Has a seat"),
    EntryState.LEFT: _l("Left the queue"),
}
ENTRY_TONES = {
    EntryState.WAITING: "waiting",
    EntryState.OFFERED: "warn",
    EntryState.PLACED: "ok",
    EntryState.LEFT: "paused",
}
LEAVE_TITLES = {
    LeaveReason.PLACED_ELSEWHERE: _l("Another service was ordered"),
    LeaveReason.CUSTOMER_WITHDREW: _l("The customer does not want it"),
    LeaveReason.NEED_CLOSED: _l("The need was closed"),
    LeaveReason.NOT_SELECTED: _l("Not selected"),
    LeaveReason.OFFER_LAPSED: _l("The seat was not taken in time"),
    LeaveReason.SEAT_GIVEN_BACK: _l("The seat was given back"),
    LeaveReason.GROUP_CANCELLED: _l("The group was cancelled"),
    LeaveReason.SEAT_SWAPPED: _l("The seat was swapped"),
}
SWAP_STATE_TITLES = {
    SwapState.PROPOSED: _l("Waiting for an answer"),
    SwapState.AGREED: _l("Agreed"),
    SwapState.REFUSED: _l("Refused"),
    SwapState.LAPSED: _l("Lapsed"),
}
SWAP_TONES = {
    SwapState.PROPOSED: "waiting",
    SwapState.AGREED: "ok",
    SwapState.REFUSED: "stop",
    SwapState.LAPSED: "paused",
}
ATTENDANCE_TITLES = {
    AttendanceKind.PRESENT: _l("Present"),
    AttendanceKind.ABSENT_WITH_LEAVE: _l("Absent with leave"),
    AttendanceKind.ABSENT_WITHOUT_LEAVE: _l("Absent without leave"),
}
ATTENDANCE_TONES = {
    AttendanceKind.PRESENT: "ok",
    AttendanceKind.ABSENT_WITH_LEAVE: "paused",
    AttendanceKind.ABSENT_WITHOUT_LEAVE: "warn",
}
AID_TITLES = {
    AidBasis.GBER: _l("General block exemption (GBER)"),
    AidBasis.DE_MINIMIS: _l("De minimis aid"),
}
ABSENCE_TITLES = {
    AbsenceKind.FIVE_DAYS: _l("Five absences without leave in a row"),
    AbsenceKind.GOALS: _l("Absences that defeat the goals"),
}
NOTICE_STATE_TITLES = {
    NoticeState.OPEN: _l("To be handled"),
    NoticeState.HEARD: _l("The customer is heard"),
    NoticeState.DECIDED: _l("Decided"),
    NoticeState.WITHDRAWN: _l("Withdrawn after a correction"),
}
NOTICE_TONES = {
    NoticeState.OPEN: "warn",
    NoticeState.HEARD: "go",
    NoticeState.DECIDED: "ok",
    NoticeState.WITHDRAWN: "paused",
}
