"""The picture and the tables of paths, for pages and machines alike; everything here has passed the gates (R119)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core import clock, law
from core.charts import Chart, Column, Route, Table, cell, flow
from core.charts.tables import table
from core.i18n import gettext as _
from core.i18n import localized
from dps.systems.models import SERVICE_TYPE_TITLES
from evaluation.outcomes.models import OUTCOME_TITLES
from evaluation.paths import queries, rules
from evaluation.paths.models import PathRun
from evaluation.paths.rules import OTHER_END, WANTED, Share, Sum, Way


@dataclass(frozen=True)
class Wish:
    """Which window, and which customers: a group and its band, or everybody."""

    months: int = rules.WINDOWS[0]
    group: str | None = None
    band: str | None = None

    @classmethod
    def of(cls, months: Any, group: str | None) -> Wish:
        """From an address: ``6`` and ``age_band:under_25``; what is not known asks for everybody."""
        window = int(months) if str(months) in {str(each) for each in rules.WINDOWS} else rules.WINDOWS[0]
        name, _sep, band = (group or "").partition(":")
        known = name in queries.GROUPS and bool(band) and (name != "year" or band.isdecimal())
        return cls(window, name, band[:40]) if known else cls(window)


@dataclass(frozen=True)
class Found:
    """What was counted for a wish: the ways that are shown, and each service's share."""

    run: PathRun
    wish: Wish
    ways: Mapping[Way, Sum]
    shares: Sequence[Share]
    hidden: frozenset[str]


def find(run: PathRun, authority_id: uuid.UUID | None, wish: Wish) -> Found:
    """The ways and the shares of an authority's customers, or of everybody's."""
    smallest = smallest_cell()
    cells = queries.ways(run.id, authority_id, wish.months, wish.group)
    ways = rules.of_band(cells, wish.band, smallest) if wish.band else rules.of_all(cells, smallest)
    # services of one customer are several rows: shares of a band are shown for everybody only, else differences tell
    shares = queries.shares(run.id, authority_id, wish.months, None, None)
    gone = rules.hidden_steps(shares, smallest)
    return Found(run, wish, ways, shares, frozenset(gone))


def smallest_cell() -> int:
    """Fewer customers are never told apart (R119)."""
    return int(law.number("R119.smallest_cell", clock.helsinki_date(clock.now())))


class Names:
    """What services and ends are called."""

    def __init__(self, steps: set[str]) -> None:
        kinds = {str(each): str(title) for each, title in SERVICE_TYPE_TITLES.items()}
        categories = queries.category_names({each for each in steps if each not in kinds})
        self._steps = {**kinds, **{key: localized(row, "name") for key, row in categories.items()}}
        self._ends = {str(each): str(title) for each, title in OUTCOME_TITLES.items()}

    def step(self, step: str) -> str:
        """A category's name, or a kind of service."""
        return self._steps.get(step, step)

    def steps(self, steps: tuple[str, ...]) -> tuple[str, ...]:
        """Services in order; those put together have one name."""
        return tuple(self.step(each) for each in steps) or (_("Other services"),)

    def end(self, end: str) -> str:
        """Where they were at the end."""
        return _("Other") if end == OTHER_END else self._ends.get(end, end)


def names_of(found: Found) -> Names:
    """The names of everything that is shown."""
    return Names({step for steps, _end in found.ways for step in steps} | {each.step for each in found.shares})


def _ordered(ways: Mapping[Way, Sum]) -> list[tuple[Way, Sum]]:
    return sorted(ways.items(), key=lambda each: (each[0][1] not in WANTED, -each[1].customers, each[0]))


def picture(found: Found, names: Names) -> Chart | None:
    """The flow of customers through services to where they were; nothing when too few."""
    routes = [
        Route(names.steps(steps), names.end(end), each.customers, is_wanted=end in WANTED)
        for (steps, end), each in _ordered(found.ways)
    ]
    return drawn(routes, found.wish.months)


def drawn(routes: Sequence[Route], months: int) -> Chart | None:
    """The picture of routes that have passed the gates."""
    return flow(
        f"paths-{months}",
        _("From services to work %(months)s months after their planned end", months=months),
        routes,
        caption=_(
            "Each customer is counted once: the services that began before, in their order, and where the customer was "
            "%(months)s months after the planned end. Ways of fewer than 5 customers are put together.",
            months=months,
        ),
        smallest=smallest_cell(),
    )


def ways_table(found: Found, names: Names) -> Table:
    """The ways with the time they took and what their services cost."""
    total = sum(each.customers for each in found.ways.values())
    return table(
        _("Ways with time and cost"),
        [
            Column(_("Services in their order"), False),
            Column(_("Afterwards"), False),
            Column(_("Customers"), True),
            Column(_("Share"), True),
            Column(_("Days on average"), True),
            Column(_("Cost a customer, without VAT"), True),
        ],
        [
            (
                cell.words(" → ".join(names.steps(steps))),
                cell.words(names.end(end)),
                cell.count(each.customers),
                cell.share(each.customers / total),
                cell.count(each.mean_days),
                cell.money(each.mean_cost),
            )
            for (steps, end), each in _ordered(found.ways)
        ],
    )


def is_told(found: Found, share: Share) -> bool:
    """Whether a service's figures may be told, and no hidden one follows from them and the total (R119)."""
    return share.step not in found.hidden


def shares_table(found: Found, names: Names) -> Table:
    """What each service shares of the jobs that lasted; last touch beside it as a test of the sharing."""
    return table(
        _("Which services the jobs are owed to"),
        [
            Column(_("Service"), False),
            Column(_("Jobs after it"), True),
            Column(_("Its share"), True),
            Column(_("Last service only"), True),
            Column(_("Cost a job, without VAT"), True),
        ],
        [
            (
                cell.words(names.step(each.step)),
                *(
                    [cell.too_few()] * 4
                    if not is_told(found, each)
                    else [
                        cell.count(each.employed),
                        cell.number(each.credit, 1),
                        cell.count(each.last_touch),
                        cell.money(each.cost / each.credit) if each.credit else cell.nothing(),
                    ]
                ),
            )
            for each in found.shares
        ],
    )


def public_routes(months: int) -> list[Route]:
    """The ways of everybody's customers as published."""
    rows = queries.published(months)
    names = Names({step for row in rows for step in row.steps})
    return [
        Route(names.steps(tuple(row.steps)), names.end(row.end), row.people, is_wanted=row.end in WANTED)
        for row in sorted(rows, key=lambda row: (row.end not in WANTED, -row.people, row.way))
    ]
