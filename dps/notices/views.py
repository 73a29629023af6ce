"""Recording what happened to a system's notice."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for

from core import clock
from core.i18n import gettext as _
from core.web.access import mandate, requires
from core.web.submitting import status_of, submitted
from dps.notices import queries, service
from dps.notices.forms import PublishedForm
from dps.notices.models import NoticeState
from dps.notices.policy import Permission
from dps.notices.rules import first_applications_until
from dps.systems import queries as systems
from dps.systems.models import PurchasingSystem

bp = Blueprint("notices", __name__)


def finnish_time(value: datetime) -> datetime:
    """What was typed as Finnish time, as an instant."""
    return value.replace(tzinfo=clock.HELSINKI)


@bp.post("/procurement/systems/<uuid:system_id>/notice-sent")
@requires(Permission.NOTICE_RECORD, on=systems.system)
def sent(system: PurchasingSystem) -> Any:
    """The notice was sent for publication."""
    service.record_sent(system, by=mandate())
    flash(_("Recorded: the notice was sent for publication."), "success")
    return redirect(url_for("systems.show", system_id=system.id))


@bp.route("/procurement/systems/<uuid:system_id>/notice", methods=["GET", "POST"])
@requires(Permission.NOTICE_RECORD, on=systems.system)
def published(system: PurchasingSystem) -> Any:
    """Number and time of the publication; the system opens."""
    notice = next((each for each in queries.notices_of(system.id) if each.state is NoticeState.SENT), None)
    if notice is None:
        return redirect(url_for("systems.show", system_id=system.id))
    form = PublishedForm()
    if submitted(
        form,
        lambda: service.record_published(notice, form.number.data, finnish_time(form.published_at.data), by=mandate()),
    ):
        flash(_("The notice is published and the system is open."), "success")
        return redirect(url_for("systems.show", system_id=system.id))
    return (
        render_template(
            "notices/published.html",
            form=form,
            system=system,
            notice=notice,
            first_until=first_applications_until(notice.sent_at),
        ),
        status_of(form),
    )
