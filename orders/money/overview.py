"""The budgets of a year with what is ordered, delivered and to be expected."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core import clock
from orders import queries as order_queries
from orders.models import Budget
from orders.money import queries, rules
from orders.money.rules import Forecast


@dataclass(frozen=True)
class BudgetRow:
    """A budget as a page shows it; the picture's shares are percents of the amount, cut at 100 together."""

    budget: Budget
    #: Delivered and waiting for acceptance; a part of what is ordered.
    reported: Decimal
    forecast: Forecast | None

    def share(self, amount: Decimal) -> float:
        """An amount in percent of the budget."""
        return float(100 * amount / self.budget.amount) if self.budget.amount else 0.0

    @property
    def used(self) -> float:
        return self.share(self.budget.committed + self.budget.spent)

    @property
    def expected(self) -> float | None:
        """The whole year in percent of the budget, if orders go on as they did."""
        return self.share(self.forecast.total) if self.forecast else None


def of_budgets(authority_id: uuid.UUID, budgets: Sequence[Budget], today: date) -> list[BudgetRow]:
    """The figures of some budgets of an authority, in two questions."""
    reported = queries.reported_by_budget([each.id for each in budgets])
    recent = queries.ordered_since(authority_id, clock.start_of_day(rules.first_day_counted(today)))
    return [
        BudgetRow(
            each,
            reported.get(each.id, Decimal(0)),
            rules.forecast(
                each.spent,
                each.committed,
                recent.get(each.category_id, Decimal(0)),
                year=each.year,
                today=today,
            ),
        )
        for each in budgets
    ]


def of_year(authority_id: uuid.UUID, year: int, today: date) -> list[BudgetRow]:
    """Every budget of a year."""
    return of_budgets(authority_id, order_queries.budgets_of_year(authority_id, year), today)
