"""A party's statement as a CSV file; no cell can be taken for a formula."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from orders.money import sheets
from orders.sharing import queries
from orders.sharing.reading import StatementView

HEAD = (
    "statement",
    "quarter",
    "party",
    "row",
    "of_quarter",
    "procurement",
    "category",
    "reference",
    "text",
    "delivered",
    "amount_without_vat",
    "vat",
    "amount_with_vat",
)
#: Lines of orders are read so many at a time.
AT_ONCE = 2000


def statement(view: StatementView, key: str) -> str:
    """One party's statement: its lines by order, its shares of joint costs, what it owes and gets."""
    return sheets.text(HEAD, [*_orders(view, key), *_costs(view, key), *_debts(view, key)])


def _cells(view: StatementView, key: str, kind: str, **cells: Any) -> tuple[Any, ...]:
    first = {"statement": view.statement.reference, "quarter": view.statement.quarter.isoformat(), "party": key}
    amount, vat = cells["amount"], cells["vat"]
    money = {"amount_without_vat": amount, "vat": vat, "amount_with_vat": amount + vat}
    row = {"row": kind, **first, **money, **cells}
    return tuple(row.get(name) for name in HEAD)


def _orders(view: StatementView, key: str) -> Iterator[tuple[Any, ...]]:
    after: uuid.UUID | None = None
    while rows := queries.orders_of(view.statement.id, [key], after, AT_ONCE):
        for line in rows:
            yield _cells(
                view,
                key,
                line.kind.value,
                of_quarter=line.of_quarter.isoformat(),
                procurement=line.procurement.reference,
                category=line.category.code,
                reference=line.order.reference,
                delivered=line.delivered,
                amount=line.amount,
                vat=line.vat,
            )
        after = rows[-1].id


def _costs(view: StatementView, key: str) -> Iterator[tuple[Any, ...]]:
    for cost in view.costs:
        for part in cost.parts:
            if part.party.key == key:
                yield _cells(
                    view,
                    key,
                    f"share_of_{cost.kind.value}",
                    of_quarter=cost.day.isoformat(),
                    procurement=cost.procurement.reference,
                    reference=cost.reference,
                    text=cost.reason or cost.purpose,
                    amount=part.amount,
                    vat=part.vat,
                )


def _debts(view: StatementView, key: str) -> Iterator[tuple[Any, ...]]:
    for debt in view.settlement.debts:
        if key in (debt.debtor, debt.creditor):
            other = debt.creditor if debt.debtor == key else debt.debtor
            sign = Decimal(1) if debt.debtor == key else Decimal(-1)
            kind = "to_pay" if sign > 0 else "to_get"
            yield _cells(view, key, kind, text=view.names.get(other, other), amount=debt.amount, vat=debt.vat)


def name_of(view: StatementView, key: str) -> str:
    """``YS-1-3-kauniainen.csv``"""
    return f"{view.statement.agreement.reference}-{view.statement.number}-{key}.csv"
