"""Every SELECT about groups, queues, attendance and notices, named by what it answers."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Date, Select, cast, false, func, literal, or_, select
from sqlalchemy.orm import aliased, joinedload, lazyload

from core.db import db
from core.identity.mandates import Mandate
from core.identity.models import Authority, Role
from dps.contracts.models import ContractState, FrameContract
from dps.offerings.models import Offering, OfferingStart, OfferingState
from dps.systems.models import Category, PurchasingSystem, SystemState
from orders.groups.models import (
    LIVE,
    QUEUED,
    AbsenceKind,
    AbsenceNotice,
    Attendance,
    AttendanceKind,
    EntryState,
    Group,
    GroupState,
    NoticeState,
    QueueEntry,
    Selection,
)
from orders.models import NOT_BOUGHT, Need, NeedState, Order, OrderState
from suppliers.models import Supplier

PAGE_SIZE = 50
_BUYERS = (Role.EXPERT, Role.COORDINATOR, Role.DECIDER)
#: Orders whose customer takes part in a course, or may still do so.
TAKING_PART = (OrderState.ACCEPTED, OrderState.SCHEDULED, OrderState.STARTED, OrderState.PAUSED)


# ---- groups ----


def group(group_id: uuid.UUID) -> Group | None:
    return db.session.scalars(
        select(Group).options(joinedload(Group.offering).options(lazyload("*"))).where(Group.id == group_id)
    ).one_or_none()


def next_group_number(authority_id: uuid.UUID) -> int:
    """The next running number of the authority's groups, held until the end of the transaction."""
    db.session.execute(
        select(Authority.id).options(lazyload("*")).where(Authority.id == authority_id).with_for_update(key_share=True)
    )
    return (db.session.scalar(select(func.max(Group.number)).where(Group.authority_id == authority_id)) or 0) + 1


def groups_seen_by(mandate: Mandate) -> Select[Group]:
    """The groups a mandate may list: its authority's own, or those its company holds."""
    query = select(Group).options(joinedload(Group.offering).options(lazyload("*")))
    if mandate.role is Role.PROVIDER:
        return query.where(Group.supplier_id == mandate.organisation_id)
    if mandate.role in _BUYERS:
        return query.where(Group.authority_id == mandate.organisation_id)
    return query.where(false())


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the list of groups is narrowed to."""

    category_id: uuid.UUID | None = None
    place: str | None = None
    language: str | None = None
    starts_from: date | None = None


def narrowed(query: Select[Group], wanted: Wanted) -> Select[Group]:
    if wanted.category_id:
        query = query.where(Group.category_id == wanted.category_id)
    if wanted.place:
        query = query.where(Group.place == wanted.place)
    if wanted.language:
        query = query.where(Group.languages.contains([wanted.language]))
    if wanted.starts_from:
        query = query.where(Group.first_day >= wanted.starts_from)
    return query


def groups_page(query: Select[Group], after: uuid.UUID | None, size: int = PAGE_SIZE) -> Sequence[Group]:
    """One page of groups and one more, newest first."""
    if after:
        query = query.where(Group.id < after)
    return db.session.scalars(query.order_by(Group.id.desc()).limit(size + 1)).all()


def waiting_counts(group_ids: Sequence[uuid.UUID]) -> Mapping[uuid.UUID, int]:
    """How many wait for each group by name."""
    rows = db.session.execute(
        select(QueueEntry.group_id, func.count())
        .where(QueueEntry.group_id.in_(group_ids), QueueEntry.state.in_(QUEUED))
        .group_by(QueueEntry.group_id)
    )
    return {row[0]: row[1] for row in rows if row[0]}


def offered_counts(group_ids: Sequence[uuid.UUID]) -> Mapping[uuid.UUID, int]:
    """How many empty seats of each group are kept for somebody."""
    rows = db.session.execute(
        select(QueueEntry.offer_id, func.count())
        .where(QueueEntry.offer_id.in_(group_ids), QueueEntry.state == EntryState.OFFERED)
        .group_by(QueueEntry.offer_id)
    )
    return {row[0]: row[1] for row in rows if row[0]}


def seats_free(group: Group) -> int:
    """Seats that are nobody's and kept for nobody."""
    return group.seats_empty - offered_counts([group.id]).get(group.id, 0)


def groups_for_need(need: Need) -> Sequence[Any]:
    """Groups of the need's category that take people and start in time, as plain rows, in one question.

    Each row tells the need's own place in its queue, if any, and whether the need waits for any group; where there is
    no group, one row tells only that.
    """
    own = (QueueEntry.need_id == need.id) & QueueEntry.state.in_(QUEUED)
    other, anywhere = aliased(QueueEntry), aliased(QueueEntry)
    offered = (
        select(func.count())
        .where(other.offer_id == Group.id, other.state == EntryState.OFFERED)
        .correlate(Group)
        .scalar_subquery()
    )
    waits_anywhere = (
        select(anywhere.id)
        .where(anywhere.need_id == need.id, anywhere.group_id.is_(None), anywhere.state.in_(QUEUED))
        .exists()
    )
    today = cast(func.timezone("Europe/Helsinki", func.avoin_now()), Date)
    takes_people = (
        (Group.category_id == need.category_id)
        & Group.state.in_((GroupState.PLANNED, GroupState.OPEN))
        & Group.released_at.is_(None)
        & Group.first_day.between(today, need.latest_start)
    )
    return db.session.execute(
        select(
            *(getattr(Group, name).label(name) for name in _OF_A_GROUP),
            Supplier.name.label("supplier_name"),
            *(getattr(Offering, name).label(name) for name in ("name_fi", "name_sv", "name_en")),
            (Group.seats_held - Group.seats_filled - offered).label("free"),
            QueueEntry.state.label("entry_state"),
            QueueEntry.offered_until,
            waits_anywhere.label("waits_anywhere"),
        )
        .select_from(select(literal(1).label("one")).subquery())
        .outerjoin(Group, takes_people)
        .outerjoin(Offering, Offering.id == Group.offering_id)
        .outerjoin(Supplier, Supplier.id == Group.supplier_id)
        .outerjoin(QueueEntry, own & ((QueueEntry.group_id == Group.id) | (QueueEntry.offer_id == Group.id)))
        .order_by(Group.first_day, Group.id)
        .limit(PAGE_SIZE)
    ).all()


#: What the page of a need shows of a group, and what fitting asks.
_OF_A_GROUP = (
    "id",
    "number",
    "category_id",
    "languages",
    "place",
    "is_remote",
    "first_day",
    "seats_max",
    "age_bands",
    "unemployment_bands",
    "education_bands",
)


def starts_to_buy(authority_id: uuid.UUID, today: date, limit: int = 200) -> Sequence[tuple[OfferingStart, Offering]]:
    """Coming starts with two free seats or more, of services under contract in the authority's open systems."""
    in_force = (
        select(FrameContract.id)
        .where(
            FrameContract.supplier_id == Offering.supplier_id,
            FrameContract.category_id == Offering.category_id,
            FrameContract.state == ContractState.IN_FORCE,
            FrameContract.ends_on >= today,
        )
        .exists()
    )
    rows = db.session.execute(
        select(OfferingStart, Offering)
        .join(Offering, Offering.id == OfferingStart.offering_id)
        .join(Category, Category.id == Offering.category_id)
        .join(PurchasingSystem, PurchasingSystem.id == Category.system_id)
        .where(
            PurchasingSystem.authority_id == authority_id,
            PurchasingSystem.state == SystemState.OPEN,
            Offering.state == OfferingState.PUBLISHED,
            OfferingStart.starts_on > today,
            OfferingStart.seats - OfferingStart.seats_taken >= 2,
            in_force,
        )
        .order_by(OfferingStart.starts_on, OfferingStart.id)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in rows]


def start(start_id: uuid.UUID) -> OfferingStart | None:
    return db.session.get(OfferingStart, start_id)


def ordered_value(system_id: uuid.UUID) -> Decimal:
    """What has been bought in a system: orders, and the employers' parts of their seats (R96)."""
    value = db.session.scalar(
        select(func.coalesce(func.sum(Order.price + func.coalesce(Group.employer_part, 0)), 0))
        .select_from(Order)
        .join(Category, Category.id == Order.category_id)
        .outerjoin(Group, Group.id == Order.group_id)
        .where(Category.system_id == system_id, Order.state.not_in(NOT_BOUGHT))
    )
    held = db.session.scalar(
        select(func.coalesce(func.sum(Group.seat_price * (Group.seats_held - Group.seats_filled)), 0))
        .join(Category, Category.id == Group.category_id)
        .where(Category.system_id == system_id)
    )
    return Decimal(value or 0) + Decimal(held or 0)


def orders_of_group(group_id: uuid.UUID) -> Sequence[Order]:
    """The orders of the seats that are taken, oldest first."""
    return db.session.scalars(
        select(Order)
        .where(Order.group_id == group_id, Order.state.not_in(NOT_BOUGHT))
        .order_by(Order.number)
        .limit(500)
    ).all()


# ---- queues ----


def entry(entry_id: uuid.UUID) -> QueueEntry | None:
    return db.session.get(QueueEntry, entry_id)


def entries_seen_by(mandate: Mandate) -> Select[QueueEntry]:
    """The places in queues a mandate may list: those of its own authority's customers (R107)."""
    if mandate.role is not Role.EXPERT:
        return select(QueueEntry).where(false())
    return select(QueueEntry).where(QueueEntry.authority_id == mandate.organisation_id)


def queue_of(group: Group) -> Sequence[QueueEntry]:
    """Everybody who waits for the group, or for any group of its category, or has its seat offered; by time."""
    return db.session.scalars(
        select(QueueEntry)
        .join(Need, Need.id == QueueEntry.need_id)
        .where(
            or_(
                QueueEntry.group_id == group.id,
                QueueEntry.group_id.is_(None) & (QueueEntry.category_id == group.category_id),
            ),
            QueueEntry.state.in_(QUEUED),
            Need.state == NeedState.OPEN,
        )
        .order_by(QueueEntry.joined_at, QueueEntry.id)
        .limit(2_000)
    ).all()


def entry_of(need_id: uuid.UUID, group_id: uuid.UUID | None, category_id: uuid.UUID) -> QueueEntry | None:
    """The need's live place in this very queue."""
    return db.session.scalars(
        select(QueueEntry).where(
            QueueEntry.need_id == need_id,
            QueueEntry.group_id == group_id if group_id else QueueEntry.group_id.is_(None),
            QueueEntry.category_id == category_id,
            QueueEntry.state != EntryState.LEFT,
        )
    ).one_or_none()


def lock_entries(entry_ids: Sequence[uuid.UUID]) -> Sequence[QueueEntry]:
    """Places in a queue, locked in the order of their ids and read anew."""
    return db.session.scalars(
        select(QueueEntry)
        .where(QueueEntry.id.in_(entry_ids))
        .order_by(QueueEntry.id)
        .with_for_update(of=QueueEntry)
        .execution_options(populate_existing=True)
    ).all()


def offers_of(group_id: uuid.UUID) -> Sequence[uuid.UUID]:
    """Who has a seat of the group kept for them."""
    return db.session.scalars(
        select(QueueEntry.id).where(QueueEntry.offer_id == group_id, QueueEntry.state == EntryState.OFFERED)
    ).all()


def entries_of_group(group_id: uuid.UUID) -> Sequence[uuid.UUID]:
    """Who waits for the group by name, or has its seat offered."""
    return db.session.scalars(
        select(QueueEntry.id).where(
            or_(QueueEntry.group_id == group_id, QueueEntry.offer_id == group_id), QueueEntry.state.in_(QUEUED)
        )
    ).all()


def open_needs_for(mandate: Mandate, group: Group) -> Sequence[Need]:
    """The expert's open needs of the group's category that are not in its queue yet."""
    queued = select(QueueEntry.need_id).where(QueueEntry.group_id == group.id, QueueEntry.state.in_(QUEUED))
    return db.session.scalars(
        select(Need)
        .where(
            Need.authority_id == mandate.organisation_id,
            Need.expert_id == mandate.person_id,
            Need.category_id == group.category_id,
            Need.state == NeedState.OPEN,
            Need.id.not_in(queued),
        )
        .order_by(Need.id)
        .limit(PAGE_SIZE)
    ).all()


def seats_by_municipality(group_id: uuid.UUID) -> Sequence[tuple[str, int]]:
    """How many filled seats each home municipality has (R104)."""
    rows = db.session.execute(
        select(QueueEntry.municipality, func.count())
        .join(Order, Order.id == QueueEntry.order_id)
        .where(Order.group_id == group_id, QueueEntry.state == EntryState.PLACED)
        .group_by(QueueEntry.municipality)
        .order_by(QueueEntry.municipality)
    )
    return [(row[0], row[1]) for row in rows]


# ---- selections ----


def selections_of(group_id: uuid.UUID) -> dict[uuid.UUID, Selection]:
    """The decisions on students of a group, by need."""
    rows = db.session.scalars(select(Selection).where(Selection.group_id == group_id))
    return {row.need_id: row for row in rows}


# ---- attendance ----


def marks_of(order_id: uuid.UUID) -> dict[date, AttendanceKind]:
    """What was told of each day of an order."""
    rows = db.session.execute(select(Attendance.day, Attendance.kind).where(Attendance.order_id == order_id))
    return {row.day: row.kind for row in rows}


def attendance_on(order_id: uuid.UUID, day: date) -> Attendance | None:
    return db.session.scalars(
        select(Attendance).where(Attendance.order_id == order_id, Attendance.day == day)
    ).one_or_none()


def marks_on(order_ids: Sequence[uuid.UUID], day: date) -> dict[uuid.UUID, AttendanceKind]:
    """What was told of one day, by order."""
    rows = db.session.execute(
        select(Attendance.order_id, Attendance.kind).where(Attendance.order_id.in_(order_ids), Attendance.day == day)
    )
    return {row.order_id: row.kind for row in rows}


def participants(group_id: uuid.UUID) -> Sequence[Order]:
    """The orders whose customers take part in a course now."""
    return db.session.scalars(
        select(Order).where(Order.group_id == group_id, Order.state.in_(TAKING_PART)).order_by(Order.number).limit(500)
    ).all()


def groups_on(supplier_id: uuid.UUID, day: date) -> Sequence[tuple[Group, int, int]]:
    """The supplier's groups with a course day on this day: how many take part, and of how many it is told."""
    taking_part = (
        select(func.count())
        .where(Order.group_id == Group.id, Order.state.in_(TAKING_PART))
        .correlate(Group)
        .scalar_subquery()
    )
    told = (
        select(func.count())
        .select_from(Attendance)
        .join(Order, Order.id == Attendance.order_id)
        .where(Order.group_id == Group.id, Order.state.in_(TAKING_PART), Attendance.day == day)
        .correlate(Group)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Group, taking_part, told)
        .options(joinedload(Group.offering).options(lazyload("*")))
        .where(Group.supplier_id == supplier_id, Group.state.in_(LIVE), Group.days.contains([day.isoformat()]))
        .order_by(Group.id)
        .limit(PAGE_SIZE)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def groups_to_come(supplier_id: uuid.UUID, today: date) -> Sequence[Group]:
    """The supplier's groups that run or are to come."""
    return db.session.scalars(
        groups_seen_by_supplier(supplier_id)
        .where(Group.state.in_(LIVE), Group.last_day >= today)
        .order_by(Group.first_day, Group.id)
        .limit(PAGE_SIZE)
    ).all()


def groups_seen_by_supplier(supplier_id: uuid.UUID) -> Select[Group]:
    return (
        select(Group).options(joinedload(Group.offering).options(lazyload("*"))).where(Group.supplier_id == supplier_id)
    )


def single_orders(supplier_id: uuid.UUID) -> Sequence[Order]:
    """Services for one customer that are under way."""
    return db.session.scalars(
        select(Order)
        .where(Order.supplier_id == supplier_id, Order.group_id.is_(None), Order.state == OrderState.STARTED)
        .order_by(Order.number)
        .limit(PAGE_SIZE)
    ).all()


# ---- notices of absence ----


def notice(absence_id: uuid.UUID) -> AbsenceNotice | None:
    return db.session.get(AbsenceNotice, absence_id)


def notices_of(order_id: uuid.UUID) -> Sequence[AbsenceNotice]:
    """The notices of an order that stand, oldest first."""
    return db.session.scalars(
        select(AbsenceNotice)
        .where(AbsenceNotice.order_id == order_id, AbsenceNotice.state != NoticeState.WITHDRAWN)
        .order_by(AbsenceNotice.id)
    ).all()


def runs_told(order_id: uuid.UUID) -> Sequence[AbsenceNotice]:
    """The notices of days in a row that stand."""
    return [each for each in notices_of(order_id) if each.kind is AbsenceKind.FIVE_DAYS]


def notices_seen_by(mandate: Mandate) -> Select[AbsenceNotice]:
    """The notices a mandate may list: of its authority's customers."""
    query = select(AbsenceNotice).join(Order, Order.id == AbsenceNotice.order_id)
    if mandate.role is not Role.EXPERT:
        return query.where(false())
    return query.where(Order.authority_id == mandate.organisation_id)


# ---- desks ----


def offers_for(expert_id: uuid.UUID, now: datetime, limit: int = 60) -> Sequence[QueueEntry]:
    """Seats kept for the expert's customers, the most urgent first."""
    return db.session.scalars(
        select(QueueEntry)
        .join(Need, Need.id == QueueEntry.need_id)
        .options(joinedload(QueueEntry.offer))
        .where(Need.expert_id == expert_id, QueueEntry.state == EntryState.OFFERED, QueueEntry.offered_until >= now)
        .order_by(QueueEntry.offered_until)
        .limit(limit)
    ).all()


def notices_for(expert_id: uuid.UUID, limit: int = 60) -> Sequence[AbsenceNotice]:
    """Absences that the expert must do something about."""
    return db.session.scalars(
        select(AbsenceNotice)
        .join(Order, Order.id == AbsenceNotice.order_id)
        .where(Order.expert_id == expert_id, AbsenceNotice.state.in_((NoticeState.OPEN, NoticeState.HEARD)))
        .order_by(AbsenceNotice.id)
        .limit(limit)
    ).all()


def soon_with_empty_seats(authority_id: uuid.UUID, today: date, until: date, limit: int = 60) -> Sequence[Group]:
    """Groups that start soon and have seats that are nobody's."""
    return db.session.scalars(
        select(Group)
        .options(joinedload(Group.offering).options(lazyload("*")))
        .where(
            Group.authority_id == authority_id,
            Group.state.in_((GroupState.PLANNED, GroupState.OPEN)),
            Group.first_day.between(today, until),
            Group.seats_filled < Group.seats_held,
        )
        .order_by(Group.first_day)
        .limit(limit)
    ).all()
