"""Any way an order may go, in any order of acts and time: seats and money always add up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from core import clock
from core.db import db
from core.errors import RuleBroken, WrongState
from dps.offerings.models import Offering, OfferingModule, OfferingStart
from dps.systems.models import DeclineReason, OrderingRule
from orders import service
from orders.changes import service as changes
from orders.changes.models import ChangeKind, ChangeReason
from orders.changes.service import Proposal
from orders.models import DELIVERED, NOT_BOUGHT, Budget, Delivery, Need, NeedState, Order, OrderState
from orders.service.answering import HOLDING_MONEY, HOLDING_SEAT
from tests import worlds_orders as worlds

PRICE = Decimal("1000.00")


class Orders(RuleBasedStateMachine):
    """Three suppliers with few seats and little money, and everything that may happen to their orders."""

    @initialize()
    def begin(self) -> None:
        self.made = worlds.world(rule=OrderingRule.ROTATION, budget="5500.00")
        for _ in range(3):
            offering = worlds.offering(self.made, seats=2, starts_in_days=(10,), duration_days=5)
            module = OfferingModule(
                offering_id=offering.id, module_id=self.made.category.modules[0].id, price=Decimal("300.00")
            )
            db.session.add(module)
        db.session.commit()
        self.now = clock.now()
        for _ in range(4):
            worlds.order_by_rule(self.made)

    def _orders(self) -> list[Order]:
        return list(
            db.session.scalars(select(Order).where(Order.authority_id == self.made.authority.id).order_by(Order.id))
        )

    def _try(self, act: Callable[[Order], object], pick: int, *states: OrderState) -> None:
        """Do something to one of the orders, mostly where it is possible; where it is not, nothing changes."""
        orders = self._orders()
        if pick % 5:
            orders = [each for each in orders if each.state in states]
        if not orders:
            return
        with clock.at(self.now):
            try:
                act(orders[pick % len(orders)])
            except (RuleBroken, WrongState):
                db.session.rollback()

    def _provider(self, order: Order) -> worlds.Mandate:
        return worlds.provider_of(order, self.made)

    @rule(hours=st.sampled_from([1, 30, 60, 150]))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule()
    def place(self) -> None:
        with clock.at(self.now):
            try:
                worlds.order_by_rule(self.made)
            except (RuleBroken, WrongState, IndexError):
                db.session.rollback()

    @rule(pick=st.integers(0, 20))
    def accept(self, pick: int) -> None:
        self._try(lambda order: service.accept(order, by=self._provider(order)), pick, OrderState.PLACED)

    @rule(pick=st.integers(0, 20))
    def decline_and_offer_next(self, pick: int) -> None:
        def act(order: Order) -> None:
            service.decline(order, DeclineReason.NO_CAPACITY, by=self._provider(order))
            service.offer_next(order.need)

        self._try(act, pick, OrderState.PLACED)

    @rule(pick=st.integers(0, 20))
    def expire_and_offer_next(self, pick: int) -> None:
        def act(order: Order) -> None:
            if service.expire(order):
                service.offer_next(order.need)

        self._try(act, pick, OrderState.PLACED)

    @rule(pick=st.integers(0, 20))
    def cancel(self, pick: int) -> None:
        """Whatever it costs by now."""

        def act(order: Order) -> None:
            fee = service.cancel_terms(order, clock.helsinki_date(self.now)).fee
            service.cancel(order, by=self.made.expert, fee=fee)

        self._try(act, pick, OrderState.PLACED, OrderState.ACCEPTED, OrderState.SCHEDULED)

    @rule(pick=st.integers(0, 20))
    def schedule(self, pick: int) -> None:
        self._try(
            lambda order: service.schedule(order, self.now + timedelta(hours=1), "Kuopio", by=self._provider(order)),
            pick,
            OrderState.ACCEPTED,
        )

    @rule(pick=st.integers(0, 20))
    def never_came(self, pick: int) -> None:
        self._try(
            lambda order: service.report_no_show(order, [clock.helsinki_date(self.now)], by=self._provider(order)),
            pick,
            OrderState.ACCEPTED,
            OrderState.SCHEDULED,
        )

    @rule(pick=st.integers(0, 20), kind=st.sampled_from(ChangeKind), days=st.integers(0, 9), answer=st.booleans())
    def change(self, pick: int, kind: ChangeKind, days: int, answer: bool) -> None:
        """Propose an amendment; the other side agrees, or refuses."""
        today = clock.helsinki_date(self.now)

        def act(order: Order) -> None:
            asked = Proposal(
                kind=kind,
                reason=ChangeReason.CUSTOMER_ASKS,
                from_on=today,
                until_on=(order.planned_end_on if kind is ChangeKind.EXTEND else today) + timedelta(days=days),
                module="language",
            )
            before = (order.planned_start_on, order.planned_end_on, order.price)
            proposed = changes.propose(order, asked, by=self.made.expert)
            assert before == (order.planned_start_on, order.planned_end_on, order.price)
            (changes.agree if answer else changes.refuse)(proposed, by=self._provider(order))

        self._try(act, pick, OrderState.ACCEPTED, OrderState.SCHEDULED, OrderState.STARTED, OrderState.PAUSED)

    @rule(pick=st.integers(0, 20))
    def pause_ends(self, pick: int) -> None:
        self._try(service.end_pause, pick, OrderState.PAUSED)

    @rule(pick=st.integers(0, 20))
    def start(self, pick: int) -> None:
        self._try(
            lambda order: service.start_service(order, clock.helsinki_date(self.now), by=self._provider(order)),
            pick,
            OrderState.ACCEPTED,
            OrderState.SCHEDULED,
        )

    @rule(pick=st.integers(0, 20), cents=st.integers(0, 100_001))
    def report(self, pick: int, cents: int) -> None:
        def act(order: Order) -> None:
            if order.started_on is not None:
                given = worlds.report(order, ended_on=clock.helsinki_date(self.now), amount=Decimal(cents) / 100)
                service.report_delivery(order, given, by=self._provider(order))

        self._try(act, pick, OrderState.STARTED)

    @rule(pick=st.integers(0, 20))
    def return_report(self, pick: int) -> None:
        self._try(
            lambda order: service.return_report(order, "Which day?", by=self.made.expert), pick, OrderState.REPORTED
        )

    @rule(pick=st.integers(0, 20))
    def complete(self, pick: int) -> None:
        self._try(lambda order: service.accept_delivery(order, by=self.made.expert), pick, OrderState.REPORTED)

    @rule(pick=st.integers(0, 20), cents=st.integers(0, 100_000))
    def deliver(self, pick: int, cents: int) -> None:
        """The whole way at once, so that delivered orders are not rare."""
        self._try(
            lambda order: worlds.delivered(order, self.made, amount=Decimal(cents) / 100), pick, OrderState.PLACED
        )

    @invariant()
    def seats_and_money_add_up(self) -> None:
        if not hasattr(self, "made"):
            return
        db.session.expire_all()
        orders = self._orders()
        own_starts = select(OfferingStart).join(Offering).where(Offering.category_id == self.made.category.id)
        for start in db.session.scalars(own_starts):
            held = sum(each.state in HOLDING_SEAT for each in orders if each.start_id == start.id)
            assert start.seats_taken == held <= start.seats
        for budget in db.session.scalars(select(Budget).where(Budget.authority_id == self.made.authority.id)):
            own = [each for each in orders if each.budget_id == budget.id]
            assert budget.committed == sum((each.price for each in own if each.state in HOLDING_MONEY), Decimal(0))
            spent = db.session.scalar(
                select(func.coalesce(func.sum(Delivery.amount), 0))
                .join(Order, Order.id == Delivery.order_id)
                .where(Order.budget_id == budget.id, Order.state.in_(DELIVERED))
            )
            fees = sum((each.cancel_fee or Decimal(0) for each in own), Decimal(0))
            assert budget.spent == spent + fees
            assert budget.left >= 0

    @invariant()
    def no_order_ends_before_it_starts_and_its_parts_add_up(self) -> None:
        if not hasattr(self, "made"):
            return
        for order in self._orders():
            assert (order.started_on or order.planned_start_on) <= order.planned_end_on
            assert sum((Decimal(each["amount"]) for each in order.parts), Decimal(0)) == order.price

    @invariant()
    def a_need_is_ordered_exactly_while_it_has_a_live_order(self) -> None:
        if not hasattr(self, "made"):
            return
        live = {each.need_id for each in self._orders() if each.state not in NOT_BOUGHT}
        for need in db.session.scalars(select(Need).where(Need.authority_id == self.made.authority.id)):
            assert (need.state is NeedState.ORDERED) == (need.id in live)


@pytest.mark.rule("R3", "R98")
def test_seats_and_money_add_up_whatever_happens(committed_app: Flask) -> None:
    run_state_machine_as_test(
        Orders,
        settings=settings(
            max_examples=10,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
