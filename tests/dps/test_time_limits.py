"""The calendar's traps: eves, Easter, midsummer, summer time, and the second before and after midnight (RULES.md J)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from core import clock
from core.audit.chain import trail
from core.db import db
from core.errors import RuleBroken
from core.mail.models import Mail
from dps.decisions import service as decisions
from dps.decisions.letters import last_day
from dps.notices.rules import first_applications_until
from dps.qualification import jobs, queries, rules, service
from dps.qualification.queries import DueFilter, Filters
from tests import people, worlds_dps
from tests import worlds_qualification as worlds
from tests.pages import page_as


def day(text: str) -> date:
    return date.fromisoformat(text)


def at(text: str, hour: int = 12, minute: int = 0, second: int = 0) -> datetime:
    return datetime.combine(day(text), time(hour, minute, second), clock.HELSINKI)


@pytest.fixture
def staff(app):
    return worlds_dps.staff()


@pytest.fixture
def provider(app):
    return worlds_dps.provider()


@pytest.mark.rule("R23", "R89", "R91")
@pytest.mark.parametrize(
    ("received", "due", "why"),
    [
        ("2026-11-27", "2026-12-11", "6 December is a Sunday"),
        ("2026-12-16", "2026-12-31", "Christmas Eve binds the authority"),
        ("2026-12-23", "2027-01-11", "Christmas, New Year and Epiphany"),
        ("2026-06-10", "2026-06-24", "Midsummer Eve binds the authority"),
        ("2026-06-18", "2026-07-02", "Midsummer Day is a Saturday"),
        ("2027-03-19", "2027-04-06", "Good Friday and Easter Monday; the clocks change on Easter Sunday"),
        ("2027-03-26", "2027-04-12", "received on Good Friday"),
        ("2027-10-22", "2027-11-05", "the clocks change on 31 October"),
    ],
)
def test_ten_working_days_of_the_authority(received, due, why):
    assert rules.decision_due(at(received)) == day(due), why


@pytest.mark.rule("R24", "R91")
def test_fifteen_working_days_in_total():
    assert rules.extended_due(rules.decision_due(at("2026-12-16"))) == day("2027-01-11")


@pytest.mark.rule("R29", "R91")
@pytest.mark.parametrize(
    ("asked", "earliest"),
    [
        ("2026-12-21", "2026-12-28"),  # neither Christmas Eve nor the holidays count for the supplier
        ("2026-12-22", "2026-12-29"),
        ("2027-03-24", "2027-03-31"),  # Good Friday, Easter
        ("2026-06-17", "2026-06-23"),  # Midsummer Eve does not count for the supplier
        ("2027-10-29", "2027-11-03"),  # the clocks change within
    ],
)
def test_the_shortest_time_to_answer_ends_on_a_working_day_of_the_supplier(asked, earliest):
    assert rules.earliest_answer(day(asked)) == day(earliest)


@pytest.mark.rule("R75", "R90")
@pytest.mark.parametrize(("sent", "last"), [("2026-12-10", "2026-12-28"), ("2027-04-17", "2027-05-03")])
def test_the_appeal_time_does_not_end_on_an_eve_or_holiday(sent, last, app):
    decision = type("Decision", (), {"signed_at": at(sent)})()

    assert last_day(decision, "R75.appeal", day(sent)) == day(last)


@pytest.mark.rule("R21", "R93")
@pytest.mark.parametrize(("sent", "until"), [("2026-06-01", "2026-07-01"), ("2026-11-25", "2026-12-28")])
def test_the_first_applications_have_thirty_full_days(sent, until):
    assert first_applications_until(at(sent)) == day(until)


@pytest.mark.rule("R92")
@pytest.mark.parametrize(("night", "hours"), [("2027-03-28", 23), ("2027-10-31", 25), ("2027-01-15", 24)])
def test_a_day_ends_at_midnight_in_helsinki_however_long_it_was(night, hours):
    length = clock.end_of_day(day(night)) - clock.start_of_day(day(night))

    assert length == timedelta(hours=hours)
    assert clock.end_of_day(day(night)).astimezone(clock.HELSINKI).time() == time(0)


@pytest.mark.rule("R89", "R92")
@pytest.mark.parametrize("night", ["2026-12-22", "2027-03-27", "2027-06-17", "2027-10-30"])
def test_an_application_one_second_before_midnight_counts_from_the_day_that_ends(night):
    before, after = at(night, 23, 59, 59), at(night, 23, 59, 59) + timedelta(seconds=1)

    assert rules.decision_due(before) == rules.decision_due(at(night))
    assert rules.decision_due(after) == rules.decision_due(at((day(night) + timedelta(days=1)).isoformat()))


@pytest.mark.rule("R22", "R23", "R92")
@pytest.mark.parametrize(
    ("moment", "due"),
    [
        (at("2026-12-22", 23, 59, 59), "2027-01-08"),
        (at("2026-12-23", 0, 0, 0), "2027-01-11"),
    ],
)
def test_an_application_received_at_the_edge_of_a_day_is_due_by_its_helsinki_day(staff, provider, moment, due):
    category = worlds_dps.open_category(staff)

    with clock.at(moment):
        application = worlds_dps.application(category, provider)

    assert application.decision_due_on == day(due)


@pytest.mark.rule("R23", "R91")
@given(st.dates(date(2024, 1, 1), date(2035, 12, 31)))
def test_limits_end_on_working_days_and_the_supplier_s_are_never_shorter(start):
    assert clock.authority_days.is_working_day(rules.decision_due(datetime.combine(start, time(12), clock.HELSINKI)))
    assert clock.supplier_days.is_working_day(rules.earliest_answer(start))
    assert rules.earliest_answer(start) >= clock.add_working_days(start, 3, clock.authority_days)


@pytest.mark.rule("R93")
def test_a_time_to_answer_holds_to_the_last_second_of_its_day(staff, provider):
    with clock.at(at("2027-03-24", 15)):
        application = worlds_dps.application(worlds_dps.open_category(staff), provider)
        question = worlds.ask(application, worlds.SKILLS, staff)
    assert question.due_at == clock.end_of_day(day("2027-03-31"))

    with clock.at(question.due_at), pytest.raises(RuleBroken) as refused:
        worlds.answer(question, provider)
    assert refused.value.rule == "R29"
    with clock.at(question.due_at - timedelta(seconds=2)):
        worlds.answer(question, provider)
    assert question.answered_at is not None


@pytest.mark.rule("R27", "R72")
def test_a_signed_decision_is_sent_the_same_day_also_shortly_before_midnight(staff, provider):
    with clock.at(at("2026-12-23", 23, 57)):
        decision = worlds_dps.proposed(worlds_dps.open_category(staff), provider, staff)
        decisions.sign(decision, by=staff.decider)
    sent = db.session.scalars(select(Mail).where(Mail.template == "decision_signed")).all()

    assert [clock.helsinki_date(each.queued_at) for each in sent] == [day("2026-12-23")] * len(provider.supplier.emails)


@pytest.fixture
def evaluating(staff):
    """A category whose system announced an evaluation period of forty days."""
    system = worlds_dps.system_details(evaluation_period_days=40)
    return worlds_dps.open_category(staff, system=system)


@pytest.mark.rule("R25")
class TestLongerEvaluation:
    def test_given_it_was_announced_then_what_arrives_in_it_is_due_by_its_end(self, evaluating, provider):
        application = worlds_dps.application(evaluating, provider)

        assert application.decision_due_on == evaluating.system.evaluation_ends_on

    def test_given_it_was_not_announced_then_the_ordinary_time_holds(self, staff, provider):
        category = worlds_dps.open_category(staff)
        application = worlds_dps.application(category, provider)

        assert application.decision_due_on == rules.decision_due(application.received_at)
        assert not queries.invitations_blocked(category)

    def test_what_arrives_after_its_end_has_the_ordinary_time(self, evaluating, provider):
        with clock.at(clock.end_of_day(evaluating.system.evaluation_ends_on)):
            application = worlds_dps.application(evaluating, provider)

        assert application.decision_due_on == rules.decision_due(application.received_at)
        assert not queries.invitations_blocked(evaluating)

    def test_given_an_undecided_application_of_it_then_nobody_is_invited_until_it_is_decided(
        self, staff, evaluating, provider
    ):
        decision = worlds_dps.proposed(evaluating, provider, staff)
        assert queries.invitations_blocked(evaluating)

        decisions.sign(decision, by=staff.decider)

        assert not queries.invitations_blocked(evaluating)

    def test_the_coordinator_s_list_says_so(self, app, staff, evaluating):
        page = page_as(app, staff.coordinator).get("/procurement/applications")

        assert "longer evaluation period" in page.text


class TestReminders:
    @pytest.fixture
    def application(self, staff, provider):
        with clock.at(at("2026-12-16")):
            return worlds_dps.application(worlds_dps.open_category(staff), provider)  # due on 31 December

    def mails(self):
        found = db.session.scalars(select(Mail).where(Mail.template.like("application_%")).order_by(Mail.id))
        return [(each.template, each.to_address) for each in found]

    def watch(self, *moments):
        for moment in moments:
            with clock.at(moment):
                jobs.watch_time()

    @pytest.mark.rule("R23")
    def test_the_handler_is_reminded_three_working_days_before_and_told_the_day_after_once_each(
        self, staff, application
    ):
        with clock.at(at("2026-12-17")):
            service.take(application, by=staff.coordinator)
        assert rules.reminder_on(day("2026-12-31")) == day("2026-12-28")

        self.watch(at("2026-12-23"), at("2026-12-27"))
        assert self.mails() == []
        self.watch(at("2026-12-28", 0, 5))
        assert len(self.mails()) == 1
        self.watch(at("2026-12-28", 15), at("2026-12-31", 23, 59))
        assert self.mails() == [("application_due_soon", staff.coordinator.email)]
        self.watch(at("2027-01-01", 0, 1), at("2027-01-04"))
        assert self.mails()[1:] == [("application_late", staff.coordinator.email)]
        assert [each.type for each in trail(application)].count("application.reminded") == 2

    def test_without_a_handler_every_coordinator_is_told(self, staff, application):
        other = people.coordinator(staff.authority)

        self.watch(at("2026-12-28"))

        assert {address for _, address in self.mails()} == {staff.coordinator.email, other.email}

    @pytest.mark.rule("R24")
    def test_an_extended_time_is_reminded_of_anew(self, staff, application):
        self.watch(at("2026-12-28"))
        with clock.at(at("2026-12-29")):
            service.extend(application, "Lisäselvitys", by=staff.coordinator)
        self.watch(at("2026-12-30"))
        assert len(self.mails()) == 1

        self.watch(at("2027-01-07"))

        assert [template for template, _ in self.mails()] == ["application_due_soon"] * 2

    def test_a_proposed_decision_that_nobody_signs_is_late_too(self, staff, application):
        with clock.at(at("2026-12-17")):
            worlds_dps.check_all(application, staff)
            service.propose(application, "Kaikki täyttyy.", by=staff.coordinator)

        self.watch(at("2027-01-01"))

        assert [template for template, _ in self.mails()] == ["application_late"]

    def test_a_decided_application_is_not_reminded_of(self, staff, application, provider):
        with clock.at(at("2026-12-17")):
            service.withdraw_application(application, by=provider.mandate)

        self.watch(at("2026-12-28"), at("2027-01-04"))

        assert self.mails() == []

    @pytest.mark.parametrize(
        ("now", "due", "is_there"),
        [
            ("2026-12-30", DueFilter.WEEK, True),
            ("2026-12-23", DueFilter.WEEK, False),
            ("2026-12-31", DueFilter.TODAY, True),
            ("2026-12-30", DueFilter.TODAY, False),
            ("2027-01-01", DueFilter.LATE, True),
            ("2026-12-31", DueFilter.LATE, False),
        ],
    )
    def test_the_list_finds_what_is_late_due_today_and_this_week(self, staff, application, now, due, is_there):
        query = queries.filtered_applications(staff.authority.id, Filters(due=due), day(now))

        assert (application in db.session.scalars(query).all()) is is_there
