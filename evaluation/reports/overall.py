"""The pictures of an authority as a whole: budgets, services, service points."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, timedelta

from core import clock
from core.charts import BarRow, Chart, Column, Estimate, WeekPoint, bars, cell, weeks
from core.i18n import gettext as _
from core.i18n import localized
from core.web.formatting import money, percent
from evaluation.collecting.figures import nps
from evaluation.reports import queries
from evaluation.reports.pictures import resources
from evaluation.reports.queries import PointWeek
from evaluation.reports.sight import smallest_cell, smallest_feedback

WEEKS_BACK = 26


def of_budgets(authority_id: uuid.UUID, year: int, system_id: uuid.UUID | None = None) -> Chart | None:
    """What is spent of each category's budget."""
    rows = queries.money_by_category(authority_id, year, system_id)
    if not rows:
        return None
    amount, spent = sum(each.amount for each in rows), sum(each.spent for each in rows)
    return bars(
        "money",
        _("Budgets of %(year)s", year=year),
        [
            BarRow(
                localized(each.category, "name"),
                each.spent,
                each.amount,
                (cell.money(each.committed), cell.money(each.left)),
            )
            for each in rows
        ],
        finding=_(
            "In %(year)s %(spent)s of %(budget)s was spent (%(share)s).",
            year=year,
            spent=money(spent, whole=True),
            budget=money(amount, whole=True),
            share=percent(spent / amount if amount else 0),
        ),
        caption=_("The bar is what was spent on accepted deliveries, the black mark the budget."),
        columns=[
            Column(_("Category")),
            Column(_("Spent"), True),
            Column(_("Budget"), True),
            Column(_("Ordered"), True),
            Column(_("Left"), True),
        ],
        make=cell.money,
        mark_name=_("Budget"),
    )


def of_services(authority_id: uuid.UUID, year: int, system_id: uuid.UUID | None = None) -> Chart | None:
    """Customers, services, months and euros of each category."""
    found = queries.resources_by_category(system_id, authority_id, year)
    categories = queries.categories_of(authority_id)
    rows = [(localized(each, "name"), found[str(each.id)]) for each in categories if str(each.id) in found]
    return resources("resources", _("Services that began in %(year)s", year=year), _("Category"), rows, smallest_cell())


def _point(name: str, monday: date, each: PointWeek | None, smallest: int) -> WeekPoint:
    year, week, _day = monday.isocalendar()
    if each is None or each.answers < smallest:
        return WeekPoint(name, f"{week}/{year}")
    found = nps(each.promoters, each.passives, each.detractors)
    return WeekPoint(name, f"{week}/{year}", Estimate(each.answers, found.value, found.low, found.high))


def of_service_points(authority_id: uuid.UUID, year: int) -> Chart | None:
    """Recommenders less critics at each service point, week by week; the authority's own, for nobody else."""
    since = clock.helsinki_date(clock.now()) - timedelta(weeks=WEEKS_BACK)
    smallest = smallest_feedback()
    found = {(each.name, each.week_on): each for each in queries.point_weeks(authority_id, since)}
    mondays = sorted({week_on for _name, week_on in found})
    places = sorted({name for name, _week_on in found})
    return weeks(
        "service-points",
        _("Recommenders less critics, by service point and week"),
        [_point(name, monday, found.get((name, monday)), smallest) for name in places for monday in mondays],
        value_name=_("From −100 to 100"),
        place_name=_("Service point"),
    )


#: The pictures of the authority's front page of evaluation, in its order.
OF_YEAR: dict[str, Callable[[uuid.UUID, int], Chart | None]] = {
    "money": of_budgets,
    "resources": of_services,
    "service-points": of_service_points,
}
