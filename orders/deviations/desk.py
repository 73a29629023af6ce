"""Deviations on the desks: the provider answers, the coordinator settles."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from flask import url_for

from core import clock
from core.i18n import gettext as _
from core.i18n import localized
from core.identity.mandates import Mandate
from core.web.desk import Act, Due
from orders.deviations import queries
from orders.deviations.models import DEVIATION_STATE_TITLES, Deviation, DeviationState


def _last_day(deviation: Deviation) -> date:
    """The last day of the time to answer, which ends at its midnight."""
    return clock.helsinki_date(deviation.answer_by - clock.timedelta(seconds=1))


def _act(deviation: Deviation, title: str, due_on: date, due: Due | None = None) -> Act:
    return Act(
        title=title,
        text=f"{deviation.supplier.name}, {localized(deviation.category, 'name')}",
        href=url_for("deviations.deviation", deviation_id=deviation.id),
        due_on=due_on,
        due=due,
        button_label=_("Open"),
        aria_label=_("Open the deviation %(number)s", number=deviation.reference),
    )


def for_provider(mandate: Mandate, today: date) -> Iterator[Act]:
    """Deviations to answer, with the time left, and those to put right."""
    for row in queries.due_of_supplier(mandate.organisation_id):
        last = _last_day(row)
        if row.state is DeviationState.ANSWERED:
            yield _act(
                row, _("Deviation %(number)s: tell when it is put right", number=row.reference), max(today, last)
            )
        else:
            left = clock.working_days_between(today, last, clock.supplier_days)
            due = Due.in_working_days(left, limit=max(1, left + 1))
            yield _act(row, _("Deviation %(number)s waits for your answer", number=row.reference), last, due)


def for_coordinator(mandate: Mandate, today: date) -> Iterator[Act]:
    """Deviations in which the provider was heard, and those whose consequence is open."""
    for row in queries.to_settle(mandate.organisation_id):
        title = _(
            "Deviation %(number)s: %(state)s", number=row.reference, state=DEVIATION_STATE_TITLES[row.state].lower()
        )
        yield _act(row, title, max(today, _last_day(row)))
