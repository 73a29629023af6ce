"""Queues keep order and priority, whatever happens at once; a waiting list moves up by itself (I7)."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from core import clock
from core.audit import service as audit_service
from core.db import db
from core.errors import DomainError, NotAllowed, RuleBroken, WrongState
from core.jobs.models import OutboxEntry
from core.mail.models import Mail
from dps.offerings.models import Offering, OfferingStart
from dps.systems.models import DeclineReason, OrderingRule
from orders import search
from orders import service as orders
from orders.groups import queries, rules, seats, service
from orders.groups.models import EntryState, Group, LeaveReason, QueueEntry
from orders.groups.rules import GroupMisfit, InLine
from orders.groups.service import queueing
from orders.models import AgeBand, ChosenBy, NeedState, OrderState
from orders.service import answering
from orders.service.placing import OFFER_NEXT
from tests import worlds_groups as groups
from tests import worlds_orders as worlds

OWN, PARTNER, OTHER = uuid.UUID(int=1), uuid.UUID(int=2), uuid.UUID(int=3)
WINDOW = datetime(2026, 9, 1, 12, tzinfo=clock.UTC)


def _refused(rule: str, field: str | None = None) -> Any:
    return pytest.raises(RuleBroken, check=lambda error: error.rule == rule and (field is None or error.field == field))


def _waiting(number: int, party: uuid.UUID, minutes: int) -> InLine:
    return InLine(
        entry_id=uuid.UUID(int=number),
        authority_id=party,
        joined_at=WINDOW - timedelta(days=9) + timedelta(0, 60 * minutes),
    )


def test_given_the_window_then_only_the_organisers_customers_are_next_and_afterwards_they_stay_first() -> None:
    queue = [_waiting(1, PARTNER, 0), _waiting(2, OWN, 5), _waiting(3, OTHER, 3), _waiting(4, OWN, 4)]
    assert [each.entry_id.int for each in rules.line(queue, OWN, WINDOW, WINDOW)] == [4, 2]
    assert [each.entry_id.int for each in rules.line(queue, OWN, WINDOW + timedelta(0, 1), WINDOW)] == [4, 2, 1, 3]
    assert rules.line([queue[0]], OWN, WINDOW, WINDOW) == []


@given(
    st.lists(st.tuples(st.sampled_from([OWN, PARTNER, OTHER]), st.integers(0, 50)), max_size=12),
    st.sampled_from([-1, 0, 1]),
    st.randoms(use_true_random=False),
)
@settings(max_examples=60, deadline=None)
def test_the_line_depends_on_party_and_time_only(queue: list[tuple[uuid.UUID, int]], past: int, chance: Any) -> None:
    entries = [_waiting(number, party, minutes) for number, (party, minutes) in enumerate(queue)]
    now = WINDOW + timedelta(seconds=past)
    line = rules.line(entries, OWN, now, WINDOW)
    shuffled = list(entries)
    chance.shuffle(shuffled)
    assert rules.line(shuffled, OWN, now, WINDOW) == line
    assert {each.authority_id for each in line} <= ({OWN} if past <= 0 else {OWN, PARTNER, OTHER})
    for earlier, later in pairwise(line):
        if (earlier.authority_id == OWN) == (later.authority_id == OWN):
            assert earlier.joined_at <= later.joined_at
        else:
            assert earlier.authority_id == OWN


def test_given_free_seats_then_those_first_in_line_are_offered_them_and_their_expert_is_told(app: Flask) -> None:
    made = groups.world()
    found = groups.group(made, seats_max=2)
    first, second, third = (groups.waiting(made, found) for _ in range(3))
    assert {each.id for each in service.offer_seats(found, by=None)} == {first.id, second.id}
    assert service.offer_seats(found, by=None) == []
    assert third.state is EntryState.WAITING
    assert db.session.query(Mail).filter_by(template="seat_offered").count() == 2


def test_given_a_seat_kept_for_another_then_who_waits_longer_behind_cannot_take_it(app: Flask) -> None:
    made = groups.world()
    found = groups.group(made, seats_max=1)
    first, second = groups.waiting(made, found), groups.waiting(made, found)
    with _refused("queue-order", "group"):
        service.take_seat(second, customer_agrees=True, by=made.expert)
    service.offer_seats(found, by=None)
    with _refused("I7", "group"):
        service.take_seat(second, customer_agrees=True, by=made.expert)
    assert service.take_seat(first, customer_agrees=True, by=made.expert).group_id == found.id


@pytest.mark.parametrize("ending", ["decline", "expire", "cancel", "no_show"])
def test_given_an_order_that_comes_to_nothing_then_the_waiting_list_moves_up_by_itself(app: Flask, ending: str) -> None:
    made = groups.world(rule=OrderingRule.RANKING)
    found = groups.group(made, seats_max=1, release_on=worlds.today() + timedelta(days=10))
    order, second = groups.placed(made, found), groups.waiting(made, found)
    provider = groups.provider_of(made, found)
    if ending == "decline":
        answering.decline(order, DeclineReason.NO_CAPACITY, by=provider)
    elif ending == "expire":
        with clock.at(order.accept_by + timedelta(minutes=1)):
            answering.expire(order)
    elif ending == "cancel":
        answering.cancel(order, by=made.expert)
    else:
        answering.accept(order, by=provider)
        with clock.at(worlds.noon(order.planned_start_on)):
            answering.report_no_show(order, [order.planned_start_on], by=provider)
    db.session.expire_all()
    assert order.state in (OrderState.DECLINED, OrderState.EXPIRED, OrderState.CANCELLED, OrderState.NO_SHOW)
    promised = db.session.scalars(select(OutboxEntry).where(OutboxEntry.job == seats.OFFER_SEATS)).all()
    assert any(each.key and each.key.endswith(str(order.id)) for each in promised)
    elsewhere = select(OutboxEntry).where(OutboxEntry.job == OFFER_NEXT)  # the customer was picked for a group
    assert db.session.scalars(elsewhere).all() == []
    assert [each.id for each in service.offer_seats(found, by=None)] == [second.id]
    assert (found.seats_filled, found.seats_held, found.start.seats_taken) == (0, 1, 1)
    assert found.budget.committed == Decimal("1000.00")


def test_given_an_offer_that_nobody_takes_in_time_then_it_goes_to_the_next(app: Flask) -> None:
    made = groups.world()
    found = groups.group(made, seats_max=1)
    first, second = groups.waiting(made, found), groups.waiting(made, found)
    service.offer_seats(found, by=None)
    assert not service.lapse_offer(first)
    assert first.offered_until is not None
    with clock.at(first.offered_until + timedelta(seconds=1)):
        with pytest.raises(WrongState):
            service.take_seat(first, customer_agrees=True, by=made.expert)
        db.session.expire_all()
        assert service.lapse_offer(first)
        assert first.leave_reason is LeaveReason.OFFER_LAPSED
        assert [each.id for each in service.offer_seats(found, by=None)] == [second.id]


def test_given_several_queues_when_placed_then_the_customer_leaves_the_others(app: Flask) -> None:
    made = groups.world()
    found, other = groups.group(made), groups.group(made)
    need = worlds.need(made)
    here, there, anywhere = (service.join(need, each, by=made.expert) for each in (found, other, None))
    service.offer_seats(found, by=None)
    order = service.take_seat(here, customer_agrees=True, by=made.expert)
    assert (here.state, here.order_id) == (EntryState.PLACED, order.id)
    assert [each.leave_reason for each in (there, anywhere)] == [LeaveReason.PLACED_ELSEWHERE] * 2


def test_given_a_service_ordered_otherwise_or_a_closed_need_then_the_queues_are_left(app: Flask) -> None:
    made = groups.world(rule=OrderingRule.ROTATION)
    worlds.offering(made)
    found = groups.group(made)
    need, closed = worlds.need(made), worlds.need(made)
    entries = [service.join(each, found, by=made.expert) for each in (need, closed)]
    hit = search.fitting(need).hits[0]
    offering, start = db.session.get_one(Offering, hit.offering_id), db.session.get_one(OfferingStart, hit.start_id)
    orders.place_order(need, offering, start, chosen_by=ChosenBy.RULE, by=made.expert)
    orders.close_need(closed, by=made.expert)
    assert [each.leave_reason for each in entries] == [LeaveReason.PLACED_ELSEWHERE, LeaveReason.NEED_CLOSED]


def test_given_the_queue_of_a_category_then_any_fitting_group_offers_its_seat(app: Flask) -> None:
    made = groups.world()
    entry = groups.waiting(made, None)
    found = groups.group(made)
    service.offer_seats(found, by=None)
    assert (entry.state, entry.offer_id) == (EntryState.OFFERED, found.id)
    order = service.take_seat(entry, customer_agrees=True, by=made.expert)
    assert entry.order_id == order.id


@pytest.mark.rule("R3")
def test_given_customers_choice_then_a_seat_is_ordered_only_when_the_customer_chose_it(app: Flask) -> None:
    made = groups.world()
    found = groups.group(made)
    entry = groups.waiting(made, found)
    with _refused("R3", "customer_agrees"):
        service.take_seat(entry, customer_agrees=False, by=made.expert)
    assert service.take_seat(entry, customer_agrees=True, by=made.expert).chosen_by is ChosenBy.CUSTOMER


@pytest.mark.rule("R102")
def test_given_another_language_then_the_group_is_no_group_for_the_customer(app: Flask) -> None:
    made = groups.world()
    found = groups.group(made)
    with _refused("R102", "languages"):
        groups.waiting(made, found, languages=["fi", "ar"])
    entry = groups.waiting(made, None, languages=["ar"])
    assert service.offer_seats(found, by=None) == []
    with _refused("R102", "languages"):
        service.take_seat(entry, customer_agrees=True, by=made.expert, wanted=found)
    assert groups.waiting(made, found, languages=["sv"]).state is EntryState.WAITING


@pytest.mark.parametrize(
    ("changes", "misfit"),
    [
        ({"place": "Siilinjärvi"}, GroupMisfit.PLACE),
        ({"modules": ["language"]}, GroupMisfit.MODULE),
        ({"latest_start": worlds.FAR.replace(year=2020)}, GroupMisfit.TOO_LATE),
        ({"age_band": AgeBand.UNDER_25}, GroupMisfit.BANDS),
    ],
)
def test_given_a_customer_whom_the_group_does_not_fit_then_it_says_why(
    app: Flask, changes: dict[str, Any], misfit: GroupMisfit
) -> None:
    made = groups.world()
    found = groups.group(made, age_bands=[AgeBand.FROM_25_TO_34])
    wish = queueing.wish_of(worlds.need(made))
    values = {name: getattr(value, "value", value) for name, value in changes.items()}
    if "modules" in values:
        values["modules"] = tuple(values["modules"])
    assert rules.misfit(wish, queueing.course_of(found)) is None
    assert rules.misfit(replace(wish, **values), queueing.course_of(found)) is misfit


def test_given_a_customer_in_the_queue_or_an_ordered_need_then_joining_is_refused(app: Flask) -> None:
    made = groups.world()
    found = groups.group(made)
    entry = groups.waiting(made, found)
    with _refused("queue-once", "need"):
        service.join(entry.need, found, by=made.expert)
    order = service.take_seat(entry, customer_agrees=True, by=made.expert)
    with pytest.raises(WrongState):
        service.join(order.need, None, by=made.expert)
    with pytest.raises(WrongState):
        service.leave_queue(entry, LeaveReason.CUSTOMER_WITHDREW, by=made.expert)


@pytest.mark.rule("R104")
def test_given_a_customer_without_a_home_municipality_then_they_cannot_join(app: Flask) -> None:
    made = groups.world()
    found = groups.group(made)
    need = worlds.need(made)
    need.municipality = " "
    with _refused("R104", "municipality"):
        service.join(need, found, by=made.expert)


@pytest.mark.rule("R98")
def test_given_selected_training_then_the_authority_decides_with_reasons_and_the_provider_cannot(app: Flask) -> None:
    made = groups.world()
    found = groups.group(made, needs_selection=True)
    entry, other = groups.waiting(made, found), groups.waiting(made, found)
    assert service.offer_seats(found, by=None) == []
    with _refused("R98", "selection"):
        service.take_seat(entry, customer_agrees=True, by=made.expert)
    for stranger in (groups.provider_of(made, found), made.coordinator):
        with pytest.raises(NotAllowed, check=lambda error: error.rule == "R98"):
            service.decide_selection(entry, True, "Motivated.", by=stranger)
    with _refused("R98", "reasons"):
        service.decide_selection(entry, True, " ", by=made.expert)
    service.decide_selection(entry, True, "Has the basic skills.", by=made.expert)
    service.decide_selection(other, False, "The basic skills are missing.", by=made.expert)
    assert other.leave_reason is LeaveReason.NOT_SELECTED
    assert [each.id for each in service.offer_seats(found, by=None)] == [entry.id]
    assert service.take_seat(entry, customer_agrees=True, by=made.expert).state is OrderState.PLACED
    plain = groups.group(made)
    with _refused("R98", "group"):
        service.decide_selection(groups.waiting(made, plain), True, "x", by=made.expert)


class Queues(RuleBasedStateMachine):
    """Two groups with few seats, and everything that may happen to those who wait for them."""

    @initialize()
    def begin(self) -> None:
        self.made = groups.world(budget="9000.00")
        self.groups = [groups.group(self.made, seats_max=2), groups.group(self.made, seats_max=1)]
        self.now = clock.now()

    def _try(self, act: Callable[[], object]) -> None:
        self.now += timedelta(minutes=1)  # however long the act before took, this one comes later
        with clock.at(self.now):
            try:
                act()
            except (RuleBroken, WrongState):
                db.session.rollback()

    def _entries(self, *states: EntryState) -> list[QueueEntry]:
        return list(
            db.session.scalars(
                select(QueueEntry)
                .where(QueueEntry.authority_id == self.made.authority.id, QueueEntry.state.in_(states))
                .order_by(QueueEntry.id)
            )
        )

    @rule(pick=st.integers(0, 2))
    def join(self, pick: int) -> None:
        self._try(lambda: groups.waiting(self.made, [*self.groups, None][pick]))

    @rule(pick=st.integers(0, 9), where=st.integers(0, 1))
    def join_another_queue(self, pick: int, where: int) -> None:
        queued = self._entries(EntryState.WAITING)
        if queued:
            need = queued[pick % len(queued)].need
            self._try(lambda: service.join(need, self.groups[where], by=self.made.expert))

    @rule(where=st.integers(0, 1))
    def offer(self, where: int) -> None:
        found = self.groups[where]
        before = [each.id for each in self._entries(EntryState.WAITING)]
        self._try(lambda: service.offer_seats(found, by=None))
        db.session.expire_all()
        offered = [each for each in self._entries(EntryState.OFFERED) if each.id in before]
        served = {each.need_id for each in offered}  # who waits in two queues stays in the other until they answer
        left = [
            each
            for each in self._entries(EntryState.WAITING)
            if each.group_id in (found.id, None) and each.need_id not in served
        ]
        for each in offered:  # nobody who waits for this group joined earlier than who was offered its seat
            assert all(each.joined_at <= other.joined_at for other in left)

    @rule(pick=st.integers(0, 9), agrees=st.booleans())
    def take(self, pick: int, agrees: bool) -> None:
        queued = self._entries(EntryState.OFFERED, EntryState.WAITING)
        if queued:
            entry = queued[pick % len(queued)]
            wanted = self.groups[pick % 2]
            self._try(lambda: service.take_seat(entry, customer_agrees=agrees, by=self.made.expert, wanted=wanted))

    @rule(pick=st.integers(0, 9))
    def give_back(self, pick: int) -> None:
        placed = self._entries(EntryState.PLACED)
        if placed:
            order = placed[pick % len(placed)].order
            assert order is not None
            self._try(lambda: answering.cancel(order, by=self.made.expert))

    @rule(pick=st.integers(0, 9))
    def leave(self, pick: int) -> None:
        queued = self._entries(EntryState.OFFERED, EntryState.WAITING)
        if queued:
            entry = queued[pick % len(queued)]
            self._try(lambda: service.leave_queue(entry, LeaveReason.CUSTOMER_WITHDREW, by=self.made.expert))

    @rule(hours=st.sampled_from([1, 60, 120]), where=st.integers(0, 1))
    def time_passes(self, hours: int, where: int) -> None:
        self.now += timedelta(hours=hours)
        for entry in self._entries(EntryState.OFFERED):
            self._try(lambda entry=entry: service.lapse_offer(entry))  # type: ignore[misc]
        self._try(lambda: service.release(self.groups[where]))

    @invariant()
    def seats_and_money_add_up(self) -> None:
        if not hasattr(self, "made"):
            return
        db.session.expire_all()
        total = Decimal(0)
        for found in self.groups:
            filled = queries.orders_of_group(found.id)
            assert found.seats_filled == len(filled)
            assert found.seats_filled + queries.offered_counts([found.id]).get(found.id, 0) <= found.seats_held
            assert found.start.seats_taken == found.seats_held
            total += found.seats_held * found.price
        assert self.groups[0].budget.committed == total
        for entry in self._entries(EntryState.PLACED):
            assert entry.need.state is NeedState.ORDERED
        for entry in self._entries(EntryState.WAITING, EntryState.OFFERED):
            assert entry.need.state is NeedState.OPEN


def test_queues_seats_and_money_add_up_whatever_happens(app: Flask) -> None:
    run_state_machine_as_test(
        Queues,
        settings=settings(
            max_examples=8, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


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
                results.append(str(refusal.rule))
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.expire_all()
    return sorted(results)


def _take(entry_id: uuid.UUID, by: Any) -> None:
    entry = queries.entry(entry_id)
    assert entry is not None
    service.take_seat(entry, customer_agrees=True, by=by)


def _offer(group_id: uuid.UUID) -> None:
    found = queries.group(group_id)
    assert found is not None
    service.offer_seats(found, by=None)


def test_given_one_seat_and_many_at_once_then_the_first_in_line_gets_it_and_the_rest_are_told_why(
    committed_app: Flask,
) -> None:
    made = groups.world()
    found = groups.group(made, seats_max=1)
    entries = [groups.waiting(made, found).id for _ in range(6)]
    expert, group_id = made.expert, found.id
    db.session.commit()
    acts: list[Callable[[], Any]] = [lambda each=each: _take(each, expert) for each in entries]  # type: ignore[misc]
    results = _at_once(committed_app, [*acts, lambda: _offer(group_id), lambda: _offer(group_id)])
    assert results.count("done") == 3
    assert set(results) <= {"done", "I7", "queue-order"}
    found = db.session.get_one(Group, group_id)
    assert (found.seats_filled, found.start.seats_taken, found.budget.committed) == (1, 1, found.price)
    first = db.session.get_one(QueueEntry, entries[0])
    assert first.state is EntryState.PLACED
    assert audit_service.verify().faults == []


def test_given_one_customer_in_two_queues_when_both_seats_are_taken_at_once_then_one_order_is_placed(
    committed_app: Flask,
) -> None:
    made = groups.world()
    both = [groups.group(made, seats_max=1) for _ in range(2)]
    need = worlds.need(made)
    entries = [service.join(need, each, by=made.expert).id for each in both]
    group_ids, expert = [each.id for each in both], made.expert
    db.session.commit()
    acts: list[Callable[[], Any]] = [lambda each=each: _take(each, expert) for each in entries]  # type: ignore[misc]
    offers: list[Callable[[], Any]] = [lambda each=each: _offer(each) for each in group_ids]  # type: ignore[misc]
    results = _at_once(committed_app, [*acts, *offers])
    assert (results.count("done"), results.count("need-state")) == (3, 1)
    assert sum(db.session.get_one(Group, each).seats_filled for each in group_ids) == 1
    states = sorted(db.session.get_one(QueueEntry, each).state for each in entries)
    assert states == [EntryState.LEFT, EntryState.PLACED]
