"""Inviting: everybody who is admitted at that moment, with the full time, after four eyes (R35-R39)."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from core import clock
from core.db import db
from core.errors import DomainError, WrongState
from core.mail.models import Mail
from dps.competitions import eligibility, queries, rules
from dps.competitions import queries_preparing as asked
from dps.competitions.eligibility import Standing
from dps.competitions.models import Competition, CompetitionState, DocumentsVersion, Invitation, InvitationBasis
from dps.competitions.service import inviting
from dps.decisions import service as decisions
from dps.decisions.models import Decision
from dps.qualification.models import CheckResult, MatterKind
from dps.qualification.service import standing
from dps.systems import service as systems
from dps.systems.models import LegalMode, OrderingRule
from tests import worlds_competitions, worlds_dps
from tests.worlds_competitions import Contest


def suppliers_of(competition: Competition) -> set[uuid.UUID]:
    return {each.supplier_id for each in queries.invitations_of(competition.id)}


def templates_to(contest: Contest, place: int) -> list[str]:
    address = contest.providers[place].supplier.emails[0]
    return list(db.session.scalars(select(Mail.template).where(Mail.to_address == address).order_by(Mail.id)))


def refused(act: Callable[[], Any]) -> DomainError:
    with pytest.raises(DomainError) as caught:
        act()
    return caught.value


@pytest.mark.rule("R35")
def test_everybody_who_is_admitted_is_invited_at_one_moment_and_nobody_else(app: Flask) -> None:
    staff = worlds_dps.staff()
    category = worlds_competitions.open_category(staff, legal_mode=LegalMode.ANNEX_E_DPS_LIKE)
    paused, applicant = worlds_dps.provider("Tauko Oy"), worlds_dps.provider("Hakija Oy")
    qualification = worlds_dps.admitted(category, paused, staff)
    matter = standing.request_matter(qualification, MatterKind.SUSPENSION_REQUESTED, "Vuosiloma.", by=paused.mandate)
    decisions.sign(standing.propose_matter(matter, "Pyynnöstä.", by=staff.coordinator), by=staff.decider)
    worlds_dps.application(category, applicant)
    made = worlds_competitions.sent_competition(staff, category)
    invitations = queries.invitations_of(made.competition.id)
    assert {each.supplier_id for each in invitations} == {each.supplier.id for each in made.providers}
    assert {each.invited_at for each in invitations} == {made.competition.sent_at}
    assert {each.basis for each in invitations} == {InvitationBasis.ADMITTED_AT_SENDING}
    mails = asked.mails_of([each.id for each in invitations])
    assert {mail.template for rows in mails.values() for mail in rows} == {"competition_invitation"}
    assert set(mails) == {each.id for each in invitations}


def test_a_sent_competition_has_its_first_version_and_a_key(app: Flask) -> None:
    made = worlds_competitions.sent_competition(suppliers=1)
    version = asked.version(made.competition.id, 1)
    assert version is not None
    assert version.content["criteria"][0]["weight"] == "40.00"
    assert made.competition.public_key is not None
    assert made.competition.state is CompetitionState.SENT
    again = refused(
        lambda: inviting.send(made.competition, made.competition.tenders_due_at or clock.now(), by=made.sender)
    )
    assert isinstance(again, WrongState)


def test_the_one_who_prepared_it_does_not_send_it(app: Flask) -> None:
    made = worlds_competitions.contest(suppliers=1)
    due_at = worlds_competitions.earliest_due(made.competition)
    error = refused(lambda: inviting.send(made.competition, due_at, by=made.staff.coordinator))
    assert error.rule == "four-eyes"
    inviting.send(made.competition, due_at, by=made.staff.decider)


@pytest.mark.rule("R35")
def test_an_invitation_to_nobody_is_refused(app: Flask) -> None:
    made = worlds_competitions.contest(suppliers=0)
    due_at = worlds_competitions.earliest_due(made.competition)
    assert refused(lambda: inviting.send(made.competition, due_at, by=made.sender)).rule == "R35"


# ---- time (R37, R38) ----


@pytest.mark.rule("R37", "R89", "R90")
@pytest.mark.parametrize(
    ("sent_on", "last"),
    [
        (date(2026, 6, 11), date(2026, 6, 22)),
        (date(2026, 6, 9), date(2026, 6, 22)),
        (date(2026, 9, 1), date(2026, 9, 11)),
    ],
)
def test_the_least_time_is_ten_full_days_and_ends_on_a_weekday(sent_on: date, last: date) -> None:
    assert rules.earliest_due(LegalMode.DPS_STRICT, sent_on) == clock.end_of_day(last)


@pytest.mark.rule("R37", "R93")
@pytest.mark.parametrize(
    ("mode", "days"), [(LegalMode.DPS_STRICT, 10), (LegalMode.ANNEX_E_DPS_LIKE, 7), (LegalMode.SMALL_PURCHASE, 3)]
)
def test_a_minute_less_than_the_least_time_is_refused(app: Flask, mode: LegalMode, days: int) -> None:
    changes: dict[str, Any] = {"legal_mode": mode}
    staff = worlds_dps.staff()
    if mode is LegalMode.SMALL_PURCHASE:
        changes["system"] = worlds_dps.system_details(estimated_value=Decimal("50000.00"))
    category = worlds_competitions.open_category(staff, **changes)
    made = worlds_competitions.contest(staff, category, suppliers=1)
    earliest = worlds_competitions.earliest_due(made.competition)
    assert (clock.helsinki_date(earliest) - clock.helsinki_date(clock.now())).days >= days
    error = refused(lambda: inviting.send(made.competition, earliest - timedelta(minutes=1), by=made.sender))
    assert (error.rule, error.field) == ("R37", "due_on")
    inviting.send(made.competition, earliest, by=made.sender)


def shorter(made: Contest) -> datetime:
    return worlds_competitions.earliest_due(made.competition) - timedelta(days=4)


@pytest.mark.rule("R38")
def test_a_shorter_time_needs_the_consent_of_every_candidate(app: Flask) -> None:
    made = worlds_competitions.contest(suppliers=2)
    due_at = shorter(made)
    inviting.ask_time_consent(made.competition, due_at, by=made.staff.coordinator)
    consents = asked.consents_to(made.competition.id, due_at)
    first, second = (consents[each.supplier.id] for each in made.providers)
    inviting.answer_time_consent(first, True, by=made.providers[0].mandate)
    error = refused(lambda: inviting.send(made.competition, due_at, by=made.sender))
    assert error.rule == "R38"
    assert "Palvelu 2 Oy" in str(error.message)
    assert "Palvelu 1 Oy" not in str(error.message)
    inviting.answer_time_consent(second, True, by=made.providers[1].mandate)
    inviting.send(made.competition, due_at, by=made.sender)
    assert made.competition.tenders_due_at == due_at


@pytest.mark.rule("R38")
def test_one_no_or_another_day_or_a_newcomer_leaves_the_ordinary_time(app: Flask) -> None:
    made = worlds_competitions.contest(suppliers=1)
    due_at = shorter(made)
    inviting.ask_time_consent(made.competition, due_at, by=made.staff.coordinator)
    consent = asked.consents_to(made.competition.id, due_at)[made.providers[0].supplier.id]
    inviting.answer_time_consent(consent, True, by=made.providers[0].mandate)
    earlier = due_at - timedelta(hours=1)
    assert refused(lambda: inviting.send(made.competition, earlier, by=made.sender)).rule == "R37"
    worlds_dps.admitted(made.category, worlds_dps.provider("Uusi Oy"), made.staff)
    assert refused(lambda: inviting.send(made.competition, due_at, by=made.sender)).rule == "R38"
    with pytest.raises(WrongState):
        inviting.answer_time_consent(consent, False, by=made.providers[0].mandate)


# ---- closed, or undecided applications (R39, R25, R19) ----


@pytest.mark.rule("R39", "R19")
def test_while_the_system_is_closed_nothing_is_sent(app: Flask) -> None:
    made = worlds_competitions.contest(suppliers=1)
    systems.close(made.category.system, by=made.staff.coordinator)
    due_at = worlds_competitions.earliest_due(made.competition)
    assert refused(lambda: inviting.send(made.competition, due_at, by=made.sender)).rule == "R39"
    systems.reopen(made.category.system, by=made.staff.coordinator)
    inviting.send(made.competition, due_at, by=made.sender)


@pytest.mark.rule("R39", "R25")
def test_while_applications_of_the_evaluation_period_are_undecided_nothing_is_sent(app: Flask) -> None:
    staff = worlds_dps.staff()
    category = worlds_competitions.open_category(staff, system=worlds_dps.system_details(evaluation_period_days=60))
    made = worlds_competitions.contest(staff, category, suppliers=1)
    late = worlds_dps.proposed(category, worlds_dps.provider("Hakija Oy"), staff)
    due_at = worlds_competitions.earliest_due(made.competition)
    assert refused(lambda: inviting.send(made.competition, due_at, by=made.sender)).rule == "R39"
    decisions.sign(late, by=staff.decider)
    inviting.send(made.competition, due_at, by=made.sender)
    assert len(suppliers_of(made.competition)) == 2


# ---- admitted during the time for tenders (R36) ----


@pytest.mark.rule("R36")
def test_a_newcomer_is_told_what_runs_where_the_documents_do_not_let_it_in(app: Flask) -> None:
    made = worlds_competitions.sent_competition(suppliers=1)
    newcomer = worlds_dps.provider("Uusi Oy")
    worlds_dps.admitted(made.category, newcomer, made.staff)
    assert newcomer.supplier.id not in suppliers_of(made.competition)
    found = eligibility.of(made.competition, newcomer.supplier.id)
    assert found.code is Standing.ADMITTED_AFTER_SENDING
    address = newcomer.supplier.emails[0]
    mails = db.session.scalars(select(Mail).where(Mail.to_address == address, Mail.template == "competitions_running"))
    assert len(list(mails)) == 1


@pytest.mark.rule("R36")
def test_a_newcomer_is_invited_where_the_documents_say_so_and_all_get_the_full_time(app: Flask) -> None:
    made = worlds_competitions.sent_competition(suppliers=1, invites_later_admitted=True)
    competition, before = made.competition, made.competition.tenders_due_at
    with clock.at(clock.now() + timedelta(days=5)):
        newcomer = worlds_dps.provider("Uusi Oy")
        worlds_dps.admitted(made.category, newcomer, made.staff)
        earliest = worlds_competitions.earliest_due(competition)
    assert before is not None
    assert before < earliest
    assert competition.tenders_due_at == earliest
    assert competition.documents_number == 2
    invitation = queries.invitation_of(competition.id, newcomer.supplier.id)
    assert invitation is not None
    assert (invitation.basis, invitation.documents_number) == (InvitationBasis.ADMITTED_LATER, 2)
    assert templates_to(made, 0)[-1] == "competition_extended"
    assert competition.material_number == 0, "nobody has to confirm"


# ---- who may tender, and why not ----


@pytest.mark.rule("R35", "R36")
def test_everybody_is_told_exactly_why_it_may_not_tender(app: Flask) -> None:
    staff = worlds_dps.staff()
    system = worlds_dps.draft_system(
        staff.coordinator, legal_mode=LegalMode.ANNEX_E_DPS_LIKE, ordering_rule=OrderingRule.COMPETITION
    )
    other = worlds_dps.add_category(system, staff.coordinator, code="training")
    category = system.categories[0]
    worlds_dps.add_award_criteria(category, staff)
    systems.submit(system, by=staff.coordinator)
    systems.approve(system, by=staff.decider)
    worlds_dps.publish(system, staff)
    names = ("stranger", "pending", "refused", "elsewhere", "paused", "left")
    who = {name: worlds_dps.provider(f"{name} Oy") for name in names}
    worlds_dps.application(category, who["pending"])
    decisions.sign(worlds_dps.proposed(category, who["refused"], staff, CheckResult.NOT_MET), by=staff.decider)
    worlds_dps.admitted(other, who["elsewhere"], staff)
    for name, kind in (("paused", MatterKind.SUSPENSION_REQUESTED), ("left", MatterKind.WITHDRAWAL)):
        qualification = worlds_dps.admitted(category, who[name], staff)
        matter = standing.request_matter(qualification, kind, "Pyydämme.", by=who[name].mandate)
        decisions.sign(standing.propose_matter(matter, "Pyynnöstä.", by=staff.coordinator), by=staff.decider)
    made = worlds_competitions.sent_competition(staff, category, suppliers=1)
    found = {name: eligibility.of(made.competition, each.supplier.id) for name, each in who.items()}
    assert {name: str(each.code) for name, each in found.items()} == {
        "stranger": "not_admitted",
        "pending": "application_pending",
        "refused": "refused",
        "elsewhere": "admitted_elsewhere",
        "paused": "suspended",
        "left": "ended",
    }
    assert all(str(each.message) and str(each.next_step) for each in found.values())
    assert eligibility.of(made.competition, made.providers[0].supplier.id).may_tender


# ---- at the same moment ----


def at_once(app: Flask, acts: list[Callable[[], Any]]) -> list[str]:
    """Let all acts go in the same moment, each with a connection of its own; what became of each."""
    together, results = threading.Barrier(len(acts)), []

    def run(act: Callable[[], Any]) -> None:
        with app.app_context():
            together.wait()
            try:
                act()
                results.append("done")
            except DomainError as refusal:
                results.append(type(refusal).__name__)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.expire_all()
    return sorted(results)


@pytest.mark.rule("R35", "R36")
def test_who_is_admitted_at_the_moment_of_sending_is_invited_or_told_never_neither(committed_app: Flask) -> None:
    made = worlds_competitions.contest(suppliers=1)
    newcomers = [worlds_dps.provider(f"Uusi {number} Oy") for number in range(3)]
    proposals = [worlds_dps.proposed(made.category, each, made.staff).id for each in newcomers]
    due_at = worlds_competitions.earliest_due(made.competition)
    competition_id, sender, decider = made.competition.id, made.sender, made.staff.decider
    addresses = {each.supplier.id: each.supplier.emails[0] for each in newcomers}
    db.session.commit()

    def send() -> None:
        inviting.send(db.session.get_one(Competition, competition_id), due_at, by=sender)

    def sign(decision_id: uuid.UUID) -> None:
        decisions.sign(db.session.get_one(Decision, decision_id), by=decider)

    acts: list[Callable[[], Any]] = [lambda each=each: sign(each) for each in proposals]  # type: ignore[misc]
    assert at_once(committed_app, [send, *acts, send]) == ["WrongState", "done", "done", "done", "done"]
    invited = set(db.session.scalars(select(Invitation.supplier_id).where(Invitation.competition_id == competition_id)))
    told = set(db.session.scalars(select(Mail.to_address).where(Mail.template == "competitions_running")))
    for supplier_id, address in addresses.items():
        assert (supplier_id in invited) != (address in told)
    versions = db.session.scalars(select(DocumentsVersion).where(DocumentsVersion.competition_id == competition_id))
    assert len(list(versions)) == 1
