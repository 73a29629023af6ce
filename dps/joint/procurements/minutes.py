"""The words of a meeting's minutes."""

from __future__ import annotations

import uuid
from typing import Any

from core.i18n import gettext as _
from core.i18n import localized, using_language
from core.web.formatting import date_long, listing
from dps.joint.procurements import queries, queries_meetings
from dps.joint.procurements.models import JointMeeting
from dps.joint.stages import GROUP_TITLES


def words(meeting: JointMeeting) -> dict[str, Any]:
    """Everything the document says, in the language of the one who wrote it."""
    language = meeting.writer.language
    with using_language(language):
        seats = {
            each.person_id: each
            for each in queries_meetings.members_on(meeting.agreement_id, meeting.group, meeting.held_on)
        }
        there = [seats[uuid.UUID(each)] for each in meeting.present]
        about = {str(each.id): each for each in queries.procurements_of(meeting.agreement_id)}
        return {
            "language": language,
            "day": [meeting.held_on.year, meeting.held_on.month, meeting.held_on.day],
            "agreement": localized(meeting.agreement, "name"),
            "title": _("%(group)s, meeting %(number)s", group=GROUP_TITLES[meeting.group], number=meeting.number),
            "date": date_long(meeting.held_on),
            "present_title": _("Present"),
            "present": [f"{each.person.name}, {localized(each.authority, 'name')}" for each in there],
            "items": [
                {
                    "title": each["title"],
                    "about": f"{about[each['procurement']].reference} {localized(about[each['procurement']], 'name')}"
                    if each["procurement"]
                    else "",
                    "text": each["text"],
                }
                for each in meeting.items
            ],
            "written": _(
                "Written down by %(name)s on %(date)s.", name=meeting.writer.name, date=date_long(meeting.written_at)
            ),
            "absent": listing(
                each.person.name for each in seats.values() if str(each.person_id) not in meeting.present
            ),
            "absent_title": _("Absent"),
        }
