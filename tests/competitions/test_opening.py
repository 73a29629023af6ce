"""Opening: two of the committee, after the deadline, in one act; else nothing is seen (R50, R52-R57)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from nacl.exceptions import CryptoError
from sqlalchemy import select, text

from core import clock
from core.audit.models import AuditEvent
from core.db import db
from core.errors import NotAllowed, RuleBroken, WrongState
from core.files import service as files
from core.files.words import words_of
from core.identity import queries as people_queries
from core.identity.models import Role
from core.sealing import CannotOpen, unseal
from dps.competitions import queries, records, sealing, tender_queries
from dps.competitions.models import CompetitionState, Tender, TenderState
from dps.competitions.service import committee, inviting, opening, preparing, tendering
from tests import people, worlds_competitions, worlds_dps
from tests.pages import api_as, page_as
from tests.worlds_competitions import Contest
from tests.worlds_judging import written


@pytest.fixture
def made(app: Flask) -> Contest:
    """A competition with two tenders, the first with a file; its time runs."""
    contest = worlds_competitions.sent_competition()
    for place, price in enumerate(("60.00", "70.00")):
        attached = [("plan.txt", b"Our plan")] if place == 0 else []
        tendering.submit_whole(
            contest.competition, written(contest.competition, price), attached, by=contest.providers[place].mandate
        )
    return contest


@pytest.fixture
def late(made: Contest) -> Iterator[Contest]:
    """The same an hour after its deadline."""
    with clock.at(worlds_competitions.after_due(made)):
        yield made


@pytest.mark.rule("R52", "R54")
def test_given_time_that_still_runs_then_two_members_together_open_nothing(made: Contest) -> None:
    due = made.competition.tenders_due_at
    assert due is not None
    with clock.at(due - timedelta(minutes=1)):
        for member in made.members:
            with pytest.raises(WrongState) as refusal:
                opening.confirm_opening(made.competition, by=member)
            assert refusal.value.rule == "R54"
    assert made.competition.state is CompetitionState.SENT
    assert queries.opened_tenders(made.competition.id) == []


@pytest.mark.rule("R57")
def test_one_member_alone_opens_nothing_however_often(late: Contest) -> None:
    for _ in range(3):
        assert opening.confirm_opening(late.competition, by=late.members[0]) is False
    assert late.competition.state is CompetitionState.SENT
    assert opening.confirm_opening(late.competition, by=late.members[1]) is True
    assert late.competition.opened_at is not None
    assert {late.competition.first_opener_id, late.competition.second_opener_id} == {
        each.person_id for each in late.members
    }


@pytest.mark.rule("R57")
def test_the_two_act_together_or_begin_again(made: Contest) -> None:
    first = worlds_competitions.after_due(made)
    with clock.at(first):
        assert not opening.confirm_opening(made.competition, by=made.members[0])
    with clock.at(first + timedelta(minutes=31)):
        assert not opening.confirm_opening(made.competition, by=made.members[1])
    with clock.at(first + timedelta(minutes=40)):
        assert opening.confirm_opening(made.competition, by=made.members[0])


@pytest.mark.rule("R54")
def test_nobody_but_those_named_to_open_can(late: Contest, app: Flask) -> None:
    outsiders = [
        late.staff.coordinator,
        late.staff.decider,
        people.mandate(Role.OPENER, late.staff.authority),
        people.mandate(Role.OPENER, people.authority("City of Vantaa")),
        people.admin(),
        late.providers[0].mandate,
    ]
    for who in outsiders:
        with pytest.raises(NotAllowed):
            opening.confirm_opening(late.competition, by=who)
        answer = api_as(app, who).post(f"/competitions/{late.competition.id}/open", json={})
        assert answer.status_code == 403, who.role
    assert late.competition.opened_at is None


@pytest.mark.rule("R54")
def test_who_only_evaluates_or_was_taken_off_the_committee_does_not_open(app: Flask) -> None:
    contest = worlds_competitions.sent_competition()
    third, fourth = (people.mandate(Role.OPENER, contest.staff.authority) for _ in range(2))
    worlds_competitions.named(contest.competition, third, by=contest.staff.coordinator, opens=False)
    gone = worlds_competitions.named(contest.competition, fourth, by=contest.staff.coordinator)
    committee.remove_member(gone, by=contest.staff.coordinator)
    with clock.at(worlds_competitions.after_due(contest)):
        for who in (third, fourth):
            with pytest.raises(NotAllowed) as refusal:
                opening.confirm_opening(contest.competition, by=who)
            assert refusal.value.rule == "R54"


@pytest.mark.rule("R50", "R57")
def test_a_member_with_a_conflict_or_without_a_declaration_does_not_open(app: Flask) -> None:
    contest = worlds_competitions.sent_competition()
    third = people.mandate(Role.OPENER, contest.staff.authority)
    row = committee.name_member(
        contest.competition,
        people_queries.person(third.person_id),  # type: ignore[arg-type]
        opens=True,
        evaluates=False,
        by=contest.staff.coordinator,
    )
    with clock.at(worlds_competitions.after_due(contest)):
        with pytest.raises(NotAllowed) as refusal:
            opening.confirm_opening(contest.competition, by=third)
        assert refusal.value.rule == "R50"
        committee.declare_interest(row, True, by=third)
        with pytest.raises(NotAllowed) as refusal:
            opening.confirm_opening(contest.competition, by=third)
        assert refusal.value.rule == "R50"


def test_what_is_opened_is_what_was_sent_with_its_sender_and_its_files(late: Contest) -> None:
    opened(late)
    first, second = queries.opened_tenders(late.competition.id)
    assert first.supplier_id == late.providers[0].supplier.id
    assert first.submitted_by == late.providers[0].mandate.person_id
    assert first.content is not None
    assert second.content is not None
    lot = late.competition.lots[0]
    assert [
        each.content["lots"][lot.code]["prices"][lot.lines[0].code] for each in (first, second) if each.content
    ] == [
        "60.00",
        "70.00",
    ]
    (row,) = tender_queries.files_of(first.id)
    assert (row.name, row.size) == ("plan.txt", 8)
    assert row.sealed_key is not None
    assert sealing.open_file(files.get(row.store_key), sealing.kept_file_key(row.id, row.sealed_key)) == b"Our plan"
    assert all("key" not in entry for entry in first.content["files"])
    assert first.draft is None


def opened(contest: Contest) -> None:
    for member in contest.members:
        opening.confirm_opening(contest.competition, by=member)


@pytest.mark.rule("R56")
def test_the_opening_stands_in_the_trail_with_both_names_and_every_tender(late: Contest) -> None:
    opened(late)
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.type == "competition.opened")).one()
    assert {event.data["first"], event.data["second"]} == {str(each.person_id) for each in late.members}
    rows = db.session.scalars(select(AuditEvent).where(AuditEvent.type == "tender.opened")).all()
    assert {row.data["supplier"] for row in rows} == {str(late.providers[place].supplier.id) for place in (0, 1)}


@pytest.mark.rule("R56")
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE tender SET sealed = (SELECT other.sealed FROM tender other WHERE other.id <> tender.id LIMIT 1)",
        "UPDATE tender_receipt SET content_sha256 = repeat('0', 64)",
        "UPDATE tender SET supplier_mark = reverse(supplier_mark)",
    ],
)
def test_given_a_tender_tampered_with_in_the_database_then_nothing_is_opened(late: Contest, change: str) -> None:
    db.session.execute(text("ALTER TABLE tender DISABLE TRIGGER tender_submitted_in_time"))
    db.session.execute(text(change))
    db.session.expire_all()
    opening.confirm_opening(late.competition, by=late.members[0])
    with pytest.raises(RuleBroken) as refusal:
        opening.confirm_opening(late.competition, by=late.members[1])
    assert refusal.value.rule == "R56"


@pytest.mark.rule("R40")
def test_given_weights_changed_behind_the_documents_then_nothing_is_opened(late: Contest) -> None:
    db.session.execute(text("UPDATE competition_criterion SET weight = weight / 2"))
    db.session.expire_all()
    opening.confirm_opening(late.competition, by=late.members[0])
    with pytest.raises(RuleBroken) as refusal:
        opening.confirm_opening(late.competition, by=late.members[1])
    assert refusal.value.rule == "R40"


def test_an_unconfirmed_tender_stays_valid_unless_the_documents_said_otherwise(app: Flask) -> None:
    for lapses, expected in ((False, TenderState.OPENED), (True, TenderState.LAPSED)):
        contest = worlds_competitions.sent_competition(unconfirmed_lapses=lapses)
        for place, price in ((0, "60.00"), (1, "61.00")):
            tendering.submit_whole(
                contest.competition, written(contest.competition, price), [], by=contest.providers[place].mandate
            )
        db.session.execute(
            text("UPDATE competition SET material_number = 2, documents_number = 2 WHERE id = :id"),
            {"id": contest.competition.id},
        )
        db.session.execute(
            text(
                "INSERT INTO documents_version (id, version, competition_id, number, content, published_at, reason,"
                " is_material, tenders_due_at) SELECT gen_random_uuid(), 1, competition_id, 2, content, published_at,"
                " '', true, tenders_due_at FROM documents_version WHERE competition_id = :id"
            ),
            {"id": contest.competition.id},
        )
        db.session.expire_all()
        tendering.confirm(contest.competition, by=contest.providers[1].mandate)
        with clock.at(worlds_competitions.after_due(contest)):
            opened(contest)
        rows = db.session.scalars(select(Tender).where(Tender.competition_id == contest.competition.id)).all()
        assert sorted(row.state for row in rows) == sorted([TenderState.OPENED, expected])
        lapsed = [row for row in rows if row.state is TenderState.LAPSED]
        assert all(row.content is None and row.supplier_id is None for row in lapsed)
        assert len(records.lapsed_receipts(contest.competition.id)) == len(lapsed)


def test_the_record_names_times_receipts_and_people_on_the_page_in_data_and_as_pdf(late: Contest, app: Flask) -> None:
    opened(late)
    records.make_record(str(late.competition.id))
    page = page_as(app, late.members[0]).get(f"/procurement/competitions/{late.competition.id}/opening-record")
    first = queries.opened_tenders(late.competition.id)[0]
    row = page.rows()[0]
    assert row[0] == late.providers[0].supplier.name
    assert first.receipt_number in row[2]
    assert row[3] == "1"
    data = api_as(app, late.members[0]).get(f"/competitions/{late.competition.id}/opening-record").json
    assert [each["receipt_number"] for each in data["tenders"]] == [
        each.receipt_number for each in queries.opened_tenders(late.competition.id)
    ]
    assert late.competition.record is not None
    words = words_of(files.content_of(late.competition.record), "application/pdf")
    assert (first.receipt_number or "")[:12] in words.replace("\n", "")
    assert late.providers[1].supplier.name in words


# ---- the committee's own keys ----


def keyed(app: Flask) -> tuple[Contest, list[str]]:
    """A sent competition whose three members hold keys, with one tender; and the keys."""
    staff = worlds_dps.staff()
    category = worlds_competitions.open_category(staff)
    provider = worlds_dps.provider()
    worlds_dps.admitted(category, provider, staff)
    members = [people.mandate(Role.OPENER, staff.authority) for _ in range(3)]
    competition = worlds_competitions.draft_competition(category, by=staff.coordinator, has_committee_keys=True)
    for who in members:
        worlds_competitions.named(competition, who, by=staff.coordinator)
    codes = [opening.make_key(competition, by=who) for who in members]
    preparing.submit(competition, by=staff.coordinator)
    sender = people.coordinator(staff.authority)
    inviting.send(competition, worlds_competitions.earliest_due(competition), by=sender)
    tendering.submit_whole(competition, written(competition, "60.00"), [], by=provider.mandate)
    return Contest(staff, category, competition, [provider], members, sender), codes


@pytest.mark.rule("R57")
@pytest.mark.parametrize("pair", [(0, 1), (1, 0), (0, 2), (2, 0), (1, 2), (2, 1)])
def test_any_two_of_three_keys_open_so_that_a_lost_one_does_no_harm(app: Flask, pair: tuple[int, int]) -> None:
    contest, codes = keyed(app)
    with clock.at(worlds_competitions.after_due(contest)):
        for place in pair:
            opening.confirm_opening(contest.competition, key_code=codes[place].lower(), by=contest.members[place])
    assert len(queries.opened_tenders(contest.competition.id)) == 1


@pytest.mark.rule("R57")
def test_the_server_alone_cannot_open_what_the_committee_locked(app: Flask) -> None:
    contest, codes = keyed(app)
    assert contest.competition.sealed_private_key is None
    for wrap in tender_queries.wraps_of(contest.competition.id):
        with pytest.raises(CannotOpen):
            unseal(wrap.sealed, f"competition/{contest.competition.id}")
        with pytest.raises((CannotOpen, CryptoError)):
            sealing.private_key_from_share(contest.competition, "", sealing.member_key(codes[0]))
    row = db.session.scalars(select(Tender)).one()
    assert row.draft is None


@pytest.mark.rule("R57")
def test_a_wrong_key_or_the_same_key_twice_opens_nothing(app: Flask) -> None:
    contest, codes = keyed(app)
    with clock.at(worlds_competitions.after_due(contest)):
        for code in ("", "AVOIN-ABCD", codes[1]):
            with pytest.raises(RuleBroken) as refusal:
                opening.confirm_opening(contest.competition, key_code=code, by=contest.members[0])
            assert refusal.value.field == "key_code"
        assert not opening.confirm_opening(contest.competition, key_code=codes[0], by=contest.members[0])
        with pytest.raises(RuleBroken):
            opening.confirm_opening(contest.competition, key_code=codes[0], by=contest.members[1])
    assert contest.competition.opened_at is None


def test_a_key_is_made_before_the_invitation_and_given_once_as_a_file(app: Flask) -> None:
    staff = worlds_dps.staff()
    competition = worlds_competitions.draft_competition(
        worlds_competitions.open_category(staff), by=staff.coordinator, has_committee_keys=True
    )
    member = people.mandate(Role.OPENER, staff.authority)
    row = worlds_competitions.named(competition, member, by=staff.coordinator)
    page = page_as(app, member).get(f"/procurement/competitions/{competition.id}/opening")
    form = next(each for each in page.all("form") if each.get("action", "").endswith("/committee-key"))
    tokens = {node.get("name"): node.get("value") for node in form.iter() if node.get("name")}
    words = page.visitor.client.post(form.get("action"), data=tokens).data.decode()
    code = words.strip().splitlines()[-1]
    assert bytes(sealing.member_key(code).public_key) == row.public_key


def test_the_opening_page_leads_two_people_through(late: Contest, app: Flask) -> None:
    path = f"/procurement/competitions/{late.competition.id}/opening"
    page = page_as(app, late.members[0]).get(path).press("Confirm the opening")
    assert "You have confirmed the opening. Another member confirms next." in page.messages
    page = page_as(app, late.members[1]).get(path)
    assert "With your word the tenders are opened." in page.text
    page = page.press("Open the tenders")
    assert "The tenders have been opened." in page.messages
    assert len(page.rows()) == 2
