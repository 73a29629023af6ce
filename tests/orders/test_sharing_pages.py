"""Use, shared costs and statements on the pages and through the operations; what one city reads of another."""

from __future__ import annotations

import io
from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask

from core import clock
from core.quarters import quarter_end, quarter_of
from orders.sharing import documents, service
from tests import worlds_orders as worlds
from tests import worlds_sharing as sharing
from tests.pages import api_as, page_as

pytestmark = pytest.mark.rule("R103", "R107")


def test_use_costs_and_a_statement_on_the_pages(app: Flask) -> None:
    found = sharing.world({"helsinki": 1, "espoo": 0, "kauniainen": 1, "vantaa": 9})
    mine = [found.delivered("espoo"), found.delivered("kauniainen")]
    mine += [found.order("espoo") for _ in range(3)]
    theirs = found.delivered("helsinki")
    espoo, vantaa = found.together.espoo, found.together.vantaa
    quarter = quarter_of(worlds.today())
    with clock.at(worlds.noon(quarter_end(quarter))):
        service.look_at_use(found.procurement)
        coordinator = page_as(app, espoo.coordinator)
        assert "Espoo is ordering more than announced" in coordinator.get("/joint").text
        page = coordinator.get("/joint/use")
        row = next(each for each in page.rows() if each[0] == "Espoo")
        assert (row[1], row[2], row[4], row[5]) == ("0", "4", "4", "More than announced")
        page = page.follow("Record a shared cost")
        page = page.press("Record and share", kind="marketing", purpose="Esite", day="2000-01-01", amount="1000,01")
        assert page.status == 422
        page = page.press("Record and share", day=worlds.today().isoformat(), vat_rate="25,5")
        assert ["Vantaa", "25.00%", "€250.00", "€63.75"] in page.rows()
        page = page.follow("Take the cost back").press("Take the cost back", reason="Kaksi kertaa")
        assert "Correction" in page.text
        assert page_as(app, vantaa.steering).get("/joint/shared-costs").rows()[0][-2] == "−€1,000.01"
        assert "Record a shared cost" not in page_as(app, vantaa.steering).get("/joint/use").text
    last = sharing.quarter_of_end(mine[0])
    if last != quarter:
        sharing.stated(found, quarter)
    with clock.at(sharing.after(last)):
        coordinator = page_as(app, espoo.coordinator)
        assert "statement of " in coordinator.get("/joint").text
        page = coordinator.get("/joint/statements").follow(f"Make a statement, {found.together.agreement.reference}")
        page = page.press("Make the statement", quarter=last.isoformat())
        assert "The statement is made." in page.text
        assert mine[0].reference in page.text
        numbers = {row[0] for row in page.rows()}
        assert {each.reference for each in mine[:2]} <= numbers
        assert ["Kauniainen", "1", "€1,000.00", "€255.00", "€1,255.00"] in page.rows()
        address = page.url
        other = page_as(app, vantaa.steering)
        assert not {row[0] for row in other.get(address).rows()} & {each.reference for each in (*mine, theirs)}
        assert coordinator.fetch(f"{address}/kauniainen.csv").status_code == 200
        assert other.fetch(f"{address}/kauniainen.csv").status_code == 403
        assert other.fetch(f"{address}/vantaa.csv").status_code == 200
        assert coordinator.fetch(f"{address}/vantaa/fi.pdf").status_code == 403
        assert page_as(app, worlds.people.coordinator()).get(address).status == 403


def test_shared_costs_statements_and_use_through_the_operations(app: Flask) -> None:
    found = sharing.world()
    order = found.delivered("kauniainen")
    espoo, helsinki = found.together.espoo, found.together.helsinki
    api, other = api_as(app, espoo.coordinator), api_as(app, helsinki.coordinator)
    said = {"kind": "procurement_work", "purpose": "Työ", "day": worlds.today().isoformat(), "amount": "100.00"}
    path = f"/joint-procurements/{found.procurement.id}"
    refused = api.post(f"{path}/record-shared-cost", json=said)
    assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "vat_rate")
    made = api.post(f"{path}/record-shared-cost", json={**said, "vat_rate": "0"})
    assert made.status_code == 201
    assert [each["amount"] for each in made.json["parts"]] == ["50.00", "25.00", "0.00", "25.00"]
    assert other.post(f"/shared-costs/{made.json['id']}/correct", json={"reason": "x"}).status_code == 403
    assert api.get("/shared-costs").json["items"][0]["id"] == made.json["id"]
    assert other.get(f"{path}/use").json["parties"][2]["all_ordered"] == 1
    assert api_as(app, worlds.people.coordinator()).get(f"{path}/use").status_code == 403

    quarter = sharing.quarter_of_end(order)
    with clock.at(sharing.after(quarter)):
        api, other = api_as(app, espoo.coordinator), api_as(app, helsinki.coordinator)
        agreement = f"/cooperation-agreements/{found.together.agreement.id}/make-statement"
        statement = api.post(agreement, json={"quarter": quarter.isoformat()})
        assert statement.status_code == 201
        path = f"/statements/{statement.json['id']}"
        assert [each["order_reference"] for each in api.get(f"{path}/lines").json["items"]] == [order.reference]
        assert other.get(f"{path}/lines").json["items"] == []
        whole = other.get(path).json
        assert {each["key"]: each["amount"] for each in whole["parties"]}["kauniainen"] == "1000.00"
        assert sum(Decimal(each["net"]) for each in whole["balances"].values()) == 0
        assert order.reference in api.get(f"{path}/parties/kauniainen/csv").json["csv"]
        assert other.get(f"{path}/parties/kauniainen/csv").status_code == 403
        assert other.get("/statements").json["items"][0]["id"] == statement.json["id"]


def test_a_partys_statement_is_a_document_in_each_language(app: Flask) -> None:
    found = sharing.world()
    order = found.delivered("espoo")
    quarter = sharing.quarter_of_end(order)
    statement = sharing.stated(found, quarter)
    words = documents.words(statement, "espoo", "en")
    titles = [each["title"] for each in words["tables"]]
    assert titles[:2] == ["Accepted in the quarter", "All parties"]
    assert titles[-1] == "By order"
    for language in ("en", "en"):
        service.keep_document(statement, "espoo", language, words)
    with clock.at(sharing.after(quarter) + timedelta(days=1)):
        reader = page_as(app, found.together.espoo.steering)
        page = reader.get(f"/joint/statements/{statement.id}")
        pdf = reader.fetch(page.link("PDF, English"))
    assert io.BytesIO(pdf.data).read(5) == b"%PDF-"
    theirs = documents.words(statement, "vantaa", "fi")
    assert order.reference not in str(theirs)
