"""Numbers are read as people write them, and nothing else is a number."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from flask import Flask
from flask_wtf import FlaskForm
from marshmallow import ValidationError, fields
from werkzeug.datastructures import MultiDict
from wtforms import DateField, FieldList, Form, FormField

from core.web import far_days
from core.web.api import StrictSchema
from core.web.fields import DecimalField
from core.web.submitting import submitted


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


class _Line(Form):
    month = DateField("Month")


class _Plan(FlaskForm):
    day = DateField("Day")
    lines = FieldList(FormField(_Line))


class _PlanIn(StrictSchema):
    day = fields.Date()
    days = fields.List(fields.Date())


@pytest.mark.parametrize(("day", "month"), [("9999-12-31", "2027-01-01"), ("2027-01-01", "0001-01-01")])
def test_given_a_day_of_another_millennium_when_a_form_is_sent_then_the_field_says_so_and_nothing_is_done(
    app: Flask, day: str, month: str
) -> None:
    done: list[str] = []
    with app.test_request_context(method="POST", data={"day": day, "lines-0-month": month}):
        form = _Plan(meta={"csrf": False})
        assert submitted(form, lambda: done.append("done")) is None
        far = form.day if day == "9999-12-31" else form.lines[0].form.month
        assert list(far.errors) == [far_days.MESSAGE]
    assert not done


def test_given_a_day_of_another_millennium_when_a_machine_sends_it_then_the_field_is_named() -> None:
    for sent in ({"day": "9999-12-31"}, {"days": ["2027-01-01", "0001-01-01"]}):
        with pytest.raises(ValidationError) as refused:
            _PlanIn().load(sent)
        assert list(refused.value.messages) == list(sent)
    assert _PlanIn().load({"day": "2027-01-01"}) == {"day": date(2027, 1, 1)}
