"""The pictures of a category, each with its table; ``None`` where there is too little to tell (R119)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from core import clock
from core.charts import (
    BarRow,
    Cell,
    Chart,
    Column,
    Dot,
    FunnelPoint,
    RadarAxis,
    Route,
    TrendPoint,
    bars,
    cell,
    dots,
    flow,
    funnel,
    histogram,
    radar,
    trend,
)
from core.charts.quality import INDEX_EXPECTED, INDEX_SCALE
from core.i18n import gettext as _
from core.web.formatting import count, money, percent
from evaluation import gates
from evaluation.assessing.models import AREA_TITLES
from evaluation.assessing.queries import before_after
from evaluation.outcomes.models import OUTCOME_TITLES, OutcomeState
from evaluation.reports import queries, reading
from evaluation.reports.queries import MoneyYear, Resources
from evaluation.reports.reading import MAIN_WINDOW
from evaluation.reports.sight import Sight, smallest_feedback
from evaluation.reports.wording import in_work, window_title

#: Ends that were wished for.
WANTED = frozenset({OutcomeState.OPEN_LABOUR_MARKET, OutcomeState.OWN_BUSINESS, OutcomeState.STUDIES})
YEARS_BACK = 2
#: Of a self-assessment's grades, and the areas a radar needs.
LOWEST, HIGHEST, FEWEST_AXES = 1, 5, 3

Builder = Callable[[Sight], Chart | None]


def funnel_of(months: int) -> Builder:
    """The funnel of a window: each provider's share in work, adjusted for who its customers were."""

    def build(sight: Sight) -> Chart | None:
        level = sight.level(months)
        points = [
            FunnelPoint(each.name, each.windows[months].n, each.windows[months].value)
            for each in sight.providers
            if months in each.windows
        ]
        if level is None or not points:
            return None
        return funnel(
            f"in-work-{months}",
            window_title(months),
            points,
            level.target,
            tau2=level.tau2,
            value_name=_("Share, adjusted for who the customers were"),
        )

    return build


def index(sight: Sight) -> Chart | None:
    """The quality numbers of all who can be told apart, by name."""
    points = [Dot(each.name, each.index) for each in sight.providers if each.index is not None]
    if not points:
        return None
    return dots(
        "index",
        _("Quality number, 50 is expected"),
        points,
        value_name=_("Quality number"),
        scale=INDEX_SCALE,
        expected=INDEX_EXPECTED,
    )


def by_year(sight: Sight) -> Chart | None:
    """The category's share in work, year by year."""
    points = [TrendPoint(year, figure) for year, figure in sight.years.items()]
    if not any(each.figure for each in points):
        return None
    return trend("years", _("%(window)s, by year", window=window_title(MAIN_WINDOW)), points, value_name=_("Share"))


def recommendation(sight: Sight) -> Chart | None:
    """How customers graded the services, from 0 to 10."""
    found = queries.grades(sight.id)
    if sum(found.values()) < smallest_feedback():
        return None
    return histogram(
        "recommendation",
        _("Would you recommend the service?"),
        [(str(grade), found.get(grade, 0)) for grade in range(11)],
        bin_name=_("Grade from 0 to 10"),
        smallest=sight.smallest,
    )


def self_assessment(sight: Sight) -> Chart | None:
    """Customers' own assessment before and after, six areas; health is never among them (I8)."""
    known = [
        (each, RadarAxis(str(AREA_TITLES[each.area]), each.start, each.end))
        for each in before_after(sight.id)
        if each.n is not None and each.start is not None and each.end is not None and each.n >= smallest_feedback()
    ]
    if len(known) < FEWEST_AXES:
        return None
    return radar(
        "self-assessment",
        _("Customers' own assessment before and after"),
        [axis for _area, axis in known],
        lowest=LOWEST,
        highest=HIGHEST,
        answers=min(each.n or 0 for each, _axis in known),
    )


def afterwards(sight: Sight) -> Chart | None:
    """Where customers were some months after the planned end."""
    found = queries.afterwards(sight.id, MAIN_WINDOW)
    routes = [
        Route((sight.name,), str(OUTCOME_TITLES[state]), found[state], state in WANTED)
        for state in OutcomeState
        if state in found
    ]
    return flow(
        "afterwards",
        _("Where customers went after the service"),
        routes,
        caption=_(
            "Each customer once, %(months)s months after the planned end. The thicker the band, the more customers. "
            "Ends of fewer than %(smallest)s customers are put together.",
            months=MAIN_WINDOW,
            smallest=sight.smallest,
        ),
        smallest=sight.smallest,
    )


def resource_columns(first: str) -> list[Column]:
    """The head of a table of services."""
    return [
        Column(first),
        Column(_("Customers"), True),
        Column(_("Services"), True),
        Column(_("Months of service"), True),
        Column(_("Price without VAT"), True),
    ]


def resource_rows(rows: list[tuple[str, Resources]], smallest: int) -> list[BarRow]:
    """Rows of a table of services; those that could be told apart are hidden, others with them (R119)."""
    gone = gates.hidden({place: each.customers for place, (_name, each) in enumerate(rows)}, smallest)

    def row(place: int, name: str, each: Resources) -> BarRow:
        if place in gone:
            return BarRow(name, None, more=(cell.too_few(),) * 3)
        return BarRow(
            name, each.customers, more=(cell.count(each.orders), cell.number(each.months, 1), cell.money(each.euros))
        )

    return [row(place, name, each) for place, (name, each) in enumerate(rows)]


def resources(key: str, title: str, first: str, rows: list[tuple[str, Resources]], smallest: int) -> Chart | None:
    """Customers of services that began, with services, months and euros in the table."""
    shown = resource_rows(rows, smallest)
    known = [each for each in shown if each.value is not None]
    if not known:
        return None
    most = max(known, key=lambda each: each.value or 0)
    return bars(
        key,
        title,
        shown,
        finding=_("The most customers, %(number)s: %(name)s.", number=count(int(most.value or 0)), name=most.name),
        caption=_(
            "The bar is the number of customers whose service began. A dashed bar: fewer than %(smallest)s customers, "
            "or so few that others could be worked out.",
            smallest=smallest,
        ),
        columns=resource_columns(first),
        make=cell.count,
    )


def by_municipality(sight: Sight) -> Chart | None:
    """Customers, services and euros by home municipality."""
    rows = [(each.name, each) for each in sight.places_and_quarters[0]]
    return resources("municipalities", _("Customers by home municipality"), _("Municipality"), rows, sight.smallest)


def by_quarter(sight: Sight) -> Chart | None:
    """Customers, services, months and euros by quarter."""
    first = clock.helsinki_date(clock.now()).year - YEARS_BACK
    rows = [
        (_("%(year)s, quarter %(quarter)s", year=each.name[:4], quarter=each.name[5:]), each)
        for each in sight.places_and_quarters[1]
        if int(each.name[:4]) >= first
    ]
    return resources("quarters", _("Services that began, by quarter"), _("Quarter"), rows, sight.smallest)


def _results(each: MoneyYear, smallest: int) -> tuple[Cell, Cell]:
    """Customers in work and euros for each of them, where neither they nor the others are too few."""
    gone = gates.hidden({"work": each.employed, "other": each.known - each.employed}, smallest)
    if gone:
        return cell.too_few(), cell.too_few()
    return cell.count(each.employed), cell.money(each.spent / each.employed)


def budget(sight: Sight) -> Chart | None:
    """What was budgeted and spent each year, and how many customers were in work some months later."""
    rows = queries.money_years(sight.id, MAIN_WINDOW)
    if not rows:
        return None
    last = rows[-1]
    return bars(
        "budget",
        _("Budget, and what came of it"),
        [BarRow(str(each.year), each.spent, each.budget, _results(each, sight.smallest)) for each in rows],
        finding=_(
            "In %(year)s %(spent)s of %(budget)s was spent (%(share)s).",
            year=last.year,
            spent=money(last.spent, whole=True),
            budget=money(last.budget, whole=True),
            share=percent(last.spent / last.budget) if last.budget else percent(Decimal(0)),
        ),
        caption=_(
            "The bar is what was spent on accepted deliveries, the black mark the budget. In the table: how many "
            "customers whose service was to end that year were %(in_work)s, and the money spent for each of them.",
            in_work=in_work(MAIN_WINDOW),
        ),
        columns=[
            Column(_("Year")),
            Column(_("Spent"), True),
            Column(_("Budget"), True),
            Column(_("Customers in work"), True),
            Column(_("Euros for each of them"), True),
        ],
        make=cell.money,
        mark_name=_("Budget"),
    )


#: The pictures of a category for those who buy, in the order of the page.
OF_AUTHORITY: dict[str, Builder] = {
    **{f"in-work-{months}": funnel_of(months) for months in reading.WINDOWS},
    "index": index,
    "years": by_year,
    "recommendation": recommendation,
    "self-assessment": self_assessment,
    "afterwards": afterwards,
    "municipalities": by_municipality,
    "budget": budget,
    "quarters": by_quarter,
}
#: And for everybody: only what the published release itself holds.
OF_EVERYBODY: dict[str, Builder] = {
    key: OF_AUTHORITY[key] for key in (*(f"in-work-{months}" for months in reading.WINDOWS), "index", "years")
}
