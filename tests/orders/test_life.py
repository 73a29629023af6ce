"""The life of an order: who may do what, by when, and what happens if nobody does."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from core import clock
from core.db import db
from core.errors import RuleBroken, WrongState
from core.mail.models import Mail
from dps.systems.models import DeclineReason, OrderingRule
from orders import jobs, life, service
from orders.models import ORDER_TRANSITIONS, NeedState, Order, OrderState
from orders.service import following
from tests import worlds_orders as worlds
from tests.orders.test_handling import run_jobs, totals
from tests.pages import api_as, page_as, text_of

NOON = worlds.noon


def _accepted(made: worlds.World, **changes: Any) -> tuple[Order, worlds.Mandate]:
    worlds.offering(made, **changes)
    order = worlds.order_by_rule(made)
    provider = worlds.provider_of(order, made)
    service.accept(order, by=provider)
    return order, provider


def _world() -> worlds.World:
    return worlds.world(rule=OrderingRule.RANKING)


def test_every_step_names_who_may_and_every_living_state_what_it_waits_for() -> None:
    assert set(life.MAY) == set(ORDER_TRANSITIONS)
    assert set(life.WAITS) | set(life.RESTS) == set(OrderState)
    assert not set(life.WAITS) & set(life.RESTS)


def test_a_meeting_is_agreed_once_the_order_is_confirmed_and_may_be_moved(app: Flask) -> None:
    made = _world()
    order, provider = _accepted(made)
    first = NOON(order.planned_start_on)

    for wrong, field in (
        (first - timedelta(days=90), "meeting_at"),
        (NOON(order.planned_end_on + timedelta(days=1)), "meeting_at"),
    ):
        with pytest.raises(RuleBroken) as refused:
            service.schedule(order, wrong, "Tulliportinkatu 1", by=provider)
        assert refused.value.field == field
    with pytest.raises(RuleBroken) as told:
        service.schedule(order, first, "Ask for 131052-308T", by=provider)
    assert (told.value.rule, told.value.field) == ("I8", "place")
    service.schedule(order, first, "Tulliportinkatu 1", by=provider)
    service.schedule(order, first + timedelta(hours=2), "Remote", by=provider)

    assert (order.state, order.meeting_place) == (OrderState.SCHEDULED, "Remote")
    assert life.first_day(order) == order.planned_start_on


def test_double_acceptance_and_other_steps_out_of_turn_name_the_orders_state(app: Flask) -> None:
    made = _world()
    order, provider = _accepted(made)

    for act in (
        lambda: service.accept(order, by=provider),
        lambda: service.decline(order, DeclineReason.NO_CAPACITY, by=provider),
        lambda: service.report_interim(order, "Well.", by=provider),
    ):
        with pytest.raises(WrongState):
            act()
    assert order.state is OrderState.ACCEPTED


def test_a_service_does_not_begin_after_its_planned_end(app: Flask) -> None:
    made = _world()
    order, provider = _accepted(made, duration_days=5)

    with clock.at(NOON(order.planned_end_on + timedelta(days=2))), pytest.raises(RuleBroken) as refused:
        service.start_service(order, order.planned_end_on + timedelta(days=1), by=provider)

    assert (refused.value.rule, refused.value.field) == ("end-before-start", "started_on")


@pytest.mark.rule("R79", "R91")
def test_cancelling_is_free_until_three_working_days_before_and_then_costs_a_share(app: Flask) -> None:
    made = _world()
    order, _provider = _accepted(made)
    terms = service.cancel_terms(order, worlds.today())
    assert terms.fee == 0
    assert clock.working_days_between(terms.free_until, order.planned_start_on, clock.supplier_days) == 3

    with clock.at(NOON(terms.free_until + timedelta(days=1))):
        with pytest.raises(RuleBroken) as refused:
            service.cancel(order, by=made.expert)
        assert (refused.value.rule, refused.value.field) == ("R79", "fee")
        assert order.state is OrderState.ACCEPTED
        service.cancel(order, by=made.expert, fee=Decimal("200.00"))

    assert (order.state, order.cancel_fee) == (OrderState.CANCELLED, Decimal("200.00"))
    assert totals(made, order) == (0, 0, Decimal("200.00"))


@pytest.mark.rule("R79")
def test_an_order_nobody_has_confirmed_is_cancelled_free_of_charge_to_the_last_day(app: Flask) -> None:
    made = _world()
    worlds.offering(made, starts_in_days=(1,))
    order = worlds.order_by_rule(made)

    service.cancel(order, by=made.expert)

    assert (order.state, order.cancel_fee) == (OrderState.CANCELLED, None)
    assert totals(made, order) == (0, 0, 0)


def test_a_customer_who_never_came_costs_nothing_and_the_expert_is_told_at_once(app: Flask) -> None:
    made = _world()
    order, provider = _accepted(made)
    day = order.planned_start_on
    with pytest.raises(RuleBroken) as early:
        service.report_no_show(order, [worlds.today()], by=provider)
    assert early.value.rule == "no-show-time"

    with clock.at(NOON(day)):
        for days in ([], [day + timedelta(days=1)], [day - timedelta(days=1)]):
            with pytest.raises(RuleBroken) as refused:
                service.report_no_show(order, days, by=provider)
            assert (refused.value.rule, refused.value.field) == ("no-show-days", "tried_on")
        service.report_no_show(order, [day, day - timedelta(days=1)], by=provider)

    assert (order.state, order.need.state) == (OrderState.NO_SHOW, NeedState.OPEN)
    assert order.tried_on == [str(day - timedelta(days=1)), str(day)]
    assert totals(made, order) == (0, 0, 0)
    mail = db.session.scalars(select(Mail).where(Mail.template == "order_no_show", Mail.about_id == order.id)).one()
    assert mail.to_address == made.expert.email


def test_a_no_show_is_told_within_its_time_only(app: Flask) -> None:
    made = _world()
    order, provider = _accepted(made)
    last = life.no_show_until(order)

    with clock.at(NOON(last + timedelta(days=1))), pytest.raises(RuleBroken) as late:
        service.report_no_show(order, [order.planned_start_on], by=provider)

    assert late.value.rule == "no-show-time"


def test_when_no_meeting_is_agreed_in_time_then_both_are_reminded_once(app: Flask) -> None:
    made = _world()
    order, _provider = _accepted(made)
    due = life.due_on(order)
    assert due is not None

    with clock.at(NOON(due)):
        assert service.remind(order) is False
    with clock.at(NOON(due + timedelta(days=1))):
        jobs.promise_following()
        run_jobs("orders.remind_one")
        jobs.promise_following()
        run_jobs("orders.remind_one")

    sent = db.session.scalars(
        select(Mail.to_address).where(Mail.template == "order_waits", Mail.about_id == order.id)
    ).all()
    assert sorted(sent) == sorted([made.expert.email, *order.supplier.emails])
    assert order.reminded_in == "accepted"


def test_the_database_itself_refuses_states_that_cannot_be(app: Flask) -> None:
    made = _world()
    order, _provider = _accepted(made)

    for values in (
        "state = 'scheduled'",
        "state = 'paused', started_on = planned_start_on",
        "state = 'no_show', closed_at = now()",
        "cancel_fee = 1",
        "state = 'started'",
    ):
        with pytest.raises(IntegrityError), db.session.begin_nested():
            db.session.execute(db.text(f'UPDATE "order" SET {values} WHERE id = :id'), {"id": order.id})


# ---- the plan's rhythm ----


@pytest.mark.rule("R99")
def test_a_service_under_way_shows_the_next_review_and_wants_an_interim_report_before_it(app: Flask) -> None:
    made = _world()
    order, provider = _accepted(made, duration_days=150)
    started = order.planned_start_on
    with clock.at(NOON(started)):
        service.start_service(order, started, by=provider)
        review = following.next_review(order, started)
    assert review == following.months_later(started, 3)
    assert following.next_review(order, review + timedelta(days=1)) == following.months_later(started, 6)
    assert following.interim_due_on(order, started) == review - timedelta(days=7)

    with clock.at(NOON(review - timedelta(days=10))):
        with pytest.raises(RuleBroken) as code:
            service.report_interim(order, "About 131052-308T.", by=provider)
        assert code.value.rule == "I8"
        service.report_interim(order, "Five meetings.", by=provider)
        service.report_interim(order, "Six meetings.", by=provider)

    reports = following.interim_reports(order)
    assert [(row.review_on, text) for row, text in reports] == [(review, "Six meetings.")]
    assert b"meetings" not in reports[0][0].sealed_text
    last = following.months_later(started, 6)
    assert following.interim_due_on(order, last) is None, "the final report comes first"


# ---- work trials ----


@pytest.fixture
def trial(app: Flask) -> tuple[worlds.World, Order, worlds.Mandate]:
    made = _world()
    made.category.has_work_trial = True
    order, provider = _accepted(made, duration_days=60)
    return made, order, provider


@pytest.mark.rule("R101")
def test_a_work_trial_begins_only_with_agreement_and_insurance(
    trial: tuple[worlds.World, Order, worlds.Mandate],
) -> None:
    made, order, provider = trial
    day = order.planned_start_on
    with clock.at(NOON(day)):
        with pytest.raises(RuleBroken) as first:
            service.start_service(order, day, by=provider)
        with pytest.raises(WrongState):
            service.confirm_insurance(order, by=made.expert)
        service.agree_trial(order, "Kahvila Kallavesi", day, day + timedelta(days=20), by=provider)
        with pytest.raises(RuleBroken) as second:
            service.start_service(order, day, by=provider)
        service.confirm_insurance(order, by=made.expert)
        service.start_service(order, day, by=provider)

    assert (first.value.rule, second.value.rule) == ("R101", "R101")
    assert order.state is OrderState.STARTED


@pytest.mark.rule("R101")
def test_a_work_trial_lasts_six_months_at_most(trial: tuple[worlds.World, Order, worlds.Mandate]) -> None:
    _made, order, provider = trial
    today = worlds.today()
    order.planned_end_on = order.planned_start_on + timedelta(days=200)

    for agreed_on, ends_on, field in (
        (today, following.longest_trial_end(order.planned_start_on) + timedelta(days=1), "ends_on"),
        (today + timedelta(days=1), today + timedelta(days=2), "agreed_on"),
    ):
        with pytest.raises(RuleBroken) as refused:
            service.agree_trial(order, "Kahvila", agreed_on, ends_on, by=provider)
        assert (refused.value.rule, refused.value.field) == ("R101", field)


def test_the_longest_trial_ends_the_day_before_the_same_day_six_months_later() -> None:
    assert following.longest_trial_end(date(2026, 8, 31)) == date(2027, 2, 27)


def test_a_late_start_is_shown(app: Flask) -> None:
    made = _world()
    order, provider = _accepted(made)
    assert not life.starts_late(order)

    late = life.start_late_after(order) + timedelta(days=1)
    service.schedule(order, datetime.combine(late, datetime.min.time(), clock.HELSINKI), "Kuopio", by=provider)

    assert life.starts_late(order)


# ---- pages and desks ----


def test_the_desks_show_what_each_side_has_to_do_next(app: Flask) -> None:
    made = _world()
    order, provider = _accepted(made, duration_days=150)
    due = life.due_on(order)
    assert due is not None

    def desk_on(day: date, of: worlds.Mandate) -> str:
        with clock.at(NOON(day)):
            return page_as(app, of).get("/provider" if of is provider else "/expert").text

    assert "agree the first meeting" in desk_on(worlds.today(), provider)
    late = due + timedelta(days=1)
    with clock.at(NOON(late)):
        service.remind(order)
    assert "no first meeting has been agreed" in desk_on(late, made.expert)
    with clock.at(NOON(order.planned_start_on)):
        service.start_service(order, order.planned_start_on, by=provider)
    before_review = following.months_later(order.planned_start_on, 3) - timedelta(days=9)
    assert "interim report" in desk_on(before_review, provider)
    assert "plan is reviewed" in desk_on(before_review, made.expert)
    with clock.at(NOON(before_review)):
        service.report_interim(order, "Ten meetings.", by=provider)
    assert "interim report" not in desk_on(before_review, provider)
    assert "ends soon" in desk_on(order.planned_end_on - timedelta(days=3), made.expert)
    assert "the final report is late" in desk_on(life.report_due_on(order) + timedelta(days=1), made.expert)


def test_the_provider_schedules_and_tells_of_a_no_show_on_the_page(app: Flask) -> None:
    made = _world()
    order, provider = _accepted(made)
    page = page_as(app, provider).get(f"/provider/orders/{order.id}")
    assert "agrees the first meeting" in page.text
    page = page.press("Save the meeting", meeting_at=str(order.planned_start_on), time="09:00", place="Puijonkatu 2")
    assert "Puijonkatu 2" in text_of(page.root)

    with clock.at(NOON(order.planned_start_on)):
        page = page_as(app, provider).get(f"/provider/orders/{order.id}")
        page = page.press("The customer did not come", tried_on=str(order.planned_start_on))
    assert "nothing is paid" in page.text
    db.session.refresh(order)
    assert order.state is OrderState.NO_SHOW


def test_the_price_of_cancelling_is_shown_before_the_click(app: Flask) -> None:
    made = _world()
    order, _provider = _accepted(made)
    midnight = clock.end_of_day(service.cancel_terms(order, worlds.today()).free_until)
    with clock.at(midnight - timedelta(minutes=30)):
        page = page_as(app, made.expert).get(f"/expert/orders/{order.id}")
    assert "Cancelling is free until" in page.text

    with clock.at(midnight + timedelta(minutes=30)):
        assert "Cancelling costs" in " ".join(page.press("Cancel the order").messages)
        page = page_as(app, made.expert).get(f"/expert/orders/{order.id}")
        assert "Cancelling costs" in page.text
        page.press("Cancel the order")

    db.session.refresh(order)
    assert order.cancel_fee == Decimal("200.00")


def test_the_same_steps_by_the_api(app: Flask) -> None:
    made = _world()
    order, provider = _accepted(made)
    expert, supplier = api_as(app, made.expert), api_as(app, provider)
    path = f"/orders/{order.id}"
    moment = NOON(order.planned_start_on).isoformat()

    scheduled = supplier.post(f"{path}/schedule", {"meeting_at": moment, "place": "Kuopio"})
    assert (scheduled.status_code, scheduled.get_json()["state"]) == (200, "scheduled"), scheduled.data
    assert expert.get(f"{path}/cancellation").get_json()["fee"] == "0.00"
    early = supplier.post(f"{path}/no-show", {"tried_on": [str(worlds.today())]})
    assert (early.status_code, early.get_json()["rule"]) == (422, "no-show-time")
    with clock.at(NOON(order.planned_start_on)):
        assert api_as(app, made.expert).post(f"{path}/cancel").get_json()["rule"] == "R79"
        missed = api_as(app, provider).post(f"{path}/no-show", {"tried_on": [str(order.planned_start_on)]})
    assert missed.get_json()["state"] == "no_show", missed.data
