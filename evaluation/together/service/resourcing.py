"""Reporting person-years against the agreement; what is corrected stays readable (R103)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from core import audit, clock
from core.db import db, lock, new_id, transaction
from core.errors import RuleBroken
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.web.text_checks import MESSAGE, contains_identity_code
from evaluation.together import queries, rules
from evaluation.together.followed import Followed
from evaluation.together.models import ResourcingLine, ResourcingReport

REPORTED = audit.declare("resourcing.reported", "agreement", "period", "revision", "before", "after")
CORRECTED = audit.declare("resourcing.replaced", "agreement", "period", "by_report")
RULE = "resourcing"
MOST = Decimal("9999.99")

#: By party and task.
PersonYears = Mapping[tuple[str, str], Decimal]


@transaction
def report_resourcing(
    followed: Followed, period_on: date, person_years: PersonYears, reason: str, *, by: Mandate
) -> ResourcingReport:
    """Report how many person-years one's own parties worked on each task in a half-year that is over.

    Reported again, it corrects what stood: both stay readable.

    :raises RuleBroken: the half-year is not over, a party is another authority's (R103), a task is missing, or a
        correction without its reason
    """
    lock(followed.agreement)
    now = clock.now()
    assert by.authority_id is not None
    _check_period(followed, period_on, clock.helsinki_date(now))
    _check_numbers(followed, person_years, by)
    before = queries.standing_report(followed.id, by.authority_id, period_on)
    why = _reason(reason, is_correction=before is not None)
    known = {(line.party_key, line.task_code): line.person_years for line in before.lines} if before else {}
    if known == dict(person_years):
        raise RuleBroken(
            _l("Nothing has changed."), rule=RULE, next_step=_l("Change the figures that were wrong, or go back.")
        )
    row = ResourcingReport(
        id=new_id(),
        agreement_id=followed.id,
        version_id=followed.version.id,
        authority_id=by.authority_id,
        period_on=period_on,
        revision=before.revision + 1 if before else 1,
        reason=why,
        reported_by=by.person_id,
        reported_at=now,
    )
    if before is not None:
        before.replaced_at = now
        db.session.flush()
        audit.record(
            CORRECTED, subject=before, actor=by, at=now, agreement=followed.id, period=period_on, by_report=row.id
        )
    db.session.add(row)
    db.session.flush()
    db.session.add_all(
        ResourcingLine(id=new_id(), report_id=row.id, party_key=party, task_code=task, person_years=years)
        for (party, task), years in person_years.items()
    )
    db.session.flush()
    audit.record(
        REPORTED,
        subject=row,
        actor=by,
        at=now,
        agreement=followed.id,
        period=period_on,
        revision=row.revision,
        before=_told(known),
        after=_told(person_years),
    )
    return row


def _told(person_years: PersonYears) -> dict[str, str]:
    return {f"{party}/{task}": str(years) for (party, task), years in person_years.items()}


def _check_period(followed: Followed, period_on: date, today: date) -> None:
    if period_on not in rules.halves(followed.version.starts_on, followed.version.ends_on, today):
        raise RuleBroken(
            _l("This half-year is not over, or the agreement was not in force in it."),
            rule=RULE,
            field="period",
            next_step=_l("Choose a half-year of the agreement that is over."),
        )


def _check_numbers(followed: Followed, person_years: PersonYears, by: Mandate) -> None:
    """Each of one's own parties and each task once, and nobody else's."""
    own, tasks = followed.keys_of(by.authority_id), [task.code for task in followed.version.tasks]
    if any(party not in own for party, _task in person_years):
        raise RuleBroken(
            _l("Each authority reports its own people only."),
            rule="R103",
            field="person_years",
            next_step=_l("Leave the other parties out: their coordinators report them."),
        )
    wanted = {(party, task) for party in own for task in tasks}
    if set(person_years) != wanted:
        raise RuleBroken(
            _l("A task of the agreement is missing, or is not one of it."),
            rule=RULE,
            field="person_years",
            next_step=_l("Enter a number for each task, also where it is 0."),
        )
    if any(not 0 <= years <= MOST for years in person_years.values()):
        raise RuleBroken(
            _l("Person-years are at least 0."),
            rule=RULE,
            field="person_years",
            next_step=_l("Enter a number like 4.5."),
        )


def _reason(text: str, *, is_correction: bool) -> str:
    if contains_identity_code(text):
        raise RuleBroken(MESSAGE, rule="I8", field="reason")
    if is_correction and not text.strip():
        raise RuleBroken(
            _l("A correction needs its reason."),
            rule=RULE,
            field="reason",
            next_step=_l("Write in a few words what was wrong."),
        )
    return text.strip()
