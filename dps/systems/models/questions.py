"""Questions about a system and their published answers (I5)."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, enum_column
from core.i18n import lazy_gettext as _l
from dps.systems.models.categories import Category
from dps.systems.models.systems import PurchasingSystem


class QuestionState(StrEnum):
    """Asked, then answered to all at once."""

    ASKED = "asked"
    ANSWERED = "answered"


QUESTION_TRANSITIONS = {"answer": ({QuestionState.ASKED}, QuestionState.ANSWERED)}

QUESTION_STATE_TITLES = {
    QuestionState.ASKED: _l("Waiting for an answer"),
    QuestionState.ANSWERED: _l("Answered"),
}


class Question(Model):
    """A provider's question; who asked is kept for telling them of the answer, and shown to nobody."""

    __tablename__ = "question"
    __table_args__ = (
        Index("ix_question_due", "answer_due_on", postgresql_where=text("state = 'asked'")),
        Index("ix_question_system_id_state", "system_id", "state"),
    )

    system_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("purchasing_system.id"))
    category_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("category.id"))
    state: Mapped[QuestionState] = mapped_column(enum_column(QuestionState), default=QuestionState.ASKED)
    text: Mapped[str]
    asked_at: Mapped[datetime]
    asked_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    answer_due_on: Mapped[date]

    system: Mapped[PurchasingSystem] = relationship(lazy="joined", innerjoin=True)
    category: Mapped[Category | None] = relationship(lazy="joined")
    answers: Mapped[list[Answer]] = relationship(back_populates="question", order_by="Answer.published_at")

    @property
    def authority_id(self) -> uuid.UUID:
        return self.system.authority_id


class Answer(Model):
    """A published answer; a correction is a new one that points to the old one, which stays visible."""

    __tablename__ = "answer"
    __table_args__ = (
        CheckConstraint("length(text_fi) > 0 AND length(text_sv) > 0", name="both_languages"),
        Index("uq_answer_first", "question_id", unique=True, postgresql_where=text("corrects_id IS NULL")),
    )

    question_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("question.id"), index=True)
    #: An answer is corrected once; the correction may be corrected again.
    corrects_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("answer.id"), unique=True)
    text_fi: Mapped[str]
    text_sv: Mapped[str]
    text_en: Mapped[str]
    published_at: Mapped[datetime]
    published_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))

    question: Mapped[Question] = relationship(back_populates="answers")
