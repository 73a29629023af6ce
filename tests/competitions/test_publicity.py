"""Who sees what and when: the whole matrix, business secrets, files, requests for documents (R84-R88)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from core import clock
from core.db import db
from core.errors import NotAllowed, NotFound, RuleBroken, WrongState
from dps.competitions import publicity
from dps.competitions import queries_judging as queries
from dps.competitions.models import DocumentRequestState
from dps.competitions.publicity import Kind, Phase, Viewer, visible
from dps.competitions.service import publishing, tendering
from dps.contracts import queries as contracts
from dps.contracts.models import ContractState
from tests import people, worlds_competitions, worlds_dps, worlds_judging
from tests.worlds_judging import Opened, opened

# Columns: running, sealed, opened, decided, contracted.
MATRIX = {
    Kind.DOCUMENTS: {
        Viewer.OWNER: "+++++",
        Viewer.PARTY: "+++++",
        Viewer.INVITED: "+++++",
        Viewer.OTHER_SUPPLIER: "--+++",
        Viewer.COMMITTEE: "+++++",
        Viewer.PREPARER: "+++++",
        Viewer.OTHER_STAFF: "--+++",
        Viewer.OTHER_CITY: "--+++",
        Viewer.PUBLIC: "--+++",
    },
    Kind.PRICE: {
        Viewer.OWNER: "+++++",
        Viewer.PARTY: "---++",
        Viewer.INVITED: "----+",
        Viewer.OTHER_SUPPLIER: "----+",
        Viewer.COMMITTEE: "--+++",
        Viewer.PREPARER: "--+++",
        Viewer.OTHER_STAFF: "----+",
        Viewer.OTHER_CITY: "----+",
        Viewer.PUBLIC: "----+",
    },
    Kind.CONTENT: {
        Viewer.OWNER: "+++++",
        Viewer.PARTY: "---++",
        Viewer.INVITED: "----+",
        Viewer.OTHER_SUPPLIER: "----+",
        Viewer.COMMITTEE: "--+++",
        Viewer.PREPARER: "--+++",
        Viewer.OTHER_STAFF: "----+",
        Viewer.OTHER_CITY: "----+",
        Viewer.PUBLIC: "----+",
    },
    Kind.KEPT_BACK: {
        Viewer.OWNER: "+++++",
        Viewer.PARTY: "-----",
        Viewer.INVITED: "-----",
        Viewer.OTHER_SUPPLIER: "-----",
        Viewer.COMMITTEE: "--+++",
        Viewer.PREPARER: "--+++",
        Viewer.OTHER_STAFF: "-----",
        Viewer.OTHER_CITY: "-----",
        Viewer.PUBLIC: "-----",
    },
    Kind.REQUESTS: {
        Viewer.OWNER: "+++++",
        Viewer.PARTY: "---++",
        Viewer.INVITED: "----+",
        Viewer.OTHER_SUPPLIER: "----+",
        Viewer.COMMITTEE: "--+++",
        Viewer.PREPARER: "--+++",
        Viewer.OTHER_STAFF: "----+",
        Viewer.OTHER_CITY: "----+",
        Viewer.PUBLIC: "----+",
    },
    Kind.COMPARISON: {
        Viewer.OWNER: "---++",
        Viewer.PARTY: "---++",
        Viewer.INVITED: "----+",
        Viewer.OTHER_SUPPLIER: "----+",
        Viewer.COMMITTEE: "--+++",
        Viewer.PREPARER: "--+++",
        Viewer.OTHER_STAFF: "----+",
        Viewer.OTHER_CITY: "----+",
        Viewer.PUBLIC: "----+",
    },
    Kind.DECISION: {
        Viewer.OWNER: "---++",
        Viewer.PARTY: "---++",
        Viewer.INVITED: "---++",
        Viewer.OTHER_SUPPLIER: "---++",
        Viewer.COMMITTEE: "--+++",
        Viewer.PREPARER: "--+++",
        Viewer.OTHER_STAFF: "---++",
        Viewer.OTHER_CITY: "---++",
        Viewer.PUBLIC: "---++",
    },
    Kind.REGISTER: {
        Viewer.OWNER: "---++",
        Viewer.PARTY: "---++",
        Viewer.INVITED: "----+",
        Viewer.OTHER_SUPPLIER: "----+",
        Viewer.COMMITTEE: "--+++",
        Viewer.PREPARER: "--+++",
        Viewer.OTHER_STAFF: "----+",
        Viewer.OTHER_CITY: "----+",
        Viewer.PUBLIC: "----+",
    },
}


@pytest.mark.rule("R84", "R85", "R86", "R55")
@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("viewer", list(Viewer))
def test_each_kind_is_seen_by_each_viewer_from_its_event_on(kind: Kind, viewer: Viewer) -> None:
    seen = "".join("+" if visible(kind, viewer, phase) else "-" for phase in Phase)

    assert seen == MATRIX[kind][viewer]


SECRET = "Our own method with three steps and a mentor."
OPEN = "We coach in small groups."


@contextmanager
def secretive(**more: Any) -> Iterator[Opened]:
    """The second tender has two lots of words: one answer is marked as a secret, its file is not."""
    made = worlds_competitions.sent_competition()
    code = queries.quality_criteria(made.competition)[0].code
    lot = made.competition.lots[0].code
    content = {
        **worlds_judging.written(made.competition, "80.00", SECRET),
        "secrets": {f"answer:{lot}:{code}": "The method is our own."},
    }
    tendering.submit_whole(
        made.competition, content, [("plan.txt", b"The plan of a week.")], by=made.providers[1].mandate
    )
    for place in (0, 2):
        tendering.submit_whole(
            made.competition,
            worlds_judging.written(made.competition, "85.00", OPEN),
            [],
            by=made.providers[place].mandate,
        )
    with opened((), made=made) as bare:
        found = {each.supplier_id: each for each in queries.opened_tenders(made.competition.id)}
        yield Opened(bare.contest, [found[each.supplier.id] for each in made.providers])


def field_of(made: Opened) -> str:
    return f"answer:{made.lot.code}:{queries.quality_criteria(made.competition)[0].code}"


def answer_seen(made: Opened, mandate: Any) -> str | None:
    """The second tender's answer as somebody sees it; the word «closed» where they see no tenders."""
    for seen in publishing.seen_tenders(made.competition, mandate):
        if seen.tender.id == made.tenders[1].id:
            (answer,) = seen.content["lots"][made.lot.code]["answers"].values()
            return answer  # type: ignore[no-any-return]
    return "closed"


def contracted(made: Opened) -> None:
    """Both have signed, as far as publicity asks."""
    for contract in contracts.contracts_of_award(made.competition.decision_id):  # type: ignore[arg-type]
        contract.supplier_signed_at = contract.authority_signed_at = clock.now()
        contract.state = ContractState.IN_FORCE
    db.session.flush()


# ---- phases ----


@pytest.mark.rule("R84")
def test_the_phase_follows_from_what_has_happened(app: Flask) -> None:
    made = worlds_competitions.sent_competition()
    worlds_judging.tendered(made)
    assert publishing.phase_of(made.competition) is Phase.RUNNING
    with clock.at(worlds_competitions.after_due(made)):
        assert publishing.phase_of(made.competition) is Phase.SEALED
    contest = worlds_competitions.sent_competition()
    with opened(made=contest) as found:
        assert publishing.phase_of(found.competition) is Phase.OPENED
        worlds_judging.decided(found)
        assert publishing.phase_of(found.competition) is Phase.DECIDED
        contracted(found)
        assert publishing.phase_of(found.competition) is Phase.CONTRACTED


@pytest.mark.rule("R84")
def test_given_no_contract_when_the_public_asks_for_tenders_then_they_are_closed_until_both_have_signed(
    app: Flask,
) -> None:
    with secretive() as made:
        worlds_judging.decided(made)
        assert answer_seen(made, None) == "closed"
        assert publishing.sees(Kind.DECISION, made.competition, None)

        contracted(made)

        assert answer_seen(made, None) is None
        assert len(publishing.seen_tenders(made.competition, None)) == 3


@pytest.mark.rule("R55")
def test_given_opened_tenders_when_other_staff_or_another_city_look_then_they_see_none(app: Flask) -> None:
    with secretive() as made:
        expert = people.expert(made.contest.staff.authority)
        elsewhere = people.coordinator(people.authority("City of Espoo"))

        assert answer_seen(made, expert) == "closed"
        assert answer_seen(made, elsewhere) == "closed"
        assert answer_seen(made, made.evaluator) == SECRET


# ---- parties and secrets ----


@pytest.mark.rule("R85")
def test_given_a_decision_when_a_party_looks_then_prices_are_shown_and_marked_secrets_are_not(app: Flask) -> None:
    with secretive() as made:
        party = made.provider(0).mandate
        assert answer_seen(made, party) == "closed"
        worlds_judging.decided(made)

        (seen,) = [each for each in publishing.seen_tenders(made.competition, party) if each.tender == made.tenders[1]]

        assert seen.content["lots"][made.lot.code]["prices"] == {"service": "80.00"}
        assert answer_seen(made, party) is None
        assert answer_seen(made, made.provider(1).mandate) == SECRET


@pytest.mark.rule("R86")
def test_given_a_mark_when_the_authority_decides_that_it_is_no_secret_then_the_parties_see_it(app: Flask) -> None:
    with secretive() as made:
        worlds_judging.decided(made)
        party = made.provider(0).mandate
        assert publicity.undecided(made.tenders[1].content or {}, {}) == [field_of(made)]

        publishing.decide_secret(
            made.tenders[1], field_of(made), False, "It is described on their own site.", by=made.evaluator
        )

        assert answer_seen(made, party) == SECRET
        assert publicity.undecided(made.tenders[1].content or {}, {field_of(made): False}) == []


@pytest.mark.rule("R86")
def test_given_no_reason_when_a_secret_is_decided_then_it_is_refused(app: Flask) -> None:
    with secretive() as made, pytest.raises(RuleBroken) as refused:
        publishing.decide_secret(made.tenders[1], field_of(made), True, " ", by=made.evaluator)
    assert refused.value.rule == "R86"


@pytest.mark.rule("R86")
def test_given_everything_marked_with_one_stroke_when_it_is_read_then_the_marking_has_no_effect() -> None:
    content = {
        "lots": {"1": {"prices": {"service": "80.00"}, "answers": {"plan": SECRET, "staff": OPEN}}},
        "files": [],
        "note": "",
        "secrets": {"answer:1:plan": "All is secret.", "answer:1:staff": "All is secret."},
    }

    assert publicity.marks_of(content) == {}
    assert publicity.redacted(content, {})["lots"]["1"]["answers"] == {"plan": SECRET, "staff": OPEN}


@pytest.mark.rule("R85", "R86")
def test_given_a_marked_price_when_it_is_read_then_the_price_is_shown() -> None:
    content = {
        "lots": {"1": {"prices": {"service": "80.00"}, "answers": {"plan": SECRET, "staff": OPEN}}},
        "files": [],
        "note": "",
        "secrets": {"price:1:service": "Our prices are ours.", "answer:1:plan": "A method."},
    }

    seen = publicity.redacted(content, {})

    assert seen["lots"]["1"] == {"prices": {"service": "80.00"}, "answers": {"plan": None, "staff": OPEN}}


def test_given_a_file_when_a_party_fetches_it_before_the_decision_then_it_is_refused_and_after_it_given(
    app: Flask,
) -> None:
    with secretive() as made:
        party, tender = made.provider(0).mandate, made.tenders[1]
        (row,) = tender.files
        with pytest.raises(NotAllowed) as refused:
            publishing.tender_file(tender, row.id, party)
        assert refused.value.rule == "R84"
        assert publishing.tender_file(tender, row.id, made.evaluator)[1] == b"The plan of a week."

        worlds_judging.decided(made)

        assert publishing.tender_file(tender, row.id, party)[1] == b"The plan of a week."


@pytest.mark.rule("R86")
def test_given_a_file_marked_as_a_secret_when_a_party_fetches_it_then_it_is_not_there(app: Flask) -> None:
    with secretive() as made:
        tender = made.tenders[1]
        (row,) = tender.files
        assert tender.content is not None
        tender.content = {**tender.content, "secrets": {f"file:{row.id}": "Drawings."}}
        worlds_judging.decided(made)

        with pytest.raises(NotFound):
            publishing.tender_file(tender, row.id, made.provider(0).mandate)
        (seen,) = [
            each
            for each in publishing.seen_tenders(made.competition, made.provider(0).mandate)
            if each.tender == tender
        ]
        assert seen.content["files"] == [{"id": str(row.id), "name": None, "is_kept_back": True}]


# ---- requests for documents ----


@pytest.mark.rule("R87")
def test_given_a_refusal_when_it_has_no_reason_then_it_is_not_made(app: Flask) -> None:
    with opened() as made:
        row = publishing.ask_document(made.competition, "The tenders, please.", by=made.provider(0).mandate)

        with pytest.raises(RuleBroken) as refused:
            publishing.refuse_document(row, "", by=made.contest.staff.coordinator)
        assert refused.value.rule == "R87"


@pytest.mark.rule("R87")
def test_given_a_refusal_when_the_asker_wants_a_formal_decision_then_a_decision_maker_makes_it(app: Flask) -> None:
    with opened() as made:
        row = publishing.ask_document(made.competition, "The tenders, please.", by=made.provider(0).mandate)
        publishing.refuse_document(row, "They are not public yet, JulkL 7.2 §.", by=made.contest.staff.coordinator)

        publishing.ask_decision(row, by=made.provider(0).mandate)
        with pytest.raises(NotAllowed):
            publishing.decide_document(row, "No.", gives=False, by=made.contest.staff.coordinator)
        publishing.decide_document(row, "Not before the contract.", gives=False, by=made.decider)

        assert row.state is DocumentRequestState.DECIDED
        assert row.reason.startswith("They are not public yet")


def test_given_anothers_request_when_a_provider_insists_then_it_is_refused(app: Flask) -> None:
    with opened() as made:
        row = publishing.ask_document(made.competition, "The tenders, please.", by=made.provider(0).mandate)
        publishing.refuse_document(row, "Not public yet.", by=made.contest.staff.coordinator)

        with pytest.raises(NotAllowed):
            publishing.ask_decision(row, by=made.provider(1).mandate)


def test_given_an_answered_request_when_it_is_answered_again_then_it_is_refused(app: Flask) -> None:
    with opened() as made:
        row = publishing.ask_document(
            made.competition, "The record.", by=made.contest.staff.coordinator, email="kysyja@avoin.example"
        )
        publishing.give_document(row, "Sent by e-mail.", by=made.contest.staff.coordinator)

        with pytest.raises(WrongState):
            publishing.refuse_document(row, "No.", by=made.contest.staff.coordinator)


@pytest.mark.rule("R87")
def test_given_a_request_when_its_time_is_counted_then_it_is_two_weeks(app: Flask) -> None:
    made = worlds_competitions.sent_competition()
    row = publishing.ask_document(made.competition, "The call.", by=made.providers[0].mandate)

    asked = clock.helsinki_date(row.asked_at)
    assert publishing.due_on(row) == clock.next_weekday(asked + timedelta(days=14))


# ---- the register ----


@pytest.mark.rule("R88")
def test_given_opened_tenders_when_the_register_is_read_then_arrival_hash_and_origin_are_there(app: Flask) -> None:
    with opened() as made:
        found = queries.receipts_of(made.competition.id)

        assert [each.tender.supplier_id for each in found] == [each.supplier.id for each in made.contest.providers]
        due_at = made.competition.tenders_due_at
        assert due_at is not None
        assert all(each.at < due_at and len(each.content_sha256) == 64 for each in found)


@pytest.mark.rule("R52", "R88")
def test_given_sealed_tenders_when_the_register_is_read_then_it_is_empty(app: Flask) -> None:
    made = worlds_competitions.sent_competition()
    worlds_judging.tendered(made)

    assert queries.receipts_of(made.competition.id) == []
    assert queries.opened_tenders(made.competition.id) == []


def test_viewers_are_told_apart(app: Flask) -> None:
    with opened(("60.00", "80.00")) as made:
        viewer = publishing.viewer_of
        outsider = worlds_dps.provider("Toinen Oy")

        assert viewer(made.competition, made.provider(0).mandate, made.tenders[0]) is Viewer.OWNER
        assert viewer(made.competition, made.provider(0).mandate, made.tenders[1]) is Viewer.PARTY
        assert viewer(made.competition, made.provider(2).mandate) is Viewer.INVITED
        assert viewer(made.competition, outsider.mandate) is Viewer.OTHER_SUPPLIER
        assert viewer(made.competition, made.contest.staff.coordinator) is Viewer.PREPARER
        assert viewer(made.competition, made.evaluator) is Viewer.COMMITTEE
        assert viewer(made.competition, None) is Viewer.PUBLIC
        assert queries.opened_tender(uuid.uuid4()) is None
