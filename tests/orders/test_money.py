"""Budgets with their forecast, orders beyond them, the invoice basis, cost by municipality, orders paid for."""

from __future__ import annotations

import csv
import io
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal

import pytest
from flask import Flask

from core import clock
from core.audit.chain import trail
from core.db import db
from core.errors import DomainError, NotAllowed, RuleBroken, WrongState
from core.identity.models import Authority
from core.mail.models import Mail
from dps.systems.models import OrderingRule
from orders import service
from orders.models import BeyondBudget, Budget, DeliveryLine, Need, Order, OrderState
from orders.money import jobs, overview, queries, rules, sheets
from orders.money import service as money
from orders.money.models import InvoiceBatch, OverBudgetRequest, OverBudgetState
from orders.money.service import beyond
from tests import people
from tests import worlds_money as worlds_m
from tests import worlds_orders as worlds
from tests.orders.test_handling import run_jobs


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))


# ---- figures ----


def test_the_forecast_is_what_was_ordered_in_90_days_over_the_days_left() -> None:
    found = rules.forecast(Decimal("100.00"), Decimal("200.00"), Decimal("900.00"), year=2026, today=date(2026, 12, 11))
    assert found is not None
    assert (found.days_left, found.to_come, found.total) == (20, Decimal("200.00"), Decimal("500.00"))
    assert rules.forecast(Decimal(1), Decimal(1), Decimal(1), year=2027, today=date(2026, 12, 11)) is None


def test_a_budget_tells_what_is_ordered_delivered_accepted_and_left(app: Flask) -> None:
    made = worlds_m.world()
    order = worlds_m.reported(worlds_m.started(made), made)
    worlds_m.delivered(made, worlds_m.BASE)
    budget = worlds.budget_of(made, order.planned_start_on)

    row = overview.of_budgets(made.authority.id, [budget], date(budget.year, 12, 1))[0]

    assert (budget.committed, row.reported, budget.spent) == (
        Decimal("2500.00"),
        Decimal("1500.00"),
        Decimal("1000.00"),
    )
    assert row.forecast is not None
    assert row.share(Decimal("1000.00")) == 1.0


@pytest.mark.parametrize("text", ["=1+1", "+358", "-2", "@x", "\tx"])
def test_no_cell_is_taken_for_a_formula(text: str) -> None:
    assert sheets.text(("a",), [(text, Decimal("-1.00"), 3)]).splitlines()[1] == f"'{text};-1.00;3"


# ---- beyond the budget ----


def _poor(beyond_budget: BeyondBudget) -> tuple[worlds.World, Need]:
    made = worlds.world(rule=OrderingRule.RANKING, budget="400.00")
    worlds.offering(made)
    for year in (worlds.today().year, worlds.today().year + 1):
        service.set_budget(
            made.authority, made.category, year, Decimal("400.00"), beyond=beyond_budget, by=made.coordinator
        )
    return made, worlds.need(made)


def _ask(made: worlds.World, need: Need) -> OverBudgetRequest:
    wanted = beyond.wanted(need, choice=None, chosen_by=worlds.ChosenBy.RULE)
    assert wanted is not None
    return beyond.ask_for(need, wanted, "The course begins next week.", by=made.expert)


def test_a_budget_that_refuses_takes_no_request_and_one_that_suffices_needs_none(app: Flask) -> None:
    made, need = _poor(BeyondBudget.REFUSE)
    with pytest.raises(RuleBroken) as refused:
        _ask(made, need)
    assert (refused.value.rule, refused.value.field) == ("I7", "budget")
    db.session.rollback()

    rich = worlds.world(rule=OrderingRule.RANKING)
    worlds.offering(rich)
    for year in (worlds.today().year, worlds.today().year + 1):
        service.set_budget(
            rich.authority, rich.category, year, Decimal("9000"), beyond=BeyondBudget.APPROVE, by=rich.coordinator
        )
    with pytest.raises(RuleBroken) as needless:
        _ask(rich, worlds.need(rich))
    assert needless.value.rule == "I7"


def test_an_approval_raises_the_budget_by_what_is_missing_and_orders(app: Flask) -> None:
    made, need = _poor(BeyondBudget.APPROVE)
    row = _ask(made, need)
    with pytest.raises(WrongState):
        _ask(made, need)
    db.session.rollback()

    order = money.approve(row, "The need is urgent.", by=people.decider(made.authority))

    budget = worlds.budget_of(made, order.planned_start_on)
    assert (budget.amount, budget.committed, row.raised) == (Decimal("1000.00"), Decimal("1000.00"), Decimal("600.00"))
    assert (row.state, order.state, order.expert_id) == (
        OverBudgetState.APPROVED,
        OrderState.PLACED,
        made.expert.person_id,
    )
    assert "budget.raised" in [each.type for each in trail(budget)]
    with pytest.raises(WrongState):
        money.refuse(row, "Too late.", by=people.decider(made.authority))


def test_an_approval_of_what_is_not_possible_any_more_leaves_the_budget_as_it_was(app: Flask) -> None:
    made, need = _poor(BeyondBudget.APPROVE)
    row = _ask(made, need)
    service.close_need(need, by=made.expert)

    with pytest.raises(WrongState):
        money.approve(row, "The need is urgent.", by=people.decider(made.authority))

    db.session.rollback()
    db.session.expire_all()
    assert row.budget.amount == Decimal("400.00")


def test_a_refusal_tells_the_expert_and_a_request_lapses_with_the_start(app: Flask) -> None:
    made, need = _poor(BeyondBudget.APPROVE)
    money.refuse(_ask(made, need), "The year is full.", by=people.decider(made.authority))
    row = _ask(made, need)
    with clock.at(worlds.noon(row.decide_by - timedelta(days=1))):
        assert money.lapse_request(row) is False
    with clock.at(worlds.noon(row.decide_by)):
        with pytest.raises(WrongState):
            money.approve(row, "The need is urgent.", by=people.decider(made.authority))
        db.session.rollback()
        jobs.look()
        run_jobs("money.lapse_request")

    assert row.state is OverBudgetState.LAPSED
    assert {each.template for each in db.session.query(Mail)} >= {"over_budget_refused", "over_budget_lapsed"}


# ---- the invoice basis ----


def _take(made: worlds.World, on: date) -> InvoiceBatch:
    authority = db.session.get_one(Authority, made.authority.id)
    return money.take_batch(authority, None, on - timedelta(days=40), on + timedelta(days=40), by=made.coordinator)


def test_accepted_lines_are_taken_once_and_the_file_is_the_same_each_time(app: Flask) -> None:
    made = worlds_m.world()
    order = worlds_m.delivered(made, municipality="=Kuopio")
    waiting = worlds_m.reported(worlds_m.started(made), made)

    batch = _take(made, order.planned_end_on)
    with pytest.raises(RuleBroken) as again:
        _take(made, order.planned_end_on)
    db.session.rollback()

    text = sheets.batch(batch)
    rows = _rows(text)
    assert again.value.rule == "invoice-basis"
    assert text == sheets.batch(batch)
    assert {each["order_reference"] for each in rows} == {order.reference}
    assert waiting.reference not in text
    assert {each["municipality"] for each in rows} == {"'=Kuopio"}
    assert sorted(each["amount_without_vat"] for each in rows) == ["1000.00", "200.00", "300.00"]
    assert sum(Decimal(each["vat"]) for each in rows) == batch.vat == Decimal("382.50")
    assert sum(Decimal(each["amount_with_vat"]) for each in rows) == batch.total + batch.vat == Decimal("1882.50")


def test_only_the_own_authority_takes_its_lines(app: Flask) -> None:
    made = worlds_m.world()
    order = worlds_m.delivered(made)
    other = worlds.world()

    with pytest.raises(NotAllowed):
        _take(worlds.World(made.authority, other.coordinator, made.expert, made.category), order.planned_end_on)


def test_of_four_who_take_at_once_one_gets_the_lines(committed_app: Flask) -> None:
    made = worlds_m.world()
    order = worlds_m.delivered(made)
    day = order.planned_end_on
    db.session.remove()

    def take(_number: int) -> str:
        with committed_app.app_context():
            try:
                return str(_take(made, day).lines)
            except DomainError as error:
                return error.rule
            finally:
                db.session.remove()

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(take, range(4)))

    assert answers == ["3", "invoice-basis", "invoice-basis", "invoice-basis"]
    assert db.session.query(DeliveryLine).filter(DeliveryLine.batch_id.is_not(None)).count() == 3


def test_parts_accepted_while_others_order_never_overdraw_the_budget(committed_app: Flask) -> None:
    made = worlds_m.world(budget="4100.00")
    order = worlds_m.reported(worlds_m.started(made), made)
    order_id, day = order.id, order.planned_end_on
    needs = [worlds.need(made).id for _ in range(4)]
    db.session.remove()

    def accept() -> None:
        with clock.at(worlds.noon(day)):
            service.accept_delivery(db.session.get_one(Order, order_id), by=made.expert)

    def act(number: int) -> str:
        with committed_app.app_context():
            try:
                if number == 0:
                    accept()
                else:
                    need = db.session.get_one(Need, needs[number - 1])
                    wanted = beyond.wanted(need, choice=None, chosen_by=worlds.ChosenBy.RULE)
                    assert wanted is not None
                    service.place_order(
                        need, wanted.offering, wanted.start, chosen_by=worlds.ChosenBy.RULE, by=made.expert
                    )
                return "done"
            except DomainError as error:
                return error.rule
            finally:
                db.session.remove()

    with ThreadPoolExecutor(5) as pool:
        answers = sorted(pool.map(act, range(5)))

    # 1500 accepted and 500 kept for the result, or 2000 ordered: either way one more order of 2000 fits.
    assert answers == ["I7", "I7", "I7", "done", "done"]
    assert all(each.left >= 0 for each in db.session.query(Budget))


def test_an_order_is_closed_a_month_after_all_of_it_was_invoiced_and_no_result_is_open(app: Flask) -> None:
    made = worlds_m.world()
    order = worlds_m.delivered(made)
    with clock.at(worlds.noon(order.planned_end_on)):
        batch = _take(made, order.planned_end_on)
    outcome = queries.outcomes_of(order.id)[0]
    with clock.at(batch.taken_at + money.invoicing.CLOSE_AFTER + timedelta(hours=1)):
        assert money.close_paid_order(order) is False  # the result may still come
    with clock.at(worlds.noon(outcome.claim_by + timedelta(days=1))):
        money.lapse_outcome(outcome)
        jobs.look()
        run_jobs("money.close_order")
        assert money.close_paid_order(order) is False

    assert order.state is OrderState.CLOSED


@pytest.mark.rule("R104")
def test_cost_is_kept_by_home_municipality(app: Flask) -> None:
    made = worlds_m.world()
    first = worlds_m.delivered(made, municipality="Kuopio")
    worlds_m.delivered(made, worlds_m.BASE, municipality="Siilinjärvi")
    worlds_m.delivered(made, worlds_m.FEE, municipality="Kuopio")
    day = first.planned_end_on

    rows = queries.cost_by_municipality(made.authority.id, day, day)

    assert [(each.municipality, each.orders, each.cost, each.vat) for each in rows] == [
        ("Kuopio", 2, Decimal("1700.00"), Decimal("433.50")),
        ("Siilinjärvi", 1, Decimal("1000.00"), Decimal("255.00")),
    ]
    assert not queries.cost_by_municipality(made.authority.id, day + timedelta(days=1), day + timedelta(days=2))


def test_the_fee_of_a_late_cancellation_is_invoiced_too(app: Flask) -> None:
    made = worlds_m.world()
    order = worlds.order_by_rule(made)
    service.accept(order, by=made.suppliers[0])
    day = order.planned_start_on - timedelta(days=1)
    with clock.at(worlds.noon(day)):
        fee = service.cancel_terms(order, day).fee
        service.cancel(order, by=made.expert, fee=fee)

    line = queries.live_lines(order.id)[0]
    assert fee > 0
    assert (line.amount, worlds_m.totals(made, order)) == (fee, (Decimal("0.00"), fee))
    assert _take(made, day).total == fee
