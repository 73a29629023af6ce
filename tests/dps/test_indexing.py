"""Prices that move with an index from a day on, under a review clause only (R81)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask

from core import clock
from core.audit.chain import trail
from core.db import db
from core.errors import NotAllowed, RuleBroken
from core.mail.models import Mail
from dps.offerings import indexing
from dps.offerings import service as offerings
from dps.offerings.index_models import IndexChange, IndexedOffering
from dps.offerings.indexing import IndexDetails
from dps.offerings.models import Offering
from tests import people
from tests import worlds_money as worlds_m
from tests import worlds_orders as worlds
from tests.orders.test_handling import run_jobs
from tests.pages import api_as, page_as

CLAUSE = "Hintoja tarkistetaan kerran vuodessa palvelujen hintaindeksillä."


def _world() -> tuple[worlds.World, Offering]:
    """The world of parts, with a review clause in the contract and a module at 99.99."""
    made = worlds_m.world()
    offering = db.session.query(Offering).one()
    offering.contract.terms = {"fi": {"terms": f"Hinnat. {CLAUSE}", "data_processing": ""}}
    offering.contract.price_list = {"ceiling": "3000.00", "modules": {"language": "500.00"}}
    offerings.set_module_price(offering, made.category.modules[0], Decimal("99.99"), by=made.suppliers[0])
    return made, offering


def _details(**changes: object) -> IndexDetails:
    given = {
        "from_on": worlds.today() + timedelta(days=5),
        "percent": Decimal("2.55"),
        "index_name": "Index 2025",
        "clause": CLAUSE,
        "reason": "Costs have risen.",
    }
    return IndexDetails(**{**given, **changes})  # type: ignore[arg-type]


def test_a_percent_follows_from_points_and_one_of_the_two_is_given(app: Flask) -> None:
    found = indexing.percent_of(_details(percent=None, points_from=Decimal("104.30"), points_to=Decimal("107.10")))
    assert found == Decimal("2.68")
    for bad in ({"percent": None}, {"points_from": Decimal(1), "points_to": Decimal(2)}):
        with pytest.raises(RuleBroken):
            indexing.percent_of(_details(**bad))


@pytest.mark.rule("R81")
def test_without_the_clause_in_the_signed_terms_no_price_moves(app: Flask) -> None:
    made, _offering = _world()
    decider = people.decider(made.authority)

    with pytest.raises(RuleBroken) as refused:
        indexing.decide(made.category, _details(clause="We may change prices."), by=decider)
    db.session.rollback()
    with pytest.raises(NotAllowed):
        indexing.decide(made.category, _details(), by=made.coordinator)

    assert (refused.value.rule, refused.value.field) == ("R81", "clause")
    assert db.session.query(IndexChange).count() == 0


def test_prices_modules_and_parts_move_on_their_day_once_and_orders_keep_theirs(app: Flask) -> None:
    made, offering = _world()
    before = worlds.order_by_rule(made)
    change = indexing.decide(made.category, _details(), by=people.decider(made.authority))
    assert (change.contracts, change.left_out, offering.price) == (1, 0, Decimal("1000.00"))
    assert indexing.apply(change) == 0

    with clock.at(worlds.noon(change.from_on)):
        run_jobs("offerings.apply_index_change")
        assert indexing.apply(change) == 0
        after = worlds.order_by_rule(made)

    assert offering.price == Decimal("1025.50")
    assert offering.modules[0].price == Decimal("102.54")
    assert sorted(each.price for each in offering.payments) == [
        Decimal("205.10"),
        Decimal("307.65"),
        Decimal("512.75"),
    ]
    assert (before.price, after.price) == (Decimal("2000.00"), Decimal("2051.00"))
    assert db.session.query(IndexedOffering).count() == 1
    assert "offering.indexed" in [each.type for each in trail(offering)]
    assert {"contract_prices_adjusted", "offering_indexed"} <= {each.template for each in db.session.query(Mail)}


def test_a_decision_maker_decides_on_the_page_and_by_machine(app: Flask) -> None:
    made, _offering = _world()
    decider = people.decider(made.authority)
    page = page_as(app, decider).get("/procurement/index-changes")
    page = page.press(
        "Decide",
        category=str(made.category.id),
        from_on=str(worlds.today() + timedelta(days=5)),
        percent="2,55",
        index_name="Index 2025",
        clause=CLAUSE,
        reason="Costs have risen.",
    )
    assert page.rows()[0][2:] == ["2.55", "Index 2025", "1", "0", "To come"]

    body = {
        "from_on": str(worlds.today() + timedelta(days=400)),
        "points_from": "100.00",
        "points_to": "101.00",
        "index_name": "Index 2026",
        "clause": CLAUSE,
        "reason": "Costs have risen.",
    }
    client = api_as(app, decider)
    made_by_machine = client.post(f"/categories/{made.category.id}/index-changes", body)
    assert (made_by_machine.status_code, made_by_machine.get_json()["percent"]) == (201, "1.00")
    assert len(client.get("/index-changes").get_json()["items"]) == 2
