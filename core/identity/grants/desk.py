"""What access between authorities puts on the desks: one query."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from flask import url_for

from core import clock
from core.i18n import gettext as _
from core.identity.grants import queries
from core.identity.grants.models import TASK_TITLES, Grant, GrantState
from core.identity.mandates import Mandate
from core.web.desk import Act
from core.web.formatting import date as date_words

#: Working days in which a proposal should be answered.
ANSWER_DAYS = 5


def to_do(mandate: Mandate, today: date) -> Iterator[Act]:
    """Proposals of other authorities to answer, and access that ends within two weeks."""
    for grant in queries.to_do(mandate.organisation_id, today):
        yield _answer(grant) if grant.state is GrantState.PROPOSED else _ending(grant)


def _text(grant: Grant) -> str:
    return f"{grant.authority.organisation.name}: {TASK_TITLES[grant.task]}"


def _answer(grant: Grant) -> Act:
    asked_on = clock.helsinki_date(grant.proposed_at)
    return Act(
        title=_("Answer: access for %(name)s", name=grant.person.name),
        text=_text(grant),
        href=url_for("grants.show", grant_id=grant.id),
        due_on=clock.add_working_days(asked_on, ANSWER_DAYS, clock.authority_days),
        button_label=_("Read and answer"),
        aria_label=_("Read and answer: access for %(name)s", name=grant.person.name),
    )


def _ending(grant: Grant) -> Act:
    return Act(
        title=_("The access of %(name)s ends on %(date)s", name=grant.person.name, date=date_words(grant.last_day)),
        text=_text(grant),
        href=url_for("grants.show", grant_id=grant.id),
        due_on=grant.last_day,
        button_label=_("Open"),
        aria_label=_("Open the access of %(name)s", name=grant.person.name),
    )
