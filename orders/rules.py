"""What an order and its handling must keep, as pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from dps.systems.models import Category

#: A reference of the city's own customer system, or a pseudonym: letters, digits, hyphen, slash, point.
REFERENCE = re.compile(r"[A-Za-zÅÄÖåäö0-9][A-Za-zÅÄÖåäö0-9./-]{1,39}")

#: A customer may use Finnish or Swedish in their own matter everywhere (R102).
ALWAYS_POSSIBLE = ("fi", "sv")


#: What an order takes of a contract's maximum quantity: one service for one customer is one unit.
UNITS_OF_ORDER = Decimal(1)


def is_reference(text: str) -> bool:
    """Whether a text may stand for a customer; whether it hides an identity code is asked apart (I8)."""
    return REFERENCE.fullmatch(text) is not None


def languages_of(category: Category) -> list[str]:
    """The service languages a need of the category may ask for: its own, and always Finnish and Swedish (R102)."""
    return [*ALWAYS_POSSIBLE, *(code for code in category.languages if code not in ALWAYS_POSSIBLE)]


class Misfit(StrEnum):
    """Why an offering does not fit a need; the first that applies counts."""

    DECLINED = "declined"
    LANGUAGE = "language"
    PLACE = "place"
    FORM = "form"
    MODULE = "module"
    TOO_LATE = "too_late"
    FULL = "full"


def price_of(price: Decimal, modules: Mapping[str, Decimal], asked: Iterable[str]) -> Decimal:
    """The price of an offering with the modules asked for, without VAT."""
    return price + sum((modules[code] for code in asked), Decimal(0))


def price_with_tax(price: Decimal, vat_rate: Decimal) -> Decimal:
    """With VAT, rounded once to the cent."""
    return (price * (100 + vat_rate) / 100).quantize(Decimal("0.01"))


def snapshot(category: Category, *, seed: int, considered: Sequence[Any]) -> dict[str, Any]:
    """The ordering rule as published at the time of the order (R3), with what it was applied to."""
    return {
        "rule": category.ordering_rule.value,
        "parameters": dict(category.ordering_parameters),
        "legal_mode": category.legal_mode.value,
        "terms_version": category.terms_version,
        "category_version": category.version,
        "seed": seed,
        "considered": [str(each) for each in considered],
    }


def planned_end(start: date, duration_days: int) -> date:
    """The last day: a service of one day ends on the day it starts."""
    return start + timedelta(days=duration_days - 1)


def has_lapsed(accept_by: datetime, now: datetime) -> bool:
    """Whether the time to answer an order is over; the very instant still belongs to the provider."""
    return now > accept_by
