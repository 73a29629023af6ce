"""Every number of the law has a source, a period, and one value a day (RULES.md W3)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from flask import Flask

from core import law
from tests.pages import page_as


def test_every_parameter_names_its_source_and_how_it_was_checked() -> None:
    for parameter in law.all_parameters():
        assert parameter.source
        assert parameter.unit
        assert parameter.status in ("V", "V2", "M", "P")
        assert parameter.key.startswith("R")


@pytest.mark.rule("R6")
@pytest.mark.parametrize(("day", "value"), [("2023-12-31", 215000), ("2024-01-01", 221000), ("2026-01-01", 216000)])
def test_a_number_is_the_one_in_force_on_the_day(day: str, value: int) -> None:
    assert law.number("R6.eu_threshold.ordinary", date.fromisoformat(day)) == Decimal(value)


def test_an_unknown_number_or_day_fails_loudly() -> None:
    with pytest.raises(LookupError):
        law.number("R23.decision", date(1999, 1, 1))
    with pytest.raises(LookupError):
        law.number("R0.nothing", date(2026, 1, 1))


def test_the_public_page_lists_every_number(app: Flask) -> None:
    page = page_as(app, None).get("/rules")
    assert len(page.rows()) == len(law.all_parameters())
