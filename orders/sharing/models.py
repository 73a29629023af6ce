"""Joint costs with their shares, statements with their lines, and warnings about the use."""

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
from core.identity.models import Authority, Person
from dps.joint.agreements.models import AgreementCost, AgreementParty, CooperationAgreement
from dps.joint.procurements.models import JointProcurement
from dps.joint.stages import CostKind
from dps.systems.models import Category
from orders.groups.models import Group
from orders.models import Order


class Weighing(StrEnum):
    """What the shares of a cost were computed from."""

    USE_OF_QUARTER = "use_of_quarter"
    #: Nobody ordered in the quarter.
    USE_SO_FAR = "use_so_far"
    #: By use as agreed, but nobody has ordered anything: the agreed shares instead.
    SHARES_WITHOUT_USE = "shares_without_use"
    AGREED_SHARES = "agreed_shares"


class SharedCost(Model):
    """A cost of a joint procurement that one authority paid for all; a correction is a new opposite entry (I9)."""

    __tablename__ = "shared_cost"
    __table_args__ = (
        UniqueConstraint("procurement_id", "number"),
        UniqueConstraint("corrects_id"),
        CheckConstraint("amount <> 0 AND (amount > 0) = (corrects_id IS NULL)", name="opposite_if_correction"),
        CheckConstraint("sign(vat) * sign(amount) >= 0", name="vat_of_same_sign"),
        CheckConstraint("(corrects_id IS NULL) = (reason IS NULL)", name="reason_if_correction"),
        CheckConstraint("(kind = 'empty_seats') = (group_id IS NOT NULL)", name="group_if_empty_seats"),
        CheckConstraint("(group_id IS NULL) = (seats IS NULL) AND seats > 0", name="seats_of_group"),
        CheckConstraint("vat_rate BETWEEN 0 AND 100", name="vat_rate_range"),
        Index("ix_shared_cost_statement_id", "statement_id"),
        Index("ix_shared_cost_group_id", "group_id"),
    )

    procurement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("joint_procurement.id"))
    #: Running number within the procurement; shown as ``YH-2026-3/2``.
    number: Mapped[int]
    kind: Mapped[CostKind] = mapped_column(enum_column(CostKind))
    #: Without VAT; below zero in a correction.
    amount: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    vat_rate: Mapped[Decimal] = mapped_column(Numeric(4, 1))
    vat: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    #: What it is for.
    purpose: Mapped[str]
    #: The day it belongs to; of a correction the day of the correction.
    day: Mapped[date]
    #: The authority that paid, in whose name it is recorded (R103).
    payer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("authority.id"))
    #: The course whose empty seats it is for, and how many.
    group_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("group.id"))
    seats: Mapped[int | None]
    evidence: Mapped[str]
    file_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("stored_file.id"))
    #: The agreement's rule it was shared by, and what the shares were computed from.
    rule_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("agreement_cost.id"))
    weighing: Mapped[Weighing] = mapped_column(enum_column(Weighing))
    corrects_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("shared_cost.id"))
    reason: Mapped[str | None]
    recorded_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    #: The statement it stands in; nothing until one is made.
    statement_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("joint_statement.id"))

    procurement: Mapped[JointProcurement] = relationship(lazy="joined", innerjoin=True)
    payer: Mapped[Authority] = relationship(lazy="joined", innerjoin=True)
    rule: Mapped[AgreementCost] = relationship()
    group: Mapped[Group | None] = relationship()
    file: Mapped[StoredFile | None] = relationship()
    recorder: Mapped[Person] = relationship()
    corrects: Mapped[SharedCost | None] = relationship(remote_side="SharedCost.id")
    parts: Mapped[list[SharedCostPart]] = relationship(back_populates="cost", order_by="SharedCostPart.position")

    @property
    def reference(self) -> str:
        """``YH-2026-3/2``"""
        return f"{self.procurement.reference}/{self.number}"

    @property
    def authority_id(self) -> uuid.UUID:
        """The authority that paid."""
        return self.payer_id


class SharedCostPart(Model):
    """A party's share of a cost as computed on the day it was recorded; it never changes."""

    __tablename__ = "shared_cost_part"
    __table_args__ = (UniqueConstraint("cost_id", "party_id"), CheckConstraint("weight >= 0", name="weight_positive"))

    cost_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("shared_cost.id"))
    party_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("agreement_party.id"))
    position: Mapped[int]
    #: The party's use in euros, or its agreed share in percent.
    weight: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    amount: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    vat: Mapped[Decimal] = mapped_column(Numeric(14, 2))

    cost: Mapped[SharedCost] = relationship(back_populates="parts")
    party: Mapped[AgreementParty] = relationship(lazy="joined", innerjoin=True)


class Statement(Model):
    """What the parties of an agreement bought and owe each other in a quarter; frozen with its lines."""

    __tablename__ = "joint_statement"
    __table_args__ = (
        UniqueConstraint("agreement_id", "number"),
        UniqueConstraint("agreement_id", "quarter"),
        CheckConstraint(
            "extract(day from quarter) = 1 AND extract(month from quarter) IN (1, 4, 7, 10)", name="quarter"
        ),
    )

    agreement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cooperation_agreement.id"))
    #: Running number within the agreement; shown as ``YS-1/3``.
    number: Mapped[int]
    #: The first day of the quarter.
    quarter: Mapped[date]
    #: The parties as of the end of the quarter: ``[{"key": …, "authority": uuid, "is_own": …, "name_fi": …}, …]``.
    parties: Mapped[list[dict[str, Any]]]
    #: Nobody where the clock made it.
    made_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]

    agreement: Mapped[CooperationAgreement] = relationship(lazy="joined", innerjoin=True)
    maker: Mapped[Person | None] = relationship()
    files: Mapped[list[StatementFile]] = relationship(back_populates="statement")

    @property
    def reference(self) -> str:
        """``YS-1/3``"""
        return f"{self.agreement.reference}/{self.number}"

    @property
    def authority_ids(self) -> set[uuid.UUID]:
        """The authorities of its parties: who may read it."""
        return {uuid.UUID(each["authority"]) for each in self.parties}


class LineKind(StrEnum):
    """What was paid for."""

    SERVICE = "service"
    CANCEL_FEE = "cancel_fee"


class StatementLine(Model):
    """What was accepted of one order in a quarter; a correction tells an earlier quarter."""

    __tablename__ = "joint_statement_line"
    __table_args__ = (
        UniqueConstraint("statement_id", "order_id", "of_quarter", "kind", "party_key", "procurement_id"),
        Index("ix_joint_statement_line_party", "statement_id", "party_key", "order_id"),
    )

    statement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("joint_statement.id"))
    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("order.id"))
    #: The statement's quarter, or the earlier one that is corrected.
    of_quarter: Mapped[date]
    kind: Mapped[LineKind] = mapped_column(enum_column(LineKind))
    party_key: Mapped[str]
    procurement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("joint_procurement.id"))
    category_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("category.id"))
    #: 1 where the whole service was accepted in the quarter, 0 where a part of it was.
    delivered: Mapped[int]
    amount: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    vat: Mapped[Decimal] = mapped_column(Numeric(14, 2))

    statement: Mapped[Statement] = relationship()
    order: Mapped[Order] = relationship()
    category: Mapped[Category] = relationship()
    procurement: Mapped[JointProcurement] = relationship()


class StatementUse(Model):
    """Announced and ordered by a party in the quarter, as it stood when the statement was made."""

    __tablename__ = "joint_statement_use"
    __table_args__ = (UniqueConstraint("statement_id", "procurement_id", "party_key"),)

    statement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("joint_statement.id"))
    procurement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("joint_procurement.id"))
    party_key: Mapped[str]
    announced: Mapped[int]
    ordered: Mapped[int]

    procurement: Mapped[JointProcurement] = relationship()


class StatementFile(Model):
    """A party's statement as a PDF in one language."""

    __tablename__ = "joint_statement_file"
    __table_args__ = (UniqueConstraint("statement_id", "party_key", "language"),)

    statement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("joint_statement.id"))
    party_key: Mapped[str]
    language: Mapped[str]
    file_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("stored_file.id"))

    statement: Mapped[Statement] = relationship(back_populates="files")
    file: Mapped[StoredFile] = relationship()


class WarningKind(StrEnum):
    """What is unlike announced."""

    OVER = "over"
    UNDER = "under"


class UseWarning(Model):
    """An early warning to an authority: the use of its party runs away from what it announced for the quarter."""

    __tablename__ = "joint_use_warning"
    __table_args__ = (
        Index(
            "uq_joint_use_warning_open",
            "procurement_id",
            "party_key",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_joint_use_warning_authority_id", "authority_id", postgresql_where=text("ended_at IS NULL")),
    )

    procurement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("joint_procurement.id"))
    authority_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("authority.id"))
    party_key: Mapped[str]
    party_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("agreement_party.id"))
    kind: Mapped[WarningKind] = mapped_column(enum_column(WarningKind))
    #: The first day of the quarter.
    quarter: Mapped[date]
    announced: Mapped[int]
    #: What the quarter comes to at this pace.
    expected: Mapped[Decimal] = mapped_column(Numeric(9, 1))
    raised_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    procurement: Mapped[JointProcurement] = relationship()
    party: Mapped[AgreementParty] = relationship()
