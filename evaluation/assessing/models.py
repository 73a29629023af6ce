"""What customers say of their own situation, three times in a service; health is sealed apart (I8)."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, enum_column
from core.i18n import lazy_cgettext as _c
from evaluation.collecting.models import FeedbackPoint
from orders.meeting.models import ConsentWay
from orders.models import Order


class Area(StrEnum):
    """What a self-assessment asks about, in the order of the picture."""

    EVERYDAY = "everyday"
    FINANCES = "finances"
    HEALTH = "health"
    SKILLS = "skills"
    JOB_SEARCH = "job_search"
    NETWORK = "network"
    CONFIDENCE = "confidence"


AREA_TITLES = {
    Area.EVERYDAY: _c("Everyday life"),
    Area.FINANCES: _c("Money"),
    Area.HEALTH: _c("Health, as you feel it"),
    Area.SKILLS: _c("Skills"),
    Area.JOB_SEARCH: _c("Looking for work"),
    Area.NETWORK: _c("People who help"),
    Area.CONFIDENCE: _c("Trust in yourself"),
}

#: What is stored in the open and counted in totals: all but health.
OPEN_AREAS = tuple(area for area in Area if area is not Area.HEALTH)


class AssessmentRequest(Model):
    """A link for the customer to assess their own situation at one point; used once, by a POST only."""

    __tablename__ = "assessment_request"
    __table_args__ = (UniqueConstraint("order_id", "point"),)

    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("order.id"))
    point: Mapped[FeedbackPoint] = mapped_column(enum_column(FeedbackPoint))
    token_hash: Mapped[str] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    order: Mapped[Order] = relationship()


class AssessedWhere(StrEnum):
    """Where the answers were given."""

    LINK = "link"
    WITH_EXPERT = "with_expert"


class SelfAssessment(Model):
    """One self-assessment: seven areas from 1 to 5, every one voluntary; words and health are sealed."""

    __tablename__ = "self_assessment"
    __table_args__ = (
        UniqueConstraint("order_id", "point"),
        *(CheckConstraint(f"{area} BETWEEN 1 AND 5", name=f"{area}_range") for area in OPEN_AREAS),
    )

    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("order.id"))
    point: Mapped[FeedbackPoint] = mapped_column(enum_column(FeedbackPoint))
    everyday: Mapped[int | None]
    finances: Mapped[int | None]
    skills: Mapped[int | None]
    job_search: Mapped[int | None]
    network: Mapped[int | None]
    confidence: Mapped[int | None]
    #: Grade and words of health; nobody but the customer and the expert.
    sealed_health: Mapped[bytes | None] = mapped_column(deferred=True)
    #: Words of the other areas.
    sealed_words: Mapped[bytes | None] = mapped_column(deferred=True)
    given_where: Mapped[AssessedWhere] = mapped_column(enum_column(AssessedWhere))
    language: Mapped[str]
    given_at: Mapped[datetime]
    #: When words and health were erased (R112).
    erased_at: Mapped[datetime | None]

    order: Mapped[Order] = relationship()


class AssessmentConsent(Model):
    """The customer's written consent that the provider of the order sees the self-assessment, health never (R109)."""

    __tablename__ = "assessment_consent"
    __table_args__ = (
        Index("uq_assessment_consent_one_open", "order_id", unique=True, postgresql_where=text("withdrawn_at IS NULL")),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="withdrawn_by_if_withdrawn"),
    )

    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("order.id"), index=True)
    given_on: Mapped[date]
    way: Mapped[ConsentWay] = mapped_column(enum_column(ConsentWay))
    #: Where the signed consent is kept: the reference of the document in the city's own system.
    document_reference: Mapped[str]
    recorded_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    withdrawn_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None]
