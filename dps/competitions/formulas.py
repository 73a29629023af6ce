"""How points come from prices and scores: the named formulas of the invitation, pure, with their rounding.

All money is in euros without VAT, all arithmetic in decimals. **Rounding.** The points of each criterion are rounded
half up to two decimals (``POINTS``); the points of a tender are the sum of its rounded points. The figure of
``points_per_euro`` is rounded half up to four decimals (``RATIO``). Nothing is rounded in between.

``lowest`` is the lowest price among the tenders of the lot that were not excluded. A price below one cent counts as
one cent, so that nothing is divided by nothing.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from statistics import median
from typing import TypeVar

POINTS = Decimal("0.01")
RATIO = Decimal("0.0001")
CENT = Decimal("0.01")

#: ``points_per_euro`` tells the points for this many euros.
EUROS_COMPARED = 10_000

#: Fewer prices than these say nothing about a low one.
LEAST_PRICES = 3

#: Rows whose price is looked at are named by anything that can be a key.
Key = TypeVar("Key")


def rounded(value: Decimal, step: Decimal = POINTS) -> Decimal:
    """Half up."""
    return value.quantize(step, ROUND_HALF_UP)


def quality_points(weight: Decimal, score: Decimal, scale_max: int) -> Decimal:
    """Points of a quality question: score / highest score × weight."""
    return rounded(weight * score / scale_max)


def lowest_over_price(weight: Decimal, lowest: Decimal, price: Decimal) -> Decimal:
    """Price points: weight × lowest price / price. The lowest price gets the whole weight."""
    return rounded(weight * max(lowest, CENT) / max(price, CENT))


def linear(weight: Decimal, lowest: Decimal, price: Decimal, zero_at: Decimal) -> Decimal:
    """Price points on a line: the whole weight at the lowest price, 0 at ``zero_at`` times it, never less.

    weight × (zero_at × lowest - price) / (zero_at × lowest - lowest)
    """
    lowest, price = max(lowest, CENT), max(price, CENT)
    return rounded(max(Decimal(0), weight * (zero_at * lowest - price) / (zero_at * lowest - lowest)))


def points_per_euro(quality: Decimal, price: Decimal) -> Decimal:
    """What tenders are compared by: quality points / price × 10 000, to four decimals. There are no price points."""
    return rounded(quality * EUROS_COMPARED / max(price, CENT), RATIO)


def fixed_price(quality: Decimal) -> Decimal:
    """The price is the authority's own, so the quality points alone are compared (R43)."""
    return quality


def draw(competition_id: uuid.UUID, lot_code: str, receipt_number: str) -> str:
    """The lot's draw: the smaller SHA-256 of ``competition:lot:receipt`` comes first, and anybody can repeat it."""
    return hashlib.sha256(f"{competition_id}:{lot_code}:{receipt_number}".encode()).hexdigest()


def low_price_limit(prices: Mapping[Key, Decimal], percent: int) -> Decimal | None:
    """The price below which a tender is looked into: ``percent`` of the median; none with fewer than three (R46)."""
    if len(prices) < LEAST_PRICES:
        return None
    return median(prices.values()) * percent / 100


def low_price_flags(prices: Mapping[Key, Decimal], percent: int) -> set[Key]:
    """Whose price seems abnormally low, by the published rule (R46)."""
    limit = low_price_limit(prices, percent)
    return set() if limit is None else {key for key, price in prices.items() if price < limit}
