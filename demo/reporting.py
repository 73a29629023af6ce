"""The yearly report that the council reads."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from core import clock
from core.i18n import LANGUAGES
from demo.cast import COORDINATOR
from evaluation.reports import queries
from evaluation.reports import service as reports

if TYPE_CHECKING:
    from demo.story import Story


def plan(story: Story) -> None:
    """The coordinator has it made yesterday."""
    story.on(story.today - timedelta(days=1), lambda: report_year(story), hour=15)


def report_year(story: Story) -> None:
    """The year so far of the city's first system, in each language."""
    coordinator = story.mandates[COORDINATOR]
    system = queries.systems_of(coordinator.organisation_id)[-1]
    report = reports.ask(system, clock.helsinki_date(clock.now()).year, by=coordinator)
    for language in LANGUAGES:
        reports.make(report, language)
