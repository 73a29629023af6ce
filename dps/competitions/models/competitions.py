"""Competitions: what is bought, how tenders are compared, who opens and judges them."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, enum_column
from core.files.models import StoredFile
from core.i18n import lazy_gettext as _l
from core.identity.models import Person
from dps.decisions.models import Decision
from dps.systems.models import AwardCriterion, Category, CriterionKind, CriterionSubject, PriceUnit


class CompetitionState(StrEnum):
    """The stored states; that the time for tenders has ended follows from the row's times and the clock."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    SENT = "sent"
    OPENED = "opened"
    DECIDED = "decided"
    CANCELLED = "cancelled"
    DROPPED = "dropped"


#: The whole state machine: action -> (states it starts from, state it ends in).
COMPETITION_TRANSITIONS = {
    "submit": ({CompetitionState.DRAFT}, CompetitionState.SUBMITTED),
    "return": ({CompetitionState.SUBMITTED}, CompetitionState.DRAFT),
    "send": ({CompetitionState.SUBMITTED}, CompetitionState.SENT),
    "open": ({CompetitionState.SENT}, CompetitionState.OPENED),
    "decide": ({CompetitionState.OPENED}, CompetitionState.DECIDED),
    #: The choice is weighed anew, since a correction of its decision is pending (R77).
    "reopen": ({CompetitionState.DECIDED}, CompetitionState.OPENED),
    "cancel": (
        {CompetitionState.SENT, CompetitionState.OPENED, CompetitionState.DECIDED},
        CompetitionState.CANCELLED,
    ),
    "drop": ({CompetitionState.DRAFT}, CompetitionState.DROPPED),
}

COMPETITION_STATE_TITLES = {
    CompetitionState.DRAFT: _l("Draft"),
    CompetitionState.SUBMITTED: _l("Waiting for approval"),
    CompetitionState.SENT: _l("Invitation sent"),
    CompetitionState.OPENED: _l("Tenders opened"),
    CompetitionState.DECIDED: _l("Decided"),
    CompetitionState.CANCELLED: _l("Cancelled by decision"),
    CompetitionState.DROPPED: _l("Dropped"),
}

#: States after the invitation: the documents are those of a numbered version.
INVITED_STATES = frozenset(
    {CompetitionState.SENT, CompetitionState.OPENED, CompetitionState.DECIDED, CompetitionState.CANCELLED}
)


class PriceFormula(StrEnum):
    """How the price of a tender becomes points; each is a documented function of ``formulas``."""

    LOWEST_OVER_PRICE = "lowest_over_price"
    LINEAR = "linear"
    POINTS_PER_EURO = "points_per_euro"
    FIXED_PRICE = "fixed_price"


PRICE_FORMULA_TITLES = {
    PriceFormula.LOWEST_OVER_PRICE: _l("Lowest price divided by the price"),
    PriceFormula.LINEAR: _l("On a line from the lowest price to its multiple"),
    PriceFormula.POINTS_PER_EURO: _l("Quality points for a euro"),
    PriceFormula.FIXED_PRICE: _l("Fixed price, quality alone decides"),
}


class TieRule(StrEnum):
    """What decides between equal points, as published; a draw is made from the receipts, so anybody can repeat it."""

    QUALITY = "quality"
    PRICE = "price"
    DRAW = "draw"


TIE_RULE_TITLES = {
    TieRule.QUALITY: _l("More quality points, then a draw"),
    TieRule.PRICE: _l("Lower price, then a draw"),
    TieRule.DRAW: _l("A draw"),
}


class Competition(Model):
    """One purchase inside a category, competed among all suppliers admitted to it (R35).

    The time for tenders runs from ``sent_at`` until ``tenders_due_at``; nothing but the clock ends it.
    """

    __tablename__ = "competition"
    __table_args__ = (
        CheckConstraint("ends_on > starts_on", name="ends_after_start"),
        CheckConstraint("customers > 0", name="customers_positive"),
        CheckConstraint("winners > 0", name="winners_positive"),
        CheckConstraint("scale_max > 0", name="scale_positive"),
        CheckConstraint("linear_zero_at > 1", name="zero_above_lowest"),
        CheckConstraint("low_price_percent > 0 AND low_price_percent < 100", name="low_price_range"),
        CheckConstraint("sent_by IS NULL OR sent_by <> prepared_by", name="four_eyes"),
        CheckConstraint("first_opener_id IS NULL OR first_opener_id <> second_opener_id", name="two_openers"),
        CheckConstraint("tenders_due_at > sent_at", name="due_after_sending"),
        CheckConstraint("opened_at >= tenders_due_at", name="opened_after_due"),
        CheckConstraint(
            "(state IN ('draft', 'submitted', 'dropped')) = (sent_at IS NULL)",
            name="sent_at_if_sent",
        ),
        CheckConstraint(
            "(sent_at IS NULL) = (tenders_due_at IS NULL) AND (sent_at IS NULL) = (sent_by IS NULL) "
            "AND (sent_at IS NULL) = (public_key IS NULL)",
            name="due_and_key_if_sent",
        ),
        CheckConstraint(
            "(opened_at IS NULL) = (first_opener_id IS NULL) AND (opened_at IS NULL) = (second_opener_id IS NULL)",
            name="openers_if_opened",
        ),
        CheckConstraint("state NOT IN ('opened', 'decided') OR opened_at IS NOT NULL", name="opened_at_if_opened"),
        CheckConstraint("state <> 'sent' OR opened_at IS NULL", name="sealed_until_opened"),
        CheckConstraint("(state = 'decided') <= (decided_at IS NOT NULL)", name="decided_at_if_decided"),
        CheckConstraint("(state = 'cancelled') = (cancelled_at IS NOT NULL)", name="cancelled_at_if_cancelled"),
        Index("ix_competition_category_id_state", "category_id", "state"),
        Index("ix_competition_tenders_due_at", "tenders_due_at"),
    )

    category_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("category.id"))
    state: Mapped[CompetitionState] = mapped_column(enum_column(CompetitionState), default=CompetitionState.DRAFT)
    #: What is bought, in the languages of the authority.
    name_fi: Mapped[str]
    name_sv: Mapped[str]
    name_en: Mapped[str]
    description_fi: Mapped[str]
    description_sv: Mapped[str]
    description_en: Mapped[str]
    #: Where: municipalities, some of the category's.
    places: Mapped[list[str]]
    #: How many customers, or how many groups of how many.
    customers: Mapped[int]
    groups: Mapped[int | None]
    #: First and last day of the contract, without its options.
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    #: Options of the contract, in days each.
    option_days: Mapped[list[int]] = mapped_column(JSONB, default=list)
    terms_version: Mapped[str]
    terms_fi: Mapped[str]
    terms_sv: Mapped[str]
    terms_en: Mapped[str]
    #: Suppliers chosen in each lot; always one in ``dps_strict`` (N7).
    winners: Mapped[int] = mapped_column(default=1)
    price_formula: Mapped[PriceFormula] = mapped_column(
        enum_column(PriceFormula), default=PriceFormula.LOWEST_OVER_PRICE
    )
    #: ``linear``: the multiple of the lowest price at which the points are 0.
    linear_zero_at: Mapped[Decimal] = mapped_column(Numeric(5, 2), default=Decimal(2))
    #: Why price alone decides (R42); empty otherwise.
    price_only_reason: Mapped[str] = mapped_column(default="")
    #: Evaluators give 0 to this for each quality question.
    scale_max: Mapped[int] = mapped_column(default=10)
    tie_rule: Mapped[TieRule] = mapped_column(enum_column(TieRule), default=TieRule.QUALITY)
    #: A price is looked into when it is below this percent of the median of the lot's prices (R46).
    low_price_percent: Mapped[int] = mapped_column(default=70)
    #: Suppliers admitted during the time for tenders are invited, too, and the time extended (R36).
    invites_later_admitted: Mapped[bool] = mapped_column(default=False)
    #: After a material change an unconfirmed tender lapses and is never opened; otherwise it stays valid.
    unconfirmed_lapses: Mapped[bool] = mapped_column(default=False)
    #: The contract may follow the decision without standstill (R74).
    skips_standstill: Mapped[bool] = mapped_column(default=False)
    #: Beside the server's key two of three committee keys are needed to open.
    has_committee_keys: Mapped[bool] = mapped_column(default=False)
    #: What the preparer has planned; what holds after sending is ``tenders_due_at``.
    planned_due_at: Mapped[datetime | None]
    #: Questions are taken until this instant.
    questions_until: Mapped[datetime | None]
    prepared_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    prepared_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    return_reason: Mapped[str | None]
    sent_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    sent_at: Mapped[datetime | None]
    #: Only ever later, and never once opened: a trigger holds it (R53, R60).
    tenders_due_at: Mapped[datetime | None]
    #: Number of the version of the documents in force.
    documents_number: Mapped[int] = mapped_column(default=0)
    #: Number of the last version with a material change; tenders given before it are to be confirmed.
    material_number: Mapped[int] = mapped_column(default=0)
    #: The key tenders are wrapped for (X25519).
    public_key: Mapped[bytes | None]
    #: Its other half, wrapped by the server alone; none where the committee has keys.
    sealed_private_key: Mapped[bytes | None]
    opened_at: Mapped[datetime | None]
    first_opener_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    second_opener_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    #: The opening record as PDF.
    record_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("stored_file.id"))
    #: The decision that is prepared or signed: the choice, or the cancellation.
    decision_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("decision.id"), index=True)
    decided_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]

    category: Mapped[Category] = relationship(lazy="joined", innerjoin=True)
    lots: Mapped[list[CompetitionLot]] = relationship(back_populates="competition", order_by="CompetitionLot.position")
    criteria: Mapped[list[CompetitionCriterion]] = relationship(
        back_populates="competition", order_by="CompetitionCriterion.position"
    )
    committee: Mapped[list[CommitteeMember]] = relationship(back_populates="competition", order_by="CommitteeMember.id")
    record: Mapped[StoredFile | None] = relationship()
    decision: Mapped[Decision | None] = relationship()
    preparer: Mapped[Person] = relationship(foreign_keys=[prepared_by])
    sender: Mapped[Person | None] = relationship(foreign_keys=[sent_by])
    first_opener: Mapped[Person | None] = relationship(foreign_keys=[first_opener_id])
    second_opener: Mapped[Person | None] = relationship(foreign_keys=[second_opener_id])

    @property
    def authority_id(self) -> uuid.UUID:
        return self.category.authority_id

    def takes_tenders(self, now: datetime) -> bool:
        """Whether a tender given at ``now`` is in time; opening asks the opposite, so no instant is both (R60)."""
        return self.state is CompetitionState.SENT and self.tenders_due_at is not None and now < self.tenders_due_at


class CompetitionLot(Model):
    """A lot: what one contract is made of, with its maximum quantity."""

    __tablename__ = "competition_lot"
    __table_args__ = (
        UniqueConstraint("competition_id", "code"),
        CheckConstraint("maximum_quantity > 0", name="quantity_positive"),
    )

    competition_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("competition.id"))
    position: Mapped[int]
    code: Mapped[str]
    name_fi: Mapped[str]
    name_sv: Mapped[str]
    name_en: Mapped[str]
    #: The most that is ordered under the contract, in units of the first price line.
    maximum_quantity: Mapped[Decimal]

    competition: Mapped[Competition] = relationship(back_populates="lots")
    lines: Mapped[list[PriceLine]] = relationship(back_populates="lot", order_by="PriceLine.position")


class PriceLine(Model):
    """A row of a lot's price table; the first one is the service itself, in the category's unit."""

    __tablename__ = "price_line"
    __table_args__ = (
        UniqueConstraint("lot_id", "code"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("ceiling > 0", name="ceiling_positive"),
        CheckConstraint("fixed_price > 0", name="fixed_price_positive"),
    )

    lot_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("competition_lot.id"))
    position: Mapped[int]
    code: Mapped[str]
    name_fi: Mapped[str]
    name_sv: Mapped[str]
    name_en: Mapped[str]
    unit: Mapped[PriceUnit] = mapped_column(enum_column(PriceUnit))
    #: The module of the category it prices, if it does.
    module_code: Mapped[str | None]
    #: What the price is multiplied by when tenders are compared.
    quantity: Mapped[Decimal]
    ceiling: Mapped[Decimal | None]
    #: Given by the authority where quality alone decides (R43).
    fixed_price: Mapped[Decimal | None]

    lot: Mapped[CompetitionLot] = relationship(back_populates="lines")


class CompetitionCriterion(Model):
    """A criterion of the notice, or a more precise part of one, with its part of the weight (R40, R41).

    The parts of a parent weigh together what the parent weighs in the notice.
    """

    __tablename__ = "competition_criterion"
    __table_args__ = (
        UniqueConstraint("competition_id", "code"),
        CheckConstraint("weight > 0 AND weight <= 100", name="weight_range"),
        CheckConstraint("concerns <> 'supplier'", name="never_the_supplier_itself"),
        CheckConstraint("minimum >= 0", name="minimum_not_negative"),
    )

    competition_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("competition.id"))
    parent_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("award_criterion.id"))
    position: Mapped[int]
    code: Mapped[str]
    kind: Mapped[CriterionKind] = mapped_column(enum_column(CriterionKind))
    concerns: Mapped[CriterionSubject] = mapped_column(enum_column(CriterionSubject))
    #: The question the tender answers.
    text_fi: Mapped[str]
    text_sv: Mapped[str]
    text_en: Mapped[str]
    #: What earns points.
    scale_fi: Mapped[str]
    scale_sv: Mapped[str]
    scale_en: Mapped[str]
    weight: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    #: Fewer than these points of the scale exclude the tender, if set.
    minimum: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))

    competition: Mapped[Competition] = relationship(back_populates="criteria")
    parent: Mapped[AwardCriterion] = relationship()


class CommitteeMember(Model):
    """A person named by the authority to open or to judge the tenders of one competition (R53-R55).

    Everyone declares before acting whether there is a conflict of interest; one locks the member out (R50).
    """

    __tablename__ = "committee_member"
    __table_args__ = (
        UniqueConstraint("competition_id", "person_id"),
        CheckConstraint("opens OR evaluates", name="has_a_task"),
        CheckConstraint("(declared_at IS NULL) = (has_conflict IS NULL)", name="declared_at_if_declared"),
        CheckConstraint("scored_at IS NULL OR evaluates", name="scored_if_evaluates"),
        Index("ix_committee_member_person_id", "person_id"),
    )

    competition_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("competition.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    opens: Mapped[bool]
    evaluates: Mapped[bool]
    named_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    named_at: Mapped[datetime]
    declared_at: Mapped[datetime | None]
    has_conflict: Mapped[bool | None]
    #: Taken off the committee; what was done stays.
    removed_at: Mapped[datetime | None]
    #: Own scores are finished; from then on the others' are shown.
    scored_at: Mapped[datetime | None]
    #: The member's own key (X25519), where the committee has keys; the other half is kept by the member alone.
    public_key: Mapped[bytes | None]

    competition: Mapped[Competition] = relationship(back_populates="committee")
    person: Mapped[Person] = relationship(foreign_keys=[person_id])

    @property
    def authority_id(self) -> uuid.UUID:
        return self.competition.authority_id

    @property
    def may_act(self) -> bool:
        """Declared, without a conflict, and still on the committee (R50)."""
        return self.removed_at is None and self.has_conflict is False
