"""Stating needs, and what fits them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import event

from core.db import db
from core.errors import NotAllowed, RuleBroken
from dps.offerings import service as offering_service
from dps.systems.models import OrderingRule
from orders import search, service
from orders.rules import Misfit
from tests import people
from tests import worlds_orders as worlds
from tests.pages import page_as


@pytest.mark.parametrize("text", ["131052-308T", "Matti Meikäläinen", "", "AS 1", "x" * 41])
def test_a_customers_reference_is_no_identity_code_and_no_name(app: Flask, text: str) -> None:
    made = worlds.world()

    with pytest.raises(RuleBroken) as refused:
        worlds.need(made, customer_reference=text)

    assert (refused.value.rule, refused.value.field) == ("I8", "customer_reference")


def test_an_identity_code_in_the_accessibility_needs_is_refused(app: Flask) -> None:
    with pytest.raises(RuleBroken, match="I8"):
        worlds.need(worlds.world(), accessibility="wheelchair, 131052-308T")


@pytest.mark.rule("R102")
def test_finnish_and_swedish_are_always_possible_other_languages_as_published(app: Flask) -> None:
    made = worlds.world()

    assert worlds.need(made, languages=["sv"]).languages == ["sv"]
    assert worlds.need(made, languages=["ar"]).languages == ["ar"]
    with pytest.raises(RuleBroken, match="R102"):
        worlds.need(made, languages=["ja"])


@pytest.mark.rule("R104")
def test_a_need_keeps_the_home_municipality(app: Flask) -> None:
    assert worlds.need(worlds.world(), municipality="Leppävirta").municipality == "Leppävirta"


def test_an_expert_of_another_authority_cannot_state_a_need(app: Flask) -> None:
    made = worlds.world()

    with pytest.raises(NotAllowed):
        service.state_need(made.category, worlds.details(), by=people.expert())


def test_needs_are_numbered_within_their_authority(app: Flask) -> None:
    made, other = worlds.world(), worlds.world()

    assert [worlds.need(made).number, worlds.need(other).number, worlds.need(made).number] == [1, 1, 2]


def test_offerings_that_do_not_fit_are_counted_by_their_reason(app: Flask) -> None:
    made = worlds.world()
    fitting = worlds.offering(made)
    worlds.offering(made, languages=["ar"])
    worlds.offering(made, places=["Siilinjärvi"])
    worlds.offering(made, starts_in_days=(90,))
    worlds.offering(made, starts_in_days=())
    withdrawn = worlds.offering(made)
    offering_service.withdraw(withdrawn, by=worlds.provider_of(withdrawn, made))

    need = worlds.need(made)

    assert [each.offering_id for each in search.fitting(need).hits] == [fitting.id]
    assert search.misfits(need) == {Misfit.LANGUAGE: 1, Misfit.PLACE: 1, Misfit.TOO_LATE: 2}


def test_a_module_that_is_asked_for_must_be_offered_and_counts_into_the_price(app: Flask) -> None:
    made = worlds.world()
    plain, with_module = worlds.offering(made), worlds.offering(made)
    module = made.category.modules[0]
    provider = worlds.provider_of(with_module, made)
    offering_service.set_module_price(with_module, module, Decimal("150.00"), by=provider)

    need = worlds.need(made, modules=["language"])

    hits = search.fitting(need).hits
    assert [(each.offering_id, each.price) for each in hits] == [(with_module.id, Decimal("1150.00"))]
    assert search.misfit_of(need, plain.id) is Misfit.MODULE
    assert search.misfit_of(need, with_module.id) is None


def test_a_remote_service_fits_where_a_remote_one_suits(app: Flask) -> None:
    made = worlds.world()
    worlds.offering(made, places=[], is_remote=True)

    assert len(search.fitting(worlds.need(made, place=None, is_remote=True)).hits) == 1
    assert search.fitting(worlds.need(made, place="Kuopio", is_remote=False)).hits == []


def test_the_next_start_with_a_free_place_is_shown(app: Flask) -> None:
    made = worlds.world(rule=OrderingRule.RANKING)
    worlds.offering(made, seats=1, starts_in_days=(5, 15))
    worlds.order_by_rule(made)

    hit = search.fitting(worlds.need(made)).hits[0]

    assert hit.starts_on == worlds.today() + timedelta(days=15)


@pytest.mark.rule("R98")
def test_under_rotation_the_supplier_who_has_waited_longest_comes_first(app: Flask) -> None:
    made = worlds.world(rule=OrderingRule.ROTATION)
    for _ in range(3):
        worlds.offering(made)

    suppliers = [worlds.order_by_rule(made).supplier_id for _ in range(6)]

    assert len(set(suppliers[:3])) == 3
    assert suppliers[:3] == suppliers[3:]


def test_the_screen_of_hits_costs_the_same_few_queries_whatever_their_number(app: Flask) -> None:
    made = worlds.world()
    for _ in range(6):
        worlds.offering(made)
    need = worlds.need(made)
    expert = page_as(app, made.expert)
    counted: list[str] = []
    connection = db.session.connection()

    def count(conn, cursor, statement, *rest):  # type: ignore[no-untyped-def]
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            counted.append(statement)

    db.session.expunge_all()
    event.listen(connection, "before_cursor_execute", count)
    try:
        expert.get(f"/expert/needs/{need.id}")
    finally:
        event.remove(connection, "before_cursor_execute", count)

    reads = [
        each
        for each in counted
        if each.startswith("SELECT") and "avoin_now" not in each[:40] and "set_config" not in each
    ]
    assert len(reads) <= 12, reads
