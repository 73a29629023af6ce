"""Who was there is told by the provider; the fifth day in a row without leave is told on the same day (R100)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from core import audit, clock
from core.db import db
from core.errors import RuleBroken, WrongState
from core.mail.models import Mail
from core.sealing import unseal
from dps.systems.models import OrderingRule, ServiceType
from orders.groups import queries, rules, service
from orders.groups.models import AbsenceKind, AbsenceNotice, Attendance, AttendanceKind, Group, NoticeState
from orders.groups.service import noticing
from orders.models import Order, OrderState
from orders.service import answering, running
from tests import people
from tests import worlds_groups as groups
from tests import worlds_orders as worlds

P, L, A = AttendanceKind.PRESENT, AttendanceKind.ABSENT_WITH_LEAVE, AttendanceKind.ABSENT_WITHOUT_LEAVE
MONDAY = date(2026, 9, 7)


def _refused(rule: str, field: str | None = None) -> Any:
    return pytest.raises(RuleBroken, check=lambda error: error.rule == rule and (field is None or error.field == field))


def _course(seats: int = 1) -> tuple[worlds.World, Group, list[Order]]:
    made = groups.world()
    found = groups.group(made, seats_max=seats)
    return made, found, [groups.seat(made, found) for _ in range(seats)]


def _tell(made: worlds.World, found: Group, order: Order, kinds: Sequence[AttendanceKind], first: int = 0) -> None:
    """Tell day by day, each on its day."""
    for number, kind in enumerate(kinds, first):
        day = found.course_days[number]
        with clock.at(worlds.noon(day)):
            service.record_group_day(found, day, {order.id: kind}, by=groups.provider_of(made, found))


def _notices(order: Order) -> list[AbsenceNotice]:
    return list(db.session.scalars(select(AbsenceNotice).where(AbsenceNotice.order_id == order.id)))


def test_given_a_group_when_its_day_is_told_then_each_mark_stands_and_who_came_has_begun(app: Flask) -> None:
    made, found, (first, second) = _course(2)
    with clock.at(worlds.noon(found.first_day)):
        service.record_group_day(
            found, found.first_day, {first.id: P, second.id: L}, by=groups.provider_of(made, found)
        )
    assert queries.marks_on([first.id, second.id], found.first_day) == {first.id: P, second.id: L}
    assert (first.state, second.state) == (OrderState.STARTED, OrderState.ACCEPTED)


def test_given_a_mistake_when_corrected_then_the_trail_has_both(app: Flask) -> None:
    made, found, (order,) = _course()
    _tell(made, found, order, [A])
    _tell(made, found, order, [P])
    row = db.session.scalars(select(Attendance)).one()
    assert [(event.data["before"], event.data["after"]) for event in audit.trail(row)] == [
        (None, "absent_without_leave"),
        ("absent_without_leave", "present"),
    ]


def test_given_a_day_outside_the_course_or_to_come_then_it_is_refused_by_rule_and_field(app: Flask) -> None:
    made, found, (order,) = _course()
    provider = groups.provider_of(made, found)
    with clock.at(worlds.noon(found.first_day)):
        for day in (found.first_day - timedelta(days=1), found.last_day + timedelta(days=1)):
            with _refused("course-day", "day"):
                service.record_group_day(found, day, {order.id: P}, by=provider)
            with _refused("course-day", "day"):
                service.record_day(order, day, P, by=provider)
        with _refused("attendance-future", "day"):
            service.record_group_day(found, found.first_day + timedelta(days=1), {order.id: P}, by=provider)


def test_given_somebody_who_takes_no_part_then_the_list_is_refused(app: Flask) -> None:
    made, found, _orders = _course()
    stranger = groups.placed(made, groups.group(made))
    with clock.at(worlds.noon(found.first_day)), _refused("attendance-order", "marks"):
        service.record_group_day(found, found.first_day, {stranger.id: P}, by=groups.provider_of(made, found))


@pytest.mark.rule("R118")
def test_given_no_secrecy_undertaking_then_nobody_tells_who_was_there(app: Flask) -> None:
    made, found, (order,) = _course()
    colleague = people.mandate(groups.provider_of(made, found).role, found.supplier.organisation)
    with clock.at(worlds.noon(found.first_day)):
        with _refused("R118"):
            service.record_group_day(found, found.first_day, {order.id: P}, by=colleague)
        with _refused("R118"):
            service.record_day(order, found.first_day, P, by=colleague)


@pytest.mark.rule("R100")
def test_given_the_fifth_day_without_leave_then_the_expert_gets_one_notice_the_same_day(app: Flask) -> None:
    made, found, (order,) = _course()
    _tell(made, found, order, [P, A, A, A, A])
    assert _notices(order) == []
    _tell(made, found, order, [A], first=5)
    (notice,) = _notices(order)
    assert (notice.kind, notice.first_day) == (AbsenceKind.FIVE_DAYS, found.course_days[1])
    assert clock.helsinki_date(notice.made_at) == found.course_days[5]
    assert [each.id for each in queries.notices_for(made.expert.person_id)] == [notice.id]
    mail = db.session.scalars(select(Mail).where(Mail.template == "absence_notice")).one()
    body = unseal(mail.sealed_body, f"mail/{mail.id}").decode()
    assert order.need.customer_reference not in body + mail.subject
    _tell(made, found, order, [A, A], first=6)
    assert len(_notices(order)) == 1


@pytest.mark.rule("R100")
def test_given_a_day_with_leave_between_then_the_days_are_not_in_a_row(app: Flask) -> None:
    made, found, (order,) = _course()
    _tell(made, found, order, [A, A, A, A, L, A, A, A, A])
    assert _notices(order) == []
    _tell(made, found, order, [A], first=9)
    assert len(_notices(order)) == 1


@pytest.mark.rule("R100")
def test_given_a_correction_then_a_run_that_was_none_is_withdrawn_and_a_new_run_is_told(app: Flask) -> None:
    made, found, (order,) = _course()
    _tell(made, found, order, [A] * 5)
    _tell(made, found, order, [L], first=2)
    (notice,) = _notices(order)
    assert notice.state is NoticeState.WITHDRAWN
    _tell(made, found, order, [A], first=2)
    assert [each.state for each in sorted(_notices(order), key=lambda each: each.id)] == [
        NoticeState.WITHDRAWN,
        NoticeState.OPEN,
    ]


def test_given_days_and_marks_then_runs_are_counted_over_course_days_only() -> None:
    days = [MONDAY + timedelta(days=n) for n in (0, 1, 2, 3, 4, 7, 8)]
    absent = dict.fromkeys(days, A)
    assert [run.length for run in rules.runs(days, absent)] == [7]
    assert [run.length for run in rules.runs(days, {**absent, days[4]: P})] == [4, 2]
    assert [run.length for run in rules.runs(days, {day: A for day in days if day != days[4]})] == [4, 2]
    assert rules.runs_to_tell(days[:4], absent) == []
    assert rules.runs_to_tell(days[:5], absent) == [rules.Run(days[0], days[4], 5)]


@pytest.mark.rule("R100")
def test_given_absences_that_defeat_the_goals_then_the_provider_tells_with_a_reason(app: Flask) -> None:
    made, found, (order,) = _course()
    provider = groups.provider_of(made, found)
    with _refused("R100", "reason"):
        service.report_absences(order, " ", by=provider)
    with _refused("I8", "reason"):
        service.report_absences(order, "131052-308T", by=provider)
    notice = service.report_absences(order, "Came twice in a month.", by=provider)
    assert notice.sealed_reason is not None
    assert unseal(notice.sealed_reason, noticing.reason_purpose(notice.id)) == b"Came twice in a month."
    with pytest.raises(WrongState):
        service.report_absences(order, "Came twice in a month.", by=provider)


@pytest.mark.rule("R100")
def test_given_training_then_the_customer_is_heard_before_the_decision(app: Flask) -> None:
    made, found, (order,) = _course()
    made.category.service_type = ServiceType.LABOUR_MARKET_TRAINING
    notice = service.report_absences(order, "Came twice in a month.", by=groups.provider_of(made, found))
    with pytest.raises(WrongState, check=lambda error: error.rule == "R100"):
        service.decide(notice, True, by=made.expert)
    with _refused("R100", "heard_on"):
        service.hear(notice, worlds.today() + timedelta(days=1), by=made.expert)
    service.hear(notice, worlds.today(), by=made.expert)
    service.decide(notice, True, by=made.expert)
    assert (notice.state, notice.discontinues) == (NoticeState.DECIDED, True)
    assert queries.notices_for(made.expert.person_id) == []


def test_given_coaching_then_the_decision_needs_no_hearing(app: Flask) -> None:
    made, found, (order,) = _course()
    notice = service.report_absences(order, "Came twice in a month.", by=groups.provider_of(made, found))
    service.decide(notice, False, by=made.expert)
    assert notice.discontinues is False


@pytest.mark.rule("R100")
def test_given_a_service_for_one_customer_then_its_working_days_count(app: Flask) -> None:
    made = groups.world(rule=OrderingRule.ROTATION)
    worlds.offering(made, starts_in_days=(0,))
    order = worlds.order_by_rule(made)
    provider = worlds.provider_of(order, made)
    answering.accept(order, by=provider)
    with pytest.raises(WrongState):
        service.record_day(order, worlds.today(), P, by=provider)
    running.start_service(order, worlds.today(), by=provider)
    days = rules.working_days(worlds.today(), order.planned_end_on)
    with clock.at(worlds.noon(order.planned_end_on + timedelta(days=20))):
        with _refused("course-day", "day"):
            service.record_day(order, order.planned_end_on + timedelta(days=1), A, by=provider)
        for day in days[:5]:
            service.record_day(order, day, A, by=provider)
    assert len(_notices(order)) == 1
