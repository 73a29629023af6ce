"""Makers of a table's cells: ``cell.share(0.453)`` is 0.453 for a machine and ``45 %`` for people."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from core.charts.tables import Cell, Kind
from core.i18n import gettext as _
from core.web import formatting


def rounded(value: float | Decimal, decimals: int) -> Decimal:
    """Half up, as the pages round."""
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def words(text: object) -> Cell:
    """A name or a sentence."""
    return Cell(Kind.TEXT, str(text), str(text))


def count(value: int) -> Cell:
    """A whole number."""
    return Cell(Kind.COUNT, value, formatting.count(value))


def number(value: float | Decimal, decimals: int = 1) -> Cell:
    """A number with its decimals."""
    exact = rounded(value, decimals)
    return Cell(Kind.NUMBER, exact, formatting.number(exact, decimals))


def share(value: float | Decimal) -> Cell:
    """A share of one, read in whole percents; for a machine to a tenth of a percent."""
    exact = rounded(value, 3)
    return Cell(Kind.SHARE, exact, formatting.percent(exact))


def money(value: Decimal) -> Cell:
    """Euros and cents."""
    exact = rounded(value, 2)
    return Cell(Kind.MONEY, exact, formatting.money(exact))


def too_few() -> Cell:
    """Below the small-number gate (R119)."""
    return Cell(Kind.NOTHING, None, _("Too few to tell"))


def nothing() -> Cell:
    """Not known, or not asked."""
    return Cell(Kind.NOTHING, None, formatting.DASH)
