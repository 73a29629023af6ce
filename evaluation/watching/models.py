"""Flags: figures that look like gaming, with their numbers, for the coordinator; never a judgement by themselves.

Nothing of them is in a quality record, an order or a decision: a person looks, asks the provider, and closes the flag.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, enum_column
from core.i18n import lazy_gettext as _l
from dps.systems.models import Category
from suppliers.models import Supplier


class FlagKind(StrEnum):
    """What the figures look like."""

    SKIMMING = "skimming"
    PARKING = "parking"
    TIMING = "timing"
    CLAIMS = "claims"
    BURST = "burst"
    SHARE = "share"


FLAG_TITLES = {
    FlagKind.SKIMMING: _l("Easier customers start more often than they are referred"),
    FlagKind.PARKING: _l("The hardest third finds less work than expected, the easiest does not"),
    FlagKind.TIMING: _l("Days heap up just past a threshold"),
    FlagKind.CLAIMS: _l("Reports of work that other sources deny"),
    FlagKind.BURST: _l("Many answers of customers from one place on one day"),
    FlagKind.SHARE: _l("Nearly all customers answer, far more than elsewhere"),
}


class FlagState(StrEnum):
    """Where a flag stands."""

    OPEN = "open"
    #: The provider was asked.
    ASKED = "asked"
    ANSWERED = "answered"
    EXPLAINED = "explained"
    ACTED = "acted"


LIVE = (FlagState.OPEN, FlagState.ASKED, FlagState.ANSWERED)

#: Nobody acts on a flag before the provider was heard; explaining it away needs a reason, too.
FLAG_TRANSITIONS = {
    "ask": ({FlagState.OPEN}, FlagState.ASKED),
    "answer": ({FlagState.ASKED}, FlagState.ANSWERED),
    "explain": (set(LIVE), FlagState.EXPLAINED),
    "act": ({FlagState.ASKED, FlagState.ANSWERED}, FlagState.ACTED),
}

FLAG_STATE_TITLES = {
    FlagState.OPEN: _l("To be looked at"),
    FlagState.ASKED: _l("The provider is asked"),
    FlagState.ANSWERED: _l("Answered by the provider"),
    FlagState.EXPLAINED: _l("Explained"),
    FlagState.ACTED: _l("Acted on"),
}

FLAG_TONES = {
    FlagState.OPEN: "warn",
    FlagState.ASKED: "waiting",
    FlagState.ANSWERED: "go",
    FlagState.EXPLAINED: "ok",
    FlagState.ACTED: "stop",
}


class WatchFlag(Model):
    """Figures of one provider in one category and period that look like gaming."""

    __tablename__ = "watch_flag"
    __table_args__ = (
        Index(
            "uq_watch_flag_one_live",
            "kind",
            "supplier_id",
            "category_id",
            unique=True,
            postgresql_where=text("state IN ('open', 'asked', 'answered')"),
        ),
        Index("ix_watch_flag_authority_id_state", "authority_id", "state"),
        Index("ix_watch_flag_supplier_id_state", "supplier_id", "state"),
        CheckConstraint("from_on <= until_on", name="until_after_from"),
        CheckConstraint("state = 'open' OR state = 'explained' OR question IS NOT NULL", name="asked_before_acted"),
        CheckConstraint("(question IS NULL) = (asked_at IS NULL)", name="question_if_asked"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answer_if_answered"),
        CheckConstraint(
            "(state IN ('explained', 'acted')) = (closed_at IS NOT NULL) AND (closed_at IS NULL) = (reason IS NULL)"
            " AND (closed_at IS NULL) = (closed_by IS NULL)",
            name="reason_if_closed",
        ),
    )

    #: The authority whose category it is.
    authority_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("authority.id"))
    kind: Mapped[FlagKind] = mapped_column(enum_column(FlagKind))
    supplier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("supplier.id"))
    category_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("category.id"))
    from_on: Mapped[date]
    until_on: Mapped[date]
    #: The numbers behind it: see ``rules``.
    evidence: Mapped[dict[str, Any]]
    state: Mapped[FlagState] = mapped_column(enum_column(FlagState), default=FlagState.OPEN)
    raised_at: Mapped[datetime]
    question: Mapped[str | None]
    asked_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime | None]
    answer_by: Mapped[date | None]
    answer: Mapped[str | None]
    answered_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    #: Why it was closed, by whom and when.
    reason: Mapped[str | None]
    closed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    closed_at: Mapped[datetime | None]

    supplier: Mapped[Supplier] = relationship(lazy="joined", innerjoin=True)
    category: Mapped[Category] = relationship(lazy="joined", innerjoin=True)
