"""What shared money puts on the desks of coordinators: one question each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from flask import url_for

from core import clock, law
from core.i18n import gettext as _
from core.i18n import localized
from core.identity.mandates import Mandate
from core.quarters import quarter_before, quarter_of
from core.web.desk import Act, Due
from core.web.formatting import number
from dps.joint.procurements.rules import quarter_name
from orders.sharing import queries
from orders.sharing.models import WarningKind

#: A warning is looked at within so many days.
LOOK_WITHIN = timedelta(days=7)


def _due(day: date, today: date) -> Due:
    left = clock.working_days_between(today, day, clock.authority_days)
    return Due.in_working_days(left, limit=max(1, left + 1))


def warnings_for_coordinator(mandate: Mandate, today: date) -> Iterator[Act]:
    """Use that runs away from what one's own party announced for the quarter."""
    for row in queries.warnings_of(mandate.organisation_id, quarter_of(today)):
        words = {
            "procurement": row.procurement.reference,
            "party": localized(row.party, "name"),
            "expected": number(row.expected, 0),
            "announced": row.announced,
        }
        is_over = row.kind is WarningKind.OVER
        due_on = clock.helsinki_date(row.raised_at) + LOOK_WITHIN
        yield Act(
            title=_("%(procurement)s: %(party)s is ordering more than announced", **words)
            if is_over
            else _("%(procurement)s: %(party)s is ordering less than announced", **words),
            text=_("At this pace %(expected)s by the end of the quarter, %(announced)s announced", **words),
            href=url_for("sharing.use", procurement=row.procurement_id),
            due_on=due_on,
            due=_due(due_on, today),
            button_label=_("Open"),
            aria_label=_("Open the use of %(procurement)s", procurement=row.procurement.reference),
        )


def statements_for_coordinator(mandate: Mandate, today: date) -> Iterator[Act]:
    """Closed quarters without a statement; on their day the clock makes it."""
    this = quarter_of(today)
    quarter = quarter_before(this)
    due_on = this + timedelta(days=int(law.number("R103.statement_day", today)) - 1)
    for agreement in queries.agreements_to_state(quarter, mandate.organisation_id):
        yield Act(
            title=_(
                "%(agreement)s: statement of %(quarter)s", agreement=agreement.reference, quarter=quarter_name(quarter)
            ),
            text=localized(agreement, "name"),
            href=url_for("sharing.make_statement", agreement_id=agreement.id),
            due_on=due_on,
            due=_due(due_on, today),
            button_label=_("Make"),
            aria_label=_("Make the statement of %(agreement)s", agreement=agreement.reference),
        )
