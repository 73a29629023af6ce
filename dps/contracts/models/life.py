"""What happens to a contract in force: options used, prices adjusted, changes within the limits of R81."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, enum_column
from core.i18n import lazy_gettext as _l
from dps.contracts.models.contracts import FrameContract


class ContractOption(Model):
    """A right of the authority to extend the contract by some days, part of the signed text; used at most once."""

    __tablename__ = "contract_option"
    __table_args__ = (
        UniqueConstraint("contract_id", "number"),
        CheckConstraint("days > 0", name="days_positive"),
        CheckConstraint(
            "(used_at IS NULL) = (used_by IS NULL) AND (used_at IS NULL) = (reason IS NULL) "
            "AND (used_at IS NULL) = (ended_on IS NULL)",
            name="used_with_reason",
        ),
    )

    contract_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("frame_contract.id"))
    number: Mapped[int]
    days: Mapped[int]
    used_at: Mapped[datetime | None]
    used_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str | None]
    #: The contract's last day before the option was used.
    ended_on: Mapped[date | None]

    contract: Mapped[FrameContract] = relationship(back_populates="options")


class PriceAdjustment(Model):
    """The ceilings of the price list move by a percent from a day on, under a review clause (R81)."""

    __tablename__ = "price_adjustment"
    __table_args__ = (
        UniqueConstraint("contract_id", "from_on"),
        CheckConstraint("percent <> 0 AND percent BETWEEN -50 AND 50", name="percent_range"),
    )

    contract_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("frame_contract.id"))
    from_on: Mapped[date]
    percent: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    #: The index by its name, with the figures the percent comes from.
    index_name: Mapped[str]
    #: The review clause, word for word as it stands in the signed terms.
    clause: Mapped[str]
    reason: Mapped[str]
    decided_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime]

    contract: Mapped[FrameContract] = relationship(back_populates="adjustments")


class ContractChangeKind(StrEnum):
    """The grounds on which a contract may be changed without a new procedure (R81)."""

    REVIEW_CLAUSE = "review_clause"
    ADDITIONAL_SERVICES = "additional_services"
    UNFORESEEN = "unforeseen"
    SMALL_CHANGE = "small_change"
    NEW_CONTRACTOR = "new_contractor"


CONTRACT_CHANGE_KIND_TITLES = {
    ContractChangeKind.REVIEW_CLAUSE: _l("Review clause of the contract"),
    ContractChangeKind.ADDITIONAL_SERVICES: _l("Necessary additional services"),
    ContractChangeKind.UNFORESEEN: _l("Need that could not be foreseen"),
    ContractChangeKind.SMALL_CHANGE: _l("Small change"),
    ContractChangeKind.NEW_CONTRACTOR: _l("New provider in place of the present one"),
}


class ContractChangeState(StrEnum):
    """Prepared by one, decided by another, accepted by the provider."""

    PREPARED = "prepared"
    DECIDED = "decided"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    DROPPED = "dropped"


CONTRACT_CHANGE_TRANSITIONS = {
    "decide": ({ContractChangeState.PREPARED}, ContractChangeState.DECIDED),
    "drop": ({ContractChangeState.PREPARED, ContractChangeState.DECIDED}, ContractChangeState.DROPPED),
    "accept": ({ContractChangeState.DECIDED}, ContractChangeState.ACCEPTED),
    "decline": ({ContractChangeState.DECIDED}, ContractChangeState.DECLINED),
}

CONTRACT_CHANGE_STATE_TITLES = {
    ContractChangeState.PREPARED: _l("Waiting for the decision"),
    ContractChangeState.DECIDED: _l("Waiting for the provider"),
    ContractChangeState.ACCEPTED: _l("In force"),
    ContractChangeState.DECLINED: _l("Declined by the provider"),
    ContractChangeState.DROPPED: _l("Dropped"),
}


class ContractChange(Model):
    """A change of a contract in force, within the limits of R81."""

    __tablename__ = "contract_change"
    __table_args__ = (
        UniqueConstraint("contract_id", "number"),
        CheckConstraint("value >= 0", name="value_not_negative"),
        CheckConstraint("value > 0 OR kind IN ('review_clause', 'new_contractor')", name="value_if_limited"),
        CheckConstraint("(kind = 'review_clause') = (clause <> '')", name="clause_if_review"),
        CheckConstraint("decided_by <> prepared_by", name="four_eyes"),
        CheckConstraint(
            "(state IN ('decided', 'accepted', 'declined')) <= (decided_at IS NOT NULL)", name="decided_at_if_decided"
        ),
        CheckConstraint(
            "(state IN ('accepted', 'declined')) = (answered_at IS NOT NULL)", name="answered_at_if_answered"
        ),
    )

    contract_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("frame_contract.id"))
    number: Mapped[int]
    kind: Mapped[ContractChangeKind] = mapped_column(enum_column(ContractChangeKind))
    state: Mapped[ContractChangeState] = mapped_column(
        enum_column(ContractChangeState), default=ContractChangeState.PREPARED
    )
    #: What is changed, in words; why it is needed and could not be had otherwise.
    description: Mapped[str]
    reason: Mapped[str]
    #: The review clause, word for word; empty for the other kinds.
    clause: Mapped[str] = mapped_column(default="")
    #: In euros without VAT.
    value: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    #: The changes of this kind together, this one with them.
    total: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    prepared_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    prepared_at: Mapped[datetime]
    decided_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    answered_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]

    contract: Mapped[FrameContract] = relationship(back_populates="changes")

    @property
    def authority_id(self) -> uuid.UUID:
        return self.contract.authority_id

    @property
    def supplier_id(self) -> uuid.UUID:
        return self.contract.supplier_id
