"""Changing what has been sent: numbered versions, told to all, never less time (R40, R47, R53, R59)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from core import audit, clock
from core.db import db, lock, transaction
from core.errors import RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from dps.competitions import documents as papers
from dps.competitions import obstacles, rules
from dps.competitions import queries_preparing as asked
from dps.competitions.documents import Difference, Documents
from dps.competitions.models import Competition, CompetitionState, DocumentsVersion, Outage
from dps.competitions.service import inviting, preparing
from dps.systems import content as contents

AMENDED = audit.declare("competition.amended", "number", "is_material", "before", "after", "changes")
EXTENDED = audit.declare("competition.extended", "number", "before", "after", "reason")
OUTAGE_REGISTERED = audit.declare("outage.registered", "started_at", "ended_at", "extended")


def must_take_tenders(competition: Competition, now: datetime) -> None:
    """:raises WrongState: the time for tenders has ended; from then on nothing changes (R40, R53)"""
    if not competition.takes_tenders(now):
        raise WrongState(
            _l("The time for tenders does not run, so the documents cannot be changed."),
            rule="R40",
            next_step=_l("A competition that cannot go on is cancelled by a decision."),
        )


@transaction
def amend(
    competition: Competition,
    alter: Callable[[Documents], Documents],
    reason: str,
    *,
    is_material: bool,
    new_due_at: datetime | None = None,
    by: Mandate,
) -> DocumentsVersion:
    """Change the documents of a running competition as a new numbered version, and tell all who were invited.

    Weights change in this way only (R40). A material change makes the time for tenders longer: half the least
    time of the legal mode is left from today, and the time ends at least one weekday later than before
    (``rules.earliest_due_after_change``, R47). Those who have tendered are asked to confirm or renew; as nobody
    may know who has, everybody is told.

    :param alter: gets the documents that are in force, under the lock
    :raises RuleBroken: nothing changes; what the invitation promised would change; the time is too short
    """
    lock(competition)
    now = clock.now()
    must_take_tenders(competition, now)
    text = preparing.needed(reason, _l("Write why the documents are changed."))
    before = papers.of(competition)
    after = preparing.settled(competition, alter(before))
    changes = papers.differences(before, after)
    _check_changes(competition, changes, is_material, new_due_at)
    old_due = competition.tenders_due_at
    assert old_due is not None
    _check_new_time(competition, new_due_at, is_material, now)
    _check_documents(competition, after, changes, new_due_at or old_due, now)
    papers.put(competition, after)
    competition.tenders_due_at = new_due_at or old_due
    competition.documents_number += 1
    if is_material:
        competition.material_number = competition.documents_number
    db.session.flush()
    version = inviting.publish(competition, at=now, by=by, reason=text, is_material=is_material)
    inviting.tell_all(
        competition,
        "competition_amended",
        now,
        reason_text=text,
        is_material=is_material,
        lapses=competition.unconfirmed_lapses,
        is_longer=competition.tenders_due_at != old_due,
    )
    audit.record(
        AMENDED,
        subject=competition,
        actor=by,
        at=now,
        number=version.number,
        is_material=is_material,
        before=old_due,
        after=competition.tenders_due_at,
        changes=[
            [each.part, each.item, each.field, contents.dump(each.before), contents.dump(each.after)]
            for each in changes
        ],
    )
    return version


def _check_changes(
    competition: Competition, changes: list[Difference], is_material: bool, new_due_at: datetime | None
) -> None:
    if not changes and new_due_at is None:
        raise RuleBroken(
            _l("Nothing changes."), rule="I10", field="reason", next_step=_l("Change something, or leave the page.")
        )
    if fixed := [each.field for each in changes if each.part == "details" and each.field in papers.FIXED]:
        raise RuleBroken(
            _l("What the invitation promised for the whole competition cannot be changed."),
            rule="R40",
            field=fixed[0],
            next_step=_l("Leave it as it was."),
        )
    if papers.is_material(changes) and not is_material:
        raise RuleBroken(
            _l("This change is material: it concerns what is tendered, compared or agreed."),
            rule="R47",
            field="is_material",
            next_step=_l("Mark the change as material and give more time."),
        )


def _check_new_time(competition: Competition, new_due_at: datetime | None, is_material: bool, now: datetime) -> None:
    assert competition.tenders_due_at is not None
    if new_due_at is not None:
        _refuse_shortening(competition, new_due_at)
    if not is_material:
        return
    earliest = rules.earliest_due_after_change(
        competition.category.legal_mode, clock.helsinki_date(now), competition.tenders_due_at
    )
    if new_due_at is None or new_due_at < earliest:
        raise RuleBroken(
            _l("A material change needs more time for tenders."),
            rule="R47",
            field="due_on",
            next_step=_l("Choose at least the earliest day that the page shows."),
        )


def _refuse_shortening(competition: Competition, new_due_at: datetime) -> None:
    """:raises RuleBroken: the time would be shorter, or the same (R53); the database refuses it, too"""
    assert competition.tenders_due_at is not None
    if new_due_at <= competition.tenders_due_at:
        raise RuleBroken(
            _l("The time for tenders is never shortened."),
            rule="R53",
            field="due_on",
            next_step=_l("Choose a later day than the present one."),
        )


def _check_documents(
    competition: Competition, after: Documents, changes: list[Difference], due_at: datetime, now: datetime
) -> None:
    """What a draft must fulfil, the amended documents fulfil, too; the criteria as far as they are touched."""
    preparing.check_items(competition, after)
    found = obstacles.of_documents(after, competition.category, due_at)
    for obstacle in found:
        raise preparing.refused(obstacle)
    if any(each.part == "criteria" for each in changes):
        for obstacle in obstacles.of_criteria(after, competition.category):
            raise preparing.refused(obstacle)


@transaction
def extend(competition: Competition, new_due_at: datetime, reason: str, *, by: Mandate) -> DocumentsVersion:
    """Give everybody more time; the documents stay, and so do the tenders that have been sent."""
    lock(competition)
    now = clock.now()
    must_take_tenders(competition, now)
    text = preparing.needed(reason, _l("Write why the time is longer."))
    _refuse_shortening(competition, new_due_at)
    return lengthen(competition, new_due_at, text, at=now, by=by)


def lengthen(
    competition: Competition, new_due_at: datetime, reason: str, *, at: datetime, by: Mandate | None
) -> DocumentsVersion:
    """A later end for all as a version of the documents; inside a verb that has locked and checked."""
    before, competition.tenders_due_at = competition.tenders_due_at, new_due_at
    competition.documents_number += 1
    db.session.flush()
    version = inviting.publish(competition, at=at, by=by, reason=reason)
    words = inviting.AUTOMATIC_REASONS.get(reason, reason)
    inviting.tell_all(competition, "competition_extended", at, reason_text=words)
    audit.record(
        EXTENDED,
        subject=competition,
        actor=by,
        at=at,
        number=version.number,
        before=before,
        after=new_due_at,
        reason=reason,
    )
    return version


@transaction
def register_outage(started_at: datetime, ended_at: datetime, description: str, *, by: Mandate) -> Outage:
    """Record that tenders could not be given, and extend every time that ended meanwhile, for all (R59).

    Also a time that has just passed is extended, as long as the tenders have not been opened.

    :raises RuleBroken: the outage has not ended, or ends before it starts
    """
    now = clock.now()
    text = description.strip()
    if not text:
        raise RuleBroken(
            _l("Write what happened."), rule="R59", field="description", next_step=_l("All who were invited read it.")
        )
    if not started_at < ended_at <= now:
        raise RuleBroken(
            _l("The outage ends before it starts, or has not ended yet."),
            rule="R59",
            field="ended_at",
            next_step=_l("Enter when the service worked again."),
        )
    outage = Outage(
        started_at=started_at, ended_at=ended_at, description=text, registered_by=by.person_id, registered_at=now
    )
    db.session.add(outage)
    db.session.flush()
    extended = []
    for competition_id in asked.due_in(started_at, ended_at):
        competition = db.session.get_one(Competition, competition_id)
        lock(competition)
        due_at = competition.tenders_due_at
        if competition.state is not CompetitionState.SENT or due_at is None or not started_at <= due_at <= ended_at:
            continue
        lengthen(competition, rules.due_after_outage(due_at, started_at, ended_at, now), text, at=now, by=by)
        extended.append(competition.id)
    audit.record(
        OUTAGE_REGISTERED,
        subject=outage,
        actor=by,
        at=now,
        started_at=started_at,
        ended_at=ended_at,
        extended=extended,
    )
    return outage
