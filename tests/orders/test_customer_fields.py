"""What is kept about a customer is a closed list (R107); nobody charges them (R97) or picks among them (R105)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Column, MetaData, Table, Text

import evaluation
import orders
from core import audit, clock
from core.db import db
from core.errors import NotAllowed, RuleBroken
from dps.offerings.fees import charges_customer
from dps.systems.models import OrderingRule
from orders import service
from orders.customer_fields import FIELDS, Item, is_about_nobody
from orders.schemas import AcceptedOrderForProvider, OrderForProvider
from orders.uses import USES
from tests import worlds_orders as worlds
from tests.pages import page_as


def _tables(metadata: MetaData) -> set[str]:
    """Every table that hangs on a need or an order, however far."""
    found = {"need", "order"}
    while True:
        more = {
            table.name
            for table in metadata.tables.values()
            if any(key.column.table.name in found for key in table.foreign_keys)
        }
        if more <= found:
            return found
        found |= more


def unmapped(metadata: MetaData) -> list[str]:
    """The columns about a customer that no item of the law names."""
    return [
        f"{name}.{column.name}"
        for name in sorted(_tables(metadata))
        for column in metadata.tables[name].columns
        if not is_about_nobody(column) and column.name not in FIELDS.get(name, {})
    ]


@pytest.mark.rule("R107")
def test_every_field_about_a_customer_is_one_of_the_ten_items(app: Flask) -> None:
    assert unmapped(db.Model.metadata) == []
    known = {name: set(table.columns.keys()) for name, table in db.Model.metadata.tables.items()}
    assert [
        f"{name}.{field}" for name, fields in FIELDS.items() for field in set(fields) - known.get(name, set())
    ] == []
    assert len(Item) == 10


@pytest.mark.rule("R107")
def test_a_new_field_that_maps_to_nothing_is_found(app: Flask) -> None:
    copy = MetaData()
    for table in db.Model.metadata.tables.values():
        table.to_metadata(copy)
    copy.tables["need"].append_column(Column("religion", Text))

    assert unmapped(copy) == ["need.religion"]


@pytest.mark.rule("R105", "R109")
def test_a_provider_gets_nothing_by_which_it_could_choose_its_customers(app: Flask) -> None:
    told = set(OrderForProvider().fields) | set(AcceptedOrderForProvider().fields)
    of_need: set[str] = {
        field
        for field, item in FIELDS["need"].items()
        if item in (Item.EDUCATION_WORK_SKILLS, Item.CUSTOMER_RELATIONSHIP) or field in ("age_band", "municipality")
    }
    assert of_need == {"age_band", "municipality", "unemployment_band", "education_band"}
    assert not told & of_need


def _money_fields(table: Table) -> list[str]:
    return [
        column.name
        for column in table.columns
        if "customer" in column.name and ("fee" in column.name or "price" in column.name)
    ]


@pytest.mark.rule("R97")
def test_there_is_no_field_in_which_a_customer_could_be_charged_and_the_page_says_free(app: Flask) -> None:
    fields: list[Any] = [name for table in db.Model.metadata.tables.values() for name in _money_fields(table)]
    assert fields == []
    made = worlds.world(rule=OrderingRule.RANKING)
    worlds.offering(made)
    order = worlds.order_by_rule(made)
    assert "free for the customer" in page_as(app, made.expert).get(f"/expert/orders/{order.id}").text


@pytest.mark.rule("R97")
@pytest.mark.parametrize(
    ("words", "charges"),
    [
        ("Asiakas maksaa materiaalit itse.", True),
        ("Osallistumismaksu 20 euroa.", True),
        ("Kunden betalar läromedlen.", True),
        ("The customer pays a fee of 10 euros.", True),
        ("Kymmenen tapaamista. Asiakkaalta veloitetaan peruuttamaton aika.", True),
        ("Palvelu on asiakkaalle maksuton.", False),
        ("Asiakas ei maksa mitään.", False),
        ("Kunden betalar ingenting.", False),
        ("The service is free. Customers meet employers who pay wages.", False),
    ],
)
def test_words_that_would_charge_the_customer_are_known(words: str, charges: bool) -> None:
    assert charges_customer(words) is charges


@pytest.mark.rule("R97")
def test_neither_an_offering_nor_a_report_charges_the_customer(app: Flask) -> None:
    made = worlds.world(rule=OrderingRule.RANKING)
    with pytest.raises(RuleBroken) as offered:
        worlds.offering(made, description_en="The customer pays for the materials.")
    worlds.offering(made)
    order = worlds.order_by_rule(made)
    provider = worlds.provider_of(order, made)
    service.accept(order, by=provider)
    with clock.at(worlds.noon(order.planned_end_on)):
        service.start_service(order, order.planned_start_on, by=provider)
        charged = worlds.report(order, text="Asiakas maksaa 20 euroa.")
        with pytest.raises(RuleBroken) as reported:
            service.report_delivery(order, charged, by=provider)

    assert (offered.value.rule, offered.value.field) == ("R97", "description_en")
    assert (reported.value.rule, reported.value.field) == ("R97", "text")


@pytest.mark.rule("R106")
def test_what_no_purpose_of_the_law_covers_is_not_shown(app: Flask) -> None:
    made = worlds.world(rule=OrderingRule.RANKING)
    worlds.offering(made)
    order = worlds.order_by_rule(made)
    audit.saw("need.health_note", order.need, actor=made.expert)
    for what, reader in (
        ("need.health_note", made.coordinator),
        ("order.contact", made.expert),
        ("need.religion", made.expert),
        ("prepared_answers.answers", made.suppliers[0]),
    ):
        with pytest.raises(NotAllowed) as refused:
            audit.saw(what, order.need, actor=reader)
        assert refused.value.rule == "R106"


@pytest.mark.rule("R106")
def test_every_reading_of_a_customers_data_in_the_room_has_its_purpose() -> None:
    rooms = (Path(each.__file__ or "").parent for each in (orders, evaluation))
    code = "\n".join(path.read_text("utf-8") for room in rooms for path in room.rglob("*.py"))
    assert set(re.findall(r'audit\.saw\(\s*"([^"]+)"', code)) == set(USES)
