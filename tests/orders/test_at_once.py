"""Everything at once on one order or one link: one act wins, seats and money stay right (I6, I7)."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from core import clock
from core.audit import service as audit_service
from core.db import db
from core.errors import DomainError
from dps.offerings.models import OfferingStart
from dps.systems.models import DeclineReason, OrderingRule
from evaluation.collecting import service as evaluation
from evaluation.collecting.models import CustomerFeedback, EnoughHelp
from orders import queries, service
from orders.models import ChoiceAnswer, Order, OrderState
from orders.service import placing
from tests import worlds_orders as worlds


def _at_once(app: Flask, acts: list[Callable[[], Any]]) -> list[str]:
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


def _order(order_id: uuid.UUID) -> Order:
    found = queries.order(order_id)
    assert found is not None
    return found


def _held(order: Order) -> tuple[int, Any, Any]:
    start = db.session.get(OfferingStart, order.start_id)
    assert start is not None
    return start.seats_taken, order.budget.committed, order.budget.spent


def test_accepting_declining_and_cancelling_at_once_end_in_one_state(committed_app: Flask) -> None:
    made = worlds.world(rule=OrderingRule.RANKING)
    worlds.offering(made)
    order = worlds.order_by_rule(made)
    order_id, price, provider, expert = order.id, order.price, worlds.provider_of(order, made), made.expert
    db.session.commit()
    results = _at_once(
        committed_app,
        [
            lambda: service.accept(_order(order_id), by=provider),
            lambda: service.accept(_order(order_id), by=provider),
            lambda: service.decline(_order(order_id), DeclineReason.NO_CAPACITY, by=provider),
            lambda: service.cancel(_order(order_id), by=expert),
            lambda: service.cancel(_order(order_id), by=expert),
        ],
    )
    found = _order(order_id)
    assert len(results) == 5
    assert found.state in (OrderState.ACCEPTED, OrderState.DECLINED, OrderState.CANCELLED)
    held = found.state is OrderState.ACCEPTED
    assert _held(found) == ((1, price, 0) if held else (0, 0, 0))
    assert audit_service.verify().faults == []


def test_a_delivery_accepted_twice_at_once_is_spent_once(committed_app: Flask) -> None:
    made = worlds.world(rule=OrderingRule.RANKING)
    worlds.offering(made, starts_in_days=(0,), duration_days=1)
    order = worlds.order_by_rule(made)
    provider, expert, order_id, price = worlds.provider_of(order, made), made.expert, order.id, order.price
    today = clock.helsinki_date(clock.now())
    service.accept(order, by=provider)
    service.start_service(order, today, by=provider)
    service.report_delivery(order, worlds.report(order, ended_on=today), by=provider)
    db.session.commit()
    results = _at_once(committed_app, [lambda: service.accept_delivery(_order(order_id), by=expert)] * 5)
    assert results == ["WrongState"] * 4 + ["done"]
    assert _held(_order(order_id)) == (1, 0, price)
    token = evaluation.renew_feedback_link(_order(order_id), by=expert)
    db.session.commit()
    given = _at_once(committed_app, [lambda: evaluation.give_feedback(token, 9, EnoughHelp.YES)] * 5)
    assert given == ["LinkOver"] * 4 + ["done"]
    assert db.session.scalar(select(func.count()).select_from(CustomerFeedback)) == 1


def test_a_link_answered_five_times_at_once_orders_once(committed_app: Flask) -> None:
    made = worlds.world()
    offering, need = worlds.offering(made), worlds.need(made)
    token = service.offer_choice(need, [offering.id], by=made.expert).token
    db.session.commit()
    results = _at_once(
        committed_app,
        [lambda: service.answer_choice(token, ChoiceAnswer.CHOSEN, option=0)] * 4
        + [lambda: service.answer_choice(token, ChoiceAnswer.NONE_FITS)],
    )
    assert results.count("done") == 1
    assert results.count("LinkOver") == 4
    assert db.session.scalar(select(func.count()).select_from(Order)) <= 1


def test_orders_by_turn_at_once_are_all_placed_and_share_the_turns(committed_app: Flask) -> None:
    made = worlds.world(rule=OrderingRule.ROTATION)
    suppliers = {worlds.offering(made, seats=9).supplier_id for _ in range(2)}
    need_ids, expert = [worlds.need(made).id for _ in range(4)], made.expert
    db.session.commit()

    def order(need_id: uuid.UUID) -> None:
        need = queries.need(need_id)
        assert need is not None
        placing.order_first(need, by=expert)

    results = _at_once(committed_app, [lambda each=each: order(each) for each in need_ids])  # type: ignore[misc]

    assert results == ["done"] * 4
    given = db.session.scalars(select(Order.supplier_id).order_by(Order.number)).all()
    assert [set(given[:2]), set(given[2:])] == [suppliers, suppliers]
