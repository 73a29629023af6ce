"""The pictures of what is done together, for all parties or one of them, as one authority may see them (R103, R119)."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from core import clock
from core.charts import (
    BarRow,
    Chart,
    Column,
    Estimate,
    FunnelPoint,
    Route,
    TrendPoint,
    bars,
    cell,
    flow,
    funnel,
    histogram,
    trend,
)
from core.i18n import gettext as _
from core.web.formatting import count, percent
from dps.systems.models import Category
from evaluation import gates, measures
from evaluation.outcomes.models import OUTCOME_TITLES, OutcomeState
from evaluation.reports.pictures import WANTED, resource_columns
from evaluation.reports.reading import MAIN_WINDOW
from evaluation.reports.sight import Sight, smallest_cell, smallest_feedback
from evaluation.reports.wording import window_title
from evaluation.together import gating, queries, reviewing
from evaluation.together.followed import Followed
from evaluation.together.gating import Gated, Line
from evaluation.together.queries import CLASSES, Ends, Use
from evaluation.together.reviewing import QUARTERS


@dataclass
class View:
    """An agreement's figures as one authority sees them: all parties together, or one of them."""

    followed: Followed
    authority_id: uuid.UUID
    year: int
    #: The party looked at; nothing for all of them together.
    party: str | None = None
    #: The category whose providers are compared.
    category: Category | None = None

    @cached_property
    def smallest(self) -> int:
        return smallest_cell()

    @cached_property
    def own(self) -> list[str]:
        return self.followed.keys_of(self.authority_id)

    @cached_property
    def others(self) -> list[list[str]]:
        return [keys for keys in reviewing.authorities(self.followed) if not set(keys) & set(self.own)]

    def gated(self, counts: gating.Counts, columns: Sequence[Any], smallest: int | None = None) -> Gated:
        """What this authority may see of a table of counts."""
        return gating.gated(counts, self.own, self.others, columns, smallest or self.smallest)

    def name(self, line: Line, *, is_joint: bool = False) -> str:
        return _("All parties together") if is_joint else self.followed.name(line.keys)

    def line(self, table: Gated) -> tuple[Line, str]:
        """The line that is looked at, and what it is called."""
        found = table.of(self.party)
        return found, self.name(found, is_joint=found is table.joint)

    # ---- the sums ----

    @cached_property
    def use(self) -> Mapping[tuple[str, int], Use]:
        return queries.use(self.followed, self.year)

    @cached_property
    def ends(self) -> Ends:
        return queries.ends(self.followed, MAIN_WINDOW)

    @cached_property
    def use_table(self) -> Gated:
        """By quarters that have begun; those to come tell nothing of anybody."""
        return self.gated({at: each.customers for at, each in self.use.items()}, self.quarters)

    @cached_property
    def quarters(self) -> list[int]:
        today = clock.helsinki_date(clock.now())
        return [each for each in QUARTERS if (self.year, 3 * each - 2) <= (today.year, today.month)]

    def used(self, line: Line, quarter: int | None = None) -> Use:
        """The use of a line, in a quarter or in the year."""
        return sum((each for (key, at), each in self.use.items() if key in line.keys and quarter in (None, at)), Use())


Builder = Callable[[View], Chart | None]


def _row(name: str, used: Use, *, is_shown: bool) -> BarRow:
    if not is_shown:
        return BarRow(name, None, more=(cell.too_few(),) * 3)
    return BarRow(
        name, used.customers, more=(cell.count(used.orders), cell.number(used.months, 1), cell.money(used.euros))
    )


def _resources(key: str, title: str, first: str, rows: Sequence[BarRow], smallest: int) -> Chart | None:
    together = _("All parties together")
    known = [each for each in rows if each.value is not None and each.name != together]
    if not known:
        return None
    most = max(known, key=lambda each: each.value or 0)
    return bars(
        key,
        title,
        rows,
        finding=_("The most customers, %(number)s: %(name)s.", number=count(int(most.value or 0)), name=most.name),
        caption=_(
            "The bar is the number of customers whose service began, each once a year. A dashed bar: fewer than "
            "%(smallest)s customers, or so few that others could be worked out.",
            smallest=smallest,
        ),
        columns=resource_columns(first),
        make=cell.count,
    )


def by_party(view: View) -> Chart | None:
    """Customers, services, months and euros of each party in the year, and of all together."""
    table = view.use_table
    rows = [_row(view.name(line), view.used(line), is_shown=line.total) for line in table.lines]
    if len(table.lines) > 1:
        rows.append(_row(_("All parties together"), view.used(table.joint), is_shown=table.joint.total))
    return _resources("parties", _("Use by party in %(year)s", year=view.year), _("Party"), rows, view.smallest)


def by_quarter(view: View) -> Chart | None:
    """Customers, services, months and euros of the line that is looked at, by quarter."""
    line, name = view.line(view.use_table)
    rows = [
        _row(
            _("%(year)s, quarter %(quarter)s", year=view.year, quarter=each),
            view.used(line, each),
            is_shown=each in line.columns,
        )
        for each in view.quarters
    ]
    title = _("%(name)s: services that began, by quarter", name=name)
    return _resources("quarters", title, _("Quarter"), rows, view.smallest)


def by_year(view: View) -> Chart | None:
    """The share in work some months later, year by year."""
    known = queries.results(view.ends)
    years = sorted({year for _key, year in known})
    table = view.gated({at: each[0] for at, each in known.items()}, years)
    line, name = view.line(table)
    points = [TrendPoint(str(year), _estimate(line, year, known, view.smallest)) for year in years]
    if not any(each.figure for each in points):
        return None
    title = _("%(name)s: %(window)s, by year", name=name, window=window_title(MAIN_WINDOW))
    return trend("years", title, points, value_name=_("Share"))


def _estimate(
    line: Line, year: int, known: Mapping[tuple[str, int], tuple[int, int]], smallest: int
) -> Estimate | None:
    cells = [each for (key, at), each in known.items() if key in line.keys and at == year]
    n, employed = sum(each[0] for each in cells), sum(each[1] for each in cells)
    if year not in line.columns or n < smallest:
        return None
    return Estimate(n, employed / n, *measures.wilson(employed, n))


def afterwards(view: View) -> Chart | None:
    """Where customers went; ends that may not be told apart stand together."""
    found = queries.afterwards(view.ends)
    states = [state for state in OutcomeState if any(at == state for _key, at in found)]
    table = view.gated(found, states)
    line, name = view.line(table)
    if not line.total:
        return None
    numbers = {
        state: sum(each for (key, at), each in found.items() if key in line.keys and at == state) for state in states
    }
    routes = [
        Route((name,), str(OUTCOME_TITLES[state]), number, state in WANTED)
        for state, number in numbers.items()
        if state in line.columns
    ]
    rest = sum(number for state, number in numbers.items() if state not in line.columns)
    if rest:
        routes.append(Route((name,), _("Another end, too few to tell apart"), rest))
    return flow(
        "afterwards",
        _("Where customers went after the service"),
        routes,
        caption=_(
            "Each customer once, %(months)s months after the planned end. The thicker the band, the more customers. "
            "Ends of fewer than %(smallest)s customers are put together.",
            months=MAIN_WINDOW,
            smallest=view.smallest,
        ),
        smallest=view.smallest,
    )


def recommendation(view: View) -> Chart | None:
    """How customers graded the services, in three classes; nothing of fewer than ten answers."""
    smallest = smallest_feedback()
    found = queries.recommendations(view.followed)
    table = view.gated(found, CLASSES, smallest)
    line, name = view.line(table)
    if not line.total:
        return None
    numbers = [(each, sum(n for (key, at), n in found.items() if key in line.keys and at == each)) for each in CLASSES]
    shown = [(each, n) for each, n in numbers if each in line.columns]
    rest = [(each, n) for each, n in numbers if each not in line.columns]
    if not shown:
        return None
    if rest:
        shown.append((", ".join(each for each, _n in rest), sum(n for _each, n in rest)))
    return histogram(
        "recommendation",
        _("%(name)s: would you recommend the service?", name=name),
        shown,
        bin_name=_("Grade from 0 to 10"),
        smallest=smallest,
    )


def providers(view: View) -> Chart | None:
    """The providers of a joint category, adjusted for who their customers were: always for all parties together.

    A provider whose customers are all but a few one's own is left out: the few could be worked out.
    """
    if view.category is None or view.party is not None:
        return None
    sight = Sight.of_authority(view.category)
    level = sight.level(MAIN_WINDOW)
    own = queries.known_of(view.followed, view.category.id, view.authority_id, MAIN_WINDOW)
    points = [
        FunnelPoint(each.name, each.windows[MAIN_WINDOW].n, each.windows[MAIN_WINDOW].value)
        for each in sight.providers
        if MAIN_WINDOW in each.windows and not 0 < each.windows[MAIN_WINDOW].n - own.get(each.name, 0) < view.smallest
    ]
    if level is None or not points:
        return None
    return funnel(
        "providers",
        window_title(MAIN_WINDOW),
        points,
        level.target,
        tau2=level.tau2,
        value_name=_("Share, adjusted for who the customers were"),
    )


#: The pictures of the page, in its order.
OF_PAGE: dict[str, Builder] = {
    "parties": by_party,
    "providers": providers,
    "years": by_year,
    "quarters": by_quarter,
    "afterwards": afterwards,
    "recommendation": recommendation,
}


def title(key: str) -> str:
    """The heading of a picture, also where there is too little to draw it."""
    return {
        "parties": _("Use by party"),
        "providers": window_title(MAIN_WINDOW),
        "years": _("In work, by year"),
        "quarters": _("Services by quarter"),
        "afterwards": _("Where customers went after the service"),
        "recommendation": _("What customers would say to a friend"),
    }[key]


# ---- where each acts alone ----


@dataclass(frozen=True)
class Kind:
    """A kind of service: one's own bought jointly and alone, and the others' together; nothing where too few."""

    name: Any
    own_joint: queries.Sum
    own_alone: queries.Sum
    others_joint: queries.Sum | None
    others_alone: queries.Sum | None


def kinds(followed: Followed, authority_id: uuid.UUID, year: int, titles: Mapping[Any, Any]) -> list[Kind]:
    """What one buys together and alone, and what the others do, kind by kind."""
    found, smallest = queries.by_service_type(followed, year, own=authority_id), smallest_cell()
    names = queries.service_types(followed)
    hidden = {
        joint: gates.hidden(
            {kind: found.get((False, kind, joint), queries.Sum()).customers for kind in names}, smallest
        )
        for joint in (True, False)
    }

    def told(kind: Any, *, joint: bool) -> queries.Sum | None:
        return None if kind in hidden[joint] else found.get((False, kind, joint), queries.Sum())

    def mine(kind: Any, *, joint: bool) -> queries.Sum:
        return found.get((True, kind, joint), queries.Sum())

    return [
        Kind(
            titles[kind],
            mine(kind, joint=True),
            mine(kind, joint=False),
            told(kind, joint=True),
            told(kind, joint=False),
        )
        for kind in names
    ]


def alone_picture(rows: Sequence[Kind], year: int) -> Chart | None:
    """One's own euros outside the joint procurements, beside the joint ones as the mark."""
    known = [each for each in rows if each.own_joint.orders or each.own_alone.orders]
    if not known:
        return None
    alone = sum((each.own_alone.euros for each in known), Decimal(0))
    joint = sum((each.own_joint.euros for each in known), Decimal(0))
    share = alone / (alone + joint) if alone + joint else Decimal(0)
    return bars(
        "alone",
        _("Bought alone in %(year)s, of the kinds that are also bought together", year=year),
        [
            BarRow(
                str(each.name),
                each.own_alone.euros,
                each.own_joint.euros,
                (cell.count(each.own_alone.orders), cell.count(each.own_joint.orders)),
            )
            for each in known
        ],
        finding=_alone_words(share),
        caption=_("The bar is what you bought in your own systems, the black mark what you bought jointly."),
        columns=_alone_columns(),
        make=cell.money,
        mark_name=_("Jointly"),
    )


def _alone_words(share: Decimal) -> str:
    return _("%(share)s of the money went outside the joint procurements.", share=percent(share))


def _alone_columns() -> list[Any]:
    return [
        Column(_("Service")),
        Column(_("Alone"), True),
        Column(_("Jointly"), True),
        Column(_("Services alone"), True),
        Column(_("Services jointly"), True),
    ]
