"""What agreements put on the desks: one query each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from flask import url_for

from core import clock
from core.i18n import gettext as _
from core.i18n import localized
from core.identity.mandates import Mandate
from core.web.desk import Act, Due
from dps.joint.agreements import queries
from dps.joint.agreements.models import AgreementVersion
from dps.joint.stages import Group

#: Within so many working days an authority should answer a proposal; our own default.
ANSWER_WITHIN = 10


def _title(version: AgreementVersion) -> str:
    return _("%(name)s, version %(number)s", name=localized(version.agreement, "name"), number=version.number)


def approvals(mandate: Mandate, today: date) -> Iterator[Act]:
    """Proposed versions that wait for the decision maker's authority."""
    for version in queries.waiting_for(mandate.organisation_id):
        assert version.proposed_at is not None
        day = clock.add_working_days(clock.helsinki_date(version.proposed_at), ANSWER_WITHIN, clock.authority_days)
        left = clock.working_days_between(today, day, clock.authority_days)
        yield Act(
            title=_("Approve the agreement: %(agreement)s", agreement=_title(version)),
            text=_("It comes in force when every authority has approved it."),
            href=url_for("agreements.version", version_id=version.id),
            due_on=day,
            due=Due.in_working_days(left, limit=ANSWER_WITHIN) if day >= today else None,
            button_label=_("Read"),
            aria_label=_("Read %(agreement)s", agreement=_title(version)),
        )


def returned(mandate: Mandate, today: date) -> Iterator[Act]:
    """Drafts that a party sent back to the coordinator's authority."""
    for version in queries.returned_to(mandate.organisation_id):
        yield Act(
            title=_("Change the agreement: %(agreement)s", agreement=_title(version)),
            text=_("A party returned it with a reason."),
            href=url_for("agreements.version", version_id=version.id),
            due_on=today,
            button_label=_("Open"),
            aria_label=_("Open %(agreement)s", agreement=_title(version)),
        )


def empty_groups(mandate: Mandate, today: date) -> Iterator[Act]:
    """Groups in which the coordinator's authority has nobody."""
    for version, group in queries.empty_groups(mandate.organisation_id, today):
        name = localized(version, f"{group}_name")
        yield Act(
            title=_("Name a member: %(group)s", group=name),
            text=_("Your authority has nobody in this group."),
            href=url_for("agreements.members", agreement_id=version.agreement_id, group=Group(group).value),
            due_on=today,
            button_label=_("Name"),
            aria_label=_("Name a member: %(group)s", group=name),
        )
