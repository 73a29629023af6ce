"""Questions about a system: asked by anybody who may provide, answered to all at once (I5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import current_app

from core import audit, clock, mail, signals
from core.db import db, lock, transaction
from core.errors import RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.i18n import localized, using_language
from core.identity import queries as people
from core.identity.mandates import Mandate
from core.states import move
from dps.systems.models import (
    QUESTION_TRANSITIONS,
    Answer,
    Category,
    PurchasingSystem,
    Question,
    QuestionState,
    SystemState,
)
from dps.systems.signals import QuestionAnswered

ASKED = audit.declare("question.asked", "system", "category", "answer_due_on")
ANSWERED = audit.declare("question.answered", "before", "after", "answer")
CORRECTED = audit.declare("question.answer_corrected", "answer", "corrects")


@dataclass(frozen=True)
class AnswerTexts:
    """An answer in both national languages; English where somebody wrote it."""

    fi: str
    sv: str
    en: str = ""


def takes_questions(system: PurchasingSystem, today: date) -> bool:
    """Whether the window for questions is open: the published one, else the whole life of the system."""
    last = system.questions_until or system.ends_on
    return system.state in (SystemState.OPEN, SystemState.CLOSED) and today <= min(last, system.ends_on)


@transaction
def ask(system: PurchasingSystem, category: Category | None, text: str, *, by: Mandate) -> Question:
    """Ask about a system or one of its categories; the answer is for everybody.

    :raises WrongState: the window for questions is over (I5)
    """
    db.session.refresh(system, with_for_update={"read": True, "of": type(system)})
    now = clock.now()
    today = clock.helsinki_date(now)
    if not takes_questions(system, today):
        raise WrongState(
            _l("Questions about this system are not taken any more."),
            rule="I5",
            field="text",
            next_step=_l("Read the answers that have been published."),
        )
    if category is not None and category.system_id != system.id:
        raise RuleBroken(_l("The category is not one of this system."), rule="I5", field="category_id")
    if not text.strip():
        raise RuleBroken(_l("The question is empty."), rule="I5", field="text", next_step=_l("Write the question"))
    question = Question(
        system=system,
        category=category,
        text=text.strip(),
        asked_at=now,
        asked_by=by.person_id,
        answer_due_on=clock.add_working_days(today, system.answer_within_days, clock.authority_days),
    )
    db.session.add(question)
    db.session.flush()
    audit.record(
        ASKED,
        subject=question,
        actor=by,
        at=now,
        system=system.id,
        category=category.id if category else None,
        answer_due_on=question.answer_due_on,
    )
    return question


def _published(question: Question, texts: AnswerTexts, corrects: Answer | None, by: Mandate) -> Answer:
    now = clock.now()
    if not (texts.fi.strip() and texts.sv.strip()):
        raise RuleBroken(
            _l("The answer is missing in Finnish or Swedish."),
            rule="I5",
            field="text_sv" if texts.fi.strip() else "text_fi",
            next_step=_l("Write the answer in both languages."),
        )
    answer = Answer(
        question=question,
        corrects_id=corrects.id if corrects else None,
        text_fi=texts.fi.strip(),
        text_sv=texts.sv.strip(),
        text_en=texts.en.strip(),
        published_at=now,
        published_by=by.person_id,
    )
    db.session.add(answer)
    db.session.flush()
    return answer


@transaction
def answer(question: Question, texts: AnswerTexts, *, by: Mandate) -> Answer:
    """Publish the answer to everybody at once, and tell the one who asked."""
    lock(question)
    before = question.state
    move(question, QUESTION_TRANSITIONS, "answer")
    row = _published(question, texts, None, by)
    audit.record(
        ANSWERED,
        subject=question,
        actor=by,
        at=row.published_at,
        before=before,
        after=question.state,
        answer=row.id,
    )
    _tell_asker(question, row)
    signals.send(QuestionAnswered(question.id, row.published_at))
    return row


@transaction
def correct(question: Question, texts: AnswerTexts, *, by: Mandate) -> Answer:
    """Publish a corrected answer; the old one stays visible and is pointed to."""
    lock(question)
    if question.state is not QuestionState.ANSWERED:
        raise WrongState(_l("The question has not been answered yet."), rule="I5")
    newest = question.answers[-1]
    row = _published(question, texts, newest, by)
    audit.record(CORRECTED, subject=question, actor=by, at=row.published_at, answer=row.id, corrects=newest.id)
    _tell_asker(question, row)
    return row


def _tell_asker(question: Question, row: Answer) -> None:
    """The mail names the system only: whose question it was is nobody's business in a log."""
    person = people.person(question.asked_by)
    if person is None or not person.email:
        return
    with using_language(person.language):
        system = localized(question.system, "name")
        text = localized(row, "text")
    mail.send(
        person.email,
        "question_answered",
        language=person.language,
        at=row.published_at,
        system=system,
        question=question.text,
        answer=text,
        address=f"{current_app.config['BASE_URL'].rstrip('/')}/systems/{question.system_id}#questions",
    )
