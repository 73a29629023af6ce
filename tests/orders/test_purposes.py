"""Customers' data is processed for the purposes of the act only (R106), and nobody is chosen by a band (R105)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from core.policy import known_permissions
from dps.systems.models import OrderingRule
from orders import search, service
from orders.models import AgeBand, EducationBand, UnemploymentBand
from orders.purposes import BANDS, PERMISSIONS
from orders.uses import USES
from tests import worlds_orders as worlds
from tests.pages import api_as, page_as

TOP = Path(__file__).resolve().parent.parent.parent
#: Our modules as they stand on disk, and the names by which they know a band.
_BAND = re.compile(r"\b(age|unemployment|education)_band(?!s\b)")


def _sources(*folders: str) -> Iterator[tuple[str, str]]:
    for folder in folders:
        for path in sorted((TOP / folder).rglob("*")):
            if path.suffix in (".py", ".html", ".txt"):
                yield path.relative_to(TOP).as_posix(), path.read_text("utf-8")


@pytest.mark.rule("R106")
def test_every_permission_about_customers_has_a_purpose_of_the_act(app: Flask) -> None:
    ours = [each for each in known_permissions() if type(each).__module__.startswith(("orders", "evaluation"))]
    assert len(ours) > 20
    assert {each.value.partition(":")[0] for each in ours} - set(PERMISSIONS) == set()


@pytest.mark.rule("R106")
def test_every_reading_of_personal_data_has_a_purpose_of_the_act() -> None:
    found = {
        what
        for _path, text in _sources("orders", "evaluation")
        for what in re.findall(r'audit\.saw\(\s*"([^"]+)"', text)
    }
    assert "need.customer_reference" in found
    assert found - set(USES) == set()


@pytest.mark.rule("R105", "R106")
def test_the_bands_are_known_only_where_the_register_says() -> None:
    using = {
        path
        for path, text in _sources("orders", "evaluation", "dps", "suppliers", "core", "templates")
        if _BAND.search(text) and path != "orders/purposes.py"
    }
    unknown = {path for path in using if not any(path == known or path.startswith(known + "/") for known in BANDS)}
    assert "orders/models/needs.py" in using
    assert unknown == set()


_BANDS: dict[str, Any] = {
    "age_band": AgeBand.FROM_50,
    "unemployment_band": UnemploymentBand.OVER_2_YEARS,
    "education_band": EducationBand.BASIC,
}


@pytest.mark.rule("R105")
def test_a_provider_decides_without_seeing_how_hard_the_customer_is_to_place(app: Flask) -> None:
    made = worlds.world(rule=OrderingRule.RANKING)
    worlds.offering(made)
    order = worlds.order_by_rule(made, customer_reference="AS-4711", **_BANDS)
    provider, machine = page_as(app, made.suppliers[0]), api_as(app, made.suppliers[0])
    secrets = ("AS-4711", "50 or over", "50_or_over", "Over 2 years", "over_2_years", "Basic education", "age_band")

    for path in ("/provider", "/provider/orders", f"/provider/orders/{order.id}"):
        words = provider.fetch(path).get_data(as_text=True)
        assert not [secret for secret in secrets if secret in words], path
    for path in ("/orders", f"/orders/{order.id}", "/events"):
        words = machine.get(path).get_data(as_text=True)
        assert not [secret for secret in secrets if secret in words], path
    service.accept(order, by=made.suppliers[0])
    words = provider.fetch(f"/provider/orders/{order.id}").get_data(as_text=True)
    assert not [secret for secret in secrets[1:] if secret in words]


@pytest.mark.rule("R105")
@pytest.mark.parametrize("rule", [OrderingRule.RANKING, OrderingRule.ROTATION, OrderingRule.CUSTOMER_CHOICE])
def test_who_is_offered_does_not_depend_on_the_bands(app: Flask, rule: OrderingRule) -> None:
    made = worlds.world(rule=rule)
    for _ in range(3):
        worlds.offering(made)
    need = worlds.need(made)
    before = [hit.offering_id for hit in search.fitting(need).hits]
    for name, band in _BANDS.items():
        setattr(need, name, band)
    assert [hit.offering_id for hit in search.fitting(need).hits] == before
