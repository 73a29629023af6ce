"""The words of a party's statement as a document."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from core import clock
from core.i18n import gettext as _
from core.i18n import localized, using_language
from core.web.formatting import count, date, date_long, money
from dps.joint.procurements.rules import quarter_name
from dps.joint.stages import COST_KIND_TITLES
from orders.sharing import queries, reading, titles
from orders.sharing.models import Statement
from orders.sharing.reading import PartyView, StatementView

AT_ONCE = 2000


def words(statement: Statement, party_key: str, language: str) -> dict[str, Any]:
    """Everything the document of one party says, in one language."""
    owner = next(each["authority"] for each in statement.parties if each["key"] == party_key)
    with using_language(language):
        view = reading.read(statement, uuid.UUID(owner))
        party = view.party(party_key)
        day = clock.helsinki_date(statement.made_at)
        return {
            "language": language,
            "title": _("Statement %(number)s, %(party)s", number=statement.reference, party=party.name),
            "author": localized(statement.agreement, "name"),
            "date": date_long(day),
            "day": [day.year, day.month, day.day],
            "lead": _(
                "Services accepted, fees and shared costs of %(quarter)s. Amounts are in euros, VAT apart.",
                quarter=quarter_name(statement.quarter),
            ),
            "tables": [
                table
                for table in (
                    _own(view, party),
                    _all(view),
                    _use(view),
                    _costs(view, party),
                    _debts(view),
                    _orders(view, party),
                )
                if table["rows"]
            ],
        }


def _table(title: str, columns: list[tuple[str, bool]], rows: list[list[str]]) -> dict[str, Any]:
    return {
        "title": title,
        "columns": [{"name": name, "is_number": is_number} for name, is_number in columns],
        "rows": rows,
    }


def _money_columns() -> list[tuple[str, bool]]:
    return [(_("Without VAT"), True), (_("VAT"), True), (_("Together"), True)]


def _sums(found: Any) -> list[str]:
    return [money(found.amount), money(found.vat), money(found.amount + found.vat)]


def _kind(row: Any, view: StatementView) -> str:
    name = str(titles.LINE_KIND_TITLES[row.kind])
    if row.of_quarter == view.statement.quarter:
        return name
    return _("%(kind)s, correction of %(quarter)s", kind=name, quarter=quarter_name(row.of_quarter))


def _own(view: StatementView, party: PartyView) -> dict[str, Any]:
    rows = [
        [
            f"YH-{each.procurement.year}-{each.procurement.number}",
            localized(each.category, "category"),
            _kind(each, view),
            count(each.delivered),
            *_sums(each),
        ]
        for each in party.rows
    ]
    if rows:
        rows.append([_("All"), "", "", count(party.sum.delivered), *_sums(party.sum)])
    columns = [(_("Procurement"), False), (_("Service"), False), (_("What"), False), (_("Delivered"), True)]
    return _table(_("Accepted in the quarter"), [*columns, *_money_columns()], rows)


def _all(view: StatementView) -> dict[str, Any]:
    rows = [[each.name, count(each.sum.delivered), *_sums(each.sum)] for each in view.parties]
    rows.append([_("All"), count(view.sum.delivered), *_sums(view.sum)])
    return _table(_("All parties"), [(_("Party"), False), (_("Delivered"), True), *_money_columns()], rows)


def _use(view: StatementView) -> dict[str, Any]:
    rows = [
        [each.name, use.procurement.reference, count(use.announced), count(use.ordered)]
        for each in view.parties
        for use in each.uses
    ]
    columns = [(_("Party"), False), (_("Procurement"), False), (_("Announced"), True), (_("Ordered"), True)]
    return _table(_("Ordered against announced"), columns, rows)


def _costs(view: StatementView, party: PartyView) -> dict[str, Any]:
    rows = [
        [
            cost.reference,
            str(COST_KIND_TITLES[cost.kind]),
            f"{cost.purpose} ({cost.reason})" if cost.reason else cost.purpose,
            date(cost.day),
            localized(cost.payer, "name"),
            money(cost.amount),
            money(part.amount),
            money(part.vat),
        ]
        for cost in view.costs
        for part in cost.parts
        if part.party.key == party.key
    ]
    columns = [
        (_("Number"), False),
        (_("Kind"), False),
        (_("What it is for"), False),
        (_("Day"), False),
        (_("Paid by"), False),
        (_("Whole cost"), True),
        (_("Share of the party"), True),
        (_("VAT"), True),
    ]
    return _table(_("Shared costs"), columns, rows)


def _debts(view: StatementView) -> dict[str, Any]:
    rows = [
        [view.names.get(each.debtor, each.debtor), view.names.get(each.creditor, each.creditor), *_sums(each)]
        for each in view.settlement.debts
    ]
    return _table(_("Who pays whom"), [(_("Pays"), False), (_("Gets"), False), *_money_columns()], rows)


def _orders(view: StatementView, party: PartyView) -> dict[str, Any]:
    rows = [
        [line.order.reference, line.procurement.reference, _kind(line, view), *_sums(line)]
        for line in _lines(view, party)
    ]
    columns = [(_("Order"), False), (_("Procurement"), False), (_("What"), False)]
    return _table(_("By order"), [*columns, *_money_columns()], rows)


def _lines(view: StatementView, party: PartyView) -> Iterator[Any]:
    after: uuid.UUID | None = None
    while rows := queries.orders_of(view.statement.id, [party.key], after, AT_ONCE):
        yield from rows
        after = rows[-1].id
