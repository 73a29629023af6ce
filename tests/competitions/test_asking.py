"""Asking: without a name, answered to all at once, late answers with more time or a reason (R47)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from core import clock
from core.db import db
from core.errors import NotAllowed, RuleBroken, WrongState
from core.mail.models import Mail
from core.mail.service import body_of
from dps.competitions import queries_preparing as asked
from dps.competitions import rules
from dps.competitions.models import CompetitionQuestion, CompetitionQuestionState
from dps.competitions.service import asking
from dps.competitions.service.asking import AnswerTexts
from tests import worlds_competitions, worlds_dps
from tests.worlds_competitions import Contest

TEXTS = AnswerTexts("Kyllä saa.", "Ja, det får man.", "Yes.")


def question_of(made: Contest) -> CompetitionQuestion:
    return asking.ask(made.competition, "Saako ryhmiä yhdistää?", by=made.providers[0].mandate)


def late(made: Contest) -> object:
    """An instant less than six days before the end."""
    assert made.competition.tenders_due_at is not None
    return made.competition.tenders_due_at - timedelta(days=5)


@pytest.mark.rule("R47")
def test_an_answer_goes_to_all_who_were_invited_and_names_nobody(app: Flask) -> None:
    made = worlds_competitions.sent_competition()
    question = question_of(made)
    asking.answer(question, TEXTS, by=made.staff.coordinator)
    assert question.state is CompetitionQuestionState.ANSWERED
    mails = db.session.scalars(select(Mail).where(Mail.template == "competition_question_answered")).all()
    assert {mail.to_address for mail in mails} == {
        address for each in made.providers for address in each.supplier.emails
    }
    for mail in mails:
        assert "Saako ryhmiä yhdistää?" in body_of(mail)
        assert all(each.supplier.name not in body_of(mail) for each in made.providers)
    with pytest.raises(WrongState):
        asking.answer(question, TEXTS, by=made.staff.coordinator)


@pytest.mark.rule("R35")
def test_only_the_invited_ask(app: Flask) -> None:
    made = worlds_competitions.sent_competition(suppliers=1)
    with pytest.raises(NotAllowed):
        asking.ask(made.competition, "Mitä?", by=worlds_dps.provider("Ulkopuolinen Oy").mandate)


@pytest.mark.rule("R47")
def test_questions_are_taken_until_the_published_instant(app: Flask) -> None:
    until = clock.now() + timedelta(days=3)
    made = worlds_competitions.sent_competition(suppliers=1, questions_until=until)
    with clock.at(until - timedelta(minutes=1)):
        question_of(made)
    with clock.at(until + timedelta(seconds=1)), pytest.raises(WrongState) as caught:
        question_of(made)
    assert caught.value.rule == "R47"


@pytest.mark.rule("R47")
def test_a_late_answer_needs_more_time_or_a_reason(app: Flask) -> None:
    made = worlds_competitions.sent_competition(suppliers=1)
    competition = made.competition
    due_at = competition.tenders_due_at
    assert due_at is not None
    first, second = question_of(made), question_of(made)
    with clock.at(due_at - timedelta(days=5)):
        with pytest.raises(RuleBroken) as caught:
            asking.answer(first, TEXTS, by=made.staff.coordinator)
        assert (caught.value.rule, caught.value.field) == ("R47", "due_on")
        db.session.refresh(first)
        asking.answer(first, TEXTS, late_reason="Vastaus ei muuta tarjousta.", by=made.staff.coordinator)
        assert first.late_reason == "Vastaus ei muuta tarjousta."
        assert competition.tenders_due_at == due_at
        earliest = rules.earliest_due_after_answer(clock.helsinki_date(clock.now()), due_at)
        with pytest.raises(RuleBroken):
            asking.answer(second, TEXTS, new_due_at=due_at, by=made.staff.coordinator)
        db.session.refresh(second)
        longer = max(earliest, due_at + timedelta(days=1))
        asking.answer(second, TEXTS, new_due_at=longer, by=made.staff.coordinator)
    assert competition.tenders_due_at == longer
    assert [each.number for each in asked.versions_of(competition.id)] == [2, 1]


@pytest.mark.rule("R47")
def test_an_answer_six_days_before_the_end_is_in_time(app: Flask) -> None:
    made = worlds_competitions.sent_competition(suppliers=1)
    question = question_of(made)
    assert made.competition.tenders_due_at is not None
    with clock.at(made.competition.tenders_due_at - timedelta(days=6, minutes=1)):
        asking.answer(question, TEXTS, by=made.staff.coordinator)
    assert question.late_reason == ""


def test_an_answer_has_both_national_languages_and_a_question_its_words(app: Flask) -> None:
    made = worlds_competitions.sent_competition(suppliers=1)
    question = question_of(made)
    with pytest.raises(RuleBroken) as caught:
        asking.answer(question, AnswerTexts("Kyllä.", ""), by=made.staff.coordinator)
    assert caught.value.field == "text_sv"
    with pytest.raises(RuleBroken):
        asking.ask(made.competition, "  ", by=made.providers[0].mandate)
