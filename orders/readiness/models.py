"""Lay-off plans: who becomes a job seeker when and where, what each authority takes, and the people who will come."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, enum_column
from core.i18n import lazy_gettext as _l
from core.identity.models import Authority, Person
from dps.joint.agreements.models import CooperationAgreement
from dps.systems.models import ServiceType
from orders.bulk.models import BulkFile


class PlanState(StrEnum):
    """Where a plan stands."""

    DRAFT = "draft"
    #: The other parties see the numbers of their municipalities and answer.
    SHARED = "shared"
    CLOSED = "closed"


PLAN_TRANSITIONS = {
    "share": ({PlanState.DRAFT}, PlanState.SHARED),
    "close": ({PlanState.DRAFT, PlanState.SHARED}, PlanState.CLOSED),
}

PLAN_STATE_TITLES = {
    PlanState.DRAFT: _l("Being prepared"),
    PlanState.SHARED: _l("Shared with the parties"),
    PlanState.CLOSED: _l("Closed"),
}


class LayoffPlan(Model):
    """People of an employer, or of a sector, who will become job seekers."""

    __tablename__ = "layoff_plan"
    __table_args__ = (
        UniqueConstraint("authority_id", "number"),
        CheckConstraint("state <> 'shared' OR agreement_id IS NOT NULL", name="agreement_if_shared"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_at_if_closed"),
    )

    #: Whose plan it is: the one that heard of it first.
    authority_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("authority.id"))
    #: Running number within the authority; shown as ``MUUTOS-12``.
    number: Mapped[int]
    #: The employer's name, or the sector.
    employer: Mapped[str]
    business_id: Mapped[str | None]
    note: Mapped[str]
    #: The agreement whose parties it concerns; nothing where the authority acts alone.
    agreement_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("cooperation_agreement.id"))
    state: Mapped[PlanState] = mapped_column(enum_column(PlanState), default=PlanState.DRAFT)
    made_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    shared_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    authority: Mapped[Authority] = relationship(lazy="joined", innerjoin=True)
    agreement: Mapped[CooperationAgreement | None] = relationship()
    maker: Mapped[Person] = relationship()
    lines: Mapped[list[LayoffLine]] = relationship(back_populates="plan", order_by="LayoffLine.position")
    shares: Mapped[list[LayoffShare]] = relationship(back_populates="plan", order_by="LayoffShare.id")

    @property
    def reference(self) -> str:
        """``MUUTOS-12``"""
        return f"MUUTOS-{self.number}"


class LayoffLine(Model):
    """How many people of a municipality become job seekers in a month, what they did, which service they may want."""

    __tablename__ = "layoff_line"
    __table_args__ = (
        UniqueConstraint("plan_id", "position"),
        CheckConstraint("people > 0", name="people_positive"),
        CheckConstraint("extract(day from month) = 1", name="month_begins"),
    )

    plan_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("layoff_plan.id"))
    position: Mapped[int]
    #: Home municipality: it decides whose customers they will be (R104).
    municipality: Mapped[str]
    occupation: Mapped[str]
    service_type: Mapped[ServiceType | None] = mapped_column(enum_column(ServiceType))
    #: The first day of the month in which they become job seekers.
    month: Mapped[date]
    people: Mapped[int]

    plan: Mapped[LayoffPlan] = relationship(back_populates="lines")


class ShareState(StrEnum):
    """What another authority says to its part."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"


SHARE_TRANSITIONS = {
    "accept": ({ShareState.PROPOSED}, ShareState.ACCEPTED),
    "decline": ({ShareState.PROPOSED}, ShareState.DECLINED),
}

SHARE_STATE_TITLES = {
    ShareState.PROPOSED: _l("Waiting for an answer"),
    ShareState.ACCEPTED: _l("Takes its part"),
    ShareState.DECLINED: _l("Does not take its part"),
}


class LayoffShare(Model):
    """The part of a plan that concerns another authority: the people of its parties' municipalities."""

    __tablename__ = "layoff_share"
    __table_args__ = (
        UniqueConstraint("plan_id", "authority_id"),
        CheckConstraint("people > 0", name="people_positive"),
        CheckConstraint("takes BETWEEN 0 AND people", name="takes_of_people"),
        CheckConstraint("(state = 'proposed') = (answered_at IS NULL)", name="answered_at_if_answered"),
        CheckConstraint("(state = 'accepted') = (takes IS NOT NULL)", name="takes_if_accepted"),
        Index("ix_layoff_share_authority_id", "authority_id", "state"),
    )

    plan_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("layoff_plan.id"))
    authority_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("authority.id"))
    state: Mapped[ShareState] = mapped_column(enum_column(ShareState), default=ShareState.PROPOSED)
    people: Mapped[int]
    #: How many of them it finds services for.
    takes: Mapped[int | None]
    note: Mapped[str]
    answered_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]

    plan: Mapped[LayoffPlan] = relationship(back_populates="shares")
    authority: Mapped[Authority] = relationship(lazy="joined", innerjoin=True)


class LayoffPerson(Model):
    """Somebody who will come: a reference, not yet a need; each authority has its own (R107)."""

    __tablename__ = "layoff_person"
    __table_args__ = (
        UniqueConstraint("plan_id", "number"),
        UniqueConstraint("plan_id", "authority_id", "reference"),
        Index("ix_layoff_person_authority_id", "authority_id", "plan_id"),
    )

    plan_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("layoff_plan.id"))
    line_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("layoff_line.id"), index=True)
    #: The authority whose customer it will be.
    authority_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("authority.id"))
    number: Mapped[int]
    #: ``MUUTOS-12-001`` until the customer system's own is known.
    reference: Mapped[str]
    #: The bulk file that needs are made by.
    bulk_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("bulk_file.id"))

    plan: Mapped[LayoffPlan] = relationship()
    line: Mapped[LayoffLine] = relationship(lazy="joined", innerjoin=True)
    bulk: Mapped[BulkFile | None] = relationship()


class LabourFigure(Model):
    """The labour force and the unemployed of a municipality, as the authority that serves it entered them."""

    __tablename__ = "labour_figure"
    __table_args__ = (
        UniqueConstraint("authority_id", "municipality"),
        CheckConstraint("unemployed > 0 AND unemployed <= labour_force", name="unemployed_of_force"),
    )

    authority_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("authority.id"))
    municipality: Mapped[str]
    labour_force: Mapped[int]
    unemployed: Mapped[int]
    #: The day they are of.
    as_of: Mapped[date]
    entered_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    entered_at: Mapped[datetime]
