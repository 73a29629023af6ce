"""Seats that the experts of two authorities swap: both orders move at once, with the money; nobody sees another's."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from core import clock
from core.db import db
from core.errors import RuleBroken, WrongState
from core.mail.models import Mail
from orders import service as orders
from orders.groups import queries, service
from orders.groups.models import EntryState, Group, LeaveReason, QueueEntry
from orders.groups.models_swaps import SeatSwap, SwapState
from orders.models import Order, OrderState
from orders.service import answering
from orders.service.placing import BudgetTooSmall
from tests import worlds_groups as groups
from tests import worlds_orders as worlds
from tests.orders.test_shared_groups import budget_of, seat_of, shared
from tests.pages import api_as, page_as

WHY = "Mornings suit better."


class Two:
    """Two groups of the world's authority: its customer sits in the first, the partner's in the second."""

    def __init__(self, **changes: Any) -> None:
        self.made, self.partner, self.second = shared(**changes)
        self.first = groups.group(self.made, seats_max=2, own_until=worlds.today())
        self.own = groups.placed(self.made, self.first)
        self.theirs = seat_of(self.partner, self.second)

    def propose(self, **changes: Any) -> SeatSwap:
        given = {"reason": WHY, "asked": self.partner.authority, "wanted": self.second, **changes}
        return service.propose_swap(
            self.own, given["wanted"], given["asked"], given["reason"], customer_agrees=True, by=self.made.expert
        )

    def agree(self, swap: SeatSwap) -> tuple[Order, Order]:
        return service.agree_to_swap(swap, self.theirs, customer_agrees=True, by=self.partner.expert)

    def committed(self) -> list[Decimal]:
        return [budget_of(each, self.first).committed for each in (self.made, self.partner)]


def _refused(rule: str, field: str | None = None) -> Any:
    return pytest.raises(
        (RuleBroken, WrongState), check=lambda error: error.rule == rule and (field is None or error.field == field)
    )


@pytest.mark.rule("R103")
def test_given_a_swap_when_the_other_agrees_then_both_orders_move_and_each_pays_its_own(app: Flask) -> None:
    two = Two()
    before = two.committed()
    swap = two.propose()
    new, new_taken = two.agree(swap)
    db.session.expire_all()
    assert (new.authority_id, new.group_id) == (two.made.authority.id, two.second.id)
    assert (new_taken.authority_id, new_taken.group_id) == (two.partner.authority.id, two.first.id)
    assert [two.own.state, two.theirs.state, swap.state] == [OrderState.CANCELLED] * 2 + [SwapState.AGREED]
    assert two.own.cancel_fee is None
    for found in (two.first, two.second):
        assert (found.seats_filled, found.seats_held, found.start.seats_taken) == (1, 2, 2)
    assert two.committed() == before
    entries = {each.order_id: each for each in db.session.scalars(select(QueueEntry))}
    assert {entries[each.id].group_id for each in (new, new_taken)} == {two.first.id, two.second.id}
    left = db.session.scalars(select(QueueEntry).where(QueueEntry.state == EntryState.LEFT)).all()
    assert {each.leave_reason for each in left} == {LeaveReason.SEAT_SWAPPED}
    assert queries.seats_by_municipality(two.first.id, two.partner.authority.id) == [("Kuopio", 1)]
    assert db.session.query(Mail).filter_by(template="seat_swap_proposed").count() == 1
    assert db.session.query(Mail).filter_by(template="seat_swap_answered").count() == 1


def test_given_groups_of_different_prices_then_each_budget_changes_by_the_difference(app: Flask) -> None:
    two = Two()
    dear = worlds.offering(two.made, price=Decimal("1400.00"))
    other = service.set_up(dear.starts[0], groups.details(dear, own_until=worlds.today()), by=two.partner.coordinator)
    service.open_group(other, by=two.partner.coordinator)
    held = groups.partners_waiting(two.partner, other)
    service.offer_seats(other, by=None)
    theirs = service.take_seat(held, customer_agrees=True, by=two.partner.expert)
    before = two.committed()
    swap = two.propose(wanted=other)
    new, new_taken = service.agree_to_swap(swap, theirs, customer_agrees=True, by=two.partner.expert)
    assert (new.price, new_taken.price) == (Decimal("1400.00"), Decimal("1000.00"))
    assert two.committed() == [before[0] + 400, before[1] - 400]


@pytest.mark.rule("I7")
def test_given_no_money_for_the_difference_then_nothing_moves(app: Flask) -> None:
    two = Two()
    dear = worlds.offering(two.made, price=Decimal("1400.00"))
    other = service.set_up(dear.starts[0], groups.details(dear, own_until=worlds.today()), by=two.partner.coordinator)
    service.open_group(other, by=two.partner.coordinator)
    held = groups.partners_waiting(two.partner, other)
    service.offer_seats(other, by=None)
    theirs = service.take_seat(held, customer_agrees=True, by=two.partner.expert)
    own = budget_of(two.made, two.first)
    orders.set_budget(two.made.authority, two.first.category, own.year, own.committed + 399, by=two.made.coordinator)
    swap, before = two.propose(wanted=other), two.committed()
    db.session.commit()
    with pytest.raises(BudgetTooSmall):
        service.agree_to_swap(swap, theirs, customer_agrees=True, by=two.partner.expert)
    db.session.expire_all()
    assert (two.own.state, theirs.state, swap.state) == (OrderState.PLACED, OrderState.PLACED, SwapState.PROPOSED)
    assert two.committed() == before


@pytest.mark.parametrize(
    ("rule", "field", "changes"),
    [
        ("R103", "asked", lambda two: {"asked": two.made.authority}),
        ("R11", "group", lambda two: {"wanted": two.first}),
        ("I10", "reason", lambda two: {"reason": " "}),
        ("I8", "reason", lambda two: {"reason": "Customer 131052-308T."}),
    ],
)
def test_given_a_swap_that_cannot_be_then_it_says_why(app: Flask, rule: str, field: str, changes: Any) -> None:
    two = Two()
    with _refused(rule, field):
        two.propose(**changes(two))


def test_given_a_seat_that_is_given_up_or_a_second_proposal_or_a_late_answer_then_nothing_is_swapped(
    app: Flask,
) -> None:
    two = Two()
    swap = two.propose()
    with _refused("seat_swap-state"):
        two.propose()
    with _refused("R103", "order"):
        service.agree_to_swap(swap, two.own, customer_agrees=True, by=two.partner.expert)
    with clock.at(swap.answer_by + timedelta(seconds=1)), _refused("seat_swap-state"):
        two.agree(swap)
    answering.cancel(two.own, by=two.made.expert)
    assert swap.state is SwapState.LAPSED
    with _refused("seat_swap-state"):
        two.agree(swap)
    with _refused("swap-seat"):
        two.propose()


def test_given_no_answer_then_the_swap_lapses_and_a_refused_one_changes_nothing(app: Flask) -> None:
    two = Two()
    swap = two.propose()
    assert not service.lapse_swap(swap)
    with clock.at(swap.answer_by):
        assert service.lapse_swap(swap)
    again = two.propose()
    service.refuse_swap(again, by=two.partner.expert)
    assert [swap.state, again.state] == [SwapState.LAPSED, SwapState.REFUSED]
    assert [two.own.state, two.theirs.state] == [OrderState.PLACED] * 2


@pytest.mark.rule("R98")
def test_given_selected_training_then_only_whom_their_authority_chose_is_swapped_into_it(app: Flask) -> None:
    two = Two()
    two.second.needs_selection = True
    db.session.commit()
    with _refused("R98", "selection"):
        two.propose()


@pytest.mark.rule("R102")
def test_given_a_group_in_another_language_then_the_customer_is_not_swapped_into_it(app: Flask) -> None:
    two = Two()
    two.second.languages = ["sv"]
    db.session.commit()
    with _refused("R102", "languages"):
        two.propose()


@pytest.mark.rule("R107")
def test_given_a_swap_on_pages_then_neither_city_sees_the_others_order(app: Flask) -> None:
    two = Two()
    two.own.number, two.theirs.number = 8801, 7701
    db.session.commit()
    visitor, other = page_as(app, two.made.expert), page_as(app, two.partner.expert)
    page = visitor.get(f"/expert/groups/{two.first.id}").follow("Swap the seat of the order O-8801")
    page = page.press(
        "Ask the other authority",
        group=str(two.second.id),
        asked=str(two.partner.authority.id),
        reason=WHY,
        customer_agrees="y",
    )
    assert page.heading == "Swap of seats with City of Siilinjärvi"
    asked = other.get("/expert").follow("Open the swap with the group G-2")
    hidden = (two.own.need.customer_reference, "O-8801", str(two.own.id), two.own.need.reference)
    raw = asked.response.get_data(as_text=True)
    assert not [each for each in hidden[:3] if each in raw]
    refused = asked.press("Swap the seats")
    assert any("the customer chooses" in each for each in refused.messages)
    done = refused.press("Swap the seats", customer_agrees="y")
    assert "Agreed" in done.text
    raw = done.response.get_data(as_text=True)
    assert not [each for each in hidden[:3] if each in raw]
    assert "Agreed" in visitor.get("/expert/seat-swaps").rows()[0][3]
    swap = db.session.query(SeatSwap).one()
    told = api_as(app, two.made.expert).get(f"/seat-swaps/{swap.id}").get_json()
    assert told["own_order_id"] == str(two.own.id)
    assert str(two.theirs.id) not in str(told)
    assert str(swap.new_taken_order_id) not in str(told)
    assert api_as(app, two.made.coordinator).get(f"/seat-swaps/{swap.id}").status_code == 403


def test_given_machines_then_a_swap_goes_its_way_by_json(app: Flask) -> None:
    two = Two()
    own, theirs = api_as(app, two.made.expert), api_as(app, two.partner.expert)
    body = {
        "order_id": str(two.own.id),
        "group_id": str(two.second.id),
        "authority_id": str(two.partner.authority.id),
        "reason": WHY,
        "customer_agrees": True,
    }
    assert theirs.post("/seat-swaps", json=body).status_code == 403
    swap_id = own.post("/seat-swaps", json=body).get_json()["id"]
    answer = {"order_id": str(two.theirs.id), "customer_agrees": True}
    assert own.post(f"/seat-swaps/{swap_id}/agree", json=answer).status_code == 403
    assert theirs.post(f"/seat-swaps/{swap_id}/refuse").get_json()["state"] == "refused"
    swap_id = own.post("/seat-swaps", json=body).get_json()["id"]
    assert theirs.post(f"/seat-swaps/{swap_id}/agree", json=answer).get_json()["state"] == "agreed"
    assert len(own.get("/seat-swaps").get_json()["items"]) == 2
    assert db.session.get_one(Group, two.first.id).seats_filled == 1
