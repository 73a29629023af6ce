"""Money and call-offs against those who try: raised prices, ended contracts, one's own report."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from flask import Flask

from core import clock
from core.db import db
from core.errors import RuleBroken
from core.identity import queries as people_queries
from core.identity.models import Role
from dps.contracts import service as contracts
from dps.offerings import service as offerings
from orders import queries, service
from orders.models import ChoiceAnswer, NeedState, OrderState
from tests import people
from tests import worlds_orders as worlds
from tests.pages import page_as


def _offered(price: str = "1000.00") -> tuple[worlds.World, worlds.Need, worlds.Offering, service.MadeChoice]:
    made = worlds.world()
    offering, need = worlds.offering(made, price=Decimal(price)), worlds.need(made)
    return made, need, offering, service.offer_choice(need, [offering.id], by=made.expert)


def _reprice(made: worlds.World, offering: worlds.Offering, price: str) -> None:
    by = worlds.provider_of(offering, made)
    offerings.change_offering(offering, worlds.description(price=Decimal(price)), by=by)


@pytest.mark.rule("R3")
def test_given_the_price_rose_after_the_link_when_the_customer_chooses_then_the_expert_decides(app: Flask) -> None:
    made, need, offering, link = _offered()
    _reprice(made, offering, "2900.00")
    choice, order = service.answer_choice(link.token, ChoiceAnswer.CHOSEN, option=0)
    assert (order, choice.answer, need.state) == (None, ChoiceAnswer.CHOSEN, NeedState.OPEN)
    assert worlds.budget_of(made, worlds.start_of(offering).starts_on).committed == 0
    page = page_as(app, made.expert).get(f"/expert/needs/{need.id}").press("Order what the customer chose")
    assert page.status == 200
    placed = queries.last_order(need.id)
    assert placed is not None
    assert placed.price == Decimal("2900.00")


@pytest.mark.rule("R3")
def test_given_the_price_fell_after_the_link_when_the_customer_chooses_then_the_lower_one_is_paid(app: Flask) -> None:
    made, _, offering, link = _offered()
    _reprice(made, offering, "900.00")
    _, order = service.answer_choice(link.token, ChoiceAnswer.CHOSEN, option=0)
    assert order is not None
    assert order.price == Decimal("900.00")


def test_given_a_price_above_its_ceiling_when_it_is_ordered_then_it_is_refused(app: Flask) -> None:
    made, _, offering, link = _offered()
    offering.price = Decimal("3000.01")
    db.session.commit()
    with pytest.raises(RuleBroken) as refused:
        service.answer_choice(link.token, ChoiceAnswer.CHOSEN, option=0)
    assert refused.value.rule == "price-ceiling"
    assert worlds.budget_of(made, worlds.start_of(offering).starts_on).committed == 0


@pytest.mark.rule("R79")
def test_given_the_contract_has_ended_when_the_provider_accepts_then_no_call_off_arises(app: Flask) -> None:
    made, _, offering, link = _offered()
    _, order = service.answer_choice(link.token, ChoiceAnswer.CHOSEN, option=0)
    assert order is not None
    contracts.end_contract(offering.contract, "Repeated deficiencies.", by=people.decider(made.authority))
    with pytest.raises(RuleBroken) as refused:
        service.accept(order, by=worlds.provider_of(order, made))
    assert refused.value.rule == "R79"
    db.session.refresh(order)
    assert order.state is OrderState.PLACED
    with clock.at(order.accept_by + timedelta(seconds=1)):
        assert service.expire(order)


def test_given_one_person_on_both_sides_when_they_accept_their_own_report_then_it_is_refused(app: Flask) -> None:
    made, _, _, link = _offered()
    _, order = service.answer_choice(link.token, ChoiceAnswer.CHOSEN, option=0)
    assert order is not None
    provider = worlds.provider_of(order, made)
    both = people.mandate(Role.EXPERT, made.authority, people_queries.person(provider.person_id))
    service.accept(order, by=provider)
    with clock.at(worlds.noon(order.planned_start_on)):
        service.start_service(order, order.planned_start_on, by=provider)
    with clock.at(worlds.noon(order.planned_end_on)):
        service.report_delivery(order, worlds.report(order), by=provider)
        with pytest.raises(RuleBroken) as refused:
            service.accept_delivery(order, by=both)
        assert refused.value.rule == "four-eyes"
        service.accept_delivery(order, by=made.expert)


def test_a_service_that_starts_next_year_is_paid_from_next_years_budget(app: Flask) -> None:
    with clock.at(datetime(2027, 12, 20, 12, tzinfo=clock.HELSINKI)):
        made = worlds.world()
        offering = worlds.offering(made, starts_in_days=(11, 12), duration_days=60)
        first = worlds.need(made, latest_start=date(2027, 12, 31))
        link = service.offer_choice(first, [offering.id], by=made.expert)
        _, old = service.answer_choice(link.token, ChoiceAnswer.CHOSEN, option=0)
        start = next(each for each in offering.starts if each.starts_on == date(2027, 12, 31))
        offerings.change_start_seats(start, 1, by=worlds.provider_of(offering, made))
        second = worlds.need(made, latest_start=date(2028, 1, 31))
        link = service.offer_choice(second, [offering.id], by=made.expert)
        _, new = service.answer_choice(link.token, ChoiceAnswer.CHOSEN, option=0)
    assert old is not None
    assert new is not None
    assert (old.budget.year, new.budget.year) == (2027, 2028)
    assert old.planned_end_on.year == 2028


@pytest.mark.parametrize("year", ["99999999999999999999", "3000000000", "-5", "0", "soon"])
def test_a_year_that_never_comes_shows_the_budgets_of_this_one(app: Flask, year: str) -> None:
    made = worlds.world()
    page = page_as(app, made.coordinator).get(f"/procurement/budgets?year={year}")
    assert page.status == 200
    assert str(worlds.today().year) in page.text
