"""Groups that several authorities fill: whose turn it is, whose money, and what one city sees of another's (R103)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from core import clock
from core.db import db
from core.errors import NotAllowed, RuleBroken
from dps.systems import buyers
from dps.systems.models import DeclineReason
from orders import queries as order_queries
from orders import service as orders
from orders.groups import queries, service
from orders.groups.models import EntryState, Group, GroupState, LeaveReason, QueueEntry
from orders.models import AgeBand, Budget, Need, Order, OrderState
from orders.service import answering
from orders.service.placing import BudgetTooSmall
from tests import people
from tests import worlds_groups as groups
from tests import worlds_orders as worlds
from tests.pages import api_as, page_as


def shared(**changes: Any) -> tuple[worlds.World, worlds.Partner, Group]:
    """A group of the world's authority, and a partner that buys from the same system; the own window ends in a day."""
    made = groups.world()
    partner = worlds.partner(made)
    given = {"seats_max": 2, "own_until": worlds.today(), **changes}
    return made, partner, groups.group(made, **given)


def after_window(found: Group) -> Any:
    return clock.at(found.own_until + timedelta(seconds=1))


def budget_of(who: Any, found: Group) -> Budget:
    row = order_queries.budget(who.authority.id, found.category_id, found.start.starts_on.year)
    assert row is not None
    db.session.refresh(row)
    return row


def committed(found: Group, *who: Any) -> list[Decimal]:
    return [budget_of(each, found).committed for each in who]


def seat_of(partner: worlds.Partner, found: Group, **changes: Any) -> Order:
    """A partner's customer with a seat, ordered after the window."""
    entry = groups.partners_waiting(partner, found, **changes)
    with after_window(found):
        service.offer_seats(found, by=None)
        return service.take_seat(entry, customer_agrees=True, by=partner.expert)


def _refused(rule: str, field: str | None = None) -> Any:
    return pytest.raises(RuleBroken, check=lambda error: error.rule == rule and (field is None or error.field == field))


@pytest.mark.rule("R103")
def test_given_a_partners_customer_when_the_window_is_over_then_the_seat_is_ordered_on_the_partners_money(
    app: Flask,
) -> None:
    made, partner, found = shared()
    early = groups.partners_waiting(partner, found)
    own = groups.waiting(made, found)
    assert [each.id for each in service.offer_seats(found, by=None)] == [own.id]
    with _refused("own-window", "group"):
        service.take_seat(early, customer_agrees=True, by=partner.expert)
    with after_window(found):
        assert [each.id for each in service.offer_seats(found, by=None)] == [early.id]
        order = service.take_seat(early, customer_agrees=True, by=partner.expert)
    assert (order.authority_id, order.number, order.expert_id) == (partner.authority.id, 1, partner.expert.person_id)
    assert order.budget_id == budget_of(partner, found).id
    assert committed(found, made, partner) == [found.price, found.price]
    assert (found.seats_held, found.seats_filled, found.start.seats_taken) == (2, 1, 2)


def test_given_partners_with_earlier_places_then_the_organisers_customers_still_come_first(app: Flask) -> None:
    made, partner, found = shared(seats_max=3)
    first, second = (groups.partners_waiting(partner, found) for _ in range(2))
    own = groups.waiting(made, found)
    with after_window(found):
        service.offer_seats(found, by=None)
    db.session.expire_all()
    offers = [each for each in queries.queue_of(found) if each.state is EntryState.OFFERED]
    assert {each.id for each in offers} == {own.id, first.id, second.id}
    small = groups.group(made, seats_max=2, own_until=worlds.today())
    early, late = (groups.partners_waiting(partner, small) for _ in range(2))
    own = groups.waiting(made, small)
    with after_window(small):
        assert {each.id for each in service.offer_seats(small, by=None)} == {own.id, early.id}
    assert late.state is EntryState.WAITING


@pytest.mark.parametrize("ending", ["decline", "cancel", "no_show"])
def test_given_a_partners_seat_that_comes_back_then_the_organiser_holds_its_money_again(
    app: Flask, ending: str
) -> None:
    made, partner, found = shared(release_on=worlds.today() + timedelta(days=10))
    order = seat_of(partner, found)
    provider = groups.provider_of(made, found)
    assert committed(found, made, partner) == [found.price, found.price]
    if ending == "decline":
        answering.decline(order, DeclineReason.NO_CAPACITY, by=provider)
    elif ending == "cancel":
        answering.cancel(order, by=partner.expert)
    else:
        groups.promise_secrecy(provider, partner.authority)
        answering.accept(order, by=provider)
        with clock.at(worlds.noon(order.planned_start_on)):
            answering.report_no_show(order, [order.planned_start_on], by=provider)
    db.session.expire_all()
    assert committed(found, made, partner) == [2 * found.price, 0]
    assert (found.seats_held, found.seats_filled, found.start.seats_taken) == (2, 0, 2)
    assert order.need.state.value == "open"


def test_given_an_organiser_without_money_when_a_partners_seat_comes_back_then_it_goes_back_to_the_provider(
    app: Flask,
) -> None:
    made, partner, found = shared()
    order = seat_of(partner, found)
    own = budget_of(made, found)
    orders.set_budget(made.authority, found.category, own.year, own.committed, by=made.coordinator)
    answering.cancel(order, by=partner.expert)
    db.session.expire_all()
    assert committed(found, made, partner) == [found.price, 0]
    assert (found.seats_held, found.seats_filled, found.start.seats_taken) == (1, 0, 1)


@pytest.mark.rule("I7")
def test_given_a_partner_without_money_then_the_seat_stays_with_the_group_and_the_next_step_is_told(app: Flask) -> None:
    made, partner, found = shared()
    budget = budget_of(partner, found)
    entry = groups.partners_waiting(partner, found)
    orders.set_budget(partner.authority, found.category, budget.year, Decimal("999.99"), by=partner.coordinator)
    with after_window(found):
        service.offer_seats(found, by=None)
        with pytest.raises(BudgetTooSmall, check=lambda error: error.field == "budget" and bool(error.next_step)):
            service.take_seat(entry, customer_agrees=True, by=partner.expert)
    db.session.expire_all()
    assert committed(found, made, partner) == [2 * found.price, 0]
    assert (found.seats_filled, entry.state) == (0, EntryState.OFFERED)


def test_given_a_cancelled_group_then_each_party_gets_its_own_money_back(app: Flask) -> None:
    made, partner, found = shared(seats_max=3)
    order, own = seat_of(partner, found), groups.placed(made, found)
    assert committed(found, made, partner) == [2 * found.price, found.price]
    service.cancel_group(found, "Too few customers.", by=made.coordinator)
    db.session.expire_all()
    assert committed(found, made, partner) == [0, 0]
    assert (found.state, found.seats_held, found.start.seats_taken) == (GroupState.CANCELLED, 0, 0)
    assert [order.state, own.state] == [OrderState.CANCELLED] * 2


def test_given_empty_seats_when_they_are_released_then_partners_orders_and_money_stay(app: Flask) -> None:
    made, partner, found = shared(seats_max=3)
    seat_of(partner, found)
    with clock.at(clock.end_of_day(found.release_on)):
        assert service.release(found) == 2
    db.session.expire_all()
    assert committed(found, made, partner) == [0, found.price]
    assert (found.seats_held, found.start.seats_taken) == (1, 1)


@pytest.mark.rule("R103")
def test_given_a_buyer_when_it_organises_a_group_then_number_and_money_are_its_own_and_its_customers_come_first(
    app: Flask,
) -> None:
    made, partner, _ = shared()
    offering = worlds.offering(made)
    theirs = service.set_up(
        offering.starts[0], groups.details(offering, own_until=worlds.today()), by=partner.coordinator
    )
    service.open_group(theirs, by=partner.expert)
    assert (theirs.authority_id, theirs.number) == (partner.authority.id, 1)
    assert budget_of(partner, theirs).committed == 2 * theirs.price
    keeper, own = groups.waiting(made, theirs), groups.partners_waiting(partner, theirs)
    assert [each.id for each in service.offer_seats(theirs, by=None)] == [own.id]
    with after_window(theirs):
        assert [each.id for each in service.offer_seats(theirs, by=None)] == [keeper.id]
        order = service.take_seat(keeper, customer_agrees=True, by=made.expert)
    assert order.authority_id == made.authority.id
    assert budget_of(partner, theirs).committed == theirs.price


def test_given_queues_of_several_organisers_when_placed_then_the_customer_leaves_the_others(app: Flask) -> None:
    made, partner, found = shared()
    offering = worlds.offering(made)
    theirs = service.set_up(offering.starts[0], groups.details(offering), by=partner.expert)
    service.open_group(theirs, by=partner.expert)
    need = groups.partners_need(partner, made.category)
    here, there, anywhere = (service.join(need, each, by=partner.expert) for each in (theirs, found, None))
    service.offer_seats(theirs, by=None)
    service.take_seat(here, customer_agrees=True, by=partner.expert)
    assert here.state is EntryState.PLACED
    assert [each.leave_reason for each in (there, anywhere)] == [LeaveReason.PLACED_ELSEWHERE] * 2


@pytest.mark.rule("R103")
def test_given_an_authority_that_is_no_buyer_or_has_withdrawn_then_it_neither_organises_nor_joins_nor_gets_a_seat(
    app: Flask,
) -> None:
    made, partner, found = shared()
    stranger = people.expert(people.authority("City of Elsewhere"))
    with pytest.raises(NotAllowed, check=lambda error: error.rule == "R103"):
        service.set_up(found.start, groups.details(found.offering), by=stranger)
    assert api_as(app, stranger).get(f"/groups/{found.id}").status_code == 403
    entry = groups.partners_waiting(partner, found)
    other = groups.partners_need(partner, made.category)
    buyers.end_buying(made.category.system, partner.authority, worlds.today(), by=made.coordinator)
    with after_window(found):
        assert service.offer_seats(found, by=None) == []
        for act in (
            lambda: service.join(other, found, by=partner.expert),
            lambda: service.take_seat(entry, customer_agrees=True, by=partner.expert),
        ):
            with pytest.raises(NotAllowed, check=lambda error: error.rule == "R103"):
                act()


@pytest.mark.rule("R98")
def test_given_selected_training_of_a_partner_then_the_customers_own_authority_decides(app: Flask) -> None:
    made, partner, found = shared(needs_selection=True)
    entry = groups.partners_waiting(partner, found)
    with pytest.raises(NotAllowed, check=lambda error: error.rule == "R98"):
        service.decide_selection(entry, True, "Motivated.", by=made.expert)
    with after_window(found):
        assert service.offer_seats(found, by=None) == []
        service.decide_selection(entry, True, "Has the basic skills.", by=partner.expert)
        assert [each.id for each in service.offer_seats(found, by=None)] == [entry.id]


@pytest.mark.rule("R107")
def test_given_a_shared_queue_then_each_city_sees_its_own_customers_and_of_the_others_a_pseudonym(app: Flask) -> None:
    made, partner, found = shared(seats_max=3)
    seated, own_seat = seat_of(partner, found), groups.placed(made, found)
    theirs, own = groups.partners_waiting(partner, found, languages=["fi", "sv"]), groups.waiting(made, found)

    def secrets(*rows: Any) -> set[str]:
        needs = [row.need for row in rows]
        return {
            words
            for need in needs
            for words in (need.customer_reference, str(need.id), need.reference, need.municipality)
        } | {str(row.id) for row in rows}

    for need, words in ((seated.need, "T-771"), (theirs.need, "T-772"), (own_seat.need, "T-881"), (own.need, "T-882")):
        need.number = int(words[2:])
    for row, place in ((seated, "Kaavi"), (theirs, "Kaavi"), (own, "Leppävirta"), (own_seat, "Leppävirta")):
        row.need.municipality = place
    seated.number, own_seat.number = 7701, 8801
    db.session.commit()
    for who, endpoint in ((made.expert, "/expert"), (made.coordinator, "/procurement")):
        page = page_as(app, who).get(f"{endpoint}/groups/{found.id}")
        raw = page.response.get_data(as_text=True)
        assert not [each for each in secrets(seated, theirs) if each in raw], "the partner's customer shows"
        assert "O-7701" not in raw
        assert own.need.reference in raw
        assert "O-8801" in raw
        assert theirs.pseudonym in raw
        assert partner.authority.name_en in page.text
        line = next(row for row in page.rows() if theirs.pseudonym in row[1])
        assert line[0] == "2"
        assert "Finnish and SwedishPrerequisites met" in line[3]
    page = page_as(app, partner.expert).get(f"/expert/groups/{found.id}")
    raw = page.response.get_data(as_text=True)
    assert not [each for each in secrets(own_seat, own) if each in raw], "the organiser's customer shows"
    assert own.pseudonym not in raw
    assert "O-8801" not in raw
    assert theirs.need.reference in raw
    assert page.rows()[0][0] == "2"  # the own place in line
    assert "O-7701" in raw
    found_lines = api_as(app, made.expert).get(f"/groups/{found.id}/queue").get_json()["items"]
    assert [each["entry_id"] for each in found_lines] == [str(own.id), None]
    told = api_as(app, partner.expert).get(f"/groups/{found.id}/queue").get_json()["items"]
    assert [(each["place"], each["entry_id"]) for each in told] == [(2, str(theirs.id))]
    assert "rule_reason" not in api_as(app, partner.expert).get(f"/groups/{found.id}").get_json()
    assert api_as(app, made.expert).get(f"/queue-entries/{theirs.id}").status_code == 403
    assert page_as(app, partner.coordinator).get(f"/procurement/groups/{found.id}").status == 403


def test_given_a_partners_expert_then_the_pages_lead_from_the_list_to_the_seat(app: Flask) -> None:
    made, partner, found = shared()
    need = groups.partners_need(partner, made.category)
    visitor = page_as(app, partner.expert)
    row = visitor.get("/expert/groups").rows()[0]
    assert "Partner: City of Kuopio" in row[0]
    assert "ours from" in row[4]
    assert visitor.get(f"/expert/needs/{need.id}").press("Join the queue of the group G-1").heading.startswith("Group")
    with after_window(found):
        page = visitor.get(f"/expert/groups/{found.id}").press(
            f"Take the seat for the need {need.reference}", **{_agrees(need): "y"}
        )
        assert page.heading == "Order O-1"
    assert page_as(app, made.expert).get(f"/expert/orders/{_order(need).id}").status == 403


def _agrees(need: Need) -> str:
    row = db.session.query(QueueEntry).filter_by(need_id=need.id).one()
    return f"{row.id.hex}-customer_agrees"


def _order(need: Need) -> Order:
    return db.session.query(Order).filter_by(need_id=need.id).one()


@pytest.mark.rule("R104")
def test_given_seats_of_several_parties_then_each_counts_its_own_customers_by_home_municipality(app: Flask) -> None:
    made, partner, found = shared(seats_max=3)
    seat_of(partner, found, municipality="Kaavi")
    groups.placed(made, found, municipality="Kuopio")
    assert list(queries.seats_by_municipality(found.id, made.authority.id)) == [("Kuopio", 1)]
    assert list(queries.seats_by_municipality(found.id, partner.authority.id)) == [("Kaavi", 1)]


@pytest.mark.rule("R104")
def test_given_a_partners_customer_without_a_home_municipality_then_they_cannot_join(app: Flask) -> None:
    made, partner, found = shared()
    need = groups.partners_need(partner, made.category)
    need.municipality = " "
    with pytest.raises(RuleBroken, check=lambda e: (e.rule, e.field) == ("R104", "municipality") and bool(e.next_step)):
        service.join(need, found, by=partner.expert)


def test_given_a_customer_whom_the_group_does_not_fit_then_the_organiser_sees_only_that(app: Flask) -> None:
    made, partner, found = shared(age_bands=[AgeBand.FROM_25_TO_34])
    need = groups.partners_need(partner, made.category, age_band=AgeBand.UNDER_25)
    service.join(need, None, by=partner.expert)
    page = page_as(app, made.expert).get(f"/expert/groups/{found.id}")
    assert "Prerequisites not met" in page.text
    assert "Under 25" not in page.text
