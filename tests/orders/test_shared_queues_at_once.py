"""Groups of two organisers filled by several cities at once: queues keep order and priority, the money adds up."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from core import clock
from core.audit import service as audit_service
from core.db import db
from core.errors import NotAllowed, RuleBroken, WrongState
from orders import queries as order_queries
from orders import service as orders
from orders.groups import queries, service
from orders.groups.models import EntryState, Group, LeaveReason, QueueEntry
from orders.groups.queries.swaps import SWAPPABLE
from orders.models import NOT_BOUGHT, Budget, NeedState, Order
from orders.service import answering
from tests import worlds_groups as groups
from tests import worlds_orders as worlds
from tests.orders.test_queues import _at_once


def money_adds_up(budgets: list[Budget], found: list[Group]) -> None:
    """Each budget holds its own orders, and for its groups the seats that are nobody's; nothing more."""
    for budget in budgets:
        of_it = (Order.budget_id == budget.id, Order.state.not_in(NOT_BOUGHT))
        ordered = db.session.scalar(select(func.sum(Order.price)).where(*of_it)) or Decimal(0)
        held = sum((each.seats_empty * each.price for each in found if each.budget_id == budget.id), Decimal(0))
        assert budget.committed == ordered + held
        assert budget.committed + budget.spent <= budget.amount
    for each in found:
        taken = queries.orders_of_group(each.id)
        assert each.seats_filled == len(taken)
        assert each.seats_filled + queries.offered_counts([each.id]).get(each.id, 0) <= each.seats_held
        assert each.start.seats_taken == each.seats_held
        for order in taken:
            assert order.authority_id == order.need.authority_id == order.budget.authority_id


class Scene:
    """Two authorities that each organise a group of the same category, and one that only joins."""

    def __init__(self, *, seats: int = 1, budget: str = "9000.00") -> None:
        self.made = groups.world(budget=budget)
        self.partner = worlds.partner(self.made, budget=budget)
        self.third = worlds.partner(self.made, budget=budget, name="City of Kaavi")
        self.first = groups.group(self.made, seats_max=seats, own_until=worlds.today())
        offering = worlds.offering(self.made)
        plan = groups.details(offering, seats_max=seats, own_until=worlds.today())
        self.second = service.set_up(offering.starts[0], plan, by=self.partner.coordinator)
        service.open_group(self.second, by=self.partner.coordinator)

    @property
    def groups(self) -> list[Group]:
        return [self.first, self.second]

    def expert_of(self, authority_id: uuid.UUID) -> Any:
        parties = (self.made, self.partner, self.third)
        return next(each.expert for each in parties if each.authority.id == authority_id)

    def budgets(self) -> list[Budget]:
        found = []
        for each in (self.made, self.partner, self.third):
            row = order_queries.budget(each.authority.id, self.made.category.id, self.first.start.starts_on.year)
            assert row is not None
            found.append(row)
        return found

    def join(self, who: int, where: Group | None) -> QueueEntry:
        party = (self.made, self.partner, self.third)[who]
        need = orders.state_need(self.made.category, worlds.details(), by=party.expert)
        return service.join(need, where, by=party.expert)


class SharedQueues(RuleBasedStateMachine):
    """Everything that may happen in two cities' groups, by three cities."""

    @initialize()
    def begin(self) -> None:
        self.scene = Scene(seats=2)
        self.now = clock.now()
        for who in (1, 2, 0):
            for where in self.scene.groups:
                self.scene.join(who, where)
        self.now = self.scene.first.own_until - timedelta(minutes=5)
        for where in self.scene.groups:
            with clock.at(self.now):
                offered = service.offer_seats(where, by=None)
            assert {each.authority_id for each in offered} == {where.authority_id}
        self.now += timedelta(hours=1)

    def _try(self, act: Callable[[], object]) -> None:
        with clock.at(self.now):
            try:
                act()
            except (RuleBroken, WrongState, NotAllowed):
                db.session.rollback()

    def _entries(self, *states: EntryState) -> list[QueueEntry]:
        return list(
            db.session.scalars(
                select(QueueEntry)
                .where(QueueEntry.category_id == self.scene.made.category.id, QueueEntry.state.in_(states))
                .order_by(QueueEntry.id)
            )
        )

    @rule(who=st.integers(0, 2), where=st.integers(0, 2))
    def join(self, who: int, where: int) -> None:
        self._try(lambda: self.scene.join(who, [*self.scene.groups, None][where]))

    @rule(pick=st.integers(0, 9), where=st.integers(0, 1))
    def join_another_queue(self, pick: int, where: int) -> None:
        if queued := self._entries(EntryState.WAITING):
            need = queued[pick % len(queued)].need
            by = self.scene.expert_of(need.authority_id)
            self._try(lambda: service.join(need, self.scene.groups[where], by=by))

    @rule(where=st.integers(0, 1))
    def offer(self, where: int) -> None:
        found = self.scene.groups[where]
        before = {each.id for each in self._entries(EntryState.WAITING)}
        self._try(lambda: service.offer_seats(found, by=None))
        db.session.expire_all()
        offered = [each for each in self._entries(EntryState.OFFERED) if each.id in before]
        left = [each for each in self._entries(EntryState.WAITING) if each.group_id in (found.id, None)]

        def rank(entry: QueueEntry) -> tuple[Any, ...]:
            return entry.authority_id != found.authority_id, entry.joined_at, entry.id

        taken = {each.need_id for each in offered}
        for each in offered:
            assert each.authority_id == found.authority_id or self.now > found.own_until
            assert all(rank(each) < rank(other) for other in left if other.need_id not in taken)

    @rule(pick=st.integers(0, 9), where=st.integers(0, 1))
    def take(self, pick: int, where: int) -> None:
        if queued := self._entries(EntryState.OFFERED) or self._entries(EntryState.WAITING):
            entry, wanted = queued[pick % len(queued)], self.scene.groups[where]
            by = self.scene.expert_of(entry.authority_id)
            self._try(lambda: service.take_seat(entry, customer_agrees=True, by=by, wanted=wanted))
            db.session.expire_all()
            if entry.order is not None:
                group = db.session.get_one(Group, entry.order.group_id)
                assert entry.authority_id == group.authority_id or self.now > group.own_until

    @rule(pick=st.integers(0, 9))
    def give_back(self, pick: int) -> None:
        if placed := self._entries(EntryState.PLACED):
            order = placed[pick % len(placed)].order
            assert order is not None
            self._try(lambda: answering.cancel(order, by=self.scene.expert_of(order.authority_id)))

    @rule(pick=st.integers(0, 9), other=st.integers(0, 9))
    def swap(self, pick: int, other: int) -> None:
        taken = [
            each.order for each in self._entries(EntryState.PLACED) if each.order and each.order.state in SWAPPABLE
        ]
        if len(taken) < 2:
            return
        mine, theirs = taken[pick % len(taken)], taken[other % len(taken)]
        asked = next(
            each.authority
            for each in (self.scene.made, self.scene.partner, self.scene.third)
            if each.authority.id == theirs.authority_id
        )
        wanted, by = db.session.get_one(Group, theirs.group_id), self.scene.expert_of(mine.authority_id)

        def both() -> None:
            swap = service.propose_swap(mine, wanted, asked, "Another time.", customer_agrees=True, by=by)
            answers = self.scene.expert_of(theirs.authority_id)
            service.agree_to_swap(swap, theirs, customer_agrees=True, by=answers)

        self._try(both)

    @rule(pick=st.integers(0, 9))
    def leave(self, pick: int) -> None:
        if queued := self._entries(EntryState.OFFERED, EntryState.WAITING):
            entry = queued[pick % len(queued)]
            by = self.scene.expert_of(entry.authority_id)
            self._try(lambda: service.leave_queue(entry, LeaveReason.CUSTOMER_WITHDREW, by=by))

    @rule(who=st.integers(0, 2))
    def spend_the_rest(self, who: int) -> None:
        """The money that is left goes elsewhere: a city cannot hold or pay another seat."""
        party = (self.scene.made, self.scene.partner, self.scene.third)[who]
        budget = self.scene.budgets()[who]
        amount = budget.committed + budget.spent
        self._try(
            lambda: orders.set_budget(
                party.authority, self.scene.made.category, budget.year, amount, by=party.coordinator
            )
        )

    @rule(hours=st.sampled_from([1, 20, 60]), where=st.integers(0, 1))
    def time_passes(self, hours: int, where: int) -> None:
        self.now += timedelta(hours=hours)
        for entry in self._entries(EntryState.OFFERED):
            self._try(lambda entry=entry: service.lapse_offer(entry))  # type: ignore[misc]
        self._try(lambda: service.release(self.scene.groups[where]))

    @invariant()
    def everything_adds_up(self) -> None:
        if not hasattr(self, "scene"):
            return
        db.session.expire_all()
        money_adds_up(self.scene.budgets(), self.scene.groups)
        for entry in self._entries(EntryState.PLACED):
            assert entry.need.state is NeedState.ORDERED
        for entry in self._entries(EntryState.WAITING, EntryState.OFFERED):
            assert entry.need.state is NeedState.OPEN


@pytest.mark.rule("R103", "I7")
def test_shared_queues_keep_order_priority_and_every_citys_money_whatever_happens(app: Flask) -> None:
    run_state_machine_as_test(
        SharedQueues,
        settings=settings(
            max_examples=6, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def _take(entry_id: uuid.UUID, by: Any, at: Any) -> None:
    entry = queries.entry(entry_id)
    assert entry is not None
    with clock.at(at):
        service.take_seat(entry, customer_agrees=True, by=by)


def _offer(group_id: uuid.UUID, at: Any) -> None:
    found = queries.group(group_id)
    assert found is not None
    with clock.at(at):
        service.offer_seats(found, by=None)


@pytest.mark.rule("I7")
def test_given_one_seat_and_several_cities_at_once_then_the_organisers_customer_gets_it_and_the_money_adds_up(
    committed_app: Flask,
) -> None:
    scene = Scene()
    found = scene.first
    early = [scene.join(who, found) for who in (1, 2, 1)]
    own = scene.join(0, found)
    at = found.own_until + timedelta(seconds=1)
    group_id, own_id = found.id, own.id
    taking = [(each.id, scene.expert_of(each.authority_id)) for each in [*early, own]]
    db.session.commit()
    acts: list[Callable[[], Any]] = [
        lambda row=row, by=by: _take(row, by, at)  # type: ignore[misc]
        for row, by in taking
    ]
    results = _at_once(committed_app, [*acts, lambda: _offer(group_id, at), lambda: _offer(group_id, at)])
    assert results.count("done") == 3
    assert set(results) <= {"done", "I7", "queue-order"}
    assert db.session.get_one(QueueEntry, own_id).state is EntryState.PLACED
    money_adds_up(scene.budgets(), scene.groups)
    assert audit_service.verify().faults == []


def test_given_two_organisers_and_three_cities_at_once_then_each_queue_keeps_its_order_and_nothing_deadlocks(
    committed_app: Flask,
) -> None:
    scene = Scene(seats=2)
    joined = [(scene.join(who, where), who) for who in (2, 1, 0, 2) for where in scene.groups]
    anywhere = scene.join(2, None)
    at = scene.first.own_until + timedelta(seconds=1)
    taking = [(each.id, scene.expert_of(each.authority_id)) for each, _who in joined]
    group_ids = [each.id for each in scene.groups]
    orders_of_all: list[Order] = []
    db.session.commit()
    acts: list[Callable[[], Any]] = [
        lambda row=row, by=by: _take(row, by, at)  # type: ignore[misc]
        for row, by in taking
    ]
    offers: list[Callable[[], Any]] = [lambda each=each: _offer(each, at) for each in group_ids]  # type: ignore[misc]
    results = _at_once(committed_app, [*acts, *offers])
    assert set(results) <= {"done", "I7", "queue-order", "need-state", "queue_entry-state"}
    for group_id in group_ids:
        _offer(group_id, at)
    db.session.expire_all()
    for found in scene.groups:
        line = [each for each in queries.queue_of(found) if each.group_id == found.id]
        seated = [
            each
            for each, _who in joined
            if each.group_id == found.id and (each.state is EntryState.PLACED or each.offer_id == found.id)
        ]
        ranks = sorted((each.authority_id != found.authority_id, each.joined_at, each.id) for each in seated)
        waiting = [
            (each.authority_id != found.authority_id, each.joined_at, each.id)
            for each in line
            if each.state is EntryState.WAITING
        ]
        assert len(seated) == 2
        assert all(rank < other for rank in ranks for other in waiting)
        orders_of_all += queries.orders_of_group(found.id)
    assert anywhere.state is EntryState.WAITING
    for earlier, later in pairwise(sorted(orders_of_all, key=lambda row: (str(row.authority_id), row.number))):
        assert earlier.authority_id != later.authority_id or later.number == earlier.number + 1
    money_adds_up(scene.budgets(), scene.groups)


def _cancel(order_id: uuid.UUID, by: Any) -> None:
    answering.cancel(db.session.get_one(Order, order_id), by=by)


def _swap(ids: tuple[uuid.UUID, uuid.UUID], by: Any) -> None:
    swap = queries.swap(ids[0])
    assert swap is not None
    service.agree_to_swap(swap, db.session.get_one(Order, ids[1]), customer_agrees=True, by=by)


def test_given_crossing_swaps_and_cancellations_at_once_then_nothing_deadlocks_and_the_money_adds_up(
    committed_app: Flask,
) -> None:
    scene = Scene(seats=2)
    rows = []
    for found, whos in ((scene.first, (0, 1)), (scene.second, (1, 0))):
        for who in whos:
            entry = scene.join(who, found)
            with clock.at(found.own_until + timedelta(seconds=1)):
                service.offer_seats(found, by=None)
                by = scene.expert_of(entry.authority_id)
                rows.append(service.take_seat(entry, customer_agrees=True, by=by))
    own_first, partners_first, partners_second, own_second = rows
    asked = scene.partner.authority
    swaps = [
        service.propose_swap(
            own_first, scene.second, asked, "Another time.", customer_agrees=True, by=scene.made.expert
        ),
        service.propose_swap(
            own_second, scene.first, asked, "Another place.", customer_agrees=True, by=scene.made.expert
        ),
    ]
    pairs = [(swaps[0].id, partners_second.id), (swaps[1].id, partners_first.id)]
    by, own, cancelled = scene.partner.expert, scene.made.expert, own_second.id
    db.session.commit()
    results = _at_once(
        committed_app,
        [lambda: _swap(pairs[0], by), lambda: _swap(pairs[1], by), lambda: _cancel(cancelled, own)],
    )
    assert results.count("done") >= 2
    assert all(each in ("done", "order-state", "swap-seat", "seat_swap-state") for each in results)
    money_adds_up(scene.budgets(), scene.groups)
