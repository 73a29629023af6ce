"""Where customers are: three sources kept apart, what stands, contradictions, reports, exclusions."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from core import clock
from core.audit.models import AuditEvent
from core.db import db
from core.errors import NotAllowed, RuleBroken, WrongState
from evaluation.outcomes import queries, service
from evaluation.outcomes.models import (
    ContractKind,
    ContradictionState,
    EmployerType,
    Ground,
    Outcome,
    OutcomeContradiction,
    OutcomeCorrection,
    OutcomeReport,
    OutcomeState,
    ReportState,
    Source,
)
from evaluation.outcomes.rules import Details, check_details
from evaluation.outcomes.service import Evidence
from orders.models import Order
from orders.money import service as money
from orders.money.kinds import ResultKind
from tests import people, worlds_money
from tests import worlds_orders as worlds
from tests.evaluation import worlds_outcomes as outcomes
from tests.evaluation.worlds_outcomes import JOB, UNEMPLOYED, WORK
from tests.pages import api_as, page_as


def _settled(order: Order) -> list[tuple[int, OutcomeState, bool, Source]]:
    rows = db.session.execute(queries.settled()).all()
    return [(row.months, row.state, row.is_employed, row.source) for row in rows if row.order_id == order.id]


# ---- what goes with which state ----


@pytest.mark.parametrize(
    ("state", "details", "field"),
    [
        (WORK, Details(), "employer_type"),
        (OutcomeState.SUBSIDISED_WORK, Details(), "employer_type"),
        (UNEMPLOYED, JOB, "employer_type"),
        (OutcomeState.OWN_BUSINESS, Details(contract_kind=ContractKind.PERMANENT), "contract_kind"),
        (
            WORK,
            Details(employer_type=EmployerType.STATE, contract_kind=ContractKind.FIXED_TERM),
            "contract_months",
        ),
        (WORK, Details(employer_type=EmployerType.STATE, contract_months=6), "contract_months"),
        (UNEMPLOYED, Details(next_service="Coaching"), "next_service"),
        (OutcomeState.NEXT_SERVICE, Details(next_service="of 131052-308T"), "next_service"),
    ],
)
def test_given_facts_that_do_not_go_with_a_state_then_the_field_is_named(
    state: OutcomeState, details: Details, field: str
) -> None:
    with pytest.raises(RuleBroken) as refusal:
        check_details(state, details)

    assert refusal.value.field == field


def test_given_a_job_without_an_employer_then_the_database_itself_refuses_it(app: Flask) -> None:
    made = outcomes.world()
    row = outcomes.told(outcomes.delivered(made), made)

    row.state = WORK
    with pytest.raises(IntegrityError, match="employer_if_job"):
        db.session.flush()


def test_a_job_found_during_the_service_counts_and_one_from_before_it_or_after_the_window_does_not(
    app: Flask,
) -> None:
    made = outcomes.world()
    order = outcomes.delivered(made)
    assert order.started_on is not None

    with clock.at(outcomes.after(order, days=20)):
        for since in (order.started_on - timedelta(days=1), outcomes.day_of(order) + timedelta(days=1)):
            details = Details(employer_type=EmployerType.COMPANY, since_on=since)
            with pytest.raises(RuleBroken) as refusal:
                service.record_outcome(order, WORK, details, by=made.expert)
            assert (refusal.value.rule, refusal.value.field) == ("outcome-date", "since_on")
        found = Details(employer_type=EmployerType.COMPANY, since_on=order.started_on)
        service.record_outcome(order, WORK, found, by=made.expert)

    assert _settled(order) == [(3, WORK, True, Source.EXPERT)]


# ---- sources, precedence, contradictions ----


def _register(order: Order, made: worlds.World, state: OutcomeState, months: int = 3) -> None:
    cells = {"order": order.reference, "months": str(months), "state": state.value}
    if state is WORK:
        cells["employer_type"] = "company"
    from evaluation.outcomes.service import importing

    with clock.at(outcomes.after(order, months)):
        done = importing.import_batch([cells], is_dry=False, by=made.coordinator)
    assert not done.unread
    assert [each.problem for each in done.judged] == [None]


@pytest.mark.rule("R108")
def test_given_three_sources_that_agree_then_each_is_kept_and_the_customer_system_stands(app: Flask) -> None:
    made = outcomes.world()
    order = outcomes.delivered(made)
    report = outcomes.reported(order, made)
    with clock.at(outcomes.after(order)):
        service.confirm_report(report, by=made.expert)
    assert _settled(order) == [(3, WORK, True, Source.PROVIDER)]

    outcomes.told(order, made, WORK)
    assert _settled(order) == [(3, WORK, True, Source.EXPERT)]
    _register(order, made, OutcomeState.OWN_BUSINESS)

    assert _settled(order) == [(3, OutcomeState.OWN_BUSINESS, True, Source.REGISTER)]
    said = {row.source: (row.state, row.recorded_by) for row in queries.of_order(order.id)}
    assert said == {
        Source.REGISTER: (OutcomeState.OWN_BUSINESS, made.coordinator.person_id),
        Source.EXPERT: (WORK, made.expert.person_id),
        Source.PROVIDER: (WORK, outcomes.provider_of(order, made).person_id),
    }


def test_given_two_sources_that_do_not_agree_then_the_result_is_missing_until_somebody_settles_it(
    app: Flask,
) -> None:
    made = outcomes.world()
    order = outcomes.delivered(made)
    outcomes.told(order, made, WORK)
    _register(order, made, UNEMPLOYED)

    assert _settled(order) == []
    row = db.session.query(OutcomeContradiction).one()
    with clock.at(outcomes.after(order)):
        _settle_on_pages(app, made, order, row)

    assert _settled(order) == [(3, WORK, True, Source.EXPERT)]
    db.session.refresh(row)
    assert (row.settled_by, row.reason) == (made.coordinator.person_id, "I saw the contract.")
    with pytest.raises(WrongState):
        service.settle(row, Source.REGISTER, "Once more.", by=made.coordinator)


def _settle_on_pages(app: Flask, made: worlds.World, order: Order, row: OutcomeContradiction) -> None:
    for mandate, desk in ((made.expert, "/expert"), (made.coordinator, "/procurement")):
        assert f"Order {order.reference}: two sources do not agree" in page_as(app, mandate).get(desk).text
    page = page_as(app, made.coordinator).get(f"/outcome-contradictions/{row.id}")
    assert [cells[:2] for cells in page.rows()] == [
        ["Customer system", "Unemployed"],
        ["Expert", "Work in the open labour market"],
    ]
    assert page.press("Settle", source="expert", reason=" ").status == 422
    assert page.press("Settle", source="expert", reason="I saw the contract.").status == 200


def test_given_a_source_that_does_not_know_then_it_contradicts_nobody_and_stands_only_alone(app: Flask) -> None:
    made = outcomes.world()
    order = outcomes.delivered(made)
    _register(order, made, OutcomeState.UNKNOWN)
    assert _settled(order) == []

    outcomes.told(order, made, WORK)

    assert db.session.query(OutcomeContradiction).count() == 0
    assert _settled(order) == [(3, WORK, True, Source.EXPERT)]


def test_given_a_correction_then_the_old_version_is_kept_and_what_contradicted_is_gone_or_asked_anew(
    app: Flask,
) -> None:
    made = outcomes.world()
    order = outcomes.delivered(made)
    row = outcomes.told(order, made, WORK)
    _register(order, made, UNEMPLOYED)
    contradiction = db.session.query(OutcomeContradiction).one()

    with clock.at(outcomes.after(order, days=5)):
        page = page_as(app, made.expert).get(f"/expert/orders/{order.id}/outcomes")
        page = page.follow("Correct what Expert says after 3 months")
        page = page.press(
            "Save the correction", state="unemployed", employer_type="", reason="It was another customer."
        )
    assert "Corrected because: It was another customer." in page.text
    kept = db.session.query(OutcomeCorrection).one()
    assert (kept.before["state"], kept.before["employer_type"]) == ("open_labour_market", "company")
    assert contradiction.state is ContradictionState.GONE
    assert _settled(order) == [(3, UNEMPLOYED, False, Source.REGISTER)]

    with clock.at(outcomes.after(order, days=6)):
        service.correct_outcome(row, WORK, JOB, "It was this customer after all.", by=made.expert)
    assert contradiction.state is ContradictionState.OPEN
    assert _settled(order) == []


def test_given_a_settled_contradiction_when_a_source_turns_round_then_it_is_asked_anew(app: Flask) -> None:
    made = outcomes.world()
    order = outcomes.delivered(made)
    row = outcomes.told(order, made, WORK)
    _register(order, made, UNEMPLOYED)
    contradiction = db.session.query(OutcomeContradiction).one()
    service.settle(contradiction, Source.EXPERT, "Seen the contract.", by=made.expert)

    with clock.at(outcomes.after(order, days=1)):
        service.correct_outcome(row, OutcomeState.OWN_BUSINESS, Details(), "Own business, not a job.", by=made.expert)
    assert contradiction.state is ContradictionState.SETTLED
    assert _settled(order) == [(3, OutcomeState.OWN_BUSINESS, True, Source.EXPERT)]

    report = outcomes.reported(order, made, UNEMPLOYED)
    with clock.at(outcomes.after(order, days=1)):
        service.confirm_report(report, by=made.expert)
    assert contradiction.state is ContradictionState.OPEN
    assert _settled(order) == []


def test_a_correction_needs_a_reason_and_a_change(app: Flask) -> None:
    made = outcomes.world()
    order = outcomes.delivered(made)
    row = outcomes.told(order, made)

    with clock.at(outcomes.after(order)):
        with pytest.raises(RuleBroken, match="I10"):
            service.correct_outcome(row, OutcomeState.STUDIES, Details(), " ", by=made.expert)
        with pytest.raises(RuleBroken, match="outcome-state"):
            service.correct_outcome(row, UNEMPLOYED, Details(), "The same.", by=made.expert)


# ---- reports of providers ----


@pytest.mark.rule("R105")
def test_given_a_providers_report_then_it_counts_only_once_another_person_has_confirmed_it(app: Flask) -> None:
    made = outcomes.world()
    order = outcomes.delivered(made)
    provider = outcomes.provider_of(order, made)
    with clock.at(outcomes.after(order)):
        page = page_as(app, provider).get("/provider/outcomes")
        page = page.follow(f"Report order {order.reference} after 3 months")
        page = page.press(
            "Send the report",
            state="open_labour_market",
            employer_type="company",
            text="Seen the contract of work.",
            file=(BytesIO(b"%PDF-1.4 proof"), "proof.pdf"),
        )
        assert page.status == 200, page.messages
        report = db.session.query(OutcomeReport).one()
        assert b"contract" not in report.sealed_evidence
        assert report.file_id is not None
        assert _settled(order) == []
        desk = page_as(app, made.expert).get("/expert")
        page = desk.follow(f"Read the reported result of order {order.reference}")
        assert "Seen the contract of work." in page.text
        page = page.press("Confirm the result")

    assert page.status == 200
    assert _settled(order) == [(3, WORK, True, Source.PROVIDER)]
    row = db.session.query(Outcome).one()
    assert (row.recorded_by, row.confirmed_by) == (provider.person_id, made.expert.person_id)


def test_nobody_confirms_their_own_report(app: Flask) -> None:
    made = outcomes.world()
    order = outcomes.delivered(made)
    report = outcomes.reported(order, made)
    expert = people.mandate(made.expert.role, made.authority, None)
    report.reported_by = expert.person_id

    with clock.at(outcomes.after(order)), pytest.raises(RuleBroken, match="four-eyes"):
        service.confirm_report(report, by=expert)


def test_given_a_refused_report_then_the_provider_reads_why_and_may_report_anew(app: Flask) -> None:
    made = outcomes.world()
    order = outcomes.delivered(made)
    provider = outcomes.provider_of(order, made)
    report = outcomes.reported(order, made)

    with clock.at(outcomes.after(order)):
        with pytest.raises(WrongState):
            service.report_outcome(order, 3, WORK, JOB, Evidence(text="Once more."), by=provider)
        page = page_as(app, made.expert).get(f"/outcome-reports/{report.id}")
        page.press("Refuse the report", reason="The contract is of another person.")
        assert _settled(order) == []
        desk = page_as(app, provider).get("/provider")
        assert "The contract is of another person." in desk.text
        service.report_outcome(order, 3, UNEMPLOYED, Details(), Evidence(text="The job ended."), by=provider)
        assert "The contract is of another person." not in page_as(app, provider).get("/provider").text


def test_a_provider_sees_its_own_reports_and_nobody_elses(app: Flask) -> None:
    made = outcomes.world()
    order = outcomes.delivered(made)
    report = outcomes.reported(order, made)
    other, _contract = worlds.supplier(made)

    own = api_as(app, outcomes.provider_of(order, made)).get("/outcome-reports").get_json()["items"]
    assert [each["id"] for each in own] == [str(report.id)]
    assert api_as(app, other).get("/outcome-reports").get_json()["items"] == []
    assert page_as(app, other).get(f"/outcome-reports/{report.id}").status == 403
    assert api_as(app, outcomes.provider_of(order, made)).get("/outcomes").status_code == 403


# ---- payments for results ----


def _claimed(made: worlds.World, result: ResultKind | None, days: int) -> tuple[Order, Any]:
    """A payment for a result claimed so many days after the planned end."""
    from orders.money import queries as money_queries

    order = worlds_money.delivered(made)
    (payment,) = money_queries.outcomes_of(order.id)
    happened = order.planned_end_on + timedelta(days=days)
    with clock.at(worlds.noon(happened + timedelta(days=1))):
        proof = money.Evidence(happened_on=happened, text="A contract of work.", result=result)
        money.claim_outcome(payment, proof, by=worlds.provider_of(order, made))
    return order, payment


def test_given_a_result_claimed_for_payment_then_the_service_cannot_be_left_out_any_more(app: Flask) -> None:
    made = worlds_money.world()
    order, payment = _claimed(made, ResultKind.OPEN_LABOUR_MARKET, days=20)

    with clock.at(worlds.noon(order.planned_end_on + timedelta(days=30))):
        with pytest.raises(WrongState) as refused:
            service.exclude(order, Ground.TRANSFER, by=made.expert)
        money.refuse_outcome(payment, "The contract is not signed.", by=made.expert)
        service.exclude(order, Ground.TRANSFER, by=made.expert)

    assert refused.value.rule == "outcome-excluded"


def test_a_confirmed_payment_for_a_result_is_the_providers_confirmed_word_of_the_window_that_is_over(
    app: Flask,
) -> None:
    made = worlds_money.world()
    order, payment = _claimed(made, ResultKind.OPEN_LABOUR_MARKET, days=20)
    assert _settled(order) == []

    with clock.at(outcomes.after(order)):
        money.confirm_outcome(payment, by=made.expert)

    assert _settled(order) == [(3, WORK, True, Source.PROVIDER)]
    assert db.session.query(Outcome).one().employer_type is EmployerType.UNKNOWN


def test_a_payment_confirmed_before_the_window_is_over_says_nothing_of_it(app: Flask) -> None:
    made = worlds_money.world()
    early, first = _claimed(made, ResultKind.OPEN_LABOUR_MARKET, days=20)
    nameless, second = _claimed(made, None, days=20)

    with clock.at(worlds.noon(early.planned_end_on + timedelta(days=30))):
        money.confirm_outcome(first, by=made.expert)
    with clock.at(outcomes.after(nameless)):
        money.confirm_outcome(second, by=made.expert)

    assert _settled(early) == _settled(nameless) == []
    assert first.amount == Decimal("500.00")


# ---- what does not count ----


def test_given_a_neutral_fact_before_a_result_is_known_then_the_service_counts_for_nobody(app: Flask) -> None:
    made = outcomes.world()
    order, other = outcomes.delivered(made), outcomes.delivered(made)
    page = page_as(app, made.expert).get(f"/expert/orders/{order.id}/outcomes")
    page.press("Leave the service out", ground="moved_abroad")

    assert [row[0] for row in db.session.execute(queries.excluded())] == [order.id]
    with clock.at(outcomes.after(order)):
        assert order.reference not in page_as(app, made.expert).get("/expert/outcomes").text
        with pytest.raises(RuleBroken, match="outcome-excluded"):
            service.record_outcome(order, UNEMPLOYED, by=made.expert)
    (share,) = queries.exclusions(made.authority.id)
    assert (share.begun, share.excluded) == (2, 1)
    rows = page_as(app, made.coordinator).get("/procurement/outcome-exclusions").rows()
    assert rows[0][1:3] == ["2", "1"]

    outcomes.told(other, made)
    with pytest.raises(WrongState):
        service.exclude(other, Ground.DEATH, by=made.expert)


def test_a_service_cannot_be_left_out_while_a_report_of_its_result_waits_nor_by_its_provider(app: Flask) -> None:
    made = outcomes.world()
    order = outcomes.delivered(made)
    report = outcomes.reported(order, made)

    with pytest.raises(WrongState):
        service.exclude(order, Ground.TRANSFER, by=made.expert)
    provider = api_as(app, outcomes.provider_of(order, made))
    data = {"order_id": str(order.id), "ground": "death"}
    assert provider.post("/outcome-exclusions", json=data).status_code == 403
    assert report.state is ReportState.WAITING


# ---- where are they now ----


def test_an_expert_tells_where_several_customers_are_in_one_form(app: Flask) -> None:
    made = outcomes.world()
    orders = [outcomes.delivered(made) for _ in range(4)]
    with clock.at(outcomes.after(orders[0])):
        desk = page_as(app, made.expert).get("/expert")
        assert "Where are they now? 1 more result to record" in desk.text
        page = page_as(app, made.expert).get("/expert/outcomes")
        assert len(page.rows()) == 4
        names = [f"w_{order.id.hex}_3" for order in orders]
        wrong = page.press("Save", **{f"{names[0]}-state": "open_labour_market", f"{names[1]}-state": "unemployed"})
        assert wrong.status == 422
        assert "A job has an employer." in wrong.text
        assert db.session.query(Outcome).count() == 0
        done = wrong.press("Save", **{f"{names[0]}-employer_type": "municipality"})

    assert done.messages == ["2 results are saved."]
    assert len(done.rows()) == 2
    assert {row.state for row in db.session.query(Outcome)} == {WORK, UNEMPLOYED}


def test_each_window_is_asked_and_what_is_too_old_is_not_asked_any_more(app: Flask) -> None:
    made = outcomes.world()
    order = outcomes.delivered(made)

    def asked(months: int, days: int = 0) -> list[int]:
        with clock.at(outcomes.after(order, months, days)):
            today = clock.helsinki_date(clock.now())
            return [each.months for each in queries.outcomes_due(made.expert.person_id, today)]

    assert asked(3, -1) == []
    assert asked(3) == [3]
    assert asked(6) == [3, 6]
    assert asked(12) == [12]
    assert asked(12, 190) == []


def test_an_expert_cannot_tell_of_another_authoritys_customer_through_the_fast_page(app: Flask) -> None:
    made, other = outcomes.world(), outcomes.world()
    order, own = outcomes.delivered(other), outcomes.delivered(made)

    with clock.at(outcomes.after(order, days=3)):
        page = page_as(app, made.expert).get("/expert/outcomes")
        form = page.all("form")[-1]
        token = next(node.get("value") for node in form.iter() if node.get("name") == "csrf_token")
        page.visitor.post("/expert/outcomes", {"csrf_token": token, f"w_{order.id.hex}_3-state": "unemployed"})
        data = {"items": [{"order_id": str(order.id), "state": "unemployed"}]}
        assert api_as(app, made.expert).post("/outcomes/record-many", json=data).status_code == 403
        data["items"][0]["order_id"] = str(own.id)
        assert api_as(app, made.expert).post("/outcomes/record-many", json=data).status_code == 201

    assert [row.order_id for row in db.session.query(Outcome)] == [own.id]


def test_whoever_has_an_interest_in_the_provider_settles_and_confirms_nothing(app: Flask) -> None:
    from orders.meeting import conflicts
    from orders.meeting.models import Ground as InterestGround

    made = outcomes.world()
    order = outcomes.delivered(made)
    report = outcomes.reported(order, made)
    conflicts.declare_interest(order.supplier, InterestGround.RELATIVE, by=made.expert)

    with clock.at(outcomes.after(order)), pytest.raises((RuleBroken, NotAllowed), match="R50"):
        service.confirm_report(report, by=made.expert)


def test_no_event_of_an_outcome_says_where_the_customer_is(app: Flask) -> None:
    made = outcomes.world()
    order = outcomes.delivered(made)
    outcomes.told(order, made, WORK)

    event = db.session.query(AuditEvent).filter_by(type="outcome.recorded").one()
    assert set(event.data) == {"order", "months", "source"}
