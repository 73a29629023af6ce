"""Looking at opened tenders: requests to the tenderer, exclusions, scores, the choice, and who may read what."""

from __future__ import annotations

import uuid
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, enum_column
from core.files.models import StoredFile
from core.i18n import lazy_gettext as _l
from core.identity.models import Person
from dps.competitions.models.competitions import Competition, CompetitionCriterion, CompetitionLot
from dps.competitions.models.tenders import Tender


class TenderCheck(Model):
    """An evaluator has looked through an opened tender formally: does it answer the invitation, are all files there?

    What does not fit is asked about (``TenderRequest``) or excludes (``TenderExclusion``).
    """

    __tablename__ = "tender_check"
    __table_args__ = (UniqueConstraint("tender_id"),)

    tender_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tender.id"))
    note: Mapped[str] = mapped_column(default="")
    checked_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    checked_at: Mapped[datetime]

    tender: Mapped[Tender] = relationship()
    checker: Mapped[Person] = relationship()


class RequestKind(StrEnum):
    """What a tenderer is asked for after the opening."""

    COMPLETION = "completion"
    PRICE_EXPLANATION = "price_explanation"


REQUEST_KIND_TITLES = {
    RequestKind.COMPLETION: _l("Clarification or completion"),
    RequestKind.PRICE_EXPLANATION: _l("Explanation of a low price"),
}


class TenderRequestState(StrEnum):
    """That the time to answer has ended follows from the clock."""

    ASKED = "asked"
    ANSWERED = "answered"
    CONCLUDED = "concluded"


TENDER_REQUEST_TRANSITIONS = {
    "answer": ({TenderRequestState.ASKED}, TenderRequestState.ANSWERED),
    "conclude": ({TenderRequestState.ASKED, TenderRequestState.ANSWERED}, TenderRequestState.CONCLUDED),
}

TENDER_REQUEST_STATE_TITLES = {
    TenderRequestState.ASKED: _l("Waiting for the provider"),
    TenderRequestState.ANSWERED: _l("Answered"),
    TenderRequestState.CONCLUDED: _l("Concluded"),
}


class TenderRequest(Model):
    """A request to clarify, to complete, or to explain a low price (R29, R45, R46); the tender itself never changes."""

    __tablename__ = "tender_request"
    __table_args__ = (
        CheckConstraint("(state = 'concluded') = (concluded_at IS NOT NULL)", name="concluded_at_if_concluded"),
        CheckConstraint("state <> 'answered' OR answered_at IS NOT NULL", name="answered_at_if_answered"),
        CheckConstraint("(concluded_at IS NULL) = (is_accepted IS NULL)", name="accepted_if_concluded"),
        CheckConstraint("kind <> 'price_explanation' OR lot_id IS NOT NULL", name="lot_if_price"),
        CheckConstraint(
            "NOT is_unlawful OR (kind = 'price_explanation' AND is_accepted IS NOT DISTINCT FROM false)",
            name="unlawful_not_accepted",
        ),
        Index("ix_tender_request_tender_id", "tender_id"),
    )

    tender_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tender.id"))
    #: The lot whose price is explained.
    lot_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("competition_lot.id"))
    kind: Mapped[RequestKind] = mapped_column(enum_column(RequestKind))
    state: Mapped[TenderRequestState] = mapped_column(enum_column(TenderRequestState), default=TenderRequestState.ASKED)
    question: Mapped[str]
    asked_at: Mapped[datetime]
    asked_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    due_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(default="")
    file_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("stored_file.id"))
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    conclusion: Mapped[str] = mapped_column(default="")
    is_accepted: Mapped[bool | None]
    #: The low price comes from breaking environmental, social or labour law: the tender must be excluded (R46).
    is_unlawful: Mapped[bool] = mapped_column(default=False)
    concluded_at: Mapped[datetime | None]
    concluded_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))

    tender: Mapped[Tender] = relationship(lazy="joined", innerjoin=True)
    lot: Mapped[CompetitionLot | None] = relationship()
    file: Mapped[StoredFile | None] = relationship()

    @property
    def authority_id(self) -> uuid.UUID:
        return self.tender.authority_id

    @property
    def supplier_id(self) -> uuid.UUID | None:
        return self.tender.supplier_id


class ExclusionGround(StrEnum):
    """Why a tender is left out of the comparison."""

    REQUIREMENTS = "requirements"
    PRICE_CEILING = "price_ceiling"
    LOW_PRICE = "low_price"
    LOW_PRICE_UNLAWFUL = "low_price_unlawful"
    MINIMUM_POINTS = "minimum_points"
    NOT_ADMITTED = "not_admitted"


EXCLUSION_GROUND_TITLES = {
    ExclusionGround.REQUIREMENTS: _l("The tender does not meet the requirements of the invitation"),
    ExclusionGround.PRICE_CEILING: _l("The price is above the ceiling"),
    ExclusionGround.LOW_PRICE: _l("The low price was not explained"),
    ExclusionGround.LOW_PRICE_UNLAWFUL: _l("The low price comes from breaking environmental, social or labour law"),
    ExclusionGround.MINIMUM_POINTS: _l("The tender does not reach the minimum points"),
    ExclusionGround.NOT_ADMITTED: _l("The admission to the category has ended"),
}


class TenderExclusion(Model):
    """A tender, or its part for one lot, is excluded with a reason (R45, R46); a revoked one has no force."""

    __tablename__ = "tender_exclusion"
    __table_args__ = (
        CheckConstraint("length(reason) > 0", name="has_reason"),
        Index(
            "uq_tender_exclusion_in_force",
            "tender_id",
            "lot_id",
            unique=True,
            postgresql_where=text("revoked_at IS NULL"),
            postgresql_nulls_not_distinct=True,
        ),
    )

    tender_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tender.id"))
    #: None: the whole tender.
    lot_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("competition_lot.id"))
    ground: Mapped[ExclusionGround] = mapped_column(enum_column(ExclusionGround))
    reason: Mapped[str]
    decided_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    tender: Mapped[Tender] = relationship()
    lot: Mapped[CompetitionLot | None] = relationship()


class Score(Model):
    """One evaluator's own score for one quality question of one tender in one lot, with a reason."""

    __tablename__ = "score"
    __table_args__ = (
        UniqueConstraint("tender_id", "lot_id", "criterion_id", "evaluator_id"),
        CheckConstraint("points >= 0", name="points_not_negative"),
        CheckConstraint("length(reason) > 0", name="has_reason"),
    )

    tender_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tender.id"))
    lot_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("competition_lot.id"))
    criterion_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("competition_criterion.id"))
    evaluator_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    points: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    reason: Mapped[str]
    given_at: Mapped[datetime]

    tender: Mapped[Tender] = relationship()
    criterion: Mapped[CompetitionCriterion] = relationship()
    evaluator: Mapped[Person] = relationship()


class JointScore(Model):
    """What the evaluators agreed on together, with the reason that the letter gives (R70)."""

    __tablename__ = "joint_score"
    __table_args__ = (
        UniqueConstraint("tender_id", "lot_id", "criterion_id"),
        CheckConstraint("points >= 0", name="points_not_negative"),
        CheckConstraint("length(reason) > 0", name="has_reason"),
    )

    tender_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tender.id"))
    lot_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("competition_lot.id"))
    criterion_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("competition_criterion.id"))
    points: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    reason: Mapped[str]
    agreed_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    agreed_at: Mapped[datetime]

    tender: Mapped[Tender] = relationship()
    criterion: Mapped[CompetitionCriterion] = relationship()


class Award(Model):
    """A chosen tender in a lot, as the signed decision says; its contract follows."""

    __tablename__ = "award"
    __table_args__ = (
        UniqueConstraint("decision_id", "lot_id", "tender_id"),
        UniqueConstraint("decision_id", "lot_id", "rank"),
        CheckConstraint("rank > 0", name="rank_positive"),
        Index("ix_award_competition_id", "competition_id"),
    )

    competition_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("competition.id"))
    decision_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("decision.id"))
    lot_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("competition_lot.id"))
    tender_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tender.id"))
    rank: Mapped[int]
    #: The figure tenders were compared by, and the price compared, in euros without VAT.
    comparison: Mapped[Decimal] = mapped_column(Numeric(12, 4))
    price: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    contract_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("frame_contract.id"))

    competition: Mapped[Competition] = relationship()
    lot: Mapped[CompetitionLot] = relationship()
    tender: Mapped[Tender] = relationship()


class SecretDecision(Model):
    """The authority's decision on a business secret that the tenderer marked (R86); a mark alone has no effect."""

    __tablename__ = "secret_decision"
    __table_args__ = (
        UniqueConstraint("tender_id", "field"),
        CheckConstraint("length(reason) > 0", name="has_reason"),
    )

    tender_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tender.id"))
    #: ``answer:LOT:CRITERION`` or ``file:ID``.
    field: Mapped[str]
    is_secret: Mapped[bool]
    reason: Mapped[str]
    decided_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime]


class DocumentRequestState(StrEnum):
    """A request for documents: answered by giving, or refused with the way to a formal decision (R87)."""

    ASKED = "asked"
    GIVEN = "given"
    REFUSED = "refused"
    DECISION_ASKED = "decision_asked"
    DECIDED = "decided"


DOCUMENT_REQUEST_TRANSITIONS = {
    "give": ({DocumentRequestState.ASKED}, DocumentRequestState.GIVEN),
    "refuse": ({DocumentRequestState.ASKED}, DocumentRequestState.REFUSED),
    "ask_decision": ({DocumentRequestState.REFUSED}, DocumentRequestState.DECISION_ASKED),
    "decide": ({DocumentRequestState.DECISION_ASKED}, DocumentRequestState.DECIDED),
}

DOCUMENT_REQUEST_STATE_TITLES = {
    DocumentRequestState.ASKED: _l("Waiting for an answer"),
    DocumentRequestState.GIVEN: _l("Given"),
    DocumentRequestState.REFUSED: _l("Not given"),
    DocumentRequestState.DECISION_ASKED: _l("A formal decision is asked for"),
    DocumentRequestState.DECIDED: _l("Formally decided"),
}


class DocumentRequest(Model):
    """Somebody asks to see a document of the competition (JulkL 14 §)."""

    __tablename__ = "document_request"
    __table_args__ = (
        CheckConstraint("state NOT IN ('refused', 'decision_asked') OR length(reason) > 0", name="reason_if_refused"),
        CheckConstraint("(state = 'asked') = (answered_at IS NULL)", name="answered_at_if_answered"),
        CheckConstraint("(state = 'decided') = (decided_at IS NOT NULL)", name="decided_at_if_decided"),
        CheckConstraint("(supplier_id IS NULL) = (email IS NOT NULL)", name="somebody_asks"),
        Index("ix_document_request_competition_id", "competition_id"),
    )

    competition_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("competition.id"))
    #: The party that asks; none for somebody else, whose address is then ``email``.
    supplier_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("supplier.id"))
    email: Mapped[str | None]
    state: Mapped[DocumentRequestState] = mapped_column(
        enum_column(DocumentRequestState), default=DocumentRequestState.ASKED
    )
    text: Mapped[str]
    asked_at: Mapped[datetime]
    #: What was given, or why nothing is.
    reason: Mapped[str] = mapped_column(default="")
    #: The formal decision, where one was asked for.
    decision: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))

    competition: Mapped[Competition] = relationship(lazy="joined", innerjoin=True)

    @property
    def authority_id(self) -> uuid.UUID:
        return self.competition.authority_id
