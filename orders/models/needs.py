"""Needs without a name: a pseudonym and banded attributes (I8)."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, enum_column
from core.identity.models import Person
from dps.offerings.models import ServiceForm
from dps.systems.models import Category


class AgeBand(StrEnum):
    """Coarse age of the customer; never the age itself (I8)."""

    UNDER_25 = "under_25"
    FROM_25_TO_34 = "25_to_34"
    FROM_35_TO_49 = "35_to_49"
    FROM_50 = "50_or_over"
    UNKNOWN = "unknown"


class UnemploymentBand(StrEnum):
    """How long the customer has been without work, coarsely."""

    UNDER_6_MONTHS = "under_6_months"
    FROM_6_TO_12_MONTHS = "6_to_12_months"
    FROM_1_TO_2_YEARS = "1_to_2_years"
    OVER_2_YEARS = "over_2_years"
    UNKNOWN = "unknown"


class EducationBand(StrEnum):
    """Level of education, coarsely."""

    BASIC = "basic"
    SECONDARY = "secondary"
    HIGHER = "higher"
    UNKNOWN = "unknown"


class Goal(StrEnum):
    """What the customer is after, for one who does not know which service that takes."""

    FIND_WORK = "find_work"
    CHOOSE_DIRECTION = "choose_direction"
    LEARN_TRADE = "learn_trade"
    LANGUAGE = "language"
    WORK_ABILITY = "work_ability"
    START_BUSINESS = "start_business"


class NeedState(StrEnum):
    """Where a need stands."""

    OPEN = "open"
    ORDERED = "ordered"
    CLOSED = "closed"


NEED_TRANSITIONS = {
    "order": ({NeedState.OPEN}, NeedState.ORDERED),
    "reopen": ({NeedState.ORDERED}, NeedState.OPEN),
    "close": ({NeedState.OPEN}, NeedState.CLOSED),
}


class Need(Model):
    """What a customer needs, without a name: a pseudonym and banded attributes (I8)."""

    __tablename__ = "need"
    __table_args__ = (
        UniqueConstraint("authority_id", "number"),
        CheckConstraint("jsonb_array_length(languages) > 0", name="has_language"),
        CheckConstraint("is_remote OR place IS NOT NULL", name="place_or_remote"),
        Index("ix_need_expert_id_state", "expert_id", "state"),
    )

    authority_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("authority.id"))
    #: Running number within the authority; shown as ``T-2217``.
    number: Mapped[int]
    expert_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    category_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("category.id"))
    #: The city's own customer system's reference, or a pseudonym; never an identity code.
    customer_reference: Mapped[str]
    #: Home municipality, kept for the cost compensation between municipalities (R104).
    municipality: Mapped[str]
    place: Mapped[str | None]
    is_remote: Mapped[bool]
    #: Service languages that the provider must have, ISO 639-1 (R102).
    languages: Mapped[list[str]]
    latest_start: Mapped[date]
    #: Codes of the category's modules.
    modules: Mapped[list[str]]
    accessibility: Mapped[str]
    goal: Mapped[Goal | None] = mapped_column(enum_column(Goal))
    #: Alone or in a group; nothing where both suit.
    form: Mapped[ServiceForm | None] = mapped_column(enum_column(ServiceForm))
    age_band: Mapped[AgeBand] = mapped_column(enum_column(AgeBand))
    unemployment_band: Mapped[UnemploymentBand] = mapped_column(enum_column(UnemploymentBand))
    education_band: Mapped[EducationBand] = mapped_column(enum_column(EducationBand))
    #: The seed of the random order in which the fitting offerings are shown (I5).
    seed: Mapped[int]
    state: Mapped[NeedState] = mapped_column(enum_column(NeedState), default=NeedState.OPEN)
    made_at: Mapped[datetime]

    category: Mapped[Category] = relationship(lazy="joined", innerjoin=True)
    expert: Mapped[Person] = relationship()

    @property
    def reference(self) -> str:
        """``T-2217``"""
        return f"T-{self.number}"
