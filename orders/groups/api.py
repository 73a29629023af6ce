"""Groups, queues, attendance and notices of absence as JSON; each reader gets what is theirs to see."""

from __future__ import annotations

import uuid
from typing import Any

from core import clock
from core import policy as rules_of_access
from core.db import db
from core.errors import RuleBroken
from core.i18n import lazy_gettext as _l
from core.identity.models import Authority, Role
from core.web.access import mandate, public, requires
from core.web.api import PageQuery, api_blueprint, page
from orders import queries as order_queries
from orders.groups import fairness, lines, queries, service
from orders.groups.models import AbsenceNotice, Group, LeaveReason, QueueEntry
from orders.groups.models_swaps import SeatSwap
from orders.groups.policy import Permission
from orders.groups.queries import Wanted, WantedCourse
from orders.groups.schemas import (
    AbsenceNoticeOut,
    AbsenceNoticePage,
    AbsencesIn,
    AnyGroupPage,
    AttendanceIn,
    AttendanceOut,
    CancelGroupIn,
    CourseOut,
    CourseQuery,
    CoursesOut,
    DecideAbsenceIn,
    FairnessOut,
    FairnessQuery,
    GroupAttendanceIn,
    GroupForBuyer,
    GroupForPartner,
    GroupForProvider,
    GroupIn,
    GroupQuery,
    HearIn,
    QueueEntryIn,
    QueueEntryOut,
    QueueOut,
    QueuePage,
    SelectIn,
    SwapAgreeIn,
    SwapIn,
    SwapOut,
    SwapPage,
    TakeSeatIn,
)
from orders.groups.service import Employer, GroupDetails
from orders.models import Order

blp = api_blueprint("groups", __name__, "Groups bought together")
entries = api_blueprint("queue-entries", __name__, "Queues to groups")
swaps = api_blueprint("seat-swaps", __name__, "Seats that two authorities swap")
attendances = api_blueprint("attendances", __name__, "Attendance of customers")
absences = api_blueprint("absence-notices", __name__, "Absences that the authority handles")


def shown(group: Group) -> dict[str, Any]:
    """The group as the caller may see it: to a provider never for whom it is meant (I8)."""
    actor = mandate()
    if actor.role is Role.PROVIDER:
        return dict(GroupForProvider().dump(group))
    schema = GroupForBuyer() if actor.organisation_id == group.authority_id else GroupForPartner()
    return dict(schema.dump(group))


def _missing(field: str) -> RuleBroken:
    return RuleBroken(_l("There is no such thing."), rule="not-found", field=field, next_step=_l("Check the ids."))


@blp.get("/groups")
@requires(Permission.GROUP_LIST)
@blp.arguments(GroupQuery, location="query")
@blp.response(200, AnyGroupPage)
def list_groups(query: dict[str, Any]) -> Any:
    """The groups of the caller's authority or supplier; for experts the shared ones of partners, too."""
    names = {"category_id": "category", "place": "place", "language": "language", "starts_from": "starts_from"}
    wanted = Wanted(**{name: query.get(given) for name, given in names.items()})
    rows = queries.narrowed(queries.groups_seen_by(mandate()), wanted)
    found = page(rows, Group, cursor=query.get("cursor"), limit=query["limit"])
    return {**found, "items": [shown(each) for each in found["items"]]}


@blp.post("/groups")
@requires(Permission.GROUP_PLAN)
@blp.arguments(GroupIn)
@blp.response(201)
def set_up(data: dict[str, Any]) -> Any:
    """Order seats of a start for a group; seats and money are held at once."""
    start = queries.start(data.pop("start_id"))
    if start is None:
        raise _missing("start_id")
    rules_of_access.check(mandate(), Permission.GROUP_SET_UP, start)
    employer = data.pop("employer")
    details = GroupDetails(**data, employer=Employer(**employer) if employer else None)
    return shown(service.set_up(start, details, by=mandate()))


@blp.get("/groups/<uuid:group_id>")
@requires(Permission.GROUP_READ, on=queries.group)
@blp.response(200)
def show_group(group: Group) -> Any:
    """One group."""
    return shown(group)


@blp.get("/groups/<uuid:group_id>/queue")
@requires(Permission.GROUP_QUEUE, on=queries.group)
@blp.response(200, QueueOut)
def show_queue(group: Group) -> Any:
    """The line to a group: the organiser sees all of it, a partner its own customers; nobody another's by name."""
    return {"items": lines.queue_rows(group, mandate().organisation_id)}


@blp.post("/groups/<uuid:group_id>/open")
@requires(Permission.GROUP_RUN, on=queries.group)
@blp.response(200)
def open_group(group: Group) -> Any:
    """Let the queue have the seats."""
    service.open_group(group, by=mandate())
    return shown(group)


@blp.post("/groups/<uuid:group_id>/offer-seats")
@requires(Permission.GROUP_RUN, on=queries.group)
@blp.response(200)
def offer_seats(group: Group) -> Any:
    """Keep free seats for the next in line."""
    service.offer_seats(group, by=mandate())
    return shown(group)


@blp.post("/groups/<uuid:group_id>/begin")
@requires(Permission.GROUP_RUN, on=queries.group)
@blp.response(200)
def begin(group: Group) -> Any:
    """The course begins."""
    service.begin(group, by=mandate())
    return shown(group)


@blp.post("/groups/<uuid:group_id>/end")
@requires(Permission.GROUP_RUN, on=queries.group)
@blp.response(200)
def end(group: Group) -> Any:
    """The course is over."""
    service.end(group, by=mandate())
    return shown(group)


@blp.post("/groups/<uuid:group_id>/cancel")
@requires(Permission.GROUP_RUN, on=queries.group)
@blp.arguments(CancelGroupIn)
@blp.response(200)
def cancel(group: Group, data: dict[str, Any]) -> Any:
    """Give the group up before it begins."""
    service.cancel_group(group, data["reason"], by=mandate(), fee=data["fee"])
    return shown(group)


@blp.post("/groups/<uuid:group_id>/record-attendance")
@requires(Permission.ATTENDANCE_TELL, on=queries.group)
@blp.arguments(GroupAttendanceIn)
@blp.response(200)
def record_group_day(group: Group, data: dict[str, Any]) -> Any:
    """The provider tells who of the group was there on a day."""
    marks = {each["order_id"]: each["kind"] for each in data["marks"]}
    service.record_group_day(group, data["day"], marks, by=mandate())
    return shown(group)


@blp.get("/joint-fairness")
@requires(Permission.QUEUE_FAIRNESS)
@blp.arguments(FairnessQuery, location="query")
@blp.response(200, FairnessOut)
def joint_fairness(query: dict[str, Any]) -> Any:
    """Who waited, and who got seats, by party and category; of other authorities' customers no small figure."""
    year = query["year"] or fairness.this_year()
    return {"year": year, "items": fairness.tables(mandate(), year)}


@blp.get("/courses")
@public
@blp.arguments(CourseQuery, location="query")
@blp.response(200, CoursesOut)
def list_courses(query: dict[str, Any]) -> Any:
    """The joint courses to come, for anybody."""
    skip = query.pop("first")
    rows = queries.narrowed_courses(queries.joint_courses(clock.helsinki_date(clock.now())), WantedCourse(**query))
    shown = queries.courses_page(rows, skip)[: queries.PAGE_SIZE]
    free = queries.with_free_seats(shown)
    return {"items": [{**CourseOut().dump(each), "has_free_seats": each.id in free} for each in shown]}


@entries.get("/queue-entries")
@requires(Permission.QUEUE_LIST)
@entries.arguments(PageQuery, location="query")
@entries.response(200, QueuePage)
def list_entries(query: dict[str, Any]) -> Any:
    """The places in queues of the authority's customers."""
    return page(queries.entries_seen_by(mandate()), QueueEntry, cursor=query.get("cursor"), limit=query["limit"])


@entries.post("/queue-entries")
@requires(Permission.QUEUE_LIST)
@entries.arguments(QueueEntryIn)
@entries.response(201, QueueEntryOut)
def join(data: dict[str, Any]) -> Any:
    """Put a customer into a queue."""
    need = order_queries.need(data["need_id"])
    if need is None:
        raise _missing("need_id")
    rules_of_access.check(mandate(), Permission.QUEUE_JOIN, need)
    return service.join(need, _group(data["group_id"]), by=mandate())


def _group(group_id: uuid.UUID | None) -> Group | None:
    """The named group of the caller's authority, or of a partner's."""
    if group_id is None:
        return None
    found = queries.group(group_id)
    if found is None:
        raise _missing("group_id")
    rules_of_access.check(mandate(), Permission.GROUP_READ_AS_EXPERT, found)
    return found


@entries.get("/queue-entries/<uuid:entry_id>")
@requires(Permission.QUEUE_CHANGE, on=queries.entry)
@entries.response(200, QueueEntryOut)
def show_entry(entry: QueueEntry) -> Any:
    """One place in a queue."""
    return entry


@entries.post("/queue-entries/<uuid:entry_id>/take-seat")
@requires(Permission.QUEUE_CHANGE, on=queries.entry)
@entries.arguments(TakeSeatIn)
@entries.response(201, QueueEntryOut)
def take_seat(entry: QueueEntry, data: dict[str, Any]) -> Any:
    """Order the seat for the customer."""
    wanted = _group(data["group_id"])
    service.take_seat(entry, customer_agrees=data["customer_agrees"], by=mandate(), wanted=wanted)
    return entry


@entries.post("/queue-entries/<uuid:entry_id>/select")
@requires(Permission.STUDENT_SELECT, on=queries.entry)
@entries.arguments(SelectIn)
@entries.response(200, QueueEntryOut)
def select(entry: QueueEntry, data: dict[str, Any]) -> Any:
    """The authority decides on a student."""
    wanted = _group(data["group_id"])
    service.decide_selection(entry, data["is_chosen"], data["reasons"], by=mandate(), wanted=wanted)
    return entry


@entries.post("/queue-entries/<uuid:entry_id>/leave")
@requires(Permission.QUEUE_CHANGE, on=queries.entry)
@entries.response(200, QueueEntryOut)
def leave(entry: QueueEntry) -> Any:
    """The customer waits no more."""
    service.leave_queue(entry, LeaveReason.CUSTOMER_WITHDREW, by=mandate())
    return entry


def _as_seen(found: SeatSwap) -> lines.SwapSeen:
    return lines.SwapSeen(found, mandate().organisation_id)


@swaps.get("/seat-swaps")
@requires(Permission.SWAP_LIST)
@swaps.arguments(PageQuery, location="query")
@swaps.response(200, SwapPage)
def list_swaps(query: dict[str, Any]) -> Any:
    """The swaps that the caller's authority proposes or is asked."""
    found = page(queries.swaps_seen_by(mandate()), SeatSwap, cursor=query.get("cursor"), limit=query["limit"])
    return {**found, "items": [_as_seen(each) for each in found["items"]]}


@swaps.post("/seat-swaps")
@requires(Permission.SWAP_LIST)
@swaps.arguments(SwapIn)
@swaps.response(201, SwapOut)
def propose_swap(data: dict[str, Any]) -> Any:
    """Offer the seat of an own customer for one of another authority's in another group."""
    order, wanted = order_queries.order(data["order_id"]), _group(data["group_id"])
    asked = db.session.get(Authority, data["authority_id"])
    if order is None or wanted is None or asked is None:
        raise _missing("order_id" if order is None else "authority_id")
    rules_of_access.check(mandate(), Permission.SWAP_PROPOSE, order)
    agrees = data["customer_agrees"]
    return _as_seen(service.propose_swap(order, wanted, asked, data["reason"], customer_agrees=agrees, by=mandate()))


@swaps.get("/seat-swaps/<uuid:swap_id>")
@requires(Permission.SWAP_READ, on=queries.swap)
@swaps.response(200, SwapOut)
def show_swap(swap: SeatSwap) -> Any:
    """One swap."""
    return _as_seen(swap)


@swaps.post("/seat-swaps/<uuid:swap_id>/agree")
@requires(Permission.SWAP_ANSWER, on=queries.swap)
@swaps.arguments(SwapAgreeIn)
@swaps.response(200, SwapOut)
def agree_to_swap(swap: SeatSwap, data: dict[str, Any]) -> Any:
    """Give an own seat for the offered one: both orders move at once."""
    taken = order_queries.order(data["order_id"])
    if taken is None:
        raise _missing("order_id")
    rules_of_access.check(mandate(), Permission.SWAP_PROPOSE, taken)
    service.agree_to_swap(swap, taken, customer_agrees=data["customer_agrees"], by=mandate())
    return _as_seen(swap)


@swaps.post("/seat-swaps/<uuid:swap_id>/refuse")
@requires(Permission.SWAP_ANSWER, on=queries.swap)
@swaps.response(200, SwapOut)
def refuse_swap(swap: SeatSwap) -> Any:
    """Keep the seats as they are."""
    service.refuse_swap(swap, by=mandate())
    return _as_seen(swap)


@attendances.get("/orders/<uuid:order_id>/attendance")
@requires(Permission.ATTENDANCE_TELL, on=order_queries.order)
@attendances.response(200, AttendanceOut)
def list_days(order: Order) -> Any:
    """The days told of one customer."""
    return {"order_id": order.id, "days": {day: kind.value for day, kind in queries.marks_of(order.id).items()}}


@attendances.post("/orders/<uuid:order_id>/record-attendance")
@requires(Permission.ATTENDANCE_TELL, on=order_queries.order)
@attendances.arguments(AttendanceIn)
@attendances.response(200, AttendanceOut)
def record_day(order: Order, data: dict[str, Any]) -> Any:
    """The provider tells whether one customer was there on a day."""
    service.record_day(order, data["day"], data["kind"], by=mandate())
    return {"order_id": order.id, "days": {day: kind.value for day, kind in queries.marks_of(order.id).items()}}


@attendances.post("/orders/<uuid:order_id>/report-absences")
@requires(Permission.ATTENDANCE_TELL, on=order_queries.order)
@attendances.arguments(AbsencesIn)
@attendances.response(201, AbsenceNoticeOut)
def report_absences(order: Order, data: dict[str, Any]) -> Any:
    """The provider tells of absences that defeat the goals."""
    return service.report_absences(order, data["reason"], by=mandate())


@absences.get("/absence-notices")
@requires(Permission.ABSENCE_LIST)
@absences.arguments(PageQuery, location="query")
@absences.response(200, AbsenceNoticePage)
def list_notices(query: dict[str, Any]) -> Any:
    """The absences told of the authority's customers."""
    rows = queries.notices_seen_by(mandate())
    return page(rows, AbsenceNotice, cursor=query.get("cursor"), limit=query["limit"])


@absences.post("/absence-notices/<uuid:absence_id>/hear")
@requires(Permission.ABSENCE_HANDLE, on=queries.notice)
@absences.arguments(HearIn)
@absences.response(200, AbsenceNoticeOut)
def hear(notice: AbsenceNotice, data: dict[str, Any]) -> Any:
    """The customer was heard."""
    service.hear(notice, data["heard_on"], by=mandate())
    return notice


@absences.post("/absence-notices/<uuid:absence_id>/decide")
@requires(Permission.ABSENCE_HANDLE, on=queries.notice)
@absences.arguments(DecideAbsenceIn)
@absences.response(200, AbsenceNoticeOut)
def decide(notice: AbsenceNotice, data: dict[str, Any]) -> Any:
    """Whether the service goes on."""
    service.decide(notice, data["discontinues"], by=mandate())
    return notice


BLUEPRINTS = (blp, entries, swaps, attendances, absences)
