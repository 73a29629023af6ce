"""Twenty experts at once: seats and money never go below zero, and nothing deadlocks (I7)."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

from flask import Flask

from core.db import db
from core.errors import DomainError
from dps.offerings.models import Offering, OfferingStart
from dps.systems.models import OrderingRule
from orders import service
from orders.models import Budget, ChosenBy, Need, Order
from tests import worlds_orders as worlds


def _race(app: Flask, made: worlds.World, offering: Offering, start: OfferingStart) -> list[str]:
    """Twenty needs are ordered at once; what came of each."""
    needs = [worlds.need(made).id for _ in range(20)]
    offering_id, start_id, expert = offering.id, start.id, made.expert
    db.session.remove()

    def order(need_id: uuid.UUID) -> str:
        with app.app_context():
            try:
                rows = (
                    db.session.get(Need, need_id),
                    db.session.get(Offering, offering_id),
                    db.session.get(OfferingStart, start_id),
                )
                service.place_order(*rows, chosen_by=ChosenBy.RULE, by=expert)  # type: ignore[arg-type]
                return "ordered"
            except DomainError as error:
                return type(error).__name__
            finally:
                db.session.remove()

    with ThreadPoolExecutor(20) as pool:
        return list(pool.map(order, needs))


def test_of_twenty_orders_for_the_last_five_seats_five_are_placed(committed_app: Flask) -> None:
    made = worlds.world(rule=OrderingRule.RANKING)
    offering = worlds.offering(made, seats=5)

    answers = _race(committed_app, made, offering, worlds.start_of(offering))

    assert (answers.count("ordered"), answers.count("SeatTaken")) == (5, 15)
    start = db.session.query(OfferingStart).one()
    assert (start.seats_taken, start.seats_left) == (5, 0)
    assert sorted(each.number for each in db.session.query(Order)) == [1, 2, 3, 4, 5]


def test_of_twenty_orders_for_the_money_of_seven_seven_are_placed(committed_app: Flask) -> None:
    made = worlds.world(rule=OrderingRule.RANKING, budget="7999.99")
    offering = worlds.offering(made, seats=50)

    answers = _race(committed_app, made, offering, worlds.start_of(offering))

    assert (answers.count("ordered"), answers.count("BudgetTooSmall")) == (7, 13)
    assert db.session.query(OfferingStart).one().seats_taken == 7
    assert max(each.committed for each in db.session.query(Budget)) == Decimal("7000.00")
