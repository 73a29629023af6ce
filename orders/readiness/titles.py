"""How months of a plan read."""

from __future__ import annotations

from datetime import date


def month_words(month: date) -> str:
    """``11/2026``"""
    return f"{month.month}/{month.year}"
