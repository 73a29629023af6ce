"""What officials find: per requirement and party, with what the law wants to know of an exclusion ground."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, enum_column
from core.i18n import lazy_gettext as _l
from dps.qualification.models.applications import Application
from dps.qualification.models.parties import ApplicationParty
from dps.systems.models import Requirement
from suppliers.models import Supplier


class CheckResult(StrEnum):
    """What the preparer found about one requirement."""

    MET = "met"
    NOT_MET = "not_met"
    #: Something has to be asked first.
    ASK = "ask"


CHECK_RESULT_TITLES = {
    CheckResult.MET: _l("Met"),
    CheckResult.NOT_MET: _l("Not met"),
    CheckResult.ASK: _l("To be asked"),
}


class SanctionKind(StrEnum):
    """What an earlier contract led to (HL 81.1 § 9)."""

    EARLY_TERMINATION = "early_termination"
    DAMAGES = "damages"
    COMPARABLE_SANCTION = "comparable_sanction"


SANCTION_KIND_TITLES = {
    SanctionKind.EARLY_TERMINATION: _l("Early termination"),
    SanctionKind.DAMAGES: _l("Damages"),
    SanctionKind.COMPARABLE_SANCTION: _l("A comparable sanction"),
}


class SelfCleaning(StrEnum):
    """Whether the measures shown are enough (R65)."""

    SUFFICIENT = "sufficient"
    INSUFFICIENT = "insufficient"


class SanctionEvent(Model):
    """What an earlier contract of the operator led to, and when: the fact ground 9 rests on (R62)."""

    __tablename__ = "sanction_event"

    application_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("application.id"), index=True)
    kind: Mapped[SanctionKind] = mapped_column(enum_column(SanctionKind))
    happened_on: Mapped[date]
    #: The contract's number or name in the records of the one who made it.
    contract_reference: Mapped[str]
    recorded_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]


class ApplicationCheck(Model):
    """The finding on one requirement, of the applicant or of one party, with what was looked at.

    Of an exclusion ground that is found to apply it also says when it happened, how the authority weighs it
    (R64), and whether the measures taken since are enough (R65). No value is ever set by the system.
    """

    __tablename__ = "application_check"
    __table_args__ = (
        UniqueConstraint("application_id", "requirement_id", "party_id", postgresql_nulls_not_distinct=True),
        CheckConstraint("result = 'met' OR length(note) > 0", name="reason_if_not_met"),
        CheckConstraint("NOT ground_applies OR event_on IS NOT NULL", name="event_if_ground_applies"),
        CheckConstraint(
            "(self_cleaning IS NULL) = (length(self_cleaning_note) = 0)", name="self_cleaning_assessed_in_words"
        ),
        CheckConstraint(
            "NOT (result = 'not_met' AND self_cleaning IS NOT DISTINCT FROM 'sufficient')",
            name="not_excluded_if_cleaned",
        ),
    )

    application_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("application.id"))
    requirement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("requirement.id"))
    #: None is the applicant itself.
    party_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("application_party.id"))
    result: Mapped[CheckResult] = mapped_column(enum_column(CheckResult))
    note: Mapped[str]
    #: An exclusion ground is found to apply; whether it also excludes is the result.
    ground_applies: Mapped[bool] = mapped_column(default=False)
    #: Day of the final judgment or decision, or of the event.
    event_on: Mapped[date | None]
    #: The authority's own proportionality assessment (R64).
    assessment: Mapped[str] = mapped_column(default="")
    sanction_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("sanction_event.id"))
    self_cleaning: Mapped[SelfCleaning | None] = mapped_column(enum_column(SelfCleaning))
    self_cleaning_note: Mapped[str] = mapped_column(default="")
    checked_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    checked_at: Mapped[datetime]

    application: Mapped[Application] = relationship(back_populates="checks")
    requirement: Mapped[Requirement] = relationship(lazy="joined", innerjoin=True)
    party: Mapped[ApplicationParty | None] = relationship(lazy="joined")
    sanction: Mapped[SanctionEvent | None] = relationship(lazy="joined")


class RegisterKind(StrEnum):
    """Registers an official looks into."""

    TAX_DEBT = "tax_debt"
    TRADE_REGISTER = "trade_register"
    PENSION_INSURANCE = "pension_insurance"
    PREPAYMENT_REGISTER = "prepayment_register"


REGISTER_KIND_TITLES = {
    RegisterKind.TAX_DEBT: _l("Tax debt register"),
    RegisterKind.TRADE_REGISTER: _l("Trade register"),
    RegisterKind.PENSION_INSURANCE: _l("Pension insurance"),
    RegisterKind.PREPAYMENT_REGISTER: _l("Prepayment register"),
}


class ExtractResult(StrEnum):
    """What a register or an extract says."""

    CLEAR = "clear"
    OBSTACLE = "obstacle"


EXTRACT_RESULT_TITLES = {ExtractResult.CLEAR: _l("No obstacle"), ExtractResult.OBSTACLE: _l("Obstacle")}


class RegisterExtract(Model):
    """What a register said about a supplier on a day; used in every application of the supplier while current."""

    __tablename__ = "register_extract"
    __table_args__ = (
        CheckConstraint("result = 'clear' OR length(note) > 0", name="note_if_obstacle"),
        Index("ix_register_extract_supplier_id_authority_id", "supplier_id", "authority_id"),
    )

    supplier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("supplier.id"))
    authority_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("authority.id"))
    kind: Mapped[RegisterKind] = mapped_column(enum_column(RegisterKind))
    issued_on: Mapped[date]
    result: Mapped[ExtractResult] = mapped_column(enum_column(ExtractResult))
    note: Mapped[str]
    #: Where it was looked up: "vero.fi, tax debt register".
    source: Mapped[str]
    checked_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    checked_at: Mapped[datetime]

    supplier: Mapped[Supplier] = relationship()


class CriminalRecordCheck(Model):
    """That an extract was looked at: who, when, its date of issue, obstacle or none. No text, no file (R67)."""

    __tablename__ = "criminal_record_check"

    application_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("application.id"), index=True)
    #: None is the applicant itself.
    party_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("application_party.id"))
    issued_on: Mapped[date]
    result: Mapped[ExtractResult] = mapped_column(enum_column(ExtractResult))
    checked_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    checked_at: Mapped[datetime]

    party: Mapped[ApplicationParty | None] = relationship(lazy="joined")
