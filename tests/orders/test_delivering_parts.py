"""Reports by part, parts while the service runs, disputes and payments for results."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask

from core import clock
from core.audit.chain import trail
from core.db import db
from core.errors import RuleBroken, WrongState
from core.mail.models import Mail
from orders import service
from orders.models import DisputeState, LineState, OrderState, PartKind
from orders.money import jobs, queries
from orders.money import service as money
from orders.money.models import OutcomePayment, OutcomeState
from orders.money.service import Evidence
from orders.service import delivering
from tests import worlds_money as worlds_m
from tests import worlds_orders as worlds
from tests.orders.test_handling import run_jobs
from tests.worlds_money import BASE, FEE, HALF, line


def _evidence(order: worlds.Order, **changes: object) -> Evidence:
    given = {"happened_on": order.planned_end_on, "text": "An employment contract was shown."}
    return Evidence(**{**given, **changes})  # type: ignore[arg-type]


def test_each_part_is_reported_up_to_what_was_ordered_of_it_and_a_result_never_with_the_report(app: Flask) -> None:
    made = worlds_m.world()
    order = worlds_m.started(made)
    assert order.price == Decimal("2000.00")

    for bad, field in (
        ([line(PartKind.BASE, "", "1000.01")], "part_0"),
        ([BASE, line(PartKind.START_FEE, "start", "150"), line(PartKind.START_FEE, "start", "50.01")], "part_2"),
        ([line(PartKind.OUTCOME, "in-work", "10")], "part_0"),
        ([line(PartKind.MODULE, "language", "10")], "part_0"),
        ([], "lines"),
    ):
        report = worlds.report(order, amount=Decimal("10"), lines=bad)
        with clock.at(worlds.noon(order.planned_end_on)), pytest.raises(RuleBroken) as refused:
            service.report_delivery(order, report, by=made.suppliers[0])
        assert (refused.value.rule, refused.value.field) == ("order-price", field)
        db.session.rollback()

    worlds_m.reported(order, made, BASE, FEE)
    with clock.at(worlds.noon(order.planned_end_on)):
        service.accept_delivery(order, by=made.expert)

    # The milestone was not reported: its money is free. The result's stays committed.
    assert worlds_m.totals(made, order) == (Decimal("500.00"), Decimal("1200.00"))


def test_a_start_fee_is_accepted_while_the_service_runs_and_counts_in_the_report(app: Flask) -> None:
    made = worlds_m.world()
    order = worlds_m.started(made)
    provider = made.suppliers[0]
    with clock.at(worlds.noon(order.planned_start_on)):
        fee = delivering.report_part(order, FEE, by=provider)
        with pytest.raises(RuleBroken):
            delivering.report_part(order, line(PartKind.START_FEE, "start", "0.01"), by=provider)
        with pytest.raises(RuleBroken):
            delivering.report_part(order, BASE, by=provider)
        delivering.return_part(fee, "Nobody came.", by=made.expert)
        again = delivering.report_part(order, FEE, by=provider)
        delivering.accept_part(again, by=made.expert)
        with pytest.raises(WrongState):
            delivering.accept_part(again, by=made.expert)

    assert worlds_m.totals(made, order) == (Decimal("1800.00"), Decimal("200.00"))
    with pytest.raises(RuleBroken) as refused:
        worlds_m.reported(order, made, FEE)
    assert refused.value.rule == "order-price"
    worlds_m.reported(order, made, BASE, HALF)
    with clock.at(worlds.noon(order.planned_end_on)):
        service.accept_delivery(order, by=made.expert)
    assert worlds_m.totals(made, order) == (Decimal("500.00"), Decimal("1500.00"))
    assert [each.type for each in trail(again)] == ["delivery_line.reported", "delivery_line.accepted"]


def test_whoever_reported_accepts_nothing(app: Flask) -> None:
    made = worlds_m.world()
    order = worlds_m.started(made)
    with clock.at(worlds.noon(order.planned_start_on)):
        fee = delivering.report_part(order, FEE, by=made.expert)
        with pytest.raises(RuleBroken) as refused:
            delivering.accept_part(fee, by=made.expert)

    assert refused.value.rule == "four-eyes"


def test_a_returned_report_frees_its_lines_for_the_next_one(app: Flask) -> None:
    made = worlds_m.world()
    order = worlds_m.reported(worlds_m.started(made), made)
    service.return_report(order, "Which day?", by=made.expert)
    worlds_m.reported(order, made, BASE)

    live = queries.live_lines(order.id)
    assert [(each.kind, each.state) for each in live] == [(PartKind.BASE, LineState.REPORTED)]
    assert len(queries.lines_of(order.id)) == 4


# ---- disputes ----


def test_a_dispute_is_answered_settled_at_the_agreed_amount_and_then_accepted(app: Flask) -> None:
    made = worlds_m.world()
    order = worlds_m.reported(worlds_m.started(made), made)
    base = next(each for each in queries.live_lines(order.id) if each.kind is PartKind.BASE)
    with pytest.raises(RuleBroken) as above:
        money.dispute(order, {base.id: Decimal("1000.01")}, "Too much.", by=made.expert)
    db.session.rollback()
    money.dispute(order, {base.id: Decimal("600.00")}, "Six meetings of ten.", by=made.expert)
    with pytest.raises(WrongState):
        service.accept_delivery(order, by=made.expert)
    db.session.rollback()
    row = money.answer_dispute(order, {base.id: Decimal("800.00")}, "Eight were held.", by=made.suppliers[0])
    assert (row.state, above.value.rule) == (DisputeState.ANSWERED, "order-price")

    money.settle_dispute(order, by=made.expert)
    service.accept_delivery(order, by=made.expert)

    assert (row.state, row.settled_amount) == (DisputeState.SETTLED, Decimal("1300.00"))
    assert order.state is OrderState.COMPLETED
    assert worlds_m.totals(made, order) == (Decimal("500.00"), Decimal("1300.00"))


def test_a_provider_who_agrees_settles_and_one_who_is_silent_lets_the_proposal_stand(app: Flask) -> None:
    made = worlds_m.world()
    agreed, silent = (worlds_m.reported(worlds_m.started(made), made) for _ in range(2))
    for order in (agreed, silent):
        base = queries.live_lines(order.id)[0]
        row = money.dispute(order, {base.id: Decimal("600.00")}, "Six meetings of ten.", by=made.expert)
    money.answer_dispute(agreed, None, "", by=made.suppliers[0])

    with clock.at(row.answer_by - timedelta(seconds=5)):
        assert money.let_proposal_stand(row) is False
    with clock.at(row.answer_by + timedelta(minutes=1)):
        with pytest.raises(WrongState):
            money.answer_dispute(silent, None, "", by=made.suppliers[0])
        db.session.rollback()
        jobs.look()
        run_jobs("money.let_proposal_stand")

    for order in (agreed, silent):
        assert (order.state, order.delivery and order.delivery.amount) == (OrderState.REPORTED, Decimal("1100.00"))
    assert (row.state, row.settled_by) == (DisputeState.SETTLED, None)


def test_after_an_answer_the_expert_may_propose_anew(app: Flask) -> None:
    made = worlds_m.world()
    order = worlds_m.reported(worlds_m.started(made), made)
    base = queries.live_lines(order.id)[0]
    money.dispute(order, {base.id: Decimal("600.00")}, "Six meetings of ten.", by=made.expert)
    money.answer_dispute(order, {}, "All ten were held.", by=made.suppliers[0])

    new = money.renew_dispute(order, {base.id: Decimal("900.00")}, "We know of nine.", by=made.expert)

    assert [each.state for each in queries.disputes_of(order.id)] == [DisputeState.RENEWED, DisputeState.OPEN]
    assert new.number == 2


# ---- results ----


def test_a_result_pays_only_when_its_evidence_is_confirmed(app: Flask) -> None:
    made = worlds_m.world()
    order = worlds_m.delivered(made)
    row = db.session.query(OutcomePayment).one()
    provider = made.suppliers[0]
    with clock.at(worlds.noon(order.planned_end_on)):
        for bad, field in (
            (_evidence(order, text=" "), "text"),
            (_evidence(order, text="131052-308T works now"), "text"),
            (_evidence(order, happened_on=order.planned_end_on + timedelta(days=1)), "happened_on"),
            (_evidence(order, content=b"MZ", file_name="proof.exe"), "file"),
        ):
            with pytest.raises(RuleBroken) as refused:
                money.claim_outcome(row, bad, by=provider)
            assert refused.value.field == field
            db.session.rollback()
        with pytest.raises(WrongState):
            money.confirm_outcome(row, by=made.expert)
        db.session.rollback()
        money.claim_outcome(row, _evidence(order, content=b"%PDF-1.4 proof", file_name="proof.pdf"), by=provider)
        money.refuse_outcome(row, "It is not signed.", by=made.expert)
        assert worlds_m.totals(made, order)[0] == Decimal("500.00")
        money.claim_outcome(row, _evidence(order), by=provider)
        money.confirm_outcome(row, by=made.expert)

    assert row.state is OutcomeState.CONFIRMED
    assert b"contract" not in (row.sealed_evidence or b"")
    assert worlds_m.totals(made, order) == (Decimal("0.00"), Decimal("2000.00"))
    outcome = queries.live_lines(order.id)[-1]
    assert (outcome.kind, outcome.state, outcome.amount) == (PartKind.OUTCOME, LineState.ACCEPTED, Decimal("500.00"))


def test_an_unclaimed_result_lapses_after_its_day_and_frees_its_money_once(app: Flask) -> None:
    made = worlds_m.world()
    order = worlds_m.delivered(made)
    row = db.session.query(OutcomePayment).one()

    with clock.at(worlds.noon(row.claim_by)):
        assert money.lapse_outcome(row) is None
    with clock.at(worlds.noon(row.claim_by + timedelta(days=1))):
        with pytest.raises(WrongState):
            money.claim_outcome(row, _evidence(order), by=made.suppliers[0])
        db.session.rollback()
        jobs.look()
        run_jobs("money.lapse_outcome")
        assert money.lapse_outcome(row) is None

    assert worlds_m.totals(made, order) == (Decimal("0.00"), Decimal("1500.00"))
    assert "outcome_lapsed" in {each.template for each in db.session.query(Mail)}


@pytest.mark.rule("I8")
def test_the_file_of_the_evidence_holds_no_identity_code_nor_does_its_name(app: Flask) -> None:
    made = worlds_m.world()
    order = worlds_m.delivered(made)
    (row,) = queries.outcomes_of(order.id)
    png = b"\x89PNG\r\n\x1a\n" + bytes(20)
    with clock.at(worlds.noon(order.planned_end_on)), pytest.raises(RuleBroken) as refused:
        money.claim_outcome(
            row, _evidence(order, content=png, file_name="contract-131052-308T.png"), by=made.suppliers[0]
        )
    assert (refused.value.rule, refused.value.field) == ("I8", "file")
