"""Questions about a competition: asked without a name, answered to all who were invited at once (R47)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core import audit, clock
from core.db import db, lock, transaction
from core.errors import NotAllowed, RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.i18n import localized, using_language
from core.identity.mandates import Mandate
from core.states import move
from dps.competitions import queries, rules
from dps.competitions.models import COMPETITION_QUESTION_TRANSITIONS, Competition, CompetitionQuestion
from dps.competitions.service import amending, inviting

ASKED = audit.declare("competition_question.asked", "competition")
ANSWERED = audit.declare("competition_question.answered", "before", "after", "late_reason", "tenders_due_at")


@dataclass(frozen=True)
class AnswerTexts:
    """An answer in both national languages; English where somebody wrote it."""

    fi: str
    sv: str
    en: str = ""


def takes_questions(competition: Competition, now: datetime) -> bool:
    """Whether the window for questions is open: until the published instant, else until tenders are due."""
    until = competition.questions_until
    return competition.takes_tenders(now) and (until is None or now < until)


@transaction
def ask(competition: Competition, text: str, *, by: Mandate) -> CompetitionQuestion:
    """Ask about a competition one is invited to; nobody is told who asked.

    :raises WrongState: the window for questions is over (R47)
    """
    db.session.flush()
    db.session.refresh(competition, with_for_update={"read": True, "of": Competition})
    now = clock.now()
    if by.supplier_id is None or queries.invitation_of(competition.id, by.supplier_id) is None:
        raise NotAllowed(_l("Only those who were invited ask about a competition."), rule="R35")
    if not takes_questions(competition, now):
        raise WrongState(
            _l("Questions about this competition are not taken any more."),
            rule="R47",
            field="text",
            next_step=_l("Read the answers that have been published."),
        )
    if not text.strip():
        raise RuleBroken(_l("The question is empty."), rule="R47", field="text", next_step=_l("Write the question"))
    question = CompetitionQuestion(competition=competition, text=text.strip(), asked_at=now, asked_by=by.person_id)
    db.session.add(question)
    db.session.flush()
    audit.record(ASKED, subject=question, actor=by, at=now, competition=competition.id)
    return question


def is_late(competition: Competition, now: datetime) -> bool:
    """Whether an answer given now reaches the tenderers later than the law wants (R47)."""
    assert competition.tenders_due_at is not None
    return now > rules.answers_due(competition.tenders_due_at, clock.helsinki_date(now))


@transaction
def answer(
    question: CompetitionQuestion,
    texts: AnswerTexts,
    *,
    new_due_at: datetime | None = None,
    late_reason: str = "",
    by: Mandate,
) -> None:
    """Answer to all at once; a late answer makes the time longer, or says why that is not needed (R47).

    :raises RuleBroken: an answer later than six days before the end, without more time and without a reason
    """
    competition = question.competition
    lock(competition)
    lock(question)
    now = clock.now()
    amending.must_take_tenders(competition, now)
    before = question.state
    move(question, COMPETITION_QUESTION_TRANSITIONS, "answer")
    if not (texts.fi.strip() and texts.sv.strip()):
        raise RuleBroken(
            _l("The answer is missing in Finnish or Swedish."),
            rule="R47",
            field="text_sv" if texts.fi.strip() else "text_fi",
            next_step=_l("Write the answer in both languages."),
        )
    reason = late_reason.strip()
    _check_time(competition, new_due_at, reason, now)
    question.answer_fi, question.answer_sv, question.answer_en = texts.fi.strip(), texts.sv.strip(), texts.en.strip()
    question.answered_at, question.answered_by = now, by.person_id
    question.late_reason = reason if new_due_at is None and is_late(competition, now) else ""
    db.session.flush()
    if new_due_at is not None:
        amending.lengthen(competition, new_due_at, inviting.ANSWER, at=now, by=by)
    _tell_all(competition, question, now)
    audit.record(
        ANSWERED,
        subject=question,
        actor=by,
        at=now,
        before=before,
        after=question.state,
        late_reason=question.late_reason,
        tenders_due_at=competition.tenders_due_at,
    )


def _check_time(competition: Competition, new_due_at: datetime | None, reason: str, now: datetime) -> None:
    assert competition.tenders_due_at is not None
    if new_due_at is not None:
        if new_due_at < rules.earliest_due_after_answer(clock.helsinki_date(now), competition.tenders_due_at) or (
            new_due_at <= competition.tenders_due_at
        ):
            raise RuleBroken(
                _l("The new end of the time for tenders is too early."),
                rule="R47",
                field="due_on",
                next_step=_l("Choose at least the earliest day that the page shows."),
            )
    elif is_late(competition, now) and not reason:
        raise RuleBroken(
            _l("The answer comes later than six days before the end of the time for tenders."),
            rule="R47",
            field="due_on",
            next_step=_l("Give everybody more time, or write why it is not needed."),
        )


def _tell_all(competition: Competition, question: CompetitionQuestion, at: datetime) -> None:
    for invitation in queries.invitations_of(competition.id):
        with using_language(invitation.supplier.language):
            text = localized(question, "answer")
        inviting.tell(invitation, "competition_question_answered", at, question=question.text, answer=text)
