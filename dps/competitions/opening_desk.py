"""What of the opening stands on desks: whoever opens is told when the time has ended, and the coordinator who opens."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from flask import url_for

from core import clock
from core.i18n import gettext as _
from core.i18n import localized
from core.identity.mandates import Mandate
from core.identity.models import Role
from core.web import workspaces
from core.web.desk import Act
from core.web.formatting import deadline, listing
from dps.competitions import queries_due as due
from dps.competitions import rules
from dps.competitions.policy import COMMITTEE_ROLES


def tenders_to_open(mandate: Mandate, today: date) -> Iterator[Act]:
    """Competitions whose time has ended: for those who open, and for the coordinator that waits for them."""
    for each in due.to_be_opened(mandate.organisation_id):
        openers = [member for member in each.committee if member.opens and member.removed_at is None]
        opens = any(member.may_act and member.person_id == mandate.person_id for member in openers)
        if not opens and mandate.role is not Role.COORDINATOR:
            continue
        name = localized(each, "name")
        assert each.tenders_due_at is not None
        yield Act(
            title=_("Open the tenders: %(name)s", name=name) if opens else _("To be opened: %(name)s", name=name),
            href=url_for("openings.open_tenders" if opens else "competitions.show", competition_id=each.id),
            due_on=clock.add_working_days(rules.last_day(each.tenders_due_at), 1, clock.authority_days),
            text=_(
                "The time ended %(time)s. Two of these open together: %(names)s.",
                time=deadline(each.tenders_due_at),
                names=listing(member.person.name for member in openers),
            ),
            button_label=_("Open the tenders") if opens else _("Read"),
            aria_label=_("Open the tenders: %(name)s", name=name) if opens else _("To be opened: %(name)s", name=name),
            primary=None if opens else False,
        )


def init_app() -> None:
    """The desks of everybody who may sit on a committee."""
    workspaces.contribute(tenders_to_open, *COMMITTEE_ROLES)
