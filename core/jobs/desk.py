"""What the administrator's desk shows of jobs: those that have failed for good."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from flask import url_for
from sqlalchemy import func, select

from core import clock
from core.db import db
from core.i18n import gettext as _
from core.i18n import ngettext
from core.identity.mandates import Mandate
from core.jobs.models import EntryState, OutboxEntry
from core.web.desk import Act


def failed_jobs(mandate: Mandate, today: date) -> Iterator[Act]:
    """One act for each kind of job that has failed, dated by its oldest failure."""
    rows = db.session.execute(
        select(OutboxEntry.job, func.count(), func.min(OutboxEntry.due_at), func.max(OutboxEntry.last_error))
        .where(OutboxEntry.state == EntryState.FAILED)
        .group_by(OutboxEntry.job)
    )
    for job, count, since, error in rows:
        yield Act(
            title=ngettext("One job has failed: %(job)s", "%(num)s jobs have failed: %(job)s", count, job=job),
            href=url_for("mail.log"),
            due_on=clock.helsinki_date(since),
            text=_("Last error: %(error)s. It is not tried again by itself.", error=error or "?"),
            button_label=_("Look"),
            aria_label=_("Look at what was sent"),
        )
