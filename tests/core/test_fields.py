"""Numbers are read as people write them, and nothing else is a number."""

from __future__ import annotations

from decimal import Decimal

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import Form

from core.web.fields import DecimalField


class Price(Form):
    price = DecimalField("Price", places=2)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1250", "1250"),
        ("1250.00", "1250.00"),
        ("1250,00", "1250.00"),
        ("1 250,00 €", "1250.00"),
        ("1\u00a0250,5", "1250.5"),
        ("-3", "-3"),
    ],
)
def test_a_price_is_read_with_comma_point_and_spaces(written: str, value: str) -> None:
    form = Price(MultiDict({"price": written}))
    assert form.validate()
    assert form.price.data == Decimal(value)


@pytest.mark.parametrize("written", ["NaN", "Infinity", "12.345", "1e5", "1.250,00", "12,50,1", "ten", "0x10", "١٢"])
def test_what_is_not_a_plain_number_is_refused(written: str) -> None:
    form = Price(MultiDict({"price": written}))
    assert not form.validate()
    assert form.price.data is None
