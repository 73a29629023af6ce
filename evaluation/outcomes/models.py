"""Where customers are some months after the planned end of a service."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, enum_column
from core.i18n import lazy_gettext as _l
from orders.models import Order


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


class Outcome(Model):
    """The state at 3 months after the planned end, entered by the expert."""

    __tablename__ = "outcome"
    __table_args__ = (
        UniqueConstraint("order_id", "months"),
        CheckConstraint("months IN (3, 6, 12)", name="months_known"),
    )

    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("order.id"))
    months: Mapped[int]
    state: Mapped[OutcomeState] = mapped_column(enum_column(OutcomeState))
    recorded_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]

    order: Mapped[Order] = relationship()
