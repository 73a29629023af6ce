"""Somebody who should not: guessed addresses, a conflict of interest, a replayed form, an admission that ended."""

from __future__ import annotations

import uuid

import pytest
from flask import Flask
from sqlalchemy import select

from core.db import db
from core.errors import NotAllowed
from core.identity import queries as people_queries
from core.identity.mandates import Mandate
from dps.competitions import eligibility, results
from dps.competitions.models import CompetitionQuestion, TenderRequest
from dps.competitions.service import committee, inviting, tendering
from dps.decisions import service as decisions
from dps.qualification.models import MatterKind, Qualification
from dps.qualification.service import standing
from tests import people, worlds_competitions, worlds_judging
from tests.pages import page_as
from tests.worlds_competitions import Contest
from tests.worlds_judging import Opened, opened


def statuses(app: Flask, who: Mandate | None, paths: list[str]) -> dict[str, int]:
    visitor = page_as(app, who)
    return {path: visitor.fetch(path).status_code for path in paths}


def paths_of(made: Opened) -> list[str]:
    """Every page that shows a tender to those who judge."""
    base, tender = f"/procurement/competitions/{made.competition.id}", made.tenders[0]
    return [
        f"{base}/judging",
        f"{base}/comparison",
        f"{base}/opening-record",
        f"{base}/publicity",
        f"{base}/report",
        f"/procurement/tenders/{tender.id}",
        f"/procurement/tenders/{tender.id}/lots/{made.lot.code}/score",
    ]


@pytest.mark.rule("R35", "R52")
def test_a_provider_that_guesses_addresses_of_others_sees_nothing(app: Flask) -> None:
    with opened() as made:
        page = page_as(app, made.evaluator).get(f"/procurement/tenders/{made.tenders[0].id}/ask")
        page.press("Send the question", kind="completion", question="Which coach speaks Swedish?")
        asked = db.session.scalars(select(TenderRequest)).one()
        home = f"/provider/competitions/{made.competition.id}/tenders"
        guessed = [
            *paths_of(made),
            f"/provider/tender-requests/{asked.id}",
            f"/tender-requests/{asked.id}/file",
            f"{home}/{made.tenders[0].id}/files/{uuid.uuid4()}",
        ]

        found = statuses(app, made.provider(1).mandate, guessed)

        assert set(found.values()) <= {403, 404}, found
        own = page_as(app, made.provider(1).mandate).get(home).text
        assert "Palvelu 1 Oy" not in own


@pytest.mark.rule("R52", "R55")
def test_a_coordinator_off_the_committee_reads_tenders_only_once_they_are_opened(app: Flask) -> None:
    made = worlds_competitions.sent_competition()
    worlds_judging.tendered(made)
    before = f"/procurement/competitions/{made.competition.id}"
    closed = [f"{before}/{name}" for name in ("judging", "comparison", "opening-record", "publicity", "report")]
    found = statuses(app, made.staff.coordinator, [*closed, f"{before}/opening"])
    assert set(found.values()) == {403}
    with opened(made=worlds_competitions.sent_competition()) as later:
        assert statuses(app, later.contest.staff.coordinator, paths_of(later)[:1]) == {paths_of(later)[0]: 200}
        foreign = people.coordinator(people.authority("City of Helsinki"))
        assert set(statuses(app, foreign, paths_of(later)).values()) == {403}


def conflicted(made: Opened | Contest, who: Mandate) -> None:
    contest = made.contest if isinstance(made, Opened) else made
    place = contest.members.index(who)
    committee.declare_interest(contest.member(place), True, by=who)


@pytest.mark.rule("R50", "R55")
def test_an_evaluator_with_a_conflict_reads_and_scores_nothing_and_holds_nobody_up(app: Flask) -> None:
    with opened() as made:
        conflicted(made, made.contest.members[1])

        assert set(statuses(app, made.contest.members[1], paths_of(made)).values()) == {403}

        waited_for = results.board_of(made.competition).evaluators
        assert [each.person_id for each in waited_for] == [made.evaluator.person_id]


@pytest.mark.rule("R50")
def test_given_a_coordinator_who_declared_a_conflict_then_nobody_but_another_names_them_again(app: Flask) -> None:
    made = worlds_competitions.contest()
    me = people.coordinator(made.staff.authority)
    row = worlds_competitions.named(made.competition, me, by=made.staff.coordinator)
    committee.declare_interest(row, True, by=me)
    committee.remove_member(row, by=me)
    person = people_queries.person(me.person_id)
    assert person is not None

    with pytest.raises(NotAllowed) as refusal:
        committee.name_member(made.competition, person, opens=True, evaluates=True, by=me)

    assert refusal.value.rule == "R50"
    again = committee.name_member(made.competition, person, opens=True, evaluates=True, by=made.staff.coordinator)
    assert again.has_conflict is None, "asked anew"


@pytest.mark.rule("R55")
def test_a_coordinator_taken_off_the_committee_without_a_conflict_still_prepares_the_decision(app: Flask) -> None:
    contest = worlds_competitions.contest()
    me = people.coordinator(contest.staff.authority)
    row = worlds_competitions.named(contest.competition, me, by=contest.staff.coordinator, opens=False)
    inviting.send(contest.competition, worlds_competitions.earliest_due(contest.competition), by=contest.sender)
    with opened(made=contest) as made:
        committee.remove_member(row, by=contest.staff.coordinator)
        assert statuses(app, me, paths_of(made)[:1]) == {paths_of(made)[0]: 200}
        assert statuses(app, me, paths_of(made)[6:]) == {paths_of(made)[6]: 403}, "but does not judge"


def test_a_replayed_form_asks_once(app: Flask) -> None:
    made = worlds_competitions.sent_competition()
    page = page_as(app, made.providers[0].mandate)
    address = f"/provider/competitions/{made.competition.id}/ask"
    form = page.get(address)
    for _ in range(2):
        form.press("Send the question", text="Is the place fixed?")
    assert len(db.session.scalars(select(CompetitionQuestion)).all()) == 1


@pytest.mark.rule("R35")
def test_an_invited_supplier_whose_admission_ended_is_told_so_and_sends_nothing(app: Flask) -> None:
    made = worlds_competitions.sent_competition()
    one = made.providers[0]
    qualification = db.session.scalars(select(Qualification).where(Qualification.supplier_id == one.supplier.id)).one()
    matter = standing.request_matter(qualification, MatterKind.WITHDRAWAL, "Pyydämme.", by=one.mandate)
    decisions.sign(standing.propose_matter(matter, "Pyynnöstä.", by=made.staff.coordinator), by=made.staff.decider)

    found = eligibility.of(made.competition, one.supplier.id)
    page = page_as(app, one.mandate).get(f"/provider/competitions/{made.competition.id}")

    assert (str(found.code), found.may_tender, found.is_invited) == ("ended", False, True)
    assert "you cannot tender now" in page.text
    assert "Write the tender" not in page.text
    assert "How tenders are compared" in page.text, "the documents stay open to those who were invited"
    with pytest.raises(NotAllowed):
        tendering.submit_whole(made.competition, worlds_judging.written(made.competition, "70.00"), [], by=one.mandate)


@pytest.mark.rule("R52")
def test_not_even_the_administrator_is_told_who_or_how_many_have_tendered(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "SHOW_MAILS", False)  # as in production
    made = worlds_competitions.sent_competition()
    admin = page_as(app, people.admin())
    quiet = {path: admin.get(path).text for path in ("/admin/audit?type=tender", "/admin/mail?q=message")}
    worlds_judging.tendered(made)
    tendering.withdraw(made.competition, by=made.providers[0].mandate)
    for receipt in db.session.scalars(select(tendering.Receipt)):
        tendering.tell_receipt(str(receipt.id))

    assert {path: admin.get(path).text for path in quiet} == quiet
