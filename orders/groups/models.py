"""Groups, queues, attendance, selections and notices of absence."""

from __future__ import annotations

import uuid
from base64 import b32encode
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, enum_column
from core.identity.models import Authority
from dps.contracts.models import FrameContract
from dps.offerings.models import Offering, OfferingStart
from dps.systems.models import Category, ServiceType
from orders.models import Budget, Need, Order
from suppliers.models import Supplier


class GroupState(StrEnum):
    """The life of a group."""

    #: Set up: seats and money are held, the queue may form.
    PLANNED = "planned"
    #: Its seats are given to the queue.
    OPEN = "open"
    RUNNING = "running"
    ENDED = "ended"
    CANCELLED = "cancelled"


GROUP_TRANSITIONS = {
    "open": ({GroupState.PLANNED}, GroupState.OPEN),
    "begin": ({GroupState.OPEN}, GroupState.RUNNING),
    "end": ({GroupState.RUNNING}, GroupState.ENDED),
    "cancel": ({GroupState.PLANNED, GroupState.OPEN}, GroupState.CANCELLED),
}
#: A group that still holds its place in the calendar.
LIVE = (GroupState.PLANNED, GroupState.OPEN, GroupState.RUNNING)


class AidBasis(StrEnum):
    """On what the authority's share of joint-purchase training rests (R96)."""

    GBER = "gber"
    DE_MINIMIS = "de_minimis"


class Group(Model):
    """A standing order of an authority for the seats of a course; never more seats filled than held (I7).

    ``seats_held`` are taken from the offering's start and their money is committed: the price of each filled seat by
    its order, on the budget of the customer's authority; that of each empty one by the group, on the organiser's.
    """

    __tablename__ = "group"
    __table_args__ = (
        UniqueConstraint("authority_id", "number"),
        CheckConstraint("seats_filled BETWEEN 0 AND seats_held", name="no_overbooking"),
        CheckConstraint("seats_held <= seats_max", name="held_within_max"),
        CheckConstraint("seats_min BETWEEN 1 AND seats_max", name="min_within_max"),
        CheckConstraint("price > 0 AND employer_part >= 0", name="price_positive"),
        CheckConstraint("price + employer_part = seat_price", name="parts_add_up"),
        CheckConstraint("jsonb_array_length(days) > 0", name="has_days"),
        CheckConstraint("jsonb_array_length(languages) > 0", name="has_language"),
        CheckConstraint("is_remote OR place IS NOT NULL", name="place_or_remote"),
        CheckConstraint("first_day <= last_day AND release_on <= first_day", name="days_in_order"),
        CheckConstraint(
            "(employer_id IS NULL) = (employer_name IS NULL) AND (employer_id IS NULL) = (employer_percent IS NULL)"
            " AND (employer_id IS NULL) = (aid_basis IS NULL) AND (employer_id IS NULL) = (employer_contact IS NULL)",
            name="employer_whole",
        ),
        CheckConstraint("(employer_id IS NULL) = (employer_part = 0)", name="share_if_employer"),
        CheckConstraint("employer_percent > 0 AND employer_percent < 100", name="percent_of_employer"),
        CheckConstraint("(state = 'cancelled') = (cancel_reason IS NOT NULL)", name="reason_if_cancelled"),
        CheckConstraint("state NOT IN ('running', 'ended') OR released_at IS NOT NULL", name="released_if_begun"),
        CheckConstraint("state <> 'cancelled' OR seats_held = 0", name="nothing_held_if_cancelled"),
        Index("ix_group_supplier_id_state", "supplier_id", "state"),
        Index("ix_group_authority_id_state_first_day", "authority_id", "state", "first_day"),
    )

    #: The organising party: its customers come first.
    authority_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("authority.id"))
    #: Running number within the authority; shown as ``G-12``.
    number: Mapped[int]
    category_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("category.id"), index=True)
    supplier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("supplier.id"))
    contract_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("frame_contract.id"))
    offering_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("offering.id"))
    start_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("offering_start.id"))
    budget_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("budget.id"))
    set_up_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    set_up_at: Mapped[datetime]
    state: Mapped[GroupState] = mapped_column(enum_column(GroupState), default=GroupState.PLANNED)
    languages: Mapped[list[str]]
    place: Mapped[str | None]
    is_remote: Mapped[bool]
    #: Days of the course, ISO 8601, in order; the first and the last of them.
    days: Mapped[list[str]]
    first_day: Mapped[date]
    last_day: Mapped[date]
    prerequisites_fi: Mapped[str]
    prerequisites_sv: Mapped[str]
    prerequisites_en: Mapped[str]
    #: Bands the group is for; empty means any. The provider never sees them (I8).
    age_bands: Mapped[list[str]]
    unemployment_bands: Mapped[list[str]]
    education_bands: Mapped[list[str]]
    seats_min: Mapped[int]
    seats_max: Mapped[int]
    seats_held: Mapped[int]
    seats_filled: Mapped[int] = mapped_column(default=0)
    #: Until then seats go to the organising party's customers only; afterwards to the partners', too.
    own_until: Mapped[datetime]
    #: At the end of this day empty seats and their money are given back.
    release_on: Mapped[date]
    released_at: Mapped[datetime | None]
    #: Students are selected, by the authority (R98).
    needs_selection: Mapped[bool]
    #: Why this provider, where the published rule does not say it by itself (R3).
    rule_reason: Mapped[str | None]
    #: A seat without VAT: the whole, the ordering authority's part, the employer's part (R96, I9).
    seat_price: Mapped[Decimal]
    price: Mapped[Decimal]
    employer_part: Mapped[Decimal] = mapped_column(default=Decimal(0))
    #: What the authority's part is made of, as an order keeps it.
    parts: Mapped[list[dict[str, Any]]]
    #: The employer of joint-purchase training: its business id, name and contact (R96).
    employer_id: Mapped[str | None]
    employer_name: Mapped[str | None]
    employer_contact: Mapped[str | None]
    employer_percent: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    aid_basis: Mapped[AidBasis | None] = mapped_column(enum_column(AidBasis))
    cancel_reason: Mapped[str | None]

    authority: Mapped[Authority] = relationship(lazy="joined", innerjoin=True)
    category: Mapped[Category] = relationship(lazy="joined", innerjoin=True)
    supplier: Mapped[Supplier] = relationship(lazy="joined", innerjoin=True)
    contract: Mapped[FrameContract] = relationship()
    offering: Mapped[Offering] = relationship()
    start: Mapped[OfferingStart] = relationship()
    budget: Mapped[Budget] = relationship()

    @property
    def reference(self) -> str:
        """``G-12``"""
        return f"G-{self.number}"

    @property
    def course_days(self) -> list[date]:
        return [date.fromisoformat(day) for day in self.days]

    @property
    def seats_empty(self) -> int:
        """Held, but nobody's yet; some of them may be offered to somebody."""
        return self.seats_held - self.seats_filled

    @property
    def threshold_value(self) -> Decimal:
        """What the group counts towards the thresholds: the employer's part and the authority-funded one (R96)."""
        return self.seat_price * self.seats_max


#: Kinds of service that are training (R98, R100).
TRAININGS = frozenset(
    {
        ServiceType.LABOUR_MARKET_TRAINING,
        ServiceType.JOINT_PURCHASE_TRAINING,
        ServiceType.CHANGE_SECURITY_TRAINING,
        ServiceType.INTEGRATION_TRAINING,
    }
)


class EntryState(StrEnum):
    """Where somebody in a queue stands."""

    WAITING = "waiting"
    #: A seat is kept for them until an hour.
    OFFERED = "offered"
    PLACED = "placed"
    LEFT = "left"


ENTRY_TRANSITIONS = {
    "offer": ({EntryState.WAITING}, EntryState.OFFERED),
    "place": ({EntryState.WAITING, EntryState.OFFERED}, EntryState.PLACED),
    "leave": ({EntryState.WAITING, EntryState.OFFERED, EntryState.PLACED}, EntryState.LEFT),
}
#: Still in the queue.
QUEUED = (EntryState.WAITING, EntryState.OFFERED)


class LeaveReason(StrEnum):
    """Why somebody left a queue."""

    #: Another service or group was ordered for the customer.
    PLACED_ELSEWHERE = "placed_elsewhere"
    CUSTOMER_WITHDREW = "customer_withdrew"
    NEED_CLOSED = "need_closed"
    NOT_SELECTED = "not_selected"
    #: Nobody answered the offered seat in time.
    OFFER_LAPSED = "offer_lapsed"
    #: The order of the seat was declined, lapsed or cancelled, or the customer never came.
    SEAT_GIVEN_BACK = "seat_given_back"
    GROUP_CANCELLED = "group_cancelled"
    #: The customer has a seat of another group now, whose customer has this one.
    SEAT_SWAPPED = "seat_swapped"


class QueueEntry(Model):
    """A customer's place in the queue to a group, or to any group of a category; kept by party and time."""

    __tablename__ = "queue_entry"
    __table_args__ = (
        CheckConstraint("(state = 'placed') = (order_id IS NOT NULL)", name="order_if_placed"),
        CheckConstraint("(state = 'left') = (leave_reason IS NOT NULL)", name="reason_if_left"),
        CheckConstraint("(state = 'left') = (left_at IS NOT NULL)", name="left_at_if_left"),
        CheckConstraint(
            "(state = 'offered') = (offered_until IS NOT NULL) AND (offered_until IS NULL OR offer_id IS NOT NULL)",
            name="until_if_offered",
        ),
        CheckConstraint("municipality <> ''", name="has_municipality"),
        Index(
            "uq_queue_entry_group_live",
            "need_id",
            "group_id",
            unique=True,
            postgresql_where=text("state IN ('waiting', 'offered', 'placed') AND group_id IS NOT NULL"),
        ),
        Index(
            "uq_queue_entry_category_live",
            "need_id",
            "category_id",
            unique=True,
            postgresql_where=text("state IN ('waiting', 'offered', 'placed') AND group_id IS NULL"),
        ),
        Index("uq_queue_entry_order", "order_id", unique=True),
        Index("ix_queue_entry_group_id_state", "group_id", "state"),
        Index("ix_queue_entry_offer_id", "offer_id", postgresql_where=text("state = 'offered'")),
        Index("ix_queue_entry_category_id_state", "category_id", "state", postgresql_where=text("group_id IS NULL")),
        Index("ix_queue_entry_offered_until", "offered_until", postgresql_where=text("state = 'offered'")),
    )

    #: The party whose customer it is.
    authority_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("authority.id"), index=True)
    need_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("need.id"), index=True)
    category_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("category.id"))
    #: The group one waits for; nothing where any group of the category will do.
    group_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("group.id"))
    #: Home municipality of the customer, kept with the seat for the compensation between municipalities (R104).
    municipality: Mapped[str]
    state: Mapped[EntryState] = mapped_column(enum_column(EntryState), default=EntryState.WAITING)
    joined_at: Mapped[datetime]
    #: The group that offers a seat, or offered the last one, and until when.
    offer_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("group.id"))
    offered_until: Mapped[datetime | None]
    order_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("order.id"))
    leave_reason: Mapped[LeaveReason | None] = mapped_column(enum_column(LeaveReason))
    left_at: Mapped[datetime | None]

    need: Mapped[Need] = relationship(lazy="joined", innerjoin=True)
    category: Mapped[Category] = relationship()
    group: Mapped[Group | None] = relationship(foreign_keys=[group_id])
    offer: Mapped[Group | None] = relationship(foreign_keys=[offer_id])
    order: Mapped[Order | None] = relationship()

    @property
    def pseudonym(self) -> str:
        """What another authority calls the customer in this queue: made of the random bits of the place itself, so that
        it leads to no customer, no need and no other queue (R107)."""
        return b32encode((self.id.int & 0xFF_FFFF_FFFF).to_bytes(5)).decode()


class Selection(Model):
    """Whether a student was chosen for a training, decided by the authority with reasons (R98)."""

    __tablename__ = "group_selection"
    __table_args__ = (UniqueConstraint("group_id", "need_id"),)

    group_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("group.id"))
    need_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("need.id"), index=True)
    is_chosen: Mapped[bool]
    #: Sealed: the reasons tell about the customer.
    sealed_reasons: Mapped[bytes]
    decided_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime]

    group: Mapped[Group] = relationship()
    need: Mapped[Need] = relationship()

    @property
    def authority_id(self) -> uuid.UUID:
        return self.need.authority_id


class AttendanceKind(StrEnum):
    """Whether somebody was there."""

    PRESENT = "present"
    ABSENT_WITH_LEAVE = "absent_with_leave"
    ABSENT_WITHOUT_LEAVE = "absent_without_leave"


class Attendance(Model):
    """One day of one customer, told by the provider; a correction leaves its trace in the audit trail."""

    __tablename__ = "attendance"
    __table_args__ = (UniqueConstraint("order_id", "day"),)

    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("order.id"))
    day: Mapped[date]
    kind: Mapped[AttendanceKind] = mapped_column(enum_column(AttendanceKind))
    recorded_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]


class AbsenceKind(StrEnum):
    """What the authority must be told of (R100)."""

    FIVE_DAYS = "five_days"
    #: Absences that defeat the goals of the service.
    GOALS = "goals"


class NoticeState(StrEnum):
    """How far the authority is with a notice."""

    OPEN = "open"
    HEARD = "heard"
    DECIDED = "decided"
    #: A correction of the attendance took its ground away.
    WITHDRAWN = "withdrawn"


ABSENCE_TRANSITIONS = {
    "hear": ({NoticeState.OPEN}, NoticeState.HEARD),
    "decide": ({NoticeState.OPEN, NoticeState.HEARD}, NoticeState.DECIDED),
    "withdraw": ({NoticeState.OPEN, NoticeState.HEARD}, NoticeState.WITHDRAWN),
}


class AbsenceNotice(Model):
    """Absences the provider must report, as a task of the expert (R100)."""

    __tablename__ = "absence_notice"
    __table_args__ = (
        CheckConstraint("(kind = 'goals') = (sealed_reason IS NOT NULL)", name="reason_if_goals"),
        CheckConstraint("state NOT IN ('heard') OR heard_on IS NOT NULL", name="heard_on_if_heard"),
        CheckConstraint("(state = 'decided') = (decided_at IS NOT NULL)", name="decided_at_if_decided"),
        CheckConstraint(
            "(state = 'decided') = (discontinues IS NOT NULL) AND (state = 'decided') = (decided_by IS NOT NULL)",
            name="outcome_if_decided",
        ),
        Index(
            "uq_absence_notice_run",
            "order_id",
            "first_day",
            unique=True,
            postgresql_where=text("kind = 'five_days' AND state <> 'withdrawn'"),
        ),
        Index("ix_absence_notice_order_id", "order_id"),
    )

    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("order.id"))
    kind: Mapped[AbsenceKind] = mapped_column(enum_column(AbsenceKind))
    state: Mapped[NoticeState] = mapped_column(enum_column(NoticeState), default=NoticeState.OPEN)
    #: First day of the run of absences; the day of the report where the goals are defeated.
    first_day: Mapped[date]
    made_at: Mapped[datetime]
    sealed_reason: Mapped[bytes | None]
    heard_on: Mapped[date | None]
    discontinues: Mapped[bool | None]
    decided_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]

    order: Mapped[Order] = relationship(lazy="joined", innerjoin=True)

    @property
    def authority_id(self) -> uuid.UUID:
        return self.order.authority_id

    @property
    def needs_hearing(self) -> bool:
        """Training: the customer is heard before the decision (R100, TVL 65 §)."""
        return self.order.category.service_type in TRAININGS
