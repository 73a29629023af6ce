"""Judging, deciding and publicity through the pages and the JSON API: the same verbs, the same refusals."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from core.db import db
from core.files import service as files
from dps.competitions import queries_judging as queries
from dps.competitions.models import CompetitionState, DocumentRequest, TenderRequest
from dps.decisions import service as decisions
from dps.decisions.models import Decision
from tests import worlds_competitions, worlds_judging
from tests.competitions.test_publicity import contracted, field_of, secretive
from tests.pages import api_as, page_as
from tests.worlds_judging import opened


def body(response: TestResponse) -> Any:
    """The JSON of an answer that was not refused."""
    assert response.status_code < 400, response.json
    return response.json


def test_two_evaluators_judge_and_a_coordinator_prepares_the_decision_through_the_pages(app: Flask) -> None:
    with opened() as made:
        base = f"/procurement/competitions/{made.competition.id}"
        pages = [page_as(app, member) for member in made.contest.members]
        for tender in made.tenders:
            found = pages[0].get(f"/procurement/tenders/{tender.id}")
            found = found.press("Note the check", note="All is there.")
            assert "The formal check is noted." in " ".join(found.messages)
        for page, points in zip(pages, ("8", "6,5"), strict=True):
            for tender in made.tenders:
                form = page.get(f"/procurement/tenders/{tender.id}/lots/{made.lot.code}/score")
                done = form.press("Save my points", **{"points-plan": points, "reason-plan": "A clear plan."})
                assert done.url == f"{base}/judging"
            done.press("Finish my scoring")
        for tender in made.tenders:
            form = pages[0].get(f"/procurement/tenders/{tender.id}/lots/{made.lot.code}/agree")
            assert "7.25" in form.response.get_data(as_text=True)
            form.press("Save the joint points")

        desk = page_as(app, made.contest.staff.coordinator)
        assert "Palvelu 1 Oy" in desk.get(f"{base}/comparison").text
        proposal = desk.get(f"{base}/award").press("Send to the decision maker", summary="The lowest price decided.")

        assert proposal.url.startswith("/procurement/decisions/")
        assert made.competition.decision_id is not None
        waiting = desk.get(f"{base}/judging")
        assert "waits for its signature" in waiting.text


def test_points_off_the_scale_are_refused_at_their_field(app: Flask) -> None:
    with opened() as made:
        page = page_as(app, made.evaluator)
        form = page.get(f"/procurement/tenders/{made.tenders[0].id}/lots/{made.lot.code}/score")

        refused = form.press("Save my points", **{"points-plan": "11", "reason-plan": "Too good."})

        assert refused.status == 422
        assert "Give points from 0 to 10" in " ".join(refused.messages)


def test_a_tenderer_answers_a_request_with_a_file_on_its_page_and_an_evaluator_concludes(app: Flask) -> None:
    with opened() as made:
        staff, provider = page_as(app, made.evaluator), page_as(app, made.provider(0).mandate)
        form = staff.get(f"/procurement/tenders/{made.tenders[0].id}/ask")
        form.press("Send the question", kind="completion", question="Which coach speaks Swedish?")
        (row,) = db.session.query(TenderRequest).all()
        page = provider.get(f"/provider/tender-requests/{row.id}")
        assert "Which coach speaks Swedish?" in page.text

        page.press("Send the answer", answer="Maija does.")
        concluded = staff.get(f"/procurement/tender-requests/{row.id}/conclude").press(
            "Note the conclusion", outcome="accepted", conclusion="It is clear now."
        )

        assert row.is_accepted is True
        assert "Maija does." in concluded.text
        assert provider.get(f"/provider/tender-requests/{row.id}").text.count("Maija does.") == 1


def test_a_low_price_cannot_be_excluded_on_the_page_before_it_was_asked_about(app: Flask) -> None:
    with opened(("40.00", "80.00", "75.00")) as made:
        page = page_as(app, made.evaluator).get(f"/procurement/tenders/{made.tenders[0].id}/exclude")

        refused = page.press("Exclude the tender", ground="low_price", lot=made.lot.code, reason="Too cheap.")

        assert refused.status == 422
        assert "has not been asked to explain" in " ".join(refused.messages)


def test_the_machine_judges_asks_excludes_and_prepares_like_the_pages(app: Flask) -> None:
    with opened() as made:
        one, other = (api_as(app, member) for member in made.contest.members)
        tender = made.tenders[0]
        asked = one.post(f"/tenders/{tender.id}/ask", {"kind": "completion", "question": "Which coach?"})
        assert asked.status_code == 201, asked.json
        answered = api_as(app, made.provider(0).mandate).post(
            f"/tender-requests/{body(asked)['id']}/answer",
            {"answer": "Maija.", "file_name": "cv.txt", "file_base64": "TWFpamE="},
        )
        assert answered.status_code == 200, answered.json
        row = queries.tender_request(db.session.query(TenderRequest).one().id)
        assert row is not None
        assert row.file is not None
        assert files.content_of(row.file) == b"Maija"
        concluded = one.post(
            f"/tender-requests/{body(asked)['id']}/conclude", {"conclusion": "Fine.", "is_accepted": True}
        )
        assert body(concluded)["state"] == "concluded"
        out = one.post(f"/tenders/{tender.id}/exclude", {"ground": "requirements", "reason": "One coach is missing."})
        assert out.status_code == 201, out.json
        back = one.post(f"/tender-exclusions/{body(out)['id']}/revoke", {"reason": "She was named."})
        assert body(back)["revoked_at"]
        for each in made.tenders:
            assert one.post(f"/tenders/{each.id}/check", {"note": ""}).status_code == 200
            scores = {"lot": made.lot.code, "scores": {"plan": {"points": "7.50", "reason": "A good plan."}}}
            for machine in (one, other):
                assert machine.post(f"/tenders/{each.id}/score", scores).json == {"saved": 1}
        for machine in (one, other):
            done = machine.post(f"/competitions/{made.competition.id}/finish-scoring")
        assert {lack["code"] for lack in body(done)["items"]} == {"joint"}
        for each in made.tenders:
            assert one.post(f"/tenders/{each.id}/agree", scores).status_code == 200

        desk = api_as(app, made.contest.staff.coordinator)
        found = body(desk.get(f"/competitions/{made.competition.id}/results"))
        proposed = desk.post(f"/competitions/{made.competition.id}/prepare-award", {"summary": "Best price."})

        assert [row["rank"] for row in found["lots"][0]["tenders"]] == [1, 2, 3]
        assert proposed.status_code == 201, proposed.json
        assert desk.get(f"/competitions/{made.competition.id}/missing").status_code == 200


@pytest.mark.rule("R84", "R85")
def test_a_party_sees_prices_and_no_secrets_after_the_decision_on_its_page_and_as_data(app: Flask) -> None:
    with secretive() as made:
        party, machine = page_as(app, made.provider(0).mandate), api_as(app, made.provider(0).mandate)
        address = f"/provider/competitions/{made.competition.id}/tenders"
        assert "Palvelu 2 Oy" not in party.get(address).text
        assert machine.get(f"/competitions/{made.competition.id}/results").status_code == 403
        worlds_judging.decided(made)

        page = party.get(address)
        seen = body(machine.get(f"/competitions/{made.competition.id}/opened-tenders"))["items"]

        assert "80.00" in page.text.replace(",", ".")
        assert "Kept back as a business secret" in page.text
        assert "mentor" not in page.text
        assert "mentor" not in str(seen)
        assert len(seen) == 3
        assert machine.get(f"/competitions/{made.competition.id}/results").status_code == 200


@pytest.mark.rule("R84")
def test_the_public_sees_the_decision_when_it_is_signed_and_the_tenders_after_the_contract(app: Flask) -> None:
    with secretive() as made:
        public = page_as(app, None)
        address = f"/competitions/{made.competition.id}/tenders"
        (row,) = made.tenders[1].files
        file = f"{address}/{made.tenders[1].id}/files/{row.id}"
        assert "Palvelu" not in public.get(address).text
        worlds_judging.decided(made)
        page = public.get(address)
        assert "Signed" in page.text
        assert "We coach in small groups." not in page.text
        assert public.get(file).status == 404

        contracted(made)

        page = public.get(address)
        assert "We coach in small groups." in page.text
        assert "mentor" not in page.text
        assert public.fetch(file).data == b"The plan of a week."


@pytest.mark.rule("R86")
def test_an_official_decides_on_a_marked_secret_from_the_register(app: Flask) -> None:
    with secretive() as made:
        page = page_as(app, made.contest.staff.coordinator)
        register = page.get(f"/procurement/competitions/{made.competition.id}/publicity")
        assert "To be decided" in register.text
        assert made.tenders[0].receipt_number is not None
        assert made.tenders[0].receipt_number in register.text

        form = page.get(f"/procurement/tenders/{made.tenders[1].id}/secrets/{field_of(made)}")
        done = form.press("Note the decision", outcome="secret", reason="The method is not known elsewhere.")

        assert "To be decided" not in done.text


@pytest.mark.rule("R87")
def test_a_party_is_refused_with_the_reason_and_asks_for_a_formal_decision(app: Flask) -> None:
    with opened() as made:
        provider, staff = page_as(app, made.provider(0).mandate), page_as(app, made.contest.staff.coordinator)
        address = f"/provider/competitions/{made.competition.id}/tenders"
        provider.get(address).press("Send the request", text="The tender of the others.")
        (row,) = db.session.query(DocumentRequest).all()
        staff.get(f"/procurement/document-requests/{row.id}/answer").press(
            "Send the answer", outcome="refuse", reason="Not public before the contract, JulkL 7.2 §."
        )
        page = provider.get(address)
        assert "JulkL 7.2" in page.text
        assert "formal decision" in page.text

        page.press("Ask for a formal decision")
        decider = page_as(app, made.decider)
        decider.get(f"/procurement/document-requests/{row.id}/decide").press(
            "Send the answer", outcome="refuse", decision="The request is refused for now."
        )

        assert "The request is refused for now." in provider.get(address).text


def test_a_request_that_came_by_mail_is_written_down_and_handled_by_machines(app: Flask) -> None:
    with opened() as made:
        desk = api_as(app, made.contest.staff.coordinator)
        asked = desk.post(
            "/document-requests",
            {"competition_id": str(made.competition.id), "text": "The record.", "email": "kysyja@avoin.example"},
        )
        assert asked.status_code == 201, asked.json
        given = desk.post(f"/document-requests/{body(asked)['id']}/give", {"reason": "Sent by e-mail."})

        assert body(given)["state"] == "given"
        assert len(body(desk.get("/document-requests"))["items"]) == 1


@pytest.mark.rule("R49")
def test_a_coordinator_cancels_on_the_page_with_a_reason_and_the_decision_maker_signs(app: Flask) -> None:
    made = worlds_competitions.sent_competition()
    page = page_as(app, made.staff.coordinator)
    form = page.get(f"/procurement/competitions/{made.competition.id}/cancel")
    assert form.press("Send to the decision maker", reason="").status == 422

    form.press("Send to the decision maker", reason="The need has gone: the programme was stopped.")

    decision = db.session.get_one(Decision, made.competition.decision_id)
    decisions.sign(decision, by=made.staff.decider)
    assert made.competition.state is CompetitionState.CANCELLED


@pytest.mark.rule("R82")
def test_the_report_on_the_procedure_has_its_eleven_items_from_data(app: Flask) -> None:
    with opened() as made:
        worlds_judging.decided(made)
        page = page_as(app, made.contest.staff.coordinator)
        desk = api_as(app, made.contest.staff.coordinator)

        items = body(desk.get(f"/competitions/{made.competition.id}/report"))["items"]
        text = page.get(f"/procurement/competitions/{made.competition.id}/report").text

        assert [each["number"] for each in items] == list(range(1, 12))
        assert all(each["paragraphs"] for each in items)
        assert "Palvelu 2 Oy" in " ".join(items[4]["paragraphs"])
        assert all(provider.supplier.name in " ".join(items[1]["paragraphs"]) for provider in made.contest.providers)
        assert "11." in text


@pytest.mark.rule("R55", "R50")
@pytest.mark.parametrize("path", ["judging", "comparison", "publicity", "report"])
def test_pages_of_opened_tenders_are_closed_to_those_not_named_and_to_everybody_before(app: Flask, path: str) -> None:
    made = worlds_competitions.sent_competition()
    worlds_judging.tendered(made)
    address = f"/procurement/competitions/{made.competition.id}/{path}"
    for who in (made.staff.coordinator, made.members[0], made.staff.decider):
        assert page_as(app, who).get(address).status == 403
    with opened((), made=made):
        assert page_as(app, made.members[0]).get(address).status == 200
        assert page_as(app, made.providers[0].mandate).get(address).status == 403


def test_what_is_due_stands_on_the_desks(app: Flask) -> None:
    with secretive() as made:
        assert "Judge the tenders" in page_as(app, made.evaluator).get("/procurement").text
        assert "business secrets" in page_as(app, made.contest.staff.coordinator).get("/procurement").text
