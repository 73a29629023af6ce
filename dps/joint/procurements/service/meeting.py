"""Meetings of the groups, with their minutes as PDF."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from core import audit, clock, jobs
from core.db import db, lock, new_id, transaction
from core.errors import NotAllowed, RuleBroken
from core.files import pdf
from core.files import service as files
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from dps.joint.agreements.models import CooperationAgreement
from dps.joint.procurements import minutes, queries, queries_meetings
from dps.joint.procurements.models import InNameOf, JointMeeting
from dps.joint.procurements.service.steps import written
from dps.joint.stages import Group

RECORDED = audit.declare("joint_meeting.recorded", "agreement", "group", "number", "in_name_of")
MADE = audit.declare("joint_meeting.minutes_made", "sha256")
MAKE = "joint.make_minutes"


@dataclass(frozen=True)
class Item:
    """A matter of a meeting: what it was, what was said or decided, and the procurement it is about."""

    title: str
    text: str
    procurement_id: uuid.UUID | None = None


@transaction
def record_meeting(
    agreement: CooperationAgreement,
    group: Group,
    held_on: date,
    present: Sequence[uuid.UUID],
    items: Sequence[Item],
    *,
    by: Mandate,
) -> JointMeeting:
    """Write a meeting down; its minutes are made in the background.

    :raises NotAllowed: the writer was no member of the group on the day (R103)
    :raises RuleBroken: a day to come, nobody or a stranger there, no item, a procurement of another agreement
    """
    lock(agreement)
    now = clock.now()
    members = {each.person_id: each for each in queries_meetings.members_on(agreement.id, group, held_on)}
    if by.person_id not in members or members[by.person_id].authority_id != by.authority_id:
        raise NotAllowed(
            _l("Only a member of the group writes its meetings down."),
            rule="R103",
            next_step=_l("Ask a member of the group, or have yourself named to it."),
        )
    if held_on > clock.helsinki_date(now):
        raise RuleBroken(
            _l("The day has not come yet."),
            rule="I10",
            field="held_on",
            next_step=_l("Choose today or an earlier day."),
        )
    if not present or not set(present) <= set(members):
        raise RuleBroken(
            _l("Those present must be members of the group on the day."),
            rule="R103",
            field="present",
            next_step=_l("Choose at least one member."),
        )
    if not items:
        raise RuleBroken(
            _l("Write at least one item."), rule="I10", field="title_0", next_step=_l("Write what was dealt with.")
        )
    known = {each.id for each in queries.procurements_of(agreement.id)}
    for place, item in enumerate(items):
        written(item.title, f"title_{place}", _l("Write what the item is about."))
        written(item.text, f"text_{place}", _l("Write what was said or decided."))
        if item.procurement_id is not None and item.procurement_id not in known:
            raise RuleBroken(
                _l("The joint procurement is not one of this agreement."), rule="R103", field=f"procurement_{place}"
            )
    row = JointMeeting(
        id=new_id(),
        agreement=agreement,
        group=group,
        number=queries_meetings.next_meeting_number(agreement.id, group),
        held_on=held_on,
        present=[str(each) for each in dict.fromkeys(present)],
        items=[
            {"title": each.title.strip(), "text": each.text.strip(), "procurement": str(each.procurement_id or "")}
            for each in items
        ],
        written_by=by.person_id,
        written_at=now,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(
        RECORDED,
        subject=row,
        actor=by,
        at=now,
        agreement=agreement.id,
        group=group,
        number=row.number,
        in_name_of=InNameOf.ALL,
    )
    jobs.add(MAKE, at=now, key=f"{MAKE}:{row.id}", meeting_id=row.id)
    return row


@transaction
def keep_minutes(meeting: JointMeeting) -> None:
    """Make the minutes and archive them; a second run finds them made."""
    lock(meeting)
    if meeting.minutes_id is not None:
        return
    now = clock.now()
    stored = files.store(
        pdf.compiled("procurements/minutes.typ", minutes.words(meeting)),
        f"{meeting.held_on.isoformat()}-{meeting.number}.pdf",
        owner_id=meeting.agreement.keeper_id,
        at=now,
        accepted=("application/pdf",),
        field="minutes",
    )
    db.session.flush()
    meeting.minutes_id = stored.id
    db.session.flush()
    audit.record(MADE, subject=meeting, actor=None, at=now, sha256=stored.sha256)
