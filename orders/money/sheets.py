"""Figures as CSV files: UTF-8 with a mark and semicolons, as spreadsheets in Finland open them.

No cell can be taken for a formula, and an amount has a decimal comma on the pages only: here it is ``1250.00``.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from flask import Response

from core import clock
from core.money import vat_of
from core.sheets import guarded
from orders.models import Budget
from orders.money import queries
from orders.money.models import InvoiceBatch
from orders.money.overview import BudgetRow

BATCH_HEAD = (
    "batch",
    "line",
    "supplier",
    "supplier_id",
    "order_reference",
    "contract_reference",
    "category",
    "part",
    "part_code",
    "text",
    "municipality",
    "accepted_on",
    "amount_without_vat",
    "vat_rate",
    "vat",
    "amount_with_vat",
)
COST_HEAD = ("municipality", "category", "category_name", "orders", "cost_without_vat", "vat")
BUDGET_HEAD = (
    "category",
    "category_name",
    "year",
    "amount",
    "ordered",
    "delivered_waiting",
    "delivered_accepted",
    "left",
    "beyond",
    "forecast_to_come",
    "forecast_total",
)


def text(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A table as a CSV text; every cell of letters is guarded, numbers stay numbers."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow(head)
    for row in rows:
        writer.writerow([_cell(each) for each in row])
    return "\ufeff" + buffer.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, int):
        return str(value)
    return guarded(str(value))


def answer(name: str, content: str) -> Response:
    """A CSV file to keep."""
    found = Response(content.encode(), mimetype="text/csv")
    found.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return found


def batch(row: InvoiceBatch) -> str:
    """The lines of an invoice basis; the same file each time it is asked for."""
    lines = []
    for line, order, supplier, category, contract, municipality in queries.batch_rows(row.id):
        vat = vat_of(line.amount, order.vat_rate)
        lines.append(
            (
                row.number,
                line.id,
                supplier.name,
                supplier.registration_number,
                order.reference,
                contract,
                category.code,
                line.kind.value,
                line.code,
                line.text,
                municipality,
                clock.helsinki_date(line.answered_at).isoformat(),
                line.amount,
                order.vat_rate,
                vat,
                line.amount + vat,
            )
        )
    return text(BATCH_HEAD, lines)


def cost(rows: Iterable[Any], language: str) -> str:
    """Cost by home municipality and category (R104)."""
    return text(
        COST_HEAD,
        [
            (each.municipality, each.code, getattr(each, f"name_{language}"), each.orders, each.cost, each.vat)
            for each in rows
        ],
    )


def budgets(rows: Iterable[BudgetRow], language: str) -> str:
    """The budgets of a year, as on the page."""

    def cells(each: BudgetRow) -> tuple[Any, ...]:
        budget: Budget = each.budget
        forecast = each.forecast
        return (
            budget.category.code,
            getattr(budget.category, f"name_{language}"),
            budget.year,
            budget.amount,
            budget.committed,
            each.reported,
            budget.spent,
            budget.left,
            budget.beyond.value,
            forecast.to_come if forecast else None,
            forecast.total if forecast else None,
        )

    return text(BUDGET_HEAD, [cells(each) for each in rows])
