"""Amendments of an order: nothing changes before the other side agrees, and never beyond the terms."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select

from core import clock
from core.db import db
from core.errors import RuleBroken, WrongState
from core.mail.models import Mail
from dps.contracts import service as contracts
from dps.offerings.models import OfferingModule
from dps.systems.models import OrderingRule
from orders import jobs as order_jobs
from orders import service
from orders.changes import jobs
from orders.changes import service as changes
from orders.changes.models import ChangeKind, ChangeReason, ChangeState, OrderChange
from orders.changes.service import Proposal
from orders.models import Order, OrderState
from tests import people
from tests import worlds_orders as worlds
from tests.orders.test_handling import run_jobs, totals
from tests.pages import api_as, page_as

Made = tuple[worlds.World, Order, worlds.Mandate]
NOON = worlds.noon


def proposal(kind: ChangeKind, **values: object) -> Proposal:
    return Proposal(kind=kind, reason=ChangeReason.CUSTOMER_ASKS, **values)  # type: ignore[arg-type]


@pytest.fixture
def accepted(app: Flask) -> Made:
    made = worlds.world(rule=OrderingRule.RANKING, budget="1300.00")
    offering = worlds.offering(made, duration_days=30)
    order = worlds.order_by_rule(made)
    provider = worlds.provider_of(order, made)
    service.accept(order, by=provider)
    db.session.add(OfferingModule(offering_id=offering.id, module_id=made.category.modules[0].id, price=Decimal("300")))
    db.session.commit()
    return made, order, provider


def started(accepted: Made) -> Made:
    _made, order, provider = accepted
    with clock.at(NOON(order.planned_start_on)):
        service.start_service(order, order.planned_start_on, by=provider)
    return accepted


def test_a_later_end_counts_only_once_the_other_side_agrees(accepted: Made) -> None:
    made, order, provider = accepted
    before, later = order.planned_end_on, order.planned_end_on + timedelta(days=14)

    change = changes.propose(order, proposal(ChangeKind.EXTEND, until_on=later), by=provider)
    assert order.planned_end_on == before
    with pytest.raises(RuleBroken) as own:
        changes.agree(change, by=provider)
    with pytest.raises(WrongState):
        changes.propose(order, proposal(ChangeKind.EXTEND, until_on=later), by=made.expert)
    changes.agree(change, by=made.expert)

    assert (own.value.rule, order.planned_end_on, change.state) == ("consent", later, ChangeState.AGREED)
    with pytest.raises(WrongState):
        changes.agree(change, by=made.expert)
    sent = db.session.scalars(select(Mail.template).where(Mail.about_id == order.id)).all()
    assert {"order_change_proposed", "order_change_answered"} <= set(sent)


@pytest.mark.rule("R79", "R101")
def test_no_end_lies_beyond_the_contract_the_categorys_length_or_a_work_trials_six_months(accepted: Made) -> None:
    made, order, provider = accepted
    order.contract.ends_on = order.planned_start_on + timedelta(days=60)
    db.session.commit()

    def refusal(days: int) -> str:
        end = order.planned_start_on + timedelta(days=days)
        with pytest.raises(RuleBroken) as refused:
            changes.propose(order, proposal(ChangeKind.EXTEND, until_on=end), by=provider)
        assert refused.value.field == "until_on"
        return refused.value.rule

    assert refusal(10) == "order-change"
    assert refusal(61) == "R79"
    order.contract.ends_on = worlds.FAR
    db.session.commit()
    assert refusal(made.category.max_duration_days) == "category-duration"
    made.category.has_work_trial, made.category.max_duration_days = True, 300
    db.session.commit()
    assert refusal(190) == "R101"


def test_what_was_possible_when_proposed_is_asked_again_when_agreed(accepted: Made) -> None:
    made, order, provider = accepted
    end = order.planned_end_on + timedelta(days=5)
    change = changes.propose(order, proposal(ChangeKind.EXTEND, until_on=end), by=provider)
    order.contract.ends_on = order.planned_end_on

    with pytest.raises(RuleBroken) as refused:
        changes.agree(change, by=made.expert)

    assert refused.value.rule == "R79"


def test_a_refused_a_withdrawn_and_a_lapsed_proposal_change_nothing(accepted: Made) -> None:
    made, order, provider = accepted
    before = order.planned_end_on

    def propose() -> OrderChange:
        return changes.propose(order, proposal(ChangeKind.EXTEND, until_on=before + timedelta(days=5)), by=made.expert)

    refused, withdrawn = propose(), None
    changes.refuse(refused, by=provider)
    withdrawn = propose()
    with pytest.raises(RuleBroken):
        changes.withdraw(withdrawn, by=provider)
    changes.withdraw(withdrawn, by=made.expert)
    lapsed = propose()
    with clock.at(lapsed.answer_by + timedelta(seconds=1)):
        with pytest.raises(WrongState):
            changes.agree(lapsed, by=provider)
        jobs.promise_following()
        run_jobs("changes.lapse_one")

    assert [each.state for each in (refused, withdrawn, lapsed)] == ["refused", "withdrawn", "lapsed"]
    assert order.planned_end_on == before


@pytest.mark.rule("I7", "R79")
def test_a_module_commits_its_price_from_the_offering_within_the_budget(accepted: Made) -> None:
    made, order, provider = accepted
    change = changes.propose(order, proposal(ChangeKind.MODULE, module="language"), by=made.expert)
    assert totals(made, order) == (1, Decimal("1000.00"), 0)

    changes.agree(change, by=provider)

    assert (order.price, order.modules) == (Decimal("1300.00"), ["language"])
    assert sum(Decimal(each["amount"]) for each in order.parts) == order.price
    assert totals(made, order) == (1, Decimal("1300.00"), 0)
    with pytest.raises(RuleBroken) as twice:
        changes.propose(order, proposal(ChangeKind.MODULE, module="language"), by=made.expert)
    with pytest.raises(RuleBroken) as unknown:
        changes.propose(order, proposal(ChangeKind.MODULE, module="rocketry"), by=made.expert)
    assert (twice.value.field, unknown.value.field) == ("module", "module")


@pytest.mark.rule("R79", "R34")
def test_nothing_is_added_without_a_contract_in_force_nor_bought_while_new_orders_are_paused(accepted: Made) -> None:
    made, order, provider = accepted
    module = changes.propose(order, proposal(ChangeKind.MODULE, module="language"), by=made.expert)
    order.contract.paused_at = clock.now()
    db.session.commit()
    with pytest.raises(RuleBroken) as paused:
        changes.agree(module, by=provider)
    db.session.rollback()
    changes.withdraw(module, by=made.expert)

    end = proposal(ChangeKind.EXTEND, until_on=order.planned_end_on + timedelta(days=5))
    changes.withdraw(changes.propose(order, end, by=made.expert), by=made.expert)
    contracts.end_contract(order.contract, "Repeated deficiencies.", by=people.decider(made.authority))
    with pytest.raises(RuleBroken) as ended:
        changes.propose(order, end, by=made.expert)

    assert (paused.value.rule, paused.value.field) == ("R79", "module")
    assert (ended.value.rule, ended.value.field) == ("R79", "until_on")


@pytest.mark.rule("I7")
def test_a_module_the_budget_does_not_cover_or_above_its_ceiling_is_refused(accepted: Made) -> None:
    made, order, _provider = accepted
    order.budget.amount = Decimal("1299.99")
    with pytest.raises(RuleBroken) as money:
        changes.propose(order, proposal(ChangeKind.MODULE, module="language"), by=made.expert)
    made.category.modules[0].price_ceiling = Decimal("299.00")
    with pytest.raises(RuleBroken) as ceiling:
        changes.propose(order, proposal(ChangeKind.MODULE, module="language"), by=made.expert)

    assert (money.value.rule, ceiling.value.rule) == ("I7", "price-ceiling")


def test_a_pause_begins_and_ends_on_its_days(accepted: Made) -> None:
    made, order, provider = started(accepted)
    day = order.planned_start_on
    first, last = day + timedelta(days=3), day + timedelta(days=6)
    with clock.at(NOON(day)):
        with pytest.raises(RuleBroken):
            changes.propose(order, proposal(ChangeKind.PAUSE, from_on=last, until_on=first), by=provider)
        change = changes.propose(order, proposal(ChangeKind.PAUSE, from_on=first, until_on=last), by=provider)
        changes.agree(change, by=made.expert)
        jobs.promise_following()
        assert (order.state, changes.begin_pause(change)) == (OrderState.STARTED, False)
    with clock.at(NOON(first)):
        jobs.promise_following()
        run_jobs("changes.begin_pause")
        assert (order.state, order.paused_until) == (OrderState.PAUSED, last)
        with pytest.raises(WrongState):
            service.report_delivery(order, worlds.report(order), by=provider)
    with clock.at(NOON(last + timedelta(days=1))):
        order_jobs.promise_following()
        run_jobs("orders.end_pause")
    assert (order.state, order.paused_until) == (OrderState.STARTED, None)


def test_a_pause_may_end_early_by_consent(accepted: Made) -> None:
    made, order, provider = started(accepted)
    day = order.planned_start_on
    with clock.at(NOON(day)):
        pause = proposal(ChangeKind.PAUSE, from_on=day, until_on=day + timedelta(days=9))
        changes.agree(changes.propose(order, pause, by=provider), by=made.expert)
        assert order.state is OrderState.PAUSED
        back = proposal(ChangeKind.RESUME, from_on=day)
        changes.agree(changes.propose(order, back, by=made.expert), by=provider)

    assert (order.state, order.paused_until) == (OrderState.STARTED, None)


def test_another_start_moves_the_end_with_it_and_stays_in_the_budgets_year(accepted: Made) -> None:
    made, order, provider = accepted
    start, end = order.planned_start_on, order.planned_end_on
    step = timedelta(days=-2 if start.day > 2 else 2)
    next_year = start + timedelta(days=366)
    with pytest.raises(RuleBroken) as year:
        changes.propose(order, proposal(ChangeKind.MOVE_START, from_on=next_year), by=provider)
    assert (year.value.rule, year.value.field) == ("budget-year", "from_on")

    changes.agree(
        changes.propose(order, proposal(ChangeKind.MOVE_START, from_on=start + step), by=provider), by=made.expert
    )

    assert (order.planned_start_on, order.planned_end_on) == (start + step, end + step)


@pytest.mark.parametrize(
    "act",
    [
        lambda order: proposal(ChangeKind.RESUME, from_on=order.planned_start_on),
        lambda order: proposal(ChangeKind.PAUSE, from_on=order.planned_start_on, until_on=order.planned_end_on),
    ],
)
def test_what_the_orders_state_does_not_allow_is_refused(accepted: Made, act: Callable[[Order], Proposal]) -> None:
    _made, order, provider = accepted
    with pytest.raises(WrongState):
        changes.propose(order, act(order), by=provider)


def test_both_sides_propose_and_answer_on_pages_and_the_desk_shows_what_waits(app: Flask, accepted: Made) -> None:
    made, order, provider = accepted
    later = order.planned_end_on + timedelta(days=7)
    theirs = page_as(app, provider).get(f"/provider/orders/{order.id}").follow("Changes")
    sent = theirs.press("Send the proposal", kind="extend", until_on=str(later), reason="customer_asks")
    assert "A later end" in sent.text
    expert = page_as(app, made.expert)
    assert "a change is proposed" in expert.get("/expert").text

    agreed = expert.get(f"/expert/orders/{order.id}/changes").press("Agree to the change")

    assert "Agreed" in agreed.text
    db.session.refresh(order)
    assert order.planned_end_on == later


def test_the_api_proposes_and_answers(app: Flask, accepted: Made) -> None:
    made, order, provider = accepted
    expert, supplier = api_as(app, made.expert), api_as(app, provider)
    body = {"kind": "module", "reason": "need_changed", "module": "language"}
    proposed = expert.post(f"/orders/{order.id}/propose-change", body)
    assert (proposed.status_code, proposed.get_json()["price"]) == (201, "300.00"), proposed.data
    path = f"/order-changes/{proposed.get_json()['id']}"

    assert expert.post(f"{path}/agree").get_json()["rule"] == "consent"
    assert supplier.post(f"{path}/agree").get_json()["state"] == "agreed"
    assert [each["id"] for each in supplier.get("/order-changes").get_json()["items"]] == [proposed.get_json()["id"]]
    assert supplier.get(f"/orders/{order.id}").get_json()["price"] == "1300.00"
