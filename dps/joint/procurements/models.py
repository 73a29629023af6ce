"""The tables of joint procurements: their stages, needs, approvals, meetings and changes."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, enum_column
from core.files.models import StoredFile
from core.i18n import lazy_gettext as _l
from core.identity.models import Authority, Person
from dps.competitions.models import Competition
from dps.joint.agreements.models import AgreementParty, AgreementVersion, CooperationAgreement
from dps.joint.stages import Group, Stage
from dps.systems.models import Category, PurchasingSystem, ServiceType


class ProcurementState(StrEnum):
    """Whether it goes on; where it stands is its stage."""

    RUNNING = "running"
    ENDED = "ended"
    #: Given up before anything was bought.
    ABANDONED = "abandoned"


PROCUREMENT_TRANSITIONS = {
    "end": ({ProcurementState.RUNNING}, ProcurementState.ENDED),
    "abandon": ({ProcurementState.RUNNING}, ProcurementState.ABANDONED),
}

PROCUREMENT_STATE_TITLES = {
    ProcurementState.RUNNING: _l("Under way"),
    ProcurementState.ENDED: _l("Ended"),
    ProcurementState.ABANDONED: _l("Given up"),
}


class InNameOf(StrEnum):
    """In whose name an act is done: the cities answer jointly for what is done in the name of all (R103)."""

    OWN = "own"
    ALL = "all"


class TargetGroup(StrEnum):
    """Whom a volume is for, so that the needs of several parties can be laid side by side."""

    ALL = "all"
    YOUNG = "young"
    IMMIGRANTS = "immigrants"
    LONG_TERM = "long_term"
    WORK_ABILITY = "work_ability"
    HIGHLY_EDUCATED = "highly_educated"
    ENTREPRENEURS = "entrepreneurs"


TARGET_GROUP_TITLES = {
    TargetGroup.ALL: _l("All customers"),
    TargetGroup.YOUNG: _l("Under 30 years"),
    TargetGroup.IMMIGRANTS: _l("Immigrants"),
    TargetGroup.LONG_TERM: _l("Long-term unemployed"),
    TargetGroup.WORK_ABILITY: _l("Reduced work ability"),
    TargetGroup.HIGHLY_EDUCATED: _l("Highly educated"),
    TargetGroup.ENTREPRENEURS: _l("Future entrepreneurs"),
}

#: Action -> (stage it starts from, stage it ends in): one step at a time, none left out.
STAGE_STEPS = {f"reach_{stage.next}": ({stage}, stage.next) for stage in Stage if stage.next is not None}


class JointProcurement(Model):
    """One procurement of several authorities, in the stages of its agreement."""

    __tablename__ = "joint_procurement"
    __table_args__ = (
        UniqueConstraint("year", "number"),
        CheckConstraint("ends_on > starts_on", name="ends_after_start"),
        CheckConstraint("round > 0", name="round_positive"),
        CheckConstraint(
            "stage IN ('need', 'proposal', 'steering', 'decisions') OR system_id IS NOT NULL",
            name="system_from_procurement",
        ),
        CheckConstraint("(proposal IS NULL) = (proposed_at IS NULL)", name="proposed_at_if_proposed"),
        CheckConstraint("(system_id IS NULL) = (estimate IS NULL)", name="estimate_if_system"),
        CheckConstraint("alarm_answered_at IS NULL OR alarmed_at IS NOT NULL", name="alarm_before_answer"),
        Index("ix_joint_procurement_agreement_id_stage", "agreement_id", "stage"),
        Index("ix_joint_procurement_system_id", "system_id"),
    )

    agreement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cooperation_agreement.id"))
    #: The version it began under, or a later one that binds running procurements.
    version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("agreement_version.id"))
    year: Mapped[int]
    #: Running number within the year; shown as ``YH-2026-3``.
    number: Mapped[int]
    name_fi: Mapped[str]
    name_sv: Mapped[str]
    name_en: Mapped[str]
    purpose: Mapped[str]
    service_type: Mapped[ServiceType] = mapped_column(enum_column(ServiceType))
    lead_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("authority.id"))
    #: The first and the last day of use.
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    state: Mapped[ProcurementState] = mapped_column(enum_column(ProcurementState), default=ProcurementState.RUNNING)
    stage: Mapped[Stage] = mapped_column(enum_column(Stage), default=Stage.NEED)
    #: Counts the calculations: when a party leaves, the others approve a new one.
    round: Mapped[int] = mapped_column(default=1)
    #: What the lead party runs for all; a category or a competition where it is one of a system that exists.
    system_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("purchasing_system.id"))
    category_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("category.id"))
    competition_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("competition.id"))
    #: Without VAT: the sum of the volumes times their prices when the procurement began; orders run against it.
    estimate: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    #: What the lead party's coordinator proposes to all.
    proposal: Mapped[str | None]
    proposed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime | None]
    #: When the orders came near the estimate, and what the lead party does about it.
    alarmed_at: Mapped[datetime | None]
    alarm_answer: Mapped[str | None]
    alarm_answered_at: Mapped[datetime | None]
    begun_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    begun_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None]

    agreement: Mapped[CooperationAgreement] = relationship(lazy="joined", innerjoin=True)
    agreed: Mapped[AgreementVersion] = relationship()
    lead: Mapped[Authority] = relationship(lazy="joined", innerjoin=True)
    system: Mapped[PurchasingSystem | None] = relationship()
    category: Mapped[Category | None] = relationship()
    competition: Mapped[Competition | None] = relationship()
    stages: Mapped[list[StageEntry]] = relationship(back_populates="procurement", order_by="StageEntry.id")
    participations: Mapped[list[Participation]] = relationship(back_populates="procurement")

    @property
    def reference(self) -> str:
        """``YH-2026-3``"""
        return f"YH-{self.year}-{self.number}"

    @property
    def authority_id(self) -> uuid.UUID:
        """The lead party's authority, in whose name the procurement itself is run (R103)."""
        return self.lead_id


class StageEntry(Model):
    """When a procurement came to a stage, when it is due there, and when and by whom it left it."""

    __tablename__ = "joint_stage"
    __table_args__ = (UniqueConstraint("procurement_id", "stage"),)

    procurement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("joint_procurement.id"))
    stage: Mapped[Stage] = mapped_column(enum_column(Stage))
    begun_at: Mapped[datetime]
    due_on: Mapped[date | None]
    done_at: Mapped[datetime | None]
    done_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))

    procurement: Mapped[JointProcurement] = relationship(back_populates="stages")


class ParticipationState(StrEnum):
    """Whether a party takes part."""

    IN = "in"
    #: Left before anything was bought, with its volumes.
    LEFT = "left"
    #: Withdrew from a running procurement as the agreement says; orders until a day.
    WITHDRAWN = "withdrawn"


PARTICIPATION_TRANSITIONS = {
    "leave": ({ParticipationState.IN}, ParticipationState.LEFT),
    "withdraw": ({ParticipationState.IN}, ParticipationState.WITHDRAWN),
}

PARTICIPATION_STATE_TITLES = {
    ParticipationState.IN: _l("Takes part"),
    ParticipationState.LEFT: _l("Stayed out"),
    ParticipationState.WITHDRAWN: _l("Has withdrawn"),
}


class Participation(Model):
    """A party in a procurement, its need as stated, and whether it stays."""

    __tablename__ = "joint_participation"
    __table_args__ = (
        UniqueConstraint("procurement_id", "party_id"),
        CheckConstraint("(state = 'in') = (left_at IS NULL)", name="left_at_if_left"),
        CheckConstraint("(state = 'withdrawn') = (last_day IS NOT NULL)", name="last_day_if_withdrawn"),
        CheckConstraint("budget >= 0", name="budget_not_negative"),
        CheckConstraint("unit_price > 0", name="unit_price_positive"),
    )

    procurement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("joint_procurement.id"))
    party_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("agreement_party.id"))
    state: Mapped[ParticipationState] = mapped_column(enum_column(ParticipationState), default=ParticipationState.IN)
    #: Where the volumes come from, what one costs, the money for them; nothing until the need is stated.
    forecast_source: Mapped[str | None]
    unit_price: Mapped[Decimal | None]
    budget: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    stated_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    stated_at: Mapped[datetime | None]
    left_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    left_at: Mapped[datetime | None]
    left_reason: Mapped[str | None]
    #: The authority's own decision to leave or to withdraw: ``§ 214``.
    left_decision: Mapped[str | None]
    last_day: Mapped[date | None]

    procurement: Mapped[JointProcurement] = relationship(back_populates="participations")
    party: Mapped[AgreementParty] = relationship(lazy="joined", innerjoin=True)
    volumes: Mapped[list[JointVolume]] = relationship(
        back_populates="participation", order_by="JointVolume.quarter, JointVolume.municipality"
    )


class JointVolume(Model):
    """How many services of a kind a party announces for a quarter."""

    __tablename__ = "joint_volume"
    __table_args__ = (
        UniqueConstraint("participation_id", "target_group", "municipality", "language", "quarter"),
        CheckConstraint("amount >= 0", name="amount_not_negative"),
        CheckConstraint("extract(day from quarter) = 1", name="quarter_begins_month"),
    )

    participation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("joint_participation.id"))
    target_group: Mapped[TargetGroup] = mapped_column(enum_column(TargetGroup))
    municipality: Mapped[str]
    #: Service language, ISO 639-1.
    language: Mapped[str]
    #: The first day of the quarter.
    quarter: Mapped[date]
    amount: Mapped[int]

    participation: Mapped[Participation] = relationship(back_populates="volumes")


class JointApproval(Model):
    """An authority's act on a stage, by a named person on a day; of the calculation (round) of that day."""

    __tablename__ = "joint_approval"
    __table_args__ = (
        UniqueConstraint("procurement_id", "stage", "round", "authority_id"),
        Index("ix_joint_approval_procurement_id", "procurement_id"),
    )

    procurement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("joint_procurement.id"))
    stage: Mapped[Stage] = mapped_column(enum_column(Stage))
    round: Mapped[int]
    authority_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("authority.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    #: The membership acted by, where the stage is a group's; a substitute's own.
    member_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("agreement_member.id"))
    #: The authority's own decision, in the stage of decisions: ``§ 214``.
    decision: Mapped[str]
    note: Mapped[str]
    approved_at: Mapped[datetime]

    authority: Mapped[Authority] = relationship(lazy="joined", innerjoin=True)
    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)


class JointMeeting(Model):
    """A meeting of one of the groups, with its minutes as a PDF."""

    __tablename__ = "joint_meeting"
    __table_args__ = (UniqueConstraint("agreement_id", "group", "number"),)

    agreement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cooperation_agreement.id"))
    group: Mapped[Group] = mapped_column(enum_column(Group))
    number: Mapped[int]
    held_on: Mapped[date]
    #: Ids of the people who were there.
    present: Mapped[list[str]]
    #: ``[{"title": str, "text": str, "procurement": id or ""}, …]``, in order.
    items: Mapped[list[dict[str, Any]]]
    written_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime]
    minutes_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("stored_file.id"))

    agreement: Mapped[CooperationAgreement] = relationship(lazy="joined", innerjoin=True)
    writer: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
    minutes: Mapped[StoredFile | None] = relationship()


class TransferState(StrEnum):
    """A transfer of volume: proposed by the giver, taken by the taker."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    REFUSED = "refused"


TRANSFER_TRANSITIONS = {
    "agree": ({TransferState.PROPOSED}, TransferState.AGREED),
    "refuse": ({TransferState.PROPOSED}, TransferState.REFUSED),
}

TRANSFER_STATE_TITLES = {
    TransferState.PROPOSED: _l("Waiting for the other party"),
    TransferState.AGREED: _l("Agreed"),
    TransferState.REFUSED: _l("Refused"),
}


class VolumeTransfer(Model):
    """Announced volume that one party gives to another, an act of both."""

    __tablename__ = "joint_transfer"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("giver_id <> taker_id", name="two_parties"),
        CheckConstraint("(state = 'proposed') = (answered_at IS NULL)", name="answered_at_if_answered"),
        Index("ix_joint_transfer_open", "procurement_id", postgresql_where=text("state = 'proposed'")),
    )

    procurement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("joint_procurement.id"))
    giver_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("joint_participation.id"))
    taker_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("joint_participation.id"))
    #: The first day of the quarter.
    quarter: Mapped[date]
    amount: Mapped[int]
    reason: Mapped[str]
    state: Mapped[TransferState] = mapped_column(enum_column(TransferState), default=TransferState.PROPOSED)
    proposed_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime]
    answered_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]

    procurement: Mapped[JointProcurement] = relationship()
    giver: Mapped[Participation] = relationship(foreign_keys=[giver_id])
    taker: Mapped[Participation] = relationship(foreign_keys=[taker_id])
