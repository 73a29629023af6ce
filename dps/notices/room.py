"""Opening the room: policy, pages, API, and its parts of a system's pages."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Flask, url_for

from core import clock, policy
from core.i18n import current_language, localized, ngettext
from core.i18n import gettext as _
from core.identity.mandates import Mandate
from core.identity.models import Role
from core.quarters import quarter_end, quarter_of
from core.web import workspaces
from core.web.desk import Act
from core.web.formatting import moment
from dps.contracts.models import FrameContract
from dps.decisions.letters import matter_of
from dps.notices import api, queries, views
from dps.notices.models import NOTICE_KIND_TITLES, Notice, NoticeKind, NoticeState
from dps.notices.policy import RULES, Permission
from dps.notices.rules import (
    announced,
    award_due,
    award_notice_due,
    first_applications_until,
    single_award_due,
)
from dps.systems import compared, parts
from dps.systems import content as contents
from dps.systems import queries as system_queries
from dps.systems.models import AwardNoticeMethod, ChangeState, PurchasingSystem, SystemState
from dps.systems.parts import Part, WorkingPart


def working_part(system: PurchasingSystem, today: date) -> WorkingPart:
    """Notices with the acts that record them, and where the live data differ from what was announced (R20)."""
    notices = queries.notices_of(system.id)
    first = next((each for each in notices if each.kind is NoticeKind.CONTRACT_NOTICE), None)
    told = announced(notices)
    live = contents.content_of_system(system)
    found = contents.differences(told, live) if told is not None and system.state is not SystemState.DRAFT else []
    return WorkingPart(
        "notices/_working.html",
        {
            "notices": notices,
            "kinds": NOTICE_KIND_TITLES,
            "award_due_on": _award_due(system, notices),
            "waiting": list(waiting(queries.contracts_to_announce(system.id))),
            "cancellations": [
                (each, single_award_due(clock.helsinki_date(each.signed_at)))
                for each in queries.cancellations_to_announce(system.id)
                if each.signed_at is not None
            ],
            "today": today,
            "first_until": first_applications_until(first.sent_at) if first else None,
            "differences": compared.lines(found, live, *([told] if told else [])),
            "record": Permission.NOTICE_RECORD,
        },
        _steps(system, notices),
    )


@dataclass(frozen=True)
class Waiting:
    """Contracts that one notice will announce, and its last day; ``quarter`` where it is of a quarter."""

    system: PurchasingSystem
    contracts: list[FrameContract]
    due_on: date
    quarter: date | None

    @property
    def over_on(self) -> date:
        """From when it can be sent: the day after the quarter; of a single contract the day it was made."""
        made_at = self.contracts[0].authority_signed_at
        assert made_at is not None
        return clock.helsinki_date(made_at) if self.quarter is None else quarter_end(self.quarter) + timedelta(days=1)


def waiting(contracts: Iterable[FrameContract]) -> Iterator[Waiting]:
    """The notices that are to be sent, by each system's method (R80)."""
    groups: dict[tuple[uuid.UUID, uuid.UUID | date], Waiting] = {}
    for contract in contracts:
        assert contract.authority_signed_at is not None
        system, made_on = contract.category.system, clock.helsinki_date(contract.authority_signed_at)
        by_quarter = system.award_notice_method is AwardNoticeMethod.QUARTERLY
        quarter = quarter_of(made_on) if by_quarter else None
        due_on = award_due(system.award_notice_method, made_on)
        groups.setdefault((system.id, quarter or contract.id), Waiting(system, [], due_on, quarter)).contracts.append(
            contract
        )
    yield from groups.values()


def award_notices_due(mandate: Mandate, today: date) -> Iterator[Act]:
    """Contracts of competitions, and cancellations, that are to be announced (R49, R80)."""
    for each in waiting(queries.contracts_of_authority_to_announce(mandate.organisation_id)):
        if each.over_on > today:
            continue
        name = localized(each.system, "name")
        yield Act(
            title=ngettext(
                "Send the award notice of %(num)s contract",
                "Send the award notice of %(num)s contracts",
                len(each.contracts),
            ),
            href=url_for("systems.show", system_id=each.system.id) + "#h-n",
            due_on=each.due_on,
            text=name,
            button_label=_("Record"),
            aria_label=_("Record the award notice of contracts: %(name)s", name=name),
        )
    for decision in queries.cancellations_of_authority_to_announce(mandate.organisation_id):
        assert decision.signed_at is not None
        name = matter_of(decision, current_language())
        yield Act(
            title=_("Send the notice of a cancelled competition"),
            href=url_for("systems.show", system_id=decision.category.system_id) + "#h-n",
            due_on=single_award_due(clock.helsinki_date(decision.signed_at)),
            text=name,
            button_label=_("Record"),
            aria_label=_("Record the notice of the cancelled competition: %(name)s", name=name),
        )


def _award_due(system: PurchasingSystem, notices: Sequence[Notice]) -> date | None:
    """When the award notice has to be sent; none when it was, or the system goes on (R18)."""
    if system.ended_at is None or any(each.kind is NoticeKind.AWARD_NOTICE for each in notices):
        return None
    return award_notice_due(system.ended_at)


def public_part(system: PurchasingSystem) -> Part:
    """Published notices with number and time."""
    return Part(
        "notices/_public.html", {"notices": queries.published_notices_of(system.id), "kinds": NOTICE_KIND_TITLES}
    )


def _steps(system: PurchasingSystem, notices: Sequence[Notice]) -> tuple[dict[str, Any], ...]:
    """The notice that sets the system up, sent and published, as two steps of the track."""
    setting_up = (each for each in notices if each.kind is NoticeKind.CONTRACT_NOTICE and each.change_id is None)
    notice = next(setting_up, None)
    is_waiting = system.state is SystemState.APPROVED
    published = notice is not None and notice.published_at is not None
    return (
        {
            "title": _("Notice sent for publication"),
            "when": moment(notice.sent_at) if notice else "",
            "state": "done" if notice else "now" if is_waiting else "",
        },
        {
            "title": _("Notice published"),
            "text": _("number %(number)s", number=notice.number) if notice and published else "",
            "when": moment(notice.published_at) if notice and published else "",
            "state": "done" if published else "now" if notice else "",
        },
    )


def notices_due(mandate: Mandate, today: date) -> Iterator[Act]:
    """Approved systems wait for their notice, and the end of a system has to be announced (R17, R18)."""
    for system, state in queries.systems_that_wait_for_a_notice(mandate.organisation_id):
        name = localized(system, "name")
        assert system.approved_at is not None
        if state is NoticeState.SENT:
            title = _("Record the publication of a notice: %(name)s", name=name)
        elif system.ended_at is not None:
            title = _("Send the award notice of the system %(name)s", name=name)
        else:
            title = _("Publish the notice of the system %(name)s", name=name)
        yield Act(
            title=title,
            href=url_for("systems.show", system_id=system.id) + "#h-n",
            due_on=award_notice_due(system.ended_at) if system.ended_at else clock.helsinki_date(system.approved_at),
            text=_("The system has ended; its end is announced.")
            if system.ended_at
            else _("The system opens when number and time of the notice are recorded."),
            button_label=_("Record"),
            aria_label=_("Record the notice of the system %(name)s", name=name),
        )


def change_notices_due(mandate: Mandate, today: date) -> Iterator[Act]:
    """Approved changes wait for their notice, announced ones for its publication (R18)."""
    waiting = system_queries.changes_in(mandate.organisation_id, ChangeState.APPROVED, ChangeState.ANNOUNCED)
    for change in waiting:
        name = localized(change.system, "name")
        is_sent = change.state is ChangeState.ANNOUNCED
        assert change.approved_at is not None
        yield Act(
            title=_("Record the publication of a notice: %(name)s", name=name)
            if is_sent
            else _("Send the notice of a change of the system %(name)s", name=name),
            href=url_for("systems.show", system_id=change.system_id) + "#h-n"
            if is_sent
            else url_for("systems.show_change", change_id=change.id),
            due_on=clock.helsinki_date(change.approved_at),
            text=_("The change takes effect when number and time of its notice are recorded."),
            button_label=_("Record"),
            aria_label=_("Record the notice of the change of the system %(name)s", name=name),
        )


def init_app(app: Flask, register_api: Callable[[Any], None]) -> None:
    policy.merge(RULES)
    app.register_blueprint(views.bp)
    register_api(api.bp)
    parts.add_working("notices", working_part)
    parts.add_public("notices", public_part)
    workspaces.contribute(notices_due, Role.COORDINATOR)
    workspaces.contribute(change_notices_due, Role.COORDINATOR)
    workspaces.contribute(award_notices_due, Role.COORDINATOR)
