"""What time brings: the handler is reminded before a decision is due, and told when it is late."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from flask import current_app

from core import audit, clock, jobs, mail
from core.db import lock, transaction
from core.i18n import localized, using_language
from dps.qualification import queries, rules
from dps.qualification.models import Application
from dps.qualification.service.clarifying import handlers_of

REMINDED = audit.declare("application.reminded", "decision_due_on", "template")


@jobs.periodic("applications.watch_time", every=timedelta(hours=1))
@transaction
def watch_time() -> None:
    """Three working days before the due day a reminder, the day after it an alarm, once each for every due day."""
    now = clock.now()
    today = clock.helsinki_date(now)
    for application in queries.to_be_reminded(today):
        lock(application)
        due_on = application.decision_due_on
        if application.state not in queries.LIVE or due_on is None:
            continue
        if today > due_on and application.alarmed_for != due_on:
            application.alarmed_for = application.reminded_for = due_on
            _tell(application, "application_late", due_on, now)
        elif rules.reminder_on(due_on) <= today <= due_on and application.reminded_for != due_on:
            application.reminded_for = due_on
            _tell(application, "application_due_soon", due_on, now)


def _tell(application: Application, template: str, due_on: date, now: datetime) -> None:
    for person in handlers_of(application, clock.helsinki_date(now)):
        with using_language(person.language):
            category = localized(application.category, "name")
        mail.send(
            person.email,
            template,
            language=person.language,
            at=now,
            about_id=application.id,
            supplier=application.supplier.name,
            category=category,
            due_on=due_on,
            link=f"{current_app.config['BASE_URL']}/procurement/applications/{application.id}",
        )
    audit.record(REMINDED, subject=application, actor=None, at=now, decision_due_on=due_on, template=template)
