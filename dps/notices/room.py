"""Opening the room: policy, pages, API, and its parts of a system's pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from core import policy
from core.i18n import gettext as _
from core.web.formatting import moment
from dps.notices import api, queries, views
from dps.notices.models import NoticeState
from dps.notices.policy import RULES, Permission
from dps.notices.rules import first_applications_until
from dps.systems import parts
from dps.systems.models import PurchasingSystem, SystemState
from dps.systems.parts import Part


def working_part(system: PurchasingSystem) -> Part:
    """Notices with the acts that record them."""
    notices = queries.notices_of(system.id)
    return Part(
        "notices/_working.html",
        {
            "notices": notices,
            "waiting": any(notice.state is NoticeState.SENT for notice in notices),
            "first_until": first_applications_until(notices[0].sent_at) if notices else None,
            "record": Permission.NOTICE_RECORD,
        },
    )


def public_part(system: PurchasingSystem) -> Part:
    """Published notices with number and time."""
    return Part("notices/_public.html", {"notices": queries.published_notices_of(system.id)})


def steps(system: PurchasingSystem) -> list[dict[str, Any]]:
    """Sent and published, as two steps of the track."""
    notice = next(iter(queries.notices_of(system.id)), None)
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


def init_app(app: Flask, register_api: Callable[[Any], None]) -> None:
    policy.merge(RULES)
    app.register_blueprint(views.bp)
    register_api(api.bp)
    parts.add_working("notices", working_part)
    parts.add_public("notices", public_part)
    parts.add_steps("notices", steps)
