"""What provider, expert and clock do to an order."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select

from core import clock
from core.audit.chain import trail
from core.db import db
from core.errors import RuleBroken, WrongState
from core.jobs.models import EntryState, OutboxEntry
from core.jobs.runner import run_entry
from core.mail.models import Mail
from dps.systems.models import DeclineReason, OrderingRule
from orders import jobs, search, service
from orders.models import ChoiceAnswer, EndKind, InterruptionReason, NeedState, Order, OrderState
from tests import worlds_orders as worlds


def run_jobs(name: str) -> None:
    """Run the promised jobs of a name, as the worker would."""
    rows = select(OutboxEntry.id).where(OutboxEntry.job == name, OutboxEntry.state == EntryState.PENDING)
    for entry_id in db.session.scalars(rows).all():
        run_entry(entry_id)


def totals(made: worlds.World, order: Order) -> tuple[int, Decimal, Decimal]:
    budget = worlds.budget_of(made, order.planned_start_on)
    return order.start.seats_taken, budget.committed, budget.spent


def _chosen(made: worlds.World, need: object = None) -> Order:
    need = need or worlds.need(made)
    hits = [each.offering_id for each in search.fitting(need).hits][:5]  # type: ignore[arg-type]
    token = service.offer_choice(need, hits, by=made.expert).token  # type: ignore[arg-type]
    _choice, order = service.answer_choice(token, ChoiceAnswer.CHOSEN, option=0)
    assert order is not None
    return order


def test_every_address_of_the_supplier_gets_the_order(app: Flask) -> None:
    made = worlds.world(rule=OrderingRule.RANKING)
    offering = worlds.offering(made)
    order = worlds.order_by_rule(made)

    addresses = db.session.scalars(select(Mail.to_address).where(Mail.about_id == order.id)).all()

    assert sorted(addresses) == sorted(offering.supplier.emails)


@pytest.mark.rule("R98")
def test_a_provider_declines_only_for_a_published_reason(app: Flask) -> None:
    made = worlds.world(rule=OrderingRule.RANKING)
    worlds.offering(made)
    order = worlds.order_by_rule(made)

    with pytest.raises(RuleBroken) as refused:
        service.decline(order, DeclineReason.CONFLICT_OF_INTEREST, by=made.suppliers[0])

    assert refused.value.rule == "R98"


def test_under_ranking_a_declined_need_goes_to_the_next_by_itself(app: Flask) -> None:
    made = worlds.world(rule=OrderingRule.RANKING)
    cheap, dear = worlds.offering(made, price=Decimal("900")), worlds.offering(made, price=Decimal("950"))
    order = worlds.order_by_rule(made)
    assert order.offering_id == cheap.id

    service.decline(order, DeclineReason.NO_CAPACITY, by=worlds.provider_of(order, made))
    assert totals(made, order) == (0, 0, 0)
    run_jobs("orders.offer_next")
    run_jobs("orders.offer_next")

    orders = db.session.query(Order).order_by(Order.number).all()
    assert [each.offering_id for each in orders] == [cheap.id, dear.id]
    assert orders[1].state is OrderState.PLACED


def test_when_nobody_is_left_the_expert_is_told(app: Flask) -> None:
    made = worlds.world(rule=OrderingRule.ROTATION)
    worlds.offering(made)
    order = worlds.order_by_rule(made)
    service.decline(order, DeclineReason.NO_CAPACITY, by=made.suppliers[0])

    run_jobs("orders.offer_next")

    mail = db.session.scalars(select(Mail).where(Mail.about_id == order.need_id)).one()
    assert (mail.template, mail.to_address) == ("need_not_ordered", made.expert.email)
    assert order.need.state is NeedState.OPEN


def test_under_customers_choice_a_declined_need_waits_for_the_customer_again(app: Flask) -> None:
    made = worlds.world()
    worlds.offering(made)
    worlds.offering(made)
    order = _chosen(made)

    service.decline(order, DeclineReason.NO_CAPACITY, by=worlds.provider_of(order, made))

    assert order.need.state is NeedState.OPEN
    assert order.supplier_id not in {each.supplier_id for each in search.fitting(order.need).hits}
    assert db.session.scalars(select(Mail.template).where(Mail.about_id == order.need_id)).all() == ["order_not_taken"]
    assert _chosen(made, order.need).supplier_id != order.supplier_id


def test_an_order_lapses_right_after_its_time_and_not_before(app: Flask) -> None:
    made = worlds.world()
    worlds.offering(made)
    order = _chosen(made)

    with clock.at(order.accept_by - timedelta(seconds=5)):
        assert service.expire(order) is False
        assert totals(made, order)[0] == 1
    with clock.at(order.accept_by + timedelta(seconds=1)):
        with pytest.raises(WrongState):
            service.accept(order, by=made.suppliers[0])
        jobs.promise_expiry()
        run_jobs("orders.expire_one")
        assert service.expire(order) is False

    assert order.state is OrderState.EXPIRED
    assert totals(made, order) == (0, 0, 0)


def test_an_order_can_be_cancelled_until_it_begins_and_the_provider_is_told(app: Flask) -> None:
    made = worlds.world(rule=OrderingRule.RANKING)
    worlds.offering(made)
    order = worlds.order_by_rule(made)
    service.accept(order, by=made.suppliers[0])

    service.cancel(order, by=made.expert)

    assert (order.state, order.need.state) == (OrderState.CANCELLED, NeedState.OPEN)
    assert totals(made, order) == (0, 0, 0)
    with pytest.raises(WrongState):
        service.cancel(order, by=made.expert)
    templates = db.session.scalars(select(Mail.template).where(Mail.about_id == order.id)).all()
    assert templates.count("order_cancelled") == 2


def test_an_accepted_delivery_spends_what_was_reported_and_releases_the_rest(app: Flask) -> None:
    made = worlds.world(rule=OrderingRule.RANKING)
    worlds.offering(made)
    order = worlds.delivered(worlds.order_by_rule(made), made, amount=Decimal("733.35"))

    assert totals(made, order) == (1, 0, Decimal("733.35"))
    assert order.delivery is not None
    assert b"meetings" not in order.delivery.sealed_report


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": Decimal("1000.01")}, "amount"),
        ({"text": "Her code is 131052-308T."}, "text"),
        ({"end_kind": EndKind.INTERRUPTED}, "interruption_reason"),
        ({"interruption_reason": InterruptionReason.HEALTH}, "interruption_reason"),
    ],
)
def test_a_report_that_cannot_be_right_is_refused(app: Flask, changes: dict[str, object], field: str) -> None:
    made = worlds.world(rule=OrderingRule.RANKING)
    worlds.offering(made)
    order = worlds.order_by_rule(made)
    service.accept(order, by=made.suppliers[0])
    with clock.at(worlds.noon(order.planned_end_on)):
        service.start_service(order, order.planned_start_on, by=made.suppliers[0])

        with pytest.raises(RuleBroken) as refused:
            service.report_delivery(order, worlds.report(order, **changes), by=made.suppliers[0])

    assert refused.value.field == field


def test_given_no_money_when_the_customer_chooses_then_the_answer_is_kept_for_the_expert(app: Flask) -> None:
    made = worlds.world(budget="10.00")
    offering = worlds.offering(made)
    need = worlds.need(made)
    token = service.offer_choice(need, [offering.id], by=made.expert).token

    choice, order = service.answer_choice(token, ChoiceAnswer.CHOSEN, option=0)

    assert (choice.answer, order, need.state) == (ChoiceAnswer.CHOSEN, None, NeedState.OPEN)


def test_the_link_lasts_a_week_and_a_new_one_replaces_the_old(app: Flask) -> None:
    from orders.links import LinkOver

    made = worlds.world()
    offering = worlds.offering(made)
    need = worlds.need(made)
    old = service.offer_choice(need, [offering.id], by=made.expert)
    new = service.offer_choice(need, [offering.id], by=made.expert)

    with pytest.raises(LinkOver):
        service.answer_choice(old.token, ChoiceAnswer.TALK_FIRST)
    with clock.at(new.choice.expires_at + timedelta(seconds=1)), pytest.raises(LinkOver):
        service.answer_choice(new.token, ChoiceAnswer.TALK_FIRST)


def test_every_step_of_an_order_leaves_its_event(app: Flask) -> None:
    made = worlds.world(rule=OrderingRule.RANKING)
    worlds.offering(made)
    order = worlds.delivered(worlds.order_by_rule(made), made)

    types = [each.type for each in trail(order)]

    assert types == ["order.placed", "order.accepted", "order.started", "order.reported", "order.completed"]
