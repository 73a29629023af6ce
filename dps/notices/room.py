"""Opening the room: policy, pages, API, and its parts of a system's pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

from flask import Flask, url_for

from core import clock, policy
from core.i18n import gettext as _
from core.i18n import localized
from core.identity.mandates import Mandate
from core.identity.models import Role
from core.web import workspaces
from core.web.desk import Act
from core.web.formatting import moment
from dps.notices import api, queries, views
from dps.notices.models import NOTICE_KIND_TITLES, Notice, NoticeKind
from dps.notices.policy import RULES, Permission
from dps.notices.rules import announced, award_notice_due, first_applications_until
from dps.systems import compared, parts
from dps.systems import content as contents
from dps.systems import queries as system_queries
from dps.systems.models import CHANGE_KIND_TITLES, ChangeState, PurchasingSystem, SystemState
from dps.systems.parts import Part


def working_part(system: PurchasingSystem) -> Part:
    """Notices with the acts that record them, and where the live data differ from what was announced (R20)."""
    notices = queries.notices_of(system.id)
    first = next((each for each in notices if each.kind is NoticeKind.CONTRACT_NOTICE), None)
    told = announced(notices)
    live = contents.content_of_system(system)
    found = contents.differences(told, live) if told is not None and system.state is not SystemState.DRAFT else []
    return Part(
        "notices/_working.html",
        {
            "notices": notices,
            "kinds": NOTICE_KIND_TITLES,
            "changes": system_queries.unannounced_changes(system.id) if notices else [],
            "change_kinds": CHANGE_KIND_TITLES,
            "award_due_on": _award_due(system, notices),
            "first_until": first_applications_until(first.sent_at) if first else None,
            "differences": compared.lines(found, live, *([told] if told else [])),
            "record": Permission.NOTICE_RECORD,
        },
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


def steps(system: PurchasingSystem) -> list[dict[str, Any]]:
    """Sent and published, as two steps of the track."""
    notice = queries.establishing(system.id)
    is_waiting = system.state is SystemState.APPROVED
    published = notice is not None and notice.published_at is not None
    return [
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
    ]


def award_notices_due(mandate: Mandate, today: date) -> Iterator[Act]:
    """The end of a system has to be announced (R18)."""
    for system in queries.ended_without_award_notice(mandate.organisation_id):
        name = localized(system, "name")
        assert system.ended_at is not None
        yield Act(
            title=_("Send the award notice of the system %(name)s", name=name),
            href=url_for("systems.show", system_id=system.id) + "#h-n",
            due_on=award_notice_due(system.ended_at),
            text=_("The system has ended; its end is announced."),
            button_label=_("Record"),
            aria_label=_("Record the award notice of the system %(name)s", name=name),
        )


def change_notices_to_send(mandate: Mandate, today: date) -> Iterator[Act]:
    """Approved changes wait for their notice (R18)."""
    for change in system_queries.changes_in(mandate.organisation_id, ChangeState.APPROVED):
        name = localized(change.system, "name")
        assert change.approved_at is not None
        yield Act(
            title=_("Send the notice of a change of the system %(name)s", name=name),
            href=url_for("systems.show", system_id=change.system_id) + "#h-n",
            due_on=clock.helsinki_date(change.approved_at),
            text=_("The change takes effect when number and time of its notice are recorded."),
            button_label=_("Record"),
            aria_label=_("Record the notice of the change of the system %(name)s", name=name),
        )


def publications_to_record(mandate: Mandate, today: date) -> Iterator[Act]:
    """Notices that were sent wait for the number and time of their publication."""
    for notice in queries.sent_notices_of(mandate.organisation_id):
        name = localized(notice.system, "name")
        if notice.system.state is SystemState.APPROVED:
            continue  # the systems room shows it
        yield Act(
            title=_("Record the publication of a notice: %(name)s", name=name),
            href=url_for("notices.published", notice_id=notice.id),
            due_on=clock.helsinki_date(notice.sent_at),
            text=str(NOTICE_KIND_TITLES[notice.kind]),
            button_label=_("Record"),
            aria_label=_("Record the publication of a notice: %(name)s", name=name),
        )


def init_app(app: Flask, register_api: Callable[[Any], None]) -> None:
    policy.merge(RULES)
    app.register_blueprint(views.bp)
    register_api(api.bp)
    parts.add_working("notices", working_part)
    parts.add_public("notices", public_part)
    parts.add_steps("notices", steps)
    for contribution in (award_notices_due, change_notices_to_send, publications_to_record):
        workspaces.contribute(contribution, Role.COORDINATOR)
