"""What joint procurements put on the desks: one query each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from flask import url_for

from core import clock
from core.i18n import gettext as _
from core.i18n import localized
from core.identity.mandates import Mandate
from core.identity.models import Role
from core.web.desk import Act
from dps.joint.procurements import queries_due
from dps.joint.procurements.models import JointProcurement
from dps.joint.stages import STAGE_TITLES, Stage


def of_stages(mandate: Mandate, today: date) -> Iterator[Act]:
    """The stage that waits for this person, and what the lead does for all."""
    for row, entry, has_approved, has_seat in queries_due.waiting_for(mandate, today):
        what = None if has_approved else _own_act(row, mandate, has_seat)
        what = what or _leads_act(row, mandate)
        if what:
            yield _act(row, what, entry.due_on or today)


def _own_act(row: JointProcurement, mandate: Mandate, has_seat: bool) -> str | None:
    if row.stage is Stage.NEED and mandate.role is Role.COORDINATOR:
        return _("State the need and mark it ready")
    if row.stage is Stage.PROPOSAL and has_seat and row.proposal is not None:
        return _("Endorse the proposal")
    if row.stage is Stage.STEERING and has_seat:
        return _("Approve in the steering group")
    if row.stage is Stage.DECISIONS and mandate.role is Role.DECIDER:
        return _("Record the decision of your authority")
    return None


def _leads_act(row: JointProcurement, mandate: Mandate) -> str | None:
    if mandate.role is not Role.COORDINATOR or mandate.authority_id != row.lead_id:
        return None
    if row.alarmed_at and not row.alarm_answered_at:
        return _("The orders come near the published estimate: say what is done")
    if row.stage is Stage.PROPOSAL and row.proposal is None:
        return _("Write the proposal")
    if row.stage in (Stage.DECISIONS, Stage.PROCUREMENT, Stage.CONTRACTS, Stage.FOLLOW_UP):
        return _("Move it forward: %(stage)s", stage=STAGE_TITLES[row.stage])
    return None


def _act(row: JointProcurement, what: str, due_on: date) -> Act:
    return Act(
        title=_("%(number)s: %(what)s", number=row.reference, what=what),
        text=localized(row, "name"),
        href=url_for("procurements.procurement", procurement_id=row.id),
        due_on=due_on,
        button_label=_("Open"),
        aria_label=_("Open the joint procurement %(number)s", number=row.reference),
    )


def of_transfers(mandate: Mandate, today: date) -> Iterator[Act]:
    """Volume that another party offers."""
    for each in queries_due.open_transfers_to(mandate.authority_id):
        giver = localized(each.giver.party, "name")
        yield Act(
            title=_("%(number)s: take or refuse volume", number=each.procurement.reference),
            text=_("%(party)s offers %(amount)s services", party=giver, amount=each.amount),
            href=f"{url_for('procurements.procurement', procurement_id=each.procurement_id)}#transfers",
            due_on=clock.add_working_days(clock.helsinki_date(each.proposed_at), 5, clock.authority_days),
            button_label=_("Open"),
            aria_label=_("Open the joint procurement %(number)s", number=each.procurement.reference),
        )
