"""Money on the pages and through the operations: parts, disputes, results, beyond the budget, invoice basis, bulk."""

from __future__ import annotations

import io
from decimal import Decimal

from flask import Flask

from core import clock
from core.db import db
from dps.systems.models import OrderingRule
from orders import service
from orders.bulk.models import BulkFile
from orders.models import BeyondBudget, OrderState
from orders.money import queries
from orders.money.models import InvoiceBatch, OverBudgetRequest
from tests import people
from tests import worlds_money as worlds_m
from tests import worlds_orders as worlds
from tests.orders.test_bulk import _file, _row, _work
from tests.pages import api_as, page_as


def test_parts_are_reported_disputed_answered_settled_and_a_result_confirmed_on_the_pages(app: Flask) -> None:
    made = worlds_m.world()
    order = worlds_m.started(made)
    mine, theirs = f"/provider/orders/{order.id}/money", f"/expert/orders/{order.id}"
    with clock.at(worlds.noon(order.planned_end_on)):
        provider, expert = page_as(app, made.suppliers[0]), page_as(app, made.expert)
        page = provider.get(mine).press("Send the part to the expert", part="start_fee:start", amount="200")
        assert "To be accepted" in page.text
        page = expert.get("/expert")
        assert f"Order {order.reference}: a part to be accepted" in page.text
        page = expert.get(theirs).press("Accept the part start en")
        assert "The part is accepted." in page.text

        form = provider.get(f"/provider/orders/{order.id}")
        form.press(
            "Send the report",
            ended_on=str(order.planned_end_on),
            end_kind="finished",
            part_0="1000",
            part_1="0",
            part_2="300",
            text="Ten meetings.",
        )
        assert order.state is OrderState.REPORTED
        page = expert.get(theirs).follow("Dispute the amounts")
        page = page.press("Send the proposal", line_0="700", line_2="300", reason="Seven meetings.")
        assert "€1,000.00" in page.text or "1,000.00" in page.text
        page = provider.get("/provider")
        assert f"Order {order.reference}: answer the dispute" in page.text
        page = provider.get(mine).press("Send the answer", agrees="no", line_0="900", line_2="300", reason="Nine.")
        assert "Your answer is sent to the expert." in page.text
        page = expert.get(theirs).press("Agree with the provider's answer")
        page = page.press("Accept the delivered service")
        assert order.state is OrderState.COMPLETED
        assert worlds_m.totals(made, order) == (Decimal("500.00"), Decimal("1400.00"))

        page = provider.get(mine).press(
            "Claim the payment", happened_on=str(order.planned_end_on), text="A contract was shown."
        )
        assert "A contract was shown." in expert.get(theirs).text
        page = expert.get(theirs).press("Confirm the result")
    assert "The result is confirmed." in page.text
    assert worlds_m.totals(made, order) == (Decimal("0.00"), Decimal("1900.00"))


def test_the_budget_page_shows_picture_table_and_file_and_coordinators_set_what_goes_beyond(app: Flask) -> None:
    made = worlds_m.world()
    order = worlds_m.delivered(made)
    year = order.planned_start_on.year
    coordinator = page_as(app, made.coordinator)
    page = coordinator.get(f"/procurement/budgets?year={year}")
    assert page.rows()[0][1:6] == ["€100,000.00", "€500.00", "€0.00", "€1,500.00", "€98,000.00"]
    page = page.press(
        "Save", category=str(made.category.id), year=str(year), amount="200000", beyond=BeyondBudget.APPROVE.value
    )
    assert page.rows()[0][-1] == "A decision maker is asked"
    decider = page_as(app, people.decider(made.authority))
    assert "Set a budget" not in decider.get(f"/procurement/budgets?year={year}").text
    text = coordinator.fetch(f"/procurement/budgets/{year}.csv").get_data(as_text=True)
    assert ";200000.00;500.00;0.00;1500.00;198000.00;approve" in text


def test_an_order_beyond_the_budget_goes_from_the_need_to_the_decision_maker(app: Flask) -> None:
    made = worlds.world(rule=OrderingRule.RANKING, budget="400.00")
    worlds.offering(made)
    for year in (worlds.today().year, worlds.today().year + 1):
        service.set_budget(
            made.authority, made.category, year, Decimal(400), beyond=BeyondBudget.APPROVE, by=made.coordinator
        )
    need = worlds.need(made)
    expert, decider = page_as(app, made.expert), page_as(app, people.decider(made.authority))

    page = expert.get(f"/expert/needs/{need.id}/over-budget")
    page.press("Ask the decision maker", reason="The course begins next week.")
    row = db.session.query(OverBudgetRequest).one()
    assert f"Need {need.reference}: an order beyond the budget" in decider.get("/procurement").text
    page = decider.get("/procurement/over-budget").follow(need.reference)
    assert "raised by €600.00" in page.text
    page = page.press("Give the money and order", reason="The need is urgent.")

    assert "The order is placed." in page.text
    assert row.order_id is not None
    assert "Approved and ordered" in expert.get(f"/expert/needs/{need.id}/over-budget").text


def test_the_invoice_basis_is_taken_and_downloaded_and_cost_shown(app: Flask) -> None:
    made = worlds_m.world()
    order = worlds_m.delivered(made)
    day = order.planned_end_on
    coordinator = page_as(app, made.coordinator)

    page = coordinator.get("/procurement/invoice-basis").press("Take", from_on=str(day), until_on=str(day))

    batch = db.session.query(InvoiceBatch).one()
    assert page.rows()[0][3:] == ["3", "€1,500.00", "€382.50"]
    assert order.reference in coordinator.fetch(f"/procurement/invoice-basis/{batch.id}.csv").get_data(as_text=True)
    page = coordinator.get(f"/procurement/cost-by-municipality?from_on={day}&until_on={day}")
    assert page.rows()[0] == ["Kuopio", "Job coaching", "1", "€1,500.00", "€382.50"]
    file = coordinator.fetch(f"/procurement/cost-by-municipality.csv?from_on={day}&until_on={day}")
    assert "Kuopio;" in file.get_data(as_text=True)


def test_the_same_money_by_machine(app: Flask) -> None:
    made = worlds_m.world()
    order = worlds_m.started(made)
    with clock.at(worlds.noon(order.planned_end_on)):
        expert, provider = api_as(app, made.expert), api_as(app, made.suppliers[0])
        path = f"/orders/{order.id}"
        part = provider.post(f"{path}/report-part", {"kind": "start_fee", "code": "start", "amount": "200.00"})
        line = part.get_json()["id"]
        lines = [{"kind": "base", "amount": "1000.00"}, {"kind": "milestone", "code": "half-way", "amount": "300.00"}]
        day = str(order.planned_end_on)
        report = {"ended_on": day, "end_kind": "finished", "text": "Ten meetings.", "lines": lines}
        answers = [
            part,
            expert.post(f"/delivery-lines/{line}/return", {"reason": "When?"}),
            provider.post(f"{path}/report-part", {"kind": "start_fee", "code": "start", "amount": "200.00"}),
            provider.post(f"{path}/report", report),
        ]
        base = next(each for each in queries.live_lines(order.id) if each.code == "")
        proposal = {"reason": "Seven.", "amounts": [{"line_id": str(base.id), "amount": "700.00"}]}
        counter = {"agrees": False, "answer": "Nine.", "amounts": [{"line_id": str(base.id), "amount": "900.00"}]}
        answers += [
            expert.post(f"{path}/dispute", proposal),
            provider.post(f"{path}/answer-dispute", counter),
            expert.post(f"{path}/renew-dispute", proposal),
            provider.post(f"{path}/answer-dispute", counter),
            expert.post(f"{path}/settle-dispute"),
            expert.post(f"{path}/accept-delivery"),
        ]
        payment = provider.get("/outcome-payments").get_json()["items"][0]
        result = f"/outcome-payments/{payment['id']}"
        answers += [
            provider.post(f"{result}/claim", {"happened_on": day, "text": "A contract."}),
            expert.post(f"{result}/refuse", {"reason": "Unsigned."}),
            provider.post(f"{result}/claim", {"happened_on": day, "text": "A signed contract."}),
            expert.post(f"{result}/confirm"),
        ]
        assert [each.status_code for each in answers if each.status_code not in (200, 201)] == []
        coordinator = api_as(app, made.coordinator)
        taken = coordinator.post("/invoice-batches", {"from_on": day, "until_on": day}).get_json()
        again = coordinator.post("/invoice-batches", {"from_on": day, "until_on": day})

        assert (taken["lines"], taken["total"], taken["vat"]) == (4, "1900.00", "484.50")
        assert again.status_code == 422
        assert order.reference in coordinator.get(f"/invoice-batches/{taken['id']}/csv").get_json()["csv"]
        assert coordinator.get("/invoice-batches").get_json()["items"][0]["number"] == 1
        cost = coordinator.get(f"/cost-by-municipality?from_on={day}&until_on={day}").get_json()["items"]
        assert cost == [
            {"municipality": "Kuopio", "category": made.category.code, "orders": 1, "cost": "1900.00", "vat": "484.50"}
        ]
        rows = coordinator.get(f"/budgets/follow-up?year={order.planned_start_on.year}").get_json()["items"]
        assert (rows[0]["budget"]["spent"], rows[0]["reported"]) == ("1900.00", "0.00")
        assert len(expert.get("/delivery-lines").get_json()["items"]) == 5


def test_beyond_the_budget_by_machine(app: Flask) -> None:
    made = worlds.world(rule=OrderingRule.RANKING, budget="400.00")
    offering = worlds.offering(made)
    for year in (worlds.today().year, worlds.today().year + 1):
        service.set_budget(
            made.authority, made.category, year, Decimal(400), beyond=BeyondBudget.APPROVE, by=made.coordinator
        )
    expert, decider = api_as(app, made.expert), api_as(app, people.decider(made.authority))
    wish = {"offering_id": str(offering.id), "start_id": str(worlds.start_of(offering).id), "reason": "Urgent."}

    def ask() -> str:
        asked = expert.post(f"/needs/{worlds.need(made).id}/over-budget-request", wish)
        assert asked.status_code == 201, asked.data
        return str(asked.get_json()["id"])

    refused = decider.post(f"/over-budget-requests/{ask()}/refuse", {"reason": "The year is full."})
    approved = decider.post(f"/over-budget-requests/{ask()}/approve", {"reason": "Urgent indeed."})

    assert (refused.get_json()["state"], approved.get_json()["state"]) == ("refused", "approved")
    assert approved.get_json()["raised"] == "600.00"
    assert len(expert.get("/over-budget-requests").get_json()["items"]) == 2


def test_a_bulk_file_is_mended_sent_begun_and_followed_on_the_pages(app: Flask) -> None:
    made = worlds.world(rule=OrderingRule.RANKING)
    worlds.offering(made)
    expert = page_as(app, made.expert)
    assert "AS-2026/118" in expert.fetch("/expert/bulk/example.csv").get_data(as_text=True)
    page = expert.get("/expert/bulk/new")
    fields = {"category": str(made.category.id)}

    page = page.press("Check the file", **fields, file=(_upload(_file(_row(1), _row(2, place="Oulu"))), "a.csv"))
    assert page.status == 422
    assert page.rows()[0][:2] == ["3", "place"]
    assert db.session.query(BulkFile).count() == 0
    page = page.press("Check the file", **fields, file=(_upload(_file(_row(1), _row(2))), "a.csv"))
    page = page.press("Do all lines")
    assert "0 of 2 lines done" in page.text
    assert page.response.headers["Refresh"] == "5"
    file = db.session.query(BulkFile).one()
    _work(file)

    page = expert.get(f"/expert/bulk/{file.id}")
    assert "2 of 2 lines done" in page.text
    assert "LO-1;ordered;T-1" in expert.fetch(f"/expert/bulk/{file.id}/results.csv").get_data(as_text=True)
    assert file.reference in expert.get("/expert/bulk").text


def _upload(content: bytes) -> object:
    return io.BytesIO(content)


def test_a_bulk_file_by_machine(app: Flask) -> None:
    made = worlds.world(rule=OrderingRule.RANKING)
    worlds.offering(made)
    expert = api_as(app, made.expert)
    body = {"category_id": str(made.category.id), "csv": _file(_row(1), _row(2)).decode()}

    taken = expert.post("/bulk-files", body).get_json()
    dropped = expert.post("/bulk-files", {**body, "csv": _file(_row(3)).decode()}).get_json()
    bad = expert.post("/bulk-files", {**body, "csv": _file(_row(4, place="Oulu")).decode()})
    started = expert.post(f"/bulk-files/{taken['id']}/begin")
    expert.post(f"/bulk-files/{dropped['id']}/drop")
    _work(db.session.get_one(BulkFile, started.get_json()["id"]))

    assert (bad.status_code, bad.get_json()["rule"]) == (422, "bulk-file")
    assert [(each["row"], each["field"]) for each in bad.get_json()["errors"]] == [("2", "place")]
    assert expert.get(f"/bulk-files/{taken['id']}").get_json()["state"] == "done"
    lines = expert.get(f"/bulk-files/{taken['id']}/lines").get_json()["items"]
    assert [(each["row"], each["state"]) for each in lines] == [(2, "ordered"), (3, "ordered")]
    assert [each["state"] for each in expert.get("/bulk-files").get_json()["items"]] == ["dropped", "done"]
    assert expert.get("/bulk-files/example").status_code == 200
