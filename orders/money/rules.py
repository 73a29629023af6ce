"""What a price is made of, what of it may be reported, and what a file of figures may hold: pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from core.money import CENT
from orders.models.deliveries import PartKind

if TYPE_CHECKING:
    from orders.models import DeliveryLine, Order

#: The order of the parts on a page; money of a single sum fills them in this order.
_SEQUENCE = list(PartKind)
#: Parts that a provider may report while the service still runs.
INTERIM = frozenset({PartKind.START_FEE, PartKind.MILESTONE})
#: New orders are counted over so many days for the forecast.
FORECAST_DAYS = 90


@dataclass(frozen=True)
class Part:
    """One part of an order's price, without VAT."""

    kind: PartKind
    code: str
    amount: Decimal

    @property
    def key(self) -> tuple[PartKind, str]:
        return self.kind, self.code


def parts_of(order: Order) -> list[Part]:
    """What the price of an order is made of; an order of one price has one part."""
    if not order.parts:
        return [Part(PartKind.BASE, "", order.price)]
    found = [Part(PartKind(each["kind"]), each["code"], Decimal(each["amount"])) for each in order.parts]
    return sorted(found, key=lambda part: _SEQUENCE.index(part.kind))


def outcome_parts(order: Order) -> list[Part]:
    """The parts that are paid for a result with evidence only, never with the report."""
    return [each for each in parts_of(order) if each.kind is PartKind.OUTCOME]


def reportable_parts(order: Order) -> list[Part]:
    """The parts a provider reports itself."""
    return [each for each in parts_of(order) if each.kind is not PartKind.OUTCOME]


def left_of(part: Part, lines: Iterable[DeliveryLine]) -> Decimal:
    """What of a part is neither reported nor accepted yet."""
    return part.amount - sum((each.amount for each in lines if (each.kind, each.code) == part.key), Decimal(0))


def spread(amount: Decimal, parts: Sequence[tuple[Part, Decimal]]) -> list[tuple[Part, Decimal]]:
    """A single sum over the parts with what is left of each, the first filled first."""
    found = []
    for part, left in parts:
        share = min(left, amount)
        if share > 0:
            found.append((part, share))
            amount -= share
    return found


@dataclass(frozen=True)
class Forecast:
    """What a budget comes to by the end of its year if orders go on as they did; the formula is on the page."""

    #: Ordered in the last ``FORECAST_DAYS`` days.
    recent: Decimal
    days_left: int
    #: What is still to be ordered: recent ÷ 90 × days left.
    to_come: Decimal
    #: Accepted, ordered and to come, together.
    total: Decimal


def forecast(spent: Decimal, committed: Decimal, recent: Decimal, *, year: int, today: date) -> Forecast | None:
    """The forecast for the rest of the present year; other years have none."""
    if year != today.year:
        return None
    days_left = (date(year, 12, 31) - today).days
    to_come = (recent * days_left / FORECAST_DAYS).quantize(CENT, ROUND_HALF_UP)
    return Forecast(recent, days_left, to_come, spent + committed + to_come)


def first_day_counted(today: date) -> date:
    """The first day whose orders the forecast counts."""
    return today - timedelta(days=FORECAST_DAYS - 1)
