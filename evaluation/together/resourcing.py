"""Person-years against the agreement, party by party, as the page shows them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from core import clock, law
from evaluation.together import queries, rules
from evaluation.together.followed import Followed
from evaluation.together.models import ResourcingReport


@dataclass(frozen=True)
class Standing:
    """A party in a half-year: by task, together, and against what was agreed."""

    key: str
    authority_id: uuid.UUID
    #: Nothing where its authority has not reported.
    by_task: dict[str, Decimal] | None
    minimum: Decimal
    agreed_share: Decimal
    #: In percent of all; nothing before everybody has reported.
    share: Decimal | None

    @property
    def total(self) -> Decimal | None:
        return None if self.by_task is None else sum(self.by_task.values(), Decimal(0))

    @property
    def is_under(self) -> bool:
        """Under the least that was agreed."""
        return self.total is not None and self.total < self.minimum

    @property
    def gap(self) -> Decimal | None:
        """Percentage points over the agreed share; below zero under it."""
        return None if self.share is None else self.share - self.agreed_share


@dataclass(frozen=True)
class Half:
    """A half-year of an agreement: each party, and who has not reported."""

    period_on: date
    due_on: date
    parties: Sequence[Standing]
    missing: frozenset[uuid.UUID]

    @property
    def year(self) -> int:
        return self.period_on.year

    @property
    def number(self) -> int:
        return rules.number_of(self.period_on)

    @property
    def total(self) -> Decimal | None:
        """Of all, once all have reported."""
        return None if self.missing else sum((each.total or Decimal(0) for each in self.parties), Decimal(0))

    @property
    def scale(self) -> Decimal:
        """Person-years at the end of the gauges: a quarter more than the most there is."""
        most = max((max(each.total or Decimal(0), each.minimum) for each in self.parties), default=Decimal(0))
        return max(most, Decimal(1)) * Decimal("1.25")


def due_on(period_on: date) -> date:
    """The day by which a half-year is reported."""
    days = int(law.number("R103.resourcing_report", period_on))
    return rules.last_day(period_on) + timedelta(days=days)


def halves(followed: Followed) -> list[Half]:
    """Every half-year of the agreement that is over, the newest first."""
    today = clock.helsinki_date(clock.now())
    reports: dict[date, list[ResourcingReport]] = {}
    for each in queries.standing_reports(followed.id):
        reports.setdefault(each.period_on, []).append(each)
    days = rules.halves(followed.version.starts_on, followed.version.ends_on, today)
    known = sorted({*days, *reports}, reverse=True)
    return [half(followed, day, reports.get(day, ())) for day in known]


def half(followed: Followed, period_on: date, reports: Sequence[ResourcingReport]) -> Half:
    """One half-year by its standing reports."""
    by_task: dict[str, dict[str, Decimal]] = {}
    for each in reports:
        for line in each.lines:
            by_task.setdefault(line.party_key, {})[line.task_code] = line.person_years
    missing = frozenset(followed.authority_ids - {each.authority_id for each in reports})
    total = sum((sum(each.values(), Decimal(0)) for each in by_task.values()), Decimal(0))
    parties = [
        Standing(
            party.key,
            party.authority_id,
            by_task.get(party.key),
            party.person_years_min,
            party.share,
            _percent(by_task.get(party.key, {}), total) if total and not missing else None,
        )
        for party in followed.parties
    ]
    return Half(period_on, due_on(period_on), parties, missing)


def _percent(by_task: dict[str, Decimal], total: Decimal) -> Decimal:
    share = 100 * sum(by_task.values(), Decimal(0)) / total
    return share.quantize(Decimal("0.1"), ROUND_HALF_UP)
