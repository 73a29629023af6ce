"""Pages of the meetings of the groups."""

from __future__ import annotations

import uuid
from io import BytesIO
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.helpers import send_file

from core import clock
from core.files import service as files
from core.i18n import gettext as _
from core.web.access import mandate, requires
from core.web.submitting import status_of, submitted
from dps.joint.agreements import queries as agreements
from dps.joint.agreements.models import CooperationAgreement
from dps.joint.procurements import forms, queries, queries_meetings, service
from dps.joint.procurements.models import JointMeeting
from dps.joint.procurements.policy import Permission
from dps.joint.procurements.views import bp
from dps.joint.stages import GROUP_TITLES, Group


@bp.get("/joint/procurements/meetings")
@requires(Permission.MEETING_LIST)
def meetings() -> Any:
    """The meetings of the groups of one's agreements, and where one can write one down."""
    rows = queries_meetings.page_of(
        queries_meetings.meetings_seen_by(mandate()), request.args.get("after", type=uuid.UUID)
    )
    shown = rows[: queries.PAGE_SIZE]
    today = clock.helsinki_date(clock.now())
    return render_template(
        "procurements/meetings.html",
        rows=shown,
        more=shown[-1].id if len(rows) > queries.PAGE_SIZE else None,
        seats=queries_meetings.seats_of(mandate().person_id, today),
        group_titles=GROUP_TITLES,
    )


@bp.route(
    "/joint/procurements/meetings/new/<uuid:agreement_id>/<any(coordination,steering):group_name>",
    methods=["GET", "POST"],
)
@requires(Permission.MEETING_RECORD, on=lambda agreement_id, **_rest: agreements.agreement(agreement_id))
def record(agreement: CooperationAgreement) -> Any:
    """Write a meeting down."""
    group = Group((request.view_args or {})["group_name"])
    day = forms.day_of(request.values.get("held_on")) or clock.helsinki_date(clock.now())
    members = queries_meetings.members_on(agreement.id, group, day)
    form = forms.meeting_form(members, queries.procurements_of(agreement.id), day)

    def write() -> JointMeeting:
        present = form.present(members)
        return service.record_meeting(agreement, group, form.held_on.data, present, form.items(), by=mandate())

    if done := submitted(form, write):
        flash(_("The meeting was written down. Its minutes are being made."), "success")
        return redirect(url_for(".meeting", meeting_id=done.id))
    page = render_template(
        "procurements/record.html", agreement=agreement, group=group, form=form, members=members, titles=GROUP_TITLES
    )
    return page, status_of(form)


@bp.get("/joint/procurements/meetings/<uuid:meeting_id>")
@requires(Permission.MEETING_READ, on=queries_meetings.meeting)
def meeting(row: JointMeeting) -> Any:
    """One meeting: who was there, what was said and decided."""
    seats = queries_meetings.members_on(row.agreement_id, row.group, row.held_on)
    return render_template(
        "procurements/meeting.html",
        row=row,
        seats={str(each.person_id): each for each in seats},
        about={str(each.id): each for each in queries.procurements_of(row.agreement_id)},
        group_titles=GROUP_TITLES,
    )


@bp.get("/joint/procurements/meetings/<uuid:meeting_id>/minutes.pdf")
@requires(Permission.MEETING_READ, on=queries_meetings.meeting)
def minutes(row: JointMeeting) -> Any:
    """The minutes as a PDF, once the job has made them."""
    if row.minutes is None:
        abort(404)
    content = BytesIO(files.content_of(row.minutes))
    return send_file(content, mimetype="application/pdf", as_attachment=True, download_name=row.minutes.name)
