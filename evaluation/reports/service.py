"""The verbs of reports: ask for the yearly report of a system, make it, give up."""

from __future__ import annotations

from core import audit, clock, jobs
from core.db import db, lock, new_id, transaction
from core.errors import RuleBroken, WrongState
from core.files import pdf
from core.files import service as files
from core.i18n import LANGUAGES
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from dps.systems.models import PUBLIC_STATES, PurchasingSystem
from evaluation.reports import queries, yearly
from evaluation.reports.models import YearReport

ASKED = audit.declare("year_report.asked", "system", "year")
MADE = audit.declare("year_report.made", "language", "sha256")
FAILED = audit.declare("year_report.failed", "reason")
MAKE = "reports.make_year_report"
RULE = "year-report"


@transaction
def ask(system: PurchasingSystem, year: int, *, by: Mandate) -> YearReport:
    """Have the report of a system and year made in the background.

    :raises RuleBroken: the system has not been published, or the year has not begun
    :raises WrongState: it is being made
    """
    lock(system)
    now = clock.now()
    if system.state not in PUBLIC_STATES:
        raise RuleBroken(_l("The purchasing system has not been published."), rule=RULE, field="system")
    if not system.starts_on.year <= year <= clock.helsinki_date(now).year:
        raise RuleBroken(
            _l("There is nothing to report of that year."),
            rule=RULE,
            field="year",
            next_step=_l("Choose a year in which the system was open."),
        )
    if queries.unfinished_report(system.id, year) is not None:
        raise WrongState(_l("The report is being made already."), rule=RULE, next_step=_l("Wait until it is ready."))
    release = queries.published_release()
    row = YearReport(
        id=new_id(),
        system_id=system.id,
        system=system,
        year=year,
        asked_by=by.person_id,
        asked_at=now,
        release_id=release.id if release else None,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(ASKED, subject=row, actor=by, at=now, system=system.id, year=year)
    jobs.add(MAKE, at=now, key=f"{MAKE}:{row.id}", year_report_id=row.id)
    return row


@transaction
def make(report: YearReport, language: str) -> None:
    """Make the report in one language and archive it; a second run finds it made."""
    lock(report)
    if report.finished_at is not None or language in report.made:
        return
    now = clock.now()
    stored = files.store(
        pdf.compiled("reports/year_report.typ", yearly.words(report, language)),
        f"{report.year}-{language}.pdf",
        owner_id=report.authority_id,
        at=now,
        accepted=("application/pdf",),
        field="report",
    )
    db.session.flush()
    setattr(report, f"file_{language}_id", stored.id)
    if len(report.made) == len(LANGUAGES):
        report.finished_at = now
    db.session.flush()
    audit.record(MADE, subject=report, actor=None, at=now, language=language, sha256=stored.sha256)


@transaction
def give_up(report: YearReport, reason: str) -> None:
    """The last try has failed: the report may be asked for again."""
    lock(report)
    if report.finished_at is not None:
        return
    now = clock.now()
    report.finished_at, report.failed = now, reason
    db.session.flush()
    audit.record(FAILED, subject=report, actor=None, at=now, reason=reason)
