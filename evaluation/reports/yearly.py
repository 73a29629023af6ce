"""The words and pictures of a yearly report; figures of providers are those of the published release (R119)."""

from __future__ import annotations

from typing import Any

from core import clock
from core.charts import Chart, files
from core.charts.tables import Table
from core.i18n import gettext as _
from core.i18n import localized, ngettext, using_language
from core.web.formatting import count, date_long, listing, money, number, percent
from dps.systems.models import PurchasingSystem
from evaluation.reports import overall, pictures, queries, wording
from evaluation.reports.models import YearReport
from evaluation.reports.reading import MAIN_WINDOW
from evaluation.reports.sight import Sight, smallest_cell
from orders.models import QualityClass


def words(report: YearReport, language: str) -> dict[str, Any]:
    """Everything the document says, in one language."""
    system, day = report.system, clock.helsinki_date(report.asked_at)
    with using_language(language):
        sights = [Sight.of_everybody(each) for each in system.categories]
        return {
            "language": language,
            "title": _("%(system)s: report of %(year)s", system=localized(system, "name"), year=report.year),
            "authority": localized(system.authority, "name"),
            "date": date_long(day),
            "day": [day.year, day.month, day.day],
            "summary_title": _("The year in short"),
            "summary": summary(report, sights),
            "reading_title": _("How to read the figures"),
            "reading": _reading(report),
            "parts": [_money_part(report), *(part for each in sights if (part := _category_part(each)))],
        }


def summary(report: YearReport, sights: list[Sight]) -> list[str]:
    """One page in plain words: what was bought, what it cost, what came of it."""
    return [
        _bought(report.system, report.year),
        *_spent(report.system, report.year),
        *(line for each in sights for line in _category_lines(each, report.year)),
    ]


def _bought(system: PurchasingSystem, year: int) -> str:
    found = list(queries.resources_by_category(system.id, system.authority_id, year).values())
    customers = sum(each.customers for each in found)
    if customers < smallest_cell():
        return _("In %(year)s fewer than %(least)s customers began a service.", year=year, least=smallest_cell())
    services, euros = sum(each.orders for each in found), sum(each.euros for each in found)
    return ngettext(
        "In %(year)s %(services)s services began in %(num)s category. Their prices add up to %(euros)s without VAT.",
        "In %(year)s %(services)s services began in %(num)s categories. Their prices add up to %(euros)s without VAT.",
        len(found),
        year=year,
        services=count(services),
        euros=money(euros, whole=True),
    )


def _spent(system: PurchasingSystem, year: int) -> list[str]:
    budgets = queries.money_by_category(system.authority_id, year, system.id)
    amount, spent = sum(each.amount for each in budgets), sum(each.spent for each in budgets)
    if not amount:
        return []
    return [
        _(
            "%(spent)s of the budget of %(amount)s was spent, %(share)s.",
            spent=money(spent, whole=True),
            amount=money(amount, whole=True),
            share=percent(spent / amount),
        )
    ]


def _category_lines(sight: Sight, year: int) -> list[str]:
    """What a category's figures allow to say: how many found work, and whether providers differ."""
    lines = []
    figure = sight.years.get(str(year))
    if figure:
        lines.append(
            _(
                "%(category)s: of 100 customers whose service was to end in %(year)s, %(number)s were %(in_work)s. By "
                "chance alone it could be from %(low)s to %(high)s.",
                category=sight.name,
                year=year,
                number=number(100 * figure.value, 0),
                in_work=wording.in_work(MAIN_WINDOW),
                low=number(100 * figure.low, 0),
                high=number(100 * figure.high, 0),
            )
        )
    measured = [each for each in sight.providers if each.quality_class is not None]
    above = [each.name for each in measured if each.quality_class is QualityClass.ABOVE]
    below = [each.name for each in measured if each.quality_class is QualityClass.BELOW]
    if measured and not above and not below:
        lines.append(
            _("%(category)s: the providers cannot be told apart; differences can be chance.", category=sight.name)
        )
    if above:
        lines.append(_("%(category)s: better than expected: %(names)s.", category=sight.name, names=listing(above)))
    if below:
        lines.append(_("%(category)s: weaker than expected: %(names)s.", category=sight.name, names=listing(below)))
    return lines


def _reading(report: YearReport) -> list[str]:
    release = queries.published_release()
    return [
        _(
            "Providers are compared with what is expected of customers like theirs, so that nobody is punished for "
            "taking those who have the longest way to work. They stand in the order of their names and are never "
            "ranked."
        ),
        _(
            "No figure is shown of fewer than 5 customers or 10 answers, nor one from which it could be worked out. "
            "Where there is little data, the figures say so."
        ),
        _("The figures of providers are those published on %(date)s.", date=date_long(release.published_at))
        if release and release.published_at
        else _("No figures of providers have been published yet."),
    ]


def _money_part(report: YearReport) -> dict[str, Any]:
    system = report.system
    charts = [
        overall.of_services(system.authority_id, report.year, system.id),
        overall.of_budgets(system.authority_id, report.year, system.id),
    ]
    return _part(_("Services and money"), [each for each in charts if each])


def _category_part(sight: Sight) -> dict[str, Any] | None:
    charts = [chart for build in pictures.OF_EVERYBODY.values() if (chart := build(sight))]
    if not charts:
        return None
    part = _part(sight.name, charts)
    part["comments"] = [
        _("%(name)s comments: %(text)s", name=each.name, text=each.comment) for each in sight.providers if each.comment
    ]
    return part


def _part(heading: str, charts: list[Chart]) -> dict[str, Any]:
    return {"heading": heading, "comments": [], "pictures": [_picture(each) for each in charts]}


def _picture(chart: Chart) -> dict[str, Any]:
    return {
        "title": chart.title,
        "finding": chart.finding,
        "caption": chart.caption,
        "drawing": files.svg(chart),
        "is_broad": chart.is_broad,
        "table": _table(chart.table),
    }


def _table(table: Table) -> dict[str, Any]:
    return {
        "columns": [{"name": each.name, "is_number": each.is_number} for each in table.columns],
        "rows": [[each.text for each in row] for row in table.rows],
    }
