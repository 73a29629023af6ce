"""Frame contracts, signed by both parties (R79); after an admission or a choice of tenders."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, enum_column
from core.i18n import lazy_gettext as _l
from core.identity.models import Authority
from dps.contracts.models.production import ProductionAgreement
from dps.decisions.models import Decision
from dps.qualification.models import Qualification
from dps.systems.models import Category
from dps.systems.production import Production
from suppliers.models import Supplier

if TYPE_CHECKING:
    from dps.contracts.models.life import ContractChange, ContractOption, PriceAdjustment


class ContractState(StrEnum):
    """From draft to end; whether one in force applies on a day follows from its dates."""

    OFFERED = "offered"
    SIGNED_BY_SUPPLIER = "signed_by_supplier"
    IN_FORCE = "in_force"
    ENDED = "ended"
    #: Never signed by both: the admission behind the offer ended first.
    LAPSED = "lapsed"


CONTRACT_TRANSITIONS = {
    "sign_for_supplier": ({ContractState.OFFERED}, ContractState.SIGNED_BY_SUPPLIER),
    "sign_for_authority": ({ContractState.SIGNED_BY_SUPPLIER}, ContractState.IN_FORCE),
    "end": ({ContractState.IN_FORCE}, ContractState.ENDED),
    "lapse": ({ContractState.OFFERED, ContractState.SIGNED_BY_SUPPLIER}, ContractState.LAPSED),
}

CONTRACT_STATE_TITLES = {
    ContractState.OFFERED: _l("Waiting for the provider's signature"),
    ContractState.SIGNED_BY_SUPPLIER: _l("Waiting for the city's signature"),
    ContractState.IN_FORCE: _l("In force"),
    ContractState.ENDED: _l("Ended"),
    ContractState.LAPSED: _l("Lapsed before it was signed"),
}


class FrameContract(Model):
    """The contract under which orders of one category are placed with one supplier.

    It follows an admission, or - with ``award_decision_id`` - a choice of tenders for one lot (R2, R79); with
    ``production_agreement_id`` no purchase at all, but an agreement on own or partners' production (HL 15 §, 16 §).

    ``terms`` is the text as signed, per language; ``price_list`` is ``{"unit": str, "ceiling": "…",
    "modules": {code: "…"}}``; the data-processing annex is part of the terms and named by its version.
    """

    __tablename__ = "frame_contract"
    __table_args__ = (
        CheckConstraint("ends_on > starts_on", name="ends_after_start"),
        CheckConstraint(
            "state = 'lapsed' OR (state = 'offered') = (supplier_signed_at IS NULL)",
            name="supplier_signed_at_if_signed",
        ),
        CheckConstraint(
            "(state IN ('in_force', 'ended')) = (authority_signed_at IS NOT NULL)",
            name="authority_signed_at_if_signed",
        ),
        CheckConstraint("original_value > 0", name="original_value_positive"),
        Index(
            "uq_frame_contract_one_live",
            "qualification_id",
            unique=True,
            postgresql_where=text("award_decision_id IS NULL AND state NOT IN ('ended', 'lapsed')"),
        ),
        Index(
            "uq_frame_contract_one_live_of_award",
            "award_decision_id",
            "lot",
            "supplier_id",
            unique=True,
            postgresql_where=text("award_decision_id IS NOT NULL AND state NOT IN ('ended', 'lapsed')"),
        ),
        Index(
            "uq_frame_contract_one_live_of_agreement",
            "production_agreement_id",
            "category_id",
            unique=True,
            postgresql_where=text("state NOT IN ('ended', 'lapsed')"),
        ),
        CheckConstraint(
            "(qualification_id IS NULL) = (production_agreement_id IS NOT NULL)", name="admission_or_agreement"
        ),
        CheckConstraint("production_agreement_id IS NULL OR award_decision_id IS NULL", name="agreed_not_awarded"),
        #: In a strict system a lot has one contractor (N7).
        Index(
            "uq_frame_contract_one_of_lot",
            "award_decision_id",
            "lot",
            unique=True,
            postgresql_where=text("is_only_of_lot AND state NOT IN ('ended', 'lapsed')"),
        ),
        CheckConstraint(
            "(award_decision_id IS NULL) = (lot IS NULL) AND (lot IS NULL) = (lot_name IS NULL) "
            "AND (lot IS NULL) = (rank IS NULL)",
            name="lot_and_rank_if_awarded",
        ),
        CheckConstraint("award_decision_id IS NOT NULL OR NOT is_only_of_lot", name="only_of_lot_if_awarded"),
        CheckConstraint("NOT is_only_of_lot OR maximum_quantity IS NOT NULL", name="maximum_if_only_of_lot"),
        CheckConstraint("rank > 0", name="rank_positive"),
        CheckConstraint("maximum_quantity > 0", name="maximum_quantity_positive"),
        CheckConstraint("maximum_value > 0", name="maximum_value_positive"),
        CheckConstraint(
            "ordered_quantity >= 0 AND (maximum_quantity IS NULL OR ordered_quantity <= maximum_quantity)",
            name="within_maximum_quantity",
        ),
    )

    #: The admission it follows; none where it follows an agreement on own or partners' production.
    qualification_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("qualification.id"))
    production_agreement_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("production_agreement.id"))
    supplier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("supplier.id"), index=True)
    category_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("category.id"), index=True)
    state: Mapped[ContractState] = mapped_column(enum_column(ContractState), default=ContractState.OFFERED)
    terms_version: Mapped[str]
    terms: Mapped[dict[str, Any]]
    price_list: Mapped[dict[str, Any]]
    data_processing_version: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    offered_at: Mapped[datetime]
    #: Of the text above; what both signed.
    content_sha256: Mapped[str]
    supplier_signed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    supplier_signed_at: Mapped[datetime | None]
    authority_signed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    authority_signed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    #: Why the act on the contractor's liability does not apply, if it does not (R69).
    liability_exemption: Mapped[str | None]
    #: Since when new orders are paused by a decision (R34); running ones go on.
    paused_at: Mapped[datetime | None]
    #: What the limits of R81 are counted from: entered with the first change, fixed from then on.
    original_value: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))

    #: The signed choice of tenders it follows, and the lot of it by code and names per language; none: an admission.
    award_decision_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("decision.id"))
    lot: Mapped[str | None]
    lot_name: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    #: Place among the contractors of the lot, as published.
    rank: Mapped[int | None]
    #: A strict system: the only contract of the lot (N7), with its maximum quantity (R2).
    is_only_of_lot: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    #: The most that can be ordered, in units; and what it is worth in euros without VAT.
    maximum_quantity: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    maximum_value: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    #: What live orders have taken of it; the database refuses more than the maximum (R2).
    ordered_quantity: Mapped[Decimal] = mapped_column(Numeric(14, 2), default=Decimal(0), server_default=text("0"))

    qualification: Mapped[Qualification | None] = relationship()
    production_agreement: Mapped[ProductionAgreement | None] = relationship()
    award_decision: Mapped[Decision | None] = relationship()
    supplier: Mapped[Supplier] = relationship(lazy="joined", innerjoin=True)
    category: Mapped[Category] = relationship(lazy="joined", innerjoin=True)
    options: Mapped[list[ContractOption]] = relationship(back_populates="contract", order_by="ContractOption.number")
    adjustments: Mapped[list[PriceAdjustment]] = relationship(
        back_populates="contract", order_by="PriceAdjustment.from_on"
    )
    changes: Mapped[list[ContractChange]] = relationship(back_populates="contract", order_by="ContractChange.number")

    @property
    def authority(self) -> Authority:
        """Whose contract it is: the authority of the agreement, else the one that keeps the category's system."""
        agreement = self.production_agreement
        return self.category.system.authority if agreement is None else agreement.authority

    @property
    def authority_id(self) -> uuid.UUID:
        agreement = self.production_agreement
        return self.category.authority_id if agreement is None else agreement.authority_id

    @property
    def all_buyers(self) -> list[Authority]:
        """Every authority that may order under it."""
        agreement = self.production_agreement
        return self.category.system.all_buyers if agreement is None else agreement.all_buyers

    @property
    def production(self) -> Production:
        """Who produces: bought on the market, or by an agreement of its own."""
        agreement = self.production_agreement
        return Production.PURCHASED if agreement is None else agreement.kind

    @property
    def has_own_prices(self) -> bool:
        """Whether its ceilings are its own - tendered or agreed on - and not those the category published."""
        return self.award_decision_id is not None or self.production_agreement_id is not None

    @property
    def signed_ends_on(self) -> date:
        """The last day of the signed text; ``ends_on`` is later once an option has been used."""
        return next((option.ended_on for option in self.options if option.ended_on is not None), self.ends_on)

    @property
    def next_option(self) -> ContractOption | None:
        """The first option that has not been used."""
        return next((option for option in self.options if option.used_at is None), None)

    @property
    def quantity_left(self) -> Decimal | None:
        """What can still be ordered; none where there is no maximum."""
        return None if self.maximum_quantity is None else self.maximum_quantity - self.ordered_quantity

    @property
    def is_live(self) -> bool:
        return self.state not in (ContractState.ENDED, ContractState.LAPSED)

    def is_in_force(self, on: date) -> bool:
        return self.state is ContractState.IN_FORCE and self.starts_on <= on <= self.ends_on
