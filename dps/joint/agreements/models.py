"""The tables of cooperation agreements. What an agreement says stands in its versions; people are named beside them."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, enum_column
from core.i18n import lazy_gettext as _l
from core.identity.models import Authority, Person
from dps.joint.stages import ApprovalRule, CostBasis, CostKind, Group, Stage
from dps.systems.models import ServiceType


class CooperationAgreement(Model):
    """An agreement between authorities (municipal act 54 §); its content stands in its versions."""

    __tablename__ = "cooperation_agreement"

    #: Running number; shown as ``YS-1``.
    number: Mapped[int] = mapped_column(unique=True)
    name_fi: Mapped[str]
    name_sv: Mapped[str]
    name_en: Mapped[str]
    #: Who wrote it first and keeps the text.
    keeper_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("authority.id"))
    made_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]

    keeper: Mapped[Authority] = relationship(lazy="joined", innerjoin=True)

    @property
    def reference(self) -> str:
        """``YS-1``"""
        return f"YS-{self.number}"


class VersionState(StrEnum):
    """The life of a version: nothing is in force before every authority has approved it."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    #: Approved by all; applies from its first day.
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


VERSION_TRANSITIONS = {
    "propose": ({VersionState.DRAFT}, VersionState.PROPOSED),
    "return": ({VersionState.PROPOSED}, VersionState.DRAFT),
    "approve": ({VersionState.PROPOSED}, VersionState.IN_FORCE),
    "supersede": ({VersionState.IN_FORCE}, VersionState.SUPERSEDED),
    "withdraw": ({VersionState.DRAFT, VersionState.PROPOSED}, VersionState.WITHDRAWN),
}

VERSION_STATE_TITLES = {
    VersionState.DRAFT: _l("Draft"),
    VersionState.PROPOSED: _l("Waiting for the parties' approval"),
    VersionState.IN_FORCE: _l("In force"),
    VersionState.SUPERSEDED: _l("Replaced by a newer version"),
    VersionState.WITHDRAWN: _l("Withdrawn"),
}


class AgreementVersion(Model):
    """What the authorities agreed, as of one version."""

    __tablename__ = "agreement_version"
    __table_args__ = (
        UniqueConstraint("agreement_id", "number"),
        CheckConstraint("ends_on IS NULL OR ends_on > starts_on", name="ends_after_start"),
        CheckConstraint("withdrawal_days >= 0 AND own_window_days >= 0", name="days_not_negative"),
        CheckConstraint(
            "(state IN ('in_force', 'superseded')) = (in_force_at IS NOT NULL)", name="in_force_at_if_in_force"
        ),
        Index(
            "uq_agreement_version_one_in_force",
            "agreement_id",
            unique=True,
            postgresql_where=text("state = 'in_force'"),
        ),
        Index(
            "uq_agreement_version_one_open",
            "agreement_id",
            unique=True,
            postgresql_where=text("state IN ('draft', 'proposed')"),
        ),
    )

    agreement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cooperation_agreement.id"))
    number: Mapped[int]
    #: The authority whose coordinators hold the pen while it is a draft.
    author_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("authority.id"))
    state: Mapped[VersionState] = mapped_column(enum_column(VersionState), default=VersionState.DRAFT)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    #: What the two groups are called: PKS says johtoryhmä, its city texts ohjausryhmä.
    steering_name_fi: Mapped[str]
    steering_name_sv: Mapped[str]
    steering_name_en: Mapped[str]
    coordination_name_fi: Mapped[str]
    coordination_name_sv: Mapped[str]
    coordination_name_en: Mapped[str]
    #: Days in which seats of a shared group are for the organising party's customers only.
    own_window_days: Mapped[int]
    #: How many days before it ends a withdrawal from a running procurement is told.
    withdrawal_days: Mapped[int]
    #: How withdrawal and changes work, in the agreement's own words.
    withdrawal_terms: Mapped[str]
    change_terms: Mapped[str]
    #: Whether a new version also binds procurements that began under an older one.
    binds_running: Mapped[bool] = mapped_column(default=False)
    written_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime]
    proposed_at: Mapped[datetime | None]
    return_reason: Mapped[str | None]
    in_force_at: Mapped[datetime | None]

    agreement: Mapped[CooperationAgreement] = relationship(lazy="joined", innerjoin=True)
    parties: Mapped[list[AgreementParty]] = relationship(back_populates="version", order_by="AgreementParty.position")
    tasks: Mapped[list[AgreementTask]] = relationship(back_populates="version", order_by="AgreementTask.position")
    stages: Mapped[list[AgreementStage]] = relationship(back_populates="version")
    costs: Mapped[list[AgreementCost]] = relationship(back_populates="version")
    author: Mapped[Authority] = relationship(lazy="joined", innerjoin=True)

    @property
    def authorities(self) -> list[Authority]:
        """The authorities behind the parties, each once, in the order of the parties: each has one voice."""
        return list({party.authority_id: party.authority for party in self.parties}.values())

    @property
    def stages_in_order(self) -> list[AgreementStage]:
        """The rules of the stages, from the first stage on."""
        return sorted(self.stages, key=lambda row: row.stage.number)

    @property
    def costs_in_order(self) -> list[AgreementCost]:
        """The rules of cost by kind, the general one first."""
        kinds = list(CostKind)
        return sorted(
            self.costs, key=lambda row: (kinds.index(row.kind), str(row.stage or ""), str(row.service_type or ""))
        )


class AgreementParty(Model):
    """A party: a city, and the authority that acts for it (Espoo also for Kauniainen)."""

    __tablename__ = "agreement_party"
    __table_args__ = (
        UniqueConstraint("version_id", "key"),
        UniqueConstraint("version_id", "position"),
        CheckConstraint("share BETWEEN 0 AND 100", name="share_range"),
        CheckConstraint("cost_share BETWEEN 0 AND 100", name="cost_share_range"),
        CheckConstraint("person_years_min >= 0", name="person_years_not_negative"),
        CheckConstraint("jsonb_array_length(municipalities) > 0", name="has_municipality"),
        #: An authority's own party takes the customers whose municipality no party names.
        Index(
            "uq_agreement_party_own",
            "version_id",
            "authority_id",
            unique=True,
            postgresql_where=text("is_own"),
        ),
    )

    version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("agreement_version.id"))
    #: The same in every version: ``kauniainen``.
    key: Mapped[str]
    position: Mapped[int]
    authority_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("authority.id"), index=True)
    #: Whether the party is the authority itself, or another city that it answers for.
    is_own: Mapped[bool]
    name_fi: Mapped[str]
    name_sv: Mapped[str]
    name_en: Mapped[str]
    #: Names of the municipalities whose customers are this party's, as needs keep them.
    municipalities: Mapped[list[str]]
    #: Resourcing share in percent; a hundred together. The least person-years.
    share: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    person_years_min: Mapped[Decimal] = mapped_column(Numeric(6, 2))
    #: Share of joint costs in percent, where they are shared by agreed shares; a hundred together.
    cost_share: Mapped[Decimal] = mapped_column(Numeric(5, 2))

    version: Mapped[AgreementVersion] = relationship(back_populates="parties")
    authority: Mapped[Authority] = relationship(lazy="joined", innerjoin=True)


class AgreementTask(Model):
    """A task that is done together; resourcing is followed by task."""

    __tablename__ = "agreement_task"
    __table_args__ = (UniqueConstraint("version_id", "code"),)

    version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("agreement_version.id"))
    position: Mapped[int]
    code: Mapped[str]
    name_fi: Mapped[str]
    name_sv: Mapped[str]
    name_en: Mapped[str]

    version: Mapped[AgreementVersion] = relationship(back_populates="tasks")


class AgreementStage(Model):
    """How one stage is approved, and how many days it has."""

    __tablename__ = "agreement_stage"
    __table_args__ = (
        UniqueConstraint("version_id", "stage"),
        CheckConstraint("(rule = 'named') = (named_person_id IS NOT NULL)", name="person_if_named"),
        CheckConstraint("days > 0", name="days_positive"),
    )

    version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("agreement_version.id"))
    stage: Mapped[Stage] = mapped_column(enum_column(Stage))
    rule: Mapped[ApprovalRule] = mapped_column(enum_column(ApprovalRule))
    named_person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    #: Days from its beginning to its due date.
    days: Mapped[int]

    version: Mapped[AgreementVersion] = relationship(back_populates="stages")
    named_person: Mapped[Person | None] = relationship()


class AgreementCost(Model):
    """How one kind of joint cost is shared; a rule for one kind of service goes before the general one."""

    __tablename__ = "agreement_cost"
    __table_args__ = (
        Index(
            "uq_agreement_cost_rule",
            "version_id",
            "kind",
            text("coalesce(stage, '')"),
            text("coalesce(service_type, '')"),
            unique=True,
        ),
    )

    version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("agreement_version.id"))
    kind: Mapped[CostKind] = mapped_column(enum_column(CostKind))
    #: Nothing: in every stage, for every service.
    stage: Mapped[Stage | None] = mapped_column(enum_column(Stage))
    service_type: Mapped[ServiceType | None] = mapped_column(enum_column(ServiceType))
    basis: Mapped[CostBasis] = mapped_column(enum_column(CostBasis))

    version: Mapped[AgreementVersion] = relationship(back_populates="costs")


class VersionApproval(Model):
    """One authority's approval of a version, by a named decision maker."""

    __tablename__ = "agreement_approval"
    __table_args__ = (UniqueConstraint("version_id", "authority_id"),)

    version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("agreement_version.id"))
    authority_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("authority.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    #: The authority's own decision: ``§ 214``.
    decision: Mapped[str]
    approved_at: Mapped[datetime]

    authority: Mapped[Authority] = relationship(lazy="joined", innerjoin=True)
    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)


class GroupMember(Model):
    """A member of one of the two groups, or somebody's substitute, named by the authority they work for."""

    __tablename__ = "agreement_member"
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ends_after_start"),
        Index(
            "uq_agreement_member_person",
            "agreement_id",
            "group",
            "person_id",
            unique=True,
            postgresql_where=text("ends_on IS NULL"),
        ),
        Index("ix_agreement_member_person_id", "person_id"),
    )

    agreement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cooperation_agreement.id"))
    group: Mapped[Group] = mapped_column(enum_column(Group))
    authority_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("authority.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    #: The member in whose place this one acts; nothing for a member.
    substitutes_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("agreement_member.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    named_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    named_at: Mapped[datetime]

    agreement: Mapped[CooperationAgreement] = relationship(lazy="joined", innerjoin=True)
    authority: Mapped[Authority] = relationship(lazy="joined", innerjoin=True)
    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True, foreign_keys=[person_id])
    substitutes: Mapped[GroupMember | None] = relationship(remote_side="GroupMember.id")
