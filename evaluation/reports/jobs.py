"""Making the yearly report: one language after the other, each kept as soon as it is ready."""

from __future__ import annotations

import uuid

from core import jobs
from core.i18n import LANGUAGES
from evaluation.reports import queries, service


def _give_up(year_report_id: str) -> None:
    if report := queries.year_report(uuid.UUID(year_report_id)):
        service.give_up(report, "job-failed")


@jobs.job(service.MAKE, given_up=_give_up)
def make_year_report(year_report_id: str) -> None:
    """Make the report in each language."""
    for language in LANGUAGES:
        if report := queries.year_report(uuid.UUID(year_report_id)):
            service.make(report, language)
