"""Where customers are some months after the planned end of a service: who said so, and what stands.

``outcome`` holds at most one row for each order, window and source; the row that ``stands`` is the settled one of its
window. A provider's word enters it only when an official has confirmed it (``outcome_report``).
"""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, enum_column
from core.files.models import StoredFile
from core.i18n import lazy_gettext as _l
from core.identity.models import Person
from evaluation.outcomes.files import IMPORT_STATE_TITLES as IMPORT_STATE_TITLES
from evaluation.outcomes.files import IMPORT_TONES as IMPORT_TONES
from evaluation.outcomes.files import IMPORT_TRANSITIONS as IMPORT_TRANSITIONS
from evaluation.outcomes.files import ImportState as ImportState
from evaluation.outcomes.files import OutcomeImport as OutcomeImport
from orders.models import Order

#: The windows: so many months after the *planned* end, which no provider can move.
WINDOWS = (3, 6, 12)


class OutcomeState(StrEnum):
    """Where the customer is some months after the planned end."""

    OPEN_LABOUR_MARKET = "open_labour_market"
    SUBSIDISED_WORK = "subsidised_work"
    OWN_BUSINESS = "own_business"
    STUDIES = "studies"
    NEXT_SERVICE = "next_service"
    UNEMPLOYED = "unemployed"
    UNKNOWN = "unknown"


OUTCOME_TITLES = {
    OutcomeState.OPEN_LABOUR_MARKET: _l("Work in the open labour market"),
    OutcomeState.SUBSIDISED_WORK: _l("Subsidised work"),
    OutcomeState.OWN_BUSINESS: _l("Own business"),
    OutcomeState.STUDIES: _l("Studies for a qualification"),
    OutcomeState.NEXT_SERVICE: _l("Next service"),
    OutcomeState.UNEMPLOYED: _l("Unemployed"),
    OutcomeState.UNKNOWN: _l("Not known"),
}

#: Open-market work or enterprise: the primary outcome (EVALUATION.md §3).
EMPLOYED = frozenset({OutcomeState.OPEN_LABOUR_MARKET, OutcomeState.OWN_BUSINESS})
#: With an employer.
JOBS = frozenset({OutcomeState.OPEN_LABOUR_MARKET, OutcomeState.SUBSIDISED_WORK})


class Source(StrEnum):
    """Who says so, in the order of precedence (EVALUATION.md §3)."""

    #: The authority's customer system.
    REGISTER = "register"
    EXPERT = "expert"
    #: With evidence, confirmed by an official.
    PROVIDER = "provider"


PRECEDENCE = tuple(Source)

SOURCE_TITLES = {
    Source.REGISTER: _l("Customer system"),
    Source.EXPERT: _l("Expert"),
    Source.PROVIDER: _l("Provider, confirmed"),
}


class EmployerType(StrEnum):
    """What kind of employer."""

    COMPANY = "company"
    MUNICIPALITY = "municipality"
    STATE = "state"
    THIRD_SECTOR = "third_sector"
    UNKNOWN = "unknown"


EMPLOYER_TITLES = {
    EmployerType.COMPANY: _l("Company"),
    EmployerType.MUNICIPALITY: _l("Municipality or wellbeing services county"),
    EmployerType.STATE: _l("State"),
    EmployerType.THIRD_SECTOR: _l("Association or foundation"),
    EmployerType.UNKNOWN: _l("Not known"),
}


class ContractKind(StrEnum):
    """How long the job is meant to last."""

    PERMANENT = "permanent"
    FIXED_TERM = "fixed_term"


CONTRACT_KIND_TITLES = {ContractKind.PERMANENT: _l("Permanent"), ContractKind.FIXED_TERM: _l("Fixed-term")}


class WorkingTime(StrEnum):
    """Full or part time."""

    FULL_TIME = "full_time"
    PART_TIME = "part_time"


WORKING_TIME_TITLES = {WorkingTime.FULL_TIME: _l("Full-time"), WorkingTime.PART_TIME: _l("Part-time")}


class Facts:
    """What is known of a state beyond its name; the same for what is told and for what counts."""

    employer_type: Mapped[EmployerType | None] = mapped_column(enum_column(EmployerType))
    contract_kind: Mapped[ContractKind | None] = mapped_column(enum_column(ContractKind))
    #: The length of a fixed-term contract.
    contract_months: Mapped[int | None]
    working_time: Mapped[WorkingTime | None] = mapped_column(enum_column(WorkingTime))
    #: The day the job, the business, the studies or the next service began.
    since_on: Mapped[date | None]
    #: The next service, in a few words (its kind, never anything about the customer).
    next_service: Mapped[str | None]


FACTS = ("employer_type", "contract_kind", "contract_months", "working_time", "since_on", "next_service")


def _checks(state: str) -> tuple[CheckConstraint, ...]:
    """What goes with which state; ``state`` is the column's name."""
    jobs = f"{state} IN ('open_labour_market', 'subsidised_work')"
    return (
        CheckConstraint("months IN (3, 6, 12)", name="months_known"),
        CheckConstraint(f"({jobs}) = (employer_type IS NOT NULL)", name="employer_if_job"),
        CheckConstraint(f"(contract_kind IS NULL AND working_time IS NULL) OR {jobs}", name="contract_if_job"),
        CheckConstraint(
            "contract_months IS NULL OR (contract_kind = 'fixed_term' AND contract_months BETWEEN 1 AND 120)",
            name="months_if_fixed_term",
        ),
        CheckConstraint(f"since_on IS NULL OR {state} NOT IN ('unemployed', 'unknown')", name="since_if_it_began"),
        CheckConstraint(f"next_service IS NULL OR {state} = 'next_service'", name="next_if_next_service"),
    )


class ReportState(StrEnum):
    """Where a provider's report stands."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


REPORT_TRANSITIONS = {
    "confirm": ({ReportState.WAITING}, ReportState.CONFIRMED),
    "refuse": ({ReportState.WAITING}, ReportState.REFUSED),
}

REPORT_STATE_TITLES = {
    ReportState.WAITING: _l("Waits to be confirmed"),
    ReportState.CONFIRMED: _l("Confirmed"),
    ReportState.REFUSED: _l("Refused"),
}

REPORT_TONES = {ReportState.WAITING: "waiting", ReportState.CONFIRMED: "ok", ReportState.REFUSED: "stop"}


class OutcomeReport(Facts, Model):
    """What a provider reports of a customer, with evidence; it counts once an official has confirmed it."""

    __tablename__ = "outcome_report"
    __table_args__ = (
        *_checks("told"),
        Index(
            "uq_outcome_report_one_waiting",
            "order_id",
            "months",
            unique=True,
            postgresql_where=text("state = 'waiting'"),
        ),
        Index("ix_outcome_report_waiting", "state", postgresql_where=text("state = 'waiting'")),
        Index("ix_outcome_report_order_id", "order_id"),
        CheckConstraint("told <> 'unknown'", name="tells_something"),
        CheckConstraint(
            "(state = 'waiting') = (answered_at IS NULL) AND (answered_at IS NULL) = (answered_by IS NULL)",
            name="answered_if_answered",
        ),
        CheckConstraint("(state = 'refused') = (refusal_reason IS NOT NULL)", name="reason_if_refused"),
        CheckConstraint("answered_by <> reported_by", name="four_eyes"),
    )

    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("order.id"))
    months: Mapped[int]
    told: Mapped[OutcomeState] = mapped_column(enum_column(OutcomeState))
    state: Mapped[ReportState] = mapped_column(enum_column(ReportState), default=ReportState.WAITING)
    #: What shows it, sealed: it may tell about the customer.
    sealed_evidence: Mapped[bytes]
    file_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("stored_file.id"))
    reported_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    reported_at: Mapped[datetime]
    answered_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    refusal_reason: Mapped[str | None]

    order: Mapped[Order] = relationship(lazy="joined", innerjoin=True)
    file: Mapped[StoredFile | None] = relationship()

    @property
    def authority_id(self) -> uuid.UUID:
        return self.order.authority_id

    @property
    def supplier_id(self) -> uuid.UUID:
        return self.order.supplier_id


class Outcome(Facts, Model):
    """What one source says of one window; nothing of a provider that is not confirmed."""

    __tablename__ = "outcome"
    __table_args__ = (
        UniqueConstraint("order_id", "months", "source"),
        *_checks("state"),
        Index("uq_outcome_one_stands", "order_id", "months", unique=True, postgresql_where=text("stands")),
        CheckConstraint("(source = 'provider') = (confirmed_by IS NOT NULL)", name="confirmed_if_provider"),
        CheckConstraint("confirmed_by <> recorded_by", name="four_eyes"),
    )

    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("order.id"))
    months: Mapped[int]
    source: Mapped[Source] = mapped_column(enum_column(Source), default=Source.EXPERT, server_default="expert")
    state: Mapped[OutcomeState] = mapped_column(enum_column(OutcomeState))
    #: It is the settled one of its window: by precedence, or by the decision on a contradiction.
    stands: Mapped[bool] = mapped_column(default=False, server_default=text("true"))
    recorded_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    #: Of a provider's word: who confirmed it.
    confirmed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))

    order: Mapped[Order] = relationship()
    recorder: Mapped[Person] = relationship(foreign_keys=recorded_by)

    @property
    def authority_id(self) -> uuid.UUID:
        return self.order.authority_id

    @property
    def is_known(self) -> bool:
        """What is not known is missing, never a failure (EVALUATION.md §3)."""
        return self.state is not OutcomeState.UNKNOWN

    @property
    def is_employed(self) -> bool:
        return self.state in EMPLOYED


class OutcomeCorrection(Model):
    """An earlier version of what a source said, and why it was changed."""

    __tablename__ = "outcome_correction"
    __table_args__ = (UniqueConstraint("outcome_id", "number"), CheckConstraint("reason <> ''", name="has_reason"))

    outcome_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("outcome.id"))
    number: Mapped[int]
    #: As it was: the state and the facts by their names.
    before: Mapped[dict[str, Any]]
    reason: Mapped[str]
    corrected_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    corrected_at: Mapped[datetime]


class ContradictionState(StrEnum):
    """Whether somebody has to say which source is right."""

    OPEN = "open"
    SETTLED = "settled"
    #: A correction made the sources agree.
    GONE = "gone"


CONTRADICTION_TRANSITIONS = {
    "settle": ({ContradictionState.OPEN}, ContradictionState.SETTLED),
    "vanish": ({ContradictionState.OPEN, ContradictionState.SETTLED}, ContradictionState.GONE),
    "reopen": ({ContradictionState.SETTLED, ContradictionState.GONE}, ContradictionState.OPEN),
}

CONTRADICTION_STATE_TITLES = {
    ContradictionState.OPEN: _l("To be settled"),
    ContradictionState.SETTLED: _l("Settled"),
    ContradictionState.GONE: _l("The sources agree now"),
}

CONTRADICTION_TONES = {
    ContradictionState.OPEN: "warn",
    ContradictionState.SETTLED: "ok",
    ContradictionState.GONE: "paused",
}


class OutcomeContradiction(Model):
    """Two sources that do not agree on whether the customer is in work; until it is settled the window is missing."""

    __tablename__ = "outcome_contradiction"
    __table_args__ = (
        UniqueConstraint("order_id", "months"),
        CheckConstraint("months IN (3, 6, 12)", name="months_known"),
        CheckConstraint(
            "(state = 'settled') = (settled_source IS NOT NULL) AND (state = 'settled') = (settled_by IS NOT NULL)"
            " AND (state = 'settled') = (reason IS NOT NULL) AND (state = 'settled') = (settled_at IS NOT NULL)",
            name="settled_if_settled",
        ),
        Index("ix_outcome_contradiction_open", "order_id", postgresql_where=text("state = 'open'")),
    )

    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("order.id"))
    months: Mapped[int]
    state: Mapped[ContradictionState] = mapped_column(enum_column(ContradictionState), default=ContradictionState.OPEN)
    #: Which source says in work and which says not: ``expert:0 register:1``; another pattern is another question.
    pattern: Mapped[str]
    found_at: Mapped[datetime]
    settled_source: Mapped[Source | None] = mapped_column(enum_column(Source))
    reason: Mapped[str | None]
    settled_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    settled_at: Mapped[datetime | None]

    order: Mapped[Order] = relationship(lazy="joined", innerjoin=True)

    @property
    def authority_id(self) -> uuid.UUID:
        return self.order.authority_id


class Ground(StrEnum):
    """Why a service does not count, decided by the authority before a result is known (EVALUATION.md §3)."""

    DEATH = "death"
    MOVED_ABROAD = "moved_abroad"
    STATUTORY_LEAVE = "statutory_leave"
    TRANSFER = "transfer"


GROUND_TITLES = {
    Ground.DEATH: _l("The customer has died"),
    Ground.MOVED_ABROAD: _l("The customer has moved abroad"),
    Ground.STATUTORY_LEAVE: _l("Statutory leave, like family leave or military service"),
    Ground.TRANSFER: _l("The authority moved the customer to another service"),
}


class OutcomeExclusion(Model):
    """A service that does not count for anybody; a neutral fact, never a provider's choice."""

    __tablename__ = "outcome_exclusion"

    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("order.id"), unique=True)
    ground: Mapped[Ground] = mapped_column(enum_column(Ground))
    decided_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime]

    order: Mapped[Order] = relationship()
