"""Who is taken into a training, where students are selected: the authority decides, with reasons (R98)."""

from __future__ import annotations

import uuid

from core import audit, clock, jobs
from core.db import db, lock, new_id, transaction
from core.errors import NotAllowed, RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.identity.models import Role
from core.sealing import seal
from core.web.text_checks import MESSAGE, contains_identity_code
from orders.groups import queries, seats
from orders.groups.models import EntryState, Group, LeaveReason, QueueEntry, Selection
from orders.groups.service.filling import group_for
from orders.meeting.conflicts import refuse_conflicted

SELECTED = audit.declare("group.student_selected", "need", "before", "chosen")


def reasons_purpose(selection_id: uuid.UUID) -> str:
    """What the reasons of a selection are sealed for."""
    return f"selection/{selection_id}"


@transaction
def decide_selection(
    entry: QueueEntry, is_chosen: bool, reasons: str, *, by: Mandate, wanted: Group | None = None
) -> Selection:
    """An expert of the customer's authority decides whether they are taken; the trainer may only assist (R98).

    :raises NotAllowed: somebody else decides, above all the provider
    :raises RuleBroken: the group selects nobody, or the reasons are missing
    :raises WrongState: the customer has a seat already, or left the queue
    """
    if by.role is not Role.EXPERT or by.organisation_id != entry.authority_id:
        raise NotAllowed(
            _l("The authority decides on the selection of students. The trainer may only assist."),
            rule="R98",
            next_step=_l("Tell the expert what speaks for and against."),
        )
    group = group_for(entry, wanted)
    if not group.needs_selection:
        raise RuleBroken(
            _l("No students are selected for this group."),
            rule="R98",
            field="group",
            next_step=_l("The seats go by the order of the queue."),
        )
    if not reasons.strip():
        raise RuleBroken(
            _l("Write the reasons of the selection."), rule="R98", field="reasons", next_step=_l("Write the reasons.")
        )
    if contains_identity_code(reasons):
        raise RuleBroken(MESSAGE, rule="I8", field="reasons")
    lock(group)
    lock(entry)
    now = clock.now()
    refuse_conflicted(by, group.supplier_id)
    if entry.state is not EntryState.WAITING:
        raise WrongState(
            _l("The customer has been offered a seat, has one, or has left the queue."),
            rule="queue_entry-state",
            next_step=_l("Open the newest version and decide again."),
        )
    row = queries.selections_of(group.id).get(entry.need_id)
    before = row.is_chosen if row else None
    if row is None:
        row = Selection(id=new_id(), group_id=group.id, need_id=entry.need_id, need=entry.need, group=group)
    row.is_chosen, row.decided_by, row.decided_at = is_chosen, by.person_id, now
    row.sealed_reasons = seal(reasons.strip().encode(), reasons_purpose(row.id))
    db.session.add(row)
    db.session.flush()
    audit.record(SELECTED, subject=group, actor=by, at=now, need=entry.need_id, before=before, chosen=is_chosen)
    if is_chosen:
        key = f"{seats.OFFER_SEATS}:{group.id}:selected:{row.id}"
        jobs.add(seats.OFFER_SEATS, at=now, key=key, group_id=group.id)
    elif entry.group_id is not None:
        seats.leave(entry, LeaveReason.NOT_SELECTED, now, by=by)
    return row
