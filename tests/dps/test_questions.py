"""Questions and answers: nobody knows who asked, everybody reads the answer at once (I5)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from core import clock
from core.audit.chain import trail
from core.db import db
from core.errors import RuleBroken, WrongState
from core.mail.models import Mail
from core.mail.service import body_of
from dps.systems import queries, service
from dps.systems.models import QuestionState
from tests import people, worlds_dps
from tests.pages import api_as, page_as

TEXT = "Saako valmennuksen pitää etänä?"
ANSWER = service.AnswerTexts("Kyllä saa.", "Ja, det går bra.", "Yes.")


@pytest.fixture
def staff(app):
    return worlds_dps.staff()


def asked(system, provider, text=TEXT):
    return service.ask(system, None, text, by=provider.mandate)


def test_the_answer_is_published_to_all_and_the_asker_gets_a_mail(app, staff):
    system, provider = worlds_dps.open_system(staff), worlds_dps.provider()
    question = asked(system, provider)
    visitor = page_as(app, None)
    assert TEXT not in visitor.get(f"/systems/{system.id}").text

    service.answer(question, ANSWER, by=staff.coordinator)

    page = visitor.get(f"/systems/{system.id}")
    assert TEXT in page.text
    assert "Yes." in page.text
    mail = db.session.scalars(select(Mail).where(Mail.template == "question_answered")).one()
    assert mail.to_address == provider.mandate.email
    assert "Kyllä saa." in body_of(mail)


def test_nobody_is_shown_who_asked(app, staff):
    system, provider = worlds_dps.open_system(staff), worlds_dps.provider("Utelias Oy")
    question = asked(system, provider)
    coordinator = page_as(app, staff.coordinator)
    pages = [
        coordinator.get(address).text
        for address in (
            "/procurement",
            "/procurement/questions",
            f"/procurement/questions/{question.id}",
            f"/procurement/systems/{system.id}",
        )
    ]
    told = api_as(app, staff.coordinator).get(f"/questions/{question.id}").get_data(as_text=True)

    for text in [*pages, told]:
        assert "Utelias" not in text
        assert str(provider.supplier.id) not in text
        assert str(provider.mandate.person_id) not in text
    (event,) = trail(question)
    assert event.organisation_id == provider.supplier.id
    assert not {provider.mandate.person_name, provider.mandate.email} & {str(value) for value in event.data.values()}


def test_a_question_is_due_in_the_published_number_of_working_days_on_the_coordinators_desk(app, staff):
    system = worlds_dps.open_system(staff, system=worlds_dps.system_details(answer_within_days=3))
    question = asked(system, worlds_dps.provider())
    today = clock.helsinki_date(clock.now())

    assert question.answer_due_on == clock.add_working_days(today, 3, clock.authority_days)
    assert "Answer a question" in page_as(app, staff.coordinator).get("/procurement").text


def test_a_question_after_the_window_is_refused_with_its_rule_and_nothing_is_kept(staff):
    until = clock.helsinki_date(clock.now()) + timedelta(days=10)
    system = worlds_dps.open_system(staff, system=worlds_dps.system_details(questions_until=until))
    provider = worlds_dps.provider()
    assert asked(system, provider).state is QuestionState.ASKED
    with clock.at(clock.end_of_day(until) - timedelta(seconds=1)):
        asked(system, provider, "Viime hetkellä?")

    with clock.at(clock.end_of_day(until)), pytest.raises(WrongState) as refused:
        asked(system, provider, "Myöhässä?")
    assert (refused.value.rule, refused.value.field) == ("I5", "text")
    assert len(queries.unanswered_questions(staff.authority.id)) == 2


def test_questions_are_taken_as_long_as_the_system_is_valid_when_no_window_was_set(staff):
    system, provider = worlds_dps.open_system(staff), worlds_dps.provider()
    service.close(system, by=staff.coordinator)
    assert asked(system, provider).state is QuestionState.ASKED
    service.end_system(system, by=staff.decider)

    with pytest.raises(WrongState):
        asked(system, provider)


def test_an_answer_is_corrected_only_by_a_new_one_that_points_to_the_old_one(app, staff):
    system = worlds_dps.open_system(staff)
    question = asked(system, worlds_dps.provider())
    with pytest.raises(WrongState):
        service.correct(question, ANSWER, by=staff.coordinator)
    first = service.answer(question, ANSWER, by=staff.coordinator)
    with pytest.raises(WrongState):
        service.answer(question, ANSWER, by=staff.coordinator)

    second = service.correct(
        question, service.AnswerTexts("Ei saa.", "Nej.", "No, not after all."), by=staff.coordinator
    )

    assert second.corrects_id == first.id
    text = page_as(app, None).get(f"/systems/{system.id}").text
    assert "Yes." in text
    assert "No, not after all." in text
    assert "It replaces the one above." in text


def test_an_answer_is_given_in_both_national_languages(staff):
    question = asked(worlds_dps.open_system(staff), worlds_dps.provider())

    with pytest.raises(RuleBroken) as refused:
        service.answer(question, service.AnswerTexts("Kyllä.", " "), by=staff.coordinator)
    assert (refused.value.rule, refused.value.field) == ("I5", "text_sv")
    assert question.state is QuestionState.ASKED


def test_a_question_with_an_identity_code_is_refused_on_the_page_and_by_the_api(app, staff):
    system, provider = worlds_dps.open_system(staff), worlds_dps.provider()
    text = "Asiakas 131052-308T odottaa"

    page = (
        page_as(app, provider.mandate).get(f"/provider/systems/{system.id}/ask").press("Send the question", text=text)
    )
    answer = api_as(app, provider.mandate).post("/questions", {"system_id": str(system.id), "text": text})

    assert (page.status, answer.status_code) == (422, 422)
    assert "personal identity code" in page.messages[0]
    assert queries.unanswered_questions(staff.authority.id) == []


def test_asked_and_answered_through_the_pages(app, staff):
    system, provider = worlds_dps.open_system(staff), worlds_dps.provider()
    page = page_as(app, provider.mandate).get(f"/systems/{system.id}").follow("Ask a question")
    category = system.categories[0]
    page = page.press("Send the question", text=TEXT, category_id=str(category.id))
    assert "Your question was sent." in page.messages[0]

    page = page_as(app, staff.coordinator).get("/procurement/questions").follow(TEXT)
    page = page.press("Publish the answer", text_fi="Kyllä.", text_sv="Ja.")

    assert "Answered" in page.text
    assert "Kyllä." in page_as(app, None).get(f"/systems/{system.id}").text


def test_asked_and_answered_through_the_api(app, staff):
    system, provider = worlds_dps.open_system(staff), worlds_dps.provider()
    client, clerk, other = (
        api_as(app, mandate) for mandate in (provider.mandate, staff.coordinator, worlds_dps.provider("B Oy").mandate)
    )
    body = {"system_id": str(system.id), "category_id": str(system.categories[0].id), "text": TEXT}
    question = client.post("/questions", body).json
    assert other.get(f"/questions/{question['id']}").status_code == 403
    assert other.get("/questions").json["items"] == []
    assert [each["text"] for each in clerk.get("/questions").json["items"]] == [TEXT]
    texts = {"text_fi": "Kyllä.", "text_sv": "Ja."}
    assert client.post(f"/questions/{question['id']}/answer", texts).status_code == 403
    assert api_as(app, people.coordinator()).post(f"/questions/{question['id']}/answer", texts).status_code == 403

    answered = clerk.post(f"/questions/{question['id']}/answer", texts).json

    assert answered["answers"][0]["corrects_id"] is None
    assert [each["id"] for each in other.get("/questions").json["items"]] == [question["id"]]


def test_a_system_that_is_not_public_takes_no_questions(app, staff):
    system = worlds_dps.approved_system(staff)
    client = api_as(app, worlds_dps.provider().mandate)

    assert client.post("/questions", {"system_id": str(system.id), "text": TEXT}).status_code == 404
